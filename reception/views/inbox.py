"""My messages: what I was told, for everyone who has an account. Looking changes nothing; opening and marking are sent by POST."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from reception import clock, own_messages, scope
from reception.actions import own_messages as own
from reception.http import prefix
from reception.models import County, User
from reception.roles import opens_staff_site, permits

P = ParamSpec("P")
A_PAGE = 30


class Reader:
    """Who reads, and when."""

    def __init__(self, request: HttpRequest, user: User, county: County) -> None:
        self.request, self.user, self.county = request, user, county
        self.at: datetime = clock.now()
        self.on = self.at.astimezone(county.zone).date()

    @property
    def who(self) -> dict[str, Any]:
        """What every action is told."""
        return {"county": self.county, "by": self.user, "at": self.at}

    def back(self) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("reception:inbox"))


def mine(view: Callable[Concatenate[Reader, P], HttpResponse]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page of whoever is signed in, in their county. Never stored."""

    @wraps(view)
    def opened(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        user = request.user
        if not isinstance(user, User) or user.county is None:
            raise Http404
        with scope.county(user.county), timezone.override(user.county.zone):
            response = view(Reader(request, user, user.county), *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        return response

    return opened


@require_safe
@mine
def inbox(reader: Reader) -> HttpResponse:
    """The newest first. Those that are settled, or not for the reader any more, are left out; how many is said."""
    rows = own_messages.of(reader.user, county=reader.county, at=reader.at)
    page = Paginator(rows, A_PAGE).get_page(reader.request.GET.get("page"))
    shown = list(page.object_list)
    lines = own_messages.lines(shown, reader.user, county=reader.county, on=reader.on)
    person = User.objects.get(pk=reader.user.pk)
    context = {
        "page": page,
        "lines": lines,
        "gone": len(shown) - len(lines),
        "unread": own_messages.unread(reader.user, at=reader.at).count(),
        "wants": person.wants_letters,
        "address": person.email,
        "tables": opens_staff_site(reader.user.held),
        "desk": permits(reader.user.held, "desk.view"),
        "county": reader.county,
        "prefix": prefix(),
    }
    return render(reader.request, "inbox.html", context)


@require_POST
@mine
def open_one(reader: Reader, pk: int) -> HttpResponse:
    """Note that it was read, and lead to where it is seen to; another's message does not exist."""
    row = get_object_or_404(own_messages.of(reader.user, county=reader.county, at=reader.at), pk=pk)
    own.read(message=row, **reader.who)
    found = own_messages.lines([row], reader.user, county=reader.county, on=reader.on)
    return HttpResponseRedirect(found[0].line.path) if found else reader.back()


@require_POST
@mine
def read_all(reader: Reader) -> HttpResponse:
    """All of it was read."""
    own.read_all(**reader.who)
    messages.info(reader.request, _("已全部标为已读。"))
    return reader.back()


@require_POST
@mine
def letters(reader: Reader) -> HttpResponse:
    """Whether what was told here is gathered in a letter too."""
    wanted = reader.request.POST.get("wanted") == "1"
    own.want_letters(wanted=wanted, **reader.who)
    said = _("已打开：有新的提醒，每个工作日汇总成一封邮件。") if wanted else _("已关闭：提醒不再发邮件，在这里照样能看到。")
    messages.info(reader.request, said)
    return reader.back()
