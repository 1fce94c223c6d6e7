"""Office hours: when something may be said to people at work, or be sent to people at home without waking them."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from scheduling.calendar import WorkCalendar


@dataclass(frozen=True, slots=True)
class Office:
    """A county's office hours, half-open: at `closes` it is closed. Raises `ValueError` for one that closes before it opens."""

    opens: time
    closes: time
    zone: ZoneInfo

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ValueError(f"an office that opens at {self.opens} does not close at {self.closes}")

    def next_open(self, at: datetime, calendar: WorkCalendar) -> datetime:
        """The first moment not before `at` at which the office is open; `at` is aware, and so is what is given back."""
        local = at.astimezone(self.zone)
        day = local.date()
        if calendar.is_workday(day) and local.time() < self.closes:
            return max(local, datetime.combine(day, self.opens, self.zone))
        return datetime.combine(calendar.next_workday(day + timedelta(days=1)), self.opens, self.zone)
