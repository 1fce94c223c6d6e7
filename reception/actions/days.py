"""Days that are added by hand: a visit to a township, an emergency session. They are never computed."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from reception.actions import journal
from reception.actions.permissions import require
from reception.actions.planning import lock, reason
from reception.errors import Refused
from reception.models import County, DayKind, ReceptionDay, User
from reception.models.calendar import work_calendar


def add_extra(*, day: ReceptionDay, county: County, by: User, at: datetime) -> ReceptionDay:
    """Add an extra day to the county in scope; its `day` and titles are given.

    Raises `Refused` for a day that is over, one the calendar does not reach, and one that is a reception day already.
    """
    require("roster.edit", county=county, by=by, at=at)
    lock(county)
    if day.day < at.astimezone(county.zone).date():
        raise Refused(_("%(day)s 已经过去，不能增加接访。") % {"day": day.day})
    if ReceptionDay.objects.filter(day=day.day).exists():
        raise Refused(_("这一天已是接访日，请在该日增加场次。"))
    calendar = work_calendar(county)
    try:
        fact, status = calendar.fact(day.day), calendar.year_status(day.day.year)
    except ValueError as error:
        raise Refused(_("日历没有覆盖 %(year)s 年。") % {"year": day.day.year}) from error
    day.kind, day.nominal_on, day.month = DayKind.EXTRA, None, first_of_month(day.day)
    day.status, day.reasons = str(status), [reason(fact)]
    day.save()
    journal.record(act="day.add", object=f"day {day.uid}", by=by, at=at, facts={"day": str(day.day)})
    return day


def first_of_month(day: date) -> date:
    return day.replace(day=1)
