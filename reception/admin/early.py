"""Answers before the day: a department's list of matters booked in its field, and the page where one is answered and checked."""

from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from reception import codes
from reception.actions import early_answers, identities
from reception.admin.base import button, may, signed_in
from reception.admin.booking import load
from reception.errors import Refused
from reception.forms.bookings import EarlyAnswerForm, SendBackForm
from reception.models import Booking, EarlyAnswer, EarlyAnswerState, User
from reception.workflows.booking import WORKFLOW as BOOKING
from reception.workflows.early_answer import NOTHING, WORKFLOW

ANSWERABLE = sorted(BOOKING.transition("answer_early").before)


def waiting(user: User, *, on: date) -> "QuerySet[Booking]":
    """The matters to come that a person may answer, each with the state of its last answer in `answered`."""
    last = EarlyAnswer.objects.filter(booking=OuterRef("pk")).order_by("-version")
    rows: QuerySet[Booking] = (
        Booking.objects.visible_to(user, on=on)
        .filter(state__in=ANSWERABLE, day__gt=on)
        .annotate(answered=Subquery(last.values("state")[:1]))
        .select_related("topic", "leader", "identity", "sitting")
        .order_by("day", "submitted_at")
    )
    return rows


def unanswered(user: User, *, on: date) -> int:
    """How many of them wait for an answer, or for one that was sent back."""
    rows: Any = waiting(user, on=on)
    return int(rows.filter(Q(answered__isnull=True) | Q(answered=EarlyAnswerState.SENT_BACK)).count())


def matters(request: HttpRequest) -> HttpResponse:
    """The list: for the bureau every matter to come, for a department its own."""
    user, county = signed_in(request)
    may(user, "early_answer.write")
    on = timezone.localdate(timezone=county.zone)
    labels = {str(state): str(label) for state, label in EarlyAnswerState.choices}
    lines = [
        {
            "booking": row,
            "number": codes.show_number(row.number),
            "name": identities.masked(row.identity, county=county)["name"],
            "answered": labels.get(str(row.answered or ""), _("还没有答复")),  # type: ignore[attr-defined]
        }
        for row in waiting(user, on=on)[:200]
    ]
    return render(
        request, "admin/matters.html", {**admin.site.each_context(request), "title": _("可提前答复的事项"), "lines": lines}
    )


def early_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Write an answer, check it, send it back. The person stays masked; officers see no button of the bureau."""
    user, county = signed_in(request)
    may(user, "early_answer.write")
    at = timezone.now()
    found = load(user, county, pk, at)
    on = timezone.localdate(at, timezone=county.zone)
    units = early_answers.answerers(found, user, on=on)
    versions = list(found.early_answers.select_related("department", "by", "checked_by").order_by("-version"))
    last = versions[0] if versions else None
    do = request.POST.get("do", "")
    first = {"text": last.text, "contact": last.contact, "department": last.department_id} if last else {}
    form = EarlyAnswerForm(units, request.POST if do == "write" else None, initial=first)
    back = SendBackForm(request.POST if do == "send_back" else None)
    if request.method == "POST":
        try:
            if _act(do, request, found, form, back, {"county": county, "by": user, "at": at}):
                return HttpResponseRedirect(reverse("admin:early_answer", args=[found.pk]))
        except Refused as refusal:
            messages.error(request, refusal.sentence)
    context = {
        **admin.site.each_context(request),
        "title": _("提前答复 %(number)s") % {"number": codes.show_number(found.number)},
        "booking": found,
        "name": identities.masked(found.identity, county=county)["name"],
        "versions": versions,
        "last": last,
        "form": form,
        "back": back,
        "writable": bool(units)
        and WORKFLOW.allows("write", state=last.state if last else NOTHING)
        and found.state in ANSWERABLE
        and found.day > on,
        "checkable": last is not None and WORKFLOW.allows("approve", state=last.state),
        "check": button(user, "early_answer.approve"),
        "own": last is not None and last.by_id == user.pk,
    }
    return render(request, "admin/early_answer.html", context)


def _act(do: str, request: HttpRequest, found: Booking, form: EarlyAnswerForm, back: SendBackForm, who: dict[str, Any]) -> bool:
    """Whether it is done; False for a form that is to be shown again."""
    if do == "write":
        if not form.is_valid():
            return False
        early_answers.write(booking=found, **form.cleaned_data, **who)
        messages.success(request, _("已送信访局核对。"))
        return True
    if do not in ("approve", "send_back"):
        raise Refused(_("没有这个操作。请刷新页面。"))
    version = request.POST.get("answer", "")
    # The version that was read is the one that is approved, whatever came in between.
    answer = get_object_or_404(found.early_answers, pk=int(version) if version.isdecimal() else 0)
    if do == "approve":
        early_answers.approve(answer=answer, **who)
        messages.success(request, _("已核对，来访人现在可以看到。"))
        return True
    if not back.is_valid():
        return False
    early_answers.send_back(answer=answer, reason=back.cleaned_data["reason"], **who)
    messages.success(request, _("已退回修改。"))
    return True
