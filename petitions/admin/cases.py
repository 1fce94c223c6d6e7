"""Cases as the staff read them: the list, and the page of one with its steps, clocks, minutes and tasks. Read only for now."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from petitions import words
from petitions.models import Case, Minutes
from petitions.workflow import BY_ACTION, Action
from reception.actions import identities
from reception.admin.base import ReadOnly, button, signed_in

ACTIONS = {
    Action.REGISTER.value: lambda: _("登记"),
    Action.SCREEN.value: lambda: _("开始甄别"),
    Action.GUIDE.value: lambda: _("引导法定途径"),
    Action.NOT_ACCEPT.value: lambda: _("不予受理"),
    Action.MERGE.value: lambda: _("并案"),
    Action.RESOLVE_ON_SPOT.value: lambda: _("当场解决"),
}
assert set(ACTIONS) == {action.value for action, row in BY_ACTION.items() if row.is_built}


@admin.register(Case)
class CaseAdmin(ReadOnly):
    """The list. What accuses the person asking, or their leader or department, is not in it, nor counted."""

    list_display = ("number", "status", "kind", "topic", "received_on", "way_in")
    list_filter = ("status", "kind", "topic", "received_on")
    list_select_related = ("topic",)
    search_fields = ("number",)
    search_help_text = ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        user, county = signed_in(request)
        seen: QuerySet[Case] = Case.objects.visible_to(user, on=timezone.localdate(timezone=county.zone))
        return seen

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
    found = get_object_or_404(rows, pk=pk)
    versions = Minutes.objects.filter(case=found).select_related("leader", "recorded_by").order_by("-version")
    context = {
        **admin.site.each_context(request),
        "title": _("信访事项 %(number)s") % {"number": found.number},
        "case": found,
        "person": _masked(found, county),
        "joins": seen.filter(pk=found.joins_id or 0).first(),
        "joined": seen.filter(joins=found).order_by("received_on"),
        "steps": [(step, _done(step.action)) for step in found.steps.order_by("n")],
        "clocks": [
            {
                "name": words.name(clock.kind),
                "clock": clock,
                "how": words.how(clock),
                "stop": getattr(clock, "stop", None),
                "late": clock.due_on < on and not hasattr(clock, "stop"),
            }
            for clock in found.deadlines.select_related("stop").order_by("started_on", "pk")
        ],
        "minutes": versions.prefetch_related("tasks__department"),
        "correct": button(user, "minutes.correct"),
        "today": on,
    }
    response = render(request, "admin/case.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _done(action: str) -> str:
    return str(ACTIONS[action]()) if action in ACTIONS else action


def _masked(found: Case, county: Any) -> dict[str, str]:
    if found.identity.wrapped is None:
        return {"name": _("（已销毁）"), "phone": "", "id_number": ""}
    return identities.opened(found.identity, county=county).masked
