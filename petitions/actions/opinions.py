"""The opinion on a case: drafted by the lead unit, its form checked by the bureau, looked at by the leader who instructed, issued by the head.

Source: Regulations on Petition Work, art. 32 (what becomes of each matter), 34 (decided and told in writing), 35 (who can be asked next).
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext as _

from petitions import wording
from petitions.actions import cases, documents, units
from petitions.models import Answer, Case, DocumentKind, Kind, Opinion, OpinionKind, OpinionState, Outcome
from petitions.workflow import Action, Status
from reception.actions import journal
from reception.actions.permissions import own_leaders, require, require_for
from reception.errors import Forbidden, MovedOn, Refused
from reception.models import County, Department, User
from reception.roles import permits

# A longer list is no list of matters but a case of its own.
MOST_MATTERS = 8


@dataclass(frozen=True)
class Answered:
    """What an opinion says to one matter."""

    matter: str
    outcome: Outcome
    text: str


@dataclass(frozen=True)
class Draft:
    """What an opinion says. Texts come clean; `carries_out_by` is the last day for what is supported, included."""

    facts: str
    basis: str
    answers: tuple[Answered, ...] = field(default=())
    kind: OpinionKind = OpinionKind.OPINION
    remedy_body: str = ""
    carries_out_by: date | None = None


def current(case: Case) -> Opinion | None:
    """The opinion that was issued in this round of handling; None where there is none yet."""
    issued = [row for row in case.opinions.all() if row.state == OpinionState.ISSUED and row.referral.round == case.round]
    return max(issued, key=lambda row: row.version, default=None)


def waiting(case: Case) -> Opinion | None:
    """The draft that waits to be checked, looked at and issued; None where there is none."""
    found: Opinion | None = (
        Opinion.objects.filter(case=case, state=OpinionState.DRAFTED).select_related("referral__department").first()
    )
    return found


def remedy_body(department: Department, county: County) -> str:
    """Who reviews an opinion of this unit: the unit above it, else the county's government (art. 35)."""
    return department.superior.name if department.superior else county.government or f"{county.name}人民政府"


def draft(*, case: Case, said: Draft, county: County, by: User, at: datetime) -> Opinion:
    """T17: a new version, by someone of the lead unit. Raises `Refused` with what is missing, `Forbidden`, `MovedOn`."""
    case = cases.locked(case)
    cases.refuse_unless(case.status == Status.IN_HANDLING, case, Action.DRAFT_OPINION)
    referral = units.own_referral(case=case, permission="case.handle", county=county, by=by, at=at)
    _complete(said, case, at.astimezone(county.zone).date())
    last = Opinion.objects.filter(case=case).order_by("-version").first()
    made: Opinion = Opinion.objects.create(
        case=case,
        referral=referral,
        version=last.version + 1 if last else 1,
        kind=said.kind.value,
        facts=said.facts,
        basis=said.basis,
        remedy_body=said.remedy_body,
        carries_out_by=said.carries_out_by,
        drafted_by=by,
        drafted_at=at,
    )
    for position, answer in enumerate(said.answers, start=1):
        Answer.objects.create(opinion=made, position=position, matter=answer.matter, outcome=answer.outcome.value, text=answer.text)
    cases.move(case, Action.DRAFT_OPINION, county=county, by=by, at=at, facts={"version": made.version})
    return made


def check(*, case: Case, county: County, by: User, at: datetime) -> Opinion:
    """T18: the bureau has checked the form: every matter answered, facts, basis, who can be asked next."""
    require("case.check", county=county, by=by, at=at)
    case, opinion = _draft_of(case, Action.ISSUE_OPINION)
    if opinion.checked_by_id:
        raise MovedOn(_("这份意见已经审核过了。请刷新页面查看。"))
    if opinion.drafted_by_id == by.pk:
        raise Forbidden(_("起草人不能审核自己起草的意见，请由另一人审核。"))
    opinion.checked_by, opinion.checked_at = by, at
    opinion.save(update_fields=["checked_by", "checked_at"])
    _record(opinion, "check", by, at)
    return opinion


def look(*, case: Case, county: County, by: User, at: datetime, reason: str = "") -> Opinion:
    """T18: the leader who instructed the case has looked at the opinion: in person, or by their secretary.

    Where the leader looked on paper, the bureau's head enters it, with a reason that says so. The journal names both.
    """
    leader = case.instructed_by
    if leader is None:
        raise Refused(_("这一事项没有领导批示，不需要领导审阅。"))
    acting_for = require_for(leader, "case.sign", "case.look_own", county=county, by=by, at=at)
    case, opinion = _draft_of(case, Action.ISSUE_OPINION)
    if opinion.seen_by_id:
        raise MovedOn(_("领导已经审阅过这份意见。请刷新页面查看。"))
    if leader not in own_leaders(by, on=at.astimezone(county.zone).date()) and not reason.strip():
        raise Refused(_("代为登记领导审阅的，请写明领导何时、怎样审阅了书面意见。"))
    opinion.seen_by, opinion.seen_at = by, at
    opinion.save(update_fields=["seen_by", "seen_at"])
    _record(opinion, "look", by, at, reason=reason, acting_for=acting_for)
    return opinion


def send_back(*, case: Case, reason: str, county: County, by: User, at: datetime) -> Opinion:
    """T18: back to the unit, with the reason: by the bureau, the leader who instructed, their secretary, or the unit's own head."""
    if not reason.strip():
        raise Refused(_("请写明退回的理由，让承办单位知道改什么。"))
    case, opinion = _draft_of(case, Action.RETURN_OPINION)
    acting_for = _sends_back_for(case, county, by, at)
    opinion.state, opinion.returned_reason = OpinionState.RETURNED.value, reason.strip()[:500]
    opinion.save(update_fields=["state", "returned_reason"])
    facts = {"version": opinion.version}
    cases.move(case, Action.RETURN_OPINION, county=county, by=by, at=at, acting_for=acting_for, reason=reason.strip(), facts=facts)
    return opinion


def issue(*, case: Case, county: County, by: User, at: datetime) -> Opinion:
    """T18: the unit's head signs; the opinion gets its number and never changes again. The handling period ends with this day."""
    case, opinion = _draft_of(case, Action.ISSUE_OPINION)
    units.own_referral(case=case, permission="case.head", county=county, by=by, at=at, head=True)
    if opinion.drafted_by_id == by.pk:
        raise Forbidden(_("起草人不能签发自己起草的意见，请由单位另一位负责人签发。"))
    if opinion.checked_by_id is None:
        raise Refused(_("信访部门还没有审核这份意见的形式。审核后才能签发；请联系信访局。"))
    if case.instructed_by_id and opinion.seen_by_id is None:
        raise Refused(_("这是领导批示的事项，批示领导还没有审阅这份意见。审阅后才能签发。"))
    on = at.astimezone(county.zone).date()
    step = cases.move(case, Action.ISSUE_OPINION, county=county, by=by, at=at, facts={"version": opinion.version})
    unit = opinion.referral.department
    opinion.document = documents.issue(
        kind=DocumentKind.OPINION,
        said=wording.opinion(case=case, county=county, opinion=opinion, unit=unit),
        on=on,
        county=county,
        by=by,
        at=at,
        case=case,
        step=step,
        issuer=unit,
        for_petitioner=True,
    )
    opinion.state, opinion.signed_by, opinion.issued_on = OpinionState.ISSUED.value, by, on
    opinion.save(update_fields=["state", "signed_by", "issued_on", "document"])
    return opinion


def carry_out(*, case: Case, day: date, county: County, by: User, at: datetime, proof: str) -> Opinion:
    """What the opinion promised was done on a day; the unit says so, or the bureau that found it done."""
    require("case.carry_out", county=county, by=by, at=at)
    case = cases.locked(case)
    opinion = current(case)
    if opinion is None or opinion.issued_on is None:
        raise MovedOn(_("还没有出具处理意见，没有可登记的兑现情况。"))
    if not permits(by.roles(on=at.astimezone(county.zone).date()), "case.check"):
        units.works_for(opinion.referral.department, "case.handle", county=county, by=by, at=at)
    if opinion.carried_out_on:
        raise MovedOn(_("已登记于 %(day)s 兑现。") % {"day": opinion.carried_out_on})
    if not opinion.issued_on <= day <= at.astimezone(county.zone).date():
        raise Refused(_("兑现日期应在意见出具之日 %(day)s 至今天之间。") % {"day": opinion.issued_on})
    if not proof.strip():
        raise Refused(_("请写明怎样兑现的，以及凭证。"))
    opinion.carried_out_on = day
    opinion.save(update_fields=["carried_out_on"])
    _record(opinion, "carry_out", by, at, reason=proof.strip())
    return opinion


def _complete(said: Draft, case: Case, today: date) -> None:
    """Raises `Refused` with what an opinion still lacks."""
    if not said.facts.strip() or not said.basis.strip():
        raise Refused(_("请写明查明的事实和依据的法律、法规、政策。"))
    _answered(said)
    if said.kind == OpinionKind.REPLY and case.kind == Kind.CLAIM:
        raise Refused(_("申诉求决应当出具处理意见（或者调解、和解协议），“建议答复”只用于建议意见和检举控告。"))
    if said.kind == OpinionKind.OPINION and not said.remedy_body.strip():
        raise Refused(_("请写明不服意见时可以向哪个机关申请复查：上一级机关、单位的全称。"))
    if said.kind != OpinionKind.OPINION and said.remedy_body.strip():
        raise Refused(_("建议答复和调解、和解协议没有复查程序，请把复查机关留空，或把类型改为“处理意见”。"))
    if said.carries_out_by and said.carries_out_by < today:
        raise Refused(_("承诺兑现日期不能早于今天 %(day)s。") % {"day": today})


def _answered(said: Draft) -> None:
    """Raises `Refused` unless every matter has its answer, and what is supported a day."""
    if not said.answers:
        raise Refused(_("请对信访人的每一项诉求分别答复，至少一项。"))
    if len(said.answers) > MOST_MATTERS:
        raise Refused(_("一份意见最多逐项答复 %(most)d 项。") % {"most": MOST_MATTERS})
    for place, answer in enumerate(said.answers, start=1):
        if not answer.matter.strip() or not answer.text.strip():
            raise Refused(_("第 %(place)d 项请写明诉求和答复的理由。") % {"place": place})
    if said.carries_out_by is None and any(answer.outcome == Outcome.SUPPORTED for answer in said.answers):
        raise Refused(_("有予以支持的事项，请写明承诺兑现的日期；已经兑现的写今天。"))


def _draft_of(case: Case, action: Action) -> tuple[Case, Opinion]:
    """The case and its draft, both locked. Raises `MovedOn` where there is none."""
    case = cases.locked(case)
    cases.refuse_unless(case.status == Status.OPINION_DRAFTED, case, action)
    rows = Opinion.objects.select_for_update(of=("self",)).select_related("referral__department")
    return case, rows.get(case=case, state=OpinionState.DRAFTED)


def _sends_back_for(case: Case, county: County, by: User, at: datetime) -> str:
    """Of those whose role may send an opinion back, only who has to do with this case; gives whom they act for. Raises `Forbidden`."""
    require("case.return_opinion", county=county, by=by, at=at)
    on, leader = at.astimezone(county.zone).date(), case.instructed_by
    if permits(by.roles(on=on), "case.check"):
        return ""
    if leader is not None and leader in own_leaders(by, on=on):
        return require_for(leader, "case.sign", "case.look_own", county=county, by=by, at=at)
    units.own_referral(case=case, permission="case.head", county=county, by=by, at=at, head=True)
    return ""


def _record(opinion: Opinion, verb: str, by: User, at: datetime, *, reason: str = "", acting_for: str = "") -> None:
    journal.record(
        act=f"opinion.{verb}",
        object=f"case {opinion.case.number}",
        by=by,
        at=at,
        reason=reason[:300],
        acting_for=acting_for,
        facts={"version": opinion.version},
    )
