"""The call screen of the hall: one link for each day, which follows from the day and a key and so is kept nowhere.

Whoever has the link sees numbers and what is public anyway; never who the numbers are.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from reception.actions import envelopes, line
from reception.actions.candidates import receives
from reception.models import BookingState, County, DayState, Leader, ReceptionDay, Sitting, SittingState

# A link works so long before and after its day.
AROUND = timedelta(days=7)
# So many of those who are next are shown.
SHOWN = 5


@dataclass(frozen=True)
class Panel:
    """What the hall is told of one sitting: numbers, the leader and the room."""

    sitting: Sitting
    leader: Leader
    called: int | None
    receiving: int | None
    coming: tuple[int, ...]
    parked: tuple[int, ...]
    waiting: int


def token(day: ReceptionDay, *, county: County) -> str:
    """The part of the link that can't be guessed (96 bits)."""
    return envelopes.keyring().blind(str(day.uid), county=county.pk, purpose="hall")


def find(given: str, *, county: County, at: datetime) -> ReceptionDay | None:
    """The day of a link, within a week of it; None for a link that is none."""
    today = at.astimezone(county.zone).date()
    near = ReceptionDay.objects.filter(day__range=(today - AROUND, today + AROUND)).exclude(state=DayState.PLANNED)
    same = (day for day in near if hmac.compare_digest(token(day, county=county).encode(), given.encode()))
    return next(same, None)


def panels(day: ReceptionDay, *, county: County, at: datetime) -> list[Panel]:
    """The day's sittings as the hall sees them."""
    rows = Sitting.objects.filter(day=day).exclude(state=SittingState.CANCELLED)
    found = []
    for sitting in rows.select_related("day", "leader", "place", "rotation").order_by("rotation__position", "starts", "pk"):
        now = line.of(sitting, county=county, at=at)
        received = now.with_leader if now.with_leader and now.with_leader.state == BookingState.RECEIVED else None
        found.append(
            Panel(
                sitting=sitting,
                leader=receives(sitting),
                called=now.called.ticket if now.called else None,
                receiving=received.ticket if received else None,
                coming=tuple(waiting.booking.ticket or 0 for waiting in now.waiting[:SHOWN]),
                parked=tuple(booking.ticket or 0 for booking in now.parked),
                waiting=len(now.waiting),
            )
        )
    return found
