"""What every step of a substitution shares: take the row, move it, write it down, tell whose turn it is."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from reception.actions import journal, messages, planning
from reception.errors import MovedOn, Refused
from reception.models import (
    AbsenceKind,
    Coordination,
    County,
    DayState,
    Leader,
    RoleGrant,
    Side,
    Sitting,
    SittingState,
    Substitution,
    SubstitutionState,
    SubstitutionWay,
    User,
)
from reception.roles import PERMISSIONS, Role
from reception.workflows import substitution as table

OFFICES = {Side.PARTY: Role.PARTY_OFFICE, Side.GOVERNMENT: Role.GOVERNMENT_OFFICE}
# Agreed to or objected to after the fact, so also after the day.
AFTERWARDS = ("endorse_later", "object_later")
# Whose accounts may be named as coordinating.
COORDINATORS = PERMISSIONS["substitution.request"] | {Role.PARTY_OFFICE, Role.GOVERNMENT_OFFICE, Role.JOINT_OFFICE}


def load(pk: int) -> Substitution:
    """The substitution with all it rests on. Raises `Substitution.DoesNotExist`, also for another county's."""
    row: Substitution = Substitution.objects.select_related(
        "sitting__day", "sitting__leader", "sitting__post", "sitting__rotation", "leader", "post", "pair__sitting__day"
    ).get(pk=pk)
    return row


def lead(row: Substitution) -> Substitution:
    """Of a swap, the row whose leader can't come; every other row leads itself."""
    other = row.pair
    return load(other.pk) if other and other.pk < row.pk and other.pair_id == row.pk else row


def both(row: Substitution) -> list[Substitution]:
    """The row, and the other of a swap where they belong together still."""
    if row.pair_id is None:
        return [row]
    other = load(row.pair_id)
    return [row, other] if other.pair_id == row.pk else [row]


def locked(substitution: Substitution, action: str, *, county: County, at: datetime) -> Substitution:
    """The substitution (of a swap, the one that leads) as it is now, for this transaction alone.

    Raises `MovedOn` when the action is not possible in its state, or its day is over.
    """
    planning.lock(county)
    now = lead(load(substitution.pk))
    possible(now, action)
    if action not in AFTERWARDS:
        still_to_come(now.sitting, county=county, at=at)
    return now


def possible(row: Substitution, action: str) -> None:
    """Raises `MovedOn` where the action is not possible in the row's state."""
    if not table.WORKFLOW.allows(action, state=row.state):
        raise MovedOn(
            _("这一次替代现在是“%(state)s”，不能再这样处理。请刷新页面查看最新情况。") % {"state": row.get_state_display()}
        )


def as_seen(substitution: Substitution, seen: str, *, county: County) -> None:
    """Raises `MovedOn` where it is no longer what the form was answered on (`Substitution.seen`; empty for no form)."""
    planning.lock(county)
    now = lead(load(substitution.pk))
    if seen and seen != now.seen:
        raise MovedOn(
            _("您打开页面之后，这一次替代已有新的进展，现在是“%(state)s”，这一步没有办理。请看最新情况再决定。")
            % {"state": now.get_state_display()}
        )


def still_to_come(sitting: Sitting, *, county: County, at: datetime) -> None:
    """Raises `MovedOn` for a sitting that is cancelled, held, not published, or over at the moment."""
    if sitting.state != SittingState.PUBLISHED or sitting.day.state not in (DayState.PUBLISHED, DayState.IN_PROGRESS):
        raise MovedOn(_("这一场已经取消、结束或尚未公布，不能再安排替代。"))
    if is_over(sitting, county=county, at=at):
        raise MovedOn(_("%(day)s 的这一场已经结束，不能再改。") % {"day": sitting.day.day})


def is_over(sitting: Sitting, *, county: County, at: datetime) -> bool:
    """Whether the sitting's last minute is past, by the county's clock."""
    now = at.astimezone(county.zone)
    return (sitting.day.day, sitting.ends) <= (now.date(), now.time())


def has_begun(sitting: Sitting, *, county: County, at: datetime) -> bool:
    """Whether the sitting's first minute is past, by the county's clock."""
    now = at.astimezone(county.zone)
    return (sitting.day.day, sitting.starts) <= (now.date(), now.time())


def is_under_way(sitting: Sitting) -> bool:
    """Whether somebody asked for a substitute and it has not ended yet."""
    return Substitution.objects.filter(sitting=sitting, state__in=table.UNDER_WAY).exists()


def requested(
    sitting: Sitting,
    reason: str,
    *,
    county: County,
    by: User,
    at: datetime,
    acting_for: str = "",
    referred_at: datetime | None = None,
) -> Substitution:
    """A new request for a sitting, written down and told to the bureau. Raises `MovedOn` when one is under way already."""
    if reason not in AbsenceKind.values:
        raise Refused(_("请选择原因。"))
    if is_under_way(sitting):
        raise MovedOn(_("这一场的替代已在办理中。"))
    made: Substitution = Substitution.objects.create(
        sitting=sitting, reason=reason, requested_by=by, requested_at=at, referred_at=referred_at
    )
    record(made, "request", by=by, at=at, acting_for=acting_for, facts={"reason": reason})
    tell_role(made, Role.COORDINATOR, county=county, at=at)
    return made


def required(reason: str) -> str:
    """The reason without spaces around it. Raises `Refused` for an empty one."""
    if not reason.strip():
        raise Refused(_("请写明原因。"))
    return reason.strip()


def named(coordinators: str) -> str:
    """The coordinating staff in words. Raises `Refused` when nobody is named."""
    if not coordinators.strip():
        raise Refused(_("请写明协调人员（单位和职务），规定要求指定专人协调。"))
    return coordinators.strip()


def move(row: Substitution, action: str, *, by: User, at: datetime, **more: Any) -> None:
    """Take both rows of a swap, or the one row, to the state that the table says, and write each down."""
    for one in [row, *both(row)[1:]]:
        one.state = SubstitutionState(table.WORKFLOW.transition(action).after)
        one.save()
        record(one, action, by=by, at=at, **more)


def record(row: Substitution, action: str, *, by: User, at: datetime, **more: Any) -> None:
    journal.record(act=f"substitution.{action}", object=f"substitution {row.pk}", by=by, at=at, **more)


def unpair(row: Substitution, *, by: User, at: datetime) -> None:
    """Give up a proposed swap: the other day's row is withdrawn, the one that leads goes on as a plain substitution."""
    for other in both(row)[1:]:
        other.state = SubstitutionState.WITHDRAWN
        other.save()
        record(other, "withdraw", by=by, at=at, facts={"with": row.pk})
    row.pair, row.way = None, SubstitutionWay.SUBSTITUTE


def supersede(sitting: Sitting, *, besides: Iterable[int], states: Sequence[str], by: User, at: datetime) -> None:
    """End what is in the given states for a sitting because another substitution comes into force.

    Of a swap in force only this day ends: whoever came forward on the other day still comes, since its own leader can't. One that
    is only under way ends on both days.
    """
    for old in Substitution.objects.filter(sitting=sitting, state__in=states).exclude(pk__in=list(besides)):
        row = load(old.pk)
        rows = both(row)
        for other in rows[1:]:
            other.pair = None
            if other.state in table.UNDER_WAY:
                other.state = SubstitutionState.WITHDRAWN
                record(other, "withdraw", by=by, at=at, facts={"with": row.pk})
            other.save()
        row.state = SubstitutionState.SUPERSEDED
        row.save()
        record(row, "supersede", by=by, at=at)


def coordinate(row: Substitution, users: Iterable[User], *, county: County, at: datetime) -> None:
    """Name the accounts that are told. Raises `Refused` for one that is not of the bureau or an office of this county now."""
    on = at.astimezone(county.zone).date()
    chosen = list(users)
    for user in chosen:
        if user.county_id != county.pk or not user.is_active or not user.roles(on=on) & COORDINATORS:
            raise Refused(_("协调人员账号须是信访局或有关办公室的在用账号。"))
    Coordination.objects.filter(substitution=row).delete()
    Coordination.objects.bulk_create([Coordination(substitution=row, user=user) for user in chosen])


def tell_role(row: Substitution, role: Role, *, county: County, at: datetime, cause: str = "") -> None:
    """Tell everyone who holds a role what is theirs to do now."""
    day = at.astimezone(county.zone).date()
    people = User.objects.filter(pk__in=RoleGrant.objects.filter(role=role.value).on(day).values("user"), is_active=True)
    _queue(row, "substitution_step", cause or str(row.state), people, at)


def tell_office(row: Substitution, *, county: County, at: datetime, cause: str = "") -> None:
    """Tell the office whose agreement is needed: the responsible one, or the joint meeting's once it was passed on."""
    role = Role.JOINT_OFFICE if row.referred_at else OFFICES[Side(row.sitting.post.side)]
    tell_role(row, role, county=county, at=at, cause=cause)


def tell_asked(row: Substitution, *, county: County, at: datetime) -> None:
    """Ask the proposed substitute, and their secretary, to answer."""
    if row.leader:
        _queue(row, "substitution_asked", "asked", _people_of(row.leader, county, at), at)


def tell_result(row: Substitution, kind: str, *, county: County, at: datetime) -> None:
    """Tell the substitute, the leader substituted, their secretaries and the coordinators, each person once."""
    people = {user.pk: user for leader in (row.leader, row.sitting.leader) if leader for user in _people_of(leader, county, at)}
    people |= {named.user_id: named.user for named in Coordination.objects.filter(substitution=row).select_related("user")}
    _queue(row, kind, kind, people.values(), at)


def _people_of(leader: Leader, county: County, at: datetime) -> list[User]:
    day = at.astimezone(county.zone).date()
    secretaries = RoleGrant.objects.filter(role=Role.SECRETARY.value, leader=leader).on(day).values("user")
    found = User.objects.filter(is_active=True, pk__in=secretaries) | User.objects.filter(is_active=True, leader=leader)
    return list(found.distinct().order_by("pk"))


def _queue(row: Substitution, kind: str, cause: str, people: Iterable[User], at: datetime) -> None:
    facts = {"substitution": row.pk, "day": row.sitting.day.day.isoformat(), "state": str(row.state), "way": str(row.way)}
    if row.leader:
        facts["leader"], facts["leader_en"] = row.leader.name, row.leader.name_en or row.leader.name
    messages.queue_all(kind=kind, cause=f"substitution {row.pk} {cause}", to=people, due_at=at, facts=facts)
