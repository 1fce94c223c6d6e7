"""No published day to come is left to a leader who is away: wherever that would be so, a substitute is asked for by itself.

It comes about in many ways: an absence is recorded over the day, the day is published or moved onto an absence, a substitution or
a swap that covered it ends. So every action that may bring it about ends with `meet`, and so does the sweep.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import ParamSpec, TypeVar

from reception.actions import substitution_steps as steps
from reception.actions.whole import whole
from reception.models import Absence, County, DayState, Leader, Sitting, SittingState, Substitution, SubstitutionState, User
from reception.workflows.substitution import UNDER_WAY

P = ParamSpec("P")
R = TypeVar("R")


def unmet(*, county: County, at: datetime, leader: Leader | None = None) -> list[tuple[Sitting, str]]:
    """The published sittings of the county in scope, not over at a moment, whose leader is away and for which nobody was asked,
    in the order of their days; each with the kind of the absence. With `leader`, only those that this leader would receive."""
    today = at.astimezone(county.zone).date()
    away = list(Absence.objects.filter(ends_on__gt=today).values_list("leader", "starts_on", "ends_on", "kind"))
    if not away:
        return []
    coming = Sitting.objects.filter(
        state=SittingState.PUBLISHED, day__state__in=[DayState.PUBLISHED, DayState.IN_PROGRESS], day__day__gte=today
    )
    open_ones = Substitution.objects.filter(sitting__day__day__gte=today, state__in=[*UNDER_WAY, SubstitutionState.IN_FORCE])
    known = list(open_ones.values_list("sitting", "state", "leader"))
    asked = {sitting for sitting, state, _leader in known if state in UNDER_WAY}
    instead = {sitting: substitute for sitting, state, substitute in known if state == SubstitutionState.IN_FORCE}
    needed = {}
    for pk, day, planned in coming.values_list("pk", "day__day", "leader"):
        receives = instead.get(pk) or planned
        kinds = [kind for who, first, after, kind in away if who == receives and first <= day < after]
        if kinds and pk not in asked and (leader is None or leader.pk == receives):
            needed[pk] = kinds[0]
    rows = coming.filter(pk__in=needed).select_related("day", "leader", "post", "rotation") if needed else []
    found = [(row, needed[row.pk]) for row in rows if not steps.is_over(row, county=county, at=at)]
    return sorted(found, key=lambda pair: (pair[0].day.day, pair[0].pk))


def meet(*, county: County, by: User, at: datetime) -> list[Substitution]:
    """Ask for a substitute for all that is unmet, in the name of whoever brought it about. Part of an action that holds the lock."""
    return [steps.requested(sitting, kind, county=county, by=by, at=at) for sitting, kind in unmet(county=county, at=at)]


def met(action: Callable[P, R]) -> Callable[P, R]:
    """The action whole, as `whole` makes it, and what it leaves unmet met: of its arguments `county`, `by` and `at`."""

    @whole
    @wraps(action)
    def inner(*args: P.args, **kwargs: P.kwargs) -> R:
        result = action(*args, **kwargs)
        meet(county=kwargs["county"], by=kwargs["by"], at=kwargs["at"])  # type: ignore[arg-type]
        return result

    return inner
