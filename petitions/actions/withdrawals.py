"""T26: the petitioner takes the case back, whenever they like before it is closed, and may raise it again at any time.

Practice (no article found): a written and signed request, or one on the petitioner's own page, confirmed by the bureau. No reason is asked
for, nobody may urge it, and nothing follows from it.
"""

from datetime import date, datetime

from django.utils.translation import gettext as _

from petitions.actions import cases, proposals, rounds
from petitions.models import Case, CaseStep, Proposal
from petitions.workflow import Action, allows
from reception.actions.permissions import require
from reception.errors import Refused
from reception.models import County, User


def ask(*, case: Case, county: County, by: User, at: datetime) -> Proposal:
    """The petitioner asks on their own page; the bureau confirms that it was theirs to ask. `by` is the system's account."""
    return proposals.ask(case=cases.locked(case), action=Action.WITHDRAW, facts={"way": "page"}, county=county, by=by, at=at)


def enter(*, case: Case, signed_on: date, county: County, by: User, at: datetime) -> CaseStep:
    """The petitioner's written and signed request, of a day, entered and so confirmed by the bureau."""
    case = cases.locked(case)
    require("case.check", county=county, by=by, at=at)
    cases.refuse_unless(allows(Action.WITHDRAW, case.status), case, Action.WITHDRAW)
    today = at.astimezone(county.zone).date()
    if not case.received_on <= signed_on <= today:
        raise Refused(_("签名日期应在收到之日 %(first)s 至今天 %(last)s 之间。") % {"first": case.received_on, "last": today})
    return _withdraw(case, {"way": "written", "signed_on": signed_on.isoformat()}, county, by, at)


@proposals.carries_out(Action.WITHDRAW, permission="case.check")
def confirmed(case: Case, proposal: Proposal, county: County, by: User, at: datetime) -> CaseStep:
    """What the petitioner asked for on their page."""
    return _withdraw(case, dict(proposal.facts), county, by, at)


def _withdraw(case: Case, facts: dict[str, str], county: County, by: User, at: datetime) -> CaseStep:
    step = cases.move(case, Action.WITHDRAW, county=county, by=by, at=at, facts=facts)
    rounds.finish(case)
    return step
