"""Notices as PDF, for printing, posting on a wall and sending on."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from reception import editions, papers, printing, published, words
from reception.http import Link, Missing, chain, find, prefix, public
from reception.models import County

P = ParamSpec("P")


def paper(
    compose: Callable[Concatenate[County, published.Roster, P], papers.Paper],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A view that composes a document from the county's latest release. It is set once the database has been let go."""

    @public
    @wraps(compose)
    def printed(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        dossier = editions.source().dossier(find(str(kwargs.pop("county"))))
        county, roster = dossier.county, dossier.roster
        with timezone.override(county.zone):
            if roster is None:
                raise Missing(_("本县还没有公布接访安排。"), [Link(f"{prefix()}/{county.slug}/", _("下一次接访"))])
            composed = compose(county, roster, *args, **kwargs)
        return _answer(composed)

    return printed


def _answer(composed: papers.Paper) -> HttpResponse:
    try:
        content = composed.pdf()
    except printing.Unprintable:
        sentence = _("这份公告暂时无法生成 PDF，管理人员已能看到这个问题。内容与网页上的相同。")
        raise Missing(sentence, [Link(composed.address, composed.title)], status=500) from None
    # The second name is for browsers that read RFC 6266, the first for the rest.
    names = f"filename=\"{composed.plain_name}\"; filename*=UTF-8''{quote(composed.name)}"
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": f"inline; {names}"})


@paper
def month(county: County, roster: published.Roster, year: str, month: str) -> papers.Paper:
    """The notice of one month: ``/<county>/roster/<year>/<month>/notice.pdf``."""
    days = _days_of(county, roster, year)
    if not (month.isascii() and month.isdecimal() and len(month) <= 2 and 1 <= int(month) <= 12):
        raise Missing(_("月份请写 1 到 12 的数字。"), _months(county, days), status=400)
    found = [day for day in days if day.month.month == int(month)]
    if not found:
        raise Missing(_("%(year)s年%(month)s月没有公布接访安排。") % {"year": year, "month": int(month)}, _months(county, days))
    page = f"days/{found[0].day}/" if len(found) == 1 else f"roster/{year}/"
    return papers.month(roster, found, address=_address(county, page))


@paper
def year(county: County, roster: published.Roster, year: str) -> papers.Paper:
    """The notice of a whole year: ``/<county>/roster/<year>/notice.pdf``."""
    return papers.year(roster, _days_of(county, roster, year), address=_address(county, f"roster/{year}/"))


@paper
def change(county: County, roster: published.Roster, number: str) -> papers.Paper:
    """The notice of what a release changed: ``/<county>/releases/<number>/notice.pdf``."""
    valid = number.isascii() and number.isdecimal() and len(number) <= 6
    if not valid or int(number) not in {head.number for head in roster.heads}:
        links = [Link(f"{prefix()}/{county.slug}/releases/", _("历次公布"))]
        raise Missing(_("没有第 %(number)s 期。最新的是第 %(last)s 期。") % {"number": number[:20], "last": roster.number}, links)
    found = editions.source().release(county, roster, int(number))
    items = chain(county, roster).of_release(found.number)
    if not items:
        links = [Link(f"{prefix()}/{county.slug}/releases/{found.number}/", _("第 %(number)s 期") % {"number": found.number})]
        raise Missing(_("第 %(number)s 期没有调整此前公布的接访安排，所以没有调整公告。") % {"number": found.number}, links)
    page = _address(county, f"releases/{found.number}/notice/")
    return papers.change(found, items, address=page)


def _address(county: County, page: str) -> str:
    """Where a page is, as it stands on paper: at the portal's own address, whatever name it was asked by."""
    return f"{settings.SITE_URL}{prefix()}/{county.slug}/{page}"


def _days_of(county: County, roster: published.Roster, year: str) -> list[published.Day]:
    """The days of a year as typed. Raises `Missing`."""
    links = [
        Link(f"{prefix()}/{county.slug}/roster/{known}/", _("%(year)s 年接访安排") % {"year": known}) for known in roster.years
    ]
    if len(year) != 4 or not (year.isascii() and year.isdecimal()):
        raise Missing(_("年份请写四位数字，例如 2026。"), links[::-1], status=400)
    days = roster.of_year(int(year))
    if not days:
        raise Missing(_("%(year)s 年没有公布接访安排。") % {"year": year}, links[::-1])
    return days


def _months(county: County, days: list[published.Day]) -> list[Link]:
    """The months of a year that have a notice."""
    root = f"{prefix()}/{county.slug}/roster"
    return [
        Link(f"{root}/{month.year}/{month.month}/notice.pdf", _("%(month)s公告（PDF）") % {"month": words.month_name(month)})
        for month in sorted({day.month for day in days})
    ]
