"""T15: the handling period made longer, once, by at most 30 days, before its end, by the head of the unit that handles the case.

Source: Regulations on Petition Work, art. 34. An officer of the unit may ask, and the head signs; or the head decides alone. The petitioner
is told in writing, with the reason. The database holds the same rule for whoever bypasses this module.
"""

from datetime import date, datetime

from django.utils.translation import gettext as _

from petitions import terms, wording, words
from petitions.actions import cases, clocks, documents, proposals, units
from petitions.models import Case, Deadline, DocumentKind, Extension, Proposal
from petitions.workflow import Action
from reception.errors import MovedOn, Refused
from reception.models import County, User
from reception.models.calendar import work_calendar
from reception.words import long_date


def ask(*, case: Case, days: int, reason: str, county: County, by: User, at: datetime) -> Proposal:
    """An officer of the lead unit asks its head for an extension of a case that is locked. Nothing counts before it is signed."""
    units.own_referral(case=case, permission="case.handle", county=county, by=by, at=at)
    _extendable(case, days, reason, at.astimezone(county.zone).date())
    return proposals.ask(case=case, action=Action.EXTEND, facts={"days": days}, reason=reason.strip(), county=county, by=by, at=at)


def extend(*, case: Case, days: int, reason: str, county: County, by: User, at: datetime) -> Deadline:
    """The head of the lead unit makes the period of a case that is locked longer by `days`; gives the clock D6 in the place of D5.

    Raises `Refused` for the second time, after the last day, for more days than the table of limits allows, without a reason, and
    while a hearing stops the clock.
    """
    referral = units.own_referral(case=case, permission="case.head", county=county, by=by, at=at, head=True)
    on = at.astimezone(county.zone).date()
    clock = _extendable(case, days, reason, on)
    step = cases.move(case, Action.EXTEND, county=county, by=by, at=at, reason=reason.strip(), facts={"days": days})
    Extension.objects.create(
        case=case,
        deadline=clock,
        step=step,
        days=days,
        reason=reason.strip()[:500],
        decided_on=step.at.astimezone(county.zone).date(),
    )
    fresh = clocks.supersede(clock, work_calendar(county), extended_by=days)
    clocks.remember_due(case)
    documents.issue(
        kind=DocumentKind.EXTENSION,
        said=wording.extension(
            case=case,
            county=county,
            unit=referral.department,
            days=days,
            reason=reason,
            due_before=clock.due_on,
            due_on=fresh.due_on,
        ),
        on=on,
        county=county,
        by=by,
        at=at,
        case=case,
        step=step,
        issuer=referral.department,
        for_petitioner=True,
    )
    return fresh


def _of_the_unit(case: Case, county: County, by: User, at: datetime) -> None:
    units.own_referral(case=case, permission="case.head", county=county, by=by, at=at, head=True)


@proposals.carries_out(Action.EXTEND, permission="case.head", asks="case.handle", theirs=_of_the_unit)
def _signed(case: Case, proposal: Proposal, county: County, by: User, at: datetime) -> None:
    extend(case=case, days=int(proposal.facts["days"]), reason=proposal.reason, county=county, by=by, at=at)


def refuse(*, case: Case, decision: str, county: County, by: User, at: datetime) -> Proposal:
    """The unit's head does not agree to what was asked for, with the reason. The period stays as it is."""
    units.own_referral(case=case, permission="case.head", county=county, by=by, at=at, head=True)
    found = waiting(case)
    if found is None:
        raise MovedOn(_("延期申请刚刚已有签批结果。请刷新页面查看。"))
    return proposals.refuse(proposal=found, decision=decision, county=county, by=by, at=at)


def _extendable(case: Case, days: int, reason: str, on: date) -> Deadline:
    """The running clock D5, if it may be made longer by so many days on this day."""
    clock = Deadline.objects.running().filter(case=case, kind__in=("D5", "D6")).first()
    if clock is None:
        raise Refused(_("这一事项没有正在计算的办理期限，无需延期。"))
    if clock.kind == "D6":
        earlier = Extension.objects.get(deadline__in=Deadline.objects.chain_of(clock))
        raise Refused(
            _(
                "办理期限只能延长一次（《信访工作条例》第三十四条）。已于 %(on)s延长 %(days)d 日，至 %(due)s；请在此前办结，确有困难的请与信访局联系。"
            )
            % {"on": long_date(earlier.decided_on), "days": earlier.days, "due": long_date(clock.due_on)}
        )
    clocks.refuse_while_paused(case, Action.EXTEND.value)
    if on > clock.due_on:
        raise Refused(
            _("办理期限已于 %(due)s届满，届满后不能再延长（《信访工作条例》第三十四条）。请尽快出具处理意见，并向信访人说明。")
            % {"due": long_date(clock.due_on)}
        )
    most = terms.in_force("D6", clock.started_on).term.amount
    if not 1 <= days <= most:
        raise Refused(_("延长日数应为 1 至 %(most)d 日（《信访工作条例》第三十四条）。") % {"most": most})
    if not reason.strip():
        raise Refused(_("请写明延期的理由。理由会告知信访人。"))
    return clock


def waiting(case: Case) -> Proposal | None:
    """The extension that was asked for and that the head has not decided on."""
    found: Proposal | None = Proposal.objects.filter(case=case, action=Action.EXTEND.value, state="waiting").first()
    return found


def last_day(case: Case) -> str:
    """Until when the period may be made longer, in words; empty where it may not."""
    clock = Deadline.objects.running().filter(case=case, kind="D5").first()
    if clock is None:
        return ""
    return _("%(clock)s到 %(due)s届满，须在这一天或之前决定。") % {"clock": words.name("D5"), "due": long_date(clock.due_on)}
