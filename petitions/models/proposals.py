"""What one person asks for and another must sign, and cases opened to someone behind the wall of accusations."""

import uuid
from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from petitions.models.cases import Case
from reception.models import Scoped, User


class ProposalState(models.TextChoices):
    WAITING = "waiting", _("待签批")
    SIGNED = "signed", _("已签批")
    REFUSED = "refused", _("未同意")
    TAKEN_BACK = "taken_back", _("已撤回")


class Proposal(Scoped):
    """An action that was asked for and waits for a second person: a refusal of acceptance, an extension, a withdrawal, a late review.

    `action` is that of the case's table (or ``recount`` for a changed calendar), `facts` what it will be done with. `asked_by` is the
    system's own account where the petitioner asked on their page.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="proposals")
    action = models.CharField(_("操作"), max_length=24)
    facts = models.JSONField(default=dict, blank=True)
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    asked_by = models.ForeignKey(User, verbose_name=_("提出人"), on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("提出时间"))
    state = models.CharField(_("状态"), max_length=10, choices=ProposalState.choices, default=ProposalState.WAITING)
    decided_by = models.ForeignKey(
        User, verbose_name=_("签批人"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("签批时间"), null=True, blank=True)
    decision = models.CharField(_("签批意见"), max_length=500, blank=True)

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("待签批事项", "待签批事项", 1)
        verbose_name_plural = ngettext_lazy("待签批事项", "待签批事项", 2)
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "action"], condition=Q(state="waiting"), name="proposal_one_waiting"),
            models.CheckConstraint(
                condition=~Q(state="signed") | (Q(decided_by__isnull=False) & ~Q(decided_by=F("asked_by"))),
                name="proposal_four_eyes",
            ),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(decision=""), name="proposal_refused_with_a_reason"),
        ]
        indexes = [models.Index(fields=["county", "state", "action"], name="proposal_waiting")]

    def __str__(self) -> str:
        return f"{self.case} {self.action}"


class Disclosure(Scoped):
    """Two persons opened a case for one who is kept from it by the wall of accusations, for a reason and a time.

    `ends_at` is a midnight of the county, at most 72 hours after `agreed_at`; `ended_at` is when it was closed before that, or refused.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="disclosures")
    to = models.ForeignKey(User, verbose_name=_("对谁开放"), on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("理由"), max_length=500)
    asked_by = models.ForeignKey(User, verbose_name=_("提出人"), on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("提出时间"))
    agreed_by = models.ForeignKey(User, verbose_name=_("同意人"), on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    agreed_at = models.DateTimeField(_("同意时间"), null=True, blank=True)
    ends_at = models.DateTimeField(_("开放至"), null=True, blank=True)
    ended_by = models.ForeignKey(User, verbose_name=_("结束人"), on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("破窗查阅", "破窗查阅", 1)
        verbose_name_plural = ngettext_lazy("破窗查阅", "破窗查阅", 2)
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="disclosure_has_a_reason"),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True, agreed_at__isnull=True, ends_at__isnull=True)
                | (Q(agreed_by__isnull=False, agreed_at__isnull=False, ends_at__isnull=False) & ~Q(agreed_by=F("asked_by"))),
                name="disclosure_by_two",
            ),
            models.CheckConstraint(condition=~Q(asked_by=F("to")) & ~Q(agreed_by=F("to")), name="disclosure_to_a_third"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__lte=F("agreed_at") + timedelta(hours=72)), name="disclosure_is_short"
            ),
            models.UniqueConstraint(
                fields=["case", "to"], condition=Q(agreed_at__isnull=True, ended_at__isnull=True), name="disclosure_asked_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.to_id}"
