"""What citizens see: every page is made from the published release alone."""

import sys
from datetime import date

import structlog
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from reception import differences, editions, filters, notices, published, words
from reception.errors import Unrecorded
from reception.http import Link, Missing, chain, find, in_county, is_down, name, plain, prefix, public, unavailable
from reception.models import County
from reception.models.counties import RESERVED_SLUGS
from reception.views.search import choose
from scheduling.releases import difference

log = structlog.get_logger(__name__)
UNRECORDED = gettext_noop(
    "这一步必须记入操作日志，现在记不进去，所以没有办理，什么也没有改变。请过几分钟再试；还是不行，请告诉系统管理员。"
)
# How many other releases a release offers to be compared with; the address takes any.
OTHERS = 24


def today_in(county: County) -> date:
    return timezone.localdate(timezone=county.zone)


@public
def home(request: HttpRequest) -> HttpResponse:
    """One county: its next day, at once. Several: find yours by name, pinyin or code."""
    counties = editions.source().counties()
    if len(counties) == 1:
        dossier = editions.source().dossier(counties[0])
        with timezone.override(dossier.county.zone):
            return _next_day(request, dossier.county, dossier.roster)
    return choose(request)


@in_county
def next_day(request: HttpRequest, county: County, roster: published.Roster | None) -> HttpResponse:
    """The county's next reception day as one large answer."""
    return _next_day(request, county, roster)


def _next_day(request: HttpRequest, county: County, roster: published.Roster | None) -> HttpResponse:
    if roster is None:
        return _nothing_yet(request, county)
    today = today_in(county)
    context = _about(county, roster, today) | {"day": roster.next_day(on=today), "later": _later(roster, today)}
    return render(request, "reception/next_day.html", context)


def _later(roster: published.Roster, today: date) -> list[published.Day]:
    """The days after the next one, as many as fit at a glance."""
    coming = [day for day in roster.days if day.day >= today]
    after = roster.next_day(on=today)
    return [day for day in coming if after is None or day.day > after.day][:3]


def _nothing_yet(request: HttpRequest, county: County) -> HttpResponse:
    return render(request, "reception/nothing_yet.html", {"county": county, "name": name(county)})


def _about(county: County, roster: published.Roster, today: date) -> dict[str, object]:
    return {
        "slug": county.slug,
        "county": roster.county,
        "roster": roster,
        "today": today,
        "prefix": prefix(),
        "years": roster.years,
        "this_year": _year_now(roster, today),
    }


def _year_now(roster: published.Roster, today: date) -> int:
    """The year a visitor means: the one of the next day, else the last there is."""
    coming = roster.next_day(on=today)
    return coming.month.year if coming else (roster.years or [today.year])[-1]


@in_county
def year(request: HttpRequest, county: County, roster: published.Roster | None, year: str) -> HttpResponse:
    """The year at a glance, month by month."""
    if roster is None:
        return _nothing_yet(request, county)
    if len(year) != 4 or not (year.isascii() and year.isdecimal()):
        raise Missing(_("年份请写四位数字，例如 2026。"), _year_links(county, roster), status=400)
    days = roster.of_year(int(year))
    if not days:
        raise Missing(_("%(year)s 年没有公布接访安排。") % {"year": year}, _year_links(county, roster))
    chosen = filters.read(request.GET, days)
    shown = [day for day in days if chosen.keeps(day)]
    context = _about(county, roster, today_in(county)) | {
        "year": int(year),
        "days": shown,
        "filter": chosen,
        "keep_query": chosen.used,
    }
    return render(request, "reception/year.html", context)


def _year_links(county: County, roster: published.Roster) -> list[Link]:
    return [
        Link(f"{prefix()}/{county.slug}/roster/{year}/", _("%(year)s 年接访安排") % {"year": year})
        for year in reversed(roster.years)
    ]


@in_county
def day(request: HttpRequest, county: County, roster: published.Roster | None, day: str) -> HttpResponse:
    """The whole notice of one reception day."""
    if roster is None:
        return _nothing_yet(request, county)
    today = today_in(county)
    try:
        asked = date.fromisoformat(day if len(day) == len("2026-02-24") else "")
    except ValueError:
        raise Missing(_("没有这个日期。日期请写成 2026-02-24 的样子。"), _day_links(county, roster, today), status=400) from None
    found = roster.on(asked)
    if found is None:
        raise Missing(_("%(date)s不是接访日。") % {"date": words.long_date(asked)}, _day_links(county, roster, asked))
    ahead = (found.day - roster.published_at.astimezone(county.zone).date()).days
    context = {"day": found, "ahead": max(ahead, 0), "adjustments": chain(county, roster).of_day(found.document["uid"])}
    return render(request, "reception/day.html", _about(county, roster, today) | context)


def _day_links(county: County, roster: published.Roster, near: date) -> list[Link]:
    return [
        Link(f"{prefix()}/{county.slug}/days/{found.day}/", f"{words.long_date(found.day)} {words.weekday(found.day)}")
        for found in roster.nearest(near)
    ]


@in_county
def releases(request: HttpRequest, county: County, roster: published.Roster | None) -> HttpResponse:
    """Every release there has been, the newest first."""
    if roster is None:
        return _nothing_yet(request, county)
    steps = chain(county, roster)
    context = _about(county, roster, today_in(county)) | {
        "releases": [{"release": head, "step": steps.step(head.number)} for head in roster.heads]
    }
    return render(request, "reception/releases.html", context)


@in_county
def release(request: HttpRequest, county: County, roster: published.Roster | None, number: str) -> HttpResponse:
    """One release: what it changed, its hash, and how anyone can check it."""
    if roster is None:
        return _nothing_yet(request, county)
    found = _release(county, roster, number)
    before = editions.source().release(county, roster, found.number - 1) if found.number > 1 else None
    step = chain(county, roster).step(found.number)
    context = _about(county, roster, today_in(county)) | {
        "release": found,
        "before": before,
        "changes": differences.told(difference(before.document if before else None, found.document), first=before is None),
        "ahead": step.ahead,
        "notice": bool(step.items),
        # The one before it is on this page already.
        "others": [other for other in range(roster.number, 0, -1) if other not in (found.number, found.number - 1)][:OTHERS],
    }
    return render(request, "reception/release.html", context)


@in_county
def compare(request: HttpRequest, county: County, roster: published.Roster | None, number: str, other: str) -> HttpResponse:
    """What one release says differently from any other."""
    if roster is None:
        return _nothing_yet(request, county)
    found, before = _release(county, roster, number), _release(county, roster, other)
    changes = differences.told(difference(before.document, found.document))
    context = _about(county, roster, today_in(county)) | {"release": found, "before": before, "changes": changes}
    return render(request, "reception/compare.html", context)


@in_county
def notice(request: HttpRequest, county: County, roster: published.Roster | None, number: str) -> HttpResponse:
    """关于×月领导接访调整的公告: what a release changed of the days to come. Where it changed none, says so and offers those that did."""
    if roster is None:
        return _nothing_yet(request, county)
    found = _release(county, roster, number)
    steps = chain(county, roster)
    items = steps.of_release(found.number)
    if not items:
        pages = f"{prefix()}/{county.slug}/releases"
        others = sorted({item.release for item in steps.newest(OTHERS)}, reverse=True)[:3]
        links = [Link(f"{pages}/{found.number}/", _("第 %(number)s 期") % {"number": found.number})]
        links += [Link(f"{pages}/{other}/notice/", _("第 %(number)s 期调整公告") % {"number": other}) for other in others]
        sentence = (
            _("第 %(number)s 期没有调整此前公布的接访安排，所以没有调整公告。")
            if found.number > 1
            else _("第 %(number)s 期是首期，没有调整公告。")
        )
        raise Missing(sentence % {"number": found.number}, links)
    context = _about(county, roster, today_in(county)) | {
        "release": found,
        "items": items,
        "heading": notices.heading(items),
        "ahead": steps.step(found.number).ahead,
        "published_on": found.published_at.astimezone(county.zone).date(),
    }
    return render(request, "reception/notice.html", context)


def _release(county: County, roster: published.Roster, number: str) -> published.Roster:
    """The release of a number as typed. Raises `Missing`."""
    valid = number.isascii() and number.isdecimal() and len(number) <= 6
    if not valid or not 0 < int(number) <= roster.number:
        links = [Link(f"{prefix()}/{county.slug}/releases/", _("历次公布"))]
        raise Missing(_("没有第 %(number)s 期。最新的是第 %(last)s 期。") % {"number": number[:20], "last": roster.number}, links)
    return editions.source().release(county, roster, int(number))


def not_found(request: HttpRequest, exception: Http404) -> HttpResponse:
    """Any address that leads nowhere: within a county, its pages are offered; where the county is misspelt, the nearest ones."""
    context = {"sentence": _("没有这个页面。"), "links": _instead(request.path), "status": 404}
    return render(request, "reception/missing.html", context, status=404)


def _instead(path: str) -> list[Link]:
    slug = path.removeprefix("/en/").strip("/").split("/", maxsplit=1)[0][:40]
    if not slug or slug in RESERVED_SLUGS:
        return []
    try:
        county = find(slug)
    except Missing as missing:
        return list(missing.links)
    home = f"{prefix()}/{county.slug}"
    return [
        Link(f"{home}/", _("下一个接访日")),
        Link(f"{home}/book/", _("我要预约")),
        Link(f"{home}/roster/", _("全年安排")),
        Link(f"{home}/releases/", _("公布与变更")),
        Link(f"{home}/help/", _("帮助")),
    ]


def failed(request: HttpRequest) -> HttpResponse:
    """A mistake of ours; but where it is the database that is down, or holds somebody up for too long, the machine that has no room left, or
    the journal that takes nothing, it is said that it will pass."""
    failure = sys.exception()
    passes = is_down(failure)
    try:
        if passes:
            response = unavailable(request, _(UNRECORDED) if isinstance(failure, Unrecorded) else "")
        else:
            context = {"sentence": _("系统出了差错，已经记录。请稍后再试，或打电话办理。"), "links": [], "status": 500}
            response = render(request, "reception/missing.html", context, status=500)
    except Exception:
        # What has no file left to open can't read a template either.
        log.exception("the page of a failure failed")
        response = plain(failure)
    response.headers["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What can't be understood, and what is too much to be read at all: the page before still has what was typed."""
    if isinstance(exception, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)):
        sentence = _("一次发送的内容太多，没有读取。请按浏览器的“返回”，减少文字或文件后再发送；填过的内容还在。")
        return render(
            request, "reception/missing.html", {"sentence": sentence, "links": _instead(request.path), "status": 413}, status=413
        )
    return render(request, "reception/missing.html", {"sentence": _("无法理解这个请求。"), "links": [], "status": 400}, status=400)


# What the county's other pages (`pages.py`) share with these.
about, nothing_yet, year_links, year_now = _about, _nothing_yet, _year_links, _year_now
