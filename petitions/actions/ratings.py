"""How the petitioner rates the bureau and the unit: three grades, once for each round of handling, after the opinion arrived.

Source: Regulations on Petition Work, art. 21 (the petitioner can query and rate). A rating is never held against whoever gave it.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from petitions.actions import cases, closing, deliveries, opinions
from petitions.models import Case, Grade, RatedBody, Rating
from petitions.workflow import Status
from reception.actions import journal
from reception.actions.permissions import require
from reception.errors import MovedOn, Refused
from reception.models import County, User

RATEABLE = frozenset(
    {
        Status.DELIVERED,
        Status.CLOSED,
        Status.UNDER_REVIEW,
        Status.REVIEW_DECIDED,
        Status.UNDER_REREVIEW,
        Status.CONCLUDED,
    }
)


def open_to(case: Case) -> list[RatedBody]:
    """Who the petitioner can still rate in this round of handling; nobody before the opinion arrived."""
    opinion = opinions.current(case)
    if case.status not in RATEABLE or opinion is None or deliveries.of_opinion(opinion) is None:
        return []
    given = set(Rating.objects.filter(case=case, round=case.round).values_list("body", flat=True))
    return [body for body in RatedBody if body.value not in given]


def rate(*, case: Case, body: RatedBody, grade: Grade, county: County, by: User, at: datetime, comment: str = "") -> Rating:
    """The petitioner's grade for the bureau or the lead unit, given on their own page. Raises `Refused` a second time, or too early."""
    require("case.own", county=county, by=by, at=at)
    case = cases.locked(case)
    if Rating.objects.filter(case=case, round=case.round, body=body.value).exists():
        raise MovedOn(_("您已经评价过%(body)s，每次办理评价一次。") % {"body": body.label})
    if body not in open_to(case):
        raise Refused(_("收到处理意见书以后就可以评价。"))
    lead = closing.lead_of(case)
    made: Rating = Rating.objects.create(
        case=case,
        round=case.round,
        body=body.value,
        department=lead.department if body == RatedBody.DEPARTMENT and lead else None,
        grade=grade.value,
        comment=comment.strip()[:500],
        at=at,
    )
    facts = {"body": body.value, "grade": grade.value, "round": case.round}
    journal.record(act="case.rate", object=f"case {case.number}", by=by, at=at, facts=facts)
    return made
