"""What the pages of the booking share: the county, the browser's own form, and that nothing of it is kept or found anywhere."""

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from reception import scope
from reception.actions import drafts, tracking
from reception.http import DATABASE_DOWN, Link, Missing, find, name, prefix, unavailable
from reception.models import County, Draft, User

P = ParamSpec("P")
# "strict-origin", not "no-referrer": under that one browsers send `Origin: null`, which the CSRF check must refuse.
HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "strict-origin"}
COOKIE = "__Host-booking" if settings.SECURE else "booking"


@dataclass
class Seat:
    """A browser at its form."""

    request: HttpRequest
    county: County
    draft: Draft
    typed: dict[str, Any]

    def __post_init__(self) -> None:
        self.at = timezone.now()

    @property
    def who(self) -> dict[str, Any]:
        """What every action is told."""
        return {"county": self.county, "by": User.objects.system(), "at": self.at}

    def url(self, page: str) -> str:
        return reverse("reception:book-page", args=[self.county.slug, self.draft.uid, page])

    def go(self, page: str, why: str = "") -> HttpResponseRedirect:
        return HttpResponseRedirect(self.url(page) + (f"?why={why}" if why else ""))

    def receipt(self) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("reception:book-receipt", args=[self.county.slug, self.draft.uid]))

    def onward(self) -> HttpResponseRedirect:
        """To the first page that is not filled in, else to the last one."""
        return self.go(drafts.missing(self.typed) or "check")

    def page(self, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        shared = {
            "draft": self.draft,
            "typed": self.typed,
            "held_until": self.draft.held_until if self.draft.held_until and self.draft.held_until > self.at else None,
            "checked": not drafts.missing(self.typed),
        }
        return page(self.request, self.county, template, shared | context, status)


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
        except DATABASE_DOWN:
            # It may have been cut off after it was done: what was sent before is led to its receipt, so sending again is always right.
            response = unavailable(
                request, _("系统正在恢复。已填好的内容都还在，请过一分钟刷新本页再试一次；同一份表格提交几次都只算一次。")
            )
        for header, value in HEADERS.items():
            response.headers[header] = value
        return response

    return answered


def open_county(
    view: Callable[Concatenate[HttpRequest, County, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page of the booking before there is a form. The view gets the county, in scope."""

    @quiet
    @wraps(view)
    def opened(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        county = find(str(kwargs.pop("county")))
        with scope.county(county), timezone.override(county.zone):
            return view(request, county, *args, **kwargs)

    return opened


def open_draft(view: Callable[Concatenate[Seat, P], HttpResponse]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page of this browser's own form; kindly said where there is none any more. Whoever has sent it sees the receipt alone."""

    @open_county
    @wraps(view)
    def opened(request: HttpRequest, county: County, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        uid = kwargs.pop("uid")
        assert isinstance(uid, uuid.UUID)
        return view(seat_of(request, county, uid), *args, **kwargs)

    return opened


def seat_of(request: HttpRequest, county: County, uid: uuid.UUID) -> Seat:
    """The browser's form, in the county in scope. Raises `Missing`."""
    secret = request.COOKIES.get(COOKIE, "")
    draft = drafts.find(uid=uid, secret=secret, county=county, at=timezone.now()) if secret else None
    if draft is None:
        again = Link(reverse("reception:book-start", args=[county.slug]), _("重新填写"))
        ask = Link(reverse("reception:county-help", args=[county.slug]), _("查看电话和地址"))
        raise Missing(
            _("这份预约已超时，或不是在这台设备上填写的。为保护隐私，填写的内容最多保留一小时，提交后的凭据保留三十分钟。"),
            [again, ask],
            status=410,
        )
    return Seat(request, county, draft, drafts.contents(draft, county=county))


def secret_of(request: HttpRequest) -> str:
    """The browser's secret: the one it has, else a new one."""
    return request.COOKIES.get(COOKIE, "")[:64] or secrets.token_urlsafe(32)


def remember(response: HttpResponse, secret: str) -> None:
    """Give the browser its secret: until it closes, never to scripts, never to other sites."""
    response.set_cookie(COOKIE, secret, httponly=True, samesite="Lax", secure=settings.SECURE, path="/")


def network(request: HttpRequest) -> str:
    """The network a request comes from, as one asker."""
    return tracking.network(get_adapter().get_client_ip(request))
