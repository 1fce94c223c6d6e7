"""T10 and T11: a unit says that a matter is not its own; the bureau, or two units' common superior, decides.

Source: Regulations on Petition Work, art. 23(3) (five working days, detailed reasons, returned after the sender agrees), art. 24.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from petitions import words
from petitions.actions import cases, clocks, recipients, units
from petitions.models import Case, Deadline, Objection, Referral, ReferralState
from petitions.models.referrals import LIVE
from petitions.workflow import Action
from reception.errors import MovedOn, Refused
from reception.models import County, Department, User

# Fewer characters than these are no detailed reasons.
SHORTEST = 10


def waiting(case: Case) -> Objection | None:
    """The objection that waits for a decision."""
    rows = Objection.objects.filter(referral__case=case, referral__round=case.round, is_agreed=None)
    found: Objection | None = rows.select_related("referral__department", "superior", "suggests").first()
    return found


def raise_one(*, case: Case, reasons: str, county: County, by: User, at: datetime, suggests: Department | None = None) -> Objection:
    """T10: within five working days of the unit's receipt, with detailed reasons, once for each unit.

    Where another unit returned the case before, the two are in dispute, and their common superior decides.
    """
    row = units.own_referral(case=case, permission="case.handle", county=county, by=by, at=at)
    on = at.astimezone(county.zone).date()
    _possible(case, row, reasons, suggests)
    clock = Deadline.objects.running().filter(case=case, referral=row, kind="D4").first()
    if clock is None or on > clock.due_on:
        raise Refused(
            _("异议期限已过，不能再提出异议，请按职责办理或报请信访局协调。%(how)s")
            % {"how": words.how(clock) if clock else _("（异议期限已停止。）")}
        )
    before = _returned_before(case, row)
    superior = recipients.common_superior(case, before, row.department) if before else None
    if suggests is None and before is not None:
        suggests = before
    facts = {"department": row.department.code, "suggests": suggests.code if suggests else None}
    cases.move(case, Action.OBJECT, county=county, by=by, at=at, reason=reasons, facts=facts)
    row.state = ReferralState.OBJECTED
    row.save(update_fields=["state"])
    made: Objection = Objection.objects.create(
        referral=row, reasons=reasons, suggests=suggests, raised_by=by, raised_on=on, superior=superior
    )
    return made


def agree(*, case: Case, decision: str, county: County, by: User, at: datetime) -> Objection:
    """T11: the case comes back to the bureau's screening, in the next round; the legal total runs on."""
    row = _decided(case, is_agreed=True, decision=decision, by=by, at=at, county=county)
    acting_for = _acting_for(row)
    case.round, case.department, case.handler = case.round + 1, None, None
    facts = {"department": row.referral.department.code, "round": case.round}
    cases.move(case, Action.AGREE_TO_OBJECTION, county=county, by=by, at=at, acting_for=acting_for, reason=decision, facts=facts)
    Referral.objects.filter(case=case, round=case.round - 1, state__in=LIVE).update(state=ReferralState.RETURNED)
    return row


def reject(*, case: Case, decision: str, county: County, by: User, at: datetime) -> Objection:
    """T11: the unit has it again and may not object a second time. The days under decision don't count for its D3."""
    row = _decided(case, is_agreed=False, decision=decision, by=by, at=at, county=county)
    facts = {"department": row.referral.department.code}
    step = cases.move(
        case, Action.REJECT_OBJECTION, county=county, by=by, at=at, acting_for=_acting_for(row), reason=decision, facts=facts
    )
    referral = row.referral
    referral.state = ReferralState.SENT
    referral.save(update_fields=["state"])
    on = at.astimezone(county.zone).date()
    clocks.exclude(step=step, kinds=("D3",), starts_on=row.raised_on, ends_on=on, county=county, referral=referral)
    clocks.remember_due(case)
    return row


def _possible(case: Case, row: Referral, reasons: str, suggests: Department | None) -> None:
    """Raises `MovedOn` and `Refused` for what is no objection."""
    if row.state != ReferralState.SENT:
        raise MovedOn(_("本单位对这一事项现在是“%(state)s”，不能提出异议。") % {"state": row.get_state_display()})
    if len(reasons.strip()) < SHORTEST:
        raise Refused(_("请详细说明理由：为什么不属于本单位职权，依据是什么（《信访工作条例》第二十三条第三款）。"))
    if suggests is not None and suggests.pk in (row.department_id, case.accused_department_id):
        raise Refused(_("建议的单位不能是本单位，也不能是信访人所反映的单位。"))
    earlier = Objection.objects.filter(referral__case=case, referral__department=row.department_id).order_by("-pk").first()
    if earlier is not None:
        raise Refused(
            _("本单位已于 %(day)s 就这一事项提出过异议，不能再次提出。决定是：%(decision)s")
            % {"day": earlier.raised_on, "decision": earlier.decision}
        )


def _returned_before(case: Case, row: Referral) -> Department | None:
    """The other unit that returned the case last: with this one it is in dispute."""
    rows = Referral.objects.filter(case=case, is_lead=True, state=ReferralState.RETURNED, objection__is_agreed=True)
    found: Referral | None = rows.exclude(department=row.department_id).select_related("department").order_by("-round").first()
    return found.department if found else None


def _decided(case: Case, *, is_agreed: bool, decision: str, by: User, at: datetime, county: County) -> Objection:
    """The objection of a case that is locked, decided; the step and its permission come after it, in the same transaction."""
    action = Action.AGREE_TO_OBJECTION if is_agreed else Action.REJECT_OBJECTION
    row = waiting(case)
    cases.refuse_unless(row is not None, case, action)
    assert row is not None
    if not decision.strip():
        raise Refused(_("请写明决定的理由，提出异议的单位会看到。"))
    row.is_agreed, row.decision, row.decided_by = is_agreed, decision, by
    row.decided_on = at.astimezone(county.zone).date()
    row.save(update_fields=["is_agreed", "decision", "decided_by", "decided_on"])
    return row


def _acting_for(row: Objection) -> str:
    """The common superior whose decision it is, where two units dispute."""
    return f"department {row.superior.code}" if row.superior else ""
