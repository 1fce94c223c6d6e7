"""How the machine stands, for whoever keeps it running: one page, looked at anew each time it is opened."""

import platform

import django
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from reception import clock, machine
from reception.admin.base import may, signed_in


@require_safe
def standing(request: HttpRequest) -> HttpResponse:
    """Every part with what was found, what is not well first."""
    may(signed_in(request)[0], "machine.view")
    found = sorted(machine.parts(clock.now()), key=lambda part: part.is_well)
    context = {
        **admin.site.each_context(request),
        "title": _("系统状况"),
        "parts": found,
        "ill": sum(not part.is_well for part in found),
        "at": clock.now(),
        "programs": f"Python {platform.python_version()} · Django {django.get_version()}",
    }
    return render(request, "admin/machine.html", context)
