"""Proposals for improvement: the bureau makes them, a unit sees its own and reports back."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from petitions.actions import improvements as act
from petitions.forms.meetings import ImprovementForm, ReportForm
from petitions.models import Case, Improvement
from reception.admin.base import button, may, signed_in
from reception.errors import Refused
from reception.models import RoleGrant, User
from reception.roles import permits


def improvements(request: HttpRequest) -> HttpResponse:
    """Those not reported on first, the earliest due on top; a unit's people see what their unit got."""
    user, county = signed_in(request)
    may(user, "improvement.view")
    on = timezone.localdate(timezone=county.zone)
    context = {
        **admin.site.each_context(request),
        "title": _("改进工作建议"),
        "rows": _visible(user, on).order_by("reported_on", "due_on", "pk")[:200],
        "make": button(user, "improvement.make"),
        "today": on,
    }
    return render(request, "admin/improvements.html", context)


def make(request: HttpRequest) -> HttpResponse:
    """A new proposal; it gets a number and a last day to report by."""
    user, county = signed_in(request)
    may(user, "improvement.make")
    at = timezone.now()
    seen = Case.objects.visible_to(user, on=timezone.localdate(at, timezone=county.zone))
    begun = {"number": request.GET.get("number", "")[:20], "topic": request.GET.get("topic", "")[:20]}
    form = ImprovementForm(request.POST or None, seen=seen, initial=begun)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with transaction.atomic():
                made = act.make(
                    department=given["department"],
                    text=given["text"],
                    case=given["number"],
                    topic=given["topic"],
                    county=county,
                    by=user,
                    at=at,
                )
            messages.success(request, _("建议书已编号。单位应在 %(day)s 前反馈。") % {"day": made.due_on})
            return HttpResponseRedirect(reverse("admin:improvement", args=[made.pk]))
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    context = {**admin.site.each_context(request), "title": _("提出改进工作建议"), "form": form}
    return render(request, "admin/improvement_make.html", context)


def improvement(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal; POST is the unit's report on it."""
    user, county = signed_in(request)
    may(user, "improvement.view")
    at = timezone.now()
    on = timezone.localdate(at, timezone=county.zone)
    found = get_object_or_404(_visible(user, on), pk=pk)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                act.report(improvement=found, text=form.cleaned_data["text"], county=county, by=user, at=at)
            messages.success(request, _("采纳情况已反馈。"))
            return HttpResponseRedirect(reverse("admin:improvement", args=[found.pk]))
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    case = Case.objects.visible_to(user, on=on).filter(pk=found.case_id or 0).first()
    context = {
        **admin.site.each_context(request),
        "title": found.document,
        "row": found,
        "case": case,
        "form": form,
        "may": button(user, "case.handle"),
        "today": on,
    }
    return render(request, "admin/improvement.html", context)


def _visible(user: User, on: Any) -> Any:
    """Everything for the bureau and the joint office, their unit's for a unit's people; never one about a case behind the wall."""
    rows = Improvement.objects.select_related("department", "topic", "document", "by", "reported_by", "case")
    if permits(user.held, "case.handle") and not permits(user.held, "improvement.make"):
        # Not only of cases that were referred to the unit: a proposal says nothing of who complained.
        walled = Case.objects.walled(user, on=on).order_by()
        return rows.filter(department__in=RoleGrant.objects.units_of(user, on=on)).exclude(case__in=walled.values("pk"))
    seen = Case.objects.visible_to(user, on=on)
    return rows.filter(Q(case__isnull=True) | Q(case__in=seen.values("pk")))
