"""What a booked citizen may decide after something changed, and how they were told of it."""

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from reception.models.bookings import Booking
from reception.models.counties import Scoped, ScopedManager
from reception.workflows.choice import OPEN, STATES


class ChoiceAnswer(models.TextChoices):
    OPEN = "open", _("未表示")
    KEPT = "kept", _("保留")
    MOVED = "moved", _("改期")
    CANCELLED = "cancelled", _("取消")
    ENDED = "ended", _("已另行办理")
    OVERTAKEN = "overtaken", _("已有新的变化")


class Trouble(models.TextChoices):
    """Why a booking can't simply stay as it is."""

    CANCELLED = "cancelled", _("这一场已取消，须另选一场")
    ACCUSED = "accused", _("改由所反映的领导接访，须另选一场")
    TWICE = "twice", _("调整后三十天内两次预约同一位领导，须另选一场")


class Told(models.TextChoices):
    PHONE = "phone", _("电话")
    SMS = "sms", _("短信")
    PAGE = "page", _("本人在网上看到")
    LETTER = "letter", _("信函")
    COUNTER = "counter", _("当面或托人转告")


class ChoiceQuerySet(models.QuerySet["Choice"]):
    def open(self) -> "ChoiceQuerySet":
        """Those the citizen has not answered; silence keeps the place, except in trouble."""
        return self.filter(answer=ChoiceAnswer.OPEN)

    def to_call(self, *, on: date) -> "ChoiceQuerySet":
        """The bureau's list on a day: whoever has not been told of a sitting to come, and whoever must choose, however long ago."""
        return self.open().filter(Q(told_at=None, booking__sitting__day__day__gte=on) | ~Q(trouble=""))


ChoiceManager = ScopedManager.from_queryset(ChoiceQuerySet)


class Choice(Scoped):
    """One change that concerns one booking. `release` made it; without one the booking moved up from the waiting list.

    `changes` are dicts of ``what`` (day, leader, hours, place, cancelled, restored) with ``old`` and ``new`` as the releases have them.
    With a `trouble` the booking can't stay: it is on the bureau's list until the citizen or the bureau has settled it.
    """

    booking = models.ForeignKey(Booking, verbose_name=_("预约"), on_delete=models.PROTECT, related_name="choices")
    release = models.PositiveIntegerField(_("期数"), null=True)
    changes = models.JSONField(_("变化"), default=list)
    trouble = models.CharField(_("须另选"), max_length=10, choices=Trouble.choices, blank=True)
    made_at = models.DateTimeField(_("时间"))
    answer = models.CharField(_("来访人的选择"), max_length=10, choices=ChoiceAnswer.choices, default=ChoiceAnswer.OPEN)
    answered_at = models.DateTimeField(_("选择时间"), null=True)
    answered_by = models.CharField(_("经办"), max_length=60, blank=True)
    told = models.CharField(_("告知方式"), max_length=10, choices=Told.choices, blank=True)
    told_at = models.DateTimeField(_("告知时间"), null=True)
    told_by = models.CharField(_("告知人"), max_length=60, blank=True)
    again_at = models.DateTimeField(_("再次联系"), null=True)

    objects: ClassVar[Any] = ChoiceManager()

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("变更后的选择", "变更后的选择", 1)
        verbose_name_plural = ngettext_lazy("变更后的选择", "变更后的选择", 2)
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["booking", "release"], name="choice_once_a_release"),
            models.UniqueConstraint(fields=["booking"], condition=Q(answer=OPEN), name="choice_one_open"),
            models.CheckConstraint(condition=Q(answer__in=STATES), name="choice_answer_known"),
            models.CheckConstraint(
                condition=Q(told="", told_at__isnull=True) | (~Q(told="") & Q(told_at__isnull=False)),
                name="choice_told_how_and_when",
            ),
            models.CheckConstraint(
                condition=Q(answer=OPEN, answered_at__isnull=True) | (~Q(answer=OPEN) & Q(answered_at__isnull=False)),
                name="choice_answered_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booking} {self.release or ''}".strip()


class CallOutcome(models.TextChoices):
    KEEPS = "keeps", _("已告知，保留预约")
    OTHER = "other", _("已告知，想改期或取消")
    TOLD = "told", _("已告知，本人再考虑")
    UNREACHED = "unreached", _("没有接通，再打")
    LETTER = "letter", _("改寄信函")
    COUNTER = "counter", _("已当面或托窗口转告")


class Call(Scoped):
    """One attempt to tell someone, append-only: a telephone call, a letter, a word at a counter."""

    choice = models.ForeignKey(Choice, on_delete=models.PROTECT, related_name="calls")
    outcome = models.CharField(_("结果"), max_length=10, choices=CallOutcome.choices)
    again_at = models.DateTimeField(_("再次联系"), null=True)
    at = models.DateTimeField(_("时间"))
    by = models.CharField(_("经办"), max_length=60)

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("联系记录", "联系记录", 1)
        verbose_name_plural = ngettext_lazy("联系记录", "联系记录", 2)
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.choice} {self.outcome}"
