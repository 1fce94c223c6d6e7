"""The year planner: every turn with its reasons, what does not fit, how fair it is, and what a release would change now."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from reception import conflicts, differences, documents, fairness, turns
from reception.actions import planning, releases
from reception.admin.base import button, may, signed_in
from reception.errors import Refused
from reception.forms.release import NoteForm
from reception.models import (
    County,
    DayState,
    Post,
    ReceptionDay,
    Release,
    Rotation,
    Sitting,
    Substitution,
    SubstitutionState,
)
from scheduling import conflicts as rules


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
        "conflicts": _conflicts(county, year, today),
        "fairness": [
            (_("%(year)s 年（含已排未举行的）") % {"year": year}, fairness.of_year(year)),
            (_("有记录以来（截至 %(day)s）") % {"day": today}, fairness.of_all(before=today)),
        ],
        **_pending(county),
        "form": form,
        "open": Release.objects.open().first(),
        "buttons": {"plan": button(user, "roster.plan"), "draft": button(user, "roster.draft")},
    }
    return render(request, "admin/planner.html", context)


def _pending(county: County) -> dict[str, Any]:
    """What a release drafted now would change over the last one."""
    last = documents.latest()
    changes = differences.told(releases.preview(county=county, at=timezone.now()), first=last is None)
    return {"last": last, "changes": changes, "no_links": True}


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


def _mends(year: int) -> Callable[[rules.Conflict], str]:
    """Where each kind of conflict is mended: the address of the page."""
    days = {day.day: day for day in ReceptionDay.objects.of_year(year)}
    posts = dict(Post.objects.values_list("code", "pk"))
    rotations = dict(Rotation.objects.values_list("code", "pk"))

    def mend(conflict: rules.Conflict) -> str:
        day = days.get(conflict.day)
        settled = day is not None and day.state != DayState.PLANNED
        match conflict:
            case rules.LeaderAway() if settled:
                return reverse("admin:reception_substitution_add")
            case rules.DayMoved() if settled and day:
                return reverse("admin:decide", args=[day.pk])
            case rules.LeaderAway() | rules.DayMoved():
                return "#plan"
            case rules.HolderChanged(post=post) if post in posts:
                return reverse("admin:reception_post_change", args=[posts[post]])
            case rules.NoTurn(rotation=rotation) if rotation in rotations:
                return reverse("admin:reception_rotation_change", args=[rotations[rotation]])
            case rules.ProvisionalYear():
                return reverse("admin:reception_yearconfirmation_changelist")
        return reverse("admin:reception_receptionday_change", args=[day.pk]) if day else "#plan"

    return mend


def _conflicts(county: County, year: int, today: date) -> list[dict[str, Any]]:
    mend = _mends(year)
    return [
        {"group": group, "items": [(warned.sentence, mend(warned.conflict)) for warned in group.warned]}
        for group in conflicts.groups(county, year, on=today)
    ]
