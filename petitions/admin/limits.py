"""The table of limits on one page: every clock with its number, article and day; what is proposed; and a form to propose."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from petitions import terms, words
from petitions.actions import limits as act
from petitions.forms.limits import ORDER, LimitForm, fresh
from petitions.models import Limit
from petitions.models.clocks import ROLLS
from reception.admin.base import ReadOnly, button, may, row_id, signed_in, written
from reception.errors import Refused
from reception.models import County, User
from scheduling.deadlines import Unit


@admin.register(Limit)
class LimitAdmin(ReadOnly):
    """The staff's way in: the list of rows is the page itself, because what counts is a row or the law's own number."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return limits(request)


def limits(request: HttpRequest) -> HttpResponse:
    """The table; POST proposes a row, or decides on one. What is refused comes back with what was typed."""
    user, county = signed_in(request)
    may(user, "limit.view")
    at = timezone.now()
    on = timezone.localdate(at, timezone=county.zone)
    kind = request.GET.get("kind", "")
    initial = fresh(kind, terms.in_force(kind, on)) if kind in terms.TERMS else {}
    do, problem = request.POST.get("do", ""), ""
    form = LimitForm(request.POST if do == "propose" else None, initial={"valid_from": on, **initial})
    if request.method == "POST":
        try:
            said = _do(do, request, form, county=county, by=user, at=at)
            if said:
                messages.success(request, said)
                return HttpResponseRedirect(reverse("admin:petitions_limit_changelist"))
        except Refused as refusal:
            if do == "propose":
                form.add_error(None, refusal.sentence)
            else:
                problem = refusal.sentence
    context = {
        **admin.site.each_context(request),
        "title": _("期限规则"),
        "rows": [_line(kind, on) for kind in ORDER],
        "waiting": _waiting(user, county, on),
        "settled": Limit.objects.exclude(decided_at=None).select_related("proposed_by", "decided_by").order_by("-decided_at")[:50],
        "names": {kind: words.name(kind) for kind in ORDER},
        "form": form,
        "problem": problem,
        "propose": button(user, "limit.propose"),
        "today": on,
    }
    return render(request, "admin/limits.html", context)


def _do(do: str, request: HttpRequest, form: LimitForm, **who: Any) -> str:
    """What was asked for, done, in words; empty where the form is not complete."""
    if do == "propose":
        if not form.is_valid():
            return ""
        said = form.cleaned_data
        act.propose(
            kind=said["kind"],
            term=form.term(),
            valid_from=said["valid_from"],
            is_confirmed=said["is_confirmed"],
            reason=said["reason"],
            **who,
        )
        return _("已提出。另一位有审定权限的人审定后才生效。")
    row = get_object_or_404(Limit, pk=row_id(request.POST.get("limit", "")))
    deeds: dict[str, tuple[Callable[[], Any], str]] = {
        "approve": (lambda: act.approve(limit=row, **who), _("已审定。已在计算的期限不变。")),
        "refuse": (lambda: act.refuse(limit=row, reason=written(request, "reason"), **who), _("已记录：不同意。")),
        "take_back": (lambda: act.take_back(limit=row, **who), _("已撤回。")),
    }
    if do not in deeds:
        raise Refused(_("请选择要办理的事。"))
    deeds[do][0]()
    return deeds[do][1]


def length(amount: int, unit: str) -> str:
    """15 日; 5 个工作日; 5 working days."""
    if Unit(unit) is Unit.WORKING_DAYS:
        return ngettext("%(count)d 个工作日", "%(count)d 个工作日", amount) % {"count": amount}
    return ngettext("%(count)d 日", "%(count)d 日", amount) % {"count": amount}


def _line(kind: str, on: date) -> dict[str, Any]:
    now = terms.in_force(kind, on)
    later = Limit.objects.filter(kind=kind, is_approved=True, valid_from__gt=on).order_by("valid_from")
    return {
        "kind": kind,
        "name": words.name(kind),
        "edition": now,
        "length": length(now.term.amount, now.term.unit),
        "roll": dict(ROLLS)[now.term.roll.value],
        "is_right": kind in terms.RIGHTS,
        "is_internal": kind in terms.INTERNAL,
        "later": [(row.valid_from, length(row.amount, row.unit)) for row in later],
    }


def _waiting(user: User, county: County, on: date) -> list[dict[str, Any]]:
    """What waits for a second person, with what it would change."""
    rows = Limit.objects.waiting().select_related("proposed_by").order_by("proposed_at")
    return [
        {
            "row": row,
            "length": length(row.amount, row.unit),
            "name": words.name(row.kind),
            "preview": act.preview(row, county=county, on=on),
            "own": row.proposed_by_id == user.pk,
            "approve": button(user, "limit.approve"),
        }
        for row in rows
    ]
