"""The joint meeting's office: hard cases as the rules propose them, the agendas, and what the meetings decided."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from petitions.actions import agendas
from petitions.forms.meetings import AgendaForm, OutcomeForm
from petitions.models import Agenda, AgendaItem, Case
from reception.admin.base import button, may, signed_in
from reception.errors import Refused
from reception.models import User


def meetings(request: HttpRequest) -> HttpResponse:
    """The agendas there are, the newest meeting first, and how many cases the rules propose now."""
    user, county = signed_in(request)
    may(user, "agenda.view")
    on = timezone.localdate(timezone=county.zone)
    # What is behind the wall of accusations is not counted either.
    told = AgendaItem.objects.exclude(case__in=Case.objects.walled(user, on=on).order_by().values("pk"))
    rows = Agenda.objects.select_related("document", "made_by").prefetch_related(Prefetch("items", told))
    context = {
        **admin.site.each_context(request),
        "title": _("联席会议议题"),
        "agendas": rows.order_by("-meets_on", "-pk")[:50],
        "proposed": len(agendas.hard_cases(user, on=on)),
        "make": button(user, "agenda.make"),
    }
    return render(request, "admin/meetings.html", context)


def propose(request: HttpRequest) -> HttpResponse:
    """Choose from what the rules propose; GET shows, POST freezes the agenda."""
    user, county = signed_in(request)
    may(user, "agenda.view")
    at = timezone.now()
    on = timezone.localdate(at, timezone=county.zone)
    form = AgendaForm(request.POST or None, proposed=agendas.hard_cases(user, on=on))
    allowed = button(user, "agenda.make")
    if request.method == "POST":
        try:
            if not allowed["may"]:
                raise Refused(allowed["why"])
            if form.is_valid():
                chosen, meets_on = form.chosen(), form.cleaned_data["meets_on"]
                with transaction.atomic():
                    made = agendas.make(meets_on=meets_on, cases=chosen, county=county, by=user, at=at)
                messages.success(request, _("议题已编号定稿，不能再改。会后请登记会议决定。"))
                return HttpResponseRedirect(reverse("admin:meeting", args=[made.pk]))
        except Refused as refusal:
            form.full_clean()
            form.add_error(None, refusal.sentence)
    context = {**admin.site.each_context(request), "title": _("编制议题"), "form": form, "may": allowed, "today": on}
    return render(request, "admin/meeting_propose.html", context)


def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """One agenda: its items with what was decided; POST writes the decision of one item."""
    user, county = signed_in(request)
    may(user, "agenda.view")
    at = timezone.now()
    found = get_object_or_404(Agenda.objects.select_related("document", "made_by"), pk=pk)
    items = _visible(found, user, timezone.localdate(at, timezone=county.zone))
    allowed, failed = button(user, "agenda.make"), None
    if request.method == "POST":
        item = get_object_or_404(items, pk=request.POST.get("item") if str(request.POST.get("item")).isdecimal() else 0)
        form = OutcomeForm(request.POST)
        try:
            if form.is_valid():
                with transaction.atomic():
                    agendas.conclude(item=item, outcome=form.cleaned_data["outcome"], county=county, by=user, at=at)
                messages.success(request, _("会议决定已登记。"))
                return HttpResponseRedirect(reverse("admin:meeting", args=[found.pk]))
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        failed = (item.pk, form)
    rows = [(item, failed[1] if failed and failed[0] == item.pk else OutcomeForm()) for item in items]
    # Of what is behind the wall of accusations not even the count is told.
    walled = Case.objects.walled(user, on=timezone.localdate(at, timezone=county.zone)).order_by()
    untold = found.items.filter(case__in=walled.values("pk")).count()
    context = {
        **admin.site.each_context(request),
        "title": _("%(day)s 联席会议议题") % {"day": found.meets_on},
        "agenda": found,
        "rows": rows,
        "hidden": found.items.count() - untold - len(rows),
        "may": allowed,
        "held": timezone.localdate(at, timezone=county.zone) >= found.meets_on,
    }
    return render(request, "admin/meeting.html", context)


def _visible(agenda: Agenda, user: User, on: Any) -> Any:
    """The items whose case the person may see."""
    seen = Case.objects.visible_to(user, on=on)
    rows = AgendaItem.objects.filter(agenda=agenda, case__in=seen.values("pk"))
    return rows.select_related("case__topic", "case__department").order_by("position")
