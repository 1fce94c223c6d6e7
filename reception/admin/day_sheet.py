"""The clerk's page of the reception day: check in, call, receive, register walk-ins, begin and end. Works without a script."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control

from reception import codes
from reception.actions import arrivals, day_run, hall, identities, line, screen
from reception.actions.candidates import receives
from reception.admin.base import button, may, signed_in, written
from reception.errors import Refused
from reception.models import Booking, BookingState, County, DayState, ReceptionDay, Sitting, SittingState, User
from reception.workflows.booking import WORKFLOW

LABELS = {
    "check_in": gettext_lazy("签到"),
    "call_again": gettext_lazy("再叫一次"),
    "receive": gettext_lazy("接访"),
    "park": gettext_lazy("过号"),
    "unpark": gettext_lazy("回来了"),
    "miss": gettext_lazy("未到"),
    "call": gettext_lazy("优先叫号"),
    "leave": gettext_lazy("离开"),
    "correct": gettext_lazy("撤回签到"),
}
# In the order in which they are needed; those of the second row ask for a reason.
PLAIN = ("check_in", "receive", "call_again", "park", "unpark", "miss")
WITH_REASON = ("call", "leave", "correct")


@dataclass(frozen=True)
class Row:
    """One visitor on the sheet. `page` is where the booking is, `minutes` where its minutes are; empty without such a page."""

    booking: Booking
    who: dict[str, str]
    why: str
    buttons: list[tuple[str, str]]
    more: list[tuple[str, str]]
    page: str
    minutes: str


@dataclass(frozen=True)
class Panel:
    """One sitting on the sheet."""

    sitting: Sitting
    leader: Any
    line: line.Line
    called: Row | None
    with_leader: Row | None
    next_why: str
    waiting: list[Row]
    parked: list[Row]
    expected: list[Row]
    over: list[Row]
    minutes: int


@cache_control(no_store=True, private=True)
def day_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole day on one page, a section for each sitting."""
    user, county = signed_in(request)
    may(user, "day.run")
    day = get_object_or_404(ReceptionDay, pk=pk)
    found: list[arrivals.Found] = []
    if request.method == "POST":
        try:
            answer, found = _act(request, day, user, county)
            if answer:
                return answer
        except Refused as refusal:
            messages.error(request, refusal.sentence)
            if request.POST.get("do") != "find":
                return HttpResponseRedirect(_here(day, request.POST.get("at", "")))
    return render(request, "admin/day_sheet.html", _context(request, day, user, county) | {"found": found})


def today(county: County) -> ReceptionDay | None:
    """Today's reception day, published or under way, held or not."""
    on = timezone.localdate(timezone=county.zone)
    states = [DayState.PUBLISHED, DayState.IN_PROGRESS, DayState.HELD]
    found: ReceptionDay | None = ReceptionDay.objects.filter(day=on, state__in=states).first()
    return found


def minutes_of(booking: Booking) -> str:
    """Where the minutes of a reception are written; empty where that page is not there."""
    return _address("admin:minutes", booking)


def _address(name: str, booking: Booking) -> str:
    try:
        return reverse(name, args=[booking.pk])
    except NoReverseMatch:
        return ""


def _act(request: HttpRequest, day: ReceptionDay, user: User, county: County) -> tuple[HttpResponse | None, list[arrivals.Found]]:
    """Do what the button says; where to go then, or what was found by name."""
    do, said = request.POST.get("do", ""), request.POST
    who: dict[str, Any] = {"county": county, "by": user, "at": timezone.now()}
    if do == "find":
        return _find(request, day, who)
    if do == "begin":
        day_run.begin(day=day, **who)
    elif do == "end":
        ended = day_run.end(day=day, reason=said.get("reason", ""), **who)
        messages.success(
            request, _("接访已结束：接访 %(count)d 批。还没有写接访记录的，请在下面“已办”里逐一补写。") % {"count": ended.received}
        )
    elif do == "next":
        sitting = _number(said.get("sitting"), Sitting.objects.filter(day=day))
        called = hall.call_next(sitting=sitting, ticket=_whole(said.get("ticket")), **who)
        messages.success(request, _("请 %(ticket)s 号。") % {"ticket": called.ticket})
    elif do in LABELS:
        rows = Booking.objects.unaccusing(user, on=timezone.localdate(timezone=county.zone)).filter(sitting__day=day)
        booking = _number(said.get("booking"), rows.select_related("sitting__day"))
        return _one(request, booking, do, who), []
    else:
        raise Http404
    return HttpResponseRedirect(_here(day, said.get("at", ""))), []


def _one(request: HttpRequest, booking: Booking, do: str, who: dict[str, Any]) -> HttpResponse:
    """One step of one visitor."""
    reason = written(request, "reason")
    if do == "check_in":
        row = hall.check_in(booking=booking, **who)
        messages.success(request, _("已签到：%(ticket)s 号。") % {"ticket": row.ticket})
    elif do == "call":
        row = hall.call(booking=booking, reason=reason, **who)
        messages.success(request, _("请 %(ticket)s 号。") % {"ticket": row.ticket})
    else:
        row = hall.step(booking=booking, action=do, reason=reason, **who)
        messages.success(request, _("%(ticket)s 号：%(state)s。") % {"ticket": row.ticket or "—", "state": row.get_state_display()})
        if do == "receive" and minutes_of(row):
            return HttpResponseRedirect(minutes_of(row))
    return HttpResponseRedirect(_here(booking.sitting.day, request.POST.get("at", "")))


def _find(request: HttpRequest, day: ReceptionDay, who: dict[str, Any]) -> tuple[HttpResponse | None, list[arrivals.Found]]:
    """A number, typed or scanned, checks in at once; a name shows who it could be."""
    typed = request.POST.get("q", "")
    number = arrivals.read(typed)
    if number:
        row = hall.check_in(booking=arrivals.by_number(number, **who), **who)
        messages.success(request, _("已签到：%(ticket)s 号。") % {"ticket": row.ticket})
        return HttpResponseRedirect(_here(day)), []
    if arrivals.is_a_number(typed):
        messages.warning(
            request, _("编号“%(typed)s”不对，可能有一位写错了。请对照凭条再看一遍，或按姓名查找。") % {"typed": typed.strip()[:30]}
        )
        return None, []
    found = arrivals.by_name(typed, day=day, **who)
    if not found:
        messages.warning(request, _("今天没有这个姓名的预约。可以核对编号，或作为现场登记。"))
    return None, found


def _context(request: HttpRequest, day: ReceptionDay, user: User, county: County) -> dict[str, Any]:
    at = timezone.now()
    day = get_object_or_404(ReceptionDay, pk=day.pk)
    is_today = at.astimezone(county.zone).date() == day.day
    running = day.state == DayState.IN_PROGRESS and is_today
    accusing = Booking.objects.accusing(user, on=at.astimezone(county.zone).date()).filter(sitting__day=day)
    hidden = frozenset(accusing.values_list("pk", flat=True))
    panels = [_panel(sitting, county, at, running, hidden) for sitting in _sittings(day)]
    over = day.state == DayState.HELD
    return {
        **admin.site.each_context(request),
        "title": _("%(day)s 签到叫号") % {"day": day.day},
        "day": day,
        "is_today": is_today,
        "running": running,
        "panels": panels,
        "run": button(user, "day.run"),
        "read": button(user, "identity.read"),
        "unreceived": [_row(b, county, False) for b in day_run.unreceived(day) if b.pk not in hidden] if over else [],
        "next_dates": day_run.next_dates(day, county=county, at=at) if over else [],
        "still": sum(len(panel.waiting) + len(panel.parked) + bool(panel.called) for panel in panels),
        "screen": reverse("reception:hall", args=[county.slug, screen.token(day, county=county)]),
        "paper_days": day_run.PAPER_DAYS,
    }


def _sittings(day: ReceptionDay) -> list[Sitting]:
    rows = Sitting.objects.filter(day=day).exclude(state=SittingState.CANCELLED)
    return list(rows.select_related("day", "leader", "post", "place", "rotation").order_by("rotation__position", "starts", "pk"))


def _panel(sitting: Sitting, county: County, at: Any, running: bool, hidden: frozenset[int]) -> Panel:
    """One sitting, without those who complain of whoever looks; they keep their turn, and a colleague sees them."""
    now = line.of(sitting, county=county, at=at)

    def shown(bookings: Iterable[Booking]) -> list[Row]:
        return [_row(booking, county, running) for booking in bookings if booking.pk not in hidden]

    called = shown([now.called] if now.called else [])
    with_leader = shown([now.with_leader] if now.with_leader and not now.called else [])
    waiting = [one for one in now.waiting if one.booking.pk not in hidden]
    return Panel(
        sitting=sitting,
        leader=receives(sitting),
        line=now,
        called=called[0] if called else None,
        with_leader=with_leader[0] if with_leader else None,
        next_why=hall.why(now.next.place) if now.next else "",
        waiting=[_row(one.booking, county, running, hall.why(one.place)) for one in waiting],
        parked=shown(now.parked),
        expected=shown(now.expected),
        over=shown(now.over),
        minutes=round(now.each.total_seconds() / 60),
    )


def _row(booking: Booking, county: County, running: bool, why: str = "") -> Row:
    possible = [action for action in LABELS if running and WORKFLOW.allows(action, state=booking.state)]
    if booking.state == BookingState.PARKED and running:
        possible.append("call")
    return Row(
        booking,
        identities.masked(booking.identity, county=county) | {"number": codes.show_number(booking.number)},
        why,
        [(action, str(LABELS[action])) for action in PLAIN if action in possible],
        [(action, str(LABELS[action])) for action in WITH_REASON if action in possible],
        _address("admin:booking", booking),
        minutes_of(booking) if booking.state == BookingState.RECEIVED else "",
    )


def _number(given: str | None, rows: Any) -> Any:
    """The row of an id that a form holds."""
    return get_object_or_404(rows, pk=_whole(given))


def _whole(given: str | None) -> int:
    """A number that a form holds. Raises `Http404` for what our forms never send."""
    if not given or not given.isascii() or not given.isdecimal() or len(given) > 18:
        raise Http404
    return int(given)


def _here(day: ReceptionDay, at: str = "") -> str:
    anchor = f"#s{at}" if at.isascii() and at.isdecimal() else ""
    return reverse("admin:day_sheet", args=[day.pk]) + anchor
