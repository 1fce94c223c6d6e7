"""Book for someone at a counter or by telephone: choose a sitting, which holds a place, then everything on one page."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from reception.actions import assist as deeds
from reception.actions import handling, places
from reception.admin.base import signed_in
from reception.admin.booking import slip_page
from reception.errors import Refused
from reception.forms.bookings import AssistForm
from reception.models import Booking, County, Sitting, User


def assist(request: HttpRequest) -> HttpResponse:
    """The sittings that can be booked; then the form; then the slip. Nothing typed is lost by a refusal."""
    user, county = signed_in(request)
    at = timezone.now()
    if not deeds.opens_to(user, on=timezone.localdate(at, timezone=county.zone)):
        raise PermissionDenied
    offered = handling.open_sittings(county=county, at=at)
    if request.method != "POST":
        return _choose(request, offered)
    sittings = [sitting for sitting, _free in offered]
    if request.POST.get("do") == "book":
        form = AssistForm(sittings, county, request.POST)
        if form.is_valid():
            try:
                receipt = deeds.book(
                    sitting=form.chosen,
                    request=form.request(),
                    key=form.cleaned_data["key"],
                    county=county,
                    by=user,
                    at=at,
                    wait=form.cleaned_data["wait"],
                )
                booked = Booking.objects.select_related("sitting__place", "leader").get(pk=receipt.booking.pk)
                return slip_page(request, booked, receipt.code, county)
            except Refused as refusal:
                form.add_error(None, refusal.sentence)
        return _page(request, form, offered, _held(form, user, county, at))
    form = AssistForm(
        sittings, county, initial={"key": uuid.uuid4(), "sitting": request.POST.get("sitting"), "way": "counter", "people": 1}
    )
    return _page(request, form, offered, _held(form, user, county, at, say=messages.error, request=request))


def _held(form: AssistForm, user: User, county: County, at: datetime, *, say: Any = None, request: Any = None) -> datetime | None:
    """Hold a place of the chosen sitting for this form, and until when; None where there is none to hold."""
    sitting = _sitting(form)
    key = _key(form)
    if sitting is None or key is None:
        return None
    try:
        return deeds.hold(sitting=sitting, key=key, county=county, by=user, at=at)
    except places.Full:
        if say:
            say(request, _("这一场已约满。可以登记候补，或另选一场。"))
        return None
    except Refused as refusal:
        if say:
            say(request, refusal.sentence)
        return None


def _sitting(form: AssistForm) -> Sitting | None:
    value = form["sitting"].value()
    return form.sittings.get(int(value)) if str(value or "").isdecimal() else None


def _key(form: AssistForm) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(form["key"].value()))
    except ValueError:
        return None


def _choose(request: HttpRequest, offered: list[tuple[Sitting, int]]) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": _("代为登记预约"), "offered": offered}
    return render(request, "admin/assist_choose.html", context)


def _page(request: HttpRequest, form: AssistForm, offered: list[tuple[Sitting, int]], until: datetime | None) -> HttpResponse:
    chosen = _sitting(form)
    context = {
        **admin.site.each_context(request),
        "title": _("代为登记预约"),
        "form": form,
        "offered": offered,
        "chosen": chosen,
        "until": until,
        "groups": _groups(form),
    }
    return render(request, "admin/assist.html", context)


def _groups(form: AssistForm) -> list[dict[str, Any]]:
    """The fields by what they ask about; those the county does not collect are not there."""
    groups = [
        (_("怎么来的"), ("way",)),
        (_("谁来"), ("name", "phone", "no_phone", "id_number", "other_paper", "address", "people", "representatives")),
        (_("为什么事"), ("topic", "matter", "wish", "earlier_number", "accused_leader", "accused_department")),
    ]
    return [{"title": title, "fields": [form[name] for name in names if name in form.fields]} for title, names in groups]
