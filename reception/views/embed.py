"""The fragment that a county's own website shows in a frame: the next reception day, and nothing to press but links out of the frame."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from reception import published
from reception.http import in_county, name, prefix
from reception.models import County
from reception.views.public import today_in

NOBODY = "'none'"


@login_not_required
def fragment(request: HttpRequest, county: str) -> HttpResponse:
    """A whole small page that the county's chosen websites may frame. Only here; there is no form and no session to be clicked into.

    The headers are set outside of the cache's "not modified": a browser lays the headers of a 304 over those it has kept.
    """
    # `in_county` takes the county from the address.
    response = _page(request, county=county)  # type: ignore[call-arg]
    hosts = getattr(request, "may_frame", "").split()
    if hosts:
        response.xframe_options_exempt = True
    # django-csp's own mark on a response.
    response._csp_replace = {"frame-ancestors": hosts or [NOBODY]}  # type: ignore[attr-defined]
    return response


@in_county
def _page(request: HttpRequest, county: County, roster: published.Roster | None) -> HttpResponse:
    request.may_frame = county.embed_hosts  # type: ignore[attr-defined]
    today = today_in(county)
    context = {
        "slug": county.slug,
        "name": name(county),
        "prefix": prefix(),
        "today": today,
        "roster": roster,
        "day": roster.next_day(on=today) if roster else None,
    }
    return render(request, "reception/embed.html", context)
