"""The working calendar: the country's arrangement as the package `holidays` carries it, under rows the office enters itself.

China moves days: a Saturday or Sunday may be a make-up working day and a weekday may be off, as the State Council's notice for
the year says. Until a year's notice is known, everything in it is provisional.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from importlib.metadata import version

import holidays

ONE_DAY = timedelta(days=1)
# The statute that names the festivals; what a year without a notice of its own rests on.
FESTIVALS_STATUTE = "全国年节及纪念日放假办法"


class DayKind(StrEnum):
    """What a day is: an ordinary working day, a weekend, a holiday, or a weekend day that is worked."""

    WORKING = "working"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKEUP = "makeup"


class YearStatus(StrEnum):
    """Whether the arrangement of a year is known (confirmed) or only guessed from the festivals (provisional)."""

    CONFIRMED = "confirmed"
    PROVISIONAL = "provisional"


class CalendarConflict(ValueError):
    """Two rows on the same level say opposite things of one day."""


@dataclass(frozen=True, slots=True)
class Row:
    """The office's own word on one day. A higher `level` beats a lower one; every row beats the package."""

    day: date
    works: bool
    name: str
    name_en: str
    document: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The office's word that a year's arrangement is known and entered, by the document named."""

    year: int
    document: str


@dataclass(frozen=True, slots=True)
class Fact:
    """What a day is, its name in both languages (empty for ordinary days), and the document that says so."""

    day: date
    kind: DayKind
    name: str
    name_en: str
    document: str

    @property
    def works(self) -> bool:
        return self.kind in (DayKind.WORKING, DayKind.MAKEUP)


@dataclass(frozen=True, slots=True)
class _Year:
    """One year as the package knows it: names of days off, and weekend days that are worked."""

    off: dict[date, tuple[str, str]]
    made_up: frozenset[date]
    weekend: frozenset[int]
    decreed: bool


class WorkCalendar:
    """Which days are worked in one country, from `first_year` to `last_year`, both included.

    Raises `ValueError` for an unknown country and for any question about a day outside those years, and `CalendarConflict` when
    two rows of one level contradict each other.
    """

    def __init__(self, *, country: str = "CN", rows: Iterable[Row] = (), confirmations: Iterable[Confirmation] = ()) -> None:
        self.country = country
        self.first_year, self.last_year = _reach(country)
        self._rows: dict[date, Row] = {}
        for row in sorted(rows, key=lambda row: row.level):
            under = self._rows.get(row.day)
            if under and under.level == row.level and under.works != row.works:
                raise CalendarConflict(
                    f"{row.day}: {under.document!r} and {row.document!r} are on one level and contradict each other"
                )
            self._rows[row.day] = row
        self._confirmed = {confirmation.year: confirmation.document for confirmation in confirmations}
        self._next = _NextWorkday(self)
        # What was found once is kept: a calendar never changes after it is built.
        self._facts: dict[date, Fact] = {}
        self._statuses: dict[int, YearStatus] = {}

    def is_workday(self, day: date) -> bool:
        """Whether the day is worked."""
        return self._next[day] == day

    def next_workday(self, day: date) -> date:
        """The first working day not before the day."""
        return self._next[day]

    def previous_workday(self, day: date) -> date:
        """The last working day not after the day."""
        while not self.is_workday(day):
            day -= ONE_DAY
        return day

    def add_workdays(self, day: date, count: int) -> date:
        """The `count`-th working day after the day, or before it when negative. The day itself is not counted; 0 gives it back."""
        step = ONE_DAY if count > 0 else -ONE_DAY
        for _ in range(abs(count)):
            day += step
            while not self.is_workday(day):
                day += step
        return day

    def workdays_between(self, starts_on: date, ends_on: date) -> int:
        """How many working days lie in [starts_on, ends_on); negative when reversed."""
        if ends_on < starts_on:
            return -self.workdays_between(ends_on, starts_on)
        return sum(self.is_workday(day) for day in _days(starts_on, ends_on))

    def fact(self, day: date) -> Fact:
        """What the day is, and on whose word."""
        found = self._facts.get(day)
        if found is None:
            found = self._facts[day] = self._fact(day)
        return found

    def _fact(self, day: date) -> Fact:
        row = self._rows.get(day)
        year = self._year(day.year)
        weekend = day.weekday() in year.weekend
        if row:
            kind = (DayKind.MAKEUP if weekend else DayKind.WORKING) if row.works else DayKind.HOLIDAY
            return Fact(day, kind, row.name, row.name_en, row.document)
        if day in year.made_up:
            return Fact(day, DayKind.MAKEUP, "调休上班", "make-up working day", self.year_document(day.year))
        if day in year.off:
            return Fact(day, DayKind.HOLIDAY, *year.off[day], self.year_document(day.year) or FESTIVALS_STATUTE)
        return Fact(day, DayKind.WEEKEND if weekend else DayKind.WORKING, "", "", "")

    def year_status(self, year: int) -> YearStatus:
        """Confirmed when the package carries the year's notice or the office has confirmed the year."""
        found = self._statuses.get(year)
        if found is None:
            known = year in self._confirmed or self._year(year).decreed
            found = self._statuses[year] = YearStatus.CONFIRMED if known else YearStatus.PROVISIONAL
        return found

    def year_document(self, year: int) -> str:
        """The document a confirmed year rests on; empty while provisional, and where a country's statute serves every year."""
        if year in self._confirmed:
            return self._confirmed[year]
        return _notice(year) if self.country == "CN" and self._year(year).decreed else ""

    @property
    def digest(self) -> str:
        """A short fingerprint of everything the calendar rests on: equal digests give equal answers."""
        said = repr(
            (
                self.country,
                version("holidays"),
                sorted(self._rows.values(), key=lambda row: row.day),
                sorted(self._confirmed.items()),
            )
        )
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    def _year(self, year: int) -> _Year:
        if not self.first_year <= year <= self.last_year:
            raise ValueError(f"the calendar of {self.country} reaches from {self.first_year} to {self.last_year}, not {year}")
        return _package_year(self.country, year)

    def _works(self, day: date) -> bool:
        row = self._rows.get(day)
        if row:
            return row.works
        year = self._year(day.year)
        return day in year.made_up or (day not in year.off and day.weekday() not in year.weekend)


class _NextWorkday(dict[date, date]):
    """Every day's next working day, filled a year at a time when first asked: the whole cost of a date is one look-up."""

    def __init__(self, calendar: WorkCalendar) -> None:
        super().__init__()
        self._calendar = calendar

    def __missing__(self, day: date) -> date:
        works = self._calendar._works
        last = date(day.year, 12, 31)
        found = last
        works(found)
        # The last days of the year may point into the next one.
        while not works(found):
            if found.year == self._calendar.last_year and found == date(found.year, 12, 31):
                raise ValueError(f"no working day follows {day} within the calendar of {self._calendar.country}")
            found += ONE_DAY
        day_of_year = last
        while day_of_year.year == day.year:
            if works(day_of_year):
                found = day_of_year
            self[day_of_year] = found
            day_of_year -= ONE_DAY
        return self[day]


def _days(starts_on: date, ends_on: date) -> Iterator[date]:
    while starts_on < ends_on:
        yield starts_on
        starts_on += ONE_DAY


@lru_cache(maxsize=64)
def _reach(country: str) -> tuple[int, int]:
    """The first and last year the package answers for. China's begin with the first yearly notice, 2001."""
    try:
        package = holidays.country_holidays(country)
    except NotImplementedError as error:
        raise ValueError(f"no holiday calendar is known for country {country!r}") from error
    return (2001 if country == "CN" else package.start_year), package.end_year


@lru_cache(maxsize=1024)
def _package_year(country: str, year: int) -> _Year:
    chinese = "zh_CN" in holidays.country_holidays(country).supported_languages
    zh = holidays.country_holidays(country, years=year, language="zh_CN" if chinese else None)
    en = holidays.country_holidays(country, years=year, language="en_US")
    weekend = frozenset(int(day) for day in zh.weekend)
    names = {day: (_plain(zh[day]), _plain(en[day])) for day in sorted(zh) if day.year == year}
    off = {day: _festival(day, names, weekend) for day in names}
    made_up = frozenset(day for day in zh.weekend_workdays if day.year == year)
    for day in made_up:
        off.pop(day, None)
    return _Year(off, made_up, weekend, country != "CN" or year in zh.special_public_holidays)


def _plain(name: str) -> str:
    """The festival's name without the package's remarks on moved days; empty for a mere exchange day."""
    name = name.split("; ", maxsplit=1)[0]
    if name.startswith(("休息日", "Day off")):
        return ""
    return name.removesuffix("（补假）").removesuffix(" (observed)")


def _festival(day: date, names: dict[date, tuple[str, str]], weekend: frozenset[int]) -> tuple[str, str]:
    """An exchange day bears the name of the festival it prolongs: the nearest one in the same unbroken run of days off."""
    if names[day][0]:
        return names[day]
    for step in (-ONE_DAY, ONE_DAY):
        near = day + step
        while near in names or near.weekday() in weekend:
            if names.get(near, ("",))[0]:
                return names[near]
            near += step
    return ("休息日", "day off")


def _notice(year: int) -> str:
    """The State Council General Office's yearly notice, by its title."""
    early = {
        2001: "国务院办公厅关于2001年春节、“五一”、“十一”放假安排的通知",
        2002: "国务院办公厅关于2002年部分节假日休息安排的通知",
        2003: "国务院办公厅关于2003年部分节假日休息安排的通知",
    }
    return early.get(year, f"国务院办公厅关于{year}年部分节假日安排的通知")
