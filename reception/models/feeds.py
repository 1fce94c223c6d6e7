"""A leader's private calendar feed: the token is shown once and kept as its hash."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from reception.models.counties import Scoped, ScopedManager
from reception.models.people import Leader, User


class FeedTokenQuerySet(models.QuerySet["FeedToken"]):
    def active_for(self, leader: Leader) -> "FeedToken | None":
        """The token in use for a leader's feed; None where there is none."""
        return self.filter(leader=leader, revoked_at=None).first()


class FeedToken(Scoped):
    """Opens the feed of one leader to whoever holds the address, until it is revoked or its maker may no longer act for the leader."""

    leader = models.ForeignKey(Leader, verbose_name=_("领导"), on_delete=models.PROTECT, related_name="+")
    # SHA-256 of the token: it has 256 random bits, so there is nothing to guess that a slow hash would slow down.
    hash = models.CharField(_("校验值"), max_length=64, unique=True)
    made_by = models.ForeignKey(User, verbose_name=_("生成人"), on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("生成时间"))
    revoked_at = models.DateTimeField(_("停用时间"), null=True, blank=True)
    last_used_on = models.DateField(_("最近使用"), null=True, blank=True)

    objects: ClassVar[Any] = ScopedManager.from_queryset(FeedTokenQuerySet)()

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("日历订阅", "日历订阅", 1)
        verbose_name_plural = ngettext_lazy("日历订阅", "日历订阅", 2)
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(fields=["leader"], condition=Q(revoked_at=None), name="feed_token_one_active"),
            models.CheckConstraint(condition=Q(hash__regex=r"^[0-9a-f]{64}$"), name="feed_token_is_hashed"),
        ]

    def __str__(self) -> str:
        return f"{self.leader} {self.made_at:%Y-%m-%d}"
