"""T8 and T9: the bureau passes a case on to the unit with power over it, or assigns it with tasks and a day.

Source: Regulations on Petition Work, art. 22 (within fifteen days of receipt, with a day for what is assigned), art. 23.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from petitions import terms, wording
from petitions.actions import cases, clocks, documents, recipients
from petitions.actions.receptions import Assigned
from petitions.models import Case, CaseStep, Deadline, Decision, DocumentKind, Minutes, Referral
from petitions.workflow import Action
from reception.errors import Refused
from reception.models import County, Department, Leader, User
from reception.models.calendar import work_calendar


def transfer(
    *, case: Case, department: Department, received_on: date, county: County, by: User, at: datetime, reason: str = ""
) -> Referral:
    """T8: to the unit with power over the matter. `received_on` is the day on which it received it; D3 and D4 run from there."""
    on = at.astimezone(county.zone).date()
    _received(case, received_on, on)
    recipients.allow(case, department, on=on)
    if _instructed(case) is not None:
        raise Refused(_("接访领导已批示交办，请按批示“交办”，写明任务和办结时限。"))
    case.department = department
    step = cases.move(case, Action.TRANSFER, county=county, by=by, at=at, reason=reason, facts={"to": department.code})
    row = Referral.objects.create(
        case=case,
        step=step,
        round=case.round,
        department=department,
        is_lead=True,
        is_assigned=False,
        received_on=received_on,
    )
    tell, objects = _clocks(step, row, county)
    said = wording.transfer(case=case, county=county, referral=row, tell_by=tell.due_on, object_by=objects.due_on)
    documents.issue(kind=DocumentKind.TRANSFER, said=said, on=on, county=county, by=by, at=at, case=case, step=step)
    return row


def assign(
    *,
    case: Case,
    tasks: Sequence[Assigned],
    received_on: date,
    county: County,
    by: User,
    at: datetime,
    instruction: str = "",
    instructed_by: Leader | None = None,
) -> list[Referral]:
    """T9: one unit leads, others assist, each with what it delivers and by when; the leader's instruction in their own words.

    What a leader instructed at a reception is assigned with that instruction. Gives the lead's referral first.
    """
    on = at.astimezone(county.zone).date()
    _received(case, received_on, on)
    _instruction(case, instruction, instructed_by)
    _tasks(case, tasks, received_on, on, county)
    ordered = sorted(tasks, key=lambda task: not task.is_lead)
    lead = ordered[0]
    case.department, case.instructed_by = lead.department, instructed_by or case.instructed_by
    facts = {"to": lead.department.code, "assisting": [task.department.code for task in ordered[1:]]}
    acting_for = f"leader {instructed_by.code}" if instructed_by else ""
    step = cases.move(case, Action.ASSIGN, county=county, by=by, at=at, acting_for=acting_for, facts=facts)
    rows = [
        Referral.objects.create(
            case=case,
            step=step,
            round=case.round,
            department=task.department,
            is_lead=task.is_lead,
            is_assigned=True,
            deliverable=task.deliverable,
            instruction=instruction,
            instructed_by=instructed_by,
            received_on=received_on,
            due_on=task.due_on,
        )
        for task in ordered
    ]
    tell, objects = _clocks(step, rows[0], county)
    for row, task in zip(rows, ordered, strict=True):
        clocks.start_set(step=step, on=received_on, due_on=task.due_on, county=county, referral=row)
        said = wording.assignment(
            case=case,
            county=county,
            referral=row,
            tell_by=tell.due_on,
            object_by=objects.due_on,
            assisting=[other.department for other in rows[1:]] if row.is_lead else (),
            lead_unit=None if row.is_lead else rows[0].department,
        )
        documents.issue(kind=DocumentKind.ASSIGNMENT, said=said, on=on, county=county, by=by, at=at, case=case, step=step)
    clocks.remember_due(case)
    return rows


def proposed(case: Case) -> tuple[Minutes | None, list[Assigned]]:
    """What the leader instructed at the reception that made the case: the minutes, and their tasks as a proposal."""
    minutes = _instructed(case)
    rows = minutes.tasks.select_related("department").order_by("position") if minutes else ()
    return minutes, [Assigned(row.department, row.deliverable, row.due_on, is_lead=row.is_lead) for row in rows]


def latest(case: Case, received_on: date, county: County) -> date:
    """The last day that may be set for a task (L6): that of the handling period where one runs, extended where it was.

    Otherwise sixty days from the receipt of the case, as if it were accepted at once; where the bureau or objections took longer
    than that already, from the unit's receipt.
    """
    running = Deadline.objects.running().filter(case=case, kind__in=("D5", "D6")).order_by("-due_on").first()
    if running is not None:
        last: date = running.due_on
        return last
    calendar = work_calendar(county)
    whole = terms.latest_for_task(case.received_on, calendar).due
    return whole if whole >= received_on else terms.latest_for_task(received_on, calendar).due


def _instructed(case: Case) -> Minutes | None:
    """The minutes in force whose leader instructed this case, where no unit has had it yet."""
    rows = Minutes.objects.current().filter(case=case, decision=Decision.INSTRUCTED).select_related("leader")
    found: Minutes | None = rows.order_by("-pk").first()
    return None if Referral.objects.filter(case=case).exists() else found


def _received(case: Case, received_on: date, on: date) -> None:
    if not case.received_on <= received_on <= on:
        raise Refused(
            _("单位收到日期应在信访事项收到日期 %(first)s 和今天 %(last)s 之间。") % {"first": case.received_on, "last": on}
        )


def _instruction(case: Case, instruction: str, leader: Leader | None) -> None:
    minutes = _instructed(case)
    if minutes is not None and (leader != minutes.leader or not instruction.strip()):
        raise Refused(
            _("这一事项由%(leader)s接访时批示，请写明%(leader)s的批示。") % {"leader": minutes.leader.name},
        )
    if (leader is None) != (not instruction.strip()):
        raise Refused(_("领导批示的，请同时选择批示领导、写明批示内容；没有批示的，两项都不填。"))
    if leader is not None and leader.pk == case.accused_leader_id:
        raise Refused(_("%(leader)s是信访人所反映的领导，应当回避，不能批示这一事项。") % {"leader": leader.name})


def _tasks(case: Case, tasks: Sequence[Assigned], received_on: date, on: date, county: County) -> None:
    if sum(task.is_lead for task in tasks) != 1:
        raise Refused(_("请指定一个牵头单位，其余为协办单位。"))
    if len({task.department.pk for task in tasks}) != len(tasks):
        raise Refused(_("同一个单位不能重复指定。"))
    last = latest(case, received_on, county)
    for task in tasks:
        recipients.allow(case, task.department, on=on)
        if not task.deliverable.strip():
            raise Refused(_("请写明“%(name)s”要办什么。") % {"name": task.department.name})
        if not received_on <= task.due_on <= last:
            raise Refused(
                _(
                    "“%(name)s”的办结时限 %(day)s 不行：应在单位收到日期 %(first)s 和法定办理期限 %(last)s 之间。确需更长的，"
                    "受理后由单位负责人依法批准延期。"
                )
                % {"name": task.department.name, "day": task.due_on, "first": received_on, "last": last}
            )


def _clocks(step: CaseStep, lead: Referral, county: County) -> tuple[Deadline, Deadline]:
    """D3 and D4 of the unit that answers for the whole, from its receipt."""
    tell = clocks.start(step=step, kind="D3", on=lead.received_on, county=county, referral=lead)
    objects = clocks.start(step=step, kind="D4", on=lead.received_on, county=county, referral=lead)
    clocks.remember_due(step.case)
    return tell, objects
