"""Close a case, only when nothing is missing; report it as done; propose to close what nobody asked to review; reopen.

Source: Regulations on Petition Work, art. 22 (a result and a closing report of what was assigned), 34, 35, 40 (opinions that are not carried
out); our rule: a unit never closes alone, and nothing closes without opinion, delivery, remedy, the bureau's check, the leader's look.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum

from django.utils.translation import gettext as _

from petitions import terms, wording
from petitions.actions import cases, clocks, deliveries, documents, opinions, proposals, rounds, units
from petitions.models import (
    Case,
    CaseStep,
    Deadline,
    Document,
    DocumentKind,
    Grade,
    Opinion,
    OpinionKind,
    Outcome,
    Proposal,
    ProposalState,
    Rating,
    Referral,
)
from petitions.workflow import Action, Status
from reception.actions.permissions import require
from reception.errors import Forbidden, Refused
from reception.models import County, User
from reception.models.calendar import work_calendar


@dataclass(frozen=True)
class Standing:
    """What closing asks for, in the order it comes about: each there, or not needed for this case."""

    opinion: bool
    check: bool
    look: bool
    remedy: bool
    delivery: bool
    plan: bool
    report: bool


WORDS = {
    "opinion": lambda: _("还没有出具处理意见书：由责任单位起草、负责人签发。"),
    "check": lambda: _("信访部门还没有审核处理意见的形式。"),
    "look": lambda: _("批示领导还没有审阅处理意见。"),
    "remedy": lambda: _("处理意见没有写明复查机关。"),
    "delivery": lambda: _("处理意见书还没有送达，或者没有送达证明。"),
    "plan": lambda: _("予以支持的事项既没有登记兑现，也没有承诺兑现的日期。"),
    "report": lambda: _("这是交办的事项，责任单位还没有提交办结报告。"),
}


class ReopenGround(StrEnum):
    """What lets the bureau's head reopen a closed case."""

    NOT_CARRIED_OUT = "not_carried_out"
    DISSATISFIED = "dissatisfied"


def standing(case: Case) -> Standing:
    """Where a case stands in its present round of handling; of a case whose file is open (`casefile`) without asking the database."""
    opinion, lead = opinions.current(case), lead_of(case)
    return Standing(
        opinion=opinion is not None,
        check=opinion is not None and opinion.checked_by_id is not None,
        look=case.instructed_by_id is None or (opinion is not None and opinion.seen_by_id is not None),
        remedy=opinion is not None and (opinion.kind != OpinionKind.OPINION or bool(opinion.remedy_body)),
        delivery=opinion is not None and deliveries.of_opinion(opinion) is not None,
        plan=opinion is None or _planned(opinion),
        report=lead is None or not lead.is_assigned or _report_of(case) is not None,
    )


def missing(stands: Standing) -> list[str]:
    """The closing guard: everything that is missing, in words; nothing where the case can be closed."""
    return [WORDS[part.name]() for part in fields(Standing) if not getattr(stands, part.name)]


def lead_of(case: Case) -> Referral | None:
    """The lead unit's referral of the present round."""
    return next((row for row in case.referrals.all() if row.round == case.round and row.is_lead), None)


def report(*, case: Case, result: str, county: County, by: User, at: datetime) -> Document:
    """The lead unit's report that an assigned case is done: what was found, decided, told, and carried out (art. 22)."""
    case = cases.locked(case)
    referral = units.own_referral(case=case, permission="case.handle", county=county, by=by, at=at)
    cases.refuse_unless(case.status == Status.DELIVERED, case, Action.CLOSE)
    if not referral.is_assigned:
        raise Refused(_("这一事项是转送的，不需要办结报告。"))
    if _report_of(case) is not None:
        raise Refused(_("办结报告已经提交。需要更正的，请联系信访局。"))
    if not result.strip():
        raise Refused(_("请写明落实的情况：已经办成什么，还有什么、何时办成。"))
    opinion = opinions.current(case)
    delivery = deliveries.of_opinion(opinion) if opinion else None
    assert opinion is not None
    assert delivery is not None
    said = wording.closing_report(
        case=case,
        county=county,
        referral=referral,
        opinion=opinion,
        delivery=delivery,
        result=result.strip(),
        handler=referral.handler.name if referral.handler else by.name,
        phone=referral.department.phone,
    )
    return documents.issue(
        kind=DocumentKind.CLOSING_REPORT,
        said=said,
        on=at.astimezone(county.zone).date(),
        county=county,
        by=by,
        at=at,
        case=case,
        step=case.steps.order_by("-n").first(),
        issuer=referral.department,
    )


def close(*, case: Case, county: County, by: User, at: datetime) -> CaseStep:
    """T20: nothing is missing, so the bureau closes it. The petitioner may still ask for a review until D7 ends, and rate.

    Raises `Refused` with everything that is missing, and `Forbidden` for whoever drafted, signed or handled it.
    """
    case = cases.locked(case)
    cases.refuse_unless(case.status == Status.DELIVERED, case, Action.CLOSE)
    require("case.close", county=county, by=by, at=at)
    return _close(case, Action.CLOSE, county, by, at)


def expired(case: Case, *, on: date) -> bool:
    """Whether the time to ask for a review is over: the day after its last."""
    ends = clocks.last_day(case, "D7")
    return ends is not None and ends < on


def propose_due(*, county: County, by: User, at: datetime) -> int:
    """T25: propose to close what was delivered and nobody asked to review in time; a person confirms. How many were proposed.

    Again does nothing more: not what waits already, nor what was not agreed to since the delivery, nor what lacks something.
    """
    require("case.close_finally", county=county, by=by, at=at)
    on, made = at.astimezone(county.zone).date(), 0
    over = Deadline.objects.running().filter(kind="D7", due_on__lt=on, case__status=Status.DELIVERED.value).values("case")
    asked = Proposal.objects.filter(action=Action.CLOSE_FINALLY.value)
    for case in Case.objects.filter(pk__in=over).order_by("pk"):
        row = cases.locked(case)
        delivered = row.steps.filter(action=Action.DELIVER.value).order_by("-n").first()
        since = asked.filter(case=row, asked_at__gte=delivered.at) if delivered else asked.filter(case=row)
        settled = since.filter(state__in=(ProposalState.WAITING, ProposalState.REFUSED)).exists()
        if row.status != Status.DELIVERED or settled or missing(standing(row)):
            continue
        reason = str(_("申请复查的期限已过，没有申请复查。"))
        proposals.ask(case=row, action=Action.CLOSE_FINALLY, facts={}, county=county, by=by, at=at, reason=reason)
        made += 1
    return made


@proposals.carries_out(Action.CLOSE_FINALLY, permission="case.close")
def close_finally(case: Case, proposal: Proposal, county: County, by: User, at: datetime) -> CaseStep:
    """T25: what the nightly work proposed, confirmed by a person of the bureau; nothing may be missing."""
    cases.refuse_unless(case.status == Status.DELIVERED, case, Action.CLOSE_FINALLY)
    if not expired(case, on=at.astimezone(county.zone).date()):
        raise Refused(_("申请复查的期限还没有过，不能按期满办结。"))
    return _close(case, Action.CLOSE_FINALLY, county, by, at)


def reopen(*, case: Case, ground: ReopenGround, reason: str, due_on: date, county: County, by: User, at: datetime) -> Referral:
    """T29: the bureau's head has a closed case handled again: its opinion is not carried out, or a rating's complaint was found true.

    The units get it as a task with a last day, a clock of their own; the clocks of the law that ran before stay as they stopped.
    """
    case = cases.locked(case)
    cases.refuse_unless(case.status == Status.CLOSED, case, Action.REOPEN)
    require("case.sign", county=county, by=by, at=at)
    if not reason.strip():
        raise Refused(_("请写明重新办理的理由：哪一项没有兑现，或者查实了什么。"))
    rated = Rating.objects.filter(case=case, round=case.round, grade=Grade.DISSATISFIED).exists()
    if ground == ReopenGround.DISSATISFIED and not rated:
        raise Refused(_("信访人没有作出“不满意”的评价。请选择“处理意见没有兑现”，或者等评价以后再办。"))
    on = at.astimezone(county.zone).date()
    latest = terms.latest_for_task(on, work_calendar(county)).due
    if not on < due_on <= latest:
        raise Refused(_("重新办理的时限应在明天至 %(last)s 之间。") % {"last": latest})
    case.round += 1
    facts = {"ground": ground.value, "due_on": due_on.isoformat(), "round": case.round}
    step = cases.move(case, Action.REOPEN, county=county, by=by, at=at, reason=reason.strip(), facts=facts)
    made = rounds.again(case=case, step=step, on=on, due_on=due_on)
    for row in made:
        clocks.start_set(step=step, on=on, due_on=due_on, county=county, referral=row)
    clocks.remember_due(case)
    return made[0]


def _close(case: Case, action: Action, county: County, by: User, at: datetime) -> CaseStep:
    opinion = opinions.current(case)
    lacking = missing(standing(case))
    if lacking or opinion is None:
        raise Refused(_("还不能办结，尚缺：%(missing)s") % {"missing": "".join(lacking)})
    if by.pk in (opinion.drafted_by_id, opinion.signed_by_id, case.handler_id):
        raise Forbidden(_("承办这一事项的人员不能自己办结，请由信访局另一人办理。"))
    assert opinion.issued_on is not None
    facts = {"opinion": opinion.version, "issued_on": opinion.issued_on.isoformat(), "round": case.round}
    step = cases.move(case, action, county=county, by=by, at=at, facts=facts)
    rounds.finish(case)
    return step


def _planned(opinion: Opinion) -> bool:
    """Whether what was supported is carried out, or has a day by which it will be."""
    supported = any(answer.outcome == Outcome.SUPPORTED for answer in opinion.answers.all())
    return not supported or opinion.carried_out_on is not None or opinion.carries_out_by is not None


def _report_of(case: Case) -> Document | None:
    """The closing report of the present round: issued since the opinion of this round was."""
    opinion = opinions.current(case)
    if opinion is None or opinion.document_id is None:
        return None
    since = opinion.document_id
    return next((row for row in case.documents.all() if row.kind == DocumentKind.CLOSING_REPORT and row.pk > since), None)
