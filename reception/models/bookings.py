"""Bookings: places at a sitting, who holds them, what they come for, and every step with its time. Who they are is in the vault."""

import uuid
from datetime import date, timedelta
from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from reception import language
from reception.models import wall
from reception.models.counties import Scoped, ScopedManager
from reception.models.days import Sitting
from reception.models.identities import Identity
from reception.models.people import Department, Leader, RoleGrant, User
from reception.roles import permits
from reception.workflows.booking import COMING, HOLDING, IN_HALL

MOST_REPRESENTATIVES = 5
APART_DAYS = 30


class Topic(Scoped):
    """What a matter is about. `words` are what a leader's portfolio is searched for; `department` is proposed to attend."""

    code = models.CharField(_("代码"), max_length=20)
    name = models.CharField(_("类别"), max_length=60)
    name_en = models.CharField(_("英文名称"), max_length=120, blank=True)
    words = models.CharField(_("关键词"), max_length=200, blank=True, help_text=_("与领导分管工作相对应的词，用顿号分隔。"))
    department = models.ForeignKey(
        Department, verbose_name=_("相关部门"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    position = models.PositiveSmallIntegerField(_("排序"), default=0)

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("信访事项类别", "信访事项类别", 1)
        verbose_name_plural = ngettext_lazy("信访事项类别", "信访事项类别", 2)
        ordering = ["position", "code"]
        constraints = [models.UniqueConstraint(fields=["county", "code"], name="topic_code")]

    def __str__(self) -> str:
        return language.named(self)


class BookingState(models.TextChoices):
    SUBMITTED = "submitted", _("已提交")
    CONFIRMED = "confirmed", _("已确认")
    WAITLISTED = "waitlisted", _("候补")
    GUIDED = "guided", _("已引导")
    DECLINED = "declined", _("不予安排")
    CHECKED_IN = "checked_in", _("已签到")
    PARKED = "parked", _("过号等候")
    CALLED = "called", _("已叫号")
    RECEIVED = "received", _("已接访")
    MOVED = "moved", _("已改期")
    CANCELLED = "cancelled", _("已取消")
    NO_SHOW = "no_show", _("未到")
    NOT_RECEIVED = "not_received", _("未能接访")
    EARLY_ANSWERED = "early_answered", _("提前答复")


class BookingWay(models.TextChoices):
    ONLINE = "online", _("网上")
    PHONE = "phone", _("电话")
    COUNTER = "counter", _("窗口")
    WALK_IN = "walk_in", _("随访")


AGAIN = _("三十天内您已预约过这位领导。可以凭编号和查询码改期，或选择另一位领导。")

# Of these a person has one with a leader in thirty days: whoever only walks in is never refused.
COUNTS = Q(state__in=[*HOLDING, "waitlisted"]) & ~Q(way="walk_in")


class BookingQuerySet(models.QuerySet["Booking"]):
    def of_the_same(self, booking: "Booking") -> "BookingQuerySet":
        """Bookings with the same leader within thirty days by somebody of the same name and telephone, of whom one or the other gave
        no identity number: they are one person to whoever reads the list, though not to the rule in the database."""
        one = booking.identity
        if not one.phone_index:
            return self.none()
        apart = timedelta(days=APART_DAYS)
        near = self.filter(leader=booking.leader, day__gt=booking.day - apart, day__lt=booking.day + apart)
        near = near.filter(identity__name_index=one.name_index, identity__phone_index=one.phone_index)
        near = near.filter(COUNTS).exclude(pk=booking.pk)
        return near.filter(identity__id_index="") if one.id_index else near

    def coming(self) -> "BookingQuerySet":
        """Bookings whose reception is still to come."""
        return self.filter(state__in=COMING)

    def holding(self) -> "BookingQuerySet":
        """Bookings that hold a place."""
        return self.filter(state__in=HOLDING)

    def in_hall(self) -> "BookingQuerySet":
        return self.filter(state__in=IN_HALL)

    def accusing(self, user: User, *, on: date) -> "BookingQuerySet":
        """Bookings that complain of this person, a leader they ever served or a unit they ever worked for: see `models.wall`."""
        hidden = wall.accused(user).accusing
        for also in wall.ALSO:
            hidden |= also(user, on)
        return self.filter(hidden)

    def unaccusing(self, user: User, *, on: date) -> "BookingQuerySet":
        """All others: what the wall of accusations lets through."""
        return self.exclude(pk__in=Booking.objects.accusing(user, on=on).order_by().values("pk"))

    def visible_to(self, user: User, *, on: date) -> "BookingQuerySet":
        """What a person may know of at all on a day: every list, count, search and page of the staff asks this.

        The bureau sees what does not complain of the reader; an officer, of that, what belongs to their unit: by its topic, or because
        the unit attends the sitting. Nobody else sees any.
        """
        roles = user.roles(on=on)
        if not permits(roles, "booking.view"):
            return self.none()
        found = self.unaccusing(user, on=on)
        if permits(roles, "booking.manage"):
            return found
        units = list(RoleGrant.objects.units_of(user, on=on))
        attending = Sitting.objects.filter(attendances__department__in=units).values("pk")
        return found.filter(Q(topic__department__in=units) | Q(sitting__in=attending))


BookingManager = ScopedManager.from_queryset(BookingQuerySet)


class Apart(Func):
    """The days from a booking's day on in which the same person books the same leader no second time."""

    template = f"daterange(%(expressions)s, %(expressions)s + {APART_DAYS})"
    output_field = DateRangeField()


class Booking(Scoped):
    """One visit at one sitting. `leader` and `day` are who receives, and when, as the booking stands now."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(_("预约编号"), max_length=11, unique=True, editable=False)
    code_hash = models.CharField(max_length=160, editable=False)
    # One for each form that was shown: the same form sent twice is one booking.
    key = models.UUIDField(editable=False)
    digest = models.CharField(max_length=24, editable=False)
    sitting = models.ForeignKey(Sitting, verbose_name=_("接访场次"), on_delete=models.PROTECT, related_name="bookings")
    leader = models.ForeignKey(Leader, verbose_name=_("接访领导"), on_delete=models.PROTECT, related_name="+")
    day = models.DateField(_("接访日"))
    state = models.CharField(_("状态"), max_length=16, choices=BookingState.choices, default=BookingState.SUBMITTED)
    way = models.CharField(_("预约方式"), max_length=10, choices=BookingWay.choices)
    identity = models.ForeignKey(Identity, verbose_name=_("来访人"), on_delete=models.PROTECT, related_name="bookings")
    person_index = models.CharField(max_length=24, editable=False)
    reachable = models.BooleanField(_("有可联系的电话"), default=True)
    people = models.PositiveSmallIntegerField(_("来访人数"), default=1)
    topic = models.ForeignKey(Topic, verbose_name=_("类别"), on_delete=models.PROTECT, related_name="+")
    matter = models.TextField(_("反映的问题"))
    wish = models.TextField(_("诉求"))
    earlier_number = models.CharField(_("原信访编号"), max_length=40, blank=True)
    accused_leader = models.ForeignKey(
        Leader, verbose_name=_("所反映的领导"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    accused_department = models.ForeignKey(
        Department, verbose_name=_("所反映的部门"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    agent = models.ForeignKey(
        User, verbose_name=_("代为登记"), on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    moved_to = models.OneToOneField(
        "self", verbose_name=_("改期后"), on_delete=models.PROTECT, null=True, blank=True, related_name="moved_from"
    )
    submitted_at = models.DateTimeField(_("提交时间"), editable=False)
    ticket = models.PositiveSmallIntegerField(_("号"), null=True, blank=True, editable=False)
    checked_in_at = models.DateTimeField(_("签到时间"), null=True, editable=False)

    objects: ClassVar[Any] = BookingManager()

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("预约", "预约", 1)
        verbose_name_plural = ngettext_lazy("预约", "预约", 2)
        ordering = ["day", "submitted_at"]
        constraints = [
            models.UniqueConstraint(fields=["county", "key"], name="booking_once_a_form"),
            models.UniqueConstraint(fields=["sitting", "ticket"], name="booking_ticket_once"),
            models.UniqueConstraint(
                fields=["sitting"],
                condition=Q(state="called"),
                name="booking_one_called",
                violation_error_message=_("已有一个号正在叫，请先接待或过号。"),
            ),
            models.CheckConstraint(condition=Q(people__gte=1), name="booking_someone_comes"),
            models.CheckConstraint(
                condition=~Q(accused_leader=F("leader")) | ~Q(state__in=[*COMING, *IN_HALL]), name="booking_not_with_the_accused"
            ),
            ExclusionConstraint(
                name="booking_once_a_leader",
                expressions=[
                    ("county", RangeOperators.EQUAL),
                    ("leader", RangeOperators.EQUAL),
                    ("person_index", RangeOperators.EQUAL),
                    (Apart("day"), RangeOperators.OVERLAPS),
                ],
                condition=COUNTS,
                violation_error_message=AGAIN,
            ),
        ]
        indexes = [models.Index(fields=["county", "day", "state"], name="booking_by_day")]

    def __str__(self) -> str:
        return self.number


class Slot(Scoped):
    """One of a sitting's places: free, held for a while by someone who fills in the form, or taken by a booking."""

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="slots")
    n = models.PositiveSmallIntegerField(_("序号"))
    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, null=True, related_name="slot")
    held_by = models.UUIDField(null=True)
    held_until = models.DateTimeField(null=True)

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("名额", "名额", 1)
        verbose_name_plural = ngettext_lazy("名额", "名额", 2)
        ordering = ["sitting", "n"]
        constraints = [
            models.UniqueConstraint(fields=["sitting", "n"], name="slot_once"),
            models.CheckConstraint(
                condition=Q(held_by__isnull=True, held_until__isnull=True)
                | Q(held_by__isnull=False, held_until__isnull=False, booking__isnull=True),
                name="slot_held_or_taken",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sitting_id} {self.n}"


class Representative(Scoped):
    """One of at most five who speak for a group (Regulations on Petition Work, art. 20)."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="representatives")
    position = models.PositiveSmallIntegerField(_("顺序"))
    identity = models.ForeignKey(Identity, verbose_name=_("代表"), on_delete=models.PROTECT, related_name="+")

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("代表", "代表", 1)
        verbose_name_plural = ngettext_lazy("代表", "代表", 2)
        ordering = ["booking", "position"]
        constraints = [
            models.UniqueConstraint(fields=["booking", "position"], name="representative_once"),
            models.CheckConstraint(condition=Q(position__range=(1, MOST_REPRESENTATIVES)), name="representatives_at_most_five"),
        ]

    def __str__(self) -> str:
        return f"{self.booking} {self.position}"


class BookingStep(Scoped):
    """What happened to a booking, append-only. `actor` is an account's name, ``petitioner`` or ``system``.

    `at` is when it happened; `recorded_at` is set where it was written down later, from paper.
    """

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="steps")
    action = models.CharField(_("操作"), max_length=20)
    before = models.CharField(max_length=16, blank=True)
    after = models.CharField(_("状态"), max_length=16, choices=BookingState.choices)
    at = models.DateTimeField(_("时间"))
    recorded_at = models.DateTimeField(_("补录时间"), null=True, blank=True, editable=False)
    actor = models.CharField(_("操作人"), max_length=60)
    reason = models.CharField(_("说明"), max_length=500, blank=True)

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("预约经过", "预约经过", 1)
        verbose_name_plural = ngettext_lazy("预约经过", "预约经过", 2)
        ordering = ["booking", "at", "pk"]

    def __str__(self) -> str:
        return f"{self.booking} {self.action}"
