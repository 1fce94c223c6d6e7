"""The home of a site with several counties: type a name, pinyin, initials or a code."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from reception import editions, search
from reception.http import prefix
from reception.models import County

# So many are shown with their next day; so many more by name alone.
WITH_DAY = 20
MOST = 200


def choose(request: HttpRequest) -> HttpResponse:
    """Every county where there are few; else a field to find yours, and what was found."""
    counties = {county.slug: county for county in sorted(editions.source().counties(), key=lambda county: county.code)}
    places = [search.Place(county.slug, county.code, county.name, county.name_en) for county in counties.values()]
    typed = request.GET.get("q", "")[: search.LONGEST].replace("\0", "").strip()
    few = len(places) <= WITH_DAY
    found = search.find(places, typed) if typed else places if few else []
    near = search.nearest(places, typed) if typed and not found else []
    context = {
        "typed": typed,
        "total": len(places),
        "found": len(found),
        "rows": [_row(place, counties[place.slug]) for place in (found or near)[:WITH_DAY]],
        "more": [_named(place) for place in found[WITH_DAY:MOST]],
        "beyond": max(len(found) - MOST, 0),
        "none": bool(typed) and not found,
        "prefix": prefix(),
        "keep_query": bool(typed),
    }
    return render(request, "reception/counties.html", context)


def _named(place: search.Place) -> dict[str, object]:
    english = (get_language() or "").startswith("en")
    return {
        "slug": place.slug,
        "code": place.code,
        "name": (place.name_en if english else "") or place.name,
        "zh": not place.name_en,
    }


def _row(place: search.Place, county: County) -> dict[str, object]:
    return _named(place) | {"next": county.next_day(on=timezone.localdate(timezone=county.zone))}
