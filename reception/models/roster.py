"""Releases: the roster as published, immutable, numbered, each holding the hash of the one before."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from reception.models.counties import Scoped, ScopedManager
from reception.models.people import User
from reception.workflows.release import OPEN


class ReleaseState(models.TextChoices):
    DRAFT = "draft", _("拟定")
    SUBMITTED = "submitted", _("待审定")
    APPROVED = "approved", _("已审定")
    PUBLISHED = "published", _("已公布")
    DISCARDED = "discarded", _("已作废")


class ReleaseQuerySet(models.QuerySet["Release"]):
    def published(self) -> "ReleaseQuerySet":
        """Published releases, the newest first."""
        return self.filter(state=ReleaseState.PUBLISHED).order_by("-number")

    def open(self) -> "ReleaseQuerySet":
        """Releases on their way: drafted, submitted or approved, not yet published."""
        return self.filter(state__in=OPEN)


class Release(Scoped):
    """One release. `document` is the roster as it was drafted; publishing adds number, previous hash, moment, and closes it for ever."""

    state = models.CharField(_("状态"), max_length=10, choices=ReleaseState.choices, default=ReleaseState.DRAFT)
    number = models.PositiveIntegerField(_("编号"), null=True, blank=True)
    based_on = models.PositiveIntegerField(_("基于第几期"), help_text=_("拟定时最新的一期；0 表示首期。"))
    note = models.CharField(_("说明（公开）"), max_length=300, blank=True)
    note_en = models.CharField(_("说明（公开，英文）"), max_length=600, blank=True)
    document = models.JSONField(_("内容"))
    hash = models.CharField(_("校验值"), max_length=64, blank=True)
    drafted_by = models.ForeignKey(User, verbose_name=_("拟定人"), on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField(_("拟定时间"))
    submitted_by = models.ForeignKey(User, verbose_name=_("送审人"), on_delete=models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(_("送审时间"), null=True)
    sent_back_reason = models.CharField(_("退回原因"), max_length=300, blank=True)
    approved_by = models.ForeignKey(User, verbose_name=_("审定人"), on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(_("审定时间"), null=True)
    published_by = models.ForeignKey(User, verbose_name=_("公布人"), on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(_("公布时间"), null=True)
    late_reason = models.CharField(_("未能提前公布的原因（公开）"), max_length=200, blank=True)
    late_reason_en = models.CharField(_("未能提前公布的原因（公开，英文）"), max_length=400, blank=True)

    objects: ClassVar[Any] = ScopedManager.from_queryset(ReleaseQuerySet)()

    class Meta(Scoped.Meta):
        verbose_name = _("公布")
        verbose_name_plural = _("接访安排的公布")
        ordering = [F("number").desc(nulls_first=True), "-drafted_at"]
        constraints = [
            models.UniqueConstraint(fields=["county", "number"], name="release_number_once"),
            models.UniqueConstraint(
                fields=["county"],
                condition=Q(state__in=OPEN),
                name="release_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state=ReleaseState.PUBLISHED, number__gte=1, hash__regex=r"^[0-9a-f]{64}$", published_at__isnull=False)
                | (~Q(state=ReleaseState.PUBLISHED) & Q(number__isnull=True, hash="", published_at__isnull=True)),
                name="release_published_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ReleaseState.APPROVED, ReleaseState.PUBLISHED]) | Q(approved_by__isnull=False),
                name="release_approved_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReleaseState.SUBMITTED) | Q(submitted_by__isnull=False, submitted_at__isnull=False),
                name="release_submitted_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return str(_("第 %(number)s 期") % {"number": self.number}) if self.number else str(self.get_state_display())
