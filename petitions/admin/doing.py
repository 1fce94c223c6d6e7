"""What can be done to a case: each thing is one `Doing`, one page with its form, and one call of an action.

The modules in `petitions.admin.doings` hold them, by the part of the way they belong to. The page of a case offers those that its state
allows; whoever may not is told who may.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from petitions import casefile
from petitions.actions import cases
from petitions.forms.cases import CaseForm
from petitions.models import Case
from petitions.workflow import Action, allows
from reception.admin.base import button, signed_in
from reception.errors import MovedOn, Refused
from reception.models import County, User

# (case, what the form says, county, by, at)
Run = Callable[[Case, dict[str, Any], County, User, datetime], object]


def always(case: Case, user: User, on: date) -> bool:
    """Offered wherever the state allows it."""
    return True


@dataclass(frozen=True)
class Doing:
    """One thing that can be done: its address `verb`, its name, its form, the action it calls, and who may.

    `action` is the row of the case's table that must be possible; None for what belongs to no row, which then says in `fits` where it
    is offered. `lead` is a sentence above the form; `done` what is said when it is done.
    """

    verb: str
    words: Callable[[], str]
    form: type[CaseForm]
    run: Run
    permission: str
    action: Action | None = None
    fits: Callable[[Case, User, date], bool] = always
    lead: Callable[[], str] = str
    done: Callable[[], str] = str
    template: str = "admin/case_do.html"

    def is_offered(self, case: Case, user: User, on: date) -> bool:
        return (self.action is None or allows(self.action, case.status)) and self.fits(case, user, on)


DOINGS: dict[str, Doing] = {}


def add(*doings: Doing) -> None:
    """Offer these from now on. Raises `ValueError` for an address that is taken."""
    for one in doings:
        if one.verb in DOINGS:
            raise ValueError(f"{one.verb} is there already")
        DOINGS[one.verb] = one


def offered(case: Case, user: User, on: date) -> list[dict[str, Any]]:
    """What the case's page offers to a person, in the order it was added: each with whether they may, and else who may."""
    fitting = [one for one in DOINGS.values() if one.is_offered(case, user, on)]
    return [{"verb": one.verb, "words": one.words(), **button(user, one.permission)} for one in fitting]


def do(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """The page of one doing: GET asks, POST does. What is refused is said on the form, and what was typed stays."""
    user, county = signed_in(request)
    at = timezone.now()
    on = timezone.localdate(at, timezone=county.zone)
    rows = Case.objects.visible_to(user, on=on).select_related("topic", "identity", "department", "accused_department")
    case, one = casefile.opened(get_object_or_404(rows, pk=pk)), DOINGS.get(verb)
    if one is None:
        raise Http404
    form = one.form(request.POST or None, request.FILES or None, case=case, county=county, user=user, on=on)
    may = button(user, one.permission)
    if request.method == "POST":
        try:
            if not may["may"]:
                raise Refused(may["why"])
            if form.is_valid():
                _unmoved(case, form, one, user, on)
                # Whole or not at all: the page goes on after a refusal, in the same transaction.
                with transaction.atomic():
                    one.run(cases.locked(case), form.cleaned_data, county, user, at)
                messages.success(request, one.done() or _("已办理：%(what)s。") % {"what": one.words()})
                return HttpResponseRedirect(reverse("admin:case", args=[case.pk]))
        except Refused as refusal:
            form.full_clean()
            form.add_error(None, refusal.sentence)
    context = {
        **admin.site.each_context(request),
        "title": f"{one.words()} · {case.number}",
        "case": case,
        "doing": one,
        "words": one.words(),
        "lead": one.lead(),
        "form": form,
        "may": may,
        "possible": one.is_offered(case, user, on),
    }
    return render(request, one.template, context)


def _unmoved(case: Case, form: CaseForm, one: Doing, user: User, on: date) -> None:
    """Raises `MovedOn` where something was done to the case since the form was opened (two tabs, two people)."""
    if form.cleaned_data["seen"] != form.last or not one.is_offered(case, user, on):
        raise MovedOn(
            _("您打开这一页以后，这一事项有了新的办理：现在是“%(state)s”。没有保存；请核对最新情况，需要时再提交一次。")
            % {"state": case.get_status_display()}
        )
