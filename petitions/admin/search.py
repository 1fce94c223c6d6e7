"""One box for the whole site: cases, bookings, days, people and lists, of what the reader may see."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from petitions.actions import finding
from petitions.models import Case
from reception import codes
from reception.actions import handling
from reception.admin.base import signed_in
from reception.models import Booking, County, ReceptionDay, User
from reception.roles import permits

MOST = 20
OF_A_TABLE = 8
# What is shorter is no telephone number.
SHORTEST_PHONE = 7


class SearchForm(forms.Form):
    """Asked by POST alone: what is typed may name somebody, and no name is ever in an address."""

    q = forms.CharField(
        label=gettext_lazy("查找"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"type": "search", "autocomplete": "off", "aria-describedby": "search-help", "autofocus": True}
        ),
    )


@dataclass(frozen=True)
class Hit:
    url: str
    words: str
    more: str = ""


@dataclass(frozen=True)
class Group:
    """What was found of one kind; where there is more, `all_url` leads to the list."""

    title: str
    hits: list[Hit]
    all_url: str = ""


def search(request: HttpRequest) -> HttpResponse:
    """``admin:search``: the box, and what was found, by kind."""
    user, county = signed_in(request)
    form = SearchForm(request.POST if request.method == "POST" else None)
    groups: list[Group] = []
    if form.is_valid():
        said, at = form.cleaned_data["q"].strip(), timezone.now()
        groups = [group for group in _found(request, said, user, county, at) if group.hits]
    context = {
        **admin.site.each_context(request),
        "title": _("查找"),
        "form": form,
        "groups": groups,
        "asked": form.is_bound and form.is_valid(),
    }
    return render(request, "admin/search.html", context)


def _found(request: HttpRequest, said: str, user: User, county: County, at: datetime) -> Iterator[Group]:
    if permits(user.held, "roster.view"):
        yield Group(_("接访日"), _days(said))
    if permits(user.held, "case.list"):
        yield _cases(said, user, county, at)
    if permits(user.held, "booking.manage"):
        yield Group(_("预约"), _bookings(said, user, county, at))
    for model, of in sorted(admin.site._registry.items(), key=lambda pair: str(pair[0]._meta.verbose_name_plural)):
        if of.search_fields and of.has_view_permission(request):
            yield _rows(request, said, model, of)


def _days(said: str) -> list[Hit]:
    try:
        wanted = date.fromisoformat(said)
    except ValueError:
        return []
    return [Hit(reverse("admin:day", args=[day.pk]), str(day)) for day in ReceptionDay.objects.filter(day=wanted)]


def _cases(said: str, user: User, county: County, at: datetime) -> Group:
    seen = Case.objects.visible_to(user, on=at.astimezone(county.zone).date())
    narrowed = not permits(user.held, "case.view")
    found = finding.find(said=said, rows=seen, narrowed=narrowed, county=county, by=user, at=at)
    rows = finding.cases_of(found).select_related("topic")[:MOST]
    hits = [
        Hit(
            reverse("admin:case", args=[case.pk]),
            codes.show_number(case.number),
            f"{case.get_status_display()} · {Truncator(case.matter).chars(40)}",
        )
        for case in rows
    ]
    more = len(found.ids) > len(hits)
    return Group(_("信访事项"), hits, reverse("admin:petitions_case_changelist") if more else "")


def _bookings(said: str, user: User, county: County, at: datetime) -> list[Hit]:
    try:
        number = codes.read_number(said)
    except codes.Mistyped:
        digits = sum(character.isdecimal() for character in said)
        by = {"phone": said} if digits >= SHORTEST_PHONE else {"name": said}
        rows = handling.find(county=county, by=user, at=at, **by)[:MOST]
    else:
        rows = list(Booking.objects.visible_to(user, on=at.astimezone(county.zone).date()).filter(number=number))
    return [
        Hit(reverse("admin:booking", args=[row.pk]), codes.show_number(row.number), f"{row.day} · {row.get_state_display()}")
        for row in rows
    ]


def _rows(request: HttpRequest, said: str, model: Any, of: Any) -> Group:
    rows, _twice = of.get_search_results(request, of.get_queryset(request), said)
    found = list(rows.distinct()[: OF_A_TABLE + 1])
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    hits = [Hit(reverse(f"{name}_change", args=[row.pk]), str(row)) for row in found[:OF_A_TABLE]]
    return Group(str(model._meta.verbose_name_plural), hits, reverse(f"{name}_changelist") if len(found) > OF_A_TABLE else "")
