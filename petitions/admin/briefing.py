"""The bureau's door to a sitting's briefing: masked on request, with names by a button that is journalled."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from petitions import papers
from petitions.actions import briefings
from petitions.views.desk import printed
from reception.admin.base import may, signed_in
from reception.models import Sitting


def briefing(request: HttpRequest, pk: int) -> HttpResponse:
    """The briefing as PDF; POST shows the names to whoever may read identities."""
    user, county = signed_in(request)
    may(user, "briefing.view")
    if request.method == "POST":
        may(user, "identity.read")
    sitting = get_object_or_404(Sitting.objects.select_related("day", "leader", "place"), pk=pk)
    who: dict[str, Any] = {"sitting": sitting, "county": county, "by": user, "at": timezone.now()}
    leader, found = briefings.leader_of(**who), briefings.visitors(**who)
    names = briefings.open_names(**who) if request.method == "POST" else {}
    return printed(papers.briefing(found, sitting=sitting, leader=leader, county=county, names=names, at=who["at"]))
