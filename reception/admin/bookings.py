"""The list of bookings: by day, by state, by topic; a table and a printed list of one day. Names are masked everywhere here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from reception import codes
from reception.actions import assist, handling, identities
from reception.admin.base import may, signed_in
from reception.cells import comma_separated
from reception.forms.bookings import FindForm, PickForm
from reception.models import Booking, BookingState, County, Sitting, SittingState, User
from reception.roles import permits
from reception.workflows.booking import HOLDING

A_PAGE = 50
# So many days to come are counted at the head of the list.
DAYS = 6


@dataclass(frozen=True)
class Line:
    """A booking of the list, with what may be shown of who it is."""

    booking: Booking
    name: str
    number: str


@dataclass(frozen=True)
class Total:
    """A day at a glance, of the bookings that the reader may know of."""

    day: date
    leaders: str
    places: int
    confirmed: int
    waiting: int
    people: int


def bookings(request: HttpRequest) -> HttpResponse:
    """The list; someone who telephones is found by POST, so that neither name nor phone is ever in an address."""
    user, county = signed_in(request)
    may(user, "booking.view")
    at = timezone.now()
    on = timezone.localdate(at, timezone=county.zone)
    manages = permits(user.held, "booking.manage")
    pick, find = PickForm(request.GET or None), FindForm(request.POST if request.method == "POST" else None)
    visible = Booking.objects.visible_to(user, on=on)
    rows: Any = _picked(visible, pick, on)
    found = None
    if request.method == "POST":
        may(user, "booking.manage")
        if find.is_valid():
            said = find.cleaned_data
            found = handling.find(county=county, by=user, at=at, phone=said["phone"], name=said["name"])
    page: Any = Paginator(found if found is not None else rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        **admin.site.each_context(request),
        "title": _("预约"),
        "pick": pick,
        "find": find,
        "found": found is not None,
        "lines": _lines(page.object_list, county),
        "page": page,
        "asked": _asked(request),
        "totals": _totals(visible, on),
        "day": pick.cleaned_data.get("day") if pick.is_valid() else None,
        "manages": manages,
        "assists": assist.opens_to(user, on=on),
    }
    return render(request, "admin/bookings.html", context)


def day_print(request: HttpRequest, day: str) -> HttpResponse:
    """One day's bookings on paper, masked: for the bureau's own preparation."""
    user, county = signed_in(request)
    may(user, "booking.manage")
    wanted = _day(day)
    rows = _of_day(user, county, wanted)
    context = {
        **admin.site.each_context(request),
        "title": _("%(day)s 预约名单") % {"day": wanted},
        "day": wanted,
        "lines": _lines(rows, county),
        "made_at": timezone.now(),
    }
    return render(request, "admin/bookings_print.html", context)


def day_csv(request: HttpRequest, day: str) -> HttpResponse:
    """The same as a table, with a byte order mark so that spreadsheet programs read Chinese; no cell is taken for a formula."""
    user, county = signed_in(request)
    may(user, "booking.manage")
    wanted = _day(day)
    heads = [
        _("预约编号"),
        _("接访领导"),
        _("时间"),
        _("状态"),
        _("来访人"),
        _("来访人数"),
        _("类别"),
        _("登记方式"),
        _("有电话"),
        _("诉求"),
    ]
    lines = _lines(_of_day(user, county, wanted), county)
    response = HttpResponse(comma_separated([heads, *map(_cells, lines)]), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{county.slug}-bookings-{wanted}.csv"'
    return response


def _cells(line: Line) -> list[str]:
    row = line.booking
    return [
        line.number,
        row.leader.name,
        f"{row.sitting.starts:%H:%M}–{row.sitting.ends:%H:%M}",
        str(row.get_state_display()),
        line.name,
        str(row.people),
        row.topic.name,
        str(row.get_way_display()),
        _("是") if row.reachable else _("否"),
        " ".join(row.wish.split()),
    ]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error


def _of_day(user: User, county: County, day: date) -> "QuerySet[Booking]":
    """What is still to come or came on a day; what was moved, cancelled or guided away is not on the list."""
    on = timezone.localdate(timezone=county.zone)
    kept = (*HOLDING, BookingState.WAITLISTED, BookingState.PARKED, BookingState.NO_SHOW)
    found = Booking.objects.visible_to(user, on=on).filter(day=day, state__in=kept)
    rows: QuerySet[Booking] = found.select_related("leader", "topic", "identity", "sitting").order_by(
        "sitting__starts", "leader__code", "submitted_at", "pk"
    )
    return rows


def _picked(rows: "QuerySet[Booking]", pick: PickForm, on: date) -> "QuerySet[Booking]":
    """The rows the filters ask for; without any, those of today and later."""
    said = {name: value for name, value in pick.cleaned_data.items() if value} if pick.is_bound and pick.is_valid() else {}
    found = rows.filter(**said) if said else rows.filter(day__gte=on)
    return found.select_related("leader", "topic", "identity", "sitting").order_by("day", "sitting__starts", "submitted_at", "pk")


def _lines(rows: Iterable[Booking], county: County) -> list[Line]:
    return [Line(row, identities.masked(row.identity, county=county)["name"], codes.show_number(row.number)) for row in rows]


def _totals(rows: "QuerySet[Booking]", on: date) -> list[Total]:
    """The next days on which somebody receives."""
    coming = Sitting.objects.filter(state=SittingState.PUBLISHED, day__day__gte=on).select_related("day", "leader")
    days: dict[date, list[Sitting]] = {}
    for sitting in coming.order_by("day__day", "rotation__position"):
        if sitting.day.day in days or len(days) < DAYS:
            days.setdefault(sitting.day.day, []).append(sitting)
    holding = Q(state__in=HOLDING)
    counted = rows.filter(day__in=days).order_by().values("day")
    counts: dict[date, Any] = {
        row["day"]: row
        for row in counted.annotate(
            confirmed=Count("pk", filter=holding),
            waiting=Count("pk", filter=Q(state=BookingState.WAITLISTED)),
            coming=Sum("people", filter=holding),
        )
    }
    found = []
    for day, sittings in days.items():
        row = counts.get(day, {})
        leaders = _("、").join(str(sitting.leader) for sitting in sittings)
        places = sum(sitting.capacity for sitting in sittings)
        found.append(Total(day, leaders, places, row.get("confirmed", 0), row.get("waiting", 0), row.get("coming") or 0))
    return found


def _asked(request: HttpRequest) -> str:
    """What was asked, without the page: for the links to other pages of the same list."""
    asked = request.GET.copy()
    asked.pop("page", None)
    return asked.urlencode()
