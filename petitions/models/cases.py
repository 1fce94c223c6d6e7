"""Cases: one matter of one petitioner, from its registration on, and every step that was taken."""

import uuid
from datetime import UTC, date, datetime, time
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from petitions.models import hard
from petitions.workflow import RUNNING, Status
from reception.models import Booking, Department, Identity, Leader, RoleGrant, Scoped, Topic, User, wall
from reception.models.counties import ScopedManager
from reception.roles import UNIT_ROLES, Role, permits

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


class CaseQuerySet(models.QuerySet["Case"]):
    def running(self) -> "CaseQuerySet":
        """Cases in which somebody still owes the petitioner something."""
        return self.filter(status__in=sorted(RUNNING))

    def walled(self, user: User, *, on: date) -> "CaseQuerySet":
        """What the wall of accusations keeps from a person on a day: what complains of them, of a leader they ever served or a unit
        they ever worked for, and what they stepped back from; unless two others opened it for them and its time is not over."""
        kept = wall.accused(user).accusing | Q(accused_user=user) | Q(pk__in=_stepped_back(user))
        return self.filter(kept).exclude(pk__in=_disclosed(user, on))

    def unwalled(self, user: User, *, on: date) -> "CaseQuerySet":
        """All others."""
        seen = wall.accused(user).unaccusing & (Q(accused_user__isnull=True) | ~Q(accused_user=user))
        seen &= ~Q(pk__in=_stepped_back(user))
        return self.filter(seen | Q(pk__in=_disclosed(user, on)))

    def visible_to(self, user: User, *, on: date) -> "CaseQuerySet":
        """What a person may see on a day: the bureau and the auditor every case, a unit those referred to it, a leader and their
        secretary those the leader received, instructed, sponsors or was written to about, a reviewer those under review; and whom a
        case was opened for, that case. Behind the wall of accusations for everyone."""
        # The edge that loaded the account has asked for the roles of today already.
        seen, held = self.unwalled(user, on=on), user.held or user.roles(on=on)
        if permits(held, "case.view"):
            return seen
        if not permits(held, "case.view_own"):
            return seen.none()
        grants = list(RoleGrant.objects.filter(user=user).on(on).values_list("role", "department", "leader"))
        departments = [department for role, department, _leader in grants if role in UNIT_ROLES and department]
        leaders = [leader for role, _department, leader in grants if role == Role.SECRETARY.value]
        if Role.LEADER in held:
            leaders += Leader.objects.filter(user=user).values_list("pk", flat=True)
        now = Q(minutes__corrected_by__isnull=True)
        own = now & (Q(minutes__tasks__department__in=departments) | Q(minutes__leader__in=leaders))
        # Both of one referral: that another unit returned it is nothing to this one.
        own |= Q(referrals__department__in=departments, referrals__state__in=("sent", "objected", "accepted", "refused", "done"))
        own |= Q(instructed_by__in=leaders) | Q(sponsor__in=leaders) | Q(addressed_to__in=leaders)
        if Role.REVIEWER in held:
            own |= Q(reviews__isnull=False)
        own |= Q(pk__in=_disclosed(user, on))
        if Role.JOINT_OFFICE in held:
            # What a joint meeting may deal with, dealt with, or supervises.
            own |= hard.any_rule(on) | Q(agenda_items__isnull=False) | Q(supervisions__isnull=False)
        return seen.filter(pk__in=self.filter(own).values("pk"))


def _stepped_back(user: User) -> Any:
    """Ids of the cases that a person stepped back from."""
    recusals: Any = Case._meta.get_field("recusals").related_model
    return recusals.objects.filter(user=user).order_by().values("case")


def _disclosed(user: User, on: date) -> Any:
    """Ids of the cases that were opened for a person and still are on a day; openings end at midnight."""
    disclosures: Any = Case._meta.get_field("disclosures").related_model
    day = datetime.combine(on, time(0), user.county.zone if user.county else UTC)
    return disclosures.objects.filter(to=user, ends_at__gt=day, ended_at__isnull=True).order_by().values("case")


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
    # The form's own key and a keyed fingerprint of what it said: the same form sent twice is one case. A reception's has none.
    key = models.UUIDField(null=True, blank=True, editable=False)
    digest = models.CharField(max_length=24, blank=True, editable=False)
    booking = models.OneToOneField(
        Booking, verbose_name=_("预约"), on_delete=models.PROTECT, null=True, blank=True, related_name="case"
    )
    joins = models.ForeignKey(
        "self", verbose_name=_("并入的事项"), on_delete=models.PROTECT, null=True, blank=True, related_name="joined"
    )
    repeats = models.ForeignKey(
        "self", verbose_name=_("重复的事项"), on_delete=models.PROTECT, null=True, blank=True, related_name="repeated_by"
    )
    people = models.PositiveSmallIntegerField(_("人数"), default=1)
    is_urgent = models.BooleanField(_("紧急"), default=False)
    is_simple = models.BooleanField(_("简易办理"), default=False)
    accused_user = models.ForeignKey(
        User, verbose_name=_("所反映的工作人员"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    addressed_to = models.ForeignKey(
        Leader, verbose_name=_("写给"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    instructed_by = models.ForeignKey(
        Leader, verbose_name=_("批示领导"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sponsor = models.ForeignKey(
        Leader, verbose_name=_("包案领导"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Kept beside the referrals and the clocks, for lists: the unit that answers for it now, its handler, the next official's last day.
    department = models.ForeignKey(
        Department, verbose_name=_("责任单位"), on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    handler = models.ForeignKey(
        User, verbose_name=_("承办人"), on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    due_on = models.DateField(_("最近届满日"), null=True, blank=True, editable=False)
    round = models.PositiveSmallIntegerField(_("第几次办理"), default=1, editable=False)

    objects: ClassVar[Any] = CaseManager()

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("信访事项", "信访事项", 1)
        verbose_name_plural = ngettext_lazy("信访事项", "信访事项", 2)
        ordering = ["-received_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status=Status.MERGED.value, joins__isnull=False)
                # Archived, it still says into which it was merged.
                | Q(status=Status.ARCHIVED.value)
                | (~Q(status=Status.MERGED.value) & Q(joins__isnull=True)),
                name="case_merged_into_one",
            ),
            # One that was withdrawn before anyone had screened it never gets a kind.
            models.CheckConstraint(
                condition=Q(status__in=[Status.REGISTERED.value, Status.WITHDRAWN.value, Status.ARCHIVED.value])
                | Q(kind__isnull=False),
                name="case_screened_has_a_kind",
            ),
            models.CheckConstraint(condition=Q(people__gte=1), name="case_of_somebody"),
            models.UniqueConstraint(fields=["county", "key"], name="case_once_a_form"),
            models.CheckConstraint(condition=Q(repeats__isnull=True) | ~Q(repeats=models.F("pk")), name="case_repeats_another"),
        ]
        indexes = [
            models.Index(fields=["county", "status", "received_on"], name="case_by_status"),
            models.Index(fields=["county", "department", "status"], name="case_by_department"),
            models.Index(fields=["county", "due_on"], name="case_by_due", condition=Q(due_on__isnull=False)),
            models.Index(fields=["county", "-received_on", "-id"], name="case_newest"),
        ]

    def __str__(self) -> str:
        return self.number


def of_booking(booking: Booking) -> Case | None:
    """The case that a reception made; None where it has not, or not yet."""
    found: Case | None = Case.objects.filter(booking=booking).first()
    return found


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
    corrects = models.ForeignKey(
        "self", verbose_name=_("更正的步骤"), on_delete=models.PROTECT, null=True, blank=True, related_name="corrections"
    )

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("办理经过", "办理经过", 1)
        verbose_name_plural = ngettext_lazy("办理经过", "办理经过", 2)
        ordering = ["case", "n"]
        constraints = [models.UniqueConstraint(fields=["case", "n"], name="case_step_once")]

    def __str__(self) -> str:
        return f"{self.case} {self.n}"


class Representative(Scoped):
    """Who speaks for a joint case; at most five (Regulations on Petition Work, art. 20)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="representatives")
    position = models.PositiveSmallIntegerField(_("顺序"))
    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="+")

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("代表", "代表", 1)
        verbose_name_plural = ngettext_lazy("代表", "代表", 2)
        ordering = ["case", "position"]
        constraints = [
            models.UniqueConstraint(fields=["case", "position"], name="case_representative_once"),
            models.CheckConstraint(condition=Q(position__range=(1, 5)), name="case_at_most_five_representatives"),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.position}"
