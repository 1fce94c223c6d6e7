"""The page of one substitution: who can't come, who could instead, whose step is next, and what was done."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from reception.actions import candidates, emergency, substitution_steps, substitutions
from reception.admin import history
from reception.admin.base import button, may, signed_in
from reception.errors import Refused
from reception.forms.substitution import EmergencyForm, ProposalForm, ReasonForm
from reception.models import County, Release, Sitting, Substitution, SubstitutionWay, User
from reception.models import SubstitutionState as State
from reception.workflows.substitution import BUTTONS, UNDER_WAY, WITH_REASON, WORKFLOW, permission

VERBS: dict[str, Callable[..., Any]] = {
    "endorse": substitutions.endorse,
    "object": substitutions.object_to,
    "refer": substitutions.refer,
    "accept": substitutions.accept,
    "decline": substitutions.decline,
    "settle": substitutions.settle,
    "endorse_later": emergency.endorse_later,
    "object_later": emergency.object_later,
    "withdraw": substitutions.withdraw,
}
LABELS = {
    "endorse": lambda: _("同意该人选"),
    "object": lambda: _("不同意，退回另选"),
    "refer": lambda: _("无法协调，转联席会议办公室"),
    "accept": lambda: _("替代者已同意"),
    "decline": lambda: _("替代者谢绝，另选"),
    "settle": lambda: _("生效，并拟定一期公布"),
    "endorse_later": lambda: _("补会商：同意"),
    "object_later": lambda: _("事后不同意"),
    "withdraw": lambda: _("撤回这次替代"),
}
ROWS = Substitution.objects


def substitution(request: HttpRequest, pk: int) -> HttpResponse:
    """Show it and take the next step."""
    user, county = signed_in(request)
    may(user, "roster.view")
    found = _found(pk)
    choices, swaps = _choices(found)
    form = ProposalForm(
        [tenure for _candidate, tenure in choices], swaps, request.POST or None, initial={"coordinators": found.coordinators}
    )
    reason = ReasonForm(request.POST or None)
    lost = False
    if request.method == "POST":
        try:
            answer = _act(request, found, form, reason)
            if answer is not None:
                return answer
        except Refused as refusal:
            messages.error(request, refusal.sentence)
            lost = True
        found = _found(pk)
        choices, swaps = _choices(found)
    buttons = _buttons(found, user)
    context = {
        **admin.site.each_context(request),
        "title": str(found.sitting),
        "substitution": found,
        "both": substitution_steps.both(found),
        "steps": _steps(found),
        "form": form,
        "reason": reason,
        "choices": choices,
        "swaps": swaps,
        "proposing": WORKFLOW.allows("propose", state=found.state),
        "typed": request.POST.get("coordinators", "") if lost else "",
        "propose": button(user, "substitution.propose"),
        "buttons": [one for one in buttons if one["verb"] not in WITH_REASON],
        "reasoned": [one for one in buttons if one["verb"] in WITH_REASON],
        "history": history.of(found),
        "open": Release.objects.open().first(),
        "emergency": _emergency_possible(found.sitting, county) and found.state in (*UNDER_WAY, State.IN_FORCE),
    }
    return render(request, "admin/substitution.html", context)


def emergency_of(request: HttpRequest, pk: int) -> HttpResponse:
    """The chief puts a substitute in force on the day itself."""
    user, county = signed_in(request)
    may(user, "roster.view")
    sitting = get_object_or_404(Sitting.objects.select_related("day", "leader", "post", "rotation"), pk=pk)
    possible = _emergency_possible(sitting, county)
    choices = candidates.ranked(sitting) if possible else []
    form = EmergencyForm([tenure for _candidate, tenure in choices], [], request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            release = emergency.emergency(
                sitting=sitting,
                post=said["tenure"].post,
                leader=said["tenure"].leader,
                coordinators=said["coordinators"],
                coordinating=said["coordinating"],
                reason=said["reason"],
                county=county,
                by=user,
                at=timezone.now(),
            )
            return HttpResponseRedirect(reverse("admin:release", args=[release.pk]))
        except Refused as refusal:
            messages.error(request, refusal.sentence)
    context = {
        **admin.site.each_context(request),
        "title": _("应急替代：%(sitting)s") % {"sitting": sitting},
        "sitting": sitting,
        "receives": candidates.receives(sitting),
        "possible": possible,
        "choices": choices,
        "form": form,
        "button": button(user, "substitution.emergency"),
    }
    return render(request, "admin/emergency.html", context)


def _emergency_possible(sitting: Sitting, county: County) -> bool:
    at = timezone.now()
    try:
        substitution_steps.still_to_come(sitting, county=county, at=at)
    except Refused:
        return False
    return bool(sitting.day.day == timezone.localdate(at, timezone=county.zone))


def _found(pk: int) -> Substitution:
    return substitution_steps.lead(substitution_steps.load(get_object_or_404(ROWS.only("pk"), pk=pk).pk))


def _choices(found: Substitution) -> tuple[list[Any], list[Sitting]]:
    if not WORKFLOW.allows("propose", state=found.state):
        return [], []
    proposed = substitution_steps.both(found)[1:]
    return candidates.ranked(found.sitting), candidates.swappable(found.sitting, besides=proposed[0] if proposed else None)


def _buttons(found: Substitution, user: User) -> list[dict[str, Any]]:
    """What the table allows in this state, each with whether it works for this person and why not."""
    hidden = {"refer"} if found.referred_at else set()
    hidden |= set() if found.is_unendorsed else {"endorse_later", "object_later"}
    hidden |= {"object_later"} if found.objected_at else set()
    side, referred = found.sitting.post.side, found.referred_at is not None
    return [
        {"verb": verb, "label": LABELS[verb](), **button(user, permission(verb, side=side, referred=referred))}
        for verb in BUTTONS
        if verb not in hidden and WORKFLOW.allows(verb, state=found.state)
    ]


def _steps(found: Substitution) -> list[dict[str, str]]:
    """The way from here to there: what is done, what is now, what comes; nothing for one that ended otherwise."""
    if found.way == SubstitutionWay.EMERGENCY:
        words = [_("局长决定，即时生效"), _("补会商同意")]
        now = 2 if found.endorsed_at else 1
    else:
        words = [_("申请"), _("提出人选"), _("会商同意"), _("本人确认"), _("生效")]
        order = {State.REQUESTED: 1, State.PROPOSED: 2, State.ENDORSED: 3, State.ACCEPTED: 4, State.IN_FORCE: 5}
        now = order.get(State(found.state), 0)
    if found.state not in (*UNDER_WAY, State.IN_FORCE):
        return []
    return [
        {"words": said, "state": "done" if place < now else "now" if place == now else "next"} for place, said in enumerate(words)
    ]


def _act(request: HttpRequest, found: Substitution, form: ProposalForm, reason: ReasonForm) -> HttpResponse | None:
    """Take the step that was asked for, and where to go then; None for a form that is to be shown again."""
    user, county = signed_in(request)
    do = request.POST.get("do", "")
    who: dict[str, Any] = {"substitution": found, "county": county, "by": user, "at": timezone.now()}
    here = HttpResponseRedirect(reverse("admin:substitution", args=[found.pk]))
    substitution_steps.as_seen(found, request.POST.get("seen", ""), county=county)
    if do in ("propose", "propose_swap"):
        substitution_steps.possible(found, do)
        if not form.is_complete(do):
            return None
        said = form.cleaned_data
        who |= {"coordinators": said["coordinators"], "coordinating": said["coordinating"]}
        if do == "propose":
            substitutions.propose(post=said["tenure"].post, leader=said["tenure"].leader, **who)
        else:
            substitutions.propose_swap(other=said["other"], **who)
        return here
    if do not in VERBS:
        raise Refused(_("没有这个操作。请刷新页面。"))
    if do in WITH_REASON:
        who["reason"] = reason.cleaned_data["reason"] if reason.is_valid() else ""
    result = VERBS[do](**who)
    if do == "withdraw" and substitution_steps.is_under_way(found.sitting):
        words = _("%(leader)s当日仍登记请假，已为该场次重新发起替代。请假有变的，请先改请假，再撤回。")
        messages.warning(request, words % {"leader": candidates.receives(found.sitting)})
    if isinstance(result, Release):
        return HttpResponseRedirect(reverse("admin:release", args=[result.pk]))
    if isinstance(result, Substitution):
        return HttpResponseRedirect(reverse("admin:substitution", args=[result.pk]))
    return here
