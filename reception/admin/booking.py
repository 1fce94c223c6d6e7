"""The page of one booking: what it is about, who comes (masked), what was done, and what the bureau can do next."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from reception import codes, deeds, slips
from reception.actions import handling, identities, tracking
from reception.actions.booking_steps import PETITIONER
from reception.admin import history
from reception.admin.base import button, may, signed_in
from reception.errors import Refused
from reception.forms.bookings import CancelForm, DeclineForm, GuideForm, MoveForm, ReissueForm, WhyForm
from reception.models import Booking, BookingState, County, Entry, Identity, Sitting, User
from reception.roles import permits
from reception.workflows.booking import COMING, WORKFLOW

UPLOAD = "Upload"
LABELS: dict[str, Callable[[], str]] = {
    "confirm": lambda: _("确认预约"),
    "promote": lambda: _("递补名额"),
    "guide": lambda: _("引导到法定途径"),
    "decline": lambda: _("不安排这次接访"),
    "move": lambda: _("改期"),
    "cancel": lambda: _("按来电取消"),
}
ENDINGS: dict[str, Callable[..., Booking]] = {"guide": handling.guide, "decline": handling.decline, "cancel": handling.cancel}


@dataclass(frozen=True)
class Step:
    """One line of what happened."""

    at: datetime
    what: str
    who: str
    state: str
    reason: str


@dataclass(frozen=True)
class Somebody:
    """Someone of a booking, masked; `identity` is whose vault row it is."""

    identity: Identity
    part: str
    masked: dict[str, str]


def booking(request: HttpRequest, pk: int) -> HttpResponse:
    """Show it and do what is asked; who the person is and a new code are told once, on the answer to the POST."""
    user, county = signed_in(request)
    may(user, "booking.view")
    at = timezone.now()
    found = load(user, county, pk, at)
    offered = _choices(found, county, at)
    forms_ = _forms([sitting for sitting, _free in offered], request)
    if request.method == "POST":
        may(user, "booking.manage")
        try:
            answer = _act(request, found, forms_, {"county": county, "by": user, "at": at})
            if answer is not None:
                return answer
        except Refused as refusal:
            messages.error(request, refusal.sentence)
        found = load(user, county, pk, at)
        offered = _choices(found, county, at)
    context = {
        **admin.site.each_context(request),
        "title": _("预约 %(number)s") % {"number": codes.show_number(found.number)},
        "booking": found,
        "number": codes.show_number(found.number),
        "people": _people(found, county),
        "steps": _steps(found),
        "readings": _readings(found) if permits(user.held, "booking.manage") else [],
        "alike": [(one, codes.show_number(one.booking.number)) for one in handling.alike(found, by=user, at=at, county=county)],
        "materials": _materials(found),
        "moved_from": Booking.objects.filter(moved_to=found).first(),
        "buttons": {verb: _button(verb, found, user) for verb in LABELS},
        "forms": forms_,
        "choices": offered,
        "manages": permits(user.held, "booking.manage"),
        "who": button(user, "identity.read"),
        "reissue": button(user, "tracking.reissue"),
        "answer": found.early_answers.order_by("-version").first(),
        "journal": permits(user.held, "journal.view"),
    }
    return render(request, "admin/booking.html", context)


def journal_of(request: HttpRequest, pk: int) -> HttpResponse:
    """The journal's entries of a booking and of who read the identities in it."""
    user, county = signed_in(request)
    may(user, "booking.view")
    may(user, "journal.view")
    found = load(user, county, pk, timezone.now())
    entries = Entry.objects.filter(object__in=[f"booking {found.number}", *_vault_names(found)]).order_by("-n")[:200]
    names = history.people(entry.actor for entry in entries)
    context = {
        **admin.site.each_context(request),
        "title": _("预约 %(number)s 的日志") % {"number": codes.show_number(found.number)},
        "entries": [(entry, names.get(entry.actor, entry.actor)) for entry in entries],
    }
    return render(request, "admin/journal_of.html", context)


def slip(request: HttpRequest, pk: int) -> HttpResponse:
    """The slip as a PDF: for whoever has just been shown the code, which comes with the request and is checked."""
    user, county = signed_in(request)
    may(user, "booking.assist")
    at = timezone.now()
    found = get_object_or_404(Booking.objects.select_related("sitting__place", "leader"), pk=pk)
    if request.method != "POST" or Booking.objects.accusing(user, on=_today(county, at)).filter(pk=pk).exists():
        return HttpResponse(status=404)
    try:
        code = codes.read_code(request.POST.get("code", ""))
    except codes.Mistyped:
        code = ""
    if not code or not tracking.fits(code, found.code_hash):
        return HttpResponse(status=404)
    response = HttpResponse(slips.pdf(found, code, county=county, at=at), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="booking-{found.number}.pdf"'
    return response


def slip_page(request: HttpRequest, found: Booking, code: str, county: County) -> HttpResponse:
    """Number and code in large type, to be printed or read out. Shown once: the code is kept nowhere."""
    context = {
        **admin.site.each_context(request),
        "title": _("接访预约单"),
        "booking": found,
        "number": codes.show_number(found.number),
        "code": codes.show_code(code),
        "facts": slips.facts(found, county),
        "notes": slips.notes(found, county),
    }
    return render(request, "admin/booking_slip.html", context)


def load(user: User, county: County, pk: int, at: datetime) -> Booking:
    """The booking, for whoever may know of it; for everyone else there is none."""
    rows = Booking.objects.visible_to(user, on=_today(county, at)).select_related(
        "sitting__day", "sitting__place", "leader", "topic", "identity", "accused_leader", "accused_department", "agent", "moved_to"
    )
    found: Booking = get_object_or_404(rows, pk=pk)
    return found


def _today(county: County, at: datetime) -> Any:
    return timezone.localdate(at, timezone=county.zone)


def _choices(found: Booking, county: County, at: datetime) -> list[tuple[Sitting, int]]:
    """Where the booking can still be moved to, each with its free places."""
    return handling.choices(found, county=county, at=at) if found.state in (*COMING, BookingState.NO_SHOW) else []


def _forms(sittings: list[Sitting], request: HttpRequest) -> dict[str, Any]:
    """Each with what was typed where it is the one that was sent."""
    do = request.POST.get("do", "")

    def given(name: str) -> Any:
        return request.POST if do == name or (name == "who" and do.startswith("who-")) else None

    return {
        "guide": GuideForm(given("guide"), prefix="guide"),
        "decline": DeclineForm(given("decline"), prefix="decline"),
        "move": MoveForm(sittings, given("move"), prefix="move"),
        "cancel": CancelForm(given("cancel"), prefix="cancel"),
        "reissue": ReissueForm(given("reissue"), prefix="reissue"),
        "who": WhyForm(given("who"), prefix="who"),
    }


def _act(request: HttpRequest, found: Booking, said: dict[str, Any], who: dict[str, Any]) -> HttpResponse | None:
    """Do what was asked and say where to go then; None for a form that is to be shown again."""
    do = request.POST.get("do", "")
    here = HttpResponseRedirect(reverse("admin:booking", args=[found.pk]))
    if do in ("confirm", "promote"):
        (handling.confirm if do == "confirm" else handling.promote)(booking=found, **who)
        return here
    form: forms.Form | None = said.get("who" if do.startswith("who-") else do)
    if form is None:
        raise Refused(_("没有这个操作。请刷新页面。"))
    if not form.is_valid():
        return None
    typed = form.cleaned_data
    if do.startswith("who-"):
        return _told(request, found, do.removeprefix("who-"), typed["why"], who)
    if do == "reissue":
        return slip_page(request, found, tracking.reissue(booking=found, **who), who["county"])
    if do == "move":
        assert isinstance(form, MoveForm)
        fresh = handling.move(booking=found, to=form.chosen, key=typed["key"], **who)
        return HttpResponseRedirect(reverse("admin:booking", args=[fresh.pk]))
    ENDINGS[do](booking=found, **typed, **who)
    return here


def _told(request: HttpRequest, found: Booking, whose: str, why: str, who: dict[str, Any]) -> HttpResponse:
    """Who somebody is, once."""
    identity = get_object_or_404(Identity, uid=whose) if len(whose) == 36 else found.identity
    person = handling.look_up(person=identity, booking=found, reason=why, **who)
    context = {
        **admin.site.each_context(request),
        "title": _("身份信息"),
        "booking": found,
        "number": codes.show_number(found.number),
        "person": person,
        "why": why,
    }
    return render(request, "admin/booking_who.html", context)


def _button(verb: str, found: Booking, user: User) -> dict[str, Any]:
    """Whether a step is possible in this state and for this person, and if not, why."""
    told = {"label": LABELS[verb](), "possible": WORKFLOW.allows(verb, state=found.state)}
    told |= button(user, WORKFLOW.transition(verb).permissions[0])
    if not told["possible"]:
        told |= {"may": False, "why": _("现在是“%(state)s”，不能这样处理。") % {"state": found.get_state_display()}}
    return told


def _people(found: Booking, county: County) -> list[Somebody]:
    rows = [Somebody(found.identity, _("来访人"), identities.masked(found.identity, county=county))]
    for row in found.representatives.select_related("identity"):
        part = _("代表 %(n)d") % {"n": row.position}
        rows.append(Somebody(row.identity, part, identities.masked(row.identity, county=county)))
    return rows


def _steps(found: Booking) -> list[Step]:
    rows = list(found.steps.order_by("at", "pk"))
    names = history.people(row.actor for row in rows)
    names |= {PETITIONER: _("来访人"), "system": _("系统")}
    return [
        Step(
            row.at,
            deeds.said(f"booking.{row.action}"),
            names.get(row.actor, row.actor),
            str(row.get_after_display()),
            row.reason,
        )
        for row in rows
    ]


def _vault_names(found: Booking) -> list[str]:
    uids = [found.identity.uid, *found.representatives.values_list("identity__uid", flat=True)]
    return [f"identity {uid}" for uid in uids]


def _readings(found: Booking) -> list[dict[str, Any]]:
    entries = list(Entry.objects.filter(object__in=_vault_names(found), act="identity.read").order_by("-n")[:50])
    names = history.people(entry.actor for entry in entries)
    return [{"at": entry.at, "who": names.get(entry.actor, entry.actor), "why": entry.reason} for entry in entries]


def _materials(found: Booking) -> list[dict[str, Any]]:
    """What was sent along, where the portal takes files."""
    try:
        model: Any = apps.get_model("reception", UPLOAD)
        return [
            {
                "words": _("材料 %(n)d（%(kind)s）") % {"n": n, "kind": row.media_type},
                "url": reverse("admin:upload", args=[row.uid]),
            }
            for n, row in enumerate(model._default_manager.filter(booking=found).order_by("pk"), start=1)
        ]
    except (LookupError, NoReverseMatch):
        return []
