"""The screen in the hall: which number is called, which are next. It draws itself anew without a script, and names nobody."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from reception import scope
from reception.actions import screen
from reception.http import Link, Missing, find, prefix
from reception.models import County

HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}


@login_not_required
@require_safe
@sensitive_variables("token")
def hall(request: HttpRequest, county: str, token: str) -> HttpResponse:
    """``/<county>/hall/<token>/``: for a television without an account; the clerk finds the link on the day sheet."""
    try:
        found = find(county)
        with scope.county(found), timezone.override(found.zone):
            response = _screen(request, found, token)
    except Missing as missing:
        context = {"sentence": missing.sentence, "links": missing.links, "status": missing.status}
        response = render(request, "reception/missing.html", context, status=missing.status)
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response


@sensitive_variables("token")
def _screen(request: HttpRequest, county: County, token: str) -> HttpResponse:
    at = timezone.now()
    day = screen.find(token, county=county, at=at)
    if day is None:
        links = [Link(f"{prefix()}/{county.slug}/", _("下一次接访"))]
        raise Missing(_("这个叫号屏链接无效或已过期。请在接访日签到叫号页重新打开。"), links)
    panels = screen.panels(day, county=county, at=at)
    context = {"county": county, "day": day, "panels": panels, "now": at.astimezone(county.zone)}
    return render(request, "reception/hall.html", context)
