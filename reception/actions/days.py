"""Days by decision: added (a visit to a township, an emergency session), cancelled, or moved."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from reception.actions import journal, releases, substitution_sweeps
from reception.actions.permissions import require
from reception.actions.planning import lock
from reception.actions.substitution_needs import met
from reception.actions.whole import whole
from reception.errors import MovedOn, Refused
from reception.models import County, DayKind, DayState, ReceptionDay, Release, User
from reception.models.calendar import work_calendar
from reception.workflows.day import WORKFLOW


@whole
def add_extra(*, day: ReceptionDay, county: County, by: User, at: datetime) -> ReceptionDay:
    """Add an extra day to the county in scope; its `day` and titles are given. It is there by decision, so no trace of the rule.

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
        calendar.fact(day.day)
        status = calendar.year_status(day.day.year)
    except ValueError as error:
        raise Refused(_("日历没有覆盖 %(year)s 年。") % {"year": day.day.year}) from error
    day.kind, day.nominal_on, day.month = DayKind.EXTRA, None, first_of_month(day.day)
    day.status, day.reasons = str(status), []
    day.save()
    journal.record(act="day.add", object=f"day {day.uid}", by=by, at=at, facts={"day": str(day.day)})
    return day


@met
def cancel(*, day: ReceptionDay, reason: str, reason_en: str, county: County, by: User, at: datetime) -> Release:
    """Cancel a published day that is still to come, for a reason that is published, and draft the release that says so.

    The turns of its leaders do not count as served. Raises `Refused` without a reason.
    """
    row = _decide("cancel", day, reason, county, by, at)
    row.state, row.reason, row.reason_en = DayState.CANCELLED, reason.strip(), reason_en.strip()
    row.save()
    journal.record(act="day.cancel", object=f"day {row.uid}", by=by, at=at, reason=row.reason)
    substitution_sweeps.lapse_of(row, county=county, by=by, at=at, reason=row.reason)
    return releases.draft(
        county=county, by=by, at=at, note=f"{row.day} 取消：{row.reason}", note_en=_english(f"{row.day} cancelled", row)
    )


@met
def move(*, day: ReceptionDay, to: date, reason: str, reason_en: str, county: County, by: User, at: datetime) -> Release:
    """Move a published day that is still to come to another working day, by decision, and draft the release that says so.

    What the rule gave is no longer why it is that day, so the trace gives way to the published reason. Where a leader is away on the
    new day, a substitute is asked for. Raises `Refused` for a day
    that is not worked, is over, or is a reception day already.
    """
    row = _decide("move", day, reason, county, by, at)
    calendar = work_calendar(county)
    try:
        works, status = calendar.is_workday(to), calendar.year_status(to.year)
    except ValueError as error:
        raise Refused(_("日历没有覆盖 %(year)s 年。") % {"year": to.year}) from error
    if to < at.astimezone(county.zone).date() or not works:
        raise Refused(_("%(day)s 已经过去或不是工作日，请另选一天。") % {"day": to})
    if ReceptionDay.objects.filter(day=to).exists():
        raise Refused(_("%(day)s 已是接访日，请另选一天。") % {"day": to})
    before, row.day = row.day, to
    row.reasons, row.status, row.reason, row.reason_en = [], str(status), reason.strip(), reason_en.strip()
    row.save()
    journal.record(
        act="day.move", object=f"day {row.uid}", by=by, at=at, reason=row.reason, facts={"from": str(before), "to": str(to)}
    )
    substitution_sweeps.lapse_of(row, county=county, by=by, at=at, reason=row.reason)
    note_en = _english(f"{before} moved to {to}", row)
    return releases.draft(county=county, by=by, at=at, note=f"{before} 改期为 {to}：{row.reason}", note_en=note_en)


def decidable(day: ReceptionDay, action: str, *, county: County, at: datetime) -> None:
    """Raises `MovedOn` for a day that is not published, or over."""
    if not WORKFLOW.allows(action, state=day.state) or day.day < at.astimezone(county.zone).date():
        raise MovedOn(_("只有已经公布、还没有举行的接访日才能改期或取消。"))


def _decide(action: str, day: ReceptionDay, reason: str, county: County, by: User, at: datetime) -> ReceptionDay:
    """The day as it is now, for this transaction alone, when it may be decided on."""
    require("day.decide", county=county, by=by, at=at)
    lock(county)
    row: ReceptionDay = ReceptionDay.objects.get(pk=day.pk)
    decidable(row, action, county=county, at=at)
    if not reason.strip():
        raise Refused(_("请写明原因。原因会公布。"))
    return row


def _english(words: str, row: ReceptionDay) -> str:
    return f"{words}: {row.reason_en}" if row.reason_en else f"{words}."


def first_of_month(day: date) -> date:
    return day.replace(day=1)
