"""What goes with the day sheet: registering a walk-in, tickets, the papers for a day without power, and entering them afterwards."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from reception import codes, day_papers, printing, words
from reception.actions import hall, identities, line, paper_day
from reception.actions.candidates import receives
from reception.actions.submissions import Receipt
from reception.admin.base import may, signed_in
from reception.admin.day_sheet import minutes_of
from reception.errors import Refused
from reception.forms.day import TimesForm, WalkInForm
from reception.models import (
    Booking,
    BookingState,
    DayState,
    Leader,
    ReceptionDay,
    Sitting,
    SittingState,
    Substitution,
    SubstitutionState,
)
from reception.workflows.booking import IN_HALL

# The day's list, sitting by sitting.
ORDER = ("sitting__rotation__position", "sitting__starts", "sitting_id", "ticket")
Register = Callable[[WalkInForm], Receipt]


@cache_control(no_store=True, private=True)
@sensitive_post_parameters()
def walk_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Register someone who came without a booking, and show the number and the code, once."""
    user, county = signed_in(request)
    may(user, "day.run")
    day = get_object_or_404(ReceptionDay, pk=pk)
    form = _walk_in_form(request, day, given=request.method == "POST")

    def register(form: WalkInForm) -> Receipt:
        sitting, asked = form.asked()
        who: dict[str, Any] = {"county": county, "by": user, "at": timezone.now()}
        return hall.walk_in(sitting=sitting, request=asked, key=form.cleaned_data["key"], **who)

    receipt = _registered(request, form, register)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("%(day)s 现场登记") % {"day": day.day},
        "day": day,
        "form": form,
    }
    if receipt:
        context |= {
            "booking": receipt.booking,
            "number": codes.show_number(receipt.booking.number),
            "code": codes.show_code(receipt.code),
            "minutes": minutes_of(receipt.booking),
        }
        return render(request, "admin/walk_in_done.html", context)
    return render(request, "admin/walk_in.html", context)


@cache_control(no_store=True, private=True)
@require_safe
def ticket(request: HttpRequest, pk: int) -> HttpResponse:
    """The ticket of a booking that has a number, as a small PDF."""
    user, county = signed_in(request)
    may(user, "day.run")
    rows = Booking.objects.select_related("sitting__day", "sitting__leader", "sitting__post", "sitting__place")
    rows = rows.unaccusing(user, on=timezone.localdate(timezone=county.zone))
    booking = get_object_or_404(rows, pk=pk, ticket__isnull=False)
    said = day_papers.tickets(
        bureau=county.bureau,
        day=booking.sitting.day.day,
        room=_room(booking.sitting, receives(booking.sitting)),
        ticket=booking.ticket or 0,
    )
    return _pdf(request, "ticket", said, booking.sitting.day, f"ticket-{booking.ticket}")


@cache_control(no_store=True, private=True)
@require_POST
def papers(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything for a day on paper, as one PDF. It holds names: a POST, for each reading is put on record."""
    user, county = signed_in(request)
    may(user, "day.run")
    day = get_object_or_404(ReceptionDay, pk=pk)
    at = timezone.now()
    try:
        sheets = paper_day.sheets(day=day, county=county, by=user, at=at)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return HttpResponseRedirect(reverse("admin:day_sheet", args=[day.pk]))
    rooms = [_room(sheet.sitting, sheet.leader, sheet.listed) for sheet in sheets]
    said = day_papers.pack(county=county.name, bureau=county.bureau, day=day.day, rooms=rooms)
    return _pdf(request, "day_pack", said, day, f"reception-day-{day.day}")


@cache_control(no_store=True, private=True)
@sensitive_post_parameters()
def paper_entry(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter what was written on paper: each booking of the day that has no end yet is a line; walk-ins have a form below."""
    user, county = signed_in(request)
    may(user, "day.run")
    day = get_object_or_404(ReceptionDay, pk=pk)
    who: dict[str, Any] = {"county": county, "by": user, "at": timezone.now()}
    seen = Booking.objects.unaccusing(user, on=timezone.localdate(who["at"], timezone=county.zone)).filter(sitting__day=day)
    do = request.POST.get("do", "")
    typed = request.POST if do == "lines" else None
    rows, saved = [], 0
    for booking in _open_bookings(day, seen):
        form = TimesForm(typed, prefix=str(booking.pk))
        refusal = ""
        if typed is not None and form.is_valid() and not form.says_nothing:
            try:
                paper_day.enter(booking=booking, times=form.times(), **who)
                saved += 1
                continue
            except Refused as refused:
                refusal = refused.sentence
        rows.append((booking, identities.masked(booking.identity, county=county), codes.show_number(booking.number), form, refusal))
    if saved:
        messages.success(request, _("已补录 %(count)d 批。") % {"count": saved})
    wrong = any(refusal or form.errors for _b, _m, _n, form, refusal in rows)
    if do == "lines" and not wrong:
        return HttpResponseRedirect(request.path)
    walk = _walk_in_form(request, day, given=do == "walk_in")
    times = TimesForm(request.POST if do == "walk_in" else None, prefix="walk")

    def register(form: WalkInForm) -> Receipt:
        sitting, asked = form.asked()
        if times.says_nothing:
            raise Refused(_("请选择结果：已接访、未到或未能接访。"))
        key = form.cleaned_data["key"]
        return paper_day.enter_walk_in(sitting=sitting, request=asked, key=key, times=times.times(), **who)

    receipt = _registered(request, walk, register) if do == "walk_in" and times.is_valid() else None
    if receipt:
        messages.success(request, _("已补录：%(ticket)s 号。") % {"ticket": receipt.booking.ticket})
        return HttpResponseRedirect(request.path)
    context = {
        **admin.site.each_context(request),
        "title": _("%(day)s 纸质接访补录") % {"day": day.day},
        "day": day,
        "rows": rows,
        "form": walk,
        "times": times,
        "entered": _entered(seen),
    }
    return render(request, "admin/paper_entry.html", context)


def _open_bookings(day: ReceptionDay, seen: "QuerySet[Booking]") -> list[Booking]:
    if day.state not in (DayState.PUBLISHED, DayState.IN_PROGRESS):
        return []
    states = [*line.EXPECTED, *IN_HALL, BookingState.NO_SHOW]
    rows: Any = seen.filter(state__in=states)
    return list(rows.select_related("sitting__day", "sitting__leader", "identity").order_by(*ORDER, "submitted_at"))


def _entered(seen: "QuerySet[Booking]") -> list[tuple[Booking, list[Any]]]:
    """What has been entered from paper, with both times of each step."""
    rows: Any = seen.filter(steps__recorded_at__isnull=False).distinct()
    ordered = rows.select_related("sitting__leader", "identity").order_by(*ORDER)
    return [(row, list(row.steps.filter(recorded_at__isnull=False).order_by("at", "pk"))) for row in ordered]


def _walk_in_form(request: HttpRequest, day: ReceptionDay, *, given: bool) -> WalkInForm:
    rows = Sitting.objects.filter(day=day, state=SittingState.PUBLISHED).select_related("leader", "day")
    data = request.POST if given else None
    return WalkInForm(data, sittings=rows.order_by("rotation__position", "starts"), initial={"key": uuid.uuid4()})


def _registered(request: HttpRequest, form: WalkInForm, register: Register) -> Receipt | None:
    """The receipt of a form that is whole and allowed; else None, the form then says why and keeps what was typed."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return register(form)
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return None


def _room(sitting: Sitting, leader: Leader, listed: tuple[paper_day.Listed, ...] = ()) -> day_papers.Room:
    # Whoever stands in receives in a post of their own.
    over = Substitution.objects.filter(sitting=sitting, state=SubstitutionState.IN_FORCE).select_related("post").first()
    post = over.post if over and over.post else sitting.post
    return day_papers.Room(
        leader=leader.name,
        leader_en=leader.name_en,
        post=post.name,
        post_en=post.name_en,
        place=sitting.place.name,
        starts=sitting.starts,
        ends=sitting.ends,
        departments=[row.department.name for row in sitting.attendances.select_related("department")],
        visits=[_visit(one) for one in listed],
    )


def _visit(one: paper_day.Listed) -> day_papers.Visit:
    booking, person = one.booking, one.person
    return day_papers.Visit(
        ticket=booking.ticket,
        number=codes.show_number(booking.number),
        name=person.name if person else "—",
        phone=person.phone if person else "",
        id_number=(person.id_number or person.other_paper) if person else "",
        address=person.address if person else "",
        people=booking.people,
        representatives=[rep.name for rep in one.representatives],
        topic=booking.topic.name,
        matter=booking.matter,
        wish=booking.wish,
        earlier_number=booking.earlier_number,
    )


def _pdf(request: HttpRequest, template: str, said: Mapping[str, Any], day: ReceptionDay, name: str) -> HttpResponse:
    try:
        content = printing.compile(template, said, lang="en" if words.english() else "zh", at=timezone.now())
    except printing.Unprintable:
        messages.error(request, _("暂时无法生成 PDF，管理人员已能看到这个问题。请先在页面上打印。"))
        return HttpResponseRedirect(reverse("admin:day_sheet", args=[day.pk]))
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}.pdf"'})
