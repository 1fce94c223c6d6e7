"""The ladder of a clock: on which days who is reminded of it, before its last day and after.

Source: our own design, within the limits of the Regulations on Petition Work (2022), art. 22, 23, 34 to 36: nobody learns too late
that a limit ends, and one that is over climbs, step by step, to whoever can see to it. A reminder that falls on a day off is said on
the working day before; one of a limit that is over, on the working day after.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from scheduling.calendar import WorkCalendar

ONE_DAY = timedelta(days=1)
# No run of days off is as long as this, and no limit's day is said further from itself.
LONGEST_BREAK = timedelta(days=15)
HALF = "half"


class Audience(StrEnum):
    """Who is told: whoever handles it, then the unit's head, the bureau's chief, the leader who instructed, the joint meeting's office."""

    HANDLER = "handler"
    HEAD = "head"
    CHIEF = "chief"
    LEADER = "leader"
    JOINT = "joint"


@dataclass(frozen=True, slots=True)
class Ladder:
    """A county's ladder. `before` are days before the last day (0 is that day itself); `half` adds half way.

    `after` are the audiences told once a limit is over, each with the days after the last day. Raises `ValueError` for a day that is
    named twice, and for one that lies on the wrong side of the last day.
    """

    half: bool = True
    before: tuple[int, ...] = (7, 3, 1, 0)
    after: tuple[tuple[Audience, int], ...] = (
        (Audience.HEAD, 1),
        (Audience.CHIEF, 3),
        (Audience.LEADER, 7),
        (Audience.JOINT, 15),
    )

    def __post_init__(self) -> None:
        if len(set(self.before)) != len(self.before) or any(days < 0 for days in self.before):
            raise ValueError(f"days before the last day are 0 or more, each once, not {self.before}")
        if any(days < 1 for _audience, days in self.after):
            raise ValueError(f"days after the last day are 1 or more, not {self.after}")


@dataclass(frozen=True, slots=True)
class Reached:
    """A step of the ladder that a clock ending on `due_on` has come to: by which rule, who is told, and the working day it is said on.

    `offset` counts its own day from the last day, negative before.
    """

    due_on: date
    offset: int
    audience: Audience
    said_on: date

    @property
    def rule(self) -> str:
        return f"{self.offset:+d}"


@dataclass(frozen=True, slots=True)
class HalfWay:
    """Half of a clock's days are over on `on`; it is said on `said_on`, unless its end is so near (`due_after`) that this is said."""

    on: date
    said_on: date
    due_after: date


def half_way(started_on: date, due_on: date) -> date:
    """The day on which half of a clock's days are over."""
    return started_on + (due_on - started_on) // 2


def said_on(day: date, calendar: WorkCalendar, *, over: bool) -> date:
    """The working day on which a reminder of a day is said: not after it while a limit runs, not before it once the limit is over."""
    return calendar.next_workday(day) if over else calendar.previous_workday(day)


def reached(ladder: Ladder, calendar: WorkCalendar, *, since: date, today: date) -> tuple[Reached, ...]:
    """The steps that clocks have come to on the days from `since` to `today`, both included, in the order of their last days.

    Of the steps before the last day only the latest counts: who was to be told seven days before and is told three days before needs
    no more than that. Each step after it has an audience of its own and is never left out.
    """
    return (*_before(ladder, calendar, since, today), *_after(ladder, calendar, since, today))


def half_ways(ladder: Ladder, calendar: WorkCalendar, *, since: date, today: date) -> tuple[HalfWay, ...]:
    """The days that are half way for a clock and are said from `since` to `today`, both included."""
    if not ladder.half:
        return ()
    first = max(ladder.before, default=0)
    # The last day whose first step has been reached today: for it, and for every day before it, that is what is said.
    coming = _days(today, today + timedelta(days=first) + LONGEST_BREAK)
    near = max((day for day in coming if said_on(day - timedelta(days=first), calendar, over=False) <= today), default=today)
    if not ladder.before:
        near = date.min  # nothing else is said before the end
    found = ((day, said_on(day, calendar, over=False)) for day in _days(since, today + LONGEST_BREAK))
    return tuple(HalfWay(day, said, near) for day, said in found if since <= said <= today)


def nearest(before: Iterable[int], calendar: WorkCalendar, *, first: date, today: date) -> Iterator[tuple[date, int, date]]:
    """Each day from `first` on that has come to one of the steps `before` it: the day, the latest step's days before it, and the working
    day that step is said on, which is today or earlier."""
    steps = sorted(set(before))
    if not steps:
        return
    for day in _days(first, today + timedelta(days=steps[-1]) + LONGEST_BREAK):
        said = ((days, said_on(day - timedelta(days=days), calendar, over=False)) for days in steps)
        latest = next((one for one in said if one[1] <= today), None)
        if latest:
            yield day, *latest


def _before(ladder: Ladder, calendar: WorkCalendar, since: date, today: date) -> Iterator[Reached]:
    for due_on, days, said in nearest(ladder.before, calendar, first=since, today=today):
        if said >= since:
            yield Reached(due_on, -days, Audience.HANDLER, said)


def _after(ladder: Ladder, calendar: WorkCalendar, since: date, today: date) -> Iterator[Reached]:
    for audience, days in ladder.after:
        apart = timedelta(days=days)
        for due_on in _days(since - apart - LONGEST_BREAK, today - apart):
            said = said_on(due_on + apart, calendar, over=True)
            if since <= said <= today:
                yield Reached(due_on, days, audience, said)


def _days(first: date, last: date) -> Iterator[date]:
    """The days from the first to the last, both included."""
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
