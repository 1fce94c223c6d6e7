"""Proposals to a unit to do better, from one case or from many of one kind; the unit reports back by a day (D14).

Source: Regulations on Petition Work, art. 40 (propose improvement); the thirty days are those of the Regulations of 2005, art. 36, and can
be changed in the table of limits.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from petitions import terms, wording
from petitions.actions import documents, units
from petitions.models import Case, DocumentKind, Improvement
from reception.actions import journal
from reception.actions.permissions import require
from reception.errors import MovedOn, Refused
from reception.models import County, Department, Topic, User
from reception.models.calendar import work_calendar


def make(
    *,
    department: Department,
    text: str,
    county: County,
    by: User,
    at: datetime,
    case: Case | None = None,
    topic: Topic | None = None,
) -> Improvement:
    """Send the proposal. About a case that accuses the unit it says nothing to that unit. Raises `Refused`."""
    require("improvement.make", county=county, by=by, at=at)
    if not text.strip():
        raise Refused(_("请写明建议改进什么、怎样改进。"))
    accused = case.accused_department_id if case is not None else None
    if accused is not None and accused in (department.pk, department.superior_id):
        raise Refused(_("这一事项反映的就是“%(unit)s”，建议书不能提到它。请不选事项，按类别提出。") % {"unit": department.name})
    on = at.astimezone(county.zone).date()
    due_on = terms.due("D14", on, work_calendar(county)).due
    said = wording.improvement(county=county, department=department, text=text.strip(), due_on=due_on, topic=topic, case=case)
    document = documents.issue(kind=DocumentKind.IMPROVEMENT, said=said, on=on, county=county, by=by, at=at, case=case)
    made: Improvement = Improvement.objects.create(
        case=case,
        topic=topic,
        department=department,
        text=text.strip(),
        due_on=due_on,
        document=document,
        by=by,
        made_on=on,
    )
    _record(made, "make", by, at)
    return made


def report(*, improvement: Improvement, text: str, county: County, by: User, at: datetime) -> Improvement:
    """The unit says what it took up and what it changed. Once."""
    row: Improvement = Improvement.objects.select_for_update(of=("self",)).select_related("department").get(pk=improvement.pk)
    units.works_for(row.department, "case.handle", county=county, by=by, at=at)
    if row.report:
        raise MovedOn(_("采纳情况已经反馈。请刷新页面查看。"))
    if not text.strip():
        raise Refused(_("请写明采纳和改进的情况；不采纳的，写明理由。"))
    row.report, row.reported_by, row.reported_on = text.strip(), by, at.astimezone(county.zone).date()
    row.save(update_fields=["report", "reported_by", "reported_on"])
    _record(row, "report", by, at)
    return row


def _record(row: Improvement, verb: str, by: User, at: datetime) -> None:
    facts = {"department": row.department.code, "due_on": row.due_on.isoformat()}
    journal.record(act=f"improvement.{verb}", object=f"document {row.document.uid}", by=by, at=at, facts=facts)
