"""Register a case and move it by the table of `petitions.workflow`: permission, state, step, clocks, journal."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from petitions.actions import clocks
from petitions.models import Case, CaseStep, Kind, WayIn
from petitions.workflow import BY_ACTION, Action, Status, allows
from reception.actions import journal
from reception.actions.permissions import require
from reception.errors import MovedOn, Refused
from reception.models import Booking, County, User


def register_from(*, booking: Booking, received_on: date, county: County, by: User, at: datetime, acting_for: str = "") -> Case:
    """T1: the case of a reception, with the number and the code of its booking; D1 starts with the day of receipt."""
    require(BY_ACTION[Action.REGISTER].permission, county=county, by=by, at=at)
    case = Case(
        number=booking.number,
        code_hash=booking.code_hash,
        status=Status.REGISTERED.value,
        way_in=WayIn.RECEPTION,
        topic=booking.topic,
        matter=booking.matter,
        wish=booking.wish,
        identity=booking.identity,
        accused_leader=booking.accused_leader,
        accused_department=booking.accused_department,
        received_on=received_on,
        registered_at=at,
        booking=booking,
    )
    case.save(force_insert=True)
    _step(case, Action.REGISTER, before="", day=received_on, county=county, by=by, at=at, acting_for=acting_for)
    return case


def screen(*, case: Case, kind: Kind, county: County, by: User, at: datetime, acting_for: str = "") -> None:
    """T2: the case's kind is known."""
    case.kind = kind.value
    move(case, Action.SCREEN, county=county, by=by, at=at, acting_for=acting_for, facts={"kind": kind.value})


def merge(*, case: Case, into: Case, county: County, by: User, at: datetime, acting_for: str = "") -> None:
    """T6: the same person, basically the same matter. The main case runs on; this one's clock stops."""
    if into.pk == case.pk or into.joins_id is not None:
        raise Refused(_("不能并入这一事项。请选择仍在办理的主事项。"))
    case.joins = into
    move(case, Action.MERGE, county=county, by=by, at=at, acting_for=acting_for, facts={"into": into.number})


def move(
    case: Case,
    action: Action,
    *,
    county: County,
    by: User,
    at: datetime,
    on: date | None = None,
    acting_for: str = "",
    reason: str = "",
    facts: dict[str, Any] | None = None,
) -> CaseStep:
    """One step of a case that is locked already. `on` is the day on which it counts for the clocks, else the county's day of `at`.

    Raises `MovedOn` where the state does not allow the action, which is also so for whatever is not built.
    """
    if not allows(action, case.status):
        raise MovedOn(
            _("这一事项现在是“%(state)s”，不能再这样处理。请刷新页面查看最新情况。") % {"state": case.get_status_display()}
        )
    require(BY_ACTION[action].permission, county=county, by=by, at=at)
    before = case.status
    case.status = (BY_ACTION[action].after or Status(before)).value
    case.save(update_fields=["status", "kind", "joins"])
    day = on or at.astimezone(county.zone).date()
    return _step(
        case, action, before=before, day=day, county=county, by=by, at=at, acting_for=acting_for, reason=reason, facts=facts
    )


def locked(case: Case) -> Case:
    """The case as it is now, for this transaction alone."""
    now: Case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    return now


def _step(
    case: Case,
    action: Action,
    *,
    before: str,
    day: date,
    county: County,
    by: User,
    at: datetime,
    acting_for: str = "",
    reason: str = "",
    facts: dict[str, Any] | None = None,
) -> CaseStep:
    last = case.steps.order_by("-n").first()
    step = CaseStep.objects.create(
        case=case,
        n=last.n + 1 if last else 1,
        action=action.value,
        before=before,
        after=case.status,
        actor=by.username,
        acting_for=acting_for,
        at=at,
        reason=reason[:500],
        facts=facts or {},
    )
    clocks.stop(step=step, kinds=BY_ACTION[action].stops, on=day)
    for kind in BY_ACTION[action].starts:
        clocks.start(step=step, kind=kind, on=day, county=county)
    journal.record(
        act=f"case.{action.value}",
        object=f"case {case.number}",
        by=by,
        at=at,
        acting_for=acting_for,
        facts={"before": before, "after": case.status, **(facts or {})},
    )
    return step
