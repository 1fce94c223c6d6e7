"""Until when a place can be booked, and from when. Source: notices of counties (17:00 of the working day before); configurable."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scheduling.calendar import WorkCalendar


@dataclass(frozen=True, slots=True)
class BookingRule:
    """A county's rule: closes at a time of day so many working days before (0: on the day itself), but never later than `notice`
    before the sitting begins; opens so many calendar days before the day."""

    workdays_before: int
    closes_at: time
    opens_days_before: int
    notice: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Window:
    """When a place can be booked: from `opens` (inclusive) to `closes` (exclusive), moments with the county's zone."""

    opens: datetime
    closes: datetime

    def is_open(self, *, at: datetime) -> bool:
        return self.opens <= at < self.closes


def window(day: date, starts: time, *, rule: BookingRule, calendar: WorkCalendar, zone: ZoneInfo) -> Window:
    """The window of a sitting that begins at `starts` on `day`."""
    closing_day = calendar.add_workdays(day, -rule.workdays_before) if rule.workdays_before else day
    closes = datetime.combine(closing_day, rule.closes_at, zone)
    begins = datetime.combine(day, starts, zone)
    opens = datetime.combine(day - timedelta(days=rule.opens_days_before), time(), zone)
    return Window(opens, min(closes, begins - rule.notice))
