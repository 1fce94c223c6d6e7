"""Register a case and move it by the table of `petitions.workflow`: permission, state, step, clocks, journal."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from petitions import words
from petitions.actions import clocks, materials, received
from petitions.actions.received import Receipt, Received
from petitions.models import Case, CaseStep, Kind, MaterialKind, Representative, WayIn
from petitions.workflow import BY_ACTION, Action, Status, allows, possible
from reception import codes
from reception.actions import identities, journal, tracking
from reception.actions.identities import Person
from reception.actions.permissions import require
from reception.errors import MovedOn, Refused
from reception.models import Booking, County, User

# Clocks that need more than a day: a referral, an extension, a date that was set, the day a review's opinion was received.
STARTED_BY_HAND = frozenset({"D3", "D4", "D6", "D7", "D9", "D11"})
# What can't be done while a hearing stops the clock.
NOT_WHILE_PAUSED = frozenset({Action.EXTEND, Action.DRAFT_OPINION})
# What a step may change of a case besides its state.
MOVING = ["status", "kind", "is_urgent", "is_simple", "repeats", "joins", "department", "handler", "instructed_by", "round"]
# Numbers are drawn by lot; one that is taken already is drawn again.
DRAWN_AT_MOST = 5


def register(
    *,
    said: Received,
    key: uuid.UUID,
    county: County,
    by: User,
    at: datetime,
    files: Sequence[materials.Named] = (),
) -> Receipt:
    """T1: the case of a letter, a call or the form on the net, with a number and a code of its own; D1 starts with the day of receipt.

    `key` is the form's own: the same form sent again gives the same case and code, and `MovedOn` with other content. A letter to the
    leader it complains of goes to the bureau alone. Raises `Refused` for what can't be registered.
    """
    require(BY_ACTION[Action.REGISTER].permission, county=county, by=by, at=at)
    known = _sent_before(key, said, county)
    if known:
        return known
    received.allow(said, county=county, by=by, at=at)
    code = received.code_of(key, county)
    case = Case(
        code_hash=tracking.hashed(code),
        key=key,
        digest=said.digest(county),
        status=Status.REGISTERED.value,
        way_in=said.way_in,
        topic=said.topic,
        matter=said.matter,
        wish=said.wish,
        accused_leader=said.accused_leader,
        accused_department=said.accused_department,
        accused_user=said.accused_user,
        addressed_to=said.addressee,
        received_on=said.received_on,
        registered_at=at,
        people=said.people,
    )
    if not _numbered(case, said.person, county, at):
        # The same form at the same moment: the first one's case is there now, and is the answer.
        known = _sent_before(key, said, county)
        if known:
            return known
        raise Refused(_("暂时没有取到编号，内容没有丢失，请再提交一次。"))
    for position, person in enumerate(said.representatives, start=1):
        kept = identities.keep(person=person, county=county, at=at)
        Representative.objects.create(case=case, position=position, identity=kept)
    facts: dict[str, Any] = {"way": str(said.way_in)} | ({"read_back": True} if said.read_back else {})
    _step(case, Action.REGISTER, before="", day=said.received_on, county=county, by=by, at=at, facts=facts)
    materials.keep(case=case, kind=MaterialKind.LETTER, files=files, county=county, by=by, at=at)
    return Receipt(case, code)


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
        people=booking.people,
    )
    case.save(force_insert=True)
    _step(case, Action.REGISTER, before="", day=received_on, county=county, by=by, at=at, acting_for=acting_for)
    return case


def screen(
    *,
    case: Case,
    kind: Kind,
    county: County,
    by: User,
    at: datetime,
    acting_for: str = "",
    urgent: bool = False,
    simple: bool = False,
) -> None:
    """T2: the case's kind is known, whether it is urgent, and whether it is simple enough for the short way (D12)."""
    if simple and (kind == Kind.ACCUSATION or case.repeats_id is not None):
        raise Refused(_("简易办理只用于初次提出、事实清楚的建议和求决；检举控告和重复事项按一般程序办理。"))
    case.kind, case.is_urgent, case.is_simple = kind.value, urgent, simple
    facts = {"kind": kind.value} | ({"urgent": True} if urgent else {}) | ({"simple": True} if simple else {})
    move(case, Action.SCREEN, county=county, by=by, at=at, acting_for=acting_for, facts=facts)


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
    corrects: CaseStep | None = None,
) -> CaseStep:
    """One step of a case that is locked already. `on` is the day on which it counts for the clocks, else the county's day of `at`.

    Raises `MovedOn` where the state does not allow the action, and `Forbidden`.
    """
    refuse_unless(allows(action, case.status), case, action)
    require(BY_ACTION[action].permission, county=county, by=by, at=at)
    if action in NOT_WHILE_PAUSED:
        clocks.refuse_while_paused(case, action.value)
    before = case.status
    case.status = (BY_ACTION[action].after or Status(before)).value
    case.save(update_fields=MOVING)
    day = on or at.astimezone(county.zone).date()
    return _step(
        case,
        action,
        before=before,
        day=day,
        county=county,
        by=by,
        at=at,
        acting_for=acting_for,
        reason=reason,
        facts=facts,
        corrects=corrects,
    )


def refuse_unless(possible_now: bool, case: Case, action: Action) -> None:
    """Raises `MovedOn`, naming the rule, where the case stands and what can be done now."""
    if not possible_now:
        raise MovedOn(
            _("“%(action)s”不能在“%(state)s”时办理（办理流程 %(number)s）。现在可以办理：%(possible)s。请刷新页面查看最新情况。")
            % {
                "action": words.done(action),
                "state": case.get_status_display(),
                "number": BY_ACTION[action].number,
                "possible": _("、").join(words.done(other) for other in possible(case.status)) or _("（无）"),
            }
        )


def starting(action: Action, case: Case) -> tuple[str, ...]:
    """The clocks that an action starts by itself in this case.

    Those of a unit, of an extension and of an instruction are started by the actions that know the unit, the days or the day. The
    handling period runs for claims alone: a suggestion is studied and answered, an accusation goes to the discipline body. What is
    handled the simple way has the shorter period D12 besides.
    """
    without = STARTED_BY_HAND | ({"D5"} if case.kind != Kind.CLAIM else set()) | ({"D12"} if not case.is_simple else set())
    return tuple(kind for kind in BY_ACTION[action].starts if kind not in without)


def locked(case: Case) -> Case:
    """The case as it is now, for this transaction alone."""
    now: Case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    return now


def _sent_before(key: uuid.UUID, said: Received, county: County) -> Receipt | None:
    known: Case | None = Case.objects.filter(key=key).first()
    if known is None:
        return None
    if known.digest != said.digest(county):
        raise MovedOn(_("这份表格已经登记过，内容与这次不同。请打开已登记的事项核对；要再登记一件，请重新打开空白表格。"))
    return Receipt(known, received.code_of(key, county))


def _numbered(case: Case, person: Person, county: County, at: datetime) -> bool:
    """Save a new case and whose it is, under a number that nobody has. False where it is there already, by the same form."""
    for _attempt in range(DRAWN_AT_MOST):
        case.number = codes.new_number(year=at.astimezone(county.zone).year)
        try:
            with transaction.atomic():
                case.identity = identities.keep(person=person, county=county, at=at)
                case.save(force_insert=True)
        except IntegrityError:
            if Case.objects.filter(key=case.key).exists():
                return False
        else:
            return True
    return False


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
    corrects: CaseStep | None = None,
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
        corrects=corrects,
    )
    clocks.stop(step=step, kinds=BY_ACTION[action].stops, on=day)
    for kind in starting(action, case):
        clocks.start(step=step, kind=kind, on=day, county=county)
    clocks.remember_due(case)
    journal.record(
        act=f"case.{action.value}",
        object=f"case {case.number}",
        by=by,
        at=at,
        acting_for=acting_for,
        facts={"before": before, "after": case.status, **(facts or {})},
    )
    return step
