"""What the pages of the booking share once there is a form: the browser's own, and no other's."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from reception.actions import drafts
from reception.http import Link, Missing
from reception.models import County, Draft, User
from reception.quiet import COOKIE, open_county, page

P = ParamSpec("P")


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
