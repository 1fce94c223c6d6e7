"""A year's notice is asked for until it is known: the calendar is only a guess without it."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from reception import scope
from reception.actions import messages
from reception.models import CalendarChange, ChangeState, County, RoleGrant, User
from reception.models.calendar import work_calendar
from reception.roles import Role
from scheduling.calendar import WorkCalendar, YearStatus

ASKED = (Role.CHIEF, Role.COORDINATOR)
# The notice for a year comes out around November of the year before: asked for weekly from here, daily from there.
ASK_FROM, PRESS_FROM = (10, 1), (11, 15)
MORNING = time(9)


def ask(*, county: County, at: datetime) -> int:
    """Ask the bureau for the notice of a year that is not confirmed; how many people were asked.

    For next year weekly from 1 October, each day from 15 November, and each day of a year that began without it. Silent as soon as
    a proposal that confirms the year is open. Asking again on the same day, or in the same of those weeks, asks nobody twice.
    """
    with scope.county(county):
        on = at.astimezone(county.zone).date()
        asked = 0
        for year, since in _wanting(county, on):
            due_at = datetime.combine(since, MORNING, county.zone)
            to, cause = people(ASKED, on), f"decree {year} {since}"
            messages.queue_all(kind="decree_missing", cause=cause, to=to, due_at=due_at, facts={"year": year})
            asked += len(to)
        return asked


def unconfirmed(county: County, *, on: date) -> list[tuple[int, bool]]:
    """The years whose notice is asked for on a day, in the county in scope, each with whether it is urgent; open proposals count as none."""
    calendar = work_calendar(county)
    years = [(on.year, True)]
    if (on.month, on.day) >= ASK_FROM:
        years.append((on.year + 1, (on.month, on.day) >= PRESS_FROM))
    proposed = set(CalendarChange.objects.filter(state=ChangeState.PROPOSED).values_list("confirms", flat=True))
    return [(year, urgent) for year, urgent in years if year not in proposed and _provisional(calendar, year)]


def _wanting(county: County, on: date) -> list[tuple[int, date]]:
    """Each year to ask for, with the first day of the span in which asking once is enough."""
    found = []
    for year, urgent in unconfirmed(county, on=on):
        first = date(on.year, *ASK_FROM)
        week = first + timedelta(days=(on - first).days // 7 * 7)
        found.append((year, on if urgent else week))
    return found


def _provisional(calendar: WorkCalendar, year: int) -> bool:
    return calendar.first_year <= year <= calendar.last_year and calendar.year_status(year) is YearStatus.PROVISIONAL


def people(roles: Sequence[Role], on: date) -> list[User]:
    """Everyone who holds one of the roles on a day and can be written to."""
    grants = RoleGrant.objects.filter(role__in=[role.value for role in roles], user__is_active=True).exclude(user__email="")
    return sorted({grant.user for grant in grants.on(on).select_related("user")}, key=lambda person: person.pk)
