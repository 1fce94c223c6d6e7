"""What the leader who receives says of a sitting, and what is noted of a day that is over."""

import secrets
from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from reception.models.counties import Scoped, ScopedManager
from reception.models.days import AbsenceKind, ReceptionDay, Sitting
from reception.models.people import Leader, User
from reception.workflows.answer import CURRENT, State


class AnswerState(models.TextChoices):
    ASKED = State.ASKED.value, _("待答复")
    ACCEPTED = State.ACCEPTED.value, _("已确认")
    DECLINED = State.DECLINED.value, _("不能出席")
    LAPSED = State.LAPSED.value, _("失效")


class Way(models.TextChoices):
    """How an answer came."""

    DESK = "desk", _("领导工作台")
    LINK = "link", _("一次性链接")
    BUREAU = "bureau", _("信访部门代为登记")
    ABSENCE = "absence", _("登记请假")


def new_nonce() -> str:
    """What a link is derived from, together with the portal's secret: neither alone gives it."""
    return secrets.token_urlsafe(16)


class AnswerQuerySet(models.QuerySet["Answer"]):
    def current(self) -> "AnswerQuerySet":
        """Every answer that has not lapsed."""
        return self.filter(state__in=[state.value for state in CURRENT])

    def unanswered(self, *, on: date) -> "AnswerQuerySet":
        """Asked, and the day is not over."""
        return self.filter(state=AnswerState.ASKED, day__gte=on).order_by("day", "pk")


class Answer(Scoped):
    """One leader is asked about one sitting on one day. A substitute in force, or another day, is another question.

    The link is not kept: `nonce` and the portal's secret give it again when the message is written.
    """

    sitting = models.ForeignKey(Sitting, verbose_name=_("接访场次"), on_delete=models.CASCADE, related_name="+")
    leader = models.ForeignKey(Leader, verbose_name=_("领导"), on_delete=models.PROTECT, related_name="+")
    day = models.DateField(_("接访日"))
    state = models.CharField(_("状态"), max_length=10, choices=AnswerState.choices, default=AnswerState.ASKED)
    nonce = models.CharField(max_length=22, unique=True, default=new_nonce, editable=False)
    asked_at = models.DateTimeField(_("发起时间"))
    told_at = models.DateTimeField(_("告知时间"), null=True, help_text=_("没有可以告知的账号时为空。"))
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    answered_by = models.ForeignKey(User, verbose_name=_("答复人"), on_delete=models.PROTECT, null=True, related_name="+")
    acting_for = models.CharField(_("代表"), max_length=60, blank=True)
    way = models.CharField(_("答复方式"), max_length=10, choices=Way.choices, blank=True)
    reason = models.CharField(_("事由"), max_length=20, choices=AbsenceKind.choices, blank=True)
    bureau_told_at = models.DateTimeField(_("提醒信访部门的时间"), null=True)
    office_told_at = models.DateTimeField(_("提醒两办的时间"), null=True)

    objects: ClassVar[Any] = ScopedManager.from_queryset(AnswerQuerySet)()

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("领导答复", "领导答复", 1)
        verbose_name_plural = ngettext_lazy("领导答复", "领导答复", 2)
        ordering = ["-day", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sitting", "leader", "day"],
                condition=Q(state__in=["asked", "accepted", "declined"]),
                name="answer_one_current",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "lapsed"]) | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="answer_says_who",
            ),
        ]
        indexes = [models.Index(fields=["day"], condition=Q(state="asked"), name="answer_unanswered")]

    def __str__(self) -> str:
        return f"{self.day} {self.leader}"


class DayNote(Scoped):
    """A note on a day that is over, held or cancelled: such a day is annotated, never edited. Notes only grow; they are not public."""

    day = models.ForeignKey(ReceptionDay, verbose_name=_("接访日"), on_delete=models.PROTECT, related_name="notes")
    text = models.CharField(_("备注"), max_length=500)
    by = models.ForeignKey(User, verbose_name=_("登记人"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("登记时间"))

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("接访日备注", "接访日备注", 1)
        verbose_name_plural = ngettext_lazy("接访日备注", "接访日备注", 2)
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.day} {self.at:%Y-%m-%d}"
