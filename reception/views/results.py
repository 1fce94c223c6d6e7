"""What became of the matters, month by month, in numbers none of which is small (`petitions.reports.small`): page and table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from reception import cells, published, words
from reception.http import Missing, in_county
from reception.models import County
from reception.views import public

# So many months stand on the page; the table has all.
MONTHS = 24
HELD = 12


def _first(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


@dataclass(frozen=True)
class Share:
    """A part of a whole, counted over the months from `since` to `until`, both included."""

    since: date
    until: date
    whole: int
    part: int

    @property
    def months(self) -> str:
        if self.since == self.until:
            return words.month_name(self.until)
        return _("%(first)s至%(last)s") % {"first": words.month_name(self.since), "last": words.month_name(self.until)}

    @property
    def percent(self) -> int:
        """Rounded down: nobody is told of a whole that was not reached."""
        return self.part * 100 // self.whole


@dataclass(frozen=True)
class Month:
    """One month as published; a share is None where it is told with a later month's, `received` where it is too little to tell."""

    first: date
    received: Mapping[str, Any] | None
    in_time: Share | None
    satisfied: Share | None

    @property
    def name(self) -> str:
        return words.month_name(self.first)


def month(document: Mapping[str, Any]) -> Month:
    """A month from its published document."""
    first = _first(document["month"])
    shares = {
        name: Share(_first(said["since"]), first, said["whole"], said["part"]) if (said := document[name]) else None
        for name in ("in_time", "satisfied")
    }
    return Month(first, document["received"], **shares)


@in_county
def results(request: HttpRequest, county: County, roster: published.Roster | None) -> HttpResponse:
    """What became of the matters of each month. Until one is told there are no numbers, and the page says so."""
    if roster is None:
        return public.nothing_yet(request, county)
    today = public.today_in(county)
    months = [month(document) for document in roster.results[:MONTHS]]
    held = [day for day in roster.days if day.state == "held" and day.day <= today]
    context = public.about(county, roster, today) | {
        "months": months,
        "told": any(one.received for one in months),
        "in_time": next((one.in_time for one in months if one.in_time), None),
        "satisfied": next((one.satisfied for one in months if one.satisfied), None),
        "held": held[-HELD:][::-1],
    }
    return render(request, "reception/results.html", context)


@in_county
def results_csv(request: HttpRequest, county: County, roster: published.Roster | None) -> HttpResponse:
    """``results.csv``: every number of the page, one in a row."""
    documents = roster.results if roster else ()
    if not documents:
        raise Missing(_("本县还没有公布办理结果。"))
    heads = [_("起"), _("止"), _("项目"), _("类别"), _("件数")]
    table = cells.comma_separated([heads, *(row for document in documents for row in _rows(month(document)))])
    response = HttpResponse(table, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{county.slug}-results-{documents[0]["month"]}.csv"'
    return response


def _rows(one: Month) -> Iterator[list[str]]:
    own = f"{one.first:%Y-%m}"
    if one.received:
        yield [own, own, _("收到"), _("合计"), str(one.received["total"])]
        for topic in one.received["topics"]:
            yield [own, own, _("收到"), words.said(topic["name"]), str(topic["count"])]
        if one.received["others"]:
            yield [own, own, _("收到"), _("其他类别"), str(one.received["others"])]
    for share, whole, part in ((one.in_time, _("办结"), _("其中按期")), (one.satisfied, _("评价"), _("其中满意或基本满意"))):
        if share:
            since = f"{share.since:%Y-%m}"
            yield [since, own, whole, _("合计"), str(share.whole)]
            yield [since, own, part, _("合计"), str(share.part)]
