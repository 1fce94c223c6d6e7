"""What time does to substitutions: those late go to the joint meeting's office, those whose day is gone lapse."""

from datetime import datetime, timedelta

from django.db.models import Q

from reception.actions import planning
from reception.actions import substitution_steps as steps
from reception.actions.permissions import require
from reception.actions.substitution_needs import met
from reception.actions.whole import whole
from reception.models import County, DayState, ReceptionDay, SittingState, Substitution, User
from reception.roles import Role
from reception.workflows.substitution import UNDER_WAY


@whole
def escalate_due(*, county: County, by: User, at: datetime) -> list[Substitution]:
    """Tell the joint meeting's office, once, of each substitution not in force so many days before; the county says how many."""
    require("substitution.sweep", county=county, by=by, at=at)
    planning.lock(county)
    until = at.astimezone(county.zone).date() + timedelta(days=county.substitutes_escalate_days_before)
    found = []
    for due in Substitution.objects.filter(state__in=UNDER_WAY, escalated_at=None, sitting__day__day__lte=until).order_by("pk"):
        row = steps.load(due.pk)
        if steps.lead(row).pk != row.pk or _is_gone(row, county, at):
            continue
        row.escalated_at = at
        row.save()
        steps.record(row, "escalate", by=by, at=at)
        steps.tell_role(row, Role.JOINT_OFFICE, county=county, at=at, cause="escalated")
        found.append(row)
    return found


@met
def lapse_due(*, county: County, by: User, at: datetime) -> list[Substitution]:
    """End every substitution that was not in force when its sitting ended, or whose sitting is no longer to come.

    Where a day to come is left to a leader who is away, by the end of a swap or by whatever else, a substitute is asked for.
    """
    require("substitution.sweep", county=county, by=by, at=at)
    planning.lock(county)
    today = at.astimezone(county.zone).date()
    found = []
    passing = Q(sitting__day__day__lte=today) | Q(sitting__day__state=DayState.CANCELLED)
    for row in _under_way(passing):
        if _is_gone(row, county, at):
            found += _lapse(row, by=by, at=at)
    return found


def lapse_of(day: ReceptionDay, *, county: County, by: User, at: datetime, reason: str) -> list[Substitution]:
    """End what is under way for a day that was moved or cancelled: who can't come on one day may come on another.

    Part of that decision, which has asked who may and holds the lock. What is in force stays on the record of a cancelled day, and
    stands on a moved one until somebody decides otherwise. A swap ends on both days; where it was the other leader's day that was
    decided on, the request is made anew, since its leader still can't come.
    """
    ended = []
    for row in _under_way(Q(sitting__day=day.pk)):
        asked = steps.lead(row)
        ended += _lapse(row, by=by, at=at, reason=reason)
        if asked.pk != row.pk and not _is_gone(asked, county, at):
            steps.requested(asked.sitting, asked.reason, county=county, by=by, at=at, referred_at=asked.referred_at)
    return ended


def _under_way(of: Q) -> list[Substitution]:
    return [
        steps.load(pk) for pk in Substitution.objects.filter(of, state__in=UNDER_WAY).order_by("pk").values_list("pk", flat=True)
    ]


def _is_gone(row: Substitution, county: County, at: datetime) -> bool:
    sitting = row.sitting
    to_come = sitting.state == SittingState.PUBLISHED and sitting.day.state in (DayState.PUBLISHED, DayState.IN_PROGRESS)
    return not to_come or steps.is_over(sitting, county=county, at=at)


def _lapse(row: Substitution, *, by: User, at: datetime, reason: str = "") -> list[Substitution]:
    """Both rows of a swap; none where the first of them has taken this one along already."""
    row = steps.load(row.pk)
    if row.state not in UNDER_WAY:
        return []
    rows = steps.both(row)
    steps.move(row, "lapse", by=by, at=at, reason=reason)
    return rows
