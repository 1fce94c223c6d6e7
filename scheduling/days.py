"""The reception day of a month: the nominal day, or the next working day after it.

Source: the county's provisions on reception days ("the 15th of every month; on a holiday, postponed to the next working day").
"""

import calendar as months_of_the_year
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from scheduling.calendar import ONE_DAY, Fact, WorkCalendar, YearStatus


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of a year. Raises `ValueError` when there is no such month."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1 <= self.month <= 12 and 1 <= self.year <= 9999):
            raise ValueError(f"{self.year}-{self.month} is not a month")

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Read ``2026-02``. Raises `ValueError` on anything else."""
        year, dash, month = text.partition("-")
        if not (dash and len(year) == 4 and len(month) == 2 and (year + month).isascii() and (year + month).isdecimal()):
            raise ValueError(f"{text!r} is not a month: write it as 2026-02")
        return cls(int(year), int(month))

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    def next(self) -> "Month":
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    @property
    def last_day(self) -> int:
        return months_of_the_year.monthrange(self.year, self.month)[1]


def months(first: Month, last: Month) -> Iterator[Month]:
    """The months from the first to the last, both included. Raises `ValueError` when reversed."""
    if last < first:
        raise ValueError(f"{last} comes before {first}")
    while first <= last:
        yield first
        first = first.next()


@dataclass(frozen=True, slots=True)
class DayRule:
    """Which day of the month is the nominal one, 1 to 31; a day the month lacks means its last day."""

    nominal_day: int = 15

    def __post_init__(self) -> None:
        if not 1 <= self.nominal_day <= 31:
            raise ValueError(f"{self.nominal_day} is not a day of a month")

    def nominal(self, month: Month) -> date:
        """The nominal day of a month."""
        if self.nominal_day > 28:
            return date(month.year, month.month, min(self.nominal_day, month.last_day))
        return date(month.year, month.month, self.nominal_day)


@dataclass(frozen=True, slots=True)
class Day:
    """A month's reception day and why: `reasons` holds each day looked at, the nominal first, the reception day last."""

    month: Month
    nominal: date
    day: date
    status: YearStatus
    reasons: tuple[Fact, ...]


def reception_date(month: Month, rule: DayRule, calendar: WorkCalendar) -> date:
    """The reception day alone: the first working day not before the nominal one, even past the end of the month."""
    return calendar.next_workday(rule.nominal(month))


def reception_day(month: Month, rule: DayRule, calendar: WorkCalendar) -> Day:
    """The reception day with its reasons. It is provisional if any year it was looked for in is."""
    nominal = rule.nominal(month)
    day = calendar.next_workday(nominal)
    reasons, looked_at = [calendar.fact(nominal)], nominal
    while looked_at < day:
        looked_at += ONE_DAY
        reasons.append(calendar.fact(looked_at))
    status = calendar.year_status(nominal.year)
    if status is YearStatus.CONFIRMED and day.year != nominal.year:
        status = calendar.year_status(day.year)
    return Day(month, nominal, day, status, tuple(reasons))
