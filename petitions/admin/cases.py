"""Cases as the staff read them: the list, and the page of one with its steps, clocks, minutes, and what can be done."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from petitions import casefile, timelines, words
from petitions.admin import case_documents, case_end, case_list, doing, parts
from petitions.models import Case
from reception.actions import identities
from reception.admin.base import ReadOnly, button, signed_in


@admin.register(Case)
class CaseAdmin(ReadOnly):
    """The list. What accuses the person asking, or their leader or department, is not in it, nor counted."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        user, county = signed_in(request)
        seen: QuerySet[Case] = Case.objects.visible_to(user, on=timezone.localdate(timezone=county.zone))
        return seen

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return case_list.cases(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row: Model | None = self.get_object(request, object_id)
        if row is None or not self.has_view_permission(request, row):
            return super().change_view(request, object_id, form_url, extra_context)
        return HttpResponseRedirect(reverse("admin:case", args=[row.pk]))


def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case: its matter, steps, clocks and how they were counted, minutes and tasks."""
    user, county = signed_in(request)
    on = timezone.localdate(timezone=county.zone)
    seen = Case.objects.visible_to(user, on=on)
    rows = seen.select_related("topic", "identity", "joins", "booking__sitting__place", "accused_leader", "accused_department")
    rows = rows.select_related("accused_user", "addressed_to", "instructed_by", "department", "handler", "repeats")
    found = casefile.opened(get_object_or_404(rows, pk=pk))
    actors = casefile.actors(found)
    joined = list(seen.filter(Q(joins=found) | Q(pk=found.joins_id or 0)).order_by("received_on", "pk"))
    context = {
        **admin.site.each_context(request),
        "title": _("信访事项 %(number)s") % {"number": found.number},
        "case": found,
        "person": identities.masked(found.identity, county=county),
        "joins": next((one for one in joined if one.pk == found.joins_id), None),
        "joined": [one for one in joined if one.joins_id == found.pk],
        "steps": [(step, words.done(step.action), actors.get(step.actor, step.actor)) for step in found.steps.all()],
        "documents": case_documents.listed(found, county, user),
        "doings": doing.offered(found, user, on),
        "clocks": timelines.legal(found, on),
        "whole": timelines.whole(found, on, county),
        "minutes": found.minutes.all(),
        "correct": button(user, "minutes.correct"),
        "who": button(user, "identity.read"),
        "today": on,
        **parts.of(found, user=user, county=county, on=on),
        **case_end.parts(found),
    }
    return render(request, "admin/case.html", context)
