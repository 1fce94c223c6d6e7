"""A term counted day by day, as someone would with a calendar and a pencil: each day's number, or why it has none."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from scheduling.calendar import WorkCalendar
from scheduling.deadlines import Due, Unit

ONE_DAY = timedelta(days=1)


class Why(StrEnum):
    """Why a day has no number: something happened on it that began the term, it isn't worked, it is left out, or the end moves over it."""

    START = "start"
    OFF = "off"
    EXCLUDED = "excluded"
    ROLLED = "rolled"


@dataclass(frozen=True, slots=True)
class Counted:
    """One day of a term. `n` is its number, None where it has none, for the reason `why`."""

    day: date
    n: int | None
    why: Why | None = None


def days_of(due: Due, calendar: WorkCalendar) -> Iterator[Counted]:
    """Every day from the start of a term to its end, both included, with the days of an extension counted on as calendar days."""
    yield Counted(due.start, None, Why.START)
    day, n, whole = due.start, 0, due.term.amount + due.extended_by
    while n < whole:
        day += ONE_DAY
        # Within the extension every day counts, whatever the term is counted in.
        working = due.term.unit is Unit.WORKING_DAYS and n < due.term.amount
        if working and not calendar.is_workday(day):
            yield Counted(day, None, Why.OFF)
        elif any(starts_on <= day < ends_on for starts_on, ends_on in due.excluded):
            yield Counted(day, None, Why.EXCLUDED)
        else:
            n += 1
            yield Counted(day, n)
    while day < due.due:
        day += ONE_DAY
        yield Counted(day, None, Why.ROLLED)
