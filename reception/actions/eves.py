"""What comes so near that somebody is told: leaders of the sittings of the next working day, the bureau of a month that is not published.

Source: county rules: who receives is published in advance (`County.publish_days_ahead`); leaders are reminded the day before.
Both are sweeps: they may run at any moment, any number of times, and say each thing once.
"""

from datetime import date, datetime, timedelta

from reception import scope
from reception.actions import decrees, messages
from reception.actions.asking import BUREAU, reachable
from reception.actions.candidates import receiving
from reception.actions.permissions import require
from reception.models import County, DayKind, DayState, ReceptionDay, Sitting, SittingState, User
from reception.models.calendar import work_calendar
from scheduling import days as rule
from scheduling.reminders import said_on

ONE_DAY = timedelta(days=1)
# No run of days off lies between a reception and the working day before it that is longer.
FAR = timedelta(days=15)


def tell_leaders(*, county: County, by: User, at: datetime) -> int:
    """Remind whoever receives next, and their secretaries, on the working day before; how many sittings somebody was told of."""
    with scope.county(county):
        require("sitting.ask", county=county, by=by, at=at)
        today, calendar = at.astimezone(county.zone).date(), work_calendar(county)
        rows = Sitting.objects.filter(
            state=SittingState.PUBLISHED, day__state=DayState.PUBLISHED, day__day__gt=today, day__day__lte=today + FAR
        ).select_related("day", "leader__user")
        near = [row for row in rows if said_on(row.day.day - ONE_DAY, calendar, over=False) <= today]
        if not near:
            return 0
        due_at = county.office.next_open(at, calendar)
        receives, told = receiving(near), 0
        for sitting, leader in ((row, receives[row.pk]) for row in near):
            people = reachable(leader, on=today)
            cause = f"eve {sitting.uid} {sitting.day.day} {leader.pk}"
            facts = {"sitting": sitting.pk, "leader": leader.pk, "day": str(sitting.day.day)}
            messages.queue_all(kind="receives_next", cause=cause, to=people, due_at=due_at, facts=facts, once=True)
            told += bool(people)
        return told


def tell_bureau(*, county: County, by: User, at: datetime) -> int:
    """Tell the bureau, once a day, of each reception day that should have been published by now; how many days are late."""
    with scope.county(county):
        require("sitting.ask", county=county, by=by, at=at)
        today = at.astimezone(county.zone).date()
        late = [day for day in _coming(county, today) if (day - today).days < county.publish_days_ahead]
        for day in late:
            facts, cause = {"day": str(day), "due": county.publish_days_ahead}, f"late roster {day} {today}"
            people = decrees.people(BUREAU, today)
            messages.queue_all(kind="roster_late", cause=cause, to=people, due_at=at, facts=facts, once=True)
        return len(late)


def _coming(county: County, today: date) -> list[date]:
    """The reception days of this month and the next that are still to come and were neither published nor cancelled."""
    calendar, day_rule = work_calendar(county), rule.DayRule(county.nominal_day)
    settled = set(ReceptionDay.objects.settled().filter(kind=DayKind.MONTHLY).values_list("month", flat=True))
    planned = dict(ReceptionDay.objects.filter(kind=DayKind.MONTHLY, state=DayState.PLANNED).values_list("month", "day"))
    found = []
    for month in (rule.Month(today.year, today.month), rule.Month(today.year, today.month).next()):
        first = date(month.year, month.month, 1)
        if first not in settled:
            found.append(planned.get(first) or rule.reception_date(month, day_rule, calendar))
    return [day for day in found if day >= today]
