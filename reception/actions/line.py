"""Who waits in the hall for a sitting, in the order in which they are called; who is expected, away from the hall, or done."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from reception.models import Booking, BookingState, BookingStep, BookingWay, County, Sitting, Slot
from reception.workflows.booking import IN_HALL
from scheduling import queueing

# Those whom the day still expects.
EXPECTED = (BookingState.CONFIRMED, BookingState.WAITLISTED)
# The day's list has nothing more to do with these.
ELSEWHERE = (BookingState.MOVED, BookingState.CANCELLED, BookingState.GUIDED, BookingState.DECLINED, BookingState.EARLY_ANSWERED)


@dataclass(frozen=True)
class Waiting:
    """One of those who wait, where they stand and why."""

    booking: Booking
    place: queueing.Place


@dataclass(frozen=True)
class Line:
    """A sitting's hall as it is at one moment. `with_leader` is who was received last, as long as nobody is called after them."""

    sitting: Sitting
    waiting: tuple[Waiting, ...]
    called: Booking | None
    calls: int
    with_leader: Booking | None
    parked: tuple[Booking, ...]
    expected: tuple[Booking, ...]
    over: tuple[Booking, ...]
    each: timedelta
    room: int

    @property
    def next(self) -> Waiting | None:
        return self.waiting[0] if self.waiting else None


def of(sitting: Sitting, *, county: County, at: datetime) -> Line:
    """The line of one sitting of the county in scope."""
    rows = list(
        Booking.objects.filter(sitting=sitting)
        .exclude(state__in=ELSEWHERE)
        .select_related("identity", "topic")
        .order_by("ticket", "pk")
    )
    seated = set(Slot.objects.filter(sitting=sitting, booking__isnull=False).values_list("booking", flat=True))
    steps = list(BookingStep.objects.filter(booking__sitting=sitting).order_by("pk").values_list("booking", "action", "at"))
    passed = _passed([(booking, action) for booking, action, _at in steps])
    by_ticket = {row.ticket: row for row in rows if row.state == BookingState.CHECKED_IN}
    places = queueing.line(
        queueing.Visitor(ticket or 0, kind_of(row, seated), passed.get(row.pk)) for ticket, row in by_ticket.items()
    )
    received = [(moment, booking) for booking, action, moment in steps if action == "receive"]
    day = sitting.day.day
    starts, ends = (datetime.combine(day, moment, county.zone) for moment in (sitting.starts, sitting.ends))
    each = queueing.average([moment for moment, _b in received], usual=(ends - starts) / max(sitting.capacity, 1))
    called = next((row for row in rows if row.state == BookingState.CALLED), None)
    last = max(received, default=None)
    in_hall = sum(row.state in IN_HALL for row in rows)
    return Line(
        sitting=sitting,
        waiting=tuple(Waiting(by_ticket[place.visitor.ticket], place) for place in places),
        called=called,
        calls=_calls(steps, called),
        with_leader=next((row for row in rows if last and row.pk == last[1]), None),
        parked=tuple(row for row in rows if row.state == BookingState.PARKED),
        expected=tuple(row for row in rows if row.state in EXPECTED),
        over=tuple(row for row in rows if row.state not in (*EXPECTED, *IN_HALL, BookingState.SUBMITTED)),
        each=each,
        room=queueing.room(at=max(at, starts), ends=ends, waiting=in_hall, each=each),
    )


def kind_of(booking: Booking, seated: set[int]) -> queueing.Kind:
    """How a booking came to its sitting. `seated` are the ids of those that have a place."""
    if booking.way == BookingWay.WALK_IN:
        return queueing.Kind.WALK_IN
    return queueing.Kind.BOOKED if booking.pk in seated else queueing.Kind.WAITING


def next_ticket(sitting: Sitting) -> int:
    """The number after the last one given. The sitting is locked already."""
    last = (
        Booking.objects.filter(sitting=sitting, ticket__isnull=False).order_by("-ticket").values_list("ticket", flat=True).first()
    )
    return (last or 0) + 1


def _passed(steps: list[tuple[int, str]]) -> dict[int, int]:
    """Of whoever missed a call: how many others were called since."""
    found: dict[int, int] = {}
    for booking, action in steps:
        if action == "park":
            found[booking] = 0
        elif action in ("check_in", "correct", "correct_waiting"):
            found.pop(booking, None)
        elif action == "call":
            found.pop(booking, None)
            found = {other: count + 1 for other, count in found.items()}
    return found


def _calls(steps: list[tuple[int, str, datetime]], called: Booking | None) -> int:
    """How often the number that is being called was called in this turn."""
    count = 0
    for booking, action, _at in steps:
        if called and booking == called.pk:
            count = count + 1 if action == "call_again" else 1 if action == "call" else count
    return count
