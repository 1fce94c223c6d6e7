"""The facts that the rules work on, read from the county in scope."""

from datetime import date
from typing import Any

from reception.models import (
    Absence,
    DayState,
    Rotation,
    Seat,
    Sitting,
    SittingState,
    Substitution,
    SubstitutionState,
    Tenure,
)
from scheduling import roster
from scheduling import rotation as rules
from scheduling.calendar import Fact


def rotations() -> dict[str, tuple[Rotation, tuple[str, ...]]]:
    """The rotations in order, each with the codes of its posts in order; a rotation without posts has none."""
    found = {}
    for rotation in Rotation.objects.select_related("place"):
        posts = Seat.objects.filter(rotation=rotation).order_by("position").values_list("post__code", flat=True)
        found[rotation.code] = (rotation, tuple(posts))
    return found


def holdings() -> list[rules.Holding]:
    return [rules.Holding(*row) for row in Tenure.objects.values_list("post__code", "leader__code", "starts_on", "ends_on")]


def away() -> list[rules.Away]:
    return [rules.Away(*row) for row in Absence.objects.values_list("leader__code", "starts_on", "ends_on", "kind")]


def served(*, before: date, besides: list[int] | None = None) -> tuple[rules.Served, ...]:
    """Turns that count as served: of every sitting that was not cancelled, the post that receives in the end."""
    rows = (
        Sitting.objects.filter(rotation__isnull=False, day__day__lt=before)
        .exclude(day__in=besides or [])
        .exclude(state=SittingState.CANCELLED)
        .exclude(day__state=DayState.CANCELLED)
        .values_list("uid", "day__day", "rotation__code", "post__code", "leader__code")
    )
    sittings = [roster.Planned(str(uid), day, rotation, post, leader) for uid, day, rotation, post, leader in rows]
    known = {sitting.sitting for sitting in sittings}
    over = Substitution.objects.filter(state=SubstitutionState.IN_FORCE).values_list(
        "sitting__uid", "post__code", "leader__code", "reason"
    )
    instead = [
        roster.Substitution(str(uid), post, leader, reason)
        for uid, post, leader, reason in over
        if post and leader and str(uid) in known
    ]
    return roster.served(roster.build_roster(sittings, substitutions=instead))


def reason(fact: Fact) -> dict[str, Any]:
    """What a day is and on whose word, as the trace of a reception day keeps it."""
    return {"day": str(fact.day), "is": str(fact.kind), "name": {"zh": fact.name, "en": fact.name_en}, "document": fact.document}
