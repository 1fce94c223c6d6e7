"""Cancel a published day or move it: a decision of the chief, with a reason that is published."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from reception.actions import days
from reception.admin.base import button, may, signed_in
from reception.errors import Refused
from reception.forms.release import DecisionForm
from reception.models import County, ReceptionDay, Release


def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the day and the two decisions there are."""
    user, county = signed_in(request)
    may(user, "roster.view")
    day = get_object_or_404(ReceptionDay, pk=pk)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said: dict[str, Any] = {"day": day, "county": county, "by": user, "at": timezone.now()}
        said |= {"reason": form.cleaned_data["reason"], "reason_en": form.cleaned_data["reason_en"]}
        try:
            return _to(_act(request.POST.get("do", ""), form, said))
        except Refused as refusal:
            messages.error(request, refusal.sentence)
    day = get_object_or_404(ReceptionDay, pk=pk)
    context = {
        **admin.site.each_context(request),
        "title": _("改期或取消 %(day)s") % {"day": day.day},
        "closed": _closed(day, county),
        "form": form,
        "decide": button(user, "day.decide"),
    }
    return render(request, "admin/decision.html", context)


def _closed(day: ReceptionDay, county: County) -> str:
    """Why nothing can be decided on the day any more; empty where it can."""
    try:
        for action in ("move", "cancel"):
            days.decidable(day, action, county=county, at=timezone.now())
    except Refused as refusal:
        return refusal.sentence
    return ""


def _act(do: str, form: DecisionForm, said: dict[str, Any]) -> Release:
    to = form.cleaned_data["to"]
    if do == "cancel" and to is None:
        return days.cancel(**said)
    if do == "move" and to is not None:
        return days.move(to=to, **said)
    raise Refused(_("取消时“改到”须留空；改期时须填写改到哪一天。"))


def _to(release: Release) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:release", args=[release.pk]))
