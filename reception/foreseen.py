"""What other settings would have said: who would have been reminded of what over the last month. Nothing is stored.

Asked of the same SELECTs as the sweep, day by day. The clocks are as they stand now: one that has stopped since is not counted.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from reception.actions import deriving
from reception.actions.deriving import Derived, Sweep
from reception.models import County, User
from reception.models.calendar import work_calendar

MONTH = timedelta(days=31)
ONE_DAY = timedelta(days=1)

# Of what a source finds, what is told within the portal, and on the day itself.
COUNT = """
    SELECT d.recipient_id, d.rule, count(*) FROM ({select}) AS d
    WHERE d.recipient_id IS NOT NULL AND d.channel = 'inbox' AND (d.due_at AT TIME ZONE %(zone)s)::date = %(today)s
    GROUP BY d.recipient_id, d.rule
"""


@dataclass(frozen=True)
class Foreseen:
    """So many reminders by one rule for one person on one day."""

    day: date
    rule: str
    person: User
    count: int


def last_month(county: County, *, at: datetime) -> list[Foreseen]:
    """By day, rule and person, for a county with settings that need not be saved. The county is in scope."""
    today, calendar = at.astimezone(county.zone).date(), work_calendar(county)
    found: Counter[tuple[date, str, int]] = Counter()
    day = today - MONTH
    while day < today:
        day += ONE_DAY
        # Reminders are said on working days only.
        if calendar.is_workday(day):
            closes = datetime.combine(day, county.office_closes_at, county.zone)
            for person, rule, count in _counted(Sweep(county, closes, day, day, calendar)):
                found[day, rule, person] += count
    people = User.objects.in_bulk({person for _day, _rule, person in found})
    rows = [Foreseen(day, rule, people[person], count) for (day, rule, person), count in found.items()]
    return sorted(rows, key=lambda row: (row.day, _order(row.rule), row.person.name, row.person.pk))


def _counted(sweep: Sweep) -> list[tuple[int, str, int]]:
    rows = []
    for source in deriving.SOURCES:
        if source is not deriving.occasions:
            for derived in source(sweep):
                rows += _rows(sweep, derived)
    return rows


def _rows(sweep: Sweep, derived: Derived) -> list[tuple[int, str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(COUNT.replace("{select}", derived.select), {**sweep.known, **derived.params})
        return [(int(person), str(rule), int(count)) for person, rule, count in cursor.fetchall()]


def _order(rule: str) -> int:
    """Half way first, then along the ladder."""
    try:
        return int(rule)
    except ValueError:
        return -1000
