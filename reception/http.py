"""What the public edges share: opening the county, saying kindly what exists instead, and what a cache may keep."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from reception import published, scope, search, words
from reception.models import County

P = ParamSpec("P")
# So many counties are suggested where the one asked for does not exist.
NEAR = 5
FRESH = "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400"


@dataclass(frozen=True)
class Link:
    """Somewhere that exists: an address and its words."""

    url: str
    words: str


class Missing(Exception):
    """What was asked for does not exist (404) or can't be (400); the page says so and offers what does."""

    def __init__(self, sentence: str, links: Sequence[Link] = (), *, status: int = 404) -> None:
        super().__init__(sentence)
        self.sentence, self.links, self.status = sentence, links, status


def public(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """A page for everyone: read only, without a session, kept by caches for a minute, answered with 304 where it has not changed."""

    @login_not_required
    @require_safe
    @conditional_page
    @wraps(view)
    def answered(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        request = args[0]
        assert isinstance(request, HttpRequest)
        try:
            response = view(*args, **kwargs)
        except Missing as missing:
            context = {"sentence": missing.sentence, "links": missing.links, "status": missing.status}
            return render(request, "reception/missing.html", context, status=missing.status)
        response.headers.setdefault("Cache-Control", FRESH)
        return response

    return answered


def in_county(
    view: Callable[Concatenate[HttpRequest, County, published.Roster | None, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A public page of one county: the view gets the county and its published roster."""

    @public
    @wraps(view)
    def opened(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        county = find(str(kwargs.pop("county")))
        with scope.county(county), timezone.override(county.zone):
            return view(request, county, published.latest(), *args, **kwargs)

    return opened


def find(slug: str) -> County:
    """The county of a slug. Raises `Missing` with the nearest names."""
    # PostgreSQL takes no NUL in a text; no slug has one.
    found = County.objects.filter(slug=slug).first() if "\0" not in slug else None
    if found:
        return found
    places = [search.Place(*row) for row in County.objects.values_list("slug", "code", "name", "name_en")]
    near = search.find(places, slug)[:NEAR] or search.nearest(places, slug, most=NEAR) or places[:NEAR]
    raise Missing(
        _("没有找到这个县。"),
        [Link(f"{prefix()}/{place.slug}/", place.name_en if prefix() and place.name_en else place.name) for place in near],
    )


def name(county: County) -> str:
    return county.name_en if prefix() and county.name_en else county.name


def prefix() -> str:
    """What addresses of the active language begin with."""
    return "/en" if words.english() else ""
