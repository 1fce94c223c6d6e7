"""One's own booking, by number and code: where it stands, keep it, move it, cancel it. For half an hour; no account, nothing kept."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reception import browsers, codes, opened, scope, standing, visitors
from reception.actions import booking_steps, bookings, choices, early_answers, identities, opening, uploads, wishes
from reception.errors import Refused
from reception.forms.tracking import MoveForm, NumberAndCode
from reception.http import prefix
from reception.models import Booking, BookingState, County, EarlyAnswer, Sitting, User
from reception.views.accounts import cleared

P = ParamSpec("P")


@dataclass(frozen=True)
class Visit:
    """A browser that has opened a booking: the booking as it is now, followed to wherever it was moved."""

    request: HttpRequest
    county: County
    booking: Booking
    at: datetime

    @property
    def who(self) -> dict[str, Any]:
        """What every action is told: the citizen acts through the portal."""
        return {"booking": self.booking, "county": self.county, "by": User.objects.system(), "at": self.at}

    def page(self, template: str, context: dict[str, Any]) -> HttpResponse:
        stand = standing.Standing(self.booking, self.county, self.at)
        shared = {"stand": stand, "booking": self.booking, "county": self.county, "slug": self.county.slug, "prefix": prefix()}
        shared |= {"number": codes.show_number(self.booking.number), "today": timezone.localdate(self.at)}
        return render(self.request, template, shared | context)


def owned(view: Callable[Concatenate[Visit, P], HttpResponse]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page of the booking that this browser has opened; whoever has none, or none any more, is asked for number and code."""

    @opened.private
    @wraps(view)
    def shown(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        at = timezone.now()
        kept = opened.now(request, at=at)
        if kept is None:
            return opened.again(request)
        if kept.kind != "booking":
            return HttpResponseRedirect(kept.page)
        county = County.objects.get(pk=kept.county_id)
        with scope.county(county), timezone.override(county.zone):
            rows = Booking.objects.select_related("sitting__day", "sitting__place", "sitting__post", "identity", "topic")
            found = booking_steps.now_of(rows.get(uid=kept.uid))
            return view(Visit(request, county, found, at), *args, **kwargs)

    return shown


@opened.private
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
@sensitive_variables("said")
def ask(request: HttpRequest) -> HttpResponse:
    """Number and code; an address with ``?n=`` has the number filled in. What does not exist is answered as a wrong code is."""
    form = NumberAndCode(request.POST or None, initial={"number": request.GET.get("n", "")[:20]})
    if request.method == "POST" and form.is_valid():
        said, at = form.cleaned_data, timezone.now()
        try:
            found = opening.open_row(
                number=said["number"],
                code=said["code"],
                address=get_adapter().get_client_ip(request),
                known=browsers.knows(request, said["number"]),
                at=at,
            )
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            response = HttpResponseRedirect(opened.keep(request, found, at=at).page)
            browsers.remember(response, request, said["number"])
            return response
    return render(request, "track/ask.html", {"form": form, "prefix": prefix(), "open": opened.now(request, at=timezone.now())})


@opened.private
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close what is open in this browser."""
    opened.close(request)
    messages.info(request, _("已退出查询。"))
    return cleared(HttpResponseRedirect(reverse("reception:track")))


@require_http_methods(["GET", "HEAD", "POST"])
@owned
def case(visit: Visit) -> HttpResponse:
    """Where it stands, what comes, what changed, and who opened the identity; a POST takes or leaves an answer given before the day."""
    booking, county = visit.booking, visit.county
    early = early_answers.shown(booking)
    if visit.request.method == "POST":
        return _decide(visit, early)
    choice = standing.Standing(booking, county, visit.at).choice
    context = {
        "choice": choice,
        "changed": standing.changed(choice) if choice else [],
        "timeline": standing.timeline(booking),
        "early_answer": early,
        "undecided": early_answers.undecided(early),
        "materials": [name for _row, name in uploads.named(booking.uploads.order_by("pk"), county=county)],
        "notices": standing.notices(booking),
        "readings": standing.readings(booking, county),
        "masked": identities.masked(booking.identity, county=county),
        "position": standing.position(booking) if booking.state == BookingState.WAITLISTED else None,
        "sends_sms": visitors.sends_sms(booking.identity),
        "earlier": [codes.show_number(row.number) for row in standing.chain(booking)[:-1]],
    }
    return visit.page("track/case.html", context)


def _decide(visit: Visit, early: EarlyAnswer | None) -> HttpResponse:
    """Take the answer that was shown, or keep the place; never another answer than the one that was read."""
    verbs = {"accept_answer": early_answers.accept, "keep_place": early_answers.keep}
    verb = verbs.get(visit.request.POST.get("do", ""))
    try:
        if verb is None or early is None or str(early.uid) != visit.request.POST.get("answer"):
            raise Refused(_("答复已有变化，请看下面的最新内容再选择。"))
        with transaction.atomic():
            verb(answer=early, county=visit.county, by=visit.who["by"], at=visit.at)
        messages.info(visit.request, _("已记下您的选择。"))
    except Refused as refusal:
        messages.error(visit.request, refusal.sentence)
    return HttpResponseRedirect(reverse("reception:track_case"))


@require_safe
@owned
def slip(visit: Visit) -> HttpResponse:
    """The receipt once more, to print: without the code, which nobody has in clear."""
    return visit.page("track/slip.html", {"masked": identities.masked(visit.booking.identity, county=visit.county)})


@require_POST
@owned
def keep(visit: Visit) -> HttpResponse:
    """The place is kept as it is now."""
    return _done(visit, choices.keep, _("已记下：您保留这个预约。"))


@require_POST
@owned
def sms(visit: Visit) -> HttpResponse:
    """Short messages, or none."""
    identity, wanted = visit.booking.identity, visit.request.POST.get("wanted") == "1"
    if not visitors.sends_sms(identity):
        raise Http404
    with transaction.atomic():
        wishes.want_sms(identity=identity, wanted=wanted, county=visit.county, by=visit.who["by"], at=visit.at)
    messages.info(visit.request, _("已记下：有新情况会给您发短信。") if wanted else _("已记下：不再给您发短信。"))
    return HttpResponseRedirect(reverse("reception:track_case"))


@require_http_methods(["GET", "HEAD", "POST"])
@owned
def cancel(visit: Visit) -> HttpResponse:
    """Ask once, kindly; no reason is needed."""
    if visit.request.method == "POST":
        return _done(visit, bookings.cancel, _("预约已取消，名额已让给别人。谢谢您提前告诉我们。"), reason="")
    return visit.page("track/cancel.html", {})


@require_http_methods(["GET", "HEAD", "POST"])
@owned
def move(visit: Visit) -> HttpResponse:
    """Choose another sitting: the new place first, and only then the old one is given up."""
    form = MoveForm(visit.request.POST or None)
    if visit.request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                moved = bookings.move(to=_chosen(form), key=form.cleaned_data["key"], wait=True, **visit.who)
        except Refused as refusal:
            form.add_error("sitting", refusal.sentence)
        else:
            number = codes.show_number(moved.number)
            messages.info(visit.request, _("已改期。新编号是 %(number)s，原来的编号和查询码仍然可用。") % {"number": number})
            response = HttpResponseRedirect(reverse("reception:track_case"))
            browsers.remember(response, visit.request, moved.number)
            return response
    context = {
        "form": form,
        "key": form.data.get("key") or uuid.uuid4(),
        "offers": standing.offers(visit.booking, visit.county, at=visit.at),
        "waits": bookings.has_no_place(visit.booking),
    }
    return visit.page("track/move.html", context)


def _chosen(form: MoveForm) -> Sitting:
    found: Sitting | None = Sitting.objects.filter(uid=form.cleaned_data["sitting"]).first()
    if found is None:
        raise Refused(_("请从列出的场次中选择。"))
    return found


def _done(visit: Visit, action: Callable[..., Any], said: str, **more: Any) -> HttpResponse:
    try:
        with transaction.atomic():
            action(**visit.who, **more)
        messages.info(visit.request, said)
    except Refused as refusal:
        messages.error(visit.request, refusal.sentence)
    return HttpResponseRedirect(reverse("reception:track_case"))
