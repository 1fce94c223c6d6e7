"""Pages for anybody that nobody keeps: forms without an account. No cache, no search engine, no address told to other sites."""

import copy
import secrets
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

import structlog
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from reception import scope
from reception.actions import tracking
from reception.errors import is_of_the_machine
from reception.failpoints import failpoint
from reception.http import TROUBLE, Missing, find, is_down, name, prefix, unavailable
from reception.models import County

log = structlog.get_logger(__name__)
P = ParamSpec("P")
# "strict-origin", not "no-referrer": under that one browsers send `Origin: null`, which the CSRF check must refuse.
HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "strict-origin"}
COOKIE = "__Host-booking" if settings.SECURE else "booking"


def page(request: HttpRequest, county: County, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    shared = {"county": county, "county_name": name(county), "slug": county.slug, "prefix": prefix()}
    return render(request, template, shared | context, status=status)


def quiet(view: Callable[Concatenate[HttpRequest, P], HttpResponse]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page for anybody, without an account, that no cache keeps and no search engine finds."""

    @login_not_required
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def answered(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except Missing as missing:
            context = {"sentence": missing.sentence, "links": missing.links, "status": missing.status}
            response = render(request, "reception/missing.html", context, status=missing.status)
        except TROUBLE as failure:
            if not is_down(failure):
                raise
            if is_of_the_machine(failure):
                log.error("machine", exc_info=failure)
            # It may have been cut off after it was done: what was sent before is led to its receipt, so sending again is always right.
            response = unavailable(
                request, _("系统正在恢复。已填好的内容都还在，请过一分钟刷新本页再试一次；同一份表格提交几次都只算一次。")
            )
        for header, value in HEADERS.items():
            response.headers[header] = value
        failpoint("before_answer")
        return response

    return answered


# A crowd asks for one county many times a second; so long the process remembers its row.
REMEMBERED = 1.0
_counties: dict[str, tuple[float, County]] = {}


def _known(slug: str) -> County:
    """The county of a slug, as it was at most a second ago. Raises `Missing`."""
    asked, county = _counties.get(slug, (0.0, None))
    if county is None or time.monotonic() - asked >= REMEMBERED:
        county = find(slug)
        _counties[slug] = time.monotonic(), county
    return copy.copy(county)


def open_county(
    view: Callable[Concatenate[HttpRequest, County, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Such a page of one county. The view gets the county, in scope."""

    @quiet
    @wraps(view)
    def opened(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        county = _known(str(kwargs.pop("county")))
        with scope.county(county), timezone.override(county.zone):
            return view(request, county, *args, **kwargs)

    return opened


def secret_of(request: HttpRequest) -> str:
    """The browser's secret: the one it has, else a new one."""
    return request.COOKIES.get(COOKIE, "")[:64] or secrets.token_urlsafe(32)


def remember(response: HttpResponse, secret: str) -> None:
    """Give the browser its secret: until it closes, never to scripts, never to other sites."""
    response.set_cookie(COOKIE, secret, httponly=True, samesite="Lax", secure=settings.SECURE, path="/")


def network(request: HttpRequest) -> str:
    """The network a request comes from, as one asker."""
    return tracking.network(get_adapter().get_client_ip(request))
