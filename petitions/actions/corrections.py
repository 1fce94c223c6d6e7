"""A step that says something wrong is never changed: a new step points to it and says what is right. The case stays where it is."""

from datetime import datetime

from django.utils.translation import gettext as _

from petitions.actions import cases
from petitions.models import Case, CaseStep
from petitions.workflow import Action, allows
from reception.actions.permissions import require
from reception.errors import Forbidden, MovedOn, Refused
from reception.models import County, User
from reception.roles import permits


def correct(*, case: Case, step: CaseStep, words: str, county: County, by: User, at: datetime) -> CaseStep:
    """Write what is right beside a step: the bureau for any, others for their own. Raises `Refused` without words, `Forbidden`.

    A correction that is wrong itself is corrected in turn; a step is corrected once, so that the last word is one.
    """
    case = cases.locked(case)
    cases.refuse_unless(allows(Action.CORRECT, case.status), case, Action.CORRECT)
    require("case.correct", county=county, by=by, at=at)
    if step.case_id != case.pk:
        raise Refused(_("这一步不是这一事项的。"))
    bureau = permits(by.roles(on=at.astimezone(county.zone).date()), "case.check")
    if not bureau and step.actor != by.username:
        raise Forbidden(_("只能更正自己办理的步骤；其他步骤请联系信访局更正。"))
    if not words.strip():
        raise Refused(_("请写明哪里有误、正确的是什么。原来的步骤会保留。"))
    if CaseStep.objects.filter(corrects=step).exists():
        raise MovedOn(_("这一步已经更正过。更正有误的，请更正那一次更正。"))
    facts = {"corrects": step.n}
    return cases.move(case, Action.CORRECT, county=county, by=by, at=at, reason=words.strip(), facts=facts, corrects=step)
