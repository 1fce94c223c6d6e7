"""A day without power or network: everything printed beforehand, and entered afterwards with the times at which it happened."""

import uuid
from dataclasses import dataclass
from datetime import datetime, time

from django.utils.translation import gettext as _

from reception.actions import booking_steps, bookings, day_run, hall, identities, line
from reception.actions.candidates import receives
from reception.actions.identities import Person
from reception.actions.permissions import require
from reception.actions.submissions import Receipt, Request
from reception.actions.whole import whole
from reception.errors import MovedOn, Refused
from reception.models import Booking, BookingState, BookingStep, County, DayState, Identity, Leader, ReceptionDay, Sitting, User
from reception.models.days import SittingState

OUTCOMES = ("received", "no_show", "not_received")


@dataclass(frozen=True)
class Listed:
    """A booking on the day's list and who it is, in clear; None for an identity that was destroyed."""

    booking: Booking
    person: Person | None
    representatives: tuple[Person, ...]


@dataclass(frozen=True)
class Sheet:
    """What is printed for one sitting."""

    sitting: Sitting
    leader: Leader
    listed: tuple[Listed, ...]


@dataclass(frozen=True)
class Times:
    """What the paper says: times of the day, and how it ended. `called` may be left out where nobody wrote it down."""

    outcome: str
    arrived: time | None = None
    called: time | None = None
    begun: time | None = None
    until: time | None = None
    reason: str = ""


@whole
def sheets(*, day: ReceptionDay, county: County, by: User, at: datetime) -> list[Sheet]:
    """Everything the day's papers need. Numbers are given; every identity that is printed is read on record, so its owner sees it.

    Raises `Refused` for a day that is not published or is over.
    """
    row: ReceptionDay = ReceptionDay.objects.get(pk=day.pk)
    require("day.run", county=county, by=by, at=at)
    require("identity.read", county=county, by=by, at=at)
    if row.state not in (DayState.PUBLISHED, DayState.IN_PROGRESS) or row.day < at.astimezone(county.zone).date():
        raise Refused(_("只有已公布、还没有结束的接访日才能打印。"))
    day_run.number(day=row, county=county, by=by, at=at)
    found = []
    sittings = Sitting.objects.filter(day=row, state=SittingState.PUBLISHED).select_related(
        "day", "leader", "post", "place", "rotation"
    )
    for sitting in sittings.order_by("rotation__position", "starts"):
        rows = Booking.objects.unaccusing(by, on=at.astimezone(county.zone).date()).filter(sitting=sitting)
        rows = rows.exclude(state__in=line.ELSEWHERE).select_related("identity", "topic")
        listed = []
        for booking in rows.prefetch_related("representatives__identity").order_by("ticket", "submitted_at", "pk"):
            read = [_read(rep.identity, county, by, at) for rep in booking.representatives.all()]
            listed.append(Listed(booking, _read(booking.identity, county, by, at), tuple(person for person in read if person)))
        found.append(Sheet(sitting, receives(sitting), tuple(listed)))
    return found


@whole
def enter(*, booking: Booking, times: Times, county: County, by: User, at: datetime) -> Booking:
    """Enter what the paper says of one booking, each step at its own time and marked as recorded now.

    A day that never began on screen begins with the first paper. Steps that are recorded already are not repeated. Raises `Refused`
    for times that are missing, out of order, still to come or before what is on record, and once the days for it are over.
    """
    _begun(booking.sitting, county, by, at)
    sitting = booking.sitting
    hall.running(sitting, county=county, at=_moment(sitting.day, sitting.starts, county))
    row = booking_steps.locked(booking)
    moments = _moments(row, times, county, at)
    who = {"county": county, "by": by, "recorded_at": at}
    if times.outcome == "no_show":
        action = "lapse" if row.state == BookingState.WAITLISTED else "miss"
        bookings.change(row, action, at=moments[0], reason=times.reason, **who)  # type: ignore[arg-type]
        return row
    if row.state in (BookingState.CONFIRMED, BookingState.WAITLISTED, BookingState.NO_SHOW):
        row = hall.check_in(booking=row, at=moments[0], **who)  # type: ignore[arg-type]
    arrived, called, begun = moments
    if times.outcome == "not_received":
        bookings.change(row, "leave", at=max(arrived, called), reason=times.reason or str(_("未能接访")), **who)  # type: ignore[arg-type]
        return row
    hall.not_accused(row)
    other = Booking.objects.filter(sitting=row.sitting, state=BookingState.CALLED).exclude(pk=row.pk).first()
    if other:
        raise MovedOn(_("%(ticket)s 号正在叫，请先把它办完再补录。") % {"ticket": other.ticket})
    if row.state == BookingState.PARKED:
        bookings.change(row, "unpark", at=called, **who)  # type: ignore[arg-type]
    if row.state == BookingState.CHECKED_IN:
        bookings.change(row, "call", at=called, **who)  # type: ignore[arg-type]
    said = f"{times.begun:%H:%M}–{times.until:%H:%M}"
    bookings.change(row, "receive", at=begun, reason=said, **who)  # type: ignore[arg-type]
    return row


@whole
def enter_walk_in(
    *, sitting: Sitting, request: Request, key: uuid.UUID, times: Times, county: County, by: User, at: datetime
) -> Receipt:
    """Enter someone who came without a booking and was written down on paper."""
    if times.arrived is None:
        raise Refused(_("请填写到达时间。"))
    _begun(sitting, county, by, at)
    arrived = _moment(sitting.day, times.arrived, county)
    if arrived > at:
        raise Refused(_("时间不能晚于现在。"))
    receipt = hall.walk_in(sitting=sitting, request=request, key=key, county=county, by=by, at=arrived, recorded_at=at)
    if receipt.booking.state == BookingState.CHECKED_IN:
        enter(booking=receipt.booking, times=times, county=county, by=by, at=at)
    return receipt


def _begun(sitting: Sitting, county: County, by: User, at: datetime) -> None:
    """The day can still be entered, and has begun: on screen, or with this paper at the time its sitting began."""
    day: ReceptionDay = ReceptionDay.objects.get(pk=sitting.day_id)
    day_run.in_time(day, county=county, at=at)
    if day.state == DayState.PUBLISHED:
        day_run.begin(day=day, county=county, by=by, at=_moment(day, sitting.starts, county), recorded_at=at)


def _moments(booking: Booking, times: Times, county: County, at: datetime) -> tuple[datetime, datetime, datetime]:
    """When they arrived, were called and were received, each on the day and none before the other."""
    day = booking.sitting.day
    if times.outcome not in OUTCOMES:
        raise Refused(_("请选择结果：已接访、未到或未能接访。"))
    if times.outcome == "no_show":
        last = _last(booking)
        moment = max(filter(None, [_moment(day, booking.sitting.ends, county), last]))
        if moment > at:
            raise Refused(_("这一场还没有结束，请在当天的签到叫号页标记未到。"))
        return moment, moment, moment
    there = booking.state in (BookingState.CHECKED_IN, BookingState.PARKED, BookingState.CALLED)
    known = booking.checked_in_at if there else None
    if times.arrived is None and known is None:
        raise Refused(_("请填写到达时间。"))
    arrived = known or _moment(day, times.arrived or time(), county)
    if times.outcome == "received" and (times.begun is None or times.until is None):
        raise Refused(_("请填写接访开始和结束的时间。"))
    begun = _moment(day, times.begun, county) if times.begun else arrived
    until = _moment(day, times.until, county) if times.until else begun
    called = _moment(day, times.called, county) if times.called else begun
    if times.outcome == "not_received":
        begun = until = called
    before = _last(booking) or arrived
    row = [arrived, before, called, begun, until] if there else [before, arrived, called, begun, until]
    if row != sorted(row):
        raise Refused(_("时间的先后不对：应当是到达、叫号、开始、结束，并且不早于已经记录的步骤。"))
    if until > at:
        raise Refused(_("时间不能晚于现在。"))
    return arrived, called, begun


def _last(booking: Booking) -> datetime | None:
    """The last step on record of the day itself."""
    steps = BookingStep.objects.filter(booking=booking).order_by("-at").values_list("at", flat=True)
    return steps.first()


def _moment(day: ReceptionDay, moment: time, county: County) -> datetime:
    return datetime.combine(day.day, moment, county.zone)


def _read(identity: Identity, county: County, by: User, at: datetime) -> Person | None:
    if identity.wrapped is None:
        return None
    return identities.read(identity=identity, reason=str(_("纸质接访")), county=county, by=by, at=at)
