"""The sittings that can be booked now: who receives, where, until when, and how many places are left."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from reception.actions import windows
from reception.models import (
    Booking,
    BookingState,
    County,
    Leader,
    Place,
    Post,
    Sitting,
    SittingState,
    Slot,
    Substitution,
    SubstitutionState,
)
from reception.models.calendar import work_calendar

AS_NEW = timedelta(seconds=1)
# Of each county, when its board was made and what it says.
_boards: dict[int, tuple[datetime, list["Offer"]]] = {}


@dataclass(frozen=True)
class Offer:
    """One sitting as it is offered. `free` leaves out the place that this form holds and one for each who waits already; `waiting` is how many do."""

    sitting: Sitting
    leader: Leader
    post: Post
    portfolio: dict[str, str]
    free: int
    waiting: int
    closes: datetime
    mine: bool = False

    @property
    def key(self) -> str:
        return str(self.sitting.uid)

    @property
    def place(self) -> Place:
        return self.sitting.place

    @property
    def is_full(self) -> bool:
        return self.free <= 0 and not self.mine


def coming(
    *, county: County, at: datetime, accused: Leader | None = None, holder: uuid.UUID | None = None, only: int | None = None
) -> list[Offer]:
    """What can be booked at a moment, in order, full ones too; never a sitting of the leader someone complains of.

    `only` asks about one sitting, by its id.
    """
    today = at.astimezone(county.zone).date()
    calendar = work_calendar(county)
    rows = Sitting.objects.filter(state=SittingState.PUBLISHED, day__day__gte=today).select_related(
        "day", "leader", "post", "place"
    )
    rows = (rows if only is None else rows.filter(pk=only)).order_by("day__day", "rotation__position", "starts")
    openings = [(sitting, windows.window_of(sitting, county, calendar=calendar)) for sitting in rows]
    openings = [(sitting, window) for sitting, window in openings if window.is_open(at=at)]
    found = [sitting for sitting, _window in openings]
    over = {
        row.sitting_id: row
        for row in Substitution.objects.filter(sitting__in=found, state=SubstitutionState.IN_FORCE).select_related("leader", "post")
    }
    used = _used(found, at)
    mine = set(Slot.objects.filter(held_by=holder, booking=None).values_list("sitting", flat=True)) if holder else set()
    waiting = _waiting(found)
    offers = []
    for sitting, window in openings:
        row = over.get(sitting.pk)
        offers.append(
            Offer(
                sitting,
                row.leader if row and row.leader else sitting.leader,
                row.post if row and row.post else sitting.post,
                _portfolio(row or sitting),
                max(sitting.capacity - used.get(sitting.pk, 0) - waiting.get(sitting.pk, 0), 0),
                waiting.get(sitting.pk, 0),
                window.closes,
                mine=sitting.pk in mine,
            )
        )
    return [offer for offer in offers if accused is None or offer.leader.pk != accused.pk]


def board(*, county: County, at: datetime) -> list[Offer]:
    """What `coming` says of a county, as it was at most a second ago: for showing it to a crowd. Who gets a place is decided elsewhere."""
    asked, found = _boards.get(county.pk, (None, []))
    if asked is None or not timedelta(0) <= at - asked < AS_NEW:
        found = coming(county=county, at=at)
        _boards[county.pk] = at, found
    return found


def glance(*, county: County, at: datetime, sitting: int | None) -> Offer | None:
    """One sitting of the board, by its id; None for one that can't be booked."""
    return next((offer for offer in board(county=county, at=at) if offer.sitting.pk == sitting), None)


def _portfolio(row: Sitting | Substitution) -> dict[str, str]:
    return {"zh": row.portfolio, "en": row.portfolio_en}


def _waiting(sittings: list[Sitting]) -> dict[int, int]:
    rows = Booking.objects.filter(sitting__in=sittings, state=BookingState.WAITLISTED)
    return dict(rows.values_list("sitting").annotate(Count("pk")).order_by())


def _used(sittings: list[Sitting], at: datetime) -> dict[int, int]:
    slots = Slot.objects.filter(Q(booking__isnull=False) | Q(held_until__gt=at), sitting__in=sittings)
    return dict(slots.values_list("sitting").annotate(Count("pk")).order_by())
