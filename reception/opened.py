"""What a browser has opened by number and code: kept in its session for half an hour, and no page of it stored anywhere.

A booking's pages and, in the room above, a case's share this door; which page a thing opened has, each room says when it is loaded.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

P = ParamSpec("P")
# Not "no-referrer": under it browsers send `Origin: null` with every form, which the CSRF check must refuse.
HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "strict-origin"}
OPEN_FOR = timedelta(minutes=30)
KEPT = "booking"
# The page of each kind of thing that can be opened, by the name of its table.
PAGES = {"booking": "reception:track_case"}


@dataclass(frozen=True)
class Opened:
    """What is open: of which county, of which kind, and which one."""

    county_id: int
    kind: str
    uid: uuid.UUID

    @property
    def page(self) -> str:
        return reverse(PAGES[self.kind])


def private(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """A page of one person alone: no account is needed, and nothing of it is stored or found anywhere."""

    @login_not_required
    @wraps(view)
    def answered(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(*args, **kwargs)
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response

    return answered


def keep(request: HttpRequest, row: Any, *, at: datetime) -> Opened:
    """Open a row in this browser, under a new session key."""
    kind = row._meta.model_name
    request.session.cycle_key()
    request.session[KEPT] = {"county": row.county_id, "kind": kind, "uid": str(row.uid), "until": (at + OPEN_FOR).isoformat()}
    return Opened(row.county_id, kind, row.uid)


def now(request: HttpRequest, *, at: datetime) -> Opened | None:
    """What this browser has open; None for nothing, or none any more."""
    kept = request.session.get(KEPT)
    if not kept or datetime.fromisoformat(kept["until"]) <= at:
        return None
    return Opened(kept["county"], kept.get("kind", "booking"), uuid.UUID(kept["uid"]))


def again(request: HttpRequest) -> HttpResponse:
    """Asks for number and code once more."""
    close(request)
    messages.info(request, _("为保护您的信息，查询页面半小时后自动关闭。请重新输入编号和查询码。"))
    return HttpResponseRedirect(reverse("reception:track"))


def close(request: HttpRequest) -> None:
    """Forget it; the whole session, unless someone is signed in by it."""
    if request.user.is_authenticated:
        request.session.pop(KEPT, None)
    elif request.session.get(KEPT):
        request.session.flush()
