"""No published day to come is left to a leader who is away: wherever that would be so, a substitute is asked for by itself.

It comes about in many ways: an absence is recorded over the day, the day is published or moved onto an absence, a substitution or
a swap that covered it ends. So every action that may bring it about ends with `meet`, and so does the sweep.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db.models import BigIntegerField, Exists, F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from reception.actions import substitution_steps as steps
from reception.actions.whole import whole
from reception.models import Absence, County, DayState, Leader, Sitting, SittingState, Substitution, SubstitutionState, User
from reception.workflows.substitution import UNDER_WAY

P = ParamSpec("P")
R = TypeVar("R")


def unmet(*, county: County, at: datetime, leader: Leader | None = None) -> list[tuple[Sitting, str]]:
    """The published sittings of the county in scope, not over at a moment, whose leader is away and for which nobody was asked,
    in the order of their days; each with the kind of the absence. With `leader`, only those that this leader would receive."""
    instead = Substitution.objects.filter(sitting=OuterRef("pk"), state=SubstitutionState.IN_FORCE).values("leader")
    away = Absence.objects.filter(
        leader=OuterRef("receiving"), starts_on__lte=OuterRef("day__day"), ends_on__gt=OuterRef("day__day")
    ).values("kind")
    rows = (
        Sitting.objects.filter(
            ~Exists(Substitution.objects.filter(sitting=OuterRef("pk"), state__in=UNDER_WAY)),
            state=SittingState.PUBLISHED,
            day__state__in=[DayState.PUBLISHED, DayState.IN_PROGRESS],
            day__day__gte=at.astimezone(county.zone).date(),
        )
        .annotate(receiving=Coalesce(Subquery(instead), F("leader"), output_field=BigIntegerField()))
        .annotate(away=Subquery(away))
        .filter(away__isnull=False)
        .select_related("day", "leader", "post", "rotation")
        .order_by("day__day", "pk")
    )
    if leader is not None:
        rows = rows.filter(receiving=leader.pk)
    return [(row, row.away) for row in rows if not steps.is_over(row, county=county, at=at)]


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
