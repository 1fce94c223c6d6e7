"""Cases: one matter of one petitioner, from its registration on, and every step that was taken."""

import uuid
from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from petitions.workflow import RUNNING, Status
from reception.models import Booking, Department, Identity, Leader, RoleGrant, Scoped, Topic, User
from reception.models.counties import ScopedManager
from reception.roles import Role, permits

STATUSES = [
    (Status.REGISTERED.value, _("已登记")),
    (Status.UNDER_SCREENING.value, _("甄别中")),
    (Status.GUIDED.value, _("已引导法定途径")),
    (Status.NOT_ACCEPTED.value, _("不予受理")),
    (Status.NO_LONGER_ACCEPTED.value, _("不再受理")),
    (Status.RESOLVED_ON_SPOT.value, _("当场解决")),
    (Status.TRANSFERRED.value, _("已转送")),
    (Status.ASSIGNED.value, _("已交办")),
    (Status.OBJECTED.value, _("提出异议")),
    (Status.ACCEPTED.value, _("已受理")),
    (Status.IN_HANDLING.value, _("办理中")),
    (Status.OPINION_DRAFTED.value, _("意见待审")),
    (Status.OPINION_ISSUED.value, _("已出具意见")),
    (Status.DELIVERED.value, _("已送达")),
    (Status.CLOSED.value, _("已办结")),
    (Status.UNDER_REVIEW.value, _("复查中")),
    (Status.REVIEW_DECIDED.value, _("复查已答复")),
    (Status.UNDER_REREVIEW.value, _("复核中")),
    (Status.CONCLUDED.value, _("复核终结")),
    (Status.WITHDRAWN.value, _("已撤回")),
    (Status.MERGED.value, _("并案")),
    (Status.ARCHIVED.value, _("归档")),
]


class Kind(models.TextChoices):
    """The three kinds of petition matters (Regulations on Petition Work, art. 29 to 31)."""

    SUGGESTION = "suggestion", _("建议意见")
    ACCUSATION = "accusation", _("检举控告")
    CLAIM = "claim", _("申诉求决")


class WayIn(models.TextChoices):
    RECEPTION = "reception", _("领导接访")
    LETTER = "letter", _("来信")
    PHONE = "phone", _("电话")
    WEB = "web", _("网上")


def unaccused(user: User, *, of: str = "") -> Q:
    """The wall of accusations: not what accuses a leader whom the person is or serves, nor the department they are an officer of.

    Holds whatever other role they have, and for as long as they ever had this one. `of` is the way to the row with `accused_leader`
    and `accused_department`, as ``case__``.
    """
    grants = RoleGrant.objects.filter(user=user).filter(Q(role=Role.SECRETARY.value) | Q(role=Role.OFFICER.value))
    leaders = [grant.leader_id for grant in grants if grant.leader_id and grant.role == Role.SECRETARY.value]
    leaders += Leader.objects.filter(user=user).values_list("pk", flat=True)
    departments = [grant.department_id for grant in grants if grant.department_id and grant.role == Role.OFFICER.value]
    # A unit under the one accused is behind the same wall.
    above = Department.objects.filter(pk__in=departments, superior__isnull=False)
    departments += [department.superior_id for department in above if department.superior_id]
    # Not `exclude`: null is nobody, and nobody is not accused.
    not_leader = Q(**{f"{of}accused_leader__isnull": True}) | ~Q(**{f"{of}accused_leader__in": leaders})
    not_department = Q(**{f"{of}accused_department__isnull": True}) | ~Q(**{f"{of}accused_department__in": departments})
    return not_leader & not_department


class CaseQuerySet(models.QuerySet["Case"]):
    def running(self) -> "CaseQuerySet":
        """Cases in which somebody still owes the petitioner something."""
        return self.filter(status__in=sorted(RUNNING))

    def visible_to(self, user: User, *, on: date) -> "CaseQuerySet":
        """What a person may see on a day: the bureau and the auditor every case, an officer those with a task of their department, a
        leader and their secretary those the leader received. Behind the wall of accusations for everyone."""
        seen, held = self.filter(unaccused(user)), user.roles(on=on)
        if permits(held, "case.view"):
            return seen
        if not permits(held, "case.view_own"):
            return seen.none()
        grants = RoleGrant.objects.filter(user=user).on(on)
        departments = list(grants.filter(role=Role.OFFICER.value, department__isnull=False).values_list("department", flat=True))
        leaders = list(grants.filter(role=Role.SECRETARY.value).values_list("leader", flat=True))
        if Role.LEADER in held:
            leaders += Leader.objects.filter(user=user).values_list("pk", flat=True)
        now = Q(minutes__corrected_by__isnull=True)
        return seen.filter(now & (Q(minutes__tasks__department__in=departments) | Q(minutes__leader__in=leaders))).distinct()


CaseManager = ScopedManager.from_queryset(CaseQuerySet)


class Case(Scoped):
    """One matter. One that came by a booking keeps its number and code, so the citizen has one of each.

    `received_on` is the day of receipt, on which the clock D1 starts; `joins` is the running case of the same person and basically
    the same matter that this one was merged into.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(_("编号"), max_length=11, unique=True, editable=False)
    code_hash = models.CharField(max_length=160, editable=False)
    status = models.CharField(_("状态"), max_length=20, choices=STATUSES)
    kind = models.CharField(_("性质"), max_length=12, choices=Kind.choices, null=True, blank=True)  # noqa: DJ001  not known yet, not empty
    way_in = models.CharField(_("来源"), max_length=10, choices=WayIn.choices)
    topic = models.ForeignKey(Topic, verbose_name=_("类别"), on_delete=models.PROTECT, related_name="+")
    matter = models.TextField(_("反映的问题"))
    wish = models.TextField(_("诉求"))
    identity = models.ForeignKey(Identity, verbose_name=_("信访人"), on_delete=models.PROTECT, related_name="cases")
    accused_leader = models.ForeignKey(
        Leader, verbose_name=_("所反映的领导"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    accused_department = models.ForeignKey(
        Department, verbose_name=_("所反映的部门"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    received_on = models.DateField(_("收到日期"))
    registered_at = models.DateTimeField(_("登记时间"))
    booking = models.OneToOneField(
        Booking, verbose_name=_("预约"), on_delete=models.PROTECT, null=True, blank=True, related_name="case"
    )
    joins = models.ForeignKey(
        "self", verbose_name=_("并入的事项"), on_delete=models.PROTECT, null=True, blank=True, related_name="joined"
    )

    objects: ClassVar[Any] = CaseManager()

    class Meta(Scoped.Meta):
        verbose_name = _("信访事项")
        verbose_name_plural = _("信访事项")
        ordering = ["-received_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status=Status.MERGED.value, joins__isnull=False)
                | (~Q(status=Status.MERGED.value) & Q(joins__isnull=True)),
                name="case_merged_into_one",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.REGISTERED.value) | Q(kind__isnull=False), name="case_screened_has_a_kind"
            ),
        ]
        indexes = [models.Index(fields=["county", "status", "received_on"], name="case_by_status")]

    def __str__(self) -> str:
        return self.number


class CaseStep(Scoped):
    """One step of a case, append-only: who did what, when, for whom, why, from which state to which. `actor` is an account's name."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    n = models.PositiveSmallIntegerField(_("序号"))
    action = models.CharField(_("操作"), max_length=24)
    before = models.CharField(max_length=20, blank=True)
    after = models.CharField(_("状态"), max_length=20, choices=STATUSES)
    actor = models.CharField(_("操作人"), max_length=60)
    acting_for = models.CharField(_("代表"), max_length=60, blank=True)
    at = models.DateTimeField(_("时间"))
    reason = models.CharField(_("说明"), max_length=500, blank=True)
    facts = models.JSONField(default=dict, blank=True)

    class Meta(Scoped.Meta):
        verbose_name = _("办理经过")
        verbose_name_plural = _("办理经过")
        ordering = ["case", "n"]
        constraints = [models.UniqueConstraint(fields=["case", "n"], name="case_step_once")]

    def __str__(self) -> str:
        return f"{self.case} {self.n}"
