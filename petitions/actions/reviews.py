"""Review and re-review: the petitioner asks the body one level up within thirty days; it upholds, changes, or sets aside.

Source: Regulations on Petition Work, art. 35 (review), 36 (re-review; a hearing's days are not counted). A request that comes late is never
refused by the machine: it is a proposal that a person decides, with a reason.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from petitions import wording
from petitions.actions import cases, clocks, deliveries, documents, opinions, proposals, rounds
from petitions.models import Case, Deadline, DocumentKind, Level, Opinion, OpinionKind, Proposal, Review, Ruling
from petitions.workflow import Action, Status
from reception.actions.permissions import require
from reception.errors import Forbidden, MovedOn, Refused
from reception.models import County, Department, User

ASKS = {Level.REVIEW: Action.REQUEST_REVIEW, Level.REREVIEW: Action.REQUEST_REREVIEW}
# The clock of the petitioner's right, and the longest text of a request.
RIGHT = {Level.REVIEW: "D7", Level.REREVIEW: "D9"}
DECIDES = {Level.REVIEW: "D8", Level.REREVIEW: "D10"}
MOST = 4000
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Hearing:
    """The days of a hearing, both included; they are not counted."""

    first: date
    last: date


def level_of(case: Case) -> Level:
    """What the petitioner can ask for as the case stands: a review of the opinion, or a re-review of the review."""
    return Level.REREVIEW if case.status in (Status.REVIEW_DECIDED, Status.UNDER_REREVIEW) else Level.REVIEW


def last_day(case: Case) -> date | None:
    """The last day, included, on which the petitioner can ask in time; None before the opinion has arrived."""
    rows = Deadline.objects.filter(case=case, kind=RIGHT[level_of(case)], superseded_by__isnull=True).order_by("-pk")
    found: date | None = rows.values_list("due_on", flat=True).first()
    return found


def body_of(case: Case, county: County) -> str:
    """Who decides what the petitioner can ask for now; empty where nobody does, or the county has not said who."""
    opinion = opinions.current(case)
    if opinion is None:
        return ""
    if level_of(case) is Level.REVIEW:
        return opinion.remedy_body
    review = of(opinion, Level.REVIEW)
    named = review.document.said.get("remedy", {}).get("body", "") if review and review.document else ""
    return named or (next_body(review.body, county) if review else "")


def next_body(body: str, county: County) -> str:
    """Who re-reviews what `body` decided: the unit above it, the county's government, or the one above that, as far as is known."""
    unit = Department.objects.filter(name=body).select_related("superior").first()
    if unit is not None:
        return opinions.remedy_body(unit, county)
    return county.upper_government


def of(opinion: Opinion, level: Level) -> Review | None:
    """The review or re-review of an opinion; None where none was asked for."""
    found: Review | None = Review.objects.filter(opinion=opinion, level=level).select_related("document").first()
    return found


def request(
    *, case: Case, text: str, county: County, by: User, at: datetime, requested_on: date | None = None
) -> Review | Proposal:
    """T21 and T23: the petitioner asks, on their page or in writing; `requested_on` is the day the request was received, else today.

    In time it is under review at once, and D8 or D10 runs. Late, it is a proposal for a person to decide. Raises `Refused` for an opinion
    that has no such way, for a second request of the same, and without a reason.
    """
    case = cases.locked(case)
    require("case.request_review", county=county, by=by, at=at)
    today = at.astimezone(county.zone).date()
    on, level = requested_on or today, level_of(case)
    opinion = _asked_of(case, level)
    if not text.strip():
        raise Refused(_("请写明不服的是哪一项，以及理由。"))
    if on > today or on < _earliest(opinion, level):
        first = _earliest(opinion, level)
        raise Refused(_("申请日期应在 %(first)s 至今天 %(last)s 之间。") % {"first": first, "last": today})
    last = last_day(case)
    if last is not None and on > last:
        facts = {"text": text.strip()[:MOST], "requested_on": on.isoformat(), "last_day": last.isoformat()}
        reason = _("申请日期 %(on)s，期限至 %(last)s，已逾期，请决定是否受理。") % {"on": on, "last": last}
        return proposals.ask(case=case, action=ASKS[level], facts=facts, reason=reason, county=county, by=by, at=at)
    return _begin(case, opinion, level, text.strip()[:MOST], on, county, by, at)


@proposals.carries_out(Action.REQUEST_REVIEW, permission="case.take_late")
def late_review(case: Case, proposal: Proposal, county: County, by: User, at: datetime) -> Review:
    """T21, late: a person took it all the same."""
    return _taken_late(case, Level.REVIEW, proposal, county, by, at)


@proposals.carries_out(Action.REQUEST_REREVIEW, permission="case.take_late")
def late_rereview(case: Case, proposal: Proposal, county: County, by: User, at: datetime) -> Review:
    """T23, late: a person took it all the same."""
    return _taken_late(case, Level.REREVIEW, proposal, county, by, at)


def decide(
    *,
    case: Case,
    ruling: Ruling,
    text: str,
    county: County,
    by: User,
    at: datetime,
    remedy_body: str = "",
) -> Review:
    """T22: the review's opinion, with who can be asked for a re-review. Set aside, the units handle the case again, and D5 is new.

    D9 begins when the opinion is received: see `deliveries.record`.
    """
    case = cases.locked(case)
    cases.refuse_unless(case.status == Status.UNDER_REVIEW, case, Action.DECIDE_REVIEW)
    review = _deciding(case, Level.REVIEW, text, county, by, at)
    if ruling != Ruling.SET_ASIDE and not remedy_body.strip():
        raise Refused(_("请写明不服复查意见时可以向哪个机关申请复核：上一级机关、单位的全称。"))
    step = cases.move(case, Action.DECIDE_REVIEW, county=county, by=by, at=at, facts={"ruling": ruling.value})
    _write(review, ruling, text, county, by, at, step=step, next_body=remedy_body.strip())
    if ruling == Ruling.SET_ASIDE:
        on = at.astimezone(county.zone).date()
        case.round += 1
        redo = cases.move(case, Action.REDO, county=county, by=by, at=at, facts={"round": case.round})
        rounds.again(case=case, step=redo, on=on)
    else:
        rounds.finish(case)
    return review


def conclude(
    *, case: Case, ruling: Ruling, text: str, county: County, by: User, at: datetime, hearing: Hearing | None = None
) -> Review:
    """T24: the re-review's opinion, the last there is; it upholds or changes. The days of a hearing are left out of D10."""
    case = cases.locked(case)
    cases.refuse_unless(case.status == Status.UNDER_REREVIEW, case, Action.CONCLUDE)
    review = _deciding(case, Level.REREVIEW, text, county, by, at)
    if ruling == Ruling.SET_ASIDE:
        raise Refused(_("复核意见是终结意见，不能再发回重新办理。原意见不当的，请选择“变更”，直接写明应当怎样处理。"))
    facts: dict[str, Any] = {"ruling": ruling.value}
    if hearing is not None:
        _leave_out(case, hearing, review, county, at)
        facts |= {"hearing": [hearing.first.isoformat(), hearing.last.isoformat()]}
    step = cases.move(case, Action.CONCLUDE, county=county, by=by, at=at, facts=facts)
    _write(review, ruling, text, county, by, at, step=step)
    rounds.finish(case)
    return review


def _asked_of(case: Case, level: Level) -> Opinion:
    """The opinion that can be reviewed. Raises `Refused` or `MovedOn` where none can."""
    opinion = opinions.current(case)
    if opinion is not None and opinion.kind != OpinionKind.OPINION:
        raise Refused(_("“%(kind)s”没有复查程序。有新的事实和理由的，可以重新提出。") % {"kind": opinion.get_kind_display()})
    if opinion is not None and of(opinion, Level.REREVIEW) is not None:
        raise Refused(_("这份处理意见已经申请过复核，不能再次申请。复核意见是终结意见；有新的事实和理由的，可以重新提出。"))
    if opinion is not None and level is Level.REVIEW and of(opinion, Level.REVIEW) is not None:
        raise Refused(_("这份处理意见已经申请过复查，不能再次申请复查；收到复查意见后不服的，可以申请复核。"))
    cases.refuse_unless(case.status in _possible_in(level), case, ASKS[level])
    if opinion is None:
        raise MovedOn(_("还没有出具处理意见，不能申请复查。"))
    return opinion


def _possible_in(level: Level) -> tuple[Status, ...]:
    return (Status.REVIEW_DECIDED,) if level is Level.REREVIEW else (Status.DELIVERED, Status.CLOSED)


def _earliest(opinion: Opinion, level: Level) -> date:
    """The day from which a request can be: the opinion's receipt, or the day of the review's opinion."""
    if level is Level.REREVIEW:
        review = of(opinion, Level.REVIEW)
        assert review is not None
        assert review.decided_on is not None
        return review.decided_on
    delivery = deliveries.of_opinion(opinion)
    assert delivery is not None
    found: date = delivery.delivered_on
    return found


def _begin(
    case: Case,
    opinion: Opinion,
    level: Level,
    text: str,
    on: date,
    county: County,
    by: User,
    at: datetime,
    *,
    late_reason: str = "",
) -> Review:
    body = body_of(case, county)
    if not body:
        raise Refused(_("还不知道由哪个机关复核。请县管理员在“复查复核机关”里填写上一级人民政府名称，再登记申请。"))
    facts = {"on": on.isoformat(), "late": bool(late_reason)}
    cases.move(case, ASKS[level], county=county, by=by, at=at, on=on, reason=late_reason, facts=facts)
    made: Review = Review.objects.create(
        case=case,
        opinion=opinion,
        level=level.value,
        body=body,
        department=Department.objects.filter(name=body).first(),
        requested_on=on,
        request=text,
        is_late=bool(late_reason),
        late_reason=late_reason,
    )
    return made


def _taken_late(case: Case, level: Level, proposal: Proposal, county: County, by: User, at: datetime) -> Review:
    if not proposal.decision.strip():
        raise Refused(_("逾期的申请，同意受理也请写明理由，例如不可抗力、未告知期限。"))
    opinion = _asked_of(case, level)
    on = date.fromisoformat(proposal.facts["requested_on"])
    reason = proposal.decision.strip()[:300]
    return _begin(case, opinion, level, proposal.facts["text"], on, county, by, at, late_reason=reason)


def _deciding(case: Case, level: Level, text: str, county: County, by: User, at: datetime) -> Review:
    """The review that is open, for someone who had no part in the opinion. Raises `Forbidden`, and `Refused` without words."""
    require("case.review", county=county, by=by, at=at)
    rows = Review.objects.select_for_update(of=("self",)).select_related("opinion", "department")
    review: Review = rows.get(case=case, level=level, ruling="")
    opinion = review.opinion
    if by.pk in (opinion.drafted_by_id, opinion.signed_by_id, opinion.checked_by_id, case.handler_id):
        raise Forbidden(_("您参与过原处理意见的办理，应当回避，请由复查复核机关的其他人员办理。"))
    if not text.strip():
        raise Refused(_("请写明复查（复核）查明的情况和理由。"))
    return review


def _write(
    review: Review,
    ruling: Ruling,
    text: str,
    county: County,
    by: User,
    at: datetime,
    *,
    step: Any,
    next_body: str = "",
) -> None:
    on = at.astimezone(county.zone).date()
    review.ruling, review.text, review.decided_on, review.decided_by = ruling.value, text.strip(), on, by
    said = wording.review(case=review.case, county=county, review=review, next_body=next_body)
    review.document = documents.issue(
        kind=DocumentKind.REVIEW if review.level == Level.REVIEW else DocumentKind.REREVIEW,
        said=said,
        on=on,
        county=county,
        by=by,
        at=at,
        case=review.case,
        step=step,
        issuer=review.department,
        for_petitioner=True,
    )
    review.save(update_fields=["ruling", "text", "decided_on", "decided_by", "document"])


def _leave_out(case: Case, hearing: Hearing, review: Review, county: County, at: datetime) -> None:
    today = at.astimezone(county.zone).date()
    if not review.requested_on <= hearing.first <= hearing.last <= today:
        raise Refused(
            _("听证的日期应在申请之日 %(first)s 至今天 %(last)s 之间，结束不早于开始。")
            % {"first": review.requested_on, "last": today}
        )
    clock = Deadline.objects.running().filter(case=case, kind="D10").select_related("began_by").first()
    if clock is not None:
        clocks.exclude(step=clock.began_by, kinds=("D10",), starts_on=hearing.first, ends_on=hearing.last + ONE_DAY, county=county)
