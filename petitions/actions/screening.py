"""T3 to T5 and T7: what the bureau settles itself. What refuses a matter is asked for by one person and signed by the chief.

Source: Regulations on Petition Work, art. 28 and 31 (led to the lawful path, never merely refused), art. 22 (told in writing).
"""

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from petitions import wording
from petitions.actions import cases, documents, proposals, repeats
from petitions.models import Case, Document, DocumentKind, Ground, Proposal
from petitions.workflow import Action
from reception.errors import Refused
from reception.models import County, User


def guide(*, case: Case, path: str, body: str, by_when: str, county: County, by: User, at: datetime) -> Document:
    """T3: tell the petitioner in writing which lawful path the matter belongs to, where, and by when it has to be taken."""
    if not (path.strip() and body.strip() and by_when.strip()):
        raise Refused(_("请写明法定途径、受理机关和期限：只说“不归我们管”不是引导。"))
    step = cases.move(case, Action.GUIDE, county=county, by=by, at=at, reason=path, facts={"body": body, "by_when": by_when})
    said = wording.guidance(case=case, county=county, path=path, body=body, within=by_when)
    on = at.astimezone(county.zone).date()
    return documents.issue(
        kind=DocumentKind.GUIDANCE, said=said, on=on, county=county, by=by, at=at, case=case, step=step, for_petitioner=True
    )


def ask_not_to_accept(*, case: Case, ground: Ground, reason: str, county: County, by: User, at: datetime) -> Proposal:
    """T4, asked for: a ground from the list, and why it holds here. Not accepted before the chief has signed."""
    if not reason.strip():
        raise Refused(_("请写明为什么适用这一理由，信访人会看到。"))
    facts = {"ground": ground.value}
    return proposals.ask(case=case, action=Action.NOT_ACCEPT, facts=facts, reason=reason, county=county, by=by, at=at)


def ask_no_longer(*, case: Case, earlier: Case, reason: str, county: County, by: User, at: datetime) -> Proposal:
    """T5, asked for: the same facts and reasons after re-review. The earlier, concluded case is named."""
    if not reason.strip():
        raise Refused(_("请写明与已终结事项相同的事实和理由，信访人会看到。"))
    repeats.no_longer(case=case, earlier=earlier, county=county, by=by, at=at)
    facts = {"ground": Ground.CONCLUDED.value, "earlier": earlier.number}
    return proposals.ask(case=case, action=Action.NO_LONGER_ACCEPT, facts=facts, reason=reason, county=county, by=by, at=at)


def resolve(*, case: Case, result: str, is_signed: bool, county: County, by: User, at: datetime) -> None:
    """T7: settled at once, and the petitioner has signed for it."""
    if not result.strip():
        raise Refused(_("请写明当场怎样解决的。"))
    if not is_signed:
        raise Refused(_("当场解决须由信访人签字确认。没有签字的，请按一般程序转送或交办。"))
    cases.move(case, Action.RESOLVE_ON_SPOT, county=county, by=by, at=at, reason=result, facts={"signed": True})


@proposals.carries_out(Action.NOT_ACCEPT, permission="case.sign")
def _not_accepted(case: Case, proposal: Proposal, county: County, by: User, at: datetime) -> Document:
    ground = Ground(proposal.facts["ground"])
    facts = {**proposal.facts, "asked_by": proposal.asked_by.username}
    step = cases.move(case, Action.NOT_ACCEPT, county=county, by=by, at=at, reason=proposal.reason, facts=facts)
    with translation.override("zh-hans"):
        named = str(ground.label)
    said = wording.non_acceptance(case=case, county=county, ground=named, explanation=proposal.reason)
    on = at.astimezone(county.zone).date()
    return documents.issue(
        kind=DocumentKind.NON_ACCEPTANCE, said=said, on=on, county=county, by=by, at=at, case=case, step=step, for_petitioner=True
    )


@proposals.carries_out(Action.NO_LONGER_ACCEPT, permission="case.sign")
def _no_longer(case: Case, proposal: Proposal, county: County, by: User, at: datetime) -> Document:
    earlier = Case.objects.get(number=proposal.facts["earlier"])
    case.repeats = earlier
    facts = {**proposal.facts, "asked_by": proposal.asked_by.username}
    step = cases.move(case, Action.NO_LONGER_ACCEPT, county=county, by=by, at=at, reason=proposal.reason, facts=facts)
    said = wording.no_further(case=case, county=county, earlier=earlier, explanation=proposal.reason)
    on = at.astimezone(county.zone).date()
    return documents.issue(
        kind=DocumentKind.NO_FURTHER, said=said, on=on, county=county, by=by, at=at, case=case, step=step, for_petitioner=True
    )
