"""Time limits: calendar days and working days, extensions and pauses.

Source: Regulations on Petition Work (2022), articles 22, 23, 34 to 36; the Regulations say 日 (calendar days) everywhere except the
five working days (工作日) for an objection, article 23(3). The first day is not counted. Whether a last day on a holiday rolls
forward is not settled by the text, so the roll is a part of the term, not of the code.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from scheduling.calendar import WorkCalendar

LONGEST_EXTENSION = 30
# Half-open: the day it ends on is counted again.
Range = tuple[date, date]


class Unit(StrEnum):
    DAYS = "days"
    WORKING_DAYS = "working_days"


class Roll(StrEnum):
    """What becomes of a last day that is not worked: it stays, or moves to the next or the previous working day."""

    NONE = "none"
    NEXT_WORKDAY = "next_workday"
    PREVIOUS_WORKDAY = "previous_workday"


@dataclass(frozen=True, slots=True)
class Term:
    """A time limit: so many days of a unit, counted from the day after the start. `article` is where it stands."""

    amount: int
    unit: Unit = Unit.DAYS
    roll: Roll = Roll.NONE
    article: str = ""

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise ValueError(f"a term of {self.amount} {self.unit} is none")


@dataclass(frozen=True, slots=True)
class Due:
    """When a term ends, and how that was found.

    `legal` is the last day by the count alone, `due` the last day after the roll, `target` the last working day not after
    `legal` (what an office should aim at). `extended_by` are the days of an extension, `paused_by` those of the ranges `excluded`,
    half-open and apart from each other, in the term's unit. `calendar` is the fingerprint of the calendar used. All are days, and the
    due day itself is still in time.
    """

    start: date
    term: Term
    legal: date
    due: date
    target: date
    calendar: str
    extended_by: int = 0
    paused_by: int = 0
    excluded: tuple[Range, ...] = ()


def due_date(start: date, term: Term, calendar: WorkCalendar, *, extended_by: int = 0, excluded: Iterable[Range] = ()) -> Due:
    """The end of a term that starts by something that happened on `start`; that day is not counted.

    Nor are the days of the ranges `excluded`, half-open; they may overlap, and what lies outside the term counts for nothing.
    """
    paused_by, kept = 0, list[Range]()
    for starts_on, ends_on in _apart(start, excluded):
        # A range that begins when the term, with what was excluded before, is over has nothing to exclude.
        if starts_on > _legal(start, term, calendar, extended_by, paused_by):
            break
        paused_by += _length(starts_on, ends_on, term, calendar)
        kept.append((starts_on, ends_on))
    legal = _legal(start, term, calendar, extended_by, paused_by)
    rolled = {
        Roll.NONE: lambda day: day,
        Roll.NEXT_WORKDAY: calendar.next_workday,
        Roll.PREVIOUS_WORKDAY: calendar.previous_workday,
    }[term.roll](legal)
    target = calendar.previous_workday(legal)
    return Due(start, term, legal, rolled, target, calendar.digest, extended_by, paused_by, tuple(kept))


def extended(due: Due, days: int, *, decided_on: date, calendar: WorkCalendar) -> Due:
    """The term prolonged: once, by 1 to 30 days, decided not later than the legal last day (article 34).

    Raises `ValueError` otherwise.
    """
    if due.extended_by:
        raise ValueError("a term is extended once")
    if not 1 <= days <= LONGEST_EXTENSION:
        raise ValueError(f"an extension is 1 to {LONGEST_EXTENSION} days, not {days}")
    if not due.start <= decided_on <= due.legal:
        raise ValueError(f"an extension is decided from {due.start} to {due.legal}, not on {decided_on}")
    return due_date(due.start, due.term, calendar, extended_by=days, excluded=due.excluded)


def paused(due: Due, starts_on: date, ends_on: date, *, calendar: WorkCalendar) -> Due:
    """The term with the days [starts_on, ends_on) not counted (article 36: a hearing's time).

    Raises `ValueError` for a pause that is empty, or begins outside the term.
    """
    if ends_on <= starts_on:
        raise ValueError(f"a pause from {starts_on} to {ends_on} has no days")
    if not due.start < starts_on <= due.legal:
        raise ValueError(f"a pause begins after {due.start} and not after {due.legal}, not on {starts_on}")
    return due_date(due.start, due.term, calendar, extended_by=due.extended_by, excluded=[*due.excluded, (starts_on, ends_on)])


def _legal(start: date, term: Term, calendar: WorkCalendar, extended_by: int, paused_by: int) -> date:
    if term.unit is Unit.WORKING_DAYS:
        return calendar.add_workdays(start, term.amount + paused_by) + timedelta(days=extended_by)
    return start + timedelta(days=term.amount + paused_by + extended_by)


def _length(starts_on: date, ends_on: date, term: Term, calendar: WorkCalendar) -> int:
    working = term.unit is Unit.WORKING_DAYS
    return calendar.workdays_between(starts_on, ends_on) if working else (ends_on - starts_on).days


def _apart(start: date, excluded: Iterable[Range]) -> list[Range]:
    """The ranges in order, each day in one of them only, and none before the first day that is counted."""
    found, last = list[Range](), start + timedelta(days=1)
    for starts_on, ends_on in sorted(excluded):
        if ends_on > max(starts_on, last):
            found.append((max(starts_on, last), ends_on))
            last = ends_on
    return found
