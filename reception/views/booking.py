"""The booking form: one question a page, no script, no account. Each page reads, calls one action, and goes on."""

from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from reception.actions import drafts, offers, places, uploads
from reception.errors import Refused
from reception.forms import booking as forms
from reception.models import County, Leader, Upload, User
from reception.quiet import network, open_county, page, remember, secret_of
from reception.views.booking_seat import Seat, open_draft

QUESTIONS = {
    "matter": gettext_lazy("说说您的事情"),
    "person": gettext_lazy("您的姓名和联系方式"),
    "people": gettext_lazy("一共几个人来？"),
}
# So many other sittings are named to whoever finds theirs full.
MOST_OTHERS = 3
FORMS = {"matter": forms.MatterForm, "person": forms.PersonForm, "people": forms.PeopleForm}


def _why(word: str) -> str:
    """Why someone is back at a page."""
    return {
        "accused": _("您要反映的领导正好在这一场接访，请另选一场。填好的内容都还在。"),
        "full": str(places.NONE_LEFT),
        "moved": _("这一场的安排有变化，请确认或另选一场。填好的内容都还在。"),
    }.get(word, "")


@open_county
def start(request: HttpRequest, county: County) -> HttpResponse:
    """Choose a sitting; with that the form begins."""
    at = timezone.now()
    if not county.books_online:
        return page(request, county, "booking/not_online.html", {})
    found = offers.coming(county=county, at=at)
    form = forms.SittingForm(request.POST or None, offers=found)
    if request.method == "POST" and form.is_valid():
        secret = secret_of(request)
        try:
            with transaction.atomic():
                draft = drafts.start(
                    sitting=form.chosen.sitting,
                    wait=form.chosen.is_full,
                    secret=secret,
                    network=network(request),
                    county=county,
                    by=User.objects.system(),
                    at=at,
                )
        except Refused as refusal:
            form.add_error("sitting", refusal.sentence)
            found = offers.coming(county=county, at=at)
        else:
            response = HttpResponseRedirect(reverse("reception:book-page", args=[county.slug, draft.uid, "matter"]))
            remember(response, secret)
            return response
    day = request.GET.get("day", "")
    named = next((offer.key for offer in found if str(offer.sitting.day.day) == day), "")
    context = {"form": form, "offers": found, "chosen": request.POST.get("sitting", named), "day": day[:10]}
    return page(request, county, "booking/sitting.html", context)


@sensitive_post_parameters()
@open_draft
def step(seat: Seat, name: str) -> HttpResponse:
    """A page of the form by its name. A form that was sent has only its receipt left."""
    if seat.draft.booking_id:
        # The back button, a second tab: what was sent is sent, and its receipt is the answer.
        return seat.receipt()
    if name == "sitting":
        return _sitting(seat)
    if name == "check":
        return _check(seat)
    if name not in FORMS:
        raise Http404
    return _filled(seat, name)


def _sitting(seat: Seat) -> HttpResponse:
    """Another sitting, while everything else stays."""
    accused = Leader.objects.filter(code=seat.typed.get("accused_leader") or "").first()
    found = offers.coming(county=seat.county, at=seat.at, accused=accused, holder=seat.draft.uid)
    form = forms.SittingForm(seat.request.POST or None, offers=found)
    if seat.request.method == "POST" and form.is_valid():
        try:
            chosen = form.chosen
            row = drafts.choose(draft=seat.draft, sitting=chosen.sitting, wait=chosen.is_full, **seat.who)
            seat.typed = drafts.contents(row, county=seat.county)
            return seat.onward()
        except Refused as refusal:
            form.add_error("sitting", refusal.sentence)
            found = offers.coming(county=seat.county, at=seat.at, accused=accused, holder=seat.draft.uid)
    chosen_key = seat.request.POST.get("sitting", str(seat.draft.sitting.uid) if seat.draft.sitting else "")
    context = {"form": form, "offers": found, "chosen": chosen_key, "why": _why(seat.request.GET.get("why", ""))}
    return seat.page("booking/sitting.html", context)


def _filled(seat: Seat, name: str) -> HttpResponse:
    kind = FORMS[name]
    initial = forms.PeopleForm.initial_of(seat.typed) if name == "people" else seat.typed
    on = seat.at.astimezone(seat.county.zone).date()
    form = kind(seat.request.POST or None, initial=initial, county=seat.county, on=on)
    if seat.request.method == "POST" and form.is_valid():
        try:
            row, why = drafts.write(draft=seat.draft, page=name, typed=form.typed, **seat.who)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            seat.typed = drafts.contents(row, county=seat.county)
            return seat.go("sitting", why) if why else seat.onward()
    return seat.page(f"booking/{name}.html", {"form": form, "page": name, "question": QUESTIONS[name]})


def _check(seat: Seat) -> HttpResponse:
    """Everything once more; then send it. Whatever stands in the way is said, and the rest stays."""
    if drafts.missing(seat.typed):
        return seat.onward()
    refusal, full = "", False
    if seat.request.method == "POST":
        try:
            drafts.submit(draft=seat.draft, wait=seat.request.POST.get("do") == "wait", **seat.who)
            return seat.receipt()
        except drafts.Gone:
            return seat.go("sitting", "moved")
        except places.Full as error:
            refusal, full = error.sentence, True
        except Refused as error:
            refusal = error.sentence
    files = uploads.named(Upload.objects.filter(draft=seat.draft), county=seat.county)
    context = {
        "refusal": refusal,
        "full": full,
        "files": files,
        **(_elsewhere(seat) if full else {"offer": _offered(seat)}),
        "topic": forms.topic_name(seat.typed["topic"]),
        "accused_leader": forms.leaders_name(seat.typed.get("accused_leader", "")),
        "accused_department": forms.department_name(seat.typed.get("accused_department", "")),
    }
    return seat.page("booking/check.html", context)


def _offered(seat: Seat) -> offers.Offer | None:
    found = offers.coming(county=seat.county, at=seat.at, holder=seat.draft.uid, only=seat.draft.sitting_id or 0)
    return found[0] if found else None


def _elsewhere(seat: Seat) -> dict[str, Any]:
    """The full sitting, and those that have places left: shown to a crowd, so as they were a moment ago."""
    accused = seat.typed.get("accused_leader")
    found = offers.board(county=seat.county, at=seat.at)
    return {
        "offer": next((offer for offer in found if offer.sitting.pk == seat.draft.sitting_id), None),
        "others": [offer for offer in found if not offer.is_full and offer.leader.code != accused][:MOST_OTHERS],
    }


@open_draft
def give_up(seat: Seat) -> HttpResponse:
    """Forget everything at once, when asked to by a POST."""
    if seat.request.method == "POST":
        drafts.give_up(draft=seat.draft, **seat.who)
        return HttpResponseRedirect(reverse("reception:county", args=[seat.county.slug]))
    return seat.page("booking/give_up.html", {})
