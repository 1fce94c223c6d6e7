"""The leaders' desk: my days, come or can't, my absences, what changed. For a leader, and for a secretary in the leader's name."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from reception import duties, qr, scope
from reception.actions import absences, answers, feeds, substitution_steps, substitutions
from reception.actions.permissions import own_leaders
from reception.errors import Refused
from reception.forms.desk import AbsenceForm
from reception.http import prefix
from reception.models import Absence, Answer, County, FeedToken, Leader, Substitution, User
from reception.roles import permits

P = ParamSpec("P")


class Desk:
    """Who is at the desk, and for which of their leaders."""

    def __init__(self, request: HttpRequest, user: User, county: County) -> None:
        self.request, self.user, self.county = request, user, county
        self.at = timezone.now()
        self.today = timezone.localdate(self.at, timezone=county.zone)
        self.leaders = own_leaders(user, on=self.today)
        wanted = request.GET.get("leader") or request.POST.get("leader")
        self.leader = next((one for one in self.leaders if one.code == wanted), self.leaders[0] if self.leaders else None)

    @property
    def who(self) -> dict[str, Any]:
        """What every action is told."""
        return {"county": self.county, "by": self.user, "at": self.at}

    def own(self, leader: Leader | None) -> Leader:
        """The leader, when the desk is theirs; another's things do not exist here."""
        if leader not in self.leaders or leader is None:
            raise Http404
        return leader

    def page(self, template: str, leader: Leader, context: dict[str, Any]) -> HttpResponse:
        shared = {
            "leader": leader,
            "leaders": self.leaders,
            "in_person": leader.user_id == self.user.pk,
            "query": self.query(leader),
            "today": self.today,
            "county": self.county,
            "slug": self.county.slug,
            "prefix": prefix(),
        }
        return render(self.request, template, shared | context)

    def query(self, leader: Leader) -> str:
        """What keeps the leader chosen, for whoever serves several."""
        return "?" + urlencode({"leader": leader.code}) if len(self.leaders) > 1 else ""

    def back(self, leader: Leader, name: str = "desk") -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse(f"reception:{name}") + self.query(leader))

    def attempt(self, action: Callable[..., Any], **given: Any) -> Any:
        """Do it, wholly or not at all. Raises `Refused`."""
        with transaction.atomic():
            return action(**given, **self.who)


def desk(view: Callable[Concatenate[Desk, P], HttpResponse]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page of the desk, in the county of whoever is signed in; kindly refused to those who are and serve no leader. Never stored."""

    @wraps(view)
    def opened(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        user = request.user
        if not isinstance(user, User) or user.county is None:
            raise Http404
        with scope.county(user.county), timezone.override(user.county.zone):
            seat = Desk(request, user, user.county)
            if seat.leader is None or not permits(user.held, "desk.view"):
                response = render(request, "desk/not_yours.html", {"county": user.county}, status=403)
            else:
                response = view(seat, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        return response

    return opened


@desk
def home(seat: Desk) -> HttpResponse:
    """The next day as one large answer, those after it, offers, absences, and what changed."""
    leader = seat.own(seat.leader)
    coming = duties.coming(leader, on=seat.today)
    context = {
        "next": coming[0] if coming else None,
        "later": coming[1:],
        "offers": duties.offers(leader, on=seat.today),
        "absences": Absence.objects.filter(leader=leader, ends_on__gt=seat.today).order_by("starts_on"),
        "feed": FeedToken.objects.active_for(leader),
        "news": duties.news(leader, on=seat.today),
        "beside": [show(seat.user, leader, seat.today) for show in duties.BESIDE],
    }
    return seat.page("desk/home.html", leader, context)


@require_POST
@desk
def accept(seat: Desk, pk: int) -> HttpResponse:
    """I come."""
    answer = _answer(seat, pk)
    try:
        seat.attempt(answers.accept, answer=answer)
        messages.info(seat.request, _("已确认出席 %(day)s 的接访。") % {"day": answer.day})
    except Refused as refusal:
        messages.error(seat.request, refusal.sentence)
    return seat.back(answer.leader)


@desk
def decline(seat: Desk, pk: int) -> HttpResponse:
    """I can't: from when to when, why, and a note that stays inside."""
    answer = _answer(seat, pk)
    initial = {"starts_on": answer.day, "ends_on": answer.day + answers.ONE_DAY}
    form = AbsenceForm(seat.request.POST or None, initial=initial)
    if seat.request.method == "POST" and form.is_valid():
        typed = dict(form.cleaned_data)
        try:
            seat.attempt(answers.decline, answer=answer, reason=typed.pop("kind"), **typed)
            words = _("已登记不能出席 %(day)s 的接访，并已请信访部门安排替代。") % {"day": answer.day}
            messages.info(seat.request, words)
            return seat.back(answer.leader)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    return seat.page("desk/decline.html", answer.leader, {"answer": answer, "form": form})


def _answer(seat: Desk, pk: int) -> Answer:
    rows = Answer.objects.select_related("leader", "sitting__day", "sitting__place")
    answer = get_object_or_404(rows, pk=pk)
    seat.own(answer.leader)
    return answer


@require_POST
@desk
def substitute(seat: Desk, pk: int) -> HttpResponse:
    """I am proposed as a substitute: I come, or I can't."""
    offer = get_object_or_404(Substitution.objects.select_related("leader", "sitting__day", "sitting__post"), pk=pk)
    leader = seat.own(offer.leader)
    verbs = {"accept": substitutions.accept, "decline": substitutions.decline}
    verb = verbs.get(seat.request.POST.get("do", ""))
    try:
        if verb is None:
            raise Refused(_("没有这个操作。请刷新页面。"))
        substitution_steps.as_seen(offer, seat.request.POST.get("seen", ""), county=seat.county)
        seat.attempt(verb, substitution=offer)
        messages.info(seat.request, _("已答复 %(day)s 的替代接访。") % {"day": offer.sitting.day.day})
    except Refused as refusal:
        messages.error(seat.request, refusal.sentence)
    return seat.back(leader)


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def feed(seat: Desk) -> HttpResponse:
    """My calendar feed: a new address, shown this once, or none any more. Asked for again, as in the other language, it leads to the desk."""
    leader = seat.own(seat.leader)
    if seat.request.method != "POST":
        messages.info(seat.request, _("地址只在生成时显示一次。遗失或可能被他人知道的，请重新生成，原地址随即失效。"))
        return seat.back(leader)
    try:
        if seat.request.POST.get("do") == "revoke":
            seat.attempt(feeds.revoke, leader=leader)
            messages.info(seat.request, _("日历订阅地址已停用。"))
            return seat.back(leader)
        token = seat.attempt(feeds.make, leader=leader)
    except Refused as refusal:
        messages.error(seat.request, refusal.sentence)
        return seat.back(leader)
    path = reverse("reception:own_feed", args=[seat.county.slug, token])
    address = settings.SITE_URL + path
    webcal = "webcal:" + address.partition(":")[2]
    return seat.page("desk/feed.html", leader, {"address": address, "webcal": webcal, "code": qr.code(webcal)})


@desk
def leave(seat: Desk) -> HttpResponse:
    """The absences, past ones too, and a form for another."""
    leader = seat.own(seat.leader)
    form = AbsenceForm(seat.request.POST or None)
    if seat.request.method == "POST" and form.is_valid():
        try:
            _absence, opened = seat.attempt(absences.record, leader=leader, **form.cleaned_data)
            _say(seat, opened, _("已登记请假。"))
            return seat.back(leader, "desk_absences")
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    rows = Absence.objects.filter(leader=leader).select_related("recorded_by").order_by("-starts_on")
    return seat.page("desk/absences.html", leader, {"form": form, "absences": rows[:50]})


@desk
def change_leave(seat: Desk, pk: int) -> HttpResponse:
    """Change an absence that is not over."""
    absence = _absence(seat, pk)
    form = AbsenceForm(seat.request.POST or None, initial={name: getattr(absence, name) for name in AbsenceForm.base_fields})
    if seat.request.method == "POST" and form.is_valid():
        try:
            _row, opened = seat.attempt(absences.change, absence=absence, **form.cleaned_data)
            _say(seat, opened, _("已修改请假。"))
            return seat.back(absence.leader, "desk_absences")
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    return seat.page("desk/absence.html", absence.leader, {"form": form, "absence": absence})


@require_POST
@desk
def remove_leave(seat: Desk, pk: int) -> HttpResponse:
    """Remove an absence that has not begun."""
    absence = _absence(seat, pk)
    try:
        seat.attempt(absences.remove, absence=absence)
        messages.info(seat.request, _("已删除请假。已发起的替代如不再需要，请告知信访部门撤回。"))
    except Refused as refusal:
        messages.error(seat.request, refusal.sentence)
    return seat.back(absence.leader, "desk_absences")


def _absence(seat: Desk, pk: int) -> Absence:
    absence: Absence = get_object_or_404(Absence.objects.select_related("leader"), pk=pk)
    seat.own(absence.leader)
    return absence


def _say(seat: Desk, opened: list[Substitution], words: str) -> None:
    messages.info(seat.request, words)
    for row in opened:
        messages.warning(seat.request, _("%(day)s 已公布由这位领导接访，已为该场次发起替代。") % {"day": row.sitting.day})
