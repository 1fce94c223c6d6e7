"""A unit's small desk: what waits for it, by stage and colour."""

from itertools import groupby

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from petitions import waiting
from reception.admin.base import may, signed_in


def cases(request: HttpRequest) -> HttpResponse:
    """Every case that a person's units have now. Names of petitioners are not on it."""
    user, county = signed_in(request)
    may(user, "case.handle")
    on = timezone.localdate(timezone=county.zone)
    lines = waiting.of(user, on=on)
    context = {
        **admin.site.each_context(request),
        "title": _("本单位事项"),
        "units": waiting.units(user, on=on),
        "groups": [(waiting.STAGES[stage](), list(rows)) for stage, rows in groupby(lines, key=lambda line: line.stage)],
        "overdue": sum(line.tone == "overdue" for line in lines),
        "near": sum(line.tone in ("near", "soon") for line in lines),
        "supervised": sum(line.is_supervised for line in lines),
        "today": on,
    }
    return render(request, "admin/unit_cases.html", context)
