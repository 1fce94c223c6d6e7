"""Rotations, absences, reception days, sittings and substitutions: the working tables a release is made from."""

import uuid
from datetime import date, time, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from reception import language
from reception.models.counties import Scoped, ScopedManager
from reception.models.people import Department, Leader, PeriodManager, Place, Post, User, no_overlap, runs_forward


class Rotation(Scoped):
    """Posts that receive in turn, and the usual place, hours and capacity of their sittings."""

    code = models.CharField(_("代码"), max_length=20)
    name = models.CharField(_("名称"), max_length=60)
    name_en = models.CharField(_("英文名称"), max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(_("排序"), default=0)
    place = models.ForeignKey(Place, verbose_name=_("接访地点"), on_delete=models.PROTECT)
    starts = models.TimeField(_("开始"), default=time(8, 30))
    ends = models.TimeField(_("结束"), default=time(11, 30))
    capacity = models.PositiveSmallIntegerField(_("可预约批次"), default=15)

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("轮值序列", "轮值序列", 1)
        verbose_name_plural = ngettext_lazy("轮值序列", "轮值序列", 2)
        ordering = ["position", "code"]
        constraints = [
            models.UniqueConstraint(fields=["county", "code"], name="rotation_code"),
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")), name="rotation_hours", violation_error_message=_("结束时间须晚于开始时间。")
            ),
        ]

    def __str__(self) -> str:
        return language.named(self)


class Seat(Scoped):
    """A post's place in the list of a rotation."""

    rotation = models.ForeignKey(Rotation, verbose_name=_("轮值序列"), on_delete=models.CASCADE, related_name="seats")
    post = models.ForeignKey(Post, verbose_name=_("职务"), on_delete=models.PROTECT, related_name="seats")
    position = models.PositiveSmallIntegerField(_("顺序"))

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("轮值职务", "轮值职务", 1)
        verbose_name_plural = ngettext_lazy("轮值职务", "轮值职务", 2)
        ordering = ["rotation", "position"]
        constraints = [
            models.UniqueConstraint(fields=["rotation", "post"], name="seat_post_once"),
            models.UniqueConstraint(
                fields=["rotation", "position"], name="seat_position_once", deferrable=models.Deferrable.DEFERRED
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.post}"


class AbsenceKind(models.TextChoices):
    BUSINESS_TRIP = "business_trip", _("出差")
    MEETING = "meeting", _("会议")
    LEAVE = "leave", _("休假")
    TRAINING = "training", _("培训学习")
    ILLNESS = "illness", _("病假")
    RECUSAL = "recusal", _("回避")
    OTHER = "other", _("其他公务")


class Absence(Scoped):
    """A leader is away from `starts_on` to the day before `ends_on`. The kind may be public; the note never is."""

    leader = models.ForeignKey(Leader, verbose_name=_("领导"), on_delete=models.PROTECT, related_name="absences")
    starts_on = models.DateField(_("自"))
    ends_on = models.DateField(_("至（不含）"))
    kind = models.CharField(_("事由"), max_length=20, choices=AbsenceKind.choices)
    note = models.CharField(_("内部备注"), max_length=300, blank=True)
    acting_for = models.CharField(_("代表"), max_length=60, blank=True, editable=False)
    recorded_by = models.ForeignKey(User, verbose_name=_("登记人"), on_delete=models.PROTECT, related_name="+", editable=False)
    recorded_at = models.DateTimeField(_("登记时间"), editable=False)

    objects: ClassVar[Any] = PeriodManager()

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("请假", "请假", 1)
        verbose_name_plural = ngettext_lazy("请假", "请假", 2)
        ordering = ["-starts_on"]
        constraints = [
            runs_forward("absence_runs_forward"),
            no_overlap("absence_once", "leader", violation_error_message=_("这位领导在这段时间内已有请假记录，请修改原记录。")),
        ]

    def __str__(self) -> str:
        return f"{self.leader} {self.starts_on}"

    @property
    def last_day(self) -> date:
        return self.ends_on - timedelta(days=1)


class DayKind(models.TextChoices):
    MONTHLY = "monthly", _("每月接访日")
    EXTRA = "extra", _("增加的接访")


class DayStatus(models.TextChoices):
    CONFIRMED = "confirmed", _("已确定")
    PROVISIONAL = "provisional", _("暂定")


class DayState(models.TextChoices):
    PLANNED = "planned", _("拟定")
    PUBLISHED = "published", _("已公布")
    IN_PROGRESS = "in_progress", _("接访中")
    HELD = "held", _("已结束")
    CANCELLED = "cancelled", _("已取消")


class ReceptionDayQuerySet(models.QuerySet["ReceptionDay"]):
    def of_year(self, year: int) -> "ReceptionDayQuerySet":
        """Days whose nominal month lies in the year."""
        return self.filter(month__gte=date(year, 1, 1), month__lt=date(year + 1, 1, 1))

    def settled(self) -> "ReceptionDayQuerySet":
        """Days that planning must not touch: published, under way, held or cancelled."""
        return self.exclude(state=DayState.PLANNED)

    def upcoming(self, *, on: date) -> "ReceptionDayQuerySet":
        return self.filter(day__gte=on).exclude(state=DayState.CANCELLED)


class ReceptionDay(Scoped):
    """A day on which leaders receive. A monthly day keeps its nominal month even when pushed past the month's end."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("类别"), max_length=10, choices=DayKind.choices, default=DayKind.MONTHLY)
    month = models.DateField(_("所属月份"), help_text=_("当月一日。"))
    nominal_on = models.DateField(_("法定接访日"), null=True, blank=True)
    day = models.DateField(_("接访日"))
    status = models.CharField(_("日期状态"), max_length=12, choices=DayStatus.choices)
    state = models.CharField(_("状态"), max_length=12, choices=DayState.choices, default=DayState.PLANNED)
    reasons = models.JSONField(_("日期依据"), default=list)
    title = models.CharField(_("名称"), max_length=80, blank=True)
    title_en = models.CharField(_("英文名称"), max_length=160, blank=True)
    reason = models.CharField(_("变更原因（公开）"), max_length=120, blank=True)
    reason_en = models.CharField(_("变更原因（公开，英文）"), max_length=240, blank=True)

    objects: ClassVar[Any] = ScopedManager.from_queryset(ReceptionDayQuerySet)()

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("接访日", "接访日", 1)
        verbose_name_plural = ngettext_lazy("接访日", "接访日", 2)
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["county", "month"], condition=Q(kind=DayKind.MONTHLY), name="day_one_a_month"),
            models.UniqueConstraint(
                fields=["county", "day"],
                name="day_once",
                violation_error_message=_("这一天已是接访日，请在该日增加场次。"),
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="day_month_is_its_first"),
            models.CheckConstraint(
                condition=Q(kind=DayKind.MONTHLY, nominal_on__isnull=False) | Q(kind=DayKind.EXTRA, nominal_on__isnull=True),
                name="day_nominal_if_monthly",
            ),
        ]

    def __str__(self) -> str:
        return str(self.day)


class SittingState(models.TextChoices):
    PLANNED = "planned", _("拟定")
    PUBLISHED = "published", _("已公布")
    HELD = "held", _("已结束")
    CANCELLED = "cancelled", _("已取消")


class Sitting(Scoped):
    """One leader's reception on one day. The leader here is the one planned; a substitution lies over it and does not change it."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    day = models.ForeignKey(ReceptionDay, verbose_name=_("接访日"), on_delete=models.CASCADE, related_name="sittings")
    rotation = models.ForeignKey(
        Rotation, verbose_name=_("轮值序列"), on_delete=models.PROTECT, null=True, blank=True, related_name="sittings"
    )
    post = models.ForeignKey(Post, verbose_name=_("职务"), on_delete=models.PROTECT, related_name="sittings")
    leader = models.ForeignKey(Leader, verbose_name=_("接访领导"), on_delete=models.PROTECT, related_name="sittings")
    portfolio = models.CharField(_("分管工作"), max_length=300, blank=True)
    portfolio_en = models.CharField(_("分管工作（英文）"), max_length=600, blank=True)
    place = models.ForeignKey(Place, verbose_name=_("接访地点"), on_delete=models.PROTECT)
    starts = models.TimeField(_("开始"))
    ends = models.TimeField(_("结束"))
    capacity = models.PositiveSmallIntegerField(_("可预约批次"))
    state = models.CharField(_("状态"), max_length=12, choices=SittingState.choices, default=SittingState.PLANNED)
    turn = models.JSONField(_("轮值依据"), null=True, blank=True)
    departments = models.ManyToManyField(Department, verbose_name=_("陪同部门"), through="Attendance", related_name="+")

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("接访场次", "接访场次", 1)
        verbose_name_plural = ngettext_lazy("接访场次", "接访场次", 2)
        ordering = ["day", "rotation__position", "starts"]
        constraints = [
            models.UniqueConstraint(fields=["day", "rotation"], name="sitting_one_a_rotation"),
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")), name="sitting_hours", violation_error_message=_("结束时间须晚于开始时间。")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.leader}"


class Attendance(Scoped):
    """A department attends a sitting."""

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="attendances")
    department = models.ForeignKey(Department, verbose_name=_("部门"), on_delete=models.PROTECT, related_name="+")
    told_on = models.DateField(_("已告知的接访日"), null=True, editable=False, help_text=_("告知时的接访日；改期后要再次告知。"))

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("陪同部门", "陪同部门", 1)
        verbose_name_plural = ngettext_lazy("陪同部门", "陪同部门", 2)
        constraints = [models.UniqueConstraint(fields=["sitting", "department"], name="attendance_once")]

    def __str__(self) -> str:
        return str(self.department)


class SubstitutionState(models.TextChoices):
    REQUESTED = "requested", _("申请")
    PROPOSED = "proposed", _("拟替")
    ENDORSED = "endorsed", _("会商同意")
    ACCEPTED = "accepted", _("已确认")
    IN_FORCE = "in_force", _("生效")
    DECLINED = "declined", _("谢绝")
    WITHDRAWN = "withdrawn", _("撤回")
    LAPSED = "lapsed", _("失效")
    SUPERSEDED = "superseded", _("已被另一次替代取代")


class SubstitutionWay(models.TextChoices):
    SUBSTITUTE = "substitute", _("替代")
    SWAP = "swap", _("对调")
    EMERGENCY = "emergency", _("应急替代")


class Substitution(Scoped):
    """Another leader receives in place of the one planned. Of all substitutions of a sitting at most one is in force.

    A swap is two rows on two days, each the other's `pair`; they go through every state together, and the older leads: its
    sitting is the one whose leader can't come.
    """

    sitting = models.ForeignKey(Sitting, verbose_name=_("接访场次"), on_delete=models.CASCADE, related_name="substitutions")
    state = models.CharField(_("状态"), max_length=12, choices=SubstitutionState.choices, default=SubstitutionState.REQUESTED)
    reason = models.CharField(_("原因"), max_length=20, choices=AbsenceKind.choices)
    post = models.ForeignKey(Post, verbose_name=_("替代者职务"), on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    leader = models.ForeignKey(
        Leader, verbose_name=_("替代者"), on_delete=models.PROTECT, null=True, blank=True, related_name="substitutions"
    )
    portfolio = models.CharField(_("分管工作"), max_length=300, blank=True)
    portfolio_en = models.CharField(_("分管工作（英文）"), max_length=600, blank=True)
    coordinators = models.CharField(_("协调人员"), max_length=200, blank=True, help_text=_("公开，写单位和职务，用顿号分隔。"))
    coordinating = models.ManyToManyField(User, verbose_name=_("协调人员账号"), through="Coordination", related_name="+")
    way = models.CharField(
        _("方式"), max_length=12, choices=SubstitutionWay.choices, default=SubstitutionWay.SUBSTITUTE, editable=False
    )
    pair = models.ForeignKey(
        "self", verbose_name=_("对调的另一场"), on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    requested_by = models.ForeignKey(User, verbose_name=_("申请人"), on_delete=models.PROTECT, related_name="+", editable=False)
    requested_at = models.DateTimeField(_("申请时间"), editable=False)
    referred_at = models.DateTimeField(_("转联席会议办公室时间"), null=True, editable=False)
    escalated_at = models.DateTimeField(_("提请联席会议办公室协调时间"), null=True, editable=False)
    endorsed_at = models.DateTimeField(_("会商同意时间"), null=True, editable=False)
    objected_at = models.DateTimeField(_("提出异议时间"), null=True, editable=False)

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("替代接访", "替代接访", 1)
        verbose_name_plural = ngettext_lazy("替代接访", "替代接访", 2)
        ordering = ["-requested_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["sitting"], condition=Q(state=SubstitutionState.IN_FORCE), name="substitution_one_in_force"
            ),
            models.UniqueConstraint(
                fields=["sitting"],
                condition=Q(state__in=["requested", "proposed", "endorsed", "accepted"]),
                name="substitution_one_under_way",
                violation_error_message=_("这一场的替代已在办理中。"),
            ),
            models.CheckConstraint(
                condition=Q(pair__isnull=True) | Q(way=SubstitutionWay.SWAP), name="substitution_pair_is_a_swap"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["proposed", "endorsed", "accepted", "in_force"])
                | Q(leader__isnull=False, post__isnull=False),
                name="substitution_names_a_leader",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sitting} → {self.leader}"

    @property
    def seen(self) -> str:
        """What a page shows of it, for a form to carry: in which state it is, and who is proposed."""
        return f"{self.state} {self.leader_id} {self.pair_id}"

    @property
    def is_unendorsed(self) -> bool:
        """Put in force by the chief alone, and the right office has not agreed yet."""
        return self.way == SubstitutionWay.EMERGENCY and self.state == SubstitutionState.IN_FORCE and self.endorsed_at is None


class Coordination(Scoped):
    """An account that is told of a substitution because its holder coordinates it. The public words are the substitution's own."""

    substitution = models.ForeignKey(Substitution, on_delete=models.CASCADE, related_name="coordinations")
    user = models.ForeignKey(User, verbose_name=_("账号"), on_delete=models.PROTECT, related_name="+")

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("协调人员账号", "协调人员账号", 1)
        verbose_name_plural = ngettext_lazy("协调人员账号", "协调人员账号", 2)
        constraints = [models.UniqueConstraint(fields=["substitution", "user"], name="coordination_once")]

    def __str__(self) -> str:
        return str(self.user)
