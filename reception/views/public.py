"""What citizens see: every page is made from the published release alone."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from reception import editions, published, words
from reception.http import Link, Missing, in_county, name, prefix, public
from reception.models import County
from scheduling.releases import difference

# How many other releases a release offers to be compared with; the address takes any.
OTHERS = 24


def today_in(county: County) -> date:
    return timezone.localdate(timezone=county.zone)


@public
def home(request: HttpRequest) -> HttpResponse:
    """One county: its next day, at once. Several: choose yours, each with its next day."""
    counties = editions.source().counties()
    if len(counties) == 1:
        dossier = editions.source().dossier(counties[0])
        with timezone.override(dossier.county.zone):
            return _next_day(request, dossier.county, dossier.roster)
    rows = [{"county": county, "name": name(county), "next": county.next_day(on=today_in(county))} for county in counties]
    return render(request, "reception/counties.html", {"rows": rows, "prefix": prefix()})


@in_county
def next_day(request: HttpRequest, county: County, roster: published.Roster | None) -> HttpResponse:
    """The county's next reception day as one large answer."""
    return _next_day(request, county, roster)


def _next_day(request: HttpRequest, county: County, roster: published.Roster | None) -> HttpResponse:
    if roster is None:
        return _nothing_yet(request, county)
    today = today_in(county)
    context = _about(county, roster, today) | {"day": roster.next_day(on=today), "later": _later(roster, today)}
    return render(request, "reception/next_day.html", context)


def _later(roster: published.Roster, today: date) -> list[published.Day]:
    """The days after the next one, as many as fit at a glance."""
    coming = [day for day in roster.days if day.day >= today]
    after = roster.next_day(on=today)
    return [day for day in coming if after is None or day.day > after.day][:3]


def _nothing_yet(request: HttpRequest, county: County) -> HttpResponse:
    return render(request, "reception/nothing_yet.html", {"county": county, "name": name(county)})


def _about(county: County, roster: published.Roster, today: date) -> dict[str, object]:
    return {
        "slug": county.slug,
        "county": roster.county,
        "roster": roster,
        "today": today,
        "prefix": prefix(),
        "years": roster.years,
        "this_year": _year_now(roster, today),
    }


def _year_now(roster: published.Roster, today: date) -> int:
    """The year a visitor means: the one of the next day, else the last there is."""
    coming = roster.next_day(on=today)
    return coming.month.year if coming else (roster.years or [today.year])[-1]


@in_county
def year(request: HttpRequest, county: County, roster: published.Roster | None, year: str) -> HttpResponse:
    """The year at a glance, month by month."""
    if roster is None:
        return _nothing_yet(request, county)
    if len(year) != 4 or not (year.isascii() and year.isdecimal()):
        raise Missing(_("年份请写四位数字，例如 2026。"), _year_links(county, roster), status=400)
    days = roster.of_year(int(year))
    if not days:
        raise Missing(_("%(year)s 年没有公布接访安排。") % {"year": year}, _year_links(county, roster))
    context = _about(county, roster, today_in(county)) | {"year": int(year), "days": days}
    return render(request, "reception/year.html", context)


def _year_links(county: County, roster: published.Roster) -> list[Link]:
    return [
        Link(f"{prefix()}/{county.slug}/roster/{year}/", _("%(year)s 年接访安排") % {"year": year})
        for year in reversed(roster.years)
    ]


@in_county
def day(request: HttpRequest, county: County, roster: published.Roster | None, day: str) -> HttpResponse:
    """The whole notice of one reception day."""
    if roster is None:
        return _nothing_yet(request, county)
    today = today_in(county)
    try:
        asked = date.fromisoformat(day if len(day) == len("2026-02-24") else "")
    except ValueError:
        raise Missing(_("没有这个日期。日期请写成 2026-02-24 的样子。"), _day_links(county, roster, today), status=400) from None
    found = roster.on(asked)
    if found is None:
        raise Missing(_("%(date)s不是接访日。") % {"date": words.long_date(asked)}, _day_links(county, roster, asked))
    ahead = (found.day - roster.published_at.astimezone(county.zone).date()).days
    return render(request, "reception/day.html", _about(county, roster, today) | {"day": found, "ahead": max(ahead, 0)})


def _day_links(county: County, roster: published.Roster, near: date) -> list[Link]:
    return [
        Link(f"{prefix()}/{county.slug}/days/{found.day}/", f"{words.long_date(found.day)} {words.weekday(found.day)}")
        for found in roster.nearest(near)
    ]


@in_county
def releases(request: HttpRequest, county: County, roster: published.Roster | None) -> HttpResponse:
    """Every release there has been, the newest first."""
    if roster is None:
        return _nothing_yet(request, county)
    return render(request, "reception/releases.html", _about(county, roster, today_in(county)) | {"releases": roster.heads})


@in_county
def release(request: HttpRequest, county: County, roster: published.Roster | None, number: str) -> HttpResponse:
    """One release: what it changed, its hash, and how anyone can check it."""
    if roster is None:
        return _nothing_yet(request, county)
    found = _release(county, roster, number)
    before = editions.source().release(county, roster, found.number - 1) if found.number > 1 else None
    context = _about(county, roster, today_in(county)) | {
        "release": found,
        "before": before,
        "changes": difference(before.document if before else None, found.document),
        # The one before it is on this page already.
        "others": [other for other in range(roster.number, 0, -1) if other not in (found.number, found.number - 1)][:OTHERS],
    }
    return render(request, "reception/release.html", context)


@in_county
def compare(request: HttpRequest, county: County, roster: published.Roster | None, number: str, other: str) -> HttpResponse:
    """What one release says differently from any other."""
    if roster is None:
        return _nothing_yet(request, county)
    found, before = _release(county, roster, number), _release(county, roster, other)
    changes = difference(before.document, found.document)
    context = _about(county, roster, today_in(county)) | {"release": found, "before": before, "changes": changes}
    return render(request, "reception/compare.html", context)


def _release(county: County, roster: published.Roster, number: str) -> published.Roster:
    """The release of a number as typed. Raises `Missing`."""
    valid = number.isascii() and number.isdecimal() and len(number) <= 6
    if not valid or not 0 < int(number) <= roster.number:
        links = [Link(f"{prefix()}/{county.slug}/releases/", _("历次公布"))]
        raise Missing(_("没有第 %(number)s 期。最新的是第 %(last)s 期。") % {"number": number[:20], "last": roster.number}, links)
    return editions.source().release(county, roster, int(number))


def not_found(request: HttpRequest, exception: Http404) -> HttpResponse:
    """Any address that leads nowhere."""
    return render(request, "reception/missing.html", {"sentence": _("没有这个页面。"), "links": [], "status": 404}, status=404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "reception/missing.html", {"sentence": _("无法理解这个请求。"), "links": [], "status": 400}, status=400)
