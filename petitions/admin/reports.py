"""The reports' page: one period at a time, every table with its sum, charts where a picture says more, and the way to files."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from petitions.reports import shape, whole
from petitions.reports.shape import Table
from reception import charts
from reception.admin.base import button, may, signed_in
from reception.errors import Refused
from reception.words import english
from scheduling import periods
from scheduling.periods import Length, Period

# Few bars say nothing that the table does not; many are no picture.
LEAST, MOST = 2, 16


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """GET with `period` as 2026, 2026-Q3 or 2026-07; without it, the month before this one. What is no period is said to be none."""
    user, county = signed_in(request)
    may(user, "report.view")
    on = timezone.localdate(timezone=county.zone)
    asked = request.GET.get("period", "").strip()
    period, wrong = _period(asked, on)
    tables = whole.tables(user=user, county=county, period=period, on=on)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("统计报表：%(period)s") % {"period": words(period)},
        "period": period,
        "asked": asked if wrong else period.key,
        "wrong": wrong,
        "unfinished": on < period.after,
        "today": on,
        "before": period.before,
        "next": period.next if period.next.first <= on else None,
        "lengths": [(period.of_length(length), words(period.of_length(length))) for length in Length],
        "tables": [(table, _chart(table), table.columns[table.bars or 0]) for table in tables],
        "export": button(user, "report.export"),
        "cases": button(user, "case.export"),
        "radar": button(user, "case.view"),
    }
    return render(request, "admin/reports.html", context, status=400 if wrong else 200)


def _period(asked: str, on: date) -> tuple[Period, str]:
    """The period asked for; or the last whole month, and what was wrong with what was asked."""
    last = periods.around(on, Length.MONTH).before
    if not asked:
        return last, ""
    try:
        period = shape.period(asked)
    except Refused as refusal:
        return last, refusal.sentence
    if period.first > on:
        return last, _("%(period)s 还没有开始，没有可统计的。") % {"period": words(period)}
    return period, ""


def words(period: Period) -> str:
    """2026 年、2026 年第 3 季度、2026 年 7 月; a year in English, its quarter, its month."""
    said = {"year": period.first.year, "n": period.number}
    if period.length is Length.YEAR:
        return _("%(year)d 年") % said
    if period.length is Length.QUARTER:
        return _("%(year)d 年第 %(n)d 季度") % said
    return date_format(period.first, "F Y") if english() else _("%(year)d 年 %(n)d 月") % said


def _chart(table: Table) -> charts.Chart | None:
    if table.bars is None or not LEAST <= len(table.rows) <= MOST:
        return None
    return charts.bars([(row.words, row.numbers[table.bars]) for row in table.rows])
