"""The clocks of a case: when each began, when it ends and how that was counted, and which step stopped it. Append-only."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from petitions.models.cases import Case, CaseStep
from petitions.models.referrals import Referral
from reception.models import Scoped, User
from reception.models.counties import ScopedManager
from scheduling.deadlines import Roll, Unit

UNITS = [(Unit.DAYS.value, _("日")), (Unit.WORKING_DAYS.value, _("工作日"))]
ROLLS = [
    (Roll.NONE.value, _("不顺延")),
    (Roll.NEXT_WORKDAY.value, _("顺延至下一个工作日")),
    (Roll.PREVIOUS_WORKDAY.value, _("提前至上一个工作日")),
]


class PauseGround(models.TextChoices):
    """What may stop a clock for a while: a hearing (art. 36), and, by our design, an objection until it is decided."""

    HEARING = "hearing", _("听证")
    OBJECTION = "objection", _("异议处理")


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    def running(self) -> "DeadlineQuerySet":
        """Clocks that no step has stopped and no other clock has taken the place of."""
        return self.filter(stop__isnull=True, superseded_by__isnull=True)

    def chain_of(self, clock: "Deadline") -> "DeadlineQuerySet":
        """The clock with those it took the place of and those that took its place."""
        kinds = ("D5", "D6") if clock.kind in ("D5", "D6") else (clock.kind,)
        return self.filter(began_by=clock.began_by_id, referral=clock.referral_id, kind__in=kinds)


DeadlineManager = ScopedManager.from_queryset(DeadlineQuerySet)


class HalfWay(models.Func):
    """The day on which half of a clock's days are over (`scheduling.reminders.half_way`)."""

    template = "started_on + (due_on - started_on) / 2"
    output_field = models.DateField()


class Deadline(Scoped):
    """One clock, as it was counted. `due_on` is the last day still in time; `target_on` the last working day not after it.

    `began_by` is the step whose fact (`start`) began it on the day `started_on`, which is not counted. `calendar` is the fingerprint of
    the calendar and `rule` the edition of the table of limits that it was counted by.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deadlines")
    # A unit's own clocks belong to what was referred to it; the case's own to none.
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, null=True, blank=True, related_name="deadlines")
    kind = models.CharField(_("期限"), max_length=4)
    start = models.CharField(_("起算事实"), max_length=20)
    began_by = models.ForeignKey(CaseStep, on_delete=models.PROTECT, related_name="+")
    started_on = models.DateField(_("起算日"))
    amount = models.PositiveSmallIntegerField(_("期限长度"))
    unit = models.CharField(_("单位"), max_length=16)
    roll = models.CharField(max_length=20)
    article = models.CharField(_("依据"), max_length=120)
    rule = models.CharField(_("规则版本"), max_length=40)
    calendar = models.CharField(_("日历指纹"), max_length=64)
    due_on = models.DateField(_("届满日"))
    target_on = models.DateField(_("内部目标日"))
    # A column, because row-level security lets no index on an expression be used.
    half_on = models.GeneratedField(expression=HalfWay(), output_field=models.DateField(), db_persist=True)
    extended_by = models.PositiveSmallIntegerField(_("延长日数"), default=0)
    paused_by = models.PositiveSmallIntegerField(_("不计入的日数"), default=0)
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by")

    objects: ClassVar[Any] = DeadlineManager()

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("办理期限", "办理期限", 1)
        verbose_name_plural = ngettext_lazy("办理期限", "办理期限", 2)
        ordering = ["case", "started_on", "pk"]
        indexes = [
            models.Index(fields=["county", "due_on"], name="deadline_due"),
            models.Index(fields=["county", "half_on"], name="deadline_half_way"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["began_by", "kind", "referral"],
                condition=Q(supersedes__isnull=True),
                nulls_distinct=False,
                name="deadline_once_a_step",
            ),
            models.CheckConstraint(
                condition=Q(kind="D6", extended_by__range=(1, 30)) | (~Q(kind="D6") & Q(extended_by=0)),
                name="deadline_extended_is_another_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.kind}"

    @property
    def runs(self) -> bool:
        """Whether no step has stopped it and no other clock has taken its place; asked of the two rows, so a list should have them."""
        return not hasattr(self, "stop") and not hasattr(self, "superseded_by")

    @property
    def chain(self) -> tuple[int, int | None, str]:
        """What it has in common with those it took the place of; the extended D6 and its D5 are one."""
        return self.began_by_id, self.referral_id, "D5" if self.kind == "D6" else self.kind


class Stop(Scoped):
    """A step that stopped a clock, on a day."""

    deadline = models.OneToOneField(Deadline, on_delete=models.PROTECT, related_name="stop")
    step = models.ForeignKey(CaseStep, on_delete=models.PROTECT, related_name="stops")
    stopped_on = models.DateField(_("停止日"))

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("期限停止", "期限停止", 1)
        verbose_name_plural = ngettext_lazy("期限停止", "期限停止", 2)
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.deadline} {self.stopped_on}"


class Extension(Scoped):
    """The handling period made longer: once, by at most 30 days, decided within it by the head of the handling body (art. 34).

    The database refuses a second one, and one after the last day.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="extensions")
    deadline = models.OneToOneField(Deadline, on_delete=models.PROTECT, related_name="extension")
    step = models.OneToOneField(CaseStep, on_delete=models.PROTECT, related_name="extension")
    days = models.PositiveSmallIntegerField(_("延长日数"))
    reason = models.CharField(_("理由"), max_length=500)
    decided_on = models.DateField(_("批准日期"))

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("延期", "延期", 1)
        verbose_name_plural = ngettext_lazy("延期", "延期", 2)
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(days__range=(1, 30)), name="extension_of_one_to_thirty_days"),
            models.CheckConstraint(condition=~Q(reason=""), name="extension_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.deadline} +{self.days}"


class Pause(Scoped):
    """Days that a clock does not count, of a hearing or an objection: from `starts_on` to the day before `ends_on`, null while it lasts.

    `deadline` is the clock that ran when the pause began.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="pauses")
    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="pauses")
    ground = models.CharField(_("不计入期限的事由"), max_length=20, choices=PauseGround.choices)
    reason = models.CharField(_("说明"), max_length=500)
    starts_on = models.DateField(_("自"))
    ends_on = models.DateField(_("至（不含）"), null=True, blank=True)

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("中止计时", "中止计时", 1)
        verbose_name_plural = ngettext_lazy("中止计时", "中止计时", 2)
        ordering = ["case", "starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(ends_on__isnull=True), name="pause_one_at_a_time"),
            models.CheckConstraint(condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")), name="pause_runs_forward"),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.starts_on}"


class LimitQuerySet(models.QuerySet["Limit"]):
    def waiting(self) -> "LimitQuerySet":
        """Rows that were proposed and that nobody has decided on."""
        return self.filter(decided_at__isnull=True)


LimitManager = ScopedManager.from_queryset(LimitQuerySet)


class Limit(Scoped):
    """A row of the table of limits: how long a clock of this kind runs that something on or after `valid_from` starts.

    Proposed by one person and approved by another; only an approved row counts, and none is ever changed. `is_confirmed` is false where
    the article was not checked against the text of the law. The extension D6 is never more than the law's 30 days.
    """

    kind = models.CharField(_("期限"), max_length=4)
    amount = models.PositiveSmallIntegerField(_("期限长度"))
    unit = models.CharField(_("单位"), max_length=16, choices=UNITS)
    roll = models.CharField(_("末日遇休息日"), max_length=20, choices=ROLLS)
    article = models.CharField(_("依据"), max_length=120)
    is_confirmed = models.BooleanField(_("已核对原文"), default=False)
    valid_from = models.DateField(_("自何日起适用"))
    reason = models.CharField(_("理由"), max_length=300)
    proposed_by = models.ForeignKey(User, verbose_name=_("提出人"), on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("提出时间"))
    decided_by = models.ForeignKey(
        User, verbose_name=_("审定人"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("审定时间"), null=True, blank=True)
    is_approved = models.BooleanField(_("已审定"), default=False)

    objects: ClassVar[Any] = LimitManager()

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("期限规则", "期限规则", 1)
        verbose_name_plural = ngettext_lazy("期限规则", "期限规则", 2)
        ordering = ["kind", "valid_from", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "kind", "valid_from"], condition=Q(is_approved=True), name="limit_once_a_day"
            ),
            models.CheckConstraint(condition=Q(amount__range=(1, 1000)), name="limit_has_a_length"),
            models.CheckConstraint(
                condition=~Q(kind="D6") | Q(amount__lte=30, unit=Unit.DAYS.value, roll=Roll.NONE.value),
                name="limit_of_an_extension_is_the_laws",
            ),
            models.CheckConstraint(
                condition=Q(is_approved=False) | (Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
                name="limit_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.valid_from}"
