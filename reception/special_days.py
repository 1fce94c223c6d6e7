"""The special days of a year: what the package's calendar says of each beside what the county's own rows say."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reception.models import CalendarRow, County
from reception.models.calendar import work_calendar
from scheduling.calendar import DayKind, Fact, WorkCalendar, YearStatus

KINDS = {
    DayKind.WORKING: lambda: _("上班"),
    DayKind.WEEKEND: lambda: _("周末"),
    DayKind.HOLIDAY: lambda: _("放假"),
    DayKind.MAKEUP: lambda: _("调休上班"),
}


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """One day: the package's word, the word that counts, and the county's rows of the day, the one that counts first."""

    day: date
    package: Fact
    counts: Fact
    rows: tuple[CalendarRow, ...]
    decreed: bool

    @property
    def said_by_package(self) -> str:
        return _said(self.package)

    @property
    def said(self) -> str:
        return _said(self.counts)

    @property
    def differs(self) -> bool:
        return bool(self.rows) and self.package.works != self.counts.works

    @property
    def verdict(self) -> str:
        """Where the two stand to each other, in words."""
        if not self.rows:
            return ""
        if not self.differs:
            return _("一致")
        if not self.decreed:
            return _("自带日历还没有这一年的通知；以县里的为准")
        return _("不一致；以县里的为准")


@dataclass(frozen=True, slots=True)
class Year:
    """A year's special days, in order, and by which document each of the two calendars knows the year (empty while it does not)."""

    year: int
    days: tuple[SpecialDay, ...]
    confirmed: bool
    document: str
    package_document: str
    package_confirmed: bool

    @property
    def differing(self) -> int:
        """How many days the county's rows see otherwise than the package's notice."""
        return sum(day.differs and day.decreed for day in self.days)


def of_year(county: County, year: int) -> Year:
    """The year as the county in scope has it. Raises `ValueError` for a year that the calendar does not reach."""
    package, ours = WorkCalendar(country=county.country), work_calendar(county)
    decreed = package.year_status(year) is YearStatus.CONFIRMED
    rows: dict[date, list[CalendarRow]] = {}
    for row in CalendarRow.objects.in_force().filter(day__year=year).order_by("-level"):
        rows.setdefault(row.day, []).append(row)
    days, day = [], date(year, 1, 1)
    while day.year == year:
        fact = package.fact(day)
        if day in rows or fact.kind in (DayKind.HOLIDAY, DayKind.MAKEUP):
            days.append(SpecialDay(day, fact, ours.fact(day), tuple(rows.get(day, ())), decreed))
        day += timedelta(days=1)
    confirmed = ours.year_status(year) is YearStatus.CONFIRMED
    return Year(year, tuple(days), confirmed, ours.year_document(year), package.year_document(year), decreed)


def _said(fact: Fact) -> str:
    kind = KINDS[fact.kind]()
    english = (get_language() or "").startswith("en")
    name = (english and fact.name_en) or fact.name
    return f"{kind} · {name}" if name and name.casefold() != kind.casefold() else kind
