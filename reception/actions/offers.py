"""The sittings that can be booked now: who receives, where, until when, and how many places are left."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from reception.actions import windows
from reception.models import (
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


@dataclass(frozen=True)
class Offer:
    """One sitting as it is offered. `free` leaves out the place that this form holds; `waiting` is how many wait already."""

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
    rows = rows if only is None else rows.filter(pk=only)
    openings = {
        sitting.pk: (sitting, windows.window_of(sitting, county, calendar=calendar))
        for sitting in rows.order_by("day__day", "rotation__position", "starts")
    }
    found = [sitting for sitting, window in openings.values() if window.is_open(at=at)]
    over = {
        row.sitting_id: row
        for row in Substitution.objects.filter(sitting__in=found, state=SubstitutionState.IN_FORCE).select_related("leader", "post")
    }
    used = _used(found, at)
    mine = set(Slot.objects.filter(held_by=holder, booking=None).values_list("sitting", flat=True)) if holder else set()
    waiting = dict(
        Sitting.objects.filter(pk__in=[sitting.pk for sitting in found])
        .annotate(waits=Count("bookings", filter=Q(bookings__state=BookingState.WAITLISTED)))
        .values_list("pk", "waits")
    )
    offers = []
    for sitting in found:
        row = over.get(sitting.pk)
        offers.append(
            Offer(
                sitting,
                row.leader if row and row.leader else sitting.leader,
                row.post if row and row.post else sitting.post,
                _portfolio(row or sitting),
                max(sitting.capacity - used.get(sitting.pk, 0), 0),
                waiting.get(sitting.pk, 0),
                openings[sitting.pk][1].closes,
                mine=sitting.pk in mine,
            )
        )
    return [offer for offer in offers if accused is None or offer.leader.pk != accused.pk]


def _portfolio(row: Sitting | Substitution) -> dict[str, str]:
    return {"zh": row.portfolio, "en": row.portfolio_en}


def _used(sittings: list[Sitting], at: datetime) -> dict[int, int]:
    slots = Slot.objects.filter(Q(booking__isnull=False) | Q(held_until__gt=at), sitting__in=sittings)
    return dict(slots.values_list("sitting").annotate(Count("pk")).order_by())
