"""Where a booking stands, in the words its owner reads: what was done, what comes, until when and why then, and who opened whose name.

Only reads, in the county in scope; shows nothing of a person but what is masked.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from reception import changelog, differences, language
from reception.actions import choices, places, windows
from reception.actions.candidates import receives
from reception.differences import Line
from reception.models import (
    Booking,
    BookingState,
    BookingStep,
    Choice,
    County,
    DayState,
    Entry,
    Leader,
    RoleGrant,
    Sitting,
    SittingState,
    User,
)
from reception.models.calendar import work_calendar
from reception.notices import ChangeNotice
from reception.roles import LABELS, PERMISSIONS, Role
from reception.workflows.booking import COMING, IN_HALL, WORKFLOW

# A chain of moves longer than this is not followed; nobody moves so often.
LONGEST = 50

STEPS = {
    "submit": lambda: _("提交了预约"),
    "walk_in": lambda: _("当天到场登记"),
    "confirm": lambda: _("预约已确认，名额已保留"),
    "wait": lambda: _("这一场已约满，登记为候补"),
    "promote": lambda: _("有人让出名额，候补转为已确认"),
    "guide": lambda: _("信访部门告知了更合适的办理途径"),
    "decline": lambda: _("信访部门不予安排"),
    "move": lambda: _("改到另一场"),
    "cancel": lambda: _("取消了预约"),
    "answer_early": lambda: _("接受了接访前的答复"),
    "check_in": lambda: _("到场签到"),
    "park": lambda: _("叫号时不在，保留顺序等候"),
    "unpark": lambda: _("回到等候队列"),
    "call": lambda: _("叫号"),
    "receive": lambda: _("领导已接访"),
    "call_again": lambda: _("再次叫号"),
    "miss": lambda: _("当天没有到场"),
    "leave": lambda: _("到场了，没有接访"),
    "lapse": lambda: _("候补没有排到"),
    "correct": lambda: _("签到有误，已更正"),
    "correct_waiting": lambda: _("签到有误，已更正为候补"),
    "reissue": lambda: _("换发了查询码"),
}


@dataclass(frozen=True)
class Done:
    """Something that happened, at a moment."""

    at: datetime
    words: str
    more: str = ""


@dataclass(frozen=True)
class Reading:
    """Someone opened the identity: when, which office in which role, and why. Never who by name."""

    at: datetime
    office: str
    role: str
    reason: str


@dataclass(frozen=True)
class Offer:
    """A sitting one can move to: who receives, how many places are free, and how many wait already."""

    sitting: Sitting
    leader: Leader
    free: int
    waiting: int
    closes: datetime

    @property
    def takes(self) -> bool:
        return self.free > 0


def chain(booking: Booking) -> list[Booking]:
    """A booking and those it was moved from, the oldest first."""
    found = [booking]
    while len(found) < LONGEST and (before := Booking.objects.filter(moved_to=found[0]).first()):
        found.insert(0, before)
    return found


def timeline(booking: Booking) -> list[Done]:
    """Everything that was done, oldest first, the releases that changed the sitting among it."""
    rows = chain(booking)
    steps = BookingStep.objects.filter(booking__in=rows).select_related("booking__sitting__day").order_by("at", "pk")
    moved = {row.pk for row in rows[1:]}
    # That the new booking was submitted is what moving the old one says.
    done = [_done(step) for step in steps if not (step.booking_id in moved and step.action in ("submit", "confirm"))]
    for choice in Choice.objects.filter(booking__in=rows, release__isnull=False):
        done.append(Done(choice.made_at, _("第 %(number)s 期公布，接访安排有调整") % {"number": choice.release}))
        if choice.answer == "kept" and choice.answered_at:
            done.append(Done(choice.answered_at, _("您选择保留预约")))
    return sorted(done, key=lambda one: one.at)


def _done(step: BookingStep) -> Done:
    if step.action == "move" and step.booking.moved_to:
        day = differences.date_and_weekday(str(step.booking.moved_to.sitting.day.day))
        return Done(step.at, _("改到 %(day)s") % {"day": day}, step.reason)
    return Done(step.at, STEPS[step.action](), step.reason)


def changed(choice: Choice) -> list[Line]:
    """What changed, as lines of before and now."""
    return [_line(change) for change in choice.changes]


def _line(change: dict[str, object]) -> Line:
    what, old, new = change["what"], change["old"], change["new"]
    if what == "day":
        return Line(_("接访日"), differences.date_and_weekday(str(old)), differences.date_and_weekday(str(new)))
    if what == "leader":
        return Line(_("接访领导"), differences.leader(old), differences.leader(new))  # type: ignore[arg-type]
    if what == "place":
        return Line(_("地点"), differences.place(old), differences.place(new))  # type: ignore[arg-type]
    if what == "hours":
        return Line(_("时间"), str(old), str(new))
    gone, stands = _("已取消"), _("照常举行")
    return Line(_("这一场"), stands, gone) if what == "cancelled" else Line(_("这一场"), gone, stands)


def position(booking: Booking) -> int:
    """Whose turn a waiting booking is: the first is 1."""
    ahead = Q(submitted_at__lt=booking.submitted_at) | Q(submitted_at=booking.submitted_at, pk__lt=booking.pk)
    waiting = Booking.objects.filter(sitting=booking.sitting, state=BookingState.WAITLISTED)
    return waiting.filter(ahead).count() + 1


def notices(booking: Booking) -> list[ChangeNotice]:
    """The public change notices since the booking was made that concern the sitting or its whole day, the newest first."""
    mine = str(booking.sitting.uid)

    def concerns(item: ChangeNotice) -> bool:
        if item.published_at < booking.submitted_at:
            return False
        told = [sitting["uid"] for sitting in (item.old_sitting, item.new_sitting) if sitting]
        return not told or mine in told

    return [item for item in changelog.in_scope().of_day(str(booking.sitting.day.uid)) if concerns(item)]


def readings(booking: Booking, county: County) -> list[Reading]:
    """Each time somebody opened who the petitioner or a representative is, the newest first."""
    rows = chain(booking)
    people = {row.identity.uid for row in rows} | {
        representative.identity.uid for row in rows for representative in row.representatives.select_related("identity")
    }
    entries = Entry.objects.filter(act="identity.read", object__in=[f"identity {uid}" for uid in people]).order_by("-n")
    return [reading(entry, county) for entry in entries[:100]]


def reading(entry: Entry, county: County) -> Reading:
    """One entry of the journal, as the person concerned reads it: the office and the role, never the name."""
    on = entry.at.astimezone(county.zone).date()
    user = User.objects.filter(username=entry.actor).first()
    grants = list(RoleGrant.objects.filter(user=user).on(on).select_related("department")) if user else []
    able = [grant for grant in grants if Role(grant.role) in PERMISSIONS["identity.read"]] or grants
    unit = next((grant.department for grant in able if grant.department), None)
    role = LABELS[Role(able[0].role)] if able else _("工作人员")
    office = str(unit) if unit else language.said({"zh": county.bureau, "en": county.bureau_en})
    return Reading(entry.at, office, str(role), entry.reason)


def offers(booking: Booking, county: County, *, at: datetime) -> list[Offer]:
    """The sittings that still take bookings, but for the present one and those of the leader complained of; the full ones too."""
    today = at.astimezone(county.zone).date()
    until = today + timedelta(days=county.booking_opens_days_before)
    rows = Sitting.objects.filter(state=SittingState.PUBLISHED, day__state=DayState.PUBLISHED, day__day__range=(today, until))
    rows = rows.exclude(pk=booking.sitting_id).select_related("day", "leader", "place", "post", "rotation")
    return list(_offers(rows.order_by("day__day", "rotation__position", "starts"), booking, county, at))


def _offers(rows: Iterable[Sitting], booking: Booking, county: County, at: datetime) -> Iterator[Offer]:
    calendar = work_calendar(county)
    for sitting in rows:
        found = windows.window_of(sitting, county, calendar=calendar)
        leader = receives(sitting)
        if found.is_open(at=at) and leader.pk != booking.accused_leader_id:
            waiting = Booking.objects.filter(sitting=sitting, state=BookingState.WAITLISTED).count()
            yield Offer(sitting, leader, places.left(sitting, at=at), waiting, found.closes)


@dataclass(frozen=True)
class Standing:
    """Everything that the page of one booking says of where it stands now."""

    booking: Booking
    county: County
    at: datetime

    @property
    def sitting(self) -> Sitting:
        return self.booking.sitting

    @property
    def leader(self) -> Leader:
        return receives(self.sitting)

    @property
    def stands(self) -> bool:
        return choices.takes_place(self.sitting)

    @property
    def begins(self) -> datetime:
        return windows.begins(self.sitting, self.county)

    @property
    def is_coming(self) -> bool:
        return self.booking.state in COMING

    @property
    def is_over(self) -> bool:
        """The sitting has begun without the booking having come to an end."""
        return self.is_coming and self.stands and self.at >= self.begins

    @property
    def choice(self) -> Choice | None:
        """The newest change that the citizen has not answered."""
        return Choice.objects.filter(booking=self.booking).open().first() if self.is_coming else None

    @property
    def can_change(self) -> bool:
        """Whether it can be moved: what is coming until it begins, what did not come about at any time."""
        return WORKFLOW.allows("move", state=self.booking.state) and not self.is_over

    @property
    def can_cancel(self) -> bool:
        return self.is_coming and not self.is_over

    @property
    def kind(self) -> str:
        """The look of the state: a word of the style guide."""
        if self.booking.state == BookingState.CONFIRMED and self.stands:
            return "held"
        return "provisional" if self.booking.state in (BookingState.WAITLISTED, BookingState.SUBMITTED, *IN_HALL) else "changed"

    @property
    def next(self) -> str:
        """What happens next, in a sentence or two."""
        return NEXT[BookingState(self.booking.state)]()

    @property
    def until(self) -> str:
        """Until when one can change it, and why then; empty where there is nothing to change."""
        if not self.can_cancel:
            return ""
        if not self.stands:
            return _("这一场不再举行，什么时候改期或取消都可以；其他场次各有预约截止时间，越早选余地越大。")
        return _("%(at)s 接访开始之前，都可以改期或取消。让出的名额会按先后给候补的人，所以开始以后就不能再在网上改了。") % {
            "at": f"{self.begins:%Y-%m-%d %H:%M}"
        }


NEXT = {
    BookingState.SUBMITTED: lambda: _("信访部门正在确认。"),
    BookingState.CONFIRMED: lambda: _("请按下面的时间到场，出示编号或身份证件签到，按顺序由领导接谈。预约的先接待。"),
    BookingState.WAITLISTED: lambda: _(
        "有人取消时，按登记先后依次递补，这里会马上显示，信访部门也会打电话告诉您。没有轮到也可以当天到场登记。"
    ),
    BookingState.GUIDED: lambda: _("您反映的事项有更合适的办理途径，信访部门已告知；有疑问请致电信访局。"),
    BookingState.DECLINED: lambda: _("这次没有安排接访，原因见下面的经过；有疑问请致电信访局。"),
    BookingState.CHECKED_IN: lambda: _("您已签到，请在大厅等候叫号。"),
    BookingState.PARKED: lambda: _("叫号时您不在，顺序为您留着，请到窗口说一声。"),
    BookingState.CALLED: lambda: _("正在叫您的号，请到接访室。"),
    BookingState.RECEIVED: lambda: _("领导已经接访。办理情况会由承办单位答复您。"),
    BookingState.MOVED: lambda: _("已改到另一场。"),
    BookingState.CANCELLED: lambda: _("预约已取消，名额已让给别人。需要时随时可以重新预约，没有任何影响。"),
    BookingState.NO_SHOW: lambda: _("那天没能到场没有关系，可以改到后面的场次，或重新预约。"),
    BookingState.NOT_RECEIVED: lambda: _("那天没有接访到您，原因见下面的经过。可以改到后面的场次，也可以致电信访局另约。"),
    BookingState.EARLY_ANSWERED: lambda: _("您接受了接访前的答复，这次接访不再举行。"),
}
