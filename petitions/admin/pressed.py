"""Two lists across cases: what is supervised and until when, and what is under review."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from petitions import words
from petitions.models import Case, Deadline, Review, Supervision
from petitions.workflow import Status
from reception.admin.base import may, signed_in
from reception.models import RoleGrant
from reception.roles import permits

MOST = 200


def supervisions(request: HttpRequest) -> HttpResponse:
    """What is supervised and not ended, the earliest last day on top; a unit's people see their own unit's."""
    user, county = signed_in(request)
    may(user, "supervision.view")
    on = timezone.localdate(timezone=county.zone)
    rows = Supervision.objects.filter(case__in=Case.objects.visible_to(user, on=on).values("pk"))
    if permits(user.held, "case.handle") and not permits(user.held, "case.view"):
        rows = rows.filter(department__in=RoleGrant.objects.units_of(user, on=on))
    ended = request.GET.get("ended") == "1"
    rows = rows.filter(ended_on__isnull=not ended).select_related("case__topic", "department", "document")
    context = {
        **admin.site.each_context(request),
        "title": _("督办台账"),
        "rows": rows.order_by("-ended_on" if ended else "due_on", "pk")[:MOST],
        "ended": ended,
        "today": on,
    }
    return render(request, "admin/supervisions.html", context)


def reviews(request: HttpRequest) -> HttpResponse:
    """What waits for a review's opinion, the earliest last day on top, and what was decided lately."""
    user, county = signed_in(request)
    may(user, "review.view")
    on = timezone.localdate(timezone=county.zone)
    seen = Review.objects.filter(case__in=Case.objects.visible_to(user, on=on).values("pk")).select_related("case__topic")
    waiting = list(seen.filter(ruling="", case__status__in=(Status.UNDER_REVIEW, Status.UNDER_REREVIEW))[:MOST])
    running = Deadline.objects.running().filter(kind__in=("D8", "D10"), case__in=[row.case_id for row in waiting])
    ends = {clock.case_id: clock for clock in running}
    dated = [(row, ends.get(row.case_id)) for row in waiting]
    dated.sort(key=lambda pair: (pair[1].due_on if pair[1] else date.max, pair[0].pk))
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("复查复核"),
        "rows": [(row, clock, words.how(clock) if clock else "") for row, clock in dated],
        "decided": seen.exclude(ruling="").order_by("-decided_on", "-pk")[:50],
        "today": on,
    }
    return render(request, "admin/reviews.html", context)
