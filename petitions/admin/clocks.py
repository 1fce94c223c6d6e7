"""One clock on a page that prints: what began it, its length and article, each thing that moved its end, and the days one by one."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from petitions import casefile, clock_words, terms, timelines
from petitions.actions import clocks
from petitions.models import Case, Deadline
from reception import codes
from reception.admin.base import signed_in
from reception.models.calendar import work_calendar
from scheduling.calendar import WorkCalendar
from scheduling.counting import Why, days_of


@require_safe
def clock(request: HttpRequest, pk: int) -> HttpResponse:
    """How one clock of a case that the person may see was counted. One that another took the place of leads there."""
    user, county = signed_in(request)
    on = timezone.localdate(timezone=county.zone)
    seen = Case.objects.visible_to(user, on=on)
    row = get_object_or_404(Deadline.objects.select_related("case").filter(case__in=seen), pk=pk)
    case = casefile.opened(row.case)
    shown = next(one for one in timelines.legal(case, on) if row.pk in {one.clock.pk, *(before.pk for before in one.before)})
    calendar = work_calendar(county)
    context = {
        **admin.site.each_context(request),
        "title": _("%(name)s怎样计算") % {"name": shown.name},
        "case": case,
        "number": codes.show_number(case.number),
        "shown": shown,
        "clock": shown.clock,
        "edition": clock_words.edition(shown.clock),
        "days": _days(shown.clock, calendar),
        "target_of": terms.due("D13", shown.clock.started_on, calendar).due if shown.clock.kind == "D1" else None,
        "whole": timelines.whole(case, on, county),
        "today": on,
    }
    return render(request, "admin/clock.html", context)


def _days(row: Deadline, calendar: WorkCalendar) -> list[dict[str, Any]]:
    """Each day with its number or why it has none; nothing where the calendar of today would give another end than was kept."""
    due = clocks.counted(row, calendar, clocks.excluded([row])[row.chain])
    if row.kind == "D11" or (due.due, due.paused_by) != (row.due_on, row.paused_by):
        return []
    why = {Why.START: _("起算日，不计"), Why.EXCLUDED: _("不计入期限"), Why.ROLLED: _("末日顺延")}
    found = []
    for one in days_of(due, calendar):
        name = calendar.fact(one.day).name
        note = (name or _("休息日")) if one.why is Why.OFF else why[one.why] if one.why else ""
        found.append({"day": one.day, "n": one.n, "note": note})
    return found
