"""What was sent to which unit: referrals, objections to them, what a unit reports, and who stepped back."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from petitions.models.cases import Case, CaseStep
from reception.models import Department, Leader, Scoped, User


class ReferralState(models.TextChoices):
    SENT = "sent", _("待答复")
    OBJECTED = "objected", _("提出异议")
    RETURNED = "returned", _("已退回")
    ACCEPTED = "accepted", _("已受理")
    REFUSED = "refused", _("不予受理")
    DONE = "done", _("已完成")


# The unit answers for it still.
LIVE = (ReferralState.SENT, ReferralState.OBJECTED, ReferralState.ACCEPTED)


class Referral(Scoped):
    """A case is with a unit: transferred, or assigned with a task and a day. The lead answers for the whole, others assist.

    `received_on` is the day on which the unit received it, from which its clocks run; `due_on` the day set for an assigned task (D11).
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="referrals")
    step = models.ForeignKey(CaseStep, on_delete=models.PROTECT, related_name="referrals")
    round = models.PositiveSmallIntegerField(_("第几次"))
    department = models.ForeignKey(Department, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="referrals")
    is_lead = models.BooleanField(_("牵头"))
    is_assigned = models.BooleanField(_("交办"))
    deliverable = models.CharField(_("办理事项"), max_length=300, blank=True)
    instruction = models.TextField(_("领导批示"), blank=True)
    instructed_by = models.ForeignKey(
        Leader, verbose_name=_("批示领导"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    received_on = models.DateField(_("单位收到日期"))
    due_on = models.DateField(_("办结时限"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=ReferralState.choices, default=ReferralState.SENT)
    handler = models.ForeignKey(User, verbose_name=_("承办人"), on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("转送交办", "转送交办", 1)
        verbose_name_plural = ngettext_lazy("转送交办", "转送交办", 2)
        ordering = ["case", "round", "-is_lead", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "round", "department"], name="referral_once_a_round"),
            models.UniqueConstraint(fields=["case", "round"], condition=Q(is_lead=True), name="referral_one_lead"),
            models.CheckConstraint(
                condition=Q(is_assigned=False, due_on__isnull=True) | Q(is_assigned=True, due_on__gte=F("received_on")),
                name="referral_assigned_by_a_day",
            ),
        ]
        indexes = [models.Index(fields=["county", "department", "state"], name="referral_by_department")]

    def __str__(self) -> str:
        return f"{self.case} {self.department}"

    @property
    def is_live(self) -> bool:
        return self.state in LIVE


class Objection(Scoped):
    """A unit says that a matter is not its own: within five working days, with detailed reasons (art. 23)."""

    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="objection")
    reasons = models.TextField(_("理由"))
    suggests = models.ForeignKey(
        Department, verbose_name=_("建议转送"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    raised_by = models.ForeignKey(User, verbose_name=_("提出人"), on_delete=models.PROTECT, related_name="+")
    raised_on = models.DateField(_("提出日期"))
    is_agreed = models.BooleanField(_("同意"), null=True, blank=True)
    # Where two units dispute, their common superior decides; otherwise the bureau.
    superior = models.ForeignKey(
        Department, verbose_name=_("决定的共同上级"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision = models.TextField(_("决定的理由"), blank=True)
    decided_by = models.ForeignKey(
        User, verbose_name=_("决定人"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_on = models.DateField(_("决定日期"), null=True, blank=True)

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("异议", "异议", 1)
        verbose_name_plural = ngettext_lazy("异议", "异议", 2)
        ordering = ["raised_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reasons=""), name="objection_has_reasons"),
            models.CheckConstraint(
                condition=Q(is_agreed__isnull=True, decided_on__isnull=True, decided_by__isnull=True)
                | (Q(is_agreed__isnull=False, decided_on__isnull=False, decided_by__isnull=False) & ~Q(decision="")),
                name="objection_decided_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.referral} {self.raised_on}"


class Progress(Scoped):
    """What a unit reports of its work, append-only. `is_result` where it reports its part as done."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="progress")
    text = models.TextField(_("进展"))
    is_result = models.BooleanField(_("本单位部分已完成"), default=False)
    by = models.ForeignKey(User, verbose_name=_("填报人"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"))

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("办理进展", "办理进展", 1)
        verbose_name_plural = ngettext_lazy("办理进展", "办理进展", 2)
        ordering = ["at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="progress_says_something")]

    def __str__(self) -> str:
        return f"{self.referral} {self.at:%Y-%m-%d}"


class Recusal(Scoped):
    """Someone stepped back from a case, or was told to, for a direct interest in it or in the petitioner (art. 28). Append-only."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="recusals")
    user = models.ForeignKey(User, verbose_name=_("回避人"), on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("理由"), max_length=300)
    by = models.ForeignKey(User, verbose_name=_("决定人"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"))

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("回避", "回避", 1)
        verbose_name_plural = ngettext_lazy("回避", "回避", 2)
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="recusal_once")]

    def __str__(self) -> str:
        return f"{self.case} {self.user}"
