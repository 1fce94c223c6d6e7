"""Write the minutes of a reception, correct them, and print what is signed."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from petitions import papers, terms, words
from petitions.actions import receptions
from petitions.forms import minutes as forms
from petitions.models import Case, Minutes
from petitions.views.desk import printed
from reception import codes
from reception.actions import identities, tracking
from reception.actions.candidates import receives
from reception.admin.base import button, may, signed_in
from reception.errors import Refused
from reception.models import Booking, BookingState, County, User
from reception.models.calendar import work_calendar
from reception.roles import permits

# A usual time for a department to answer; the clerk changes it.
USUAL_DAYS = 30
# What a reception usually takes, and longer than which none is thought to have lasted; the clerk writes what it was.
USUAL, LONGEST = timedelta(minutes=20), timedelta(hours=2)


def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """The form for the minutes of one booking that was called or received; once they are written, the case's page."""
    user, county = signed_in(request)
    may(user, "minutes.record")
    booking = _booking(user, county, pk)
    written = Minutes.objects.current().filter(booking=booking).first()
    if written and request.method != "POST":
        return _to_case(written)
    at, called = timezone.now(), booking.state in (BookingState.CALLED, BookingState.RECEIVED)
    proposed = receptions.earlier(booking, user, on=timezone.localdate(at, timezone=county.zone))
    limit = terms.latest_for_task(booking.day, work_calendar(county))
    begun, ended = _times(booking, at)
    initial = forms.fresh(
        booking, begun_at=begun, ended_at=ended, zone=county.zone, due_on=booking.day + timedelta(days=USUAL_DAYS)
    )
    form = forms.MinutesForm(request.POST or None, booking=booking, proposed=proposed, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = receptions.conclude(
                booking=booking,
                account=form.account(booking.day, county.zone),
                key=form.cleaned_data["key"],
                joins=form.cleaned_data["joins"],
                county=county,
                by=user,
                at=at,
            )
            messages.success(request, _("已保存接访记录。请打印受理单，双方签名。"))
            return _to_case(made)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    context = _form_page(request, booking, county, form, proposed) | {
        "title": _("接访记录"),
        "called": called,
        "limit": words.how_limit(limit),
        "latest": limit.due,
        "save": button(user, "minutes.record"),
    }
    return render(request, "admin/minutes.html", context)


def _times(booking: Booking, at: datetime) -> tuple[datetime, datetime]:
    """When a reception began, as it was entered in the hall or from paper, and when it ended: now, while it may still last."""
    steps = booking.steps.filter(action__in=("call", "receive")).order_by("-at", "-pk")
    begun = steps.values_list("at", flat=True).first() or at
    return begun, at if at < begun + LONGEST else begun + USUAL


def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """A new version of the minutes, with the reason; the old ones stay."""
    user, county = signed_in(request)
    may(user, "minutes.correct")
    last = get_object_or_404(Minutes.objects.select_related("case", "leader"), pk=pk)
    booking = _booking(user, county, last.booking_id)
    limit = terms.latest_for_task(booking.day, work_calendar(county))
    form = forms.MinutesForm(
        request.POST or None, booking=booking, proposed=[], correcting=True, initial=forms.of(last, county.zone)
    )
    if request.method == "POST" and form.is_valid():
        try:
            fresh = receptions.correct(
                minutes=last,
                account=form.account(booking.day, county.zone),
                reason=form.cleaned_data["reason"],
                key=form.cleaned_data["key"],
                county=county,
                by=user,
                at=timezone.now(),
            )
            messages.success(request, _("已保存第 %(version)d 版。请重新打印受理单，双方签名。") % {"version": fresh.version})
            return _to_case(fresh)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    context = _form_page(request, booking, county, form, []) | {
        "title": _("更正接访记录（第 %(version)d 版）") % {"version": last.version},
        "called": True,
        "correcting": last,
        "limit": words.how_limit(limit),
        "latest": limit.due,
        "save": button(user, "minutes.correct"),
    }
    return render(request, "admin/minutes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipt as PDF, with the name masked. POST gives the visitor a new tracking code and prints it; the old one opens nothing more."""
    user, county = signed_in(request)
    found, at, code = _visible(user, pk, county), timezone.now(), ""
    if request.method == "POST":
        try:
            code = tracking.reissue(booking=found.booking, county=county, by=user, at=at)
        except Refused as refusal:
            messages.error(request, refusal.sentence)
            return _to_case(found)
    person = identities.masked(found.case.identity, county=county)
    return printed(papers.receipt(found, county=county, person=person, at=at, code=code))


@require_POST
def registration(request: HttpRequest, pk: int) -> HttpResponse:
    """The registration form as PDF. Whoever may read identities gets them in full, and the reading is in the journal."""
    user, county = signed_in(request)
    found, at = _visible(user, pk, county), timezone.now()
    if permits(user.held, "identity.read"):
        person = identities.read(identity=found.case.identity, reason=_("打印接访登记表"), county=county, by=user, at=at)
        shown = {
            "name": person.name,
            "phone": person.phone,
            "id_number": person.id_number or person.other_paper,
            "address": person.address,
        }
    else:
        shown = identities.masked(found.case.identity, county=county)
    return printed(papers.registration(found, county=county, person=shown, people=found.booking.people, at=at))


def _booking(user: User, county: County, pk: int) -> Booking:
    """The booking, unless it accuses the person asking: then it does not exist for them."""
    rows = Booking.objects.unaccusing(user, on=timezone.localdate(timezone=county.zone)).select_related(
        "sitting__day", "sitting__leader", "sitting__place", "topic", "identity", "accused_leader", "accused_department"
    )
    return get_object_or_404(rows, pk=pk)


def _visible(user: User, pk: int, county: County) -> Minutes:
    on = timezone.localdate(timezone=county.zone)
    found = get_object_or_404(
        Minutes.objects.select_related("case__joins", "booking__sitting__place", "leader", "recorded_by"), pk=pk
    )
    if not Case.objects.visible_to(user, on=on).filter(pk=found.case_id).exists():
        raise Http404
    return found


def _form_page(request: HttpRequest, booking: Booking, county: County, form: forms.MinutesForm, proposed: Any) -> dict[str, Any]:
    return {
        **admin.site.each_context(request),
        "booking": booking,
        "number": codes.show_number(booking.number),
        "person": identities.masked(booking.identity, county=county),
        "receives": receives(booking.sitting),
        "form": form,
        "proposed": proposed,
        "attending": booking.sitting.attendances.select_related("department").order_by("department__code"),
    }


def _to_case(found: Minutes) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:case", args=[found.case_id]))
