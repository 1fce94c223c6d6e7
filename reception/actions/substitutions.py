"""A leader can't come: request, propose, endorse, answer, put in force. Of one sitting only one is under way, and one in force.

Source: the county's provisions: the petition bureau arranges another leader in advance, together with the party committee office
(for a party post) or the government office (for a government post), and assigns named staff to coordinate the reception; the joint
meeting's office coordinates when the two can't. What is possible when is `reception.workflows.substitution`.
"""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from reception.actions import planning, releases
from reception.actions import substitution_needs as needs
from reception.actions import substitution_steps as steps
from reception.actions.candidates import able, able_to_swap
from reception.actions.candidates import ranked as ranked
from reception.actions.candidates import receives as receives
from reception.actions.permissions import own_leaders, require, require_for
from reception.actions.substitution_needs import met
from reception.actions.whole import whole
from reception.errors import MovedOn, NothingNew, Refused
from reception.models import (
    Absence,
    County,
    DayState,
    Leader,
    Post,
    Release,
    Sitting,
    SittingState,
    Substitution,
    SubstitutionState,
    SubstitutionWay,
    Tenure,
    User,
)
from reception.roles import Role
from reception.workflows.substitution import permission


@whole
def request(*, sitting: Sitting, reason: str, county: County, by: User, at: datetime) -> Substitution:
    """Ask for a substitute for a published sitting that is still to come. `reason` is the public kind of reason.

    The leader who receives and their secretary may ask themselves. Raises `MovedOn` when one is under way already.
    """
    planning.lock(county)
    now: Sitting = Sitting.objects.select_related("day", "leader", "post", "rotation").get(pk=sitting.pk)
    acting_for = _acting_for(receives(now), "substitution.request", "substitution.request_own", county, by, at)
    coming = now.state == SittingState.PUBLISHED and now.day.state in (DayState.PUBLISHED, DayState.IN_PROGRESS)
    if not coming or steps.is_over(now, county=county, at=at):
        raise Refused(_("只有已经公布、还没有举行的场次才需要替代。尚未公布的，登记请假后重新排班即可。"))
    return steps.requested(now, reason, county=county, by=by, at=at, acting_for=acting_for)


@whole
def request_for(absence: Absence, *, county: County, by: User, at: datetime) -> list[Substitution]:
    """Ask for a substitute for every published sitting to come of a leader who is away, that of a new absence and any before it,
    for which nobody has been asked yet."""
    found = needs.unmet(county=county, at=at, leader=absence.leader)
    return [request(sitting=sitting, reason=kind, county=county, by=by, at=at) for sitting, kind in found]


@met
def propose(
    *,
    substitution: Substitution,
    post: Post,
    leader: Leader,
    coordinators: str,
    coordinating: Iterable[User] = (),
    county: County,
    by: User,
    at: datetime,
) -> None:
    """Propose a substitute and name the staff who coordinate (public: units and posts, separated by 、).

    `coordinating` are their accounts, to be told. Raises `Refused` for someone who can't attend, or without coordinators.
    """
    require("substitution.propose", county=county, by=by, at=at)
    row = steps.locked(substitution, "propose", county=county, at=at)
    tenure = able(row.sitting, post, leader)
    steps.unpair(row, by=by, at=at)
    _fill(row, tenure, steps.named(coordinators))
    steps.coordinate(row, coordinating, county=county, at=at)
    facts = {"post": post.code, "leader": leader.code, "coordinators": row.coordinators}
    steps.move(row, "propose", by=by, at=at, facts=facts)
    steps.tell_office(row, county=county, at=at)


@met
def propose_swap(
    *,
    substitution: Substitution,
    other: Sitting,
    coordinators: str,
    coordinating: Iterable[User] = (),
    county: County,
    by: User,
    at: datetime,
) -> None:
    """Propose that the leader of a later sitting comes on this day and the leader who can't come takes theirs.

    Raises `Refused` where one of them can't, or without coordinators.
    """
    require("substitution.propose", county=county, by=by, at=at)
    row = steps.locked(substitution, "propose_swap", county=county, at=at)
    now: Sitting = Sitting.objects.select_related("day", "leader", "post", "rotation").get(pk=other.pk)
    steps.unpair(row, by=by, at=at)
    able_to_swap(row.sitting, now)
    words = steps.named(coordinators)
    # Only one of the two can't come: the other has no reason of their own.
    back = Substitution(sitting=now, reason="", requested_by=by, requested_at=at, way=SubstitutionWay.SWAP, pair=row)
    _fill(back, _tenure(row.sitting.post, row.sitting.leader, now), words)
    back.referred_at = row.referred_at
    back.state = SubstitutionState.PROPOSED
    back.save()
    _fill(row, _tenure(now.post, now.leader, row.sitting), words)
    row.way, row.pair = SubstitutionWay.SWAP, back
    row.save()
    for one in (row, back):
        steps.coordinate(one, coordinating, county=county, at=at)
    steps.move(row, "propose_swap", by=by, at=at, facts={"with": str(now.uid), "coordinators": words})
    steps.tell_office(row, county=county, at=at)


@whole
def endorse(*, substitution: Substitution, county: County, by: User, at: datetime) -> None:
    """The right office agrees: the party committee's for a party post, the government's for a government post, or the joint meeting's."""
    row = _for_an_office(substitution, "endorse", county, by, at)
    for one in steps.both(row)[1:]:
        one.endorsed_at = at
        one.save()
    row.endorsed_at = at
    steps.move(row, "endorse", by=by, at=at)
    steps.tell_role(row, Role.COORDINATOR, county=county, at=at)
    steps.tell_asked(row, county=county, at=at)


@met
def object_to(*, substitution: Substitution, reason: str, county: County, by: User, at: datetime) -> None:
    """The right office does not agree, and why; the bureau proposes another."""
    row = _for_an_office(substitution, "object", county, by, at)
    words = steps.required(reason)
    steps.unpair(row, by=by, at=at)
    steps.move(row, "object", by=by, at=at, reason=words)
    steps.tell_role(row, Role.COORDINATOR, county=county, at=at, cause="objected")


@whole
def refer(*, substitution: Substitution, reason: str, county: County, by: User, at: datetime) -> None:
    """The responsible office can't coordinate it, and why: from now on the joint meeting's office alone agrees or objects."""
    row = _for_an_office(substitution, "refer", county, by, at)
    if row.referred_at:
        raise MovedOn(_("这一次替代已转联席会议办公室。"))
    words = steps.required(reason)
    for one in steps.both(row)[1:]:
        one.referred_at = at
        one.save()
    row.referred_at = at
    steps.move(row, "refer", by=by, at=at, reason=words)
    steps.tell_office(row, county=county, at=at, cause="referred")


@whole
def accept(*, substitution: Substitution, county: County, by: User, at: datetime) -> None:
    """The substitute agrees: in person, by their secretary, or as told to the bureau, which writes down for whom it acts."""
    row = steps.locked(substitution, "accept", county=county, at=at)
    acting_for = _answering(row, county, by, at)
    steps.move(row, "accept", by=by, at=at, acting_for=acting_for)
    steps.tell_role(row, Role.COORDINATOR, county=county, at=at)


@met
def decline(*, substitution: Substitution, county: County, by: User, at: datetime) -> Substitution:
    """The substitute can't either; the request goes on as a new one, so that the sitting is not lost sight of."""
    row = steps.locked(substitution, "decline", county=county, at=at)
    acting_for = _answering(row, county, by, at)
    steps.move(row, "decline", by=by, at=at, acting_for=acting_for)
    return steps.requested(row.sitting, row.reason, county=county, by=by, at=at, referred_at=row.referred_at)


@whole
def withdraw(*, substitution: Substitution, reason: str, county: County, by: User, at: datetime) -> Release | Substitution | None:
    """The leader can come after all, or another way was found: at every state, until the sitting begins.

    One in force gives the day, and of a swap both days, back to the leaders planned, and drafts the release that will say so, unless
    the public record never said otherwise. A day that so falls to a leader who is still recorded away is asked for anew, so that it is
    not lost sight of. Gives that release, else the sitting's new request, else None. The leader who asked and their secretary may
    take their own request back while it is not in force. Raises `Refused` without a reason, `MovedOn` once the sitting, of a swap the first of the two, has begun.
    """
    row = steps.locked(substitution, "withdraw", county=county, at=at)
    was_in_force = row.state == SubstitutionState.IN_FORCE
    acting_for = ""
    if was_in_force:
        require("substitution.withdraw", county=county, by=by, at=at)
    else:
        acting_for = _acting_for(receives(row.sitting), "substitution.withdraw", "substitution.request_own", county, by, at)
    words = steps.required(reason)
    if was_in_force and steps.has_begun(row.sitting, county=county, at=at):
        raise MovedOn(_("%(day)s 的这一场已经开始，不能再撤回。") % {"day": row.sitting.day.day})
    steps.move(row, "withdraw", by=by, at=at, reason=words, acting_for=acting_for)
    if not was_in_force:
        again = needs.meet(county=county, by=by, at=at)
        return next((one for one in again if one.sitting_id == row.sitting_id), None)
    rows = steps.both(row)
    for one in rows:
        steps.tell_result(one, "substitution_undone", county=county, at=at)
    day, planned = row.sitting.day.day, row.sitting.leader
    note, note_en = f"{day} 恢复由{planned.name}接访。", f"{day}: {planned.name_en or planned.name} receives as planned."
    if len(rows) > 1:
        other = rows[1].sitting.day.day
        note = f"{day} 与 {other} 不再对调，恢复原定安排。"
        note_en = f"{day} and {other} are no longer swapped; the leaders planned receive."
    again = needs.meet(county=county, by=by, at=at)
    try:
        return releases.draft(county=county, by=by, at=at, note=note, note_en=note_en)
    except NothingNew:
        return next((one for one in again if one.sitting_id == row.sitting_id), None)


@met
def settle(*, substitution: Substitution, county: County, by: User, at: datetime) -> Release:
    """Put it in force over whatever substitution of the sitting was before, and draft the release that will say so.

    Raises `Refused` when the substitute can't attend any more, `MovedOn` while another release is on its way.
    """
    require("substitution.settle", county=county, by=by, at=at)
    row = steps.locked(substitution, "settle", county=county, at=at)
    assert row.post is not None
    assert row.leader is not None
    rows = steps.both(row)
    if row.way == SubstitutionWay.SWAP:
        able_to_swap(row.sitting, rows[1].sitting, besides=rows[1])
    else:
        able(row.sitting, row.post, row.leader)
    steps.supersede(row.sitting, besides=[row.pk], states=[SubstitutionState.IN_FORCE], by=by, at=at)
    steps.move(row, "settle", by=by, at=at)
    for one in steps.both(row):
        steps.tell_result(one, "substitution_in_force", county=county, at=at)
    day, leader = row.sitting.day.day, row.leader
    note, note_en = f"{day} 调整为{leader.name}接访。", f"{day}: {leader.name_en or leader.name} receives instead."
    if row.way == SubstitutionWay.SWAP:
        other, planned = rows[1].sitting.day.day, row.sitting.leader
        note = f"{day} 与 {other} 对调：{day} 由{leader.name}接访，{other} 由{planned.name}接访。"
        note_en = (
            f"{day} and {other} are swapped: {leader.name_en or leader.name} receives on {day}, "
            f"{planned.name_en or planned.name} on {other}."
        )
    return releases.draft(county=county, by=by, at=at, note=note, note_en=note_en)


def _fill(row: Substitution, tenure: Tenure, coordinators: str) -> None:
    row.post, row.leader, row.coordinators = tenure.post, tenure.leader, coordinators
    row.portfolio, row.portfolio_en = tenure.portfolio, tenure.portfolio_en
    row.endorsed_at = None


def _tenure(post: Post, leader: Leader, sitting: Sitting) -> Tenure:
    found: Tenure = Tenure.objects.on(sitting.day.day).select_related("post", "leader").get(post=post, leader=leader)
    return found


def _for_an_office(substitution: Substitution, action: str, county: County, by: User, at: datetime) -> Substitution:
    row = steps.locked(substitution, action, county=county, at=at)
    needed = permission(action, side=row.sitting.post.side, referred=row.referred_at is not None)
    require(needed, county=county, by=by, at=at)
    return row


def _answering(row: Substitution, county: County, by: User, at: datetime) -> str:
    assert row.leader is not None
    return require_for(row.leader, "substitution.answer", "substitution.answer_own", county=county, by=by, at=at)


def _acting_for(leader: Leader, permitted: str, own: str, county: County, by: User, at: datetime) -> str:
    """For whom a secretary acts; empty for the leader in person, and for the bureau, which asks in its own right."""
    acting_for = require_for(leader, permitted, own, county=county, by=by, at=at)
    return acting_for if leader in own_leaders(by, on=at.astimezone(county.zone).date()) else ""
