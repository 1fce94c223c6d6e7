"""The page of one substitution: who can't come, who could instead, and whose step is next."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from reception.actions import substitutions
from reception.admin.base import button, may, signed_in
from reception.errors import Refused
from reception.forms import ProposalForm
from reception.models import County, Entry, Release, Side, Substitution, SubstitutionState, User
from reception.models import SubstitutionState as State

# What can be done in each state, in the order of the buttons.
STEPS = {
    State.REQUESTED: ("withdraw",),
    State.PROPOSED: ("endorse", "decline", "withdraw"),
    State.ENDORSED: ("accept", "decline", "withdraw"),
    State.ACCEPTED: ("settle", "withdraw"),
}
VERBS = {
    "endorse": substitutions.endorse,
    "accept": substitutions.accept,
    "decline": substitutions.decline,
    "withdraw": substitutions.withdraw,
    "settle": substitutions.settle,
}
PERMISSIONS = {
    "accept": "substitution.answer",
    "decline": "substitution.answer",
    "withdraw": "substitution.withdraw",
    "settle": "substitution.settle",
}


def substitution(request: HttpRequest, pk: int) -> HttpResponse:
    """Show it and take the next step."""
    user, county = signed_in(request)
    may(user, "roster.view")
    found = _found(pk)
    choices = substitutions.ranked(found.sitting) if found.state in (State.REQUESTED, State.PROPOSED) else []
    form = ProposalForm(
        [tenure for _candidate, tenure in choices], request.POST or None, initial={"coordinators": found.coordinators}
    )
    if request.method == "POST":
        try:
            answer = _act(request.POST.get("do", ""), found, form, county, user)
            if answer is not None:
                return answer
        except Refused as refusal:
            messages.error(request, refusal.sentence)
        found = _found(pk)
    context = {
        **admin.site.each_context(request),
        "title": str(found.sitting),
        "substitution": found,
        "form": form,
        "choices": choices,
        "propose": button(user, "substitution.propose"),
        "buttons": {verb: button(user, _permission(verb, found)) for verb in STEPS.get(SubstitutionState(found.state), ())},
        "entries": Entry.objects.filter(object=f"substitution {found.pk}").order_by("n"),
        "open": Release.objects.open().first(),
    }
    return render(request, "admin/substitution.html", context)


def _found(pk: int) -> Substitution:
    rows = Substitution.objects.select_related(
        "sitting__day", "sitting__leader", "sitting__post", "sitting__rotation", "leader", "post"
    )
    return get_object_or_404(rows, pk=pk)


def _permission(verb: str, found: Substitution) -> str:
    return PERMISSIONS.get(verb) or substitutions.ENDORSE[Side(found.sitting.post.side)]


def _act(do: str, found: Substitution, form: ProposalForm, county: County, user: User) -> HttpResponse | None:
    """Take the step that was asked for, and where to go then; None for a form that is to be shown again."""
    who: dict[str, Any] = {"substitution": found, "county": county, "by": user, "at": timezone.now()}
    here = HttpResponseRedirect(reverse("admin:substitution", args=[found.pk]))
    if do == "propose":
        if not form.is_valid():
            return None
        tenure = form.cleaned_data["tenure"]
        substitutions.propose(post=tenure.post, leader=tenure.leader, coordinators=form.cleaned_data["coordinators"], **who)
        return here
    if do not in VERBS:
        raise Refused(_("没有这个操作。请刷新页面。"))
    result = VERBS[do](**who)
    if isinstance(result, Release):
        return HttpResponseRedirect(reverse("admin:release", args=[result.pk]))
    if isinstance(result, Substitution):
        return HttpResponseRedirect(reverse("admin:substitution", args=[result.pk]))
    return here
