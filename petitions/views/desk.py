"""The leader's briefing at the desk: from the day before, own sittings only, masked until names are asked for."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from petitions import papers
from petitions.actions import briefings
from reception import printing, scope
from reception.actions.candidates import receives
from reception.actions.permissions import own_leaders
from reception.errors import Refused
from reception.http import prefix
from reception.models import County, Leader, Sitting, User

P = ParamSpec("P")


def own_sitting(
    view: Callable[Concatenate[HttpRequest, User, Sitting, Leader, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, int, P], HttpResponse]:
    """A page of one sitting for the leader who receives it and their secretary. To anyone else it does not exist. Never stored."""

    @wraps(view)
    def opened(request: HttpRequest, sitting: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        user = request.user
        if not isinstance(user, User) or user.county is None:
            raise Http404
        county, at = user.county, timezone.now()
        with scope.county(county), timezone.override(county.zone):
            rows = Sitting.objects.select_related("day", "leader", "place")
            found = get_object_or_404(rows, pk=sitting)
            leaders = own_leaders(user, on=timezone.localdate(at, timezone=county.zone))
            try:
                leader = briefings.leader_of(sitting=found, county=county, by=user, at=at)
            except Refused as refusal:
                # The bureau has its own door; a leader's too early is told when.
                if not leaders:
                    raise Http404 from None
                own = receives(found) in leaders
                if not own:
                    raise Http404 from None
                context = _shared(user, county, receives(found), leaders) | {"sentence": refusal.sentence}
                response = render(request, "desk/briefing.html", context, status=403)
            else:
                if leader not in leaders:
                    raise Http404
                response = view(request, user, found, leader, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        return response

    return opened


@require_safe
@own_sitting
def briefing(request: HttpRequest, user: User, sitting: Sitting, leader: Leader) -> HttpResponse:
    """Who comes, in order, and what for."""
    county, at = _county(user), timezone.now()
    leaders = own_leaders(user, on=timezone.localdate(at, timezone=county.zone))
    context = _shared(user, county, leader, leaders) | {
        "sitting": sitting,
        "visitors": briefings.visitors(sitting=sitting, county=county, by=user, at=at),
    }
    return render(request, "desk/briefing.html", context)


@require_safe
@own_sitting
def briefing_pdf(request: HttpRequest, user: User, sitting: Sitting, leader: Leader) -> HttpResponse:
    """The same on paper, names masked."""
    return _paper(user, sitting, leader, named=False)


@require_POST
@own_sitting
def briefing_named(request: HttpRequest, user: User, sitting: Sitting, leader: Leader) -> HttpResponse:
    """The same on paper with names; each reading is in the journal, so it is asked for by a button."""
    return _paper(user, sitting, leader, named=True)


def _paper(user: User, sitting: Sitting, leader: Leader, *, named: bool) -> HttpResponse:
    county, at = _county(user), timezone.now()
    who: dict[str, Any] = {"sitting": sitting, "county": county, "by": user, "at": at}
    found = briefings.visitors(**who)
    names = briefings.open_names(**who) if named else {}
    paper = papers.briefing(found, sitting=sitting, leader=leader, county=county, names=names, at=at)
    return printed(paper)


def printed(paper: papers.Paper) -> HttpResponse:
    """A paper about people, as an answer that nobody keeps."""
    try:
        content = paper.pdf()
    except printing.Unprintable:
        words = _("这份文件暂时无法生成，管理人员已能看到这个问题。")
        return HttpResponse(words, status=500, content_type="text/plain; charset=utf-8")
    name = quote(f"{paper.name}.pdf")
    headers = {"Content-Disposition": f"inline; filename={name}", "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _county(user: User) -> County:
    assert user.county is not None
    return user.county


def _shared(user: User, county: County, leader: Leader, leaders: list[Leader]) -> dict[str, object]:
    return {
        "leader": leader,
        "leaders": leaders,
        "in_person": leader.user_id == user.pk,
        "county": county,
        "slug": county.slug,
        "prefix": prefix(),
        "query": "",
    }
