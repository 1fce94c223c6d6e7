"""The county's other public pages: how dates were found, calendars to subscribe to, embedding, data, help."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from reception import published, qr
from reception.http import Link, Missing, in_county, prefix
from reception.models import County
from reception.views import public

FIRST_YEAR, LAST_YEAR = 1990, 2100


@in_county
def go_to_year(request: HttpRequest, county: County, roster: published.Roster | None) -> HttpResponse:
    """``/<county>/roster/?year=2026``: leads to the year; without one, to the year a visitor means; a year that can't be is a 400."""
    if roster is None:
        return public.nothing_yet(request, county)
    typed = request.GET.get("year", "").strip()
    if typed and not (len(typed) == 4 and typed.isascii() and typed.isdecimal() and FIRST_YEAR <= int(typed) <= LAST_YEAR):
        years = roster.years
        sentence = _("年份请写四位数字，例如 2026。")
        if years:
            sentence += _("已公布 %(first)s 年至 %(last)s 年的接访安排。") % {"first": years[0], "last": years[-1]}
        raise Missing(sentence, public.year_links(county, roster), status=400)
    year = int(typed) if typed else public.year_now(roster, public.today_in(county))
    return HttpResponseRedirect(reverse("reception:year", args=[county.slug, year]))


@in_county
def calendar(request: HttpRequest, county: County, roster: published.Roster | None, year: str) -> HttpResponse:
    """How each date of a year was found: the nominal day, every day looked at and what it is, the document, the result."""
    if roster is None:
        return public.nothing_yet(request, county)
    links = [
        Link(f"{prefix()}/{county.slug}/calendar/{known}/", _("%(year)s 年的日期是怎样确定的") % {"year": known})
        for known in reversed(roster.years)
    ]
    if len(year) != 4 or not (year.isascii() and year.isdecimal()):
        raise Missing(_("年份请写四位数字，例如 2026。"), links, status=400)
    days = [day for day in roster.of_year(int(year)) if day.reasons]
    if not days:
        raise Missing(_("%(year)s 年没有公布接访安排。") % {"year": year}, links)
    status = next((known for known in roster.document["years"] if known["year"] == int(year)), None)
    context = public.about(county, roster, public.today_in(county)) | {"year": int(year), "days": days, "year_status": status}
    return render(request, "reception/calendar.html", context)


@in_county
def feeds(request: HttpRequest, county: County, roster: published.Roster | None) -> HttpResponse:
    """The calendar and the other feeds, with steps for each kind of phone and codes to scan."""
    if roster is None:
        return public.nothing_yet(request, county)
    home = f"{settings.SITE_URL}{prefix()}/{county.slug}"
    webcal = f"webcal://{urlsplit(home).netloc}{prefix()}/{county.slug}/roster.ics"
    context = public.about(county, roster, public.today_in(county)) | {
        "site": home,
        "webcal": webcal,
        "webcal_code": qr.code(webcal),
        "page_code": qr.code(f"{home}/feeds/"),
    }
    return render(request, "reception/feeds.html", context)


@in_county
def embed_help(request: HttpRequest, county: County, roster: published.Roster | None) -> HttpResponse:
    """What the webmaster of another site copies to show the next reception day there."""
    if roster is None:
        return public.nothing_yet(request, county)
    context = public.about(county, roster, public.today_in(county)) | {"site": f"{settings.SITE_URL}{prefix()}/{county.slug}"}
    return render(request, "reception/embed_help.html", context)


@in_county
def api_help(request: HttpRequest, county: County, roster: published.Roster | None) -> HttpResponse:
    """The interface for programs, in words and examples."""
    if roster is None:
        return public.nothing_yet(request, county)
    context = public.about(county, roster, public.today_in(county)) | {"site": settings.SITE_URL}
    return render(request, "reception/api_help.html", context)


@in_county
def help_page(request: HttpRequest, county: County, roster: published.Roster | None) -> HttpResponse:
    """The help with this county's telephone numbers, place and rules."""
    if roster is None:
        return public.nothing_yet(request, county)
    return render(request, "reception/county_help.html", public.about(county, roster, public.today_in(county)))
