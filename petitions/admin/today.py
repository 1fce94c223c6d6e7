"""Lines of the index page about receptions and cases."""

from datetime import date, timedelta
from itertools import groupby

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from petitions import clock_words, terms, waiting, words
from petitions.actions.proposals import permission_to_sign
from petitions.admin import today_end
from petitions.models import Case, Deadline, Disclosure, Limit, Objection, Pause, Proposal, ProposalState
from petitions.reports import rising
from petitions.workflow import Action, Status
from reception.admin.base import signed_in
from reception.admin.todo import Step
from reception.models import Booking, BookingState, User
from reception.roles import permits

MOST = 20


def next_steps(request: HttpRequest) -> list[Step]:
    """Receptions whose minutes are not written, clocks that end soon, and where the cases are."""
    user, county = signed_in(request)
    on, steps = timezone.localdate(timezone=county.zone), []
    if permits(user.held, "minutes.record"):
        states = (BookingState.CALLED, BookingState.RECEIVED)
        called = Booking.objects.unaccusing(user, on=on).filter(state__in=states, day__lte=on, minutes__isnull=True)
        for booking in called.select_related("leader").order_by("day", "ticket")[:20]:
            told = _("%(day)s %(leader)s接访 %(number)s：待写接访记录") % {
                "day": booking.day,
                "leader": booking.leader,
                "number": booking.number,
            }
            steps.append(Step(told, reverse("admin:minutes", args=[booking.pk]), urgent=True))
    if permits(user.held, "case.disclose"):
        asked = Disclosure.objects.filter(agreed_at__isnull=True, ended_at__isnull=True).exclude(asked_by=user)
        count = asked.exclude(case__in=Case.objects.walled(user, on=on).order_by().values("pk")).count()
        if count:
            steps.append(Step(_("破窗查阅待同意：%(count)d 件") % {"count": count}, reverse("admin:disclosures"), urgent=True))
    if permits(user.held, "case.list"):
        seen = Case.objects.visible_to(user, on=on)
        url = reverse("admin:petitions_case_changelist")
        steps += _clocks(seen, on)
        steps += _to_screen(user, seen, url)
        running = seen.running().count()
        if running:
            steps.append(Step(_("正在办理的信访事项：%(count)d 件") % {"count": running}, url))
    if permits(user.held, "limit.approve"):
        for row in Limit.objects.waiting().exclude(proposed_by=user).order_by("proposed_at"):
            told = _("期限规则待审定：%(kind)s %(name)s") % {"kind": row.kind, "name": words.name(row.kind)}
            steps.append(Step(told, reverse("admin:petitions_limit_changelist")))
    if permits(user.held, "case.register"):
        steps.append(Step(_("登记来信来电"), reverse("admin:case_new")))
    return [*_decisions(user, on), *_unit(user, on), *steps, *today_end.steps(user, on), *_figures(user, on)]


def _figures(user: User, on: date) -> list[Step]:
    """The way to the reports, and what of them is worth a look."""
    if not permits(user.held, "report.view"):
        return []
    steps = [Step(_("统计报表"), reverse("admin:reports"))]
    if permits(user.held, "case.view"):
        count = len(rising.found(Case.objects.visible_to(user, on=on), on=on))
        if count:
            steps.append(Step(_("近期集中的问题：%(count)d 类") % {"count": count}, reverse("admin:radar")))
    return steps


def _to_screen(user: User, seen: QuerySet[Case], url: str) -> list[Step]:
    """Letters and calls that came in and that nobody has looked at yet, and those that somebody has begun with."""
    if not permits(user.held, "case.screen"):
        return []
    new, begun = (seen.filter(status=status.value).count() for status in (Status.REGISTERED, Status.UNDER_SCREENING))
    steps = []
    if new:
        told = _("新收到、待甄别的信访事项：%(count)d 件") % {"count": new}
        steps.append(Step(told, f"{url}?status={Status.REGISTERED.value}", urgent=True))
    if begun:
        told = _("甄别中、待转送交办的信访事项：%(count)d 件") % {"count": begun}
        steps.append(Step(told, f"{url}?status={Status.UNDER_SCREENING.value}"))
    return steps


def _clocks(seen: QuerySet[Case], on: date) -> list[Step]:
    """What is owed to a petitioner within three days, or was; a clock that a hearing stops is not among them."""
    owed = Deadline.objects.running().filter(case__in=seen, due_on__lte=on + timedelta(days=clock_words.AT_ONCE))
    owed = owed.exclude(kind__in=terms.RIGHTS).exclude(case__in=Pause.objects.filter(ends_on__isnull=True).values("case"))
    found, cases = [], reverse("admin:petitions_case_changelist")
    count = owed.count()
    if count > MOST:
        told = _("超期和三日内到期的期限：%(count)d 个，下面是最早的 %(most)d 个") % {"count": count, "most": MOST}
        found.append(Step(told, f"{cases}?colour=pressing", urgent=True))
    for clock in owed.select_related("case").order_by("due_on", "pk")[:MOST]:
        colour = clock_words.colour_of(clock.due_on, on)
        said = _("%(number)s %(clock)s %(due)s：%(colour)s") % {
            "number": clock.case.number,
            "clock": words.name(clock.kind),
            "due": clock.due_on,
            "colour": clock_words.colour_words(colour, clock, on),
        }
        found.append(Step(said, reverse("admin:clock", args=[clock.pk]), urgent=True, tone=colour))
    soon = seen.filter(
        due_on__gt=on + timedelta(days=clock_words.AT_ONCE), due_on__lte=on + timedelta(days=clock_words.SOON)
    ).count()
    if soon:
        found.append(
            Step(
                _("七日内到期的信访事项：%(count)d 件") % {"count": soon}, f"{cases}?colour=seven", tone=clock_words.Colour.DUE_SOON
            )
        )
    return found


def _decisions(user: User, on: date) -> list[Step]:
    """Objections to decide, and what waits for this person's signature."""
    seen, steps = Case.objects.visible_to(user, on=on), []
    if permits(user.held, "case.refer"):
        rows = Objection.objects.filter(referral__case__in=seen, is_agreed=None).select_related(
            "referral__case", "referral__department"
        )
        for row in rows.order_by("raised_on")[:MOST]:
            told = _("%(number)s %(unit)s提出异议，待决定") % {
                "number": row.referral.case.number,
                "unit": row.referral.department,
            }
            steps.append(Step(told, reverse("admin:case", args=[row.referral.case_id]), urgent=True))
    asked = Proposal.objects.filter(case__in=seen, state=ProposalState.WAITING).exclude(asked_by=user).select_related("case")
    for proposal in asked.order_by("asked_at")[:MOST]:
        if _signs(user, proposal.action):
            told = _("%(number)s 待签批：%(what)s") % {"number": proposal.case.number, "what": words.done(proposal.action)}
            steps.append(Step(told, reverse("admin:case", args=[proposal.case_id]), urgent=True))
    return steps


def _signs(user: User, action: str) -> bool:
    try:
        return permits(user.held, permission_to_sign(Action(action)))
    except (KeyError, ValueError):
        # Of another page.
        return False


def _unit(user: User, on: date) -> list[Step]:
    """What waits for a person's unit: each stage with how many, urgent where a last day is near or over."""
    if not permits(user.held, "case.handle"):
        return []
    lines, url = waiting.of(user, on=on), reverse("admin:unit_cases")
    steps = []
    for stage, rows in groupby(lines, key=lambda line: line.stage):
        found = list(rows)
        pressing = any(line.tone in ("near", "overdue") or line.is_supervised for line in found)
        told = _("本单位%(stage)s：%(count)d 件") % {"stage": waiting.STAGES[stage](), "count": len(found)}
        steps.append(Step(told, url, urgent=pressing))
    return steps
