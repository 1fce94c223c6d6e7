"""Answers before the day: what a department says to a booked matter, each version a row of its own."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from reception.models.bookings import Booking
from reception.models.counties import Scoped
from reception.models.people import Department, User
from reception.workflows.early_answer import OPEN


class EarlyAnswerState(models.TextChoices):
    PROPOSED = "proposed", _("待信访局核对")
    APPROVED = "approved", _("已送来访人")
    SENT_BACK = "sent_back", _("退回修改")
    ACCEPTED = "accepted", _("来访人接受")
    KEPT = "kept", _("来访人仍要当面反映")
    SUPERSEDED = "superseded", _("已有新的答复")


class EarlyAnswer(Scoped):
    """One version. What it says and whose it is never change; `state`, and who decided on it, do."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    booking = models.ForeignKey(Booking, verbose_name=_("预约"), on_delete=models.PROTECT, related_name="early_answers")
    version = models.PositiveSmallIntegerField(_("第几稿"))
    text = models.TextField(_("答复"))
    department = models.ForeignKey(Department, verbose_name=_("答复单位"), on_delete=models.PROTECT, related_name="+")
    contact = models.CharField(_("联系人和电话"), max_length=120)
    by = models.ForeignKey(User, verbose_name=_("拟稿人"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("拟稿时间"))
    state = models.CharField(_("状态"), max_length=12, choices=EarlyAnswerState.choices, default=EarlyAnswerState.PROPOSED)
    checked_by = models.ForeignKey(User, verbose_name=_("核对人"), on_delete=models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(_("核对时间"), null=True)
    sent_back_reason = models.CharField(_("退回原因"), max_length=300, blank=True)
    decided_at = models.DateTimeField(_("来访人决定时间"), null=True)

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("提前答复", "提前答复", 1)
        verbose_name_plural = ngettext_lazy("提前答复", "提前答复", 2)
        ordering = ["booking", "version"]
        constraints = [
            models.UniqueConstraint(fields=["booking", "version"], name="early_answer_version_once"),
            models.UniqueConstraint(fields=["booking"], condition=Q(state__in=OPEN), name="early_answer_one_open"),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "accepted", "kept"]) | Q(checked_by__isnull=False, checked_at__isnull=False),
                name="early_answer_checked_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booking} {self.version}"
