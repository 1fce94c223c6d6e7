"""What the public edges share: opening the county, saying kindly what exists instead, and what a cache may keep."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from io import BytesIO
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port, validate_host
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django.utils.cache import set_response_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe
from redis import RedisError

from reception import changelog, editions, errors, published, scope, search, vault, words
from reception.models import County

P = ParamSpec("P")
V = TypeVar("V", bound=Callable[..., Any])
KEEPABLE = "front_may_keep"
# So many counties are suggested where the one asked for does not exist.
NEAR = 5
# What is no document loads nothing and is framed by nobody; it needs no longer policy.
CLOSED = "default-src 'none'; frame-ancestors 'none'"
FRESH = "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400"


# No middleware may have come by.
_PLAIN_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}
_PLAIN = re.sub(r"\s*\{#.*?#\}", "", (settings.BASE_DIR / "templates" / "500.html").read_text())


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


# What may pass: the database's errors, the machine's, and a journal that takes nothing. `is_down` says of which it is so.
TROUBLE = (editions.Unavailable, errors.Unrecorded, Error, OSError, vault.NoKeys)


def is_down(failure: BaseException | None) -> bool:
    """Whether a question failed because what answers is down, went down in the middle of it, holds somebody up for too long, or has no
    room left; or because the journal took no entry of it."""
    return (
        isinstance(failure, (editions.Unavailable, errors.Unrecorded, RedisError))
        or errors.is_of_the_server(failure)
        or errors.is_of_the_machine(failure)
    )


def public(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """A page for everyone: read only, without a session, kept by caches for a minute, answered with 304 where it has not changed.

    The front (`reception/front.py`) keeps such pages, so a view must be made of `editions.source()` and the address alone. What it
    reads of the request's query keeps it from being kept under another query; it gets no cookies and no headers.
    """

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
        except TROUBLE as failure:
            if not is_down(failure):
                raise
            return unavailable(request)
        response.headers.setdefault("Cache-Control", FRESH)
        if request.method == "HEAD" and "no-store" not in response["Cache-Control"]:
            # Django gives a GET its tag, and a HEAD none, since some views leave out its body.
            set_response_etag(response)
        if not response.headers["Content-Type"].startswith("text/html"):
            response.headers.setdefault("Content-Security-Policy", CLOSED)
            # The policy says it already.
            response.xframe_options_exempt = True
        return response

    return keepable(answered)


def keepable(view: V) -> V:
    """Mark a view whose answers the front may keep, where they say `Cache-Control: public` and set no cookie."""
    setattr(view, KEEPABLE, True)
    return view


def unavailable(request: HttpRequest, sentence: str = "") -> HttpResponse:
    """What is said when the database is down and what was asked for is not held: 503, come back soon."""
    context = {"sentence": sentence or _("系统正在恢复，这一页暂时打不开。请过几分钟再试。"), "links": [], "status": 503}
    response = render(request, "reception/missing.html", context, status=503)
    response.headers["Retry-After"] = "60"
    return response


def plain(failure: BaseException | None) -> HttpResponse:
    """A page in both languages, for where no other can be made any more: it was read when the process began, and needs nothing."""
    again = {"Retry-After": "60"} if is_down(failure) else {}
    return HttpResponse(_PLAIN, status=503 if again else 500, headers=_PLAIN_HEADERS | again)


def in_county(
    view: Callable[Concatenate[HttpRequest, County, published.Roster | None, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A public page of one county: the view gets the county and its published roster, of one edition.

    It is tried without the database first. A view that asks for more is called again inside the county's transaction, and once
    more when a release came out meanwhile: a page never mixes two editions.
    """

    @public
    @wraps(view)
    def opened(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        dossier = editions.source().dossier(find(str(kwargs.pop("county"))))
        try:
            with scope.held(dossier.county), timezone.override(dossier.county.zone):
                return view(request, dossier.county, dossier.roster, *args, **kwargs)
        except scope.Unheld:
            pass
        for _attempt in range(editions.PATIENCE):
            with scope.county(dossier.county), timezone.override(dossier.county.zone):
                response = view(request, dossier.county, dossier.roster, *args, **kwargs)
                if County.objects.filter(pk=dossier.county.pk, edition=dossier.county.edition).exists():
                    return response
            dossier = editions.source().dossier(dossier.county, fresh=True)
        raise editions.Unavailable(dossier.county.slug)

    return opened


def find(slug: str) -> County:
    """The county of a slug. Raises `Missing` with the nearest names."""
    found = editions.source().county(slug)
    if found:
        return found
    places = [search.Place(each.slug, each.code, each.name, each.name_en) for each in editions.source().counties()]
    near = search.find(places, slug)[:NEAR] or search.nearest(places, slug, most=NEAR) or places[:NEAR]
    raise Missing(
        _("没有找到这个县。"),
        [Link(f"{prefix()}/{place.slug}/", place.name_en if prefix() and place.name_en else place.name) for place in near],
    )


def chain(county: County, roster: published.Roster) -> changelog.Chain:
    """The releases that a roster knows of, each found where its pages are made from."""
    hashes = {head.number: head.hash for head in roster.heads}
    return changelog.Chain(hashes, lambda number: editions.source().release(county, roster, number).document)


def name(county: County) -> str:
    return county.name_en if prefix() and county.name_en else county.name


def site(county: County | None = None) -> str:
    """The address of the site, or of a county's pages, in the active language, without a slash at the end.

    It is the one the office configured, never the one a request names: what is kept is sent to others.
    """
    return f"{settings.SITE_URL}{prefix()}/{county.slug}" if county else f"{settings.SITE_URL}{prefix()}"


def prefix() -> str:
    """What addresses of the active language begin with."""
    return "/en" if words.english() else ""


def is_kept(path: str) -> bool:
    """Whether an address leads to a view that opted in to being kept: a page that is the same for everyone."""
    with translation.override(translation.get_language_from_path(path) or settings.LANGUAGE_CODE):
        try:
            return bool(getattr(resolve(path).func, KEEPABLE, False))
        except Resolver404:
            return False


def plain_environment(path: str) -> dict[str, Any]:
    """The environment of a request that says nothing but the path."""
    site = urlsplit(settings.SITE_URL)
    host = site.netloc if is_ours(site.netloc) else next((name for name in settings.ALLOWED_HOSTS if name[:1] not in ".*"), "")
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": site.hostname or "localhost",
        "SERVER_PORT": str(site.port or (443 if site.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": host,
        "HTTP_X_FORWARDED_PROTO": site.scheme,
        "wsgi.url_scheme": site.scheme,
        "wsgi.input": BytesIO(),
        "wsgi.errors": BytesIO(),
        "wsgi.version": (1, 0),
    }


def is_ours(host: str) -> bool:
    """Whether a host is one of those the portal answers to."""
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)
