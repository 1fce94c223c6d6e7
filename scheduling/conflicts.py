"""What does not fit in a roster: typed warnings, in the order of days. They are told, not raised; people decide."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time

from scheduling.calendar import WorkCalendar, YearStatus
from scheduling.days import DayRule, Month, reception_date
from scheduling.rotation import Away, Holding


@dataclass(frozen=True, slots=True)
class RosterDay:
    """A day of the roster: monthly with its month, or extra with none."""

    day: date
    month: Month | None
    settled: bool


@dataclass(frozen=True, slots=True)
class RosterSitting:
    """A sitting as it stands: who receives, from when to when (times of day). `post` and `person` are None when nobody could be found."""

    day: date
    rotation: str
    post: str | None
    person: str | None
    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class NobodyAvailable:
    """No holder of any post in the rotation can attend."""

    day: date
    rotation: str


@dataclass(frozen=True, slots=True)
class LeaderAway:
    """The leader who is to receive is recorded away."""

    day: date
    rotation: str
    person: str
    away: Away


@dataclass(frozen=True, slots=True)
class HolderChanged:
    """The leader who is to receive does not hold the post on that day; `holder` does, or nobody."""

    day: date
    rotation: str
    post: str
    person: str
    holder: str | None


@dataclass(frozen=True, slots=True)
class SittingTwice:
    """One leader is to receive in two places at overlapping hours."""

    day: date
    person: str
    rotations: tuple[str, str]


@dataclass(frozen=True, slots=True)
class DayMoved:
    """The rule now gives another day for the month than the roster has."""

    day: date
    month: Month
    expected: date


@dataclass(frozen=True, slots=True)
class NotAWorkday:
    """An extra day falls on a day that is not worked."""

    day: date


@dataclass(frozen=True, slots=True)
class ProvisionalYear:
    """The arrangement of the year is not known yet; `day` is the first day of the roster in it."""

    day: date
    year: int


@dataclass(frozen=True, slots=True)
class NoTurn:
    """A post of the rotation, with a holder, does not receive in the whole period; `day` is the period's first."""

    day: date
    rotation: str
    post: str


Conflict = NobodyAvailable | LeaderAway | HolderChanged | SittingTwice | DayMoved | NotAWorkday | ProvisionalYear | NoTurn


def find_conflicts(
    days: Iterable[RosterDay],
    sittings: Iterable[RosterSitting],
    *,
    rule: DayRule,
    calendar: WorkCalendar,
    holdings: Iterable[Holding],
    away: Iterable[Away],
    rotations: Mapping[str, Iterable[str]],
) -> tuple[Conflict, ...]:
    """Everything that does not fit, in the order of days. `rotations` gives the posts of each rotation. Settled days that are
    over are the caller's to leave out."""
    roster, seats = sorted(days, key=lambda day: day.day), list(sittings)
    held, absences = list(holdings), list(away)
    found: list[Conflict] = [*_of_days(roster, rule, calendar)]
    for seat in seats:
        found.extend(_of_sitting(seat, held, absences))
    found.extend(_twice(seats))
    if roster:
        found.extend(_without_turn(roster, seats, held, rotations))
    return tuple(sorted(found, key=lambda conflict: (conflict.day, type(conflict).__name__, str(conflict))))


def _of_days(roster: list[RosterDay], rule: DayRule, calendar: WorkCalendar) -> Iterable[Conflict]:
    told: set[int] = set()
    for day in roster:
        if calendar.year_status(day.day.year) is YearStatus.PROVISIONAL and day.day.year not in told:
            told.add(day.day.year)
            yield ProvisionalYear(day.day, day.day.year)
        if day.month is None:
            if not calendar.is_workday(day.day):
                yield NotAWorkday(day.day)
        elif (expected := reception_date(day.month, rule, calendar)) != day.day:
            yield DayMoved(day.day, day.month, expected)


def _of_sitting(seat: RosterSitting, holdings: list[Holding], absences: list[Away]) -> Iterable[Conflict]:
    if seat.post is None or seat.person is None:
        yield NobodyAvailable(seat.day, seat.rotation)
        return
    holder = next((h.person for h in holdings if h.post == seat.post and _within(h.starts_on, seat.day, h.ends_on)), None)
    if holder != seat.person:
        yield HolderChanged(seat.day, seat.rotation, seat.post, seat.person, holder)
    for absence in absences:
        if absence.person == seat.person and _within(absence.starts_on, seat.day, absence.ends_on):
            yield LeaderAway(seat.day, seat.rotation, seat.person, absence)


def _within(starts_on: date, day: date, ends_on: date | None) -> bool:
    return starts_on <= day and (ends_on is None or day < ends_on)


def _twice(seats: list[RosterSitting]) -> Iterable[Conflict]:
    for index, one in enumerate(seats):
        for other in seats[index + 1 :]:
            same = one.person is not None and (one.person, one.day) == (other.person, other.day)
            if same and one.person is not None and one.starts < other.ends and other.starts < one.ends:
                yield SittingTwice(one.day, one.person, (one.rotation, other.rotation))


def _without_turn(
    roster: list[RosterDay], seats: list[RosterSitting], holdings: list[Holding], rotations: Mapping[str, Iterable[str]]
) -> Iterable[Conflict]:
    first, last = roster[0].day, roster[-1].day
    receiving = {(seat.rotation, seat.post) for seat in seats}
    for rotation, posts in rotations.items():
        for post in posts:
            occupied = any(h.post == post and h.starts_on <= last and (h.ends_on is None or h.ends_on > first) for h in holdings)
            if occupied and (rotation, post) not in receiving:
                yield NoTurn(first, rotation, post)
