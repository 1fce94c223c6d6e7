"""A reception day runs: numbers are given, it begins, it ends. What was held is a fact from then on.

Locks are taken in one order: the county's, the sittings by id, the bookings by id.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from reception.actions import bookings, journal, line, places, windows
from reception.actions.permissions import require
from reception.actions.planning import lock
from reception.actions.whole import whole
from reception.errors import MovedOn, Refused
from reception.models import Booking, BookingState, County, DayState, ReceptionDay, Sitting, SittingState, User
from reception.models.calendar import work_calendar
from reception.workflows.booking import IN_HALL
from reception.workflows.day import WORKFLOW

# So long after the day what was written on paper can still be entered.
PAPER_DAYS = 7


@dataclass(frozen=True)
class Ended:
    """A day that was ended: how many were received, and who is to be offered the next date."""

    day: ReceptionDay
    received: int
    unreceived: tuple[Booking, ...]


@whole
def number(*, day: ReceptionDay, county: County, by: User, at: datetime) -> int:
    """Give every confirmed booking of the day that has none its number, in the order of booking; how many were given.

    Numbers that are given never change, so doing it again before the day only adds whoever booked since.
    """
    require("day.run", county=county, by=by, at=at)
    lock(county)
    given = sum(_number(sitting) for sitting in _sittings(day))
    if given:
        journal.record(act="day.number", object=f"day {day.uid}", by=by, at=at, facts={"numbers": given})
    return given


@whole
def begin(*, day: ReceptionDay, county: County, by: User, at: datetime, recorded_at: datetime | None = None) -> ReceptionDay:
    """Begin a published day, on the day. `recorded_at` is given where the day was run on paper and is entered afterwards.

    Raises `Refused` on another day, and for paper later than `PAPER_DAYS` afterwards.
    """
    now = recorded_at or at
    require("day.run", county=county, by=by, at=now)
    lock(county)
    row = _row(day, "begin")
    if at.astimezone(county.zone).date() != row.day:
        raise Refused(_("只能在接访日当天（%(day)s）开始。") % {"day": row.day})
    if recorded_at:
        in_time(row, county=county, at=recorded_at)
    for sitting in _sittings(row):
        _number(sitting)
    row.state = DayState.IN_PROGRESS
    row.save(update_fields=["state"])
    journal.record(act="day.begin", object=f"day {row.uid}", by=by, at=now, reason=str(_("纸质接访补录")) if recorded_at else "")
    return row


@whole
def end(*, day: ReceptionDay, reason: str = "", county: County, by: User, at: datetime) -> Ended:
    """End a day: whoever did not come is written down as that, without any penalty, and the day and its sittings are held for good.

    `reason` is why those still in the hall could not be received; without one, somebody still waiting keeps the day open.
    Raises `Refused`, naming their numbers.
    """
    require("day.run", county=county, by=by, at=at)
    lock(county)
    row = _row(day, "end")
    sittings = _sittings(row)
    rows = list(
        Booking.objects.select_for_update(of=("self",))
        .filter(sitting__in=sittings, state__in=[*IN_HALL, *line.EXPECTED])
        .select_related("sitting__day", "sitting__leader")
        .order_by("pk")
    )
    waiting = sorted(booking.ticket or 0 for booking in rows if booking.state in IN_HALL)
    if waiting and not reason.strip():
        raise Refused(
            _("还有 %(count)d 位在等候（%(tickets)s 号）。请先接待；确实不能接访的，写明原因再结束，并告知下一次接访日。")
            % {"count": len(waiting), "tickets": _("、").join(map(str, waiting))}
        )
    _begun(rows, county, at)
    for booking in rows:
        _close(booking, reason.strip(), county, by, at)
    Sitting.objects.filter(pk__in=[sitting.pk for sitting in sittings]).update(state=SittingState.HELD)
    row.state = DayState.HELD
    row.save(update_fields=["state"])
    received = Booking.objects.filter(sitting__in=sittings, state=BookingState.RECEIVED).count()
    told = {"received": received, "not_received": len(rows)}
    journal.record(act="day.end", object=f"day {row.uid}", by=by, at=at, reason=reason.strip()[:300], facts=told)
    return Ended(row, received, tuple(unreceived(row)))


def _begun(rows: list[Booking], county: County, at: datetime) -> None:
    """Raises `Refused` where somebody is expected at a sitting that has not begun: nobody is missed before their time."""
    now = at.astimezone(county.zone)
    early = [row for row in rows if row.state in line.EXPECTED and row.day == now.date() and row.sitting.starts > now.time()]
    if early:
        first = min(row.sitting.starts for row in early)
        raise Refused(
            _("%(at)s 的场次还没有开始，还有 %(count)d 位预约的来访人没有到，现在不能结束这一天。")
            % {"at": f"{first:%H:%M}", "count": len(early)}
        )


def unreceived(day: ReceptionDay) -> list[Booking]:
    """Who had booked or come and was not received: each is offered the next date."""
    states = [BookingState.NO_SHOW, BookingState.NOT_RECEIVED]
    rows = Booking.objects.filter(sitting__day=day, state__in=states).select_related("identity", "sitting__leader", "topic")
    return list(rows.order_by("sitting_id", "ticket", "pk"))


def next_dates(day: ReceptionDay, *, county: County, at: datetime, most: int = 4) -> list[tuple[Sitting, int]]:
    """The next sittings after a day that can be booked or will be, with the places that are left."""
    rows = Sitting.objects.filter(state=SittingState.PUBLISHED, day__day__gt=day.day, day__state=DayState.PUBLISHED)
    found, calendar = [], work_calendar(county)
    for sitting in rows.select_related("day", "leader", "rotation", "place").order_by("day__day", "rotation__position", "starts"):
        left = places.left(sitting, at=at)
        if left and windows.window_of(sitting, county, calendar=calendar).closes > at:
            found.append((sitting, left))
        if len(found) == most:
            break
    return found


def in_time(day: ReceptionDay, *, county: County, at: datetime) -> None:
    """Raises `Refused` where it is too late, or too early, to enter a day's papers."""
    today = at.astimezone(county.zone).date()
    if not day.day <= today <= day.day + timedelta(days=PAPER_DAYS):
        raise Refused(
            _("纸质接访的情况请在接访日当天至之后 %(days)d 日内补录；%(day)s 已不能补录，请在备注中说明。")
            % {"days": PAPER_DAYS, "day": day.day}
        )


def _close(booking: Booking, reason: str, county: County, by: User, at: datetime) -> None:
    """The end state of someone whom the day did not receive: who was there is never written down as not having come."""
    if booking.state in IN_HALL:
        bookings.change(booking, "leave", county=county, by=by, at=at, reason=reason)
    elif booking.state == BookingState.WAITLISTED:
        bookings.change(booking, "lapse", county=county, by=by, at=at, reason=str(_("候补未排到")))
    else:
        bookings.change(booking, "miss", county=county, by=by, at=at)


def _row(day: ReceptionDay, action: str) -> ReceptionDay:
    row: ReceptionDay = ReceptionDay.objects.get(pk=day.pk)
    if not WORKFLOW.allows(action, state=row.state):
        raise MovedOn(_("这一天现在是“%(state)s”，不能再这样处理。请刷新页面。") % {"state": row.get_state_display()})
    return row


def _sittings(day: ReceptionDay) -> list[Sitting]:
    """The day's sittings that take place, for this transaction alone."""
    rows = Sitting.objects.select_for_update(no_key=True, of=("self",)).filter(day=day, state=SittingState.PUBLISHED)
    return list(rows.select_related("day").order_by("pk"))


def _number(sitting: Sitting) -> int:
    waiting = Booking.objects.select_for_update().filter(sitting=sitting, state=BookingState.CONFIRMED, ticket=None)
    given = line.next_ticket(sitting)
    rows = list(waiting.order_by("submitted_at", "pk"))
    for ticket, booking in enumerate(rows, start=given):
        booking.ticket = ticket
        booking.save(update_fields=["ticket"])
    return len(rows)
