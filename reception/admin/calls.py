"""The bureau's list of booked citizens to be told of a change: who, of what, and what came of it. Names stay masked, each phone is asked for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from reception import codes, standing
from reception.actions import choices, identities
from reception.actions.identities import Person
from reception.admin.base import button, may, row_id, signed_in
from reception.differences import Line
from reception.errors import Refused
from reception.forms.tracking import CallForm
from reception.models import Booking, CallOutcome, Choice, County, RoleGrant, User

# Written into the journal, and read by the citizen: in Chinese whatever the page's language.
REASON = "通知预约变更"
# So many of a list are shown; the others come up as these are done.
MOST = 60


@dataclass(frozen=True)
class Row:
    """One person to be told: masked, what changed, and where somebody could pass it on."""

    choice: Choice
    masked: dict[str, str]
    changed: list[Line]
    number: str
    counter: str
    tries: int
    person: Person | None


@never_cache
def calls(request: HttpRequest) -> HttpResponse:
    """Show the lists; open a phone for its reason; take down what came of a call."""
    user, county = signed_in(request)
    may(user, "booking.manage")
    at = timezone.now()
    form, seen = CallForm(), None
    if request.method == "POST":
        mine = Choice.objects.filter(booking__in=_seen(user, county, at)).select_related("booking__identity")
        choice = get_object_or_404(mine, pk=row_id(request.POST.get("choice", "")))
        who: dict[str, Any] = {"county": county, "by": user, "at": at}
        try:
            with transaction.atomic():
                if request.POST.get("do") == "show":
                    seen = choice.pk, identities.read(identity=choice.booking.identity, reason=REASON, **who)
                else:
                    form = CallForm(request.POST)
                    if form.is_valid():
                        said = form.cleaned_data
                        choices.record_call(choice=choice, outcome=CallOutcome(said["outcome"]), again_at=said["again_at"], **who)
                        messages.info(request, _("已记录。"))
                        return HttpResponseRedirect(reverse("admin:calls"))
                    messages.error(request, _("请选择结果；再次联系的时间请写成 2026-02-24 09:00 的样子。"))
        except Refused as refusal:
            messages.error(request, refusal.sentence)
    context = {
        **admin.site.each_context(request),
        "title": _("变更后的联系名单"),
        "lists": _lists(user, county, at, seen),
        "form": form,
        "outcomes": CallOutcome.choices,
        "able": button(user, "identity.read"),
        "reason": REASON,
    }
    return render(request, "admin/calls.html", context)


def _seen(user: User, county: County, at: datetime) -> Any:
    return Booking.objects.unaccusing(user, on=at.astimezone(county.zone).date()).order_by().values("pk")


def _lists(user: User, county: County, at: datetime, seen: tuple[int, Person] | None) -> list[dict[str, object]]:
    """The rows by what is to be done: now, by another way than the phone, later, and told but not settled."""
    rows = Choice.objects.to_call(on=at.astimezone(county.zone).date()).filter(booking__in=_seen(user, county, at))
    rows = rows.select_related("booking__identity", "booking__sitting__day", "booking__leader", "booking__agent")
    lists: dict[str, list[Choice]] = {"now": [], "unreachable": [], "later": [], "told": []}
    for choice in rows.order_by("-trouble", "booking__sitting__day__day", "made_at", "pk"):
        if choice.told_at:
            lists["told"].append(choice)
        elif choice.again_at and choice.again_at > at:
            lists["later"].append(choice)
        else:
            lists["now" if choice.booking.reachable and choice.booking.identity.phone_index else "unreachable"].append(choice)
    titles = {
        "now": _("要打电话的"),
        "unreachable": _("没有可联系电话的：请写信，或托乡镇窗口转告"),
        "later": _("没有接通，稍后再打"),
        "told": _("已告知，还须另选一场"),
    }
    return [
        {
            "key": key,
            "title": titles[key],
            "count": len(found),
            "rows": [_row(choice, county, seen) for choice in found[:MOST]],
            "more": max(len(found) - MOST, 0),
        }
        for key, found in lists.items()
    ]


def _row(choice: Choice, county: County, seen: tuple[int, Person] | None) -> Row:
    booking = choice.booking
    person = seen[1] if seen and seen[0] == choice.pk else None
    counter = ""
    if booking.agent:
        grant = RoleGrant.objects.filter(user=booking.agent, department__isnull=False).select_related("department").first()
        counter = str(grant.department) if grant and grant.department else ""
    return Row(
        choice,
        identities.masked(booking.identity, county=county),
        standing.changed(choice),
        codes.show_number(booking.number),
        counter,
        choice.calls.count(),
        person,
    )
