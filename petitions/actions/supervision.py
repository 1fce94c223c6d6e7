"""T27: the bureau presses a unit by a letter and until a day; the joint meeting lists the worst. It ends when the unit has answered.

Source: Regulations on Petition Work, art. 40 (supervise in time on breach of rules, shirking, delay, fraud, opinions not carried out).
"""

from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from petitions import wording
from petitions.actions import cases, documents, units
from petitions.models import Case, DocumentKind, Referral, ReferralState, Supervision, SupervisionGround
from petitions.workflow import Action, allows
from reception.actions import journal
from reception.actions.permissions import require
from reception.errors import Forbidden, MovedOn, Refused
from reception.models import County, Department, User

# A unit that gave the case back, or refused it, is not pressed about it.
ANSWERS = (ReferralState.SENT, ReferralState.OBJECTED, ReferralState.ACCEPTED, ReferralState.DONE)


def units_of(case: Case) -> list[Department]:
    """The units that answer for a case in its present round, the lead first."""
    rows = Referral.objects.filter(case=case, round=case.round, state__in=ANSWERS).select_related("department")
    return [row.department for row in rows.order_by("-is_lead", "pk")]


def begin(
    *,
    case: Case,
    department: Department,
    ground: SupervisionGround,
    text: str,
    due_on: date,
    county: County,
    by: User,
    at: datetime,
    is_listed: bool = False,
) -> Supervision:
    """Send the letter. Listed supervision is the joint meeting's office's or the bureau head's. Raises `Refused`, `Forbidden`."""
    case = cases.locked(case)
    cases.refuse_unless(allows(Action.SUPERVISE, case.status), case, Action.SUPERVISE)
    require("case.list_supervision" if is_listed else "case.supervise", county=county, by=by, at=at)
    on = at.astimezone(county.zone).date()
    if department not in units_of(case):
        raise Refused(_("“%(unit)s”现在不承办这一事项，不能对它督办。请选择承办单位。") % {"unit": department.name})
    if not text.strip():
        raise Refused(_("请写明督办要求：办什么、改什么、反馈什么。"))
    if due_on < on:
        raise Refused(_("反馈期限不能早于今天 %(day)s。") % {"day": on})
    unanswered = Supervision.objects.filter(case=case, department=department, ended_on__isnull=True, feedback="")
    if unanswered.filter(is_listed=is_listed).exists():
        raise Refused(_("已对“%(unit)s”督办，尚未反馈。反馈以后可以再次督办。") % {"unit": department.name})
    facts = {"department": department.code, "ground": ground.value, "listed": is_listed, "due_on": due_on.isoformat()}
    step = cases.move(case, Action.SUPERVISE, county=county, by=by, at=at, facts=facts)
    with override("zh-hans"):
        label = str(ground.label)
    said = wording.supervision(
        case=case, county=county, department=department, ground=label, text=text.strip(), due_on=due_on, is_listed=is_listed
    )
    document = documents.issue(kind=DocumentKind.SUPERVISION, said=said, on=on, county=county, by=by, at=at, case=case, step=step)
    made: Supervision = Supervision.objects.create(
        case=case,
        department=department,
        ground=ground.value,
        is_listed=is_listed,
        text=text.strip(),
        due_on=due_on,
        document=document,
        by=by,
        begun_on=on,
    )
    return made


def feed_back(*, supervision: Supervision, text: str, county: County, by: User, at: datetime) -> Supervision:
    """The unit says what it did. Once: where it is not enough, the bureau supervises again."""
    row = _locked(supervision)
    units.works_for(row.department, "case.handle", county=county, by=by, at=at)
    if row.feedback:
        raise MovedOn(_("整改反馈已经提交。请刷新页面查看。"))
    if not text.strip():
        raise Refused(_("请写明办理和整改的情况。"))
    row.feedback, row.fed_back_by, row.fed_back_on = text.strip(), by, at.astimezone(county.zone).date()
    row.save(update_fields=["feedback", "fed_back_by", "fed_back_on"])
    _record(row, "feed_back", by, at)
    return row


def end(*, supervision: Supervision, county: County, by: User, at: datetime) -> Supervision:
    """The bureau has looked at the feedback and takes the unit off the list. Another person than fed back."""
    row = _locked(supervision)
    require("case.list_supervision" if row.is_listed else "case.supervise", county=county, by=by, at=at)
    if row.ended_on:
        raise MovedOn(_("这一督办已经销号。"))
    if not row.feedback:
        raise Refused(_("单位还没有反馈，不能销号。"))
    if row.fed_back_by_id == by.pk:
        raise Forbidden(_("反馈人不能自己销号，请由另一人核对后销号。"))
    row.ended_by, row.ended_on = by, at.astimezone(county.zone).date()
    row.save(update_fields=["ended_by", "ended_on"])
    _record(row, "end", by, at)
    return row


def _locked(supervision: Supervision) -> Supervision:
    row: Supervision = (
        Supervision.objects.select_for_update(of=("self",)).select_related("department", "case").get(pk=supervision.pk)
    )
    return row


def _record(row: Supervision, verb: str, by: User, at: datetime) -> None:
    facts = {"department": row.department.code, "supervision": row.pk}
    journal.record(act=f"supervision.{verb}", object=f"case {row.case.number}", by=by, at=at, facts=facts)
