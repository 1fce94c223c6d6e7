"""The receptions themselves: for each leader who sat or was to sit, in person or by a substitute, and how many came."""

from collections import Counter

from django.db.models import Q
from django.utils.translation import gettext as _

from petitions.reports.shape import Asked, Row, Table
from reception.models import (
    Booking,
    BookingState,
    BookingWay,
    Leader,
    Sitting,
    SittingState,
    Substitution,
    SubstitutionState,
    Tenure,
)
from reception.words import named
from scheduling.periods import Length


def by_leader(asked: Asked) -> Table:
    """Sittings that were held in the period: planned and taken in person, given to a substitute, taken for another; and visits received."""
    held = Sitting.objects.filter(state=SittingState.HELD, **asked.within("day__day"))
    instead = dict(Substitution.objects.filter(sitting__in=held, state=SubstitutionState.IN_FORCE).values_list("sitting", "leader"))
    visits = Counter(Booking.objects.filter(sitting__in=held, state=BookingState.RECEIVED).order_by().values_list("sitting", "way"))
    came_to: Counter[int] = Counter()
    for (sitting, _way), n in visits.items():
        came_to[sitting] += n
    counts: dict[int, Counter[str]] = {}
    for sitting, planned in held.values_list("pk", "leader"):
        came = instead.get(sitting) or planned
        counts.setdefault(planned, Counter())["own" if came == planned else "given"] += 1
        sat = counts.setdefault(came, Counter())
        sat["stood_in"] += came != planned
        sat["visits"] += came_to[sitting]
        sat["walked_in"] += visits[sitting, BookingWay.WALK_IN.value]
    if asked.period.length is Length.YEAR:
        # Each leader receives once a year at least: whoever has not stands there with noughts.
        for leader_id in _in_turn(asked):
            counts.setdefault(leader_id, Counter())
    rows = tuple(
        Row(named(leader), tuple(counts[leader.pk][key] for key in ("own", "given", "stood_in", "visits", "walked_in")))
        for leader in Leader.objects.filter(pk__in=counts).order_by("code")
    )
    note = _("每位领导每年至少接访一次。") if asked.period.length is Length.YEAR else ""
    columns = (_("本人接访场次"), _("由他人替代"), _("替代他人"), _("接待批次"), _("其中随访"))
    return Table("leader", _("领导接访情况"), _("领导"), columns, rows, bars=3, note=note)


def _in_turn(asked: Asked) -> list[int]:
    """Ids of whoever held a post of a rotation at some time of the period."""
    last = min(asked.period.after, asked.on)
    held = Tenure.objects.filter(Q(ends_on=None) | Q(ends_on__gt=asked.period.first), starts_on__lt=last, post__seats__isnull=False)
    return list(held.order_by().values_list("leader", flat=True).distinct())


def by_way(asked: Asked) -> Table:
    """Bookings for the days of the period, by way, and what became of them."""
    rows = Booking.objects.filter(**asked.within("sitting__day__day")).order_by()
    counts = Counter(rows.values_list("way", "state"))
    columns = (BookingState.RECEIVED, BookingState.EARLY_ANSWERED, BookingState.NO_SHOW, BookingState.CANCELLED, BookingState.MOVED)
    made = tuple(
        Row(
            str(way.label),
            (
                sum(n for (of, _state), n in counts.items() if of == way.value),
                *(counts[way.value, state.value] for state in columns),
            ),
        )
        for way in BookingWay
    )
    return Table("bookings", _("预约情况"), _("预约方式"), (_("预约批次"), *(str(one.label) for one in columns)), made, bars=0)
