"""Which fields bring much more than usual, and the way from there to a proposal."""

from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from petitions.models import Case
from petitions.reports import rising
from reception.admin.base import button, may, signed_in


@require_safe
def radar(request: HttpRequest) -> HttpResponse:
    """Counts of what the reader may see, for those who read every case."""
    user, county = signed_in(request)
    may(user, "case.view")
    on = timezone.localdate(timezone=county.zone)
    rows = rising.found(Case.objects.visible_to(user, on=on), on=on)
    make = reverse("admin:improvement_make")
    context = {
        **admin.site.each_context(request),
        "title": _("政策提示：近期集中的问题"),
        "rows": [(row, f"{make}?{urlencode({'topic': row.topic.pk})}") for row in rows],
        "make": button(user, "improvement.make"),
        "days": rising.WINDOW.days,
        "least": rising.LEAST,
        "times": rising.TIMES,
    }
    return render(request, "admin/radar.html", context)
