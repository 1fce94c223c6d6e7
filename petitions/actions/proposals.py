"""Four eyes: one person asks for an action, another signs it. Only then is it done, by whoever registered to do it.

For refusing acceptance (T4, T5), an extension (T15), what the petitioner asks for on their page (T26, a late T21 and T23), and what the
nightly work finds (T25). A petitioner asks through the system's own account.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from petitions import words
from petitions.actions import cases
from petitions.models import Case, Proposal, ProposalState
from petitions.workflow import BY_ACTION, Action, allows
from reception.actions import journal
from reception.actions.permissions import require
from reception.errors import MovedOn, Refused
from reception.models import County, User

# (case, locked; the proposal; county; by; at)
CarryOut = Callable[[Case, Proposal, County, User, datetime], object]
_carried_out: dict[Action, tuple[str, CarryOut]] = {}
# What is asked of whoever decides besides the permission: (case, county, by, at) raises where it is not theirs to decide.
Theirs = Callable[[Case, County, User, datetime], object]
_theirs: dict[Action, Theirs] = {}
# Where asking needs less than doing.
_asked: dict[Action, str] = {}


def carries_out(action: Action, *, permission: str, asks: str = "", theirs: Theirs | None = None) -> Callable[[CarryOut], CarryOut]:
    """Register what does an action once it is signed, and what whoever signs must hold; `asks` is what whoever asks must hold.

    Without `asks` it is the permission of the action itself. `theirs` raises where a case is not for this person to decide on. Raises
    `ValueError` for an action that is taken.
    """

    def register(do: CarryOut) -> CarryOut:
        if action in _carried_out:
            raise ValueError(f"{action} is carried out already")
        _carried_out[action] = (permission, do)
        if asks:
            _asked[action] = asks
        if theirs:
            _theirs[action] = theirs
        return do

    return register


def permission_to_sign(action: Action) -> str:
    """What whoever signs such a proposal must hold."""
    return _carried_out[action][0]


def permission_to_ask(action: Action) -> str:
    """What whoever asks for such a thing must hold."""
    return _asked.get(action, BY_ACTION[action].permission)


def ask(
    *, case: Case, action: Action, facts: Mapping[str, Any], county: County, by: User, at: datetime, reason: str = ""
) -> Proposal:
    """Ask for an action on a case that is locked. The same waiting already is refused, and so is what its state does not allow."""
    require(permission_to_ask(action), county=county, by=by, at=at)
    cases.refuse_unless(allows(action, case.status), case, action)
    there = Proposal.objects.filter(case=case, action=action.value, state=ProposalState.WAITING).first()
    if there is not None and not _is_past(there, case):
        raise Refused(_("“%(action)s”已经提出，正在等待签批。") % {"action": words.done(action)})
    if there is not None:
        _settle(there, ProposalState.TAKEN_BACK, by, at, "")
    said = {**facts, "round": case.round}
    made: Proposal = Proposal.objects.create(
        case=case, action=action.value, facts=said, reason=reason[:500], asked_by=by, asked_at=at
    )
    _record(made, "ask", by, at, reason)
    return made


def sign(*, proposal: Proposal, county: County, by: User, at: datetime, decision: str = "") -> Proposal:
    """Sign it, by another person than asked, and have it done. Raises `Refused` for the same person, `MovedOn` when it was settled."""
    permission, do = _carried_out[Action(proposal.action)]
    require(permission, county=county, by=by, at=at)
    case, row = _waiting(proposal)
    _is_theirs(case, row, county, by, at)
    if row.asked_by_id == by.pk:
        raise Refused(_("提出人不能自己签批，请由另一人签批。"))
    if _is_past(row, case):
        raise MovedOn(_("这是上一次办理时提出的，那一次办理已经结束，不能再签批。需要时请重新提出。"))
    _settle(row, ProposalState.SIGNED, by, at, decision)
    _record(row, "sign", by, at, decision)
    do(case, row, county, by, at)
    return row


def refuse(*, proposal: Proposal, decision: str, county: County, by: User, at: datetime) -> Proposal:
    """Do not agree, with the reason; the case stays as it is."""
    require(permission_to_sign(Action(proposal.action)), county=county, by=by, at=at)
    if not decision.strip():
        raise Refused(_("请写明不同意的理由。"))
    case, row = _waiting(proposal)
    _is_theirs(case, row, county, by, at)
    _settle(row, ProposalState.REFUSED, by, at, decision)
    _record(row, "refuse", by, at, decision)
    return row


def take_back(*, proposal: Proposal, county: County, by: User, at: datetime) -> Proposal:
    """Whoever asked does not ask any more."""
    require(permission_to_ask(Action(proposal.action)), county=county, by=by, at=at)
    _case, row = _waiting(proposal)
    if row.asked_by_id != by.pk:
        raise Refused(_("只有提出人可以撤回。"))
    _settle(row, ProposalState.TAKEN_BACK, by, at, "")
    _record(row, "take_back", by, at, "")
    return row


def _is_past(row: Proposal, case: Case) -> bool:
    """Whether it was asked for in a round of handling that is over."""
    return bool(row.facts.get("round", case.round) != case.round)


def _is_theirs(case: Case, row: Proposal, county: County, by: User, at: datetime) -> None:
    theirs = _theirs.get(Action(row.action))
    if theirs is not None:
        theirs(case, county, by, at)


def _waiting(proposal: Proposal) -> tuple[Case, Proposal]:
    """The case and the proposal as they are now, both locked, the case first."""
    case = cases.locked(proposal.case)
    row: Proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if row.state != ProposalState.WAITING:
        raise MovedOn(_("这一事项刚刚已有签批结果：%(state)s。请刷新页面查看。") % {"state": row.get_state_display()})
    return case, row


def _settle(row: Proposal, state: ProposalState, by: User, at: datetime, decision: str) -> None:
    row.state, row.decided_by, row.decided_at, row.decision = state.value, by, at, decision[:500]
    row.save(update_fields=["state", "decided_by", "decided_at", "decision"])


def _record(row: Proposal, verb: str, by: User, at: datetime, reason: str) -> None:
    journal.record(
        act=f"proposal.{verb}", object=f"case {row.case.number}", by=by, at=at, reason=reason[:300], facts={"action": row.action}
    )
