"""The holiday desk: a year's special days, proposals to change them, and what an approval would move."""

from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reception import special_days
from reception.actions import calendar, proposals
from reception.admin.base import button, may, signed_in
from reception.errors import Refused
from reception.forms.calendar import ChangeForm, SpanFormSet
from reception.models import CalendarChange, CalendarRow, ChangeState, Release, User
from reception.models.calendar import ended_by
from reception.workbooks import holidays
from reception.workflows.calendar import CHANGE


def year(request: HttpRequest, year: int) -> HttpResponse:
    """The special days of a year, where package and county disagree, and the proposals that are open."""
    user, county = signed_in(request)
    may(user, "calendar.view")
    try:
        found = special_days.of_year(county, year)
    except ValueError as error:
        raise Http404 from error
    context = {
        **admin.site.each_context(request),
        "title": _("%(year)s 年节假日与调休") % {"year": year},
        "year": year,
        "found": found,
        "open": CalendarChange.objects.filter(state=ChangeState.PROPOSED).select_related("proposed_by"),
        "past": CalendarChange.objects.exclude(state=ChangeState.PROPOSED).select_related("approved_by")[:10],
        "enter": button(user, "calendar.enter"),
    }
    return render(request, "admin/calendar.html", context)


def propose(request: HttpRequest, year: int) -> HttpResponse:
    """Enter, import, withdraw and confirm: one proposal. Whatever was typed or uploaded is still there after a refusal."""
    user, county = signed_in(request)
    may(user, "calendar.enter")
    try:
        found = special_days.of_year(county, year)
    except ValueError as error:
        raise Http404 from error
    rows = CalendarRow.objects.in_force().filter(day__year=year)
    if request.method == "POST":
        given, problems = _with_upload(request)
        form, spans = ChangeForm(rows, given), SpanFormSet(given, prefix="spans")
        if form.is_valid() and spans.is_valid() and not problems:
            level = form.cleaned_data["level"]
            read = holidays.read(form.cleaned_data["text"], level=level) if form.cleaned_data["text"].strip() else holidays.Read()
            problems = list(read.problems)
            typed = [line for span in spans for line in span.lines(level)]
            try:
                if not problems:
                    return _proposed(request, form, [*typed, *read.lines], read.skipped, year)
            except Refused as refusal:
                messages.error(request, refusal.sentence)
    else:
        problems = []
        asked = {"withdraws": request.GET.getlist("withdraw"), "confirms": "confirm" in request.GET}
        form, spans = ChangeForm(rows, initial=asked), SpanFormSet(prefix="spans")
    context = {
        **admin.site.each_context(request),
        "title": _("提出日历变更（%(year)s 年）") % {"year": year},
        "year": year,
        "found": found,
        "form": form,
        "spans": spans,
        "problems": problems,
        "columns": holidays.column_names(),
    }
    return render(request, "admin/calendar_propose.html", context)


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """One change: what it says, what it would move or moved, and the next step."""
    user, county = signed_in(request)
    may(user, "calendar.view")
    found = _found(pk)
    if request.method == "POST":
        try:
            return _act(request, found, user)
        except Refused as refusal:
            messages.error(request, refusal.sentence)
        found = _found(pk)
    on = timezone.localdate(timezone=county.zone)
    proposed = found.state == ChangeState.PROPOSED
    context = {
        **admin.site.each_context(request),
        "title": found.cited,
        "change": found,
        "year": _year_of(found, on.year),
        "rows": found.rows.all(),
        "ended": ended_by(found)
        if proposed
        else CalendarRow.objects.filter(withdrawn_at__isnull=False, withdrawn_at=found.approved_at),
        "preview": calendar.preview(found, county=county, on=on) if proposed else None,
        "buttons": {verb: button(user, CHANGE.transition(verb).permissions[0]) for verb in CHANGE.possible(found.state)},
        "own": found.proposed_by_id == user.pk,
        "open": Release.objects.open().first() if proposed else None,
    }
    return render(request, "admin/calendar_change.html", context)


def _found(pk: int) -> CalendarChange:
    return get_object_or_404(CalendarChange.objects.select_related("proposed_by", "approved_by"), pk=pk)


def _year_of(change: CalendarChange, otherwise: int) -> int:
    """The year whose page the change belongs to."""
    first = change.rows.first() or CalendarRow.objects.filter(pk__in=change.withdraws).first()
    return change.confirms or (first.day.year if first else otherwise)


def _with_upload(request: HttpRequest) -> tuple[Any, list[holidays.Problem]]:
    """What was posted, with the text of an uploaded file where a pasted one would be: so that it comes back if it is refused."""
    given = request.POST.copy()
    upload = request.FILES.get("file")
    if upload is None:
        return given, []
    if given.get("text", "").strip():
        return given, [holidays.Problem(0, _("粘贴的内容和文件只用一种。文件没有读取，粘贴的内容还在。"))]
    if (upload.size or 0) > holidays.MOST_BYTES:
        return given, [holidays.Problem(0, _("内容太大，最多 %(most)d KB。") % {"most": holidays.MOST_BYTES // 1000})]
    text = holidays.text_of(upload.read())
    if text is None:
        return given, [holidays.Problem(0, _("文件不是文本：请用 UTF-8 或 GB18030 编码的 CSV，或 ICS 日历文件。"))]
    given["text"] = text
    return given, []


def _proposed(request: HttpRequest, form: ChangeForm, lines: list[proposals.Line], skipped: int, year: int) -> HttpResponse:
    user, county = signed_in(request)
    said = form.cleaned_data
    made = calendar.propose(
        document=said["document"],
        document_number=said["document_number"],
        source=said["source"],
        note=said["note"],
        lines=lines,
        withdraws=list(said["withdraws"]),
        confirms=year if said["confirms"] else None,
        county=county,
        by=user,
        at=timezone.now(),
    )
    if skipped:
        words = ngettext(
            "%(count)d 个事件没有“休”或“班”的标记，没有读取。", "%(count)d 个事件没有“休”或“班”的标记，没有读取。", skipped
        )
        messages.info(request, words % {"count": skipped})
    return HttpResponseRedirect(reverse("admin:calendar_change", args=[made.pk]))


def _act(request: HttpRequest, found: CalendarChange, user: User) -> HttpResponse:
    """Take the step that was asked for, and where to go then."""
    county, at = signed_in(request)[1], timezone.now()
    here = HttpResponseRedirect(reverse("admin:calendar_change", args=[found.pk]))
    do = request.POST.get("do", "")
    if do == "withdraw":
        calendar.withdraw(change=found, county=county, by=user, at=at)
        return here
    if do != "approve":
        raise Refused(_("没有这个操作。请刷新页面。"))
    done = calendar.approve(change=found, seen=request.POST.get("seen", ""), county=county, by=user, at=at)
    if done.release is None:
        messages.success(request, _("变更已生效。已公布的接访安排没有变化，不需要再公布一期。"))
        return here
    messages.success(request, _("变更已生效。已拟定一期，审定公布后群众才会看到。"))
    return HttpResponseRedirect(reverse("admin:release", args=[done.release.pk]))
