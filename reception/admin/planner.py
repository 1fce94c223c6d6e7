"""The year planner and the page of a release: see the reasons, plan, draft, approve, publish."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from reception import conflicts, documents, published, turns
from reception.actions import planning, releases
from reception.admin.base import button, may, signed_in
from reception.errors import Refused
from reception.forms import NoteForm
from reception.models import ReceptionDay, Release, ReleaseState, Rotation, Sitting, Substitution, SubstitutionState
from scheduling.releases import difference


def year(request: HttpRequest, year: int) -> HttpResponse:
    """The grid of a year: months by rotations, each turn with its reasons; plan it, or draft a release of it."""
    user, county = signed_in(request)
    may(user, "roster.view")
    if not 1990 <= year <= 2100:
        raise Http404
    form = NoteForm(request.POST or None)
    if request.method == "POST":
        at = timezone.now()
        try:
            if request.POST.get("do") == "plan":
                plan = planning.plan_year(county=county, year=year, by=user, at=at)
                messages.success(request, _("%(year)s 年已排班，改动 %(count)d 处。") % {"year": year, "count": len(plan.changes)})
                return HttpResponseRedirect(request.path)
            if request.POST.get("do") == "draft" and form.is_valid():
                release = releases.draft(county=county, by=user, at=at, **form.cleaned_data)
                return HttpResponseRedirect(reverse("admin:release", args=[release.pk]))
        except Refused as refusal:
            messages.error(request, refusal.sentence)
    today = timezone.localdate(timezone=county.zone)
    context = {
        **admin.site.each_context(request),
        "title": _("%(year)s 年排班") % {"year": year},
        "year": year,
        "today": today,
        "rotations": Rotation.objects.all(),
        "rows": _grid(year),
        "conflicts": conflicts.sentences(county, year, on=today),
        "form": form,
        "open": Release.objects.open().first(),
        "buttons": {"plan": button(user, "roster.plan"), "draft": button(user, "roster.draft")},
    }
    return render(request, "admin/planner.html", context)


def _grid(year: int) -> list[dict[str, Any]]:
    """A row for each day of the year, a cell for each rotation; extra sittings come last."""
    rotations = list(Rotation.objects.all())
    sittings: dict[int, list[Sitting]] = {}
    for sitting in Sitting.objects.filter(day__in=ReceptionDay.objects.of_year(year)).select_related("rotation", "post", "leader"):
        sittings.setdefault(sitting.day_id, []).append(sitting)
    instead = {s.sitting_id: s for s in Substitution.objects.filter(state=SubstitutionState.IN_FORCE).select_related("leader")}
    rows = []
    for day in ReceptionDay.objects.of_year(year).order_by("day"):
        seated = {sitting.rotation_id: sitting for sitting in sittings.get(day.pk, [])}
        cells = [_cell(rotation, seated.get(rotation.pk), instead) for rotation in rotations]
        extra = [_cell(None, sitting, instead) for sitting in sittings.get(day.pk, []) if sitting.rotation_id is None]
        rows.append({"day": day, "cells": cells, "extra": extra})
    return rows


def _cell(rotation: Rotation | None, sitting: Sitting | None, instead: dict[int, Substitution]) -> dict[str, Any]:
    return {
        "rotation": rotation,
        "sitting": sitting,
        "substitute": instead.get(sitting.pk) if sitting else None,
        "reasons": turns.sentences(sitting.turn) if sitting else [],
    }


Verb = Callable[..., Release]
VERBS: dict[str, tuple[Verb, str]] = {
    "approve": (releases.approve, "roster.approve"),
    "publish": (releases.publish, "roster.publish"),
    "discard": (releases.discard, "roster.draft"),
}


def release(request: HttpRequest, pk: int) -> HttpResponse:
    """One release on its way or published: what it changes, and what can be done with it now."""
    user, county = signed_in(request)
    may(user, "roster.view")
    found = get_object_or_404(Release, pk=pk)
    if request.method == "POST":
        verb = VERBS.get(request.POST.get("do", ""))
        if verb:
            try:
                verb[0](release=found, county=county, by=user, at=timezone.now())
                return HttpResponseRedirect(request.path)
            except Refused as refusal:
                messages.error(request, refusal.sentence)
        found = get_object_or_404(Release, pk=pk)
    before = documents.latest() if found.number is None else Release.objects.filter(number=found.number - 1).first()
    steps = {ReleaseState.DRAFT: ("approve", "discard"), ReleaseState.APPROVED: ("publish", "discard")}
    context = {
        **admin.site.each_context(request),
        "title": str(found),
        "release": found,
        "before": before,
        "changes": difference(before.document if before else None, found.document),
        "days": [published.Day(day) for day in found.document["days"] if day["state"] == "published"],
        "buttons": {verb: button(user, VERBS[verb][1]) for verb in steps.get(ReleaseState(found.state), ())},
        "own": found.drafted_by_id == user.pk and not releases.only_emergencies(found, county, timezone.now()),
        "slug": county.slug,
    }
    return render(request, "admin/release.html", context)
