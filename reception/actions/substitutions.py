"""A leader can't come: request, propose, endorse, answer, put in force. Of one sitting only one is under way, and one in force.

Source: the county's provisions: the petition bureau arranges another leader in advance, together with the party committee office
(for a party post) or the government office (for a government post), and assigns named staff to coordinate the reception; the joint
meeting's office coordinates when the two can't.
"""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from reception import facts
from reception.actions import journal, messages, releases
from reception.actions.permissions import own_leaders, require, require_for
from reception.actions.planning import lock
from reception.errors import MovedOn, Refused
from reception.models import (
    Absence,
    County,
    Leader,
    Post,
    Release,
    RoleGrant,
    Side,
    Sitting,
    SittingState,
    Substitution,
    SubstitutionState,
    Tenure,
    User,
)
from reception.roles import Role
from scheduling.candidates import Candidate, candidates
from scheduling.rotation import Rotation

UNDER_WAY = (SubstitutionState.REQUESTED, SubstitutionState.PROPOSED, SubstitutionState.ENDORSED, SubstitutionState.ACCEPTED)
OFFICES = {Side.PARTY: Role.PARTY_OFFICE, Side.GOVERNMENT: Role.GOVERNMENT_OFFICE}
ENDORSE = {Side.PARTY: "substitution.endorse_party", Side.GOVERNMENT: "substitution.endorse_government"}


def request(*, sitting: Sitting, reason: str, county: County, by: User, at: datetime) -> Substitution:
    """Ask for a substitute for a published sitting that is still to come. `reason` is the public kind of reason.

    Raises `MovedOn` when one is under way already.
    """
    leader = receives(sitting)
    own = leader in own_leaders(by, on=at.astimezone(county.zone).date())
    acting_for = require_for(leader, "substitution.request", "substitution.request_own", county=county, by=by, at=at)
    return _request(sitting, reason, county, by, at, acting_for if own else "")


def _request(sitting: Sitting, reason: str, county: County, by: User, at: datetime, acting_for: str = "") -> Substitution:
    lock(county)
    if sitting.state != SittingState.PUBLISHED or sitting.day.day < at.astimezone(county.zone).date():
        raise Refused(_("只有已经公布、还没有举行的场次才需要替代。尚未公布的，登记请假后重新排班即可。"))
    if _under_way(sitting):
        raise MovedOn(_("这一场的替代已在办理中。"))
    made: Substitution = Substitution.objects.create(sitting=sitting, reason=reason, requested_by=by, requested_at=at)
    _done(made, "request", by, at, acting_for=acting_for, facts={"reason": reason})
    _tell(made, Role.COORDINATOR, at)
    return made


def request_for(absence: Absence, *, county: County, by: User, at: datetime) -> list[Substitution]:
    """Ask for a substitute for every sitting to come that an absence makes impossible and that nobody has asked for yet."""
    today = at.astimezone(county.zone).date()
    touched = (
        sitting
        for sitting in Sitting.objects.filter(
            state=SittingState.PUBLISHED, day__day__gte=max(absence.starts_on, today), day__day__lt=absence.ends_on
        ).select_related("day", "leader")
        if receives(sitting).pk == absence.leader_id and not _under_way(sitting)
    )
    return [request(sitting=sitting, reason=absence.kind, county=county, by=by, at=at) for sitting in touched]


def receives(sitting: Sitting) -> Leader:
    """Who receives as things stand: the substitute in force, else the leader planned."""
    over = Substitution.objects.filter(sitting=sitting, state=SubstitutionState.IN_FORCE).select_related("leader").first()
    return over.leader if over and over.leader else sitting.leader


def ranked(sitting: Sitting) -> list[tuple[Candidate, Tenure]]:
    """Who could receive instead, best first, each with the tenure they would receive in."""
    day: date = sitting.day.day
    seated = Sitting.objects.filter(day=sitting.day).exclude(state=SittingState.CANCELLED).select_related("leader")
    found = candidates(
        day,
        rotation=sitting.rotation.code if sitting.rotation else None,
        rotations=[Rotation(code, posts) for code, (_rotation, posts) in facts.rotations().items() if posts],
        taken={receives(other).code for other in seated} | {sitting.leader.code},
        holdings=facts.holdings(),
        away=facts.away(),
        served=facts.served(before=day),
    )
    tenures = {(t.post.code, t.leader.code): t for t in Tenure.objects.on(day).select_related("post", "leader")}
    return [(candidate, tenures[candidate.post, candidate.person]) for candidate in found]


def propose(
    *, substitution: Substitution, post: Post, leader: Leader, coordinators: str, county: County, by: User, at: datetime
) -> None:
    """Propose a substitute and name the staff who coordinate (public: units and posts, separated by 、).

    Raises `Refused` for someone who can't attend, or without coordinators.
    """
    require("substitution.propose", county=county, by=by, at=at)
    row = _locked(substitution, county, SubstitutionState.REQUESTED, SubstitutionState.PROPOSED)
    tenure = _able(row, post, leader)
    if not coordinators.strip():
        raise Refused(_("请写明协调人员（单位和职务），规定要求指定专人协调。"))
    row.post, row.leader, row.coordinators = post, leader, coordinators.strip()
    row.portfolio, row.portfolio_en, row.state = tenure.portfolio, tenure.portfolio_en, SubstitutionState.PROPOSED
    row.save()
    _done(row, "propose", by, at, facts={"post": post.code, "leader": leader.code, "coordinators": row.coordinators})
    _tell(row, OFFICES[Side(row.sitting.post.side)], at)


def endorse(*, substitution: Substitution, county: County, by: User, at: datetime) -> None:
    """The right office agrees: the party committee's for a party post, the government's for a government post, or the joint meeting's."""
    require(ENDORSE[Side(substitution.sitting.post.side)], county=county, by=by, at=at)
    row = _locked(substitution, county, SubstitutionState.PROPOSED)
    row.state = SubstitutionState.ENDORSED
    row.save()
    _done(row, "endorse", by, at)
    _tell(row, Role.COORDINATOR, at)


def accept(*, substitution: Substitution, county: County, by: User, at: datetime) -> None:
    """The substitute agrees: in person, through their secretary, or as told to the bureau, which writes down for whom it acts."""
    acting_for = _answering(substitution, county, by, at)
    row = _locked(substitution, county, SubstitutionState.ENDORSED)
    row.state = SubstitutionState.ACCEPTED
    row.save()
    _done(row, "accept", by, at, acting_for=acting_for)


def decline(*, substitution: Substitution, county: County, by: User, at: datetime) -> Substitution:
    """The substitute can't either; the request goes on as a new one, so that the sitting is not lost sight of."""
    acting_for = _answering(substitution, county, by, at)
    row = _locked(substitution, county, SubstitutionState.PROPOSED, SubstitutionState.ENDORSED)
    row.state = SubstitutionState.DECLINED
    row.save()
    _done(row, "decline", by, at, acting_for=acting_for)
    return _request(row.sitting, row.reason, county, by, at)


def withdraw(*, substitution: Substitution, county: County, by: User, at: datetime) -> None:
    """The leader can come after all, or another way was found; possible until it is in force."""
    require("substitution.withdraw", county=county, by=by, at=at)
    row = _locked(substitution, county, *UNDER_WAY)
    row.state = SubstitutionState.WITHDRAWN
    row.save()
    _done(row, "withdraw", by, at)


def settle(*, substitution: Substitution, county: County, by: User, at: datetime) -> Release:
    """Put it in force over whatever substitution of the sitting was before, and draft the release that will say so.

    Raises `Refused` when the substitute can't attend any more, `MovedOn` while another release is on its way.
    """
    require("substitution.settle", county=county, by=by, at=at)
    row = _locked(substitution, county, SubstitutionState.ACCEPTED)
    assert row.post is not None
    assert row.leader is not None
    _able(row, row.post, row.leader)
    Substitution.objects.filter(sitting=row.sitting, state=SubstitutionState.IN_FORCE).update(state=SubstitutionState.SUPERSEDED)
    row.state = SubstitutionState.IN_FORCE
    row.save()
    _done(row, "settle", by, at)
    day, leader = row.sitting.day.day, row.leader
    note, note_en = f"{day} 调整为{leader.name}接访。", f"{day}: {leader.name_en or leader.name} receives instead."
    return releases.draft(county=county, by=by, at=at, note=note, note_en=note_en)


def _answering(substitution: Substitution, county: County, by: User, at: datetime) -> str:
    """Permits the substitute proposed, their secretary and the bureau; whom `by` acts for."""
    # As it is now: between the page and the press another may have been proposed.
    leader = Substitution.objects.select_related("leader").get(pk=substitution.pk).leader
    if leader is None:
        require("substitution.answer", county=county, by=by, at=at)
        return ""
    return require_for(leader, "substitution.answer", "substitution.answer_own", county=county, by=by, at=at)


def _under_way(sitting: Sitting) -> bool:
    return Substitution.objects.filter(sitting=sitting, state__in=UNDER_WAY).exists()


def _able(row: Substitution, post: Post, leader: Leader) -> Tenure:
    able = {(c.post, c.person): tenure for c, tenure in ranked(row.sitting)}
    tenure = able.get((post.code, leader.code))
    if tenure is None:
        raise Refused(_("%(leader)s当日不能出席，或已有另一场接访。请从候选人中另选一位。") % {"leader": leader.name})
    return tenure


def _locked(substitution: Substitution, county: County, *states: SubstitutionState) -> Substitution:
    """The substitution as it is now, for this transaction alone; refuses when it has moved on, or its day is over."""
    lock(county)
    now: Substitution = Substitution.objects.select_related(
        "sitting__day", "sitting__leader", "sitting__post", "sitting__rotation", "leader", "post"
    ).get(pk=substitution.pk)
    if now.state not in states:
        raise MovedOn(
            _("这一次替代现在是“%(state)s”，不能再这样处理。请刷新页面查看最新情况。") % {"state": now.get_state_display()}
        )
    return now


def _done(row: Substitution, act: str, by: User, at: datetime, *, acting_for: str = "", **more: Any) -> None:
    journal.record(
        act=f"substitution.{act}",
        object=f"substitution {row.pk}",
        by=by,
        at=at,
        acting_for=acting_for,
        **more,
    )


def _tell(row: Substitution, role: Role, at: datetime) -> None:
    """Tell everyone who holds a role what is theirs to do now."""
    day = at.date()
    people = User.objects.filter(pk__in=RoleGrant.objects.filter(role=role.value).on(day).values("user"), is_active=True)
    for person in people:
        messages.queue(
            kind="substitution_step",
            cause=f"substitution {row.pk} {row.state}",
            to=person,
            due_at=at,
            facts={"substitution": row.pk, "day": row.sitting.day.day.isoformat(), "state": str(row.state)},
        )
