"""T12 to T14: a unit accepts what is its own, tells the petitioner, names who handles it, and reports how it goes.

Source: Regulations on Petition Work, art. 23(3) (told in writing of receipt, path and procedure), art. 28 (stepping back), art. 34.
"""

from datetime import date, datetime

from django.utils import translation
from django.utils.translation import gettext as _

from petitions import wording
from petitions.actions import cases, documents, proposals, recipients, units
from petitions.models import (
    Case,
    Document,
    DocumentKind,
    Ground,
    Progress,
    Proposal,
    ProposalState,
    Recusal,
    Referral,
    ReferralState,
)
from petitions.workflow import Action, Status
from reception.actions import identities, journal
from reception.errors import MovedOn, Refused
from reception.models import County, Department, RoleGrant, User
from reception.roles import UNIT_ROLES


def accept(*, case: Case, on: date, county: County, by: User, at: datetime) -> Referral:
    """T12: it is the lead unit's, from the day `on`; D5 runs from there, D12 too where the case is simple. The notice goes out."""
    row = units.own_referral(case=case, permission="case.handle", county=county, by=by, at=at)
    _sent(row)
    today = at.astimezone(county.zone).date()
    if not row.received_on <= on <= today:
        raise Refused(_("受理日期应在单位收到日期 %(first)s 和今天 %(last)s 之间。") % {"first": row.received_on, "last": today})
    facts = {"department": row.department.code, "on": on.isoformat()}
    step = cases.move(case, Action.ACCEPT, county=county, by=by, at=at, on=on, facts=facts)
    row.state = ReferralState.ACCEPTED
    row.save(update_fields=["state"])
    shortest = case.deadlines.running().filter(kind__in=("D5", "D12")).order_by("due_on").first()
    said = wording.acceptance(
        case=case, county=county, unit=row.department, received_on=row.received_on, accepted_on=on, clock=shortest
    )
    documents.issue(
        kind=DocumentKind.ACCEPTANCE,
        said=said,
        on=today,
        county=county,
        by=by,
        at=at,
        case=case,
        step=step,
        issuer=row.department,
        for_petitioner=True,
    )
    return row


def accept_part(*, case: Case, county: County, by: User, at: datetime) -> Referral:
    """A unit that assists takes its own part; the case's way is the lead's."""
    row = units.own_referral(case=case, permission="case.handle", county=county, by=by, at=at, lead=False)
    if row.is_lead:
        raise Refused(_("本单位是牵头单位，请用“受理”办理。"))
    _sent(row)
    row.state = ReferralState.ACCEPTED
    row.save(update_fields=["state"])
    _record(case, "accept_part", row, by, at)
    return row


def ask_to_refuse(*, case: Case, ground: Ground, reason: str, county: County, by: User, at: datetime) -> Proposal:
    """T13, asked for: the lead unit would not accept, on a ground of the list. The bureau sees it: it agrees, or orders acceptance."""
    row = units.own_referral(case=case, permission="case.handle", county=county, by=by, at=at)
    _sent(row)
    if not reason.strip():
        raise Refused(_("请写明为什么适用这一理由，信访人会看到。"))
    ordered = Proposal.objects.filter(case=case, action=Action.REFUSE.value, state=ProposalState.REFUSED)
    told = ordered.filter(facts__round=case.round).first()
    if told is not None:
        raise Refused(_("信访局已不同意不予受理、责成受理，请办理受理。意见：%(said)s") % {"said": told.decision})
    facts = {"ground": ground.value, "department": row.department.code, "round": case.round}
    return proposals.ask(case=case, action=Action.REFUSE, facts=facts, reason=reason, county=county, by=by, at=at)


@proposals.carries_out(Action.REFUSE, permission="case.sign")
def _refused(case: Case, proposal: Proposal, county: County, by: User, at: datetime) -> Document:
    """The step is the unit's, on the day it decided; that the bureau agreed is among its facts."""
    row = Referral.objects.select_related("department").get(case=case, round=case.round, is_lead=True)
    on = proposal.asked_at.astimezone(county.zone).date()
    facts = {**proposal.facts, "agreed_by": by.username}
    step = cases.move(case, Action.REFUSE, county=county, by=proposal.asked_by, at=at, on=on, reason=proposal.reason, facts=facts)
    Referral.objects.filter(case=case, round=case.round, state__in=(ReferralState.SENT, ReferralState.ACCEPTED)).update(
        state=ReferralState.REFUSED
    )
    with translation.override("zh-hans"):
        ground = str(Ground(proposal.facts["ground"]).label)
    said = wording.non_acceptance(case=case, county=county, ground=ground, explanation=proposal.reason, unit=row.department)
    return documents.issue(
        kind=DocumentKind.NON_ACCEPTANCE,
        said=said,
        on=at.astimezone(county.zone).date(),
        county=county,
        by=by,
        at=at,
        case=case,
        step=step,
        issuer=row.department,
        for_petitioner=True,
    )


def handle(*, case: Case, handler: User, county: County, by: User, at: datetime) -> Referral:
    """T14: someone of the lead unit handles it, who has no interest in it. Later, somebody else instead."""
    row = units.own_referral(case=case, permission="case.handle", county=county, by=by, at=at)
    _may_handle(case, row.department, handler, county=county, on=at.astimezone(county.zone).date())
    case.handler = handler
    if case.status == Status.IN_HANDLING:
        case.save(update_fields=["handler"])
        _record(case, "handler", row, by, at, handler=handler.username)
    else:
        cases.move(case, Action.HANDLE, county=county, by=by, at=at, facts={"handler": handler.username})
    row.handler = handler
    row.save(update_fields=["handler"])
    return row


def report(*, case: Case, text: str, is_result: bool, county: County, by: User, at: datetime) -> Progress:
    """How a unit's part goes; with `is_result`, a unit that assists has done its part. The lead's result is the written opinion."""
    row = units.own_referral(case=case, permission="case.handle", county=county, by=by, at=at, lead=False)
    if not text.strip():
        raise Refused(_("请写明进展。"))
    if row.state != ReferralState.ACCEPTED:
        raise MovedOn(_("本单位对这一事项现在是“%(state)s”，受理以后才能填报进展。") % {"state": row.get_state_display()})
    if is_result and row.is_lead:
        raise Refused(_("牵头单位的办理结果写进处理意见；协办单位完成的，才在这里填报结果。"))
    made: Progress = Progress.objects.create(referral=row, text=text, is_result=is_result, by=by, at=at)
    if is_result:
        row.state = ReferralState.DONE
        row.save(update_fields=["state"])
    _record(case, "progress", row, by, at, result=is_result)
    return made


def people(department: Department, *, on: date) -> list[User]:
    """Who works for a unit on a day, by name."""
    grants = RoleGrant.objects.filter(department=department, role__in=UNIT_ROLES).on(on)
    return list(User.objects.filter(pk__in=grants.values("user"), is_active=True).order_by("name", "pk"))


def interest(case: Case, user: User, *, county: County) -> str:
    """Why someone has to step back, as far as the portal can know: they are accused, or have the petitioner's name and number."""
    if Recusal.objects.filter(case=case, user=user).exists():
        return _("已回避这一事项")
    if user.pk in recipients.accused_people(case):
        return _("是信访人所反映的人")
    own = {identities.blind_name(user.name, county=county)}
    whose = [case.identity, *(row.identity for row in case.representatives.select_related("identity"))]
    if own & {identity.name_index for identity in whose}:
        return _("与信访人或代表同名，可能是同一人")
    return ""


def _may_handle(case: Case, department: Department, handler: User, *, county: County, on: date) -> None:
    if handler not in people(department, on=on):
        raise Refused(_("承办人须是“%(name)s”的工作人员。") % {"name": department.name})
    why = interest(case, handler, county=county)
    if why:
        raise Refused(
            _("%(person)s%(why)s，应当回避（《信访工作条例》第二十八条）。请另选承办人。") % {"person": handler.name, "why": why}
        )


def _sent(row: Referral) -> None:
    if row.state != ReferralState.SENT:
        raise MovedOn(_("本单位对这一事项已经答复过，现在是“%(state)s”。") % {"state": row.get_state_display()})


def _record(case: Case, verb: str, row: Referral, by: User, at: datetime, **facts: object) -> None:
    journal.record(
        act=f"referral.{verb}", object=f"case {case.number}", by=by, at=at, facts={"department": row.department.code, **facts}
    )
