"""Periods of a report: a month, a quarter or a year of the calendar, as half-open intervals of days."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

FORM = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2})|-Q(?P<quarter>[1-4]))?\Z", re.ASCII)
FIRST_YEAR, LAST_YEAR = 2000, 2199


class Length(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


MONTHS = {Length.MONTH: 1, Length.QUARTER: 3, Length.YEAR: 12}


@dataclass(frozen=True)
class Period:
    """From `first`, included, to `after`, not included; both the first day of a month."""

    length: Length
    first: date

    @property
    def after(self) -> date:
        return _months_later(self.first, MONTHS[self.length])

    @property
    def key(self) -> str:
        """As `parse` reads it: 2026, 2026-Q3, 2026-07."""
        year = f"{self.first.year:04}"
        if self.length is Length.YEAR:
            return year
        return f"{year}-Q{self.number}" if self.length is Length.QUARTER else f"{year}-{self.number:02}"

    @property
    def number(self) -> int:
        """The month's or the quarter's number within its year, from 1; a year's is 1."""
        return (self.first.month - 1) // MONTHS[self.length] + 1

    @property
    def before(self) -> "Period":
        """The period of the same length just before."""
        return Period(self.length, _months_later(self.first, -MONTHS[self.length]))

    @property
    def next(self) -> "Period":
        return Period(self.length, self.after)

    def __contains__(self, day: date) -> bool:
        return self.first <= day < self.after

    def of_length(self, length: Length) -> "Period":
        """The period of another length in which this one begins."""
        return around(self.first, length)


def parse(key: str) -> Period:
    """The period that `key` names. Raises `ValueError` for what names none, or a year that no report can be of."""
    found = FORM.match(key)
    if found is None or not FIRST_YEAR <= int(found["year"]) <= LAST_YEAR:
        raise ValueError(key)
    year = int(found["year"])
    if found["month"]:
        return Period(Length.MONTH, date(year, int(found["month"]), 1))
    if found["quarter"]:
        return Period(Length.QUARTER, date(year, 3 * int(found["quarter"]) - 2, 1))
    return Period(Length.YEAR, date(year, 1, 1))


def around(day: date, length: Length) -> Period:
    """The period of a length that a day lies in."""
    months = MONTHS[length]
    return Period(length, date(day.year, (day.month - 1) // months * months + 1, 1))


def months_until(day: date, count: int) -> list[Period]:
    """The last `count` months up to that of a day, the earliest first."""
    last = around(day, Length.MONTH)
    found = [last]
    while len(found) < count:
        found.insert(0, found[0].before)
    return found


def _months_later(first: date, months: int) -> date:
    whole = first.year * 12 + first.month - 1 + months
    return date(whole // 12, whole % 12 + 1, 1)
