"""Lines of the index page about the last part of a case's way: what waits for whom, and the lists across cases."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from petitions.models import Case, Improvement, Opinion, Review, Supervision
from petitions.workflow import Status
from reception.admin.todo import Step
from reception.models import RoleGrant, User
from reception.roles import permits

MOST = 10


def steps(user: User, on: date) -> list[Step]:
    """What this person can do today: check, close, decide, answer a supervision or a proposal."""
    found: list[Step] = []
    seen = Case.objects.visible_to(user, on=on)
    if permits(user.held, "case.close"):
        found += _to_check(seen) + _promised(seen, on)
    if permits(user.held, "case.handle"):
        found += _of_units(user, seen, on)
    if permits(user.held, "case.head"):
        found += _to_sign(user, seen, on)
    if permits(user.held, "case.review"):
        count = Review.objects.filter(ruling="", case__in=seen.values("pk")).count()
        if count:
            found.append(Step(_("待作出意见的复查、复核：%(count)d 件") % {"count": count}, reverse("admin:reviews"), urgent=True))
    found += _lists(user, seen)
    return found


def _to_check(seen: Any) -> list[Step]:
    drafts = Opinion.objects.filter(state="drafted", checked_by__isnull=True, case__in=seen.values("pk"))
    checks = [
        Step(_("%(number)s 处理意见待审核") % {"number": row.case.number}, reverse("admin:case", args=[row.case_id]), urgent=True)
        for row in drafts.select_related("case").order_by("drafted_at", "pk")[:MOST]
    ]
    delivered = seen.filter(status=Status.DELIVERED.value).count()
    if delivered:
        url = f"{reverse('admin:petitions_case_changelist')}?status={Status.DELIVERED.value}"
        checks.append(Step(_("已送达、待办结的信访事项：%(count)d 件") % {"count": delivered}, url))
    return checks


def _to_sign(user: User, seen: Any, on: date) -> list[Step]:
    """Opinions that only the head's signature is wanting of: checked, and seen by the leader who instructed the case."""
    ready = Opinion.objects.filter(state="drafted", checked_by__isnull=False, case__in=seen.values("pk"))
    ready = ready.filter(referral__department__in=RoleGrant.objects.units_of(user, on=on))
    ready = ready.exclude(case__instructed_by__isnull=False, seen_by__isnull=True).exclude(drafted_by=user)
    return [
        Step(_("%(number)s 处理意见待签发") % {"number": row.case.number}, reverse("admin:case", args=[row.case_id]), urgent=True)
        for row in ready.select_related("case").order_by("drafted_at", "pk")[:MOST]
    ]


def _promised(seen: Any, on: date) -> list[Step]:
    late = Opinion.objects.filter(state="issued", carries_out_by__lt=on, carried_out_on__isnull=True, case__in=seen.values("pk"))
    return [
        Step(
            _("%(number)s 承诺 %(day)s 前兑现，到期未登记兑现") % {"number": row.case.number, "day": row.carries_out_by},
            reverse("admin:case", args=[row.case_id]),
            urgent=True,
        )
        for row in late.select_related("case").order_by("carries_out_by", "pk")[:MOST]
    ]


def _of_units(user: User, seen: Any, on: date) -> list[Step]:
    own = RoleGrant.objects.units_of(user, on=on)
    found = [
        Step(
            _("%(number)s 督办，%(day)s 前反馈") % {"number": row.case.number, "day": row.due_on},
            reverse("admin:case", args=[row.case_id]),
            urgent=True,
        )
        for row in Supervision.objects.filter(department__in=own, feedback="", ended_on__isnull=True, case__in=seen.values("pk"))
        .select_related("case")
        .order_by("due_on", "pk")[:MOST]
    ]
    found += [
        Step(
            _("%(document)s：%(day)s 前反馈采纳情况") % {"document": row.document, "day": row.due_on},
            reverse("admin:improvement", args=[row.pk]),
            urgent=row.due_on <= on,
        )
        for row in Improvement.objects.filter(department__in=own, reported_on__isnull=True).select_related("document")[:MOST]
    ]
    return found


def _lists(user: User, seen: Any) -> list[Step]:
    found = []
    if permits(user.held, "supervision.view") and not permits(user.held, "case.handle"):
        count = Supervision.objects.filter(ended_on__isnull=True, case__in=seen.values("pk")).count()
        if count:
            found.append(Step(_("督办台账：%(count)d 件未销号") % {"count": count}, reverse("admin:supervisions")))
    if permits(user.held, "agenda.make"):
        found.append(Step(_("联席会议议题"), reverse("admin:meetings")))
    if permits(user.held, "improvement.make"):
        found.append(Step(_("改进工作建议"), reverse("admin:improvements")))
    return found
