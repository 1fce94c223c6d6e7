"""The same day: the bureau's chief alone puts a substitute in force, and the right office agrees or objects afterwards."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from reception.actions import planning, releases
from reception.actions import substitution_steps as steps
from reception.actions.candidates import able
from reception.actions.permissions import require
from reception.actions.substitution_needs import met
from reception.actions.whole import whole
from reception.errors import MovedOn, Refused
from reception.models import (
    AbsenceKind,
    County,
    Leader,
    Post,
    Release,
    Sitting,
    Substitution,
    SubstitutionState,
    SubstitutionWay,
    User,
)
from reception.roles import Role
from reception.workflows.substitution import UNDER_WAY, permission


@met
def emergency(
    *,
    sitting: Sitting,
    post: Post,
    leader: Leader,
    coordinators: str,
    coordinating: Iterable[User] = (),
    reason: str,
    county: County,
    by: User,
    at: datetime,
) -> Release:
    """Put a substitute in force at once, on the day itself by the county's date, until the sitting ends.

    It takes the place of whatever was under way or in force for the sitting. A draft on its way is discarded: it says what is no
    longer so and could not be published. Raises `Refused` on another day, for someone who can't attend, or without coordinators.
    """
    require("substitution.emergency", county=county, by=by, at=at)
    planning.lock(county)
    now: Sitting = Sitting.objects.select_related("day", "leader", "post", "rotation").get(pk=sitting.pk)
    steps.still_to_come(now, county=county, at=at)
    if now.day.day != at.astimezone(county.zone).date():
        raise Refused(_("应急替代只用于当天。%(day)s 的接访请按程序申请替代。") % {"day": now.day.day})
    if reason not in AbsenceKind.values:
        raise Refused(_("请选择原因。"))
    words, tenure = steps.named(coordinators), able(now, post, leader)
    steps.supersede(now, besides=[], states=[*UNDER_WAY, SubstitutionState.IN_FORCE], by=by, at=at)
    row = Substitution.objects.create(
        sitting=now,
        state=SubstitutionState.IN_FORCE,
        way=SubstitutionWay.EMERGENCY,
        reason=reason,
        post=tenure.post,
        leader=tenure.leader,
        portfolio=tenure.portfolio,
        portfolio_en=tenure.portfolio_en,
        coordinators=words,
        requested_by=by,
        requested_at=at,
    )
    steps.coordinate(row, coordinating, county=county, at=at)
    facts = {"post": post.code, "leader": leader.code, "reason": reason, "coordinators": words}
    steps.record(row, "emergency", by=by, at=at, facts=facts)
    steps.tell_office(row, county=county, at=at, cause="emergency")
    steps.tell_result(row, "substitution_in_force", county=county, at=at)
    for stale in Release.objects.open():
        releases.discard(release=stale, county=county, by=by, at=at)
    return releases.draft(
        county=county,
        by=by,
        at=at,
        note=f"{now.day.day} 应急调整为{leader.name}接访，由信访局局长当日决定。",
        note_en=f"{now.day.day}: {leader.name_en or leader.name} receives instead; decided by the bureau's chief on the day.",
    )


@whole
def endorse_later(*, substitution: Substitution, county: County, by: User, at: datetime) -> None:
    """The right office agrees afterwards, also when the day is over. Raises `MovedOn` for what is endorsed already."""
    row = _unendorsed(substitution, "endorse_later", county, by, at)
    row.endorsed_at = at
    steps.move(row, "endorse_later", by=by, at=at)


@whole
def object_later(*, substitution: Substitution, reason: str, county: County, by: User, at: datetime) -> None:
    """The right office does not agree, and why. What happened stays; the chief is told and withdraws it while there is time.

    It may still agree later. Raises `Refused` without a reason, `MovedOn` for what is endorsed or objected to already.
    """
    row = _unendorsed(substitution, "object_later", county, by, at)
    if row.objected_at:
        raise MovedOn(_("已提出过异议。"))
    words = steps.required(reason)
    row.objected_at = at
    steps.move(row, "object_later", by=by, at=at, reason=words)
    steps.tell_role(row, Role.CHIEF, county=county, at=at, cause="objected")


def _unendorsed(substitution: Substitution, action: str, county: County, by: User, at: datetime) -> Substitution:
    row = steps.locked(substitution, action, county=county, at=at)
    needed = permission(action, side=row.sitting.post.side, referred=row.referred_at is not None)
    require(needed, county=county, by=by, at=at)
    if not row.is_unendorsed:
        raise MovedOn(_("这一次替代无需补会商同意，或已经补过。"))
    return row
