"""For programs of readers: the changes as an Atom feed, the roster as a CSV table."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reception import cells, notices, published, words
from reception.http import Missing, chain, in_county, site
from reception.models import County

NEWEST = 50


@in_county
def changes_atom(request: HttpRequest, county: County, roster: published.Roster | None) -> HttpResponse:
    """``changes.atom``: one entry for each release and one for each item of its change notice, the newest release first."""
    if roster is None:
        raise Missing(_("本县还没有公布接访安排。"))
    pages = site(county)
    feed = Atom1Feed(
        title=_("%(county)s领导接访日") % {"county": words.said(roster.county["name"])},
        link=f"{pages}/releases/",
        feed_url=f"{pages}/changes.atom",
        feed_guid=f"{pages}/changes.atom",
        description="",
        language=get_language(),
        author_name=words.said(roster.county["bureau"]),
    )
    changed: dict[int, list[notices.ChangeNotice]] = {}
    for item in chain(county, roster).newest(NEWEST):
        changed.setdefault(item.release, []).append(item)
    for release in roster.heads[:NEWEST]:
        for item in changed.get(release.number, []):
            feed.add_item(
                unique_id=item.id,
                title=_("%(title)s：%(date)s") % {"title": item.title, "date": words.long_date(item.day)},
                link=f"{pages}/releases/{release.number}/notice/#{item.key}",
                description=item.sentence,
                pubdate=release.published_at,
                updateddate=release.published_at,
            )
        feed.add_item(
            title=_("接访安排第 %(number)s 期") % {"number": release.number},
            link=f"{pages}/releases/{release.number}/",
            description=words.said(release.note),
            pubdate=release.published_at,
            updateddate=release.published_at,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


@in_county
def roster_csv(request: HttpRequest, county: County, roster: published.Roster | None) -> HttpResponse:
    """``roster.csv``: one row for each sitting, with a byte order mark so that spreadsheet programs read Chinese."""
    if roster is None:
        raise Missing(_("本县还没有公布接访安排。"))
    heads = [
        _("接访日期"),
        _("日期状态"),
        _("状态"),
        _("轮值序列"),
        _("接访领导"),
        _("职务"),
        _("原定"),
        _("原因"),
        _("开始"),
        _("结束"),
        _("接访地点"),
        _("地址"),
        _("可预约批次"),
    ]
    response = HttpResponse(cells.comma_separated([heads, *_rows(roster)]), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{county.slug}-roster-{roster.number}.csv"'
    return response


def _rows(roster: published.Roster) -> Iterator[list[str]]:
    for day in roster.days:
        state = _("已取消") if day.is_cancelled else _("已结束") if day.state == "held" else _("已公布")
        for sitting in day.sittings:
            before = sitting.substitutes
            yield [
                day.document["day"],
                _("暂定") if day.is_provisional else _("已确定"),
                state,
                words.said(sitting.rotation["name"]) if sitting.rotation else "",
                words.said(sitting.leader["name"]),
                words.said(sitting.leader["post"]),
                words.said(before["leader"]["name"]) if before else "",
                words.instead(before) if before else words.said(day.document["reason"]),
                sitting.document["from"],
                sitting.document["to"],
                words.said(sitting.place["name"]),
                words.said(sitting.place["address"]),
                str(sitting.capacity),
            ]
