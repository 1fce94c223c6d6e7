"""The calendar feed: one event for each sitting, with an identity that stays the same for ever."""

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, vText

from reception import published, words
from reception.http import Missing, in_county, site
from reception.models import County


@in_county
def roster_ics(request: HttpRequest, county: County, roster: published.Roster | None) -> HttpResponse:
    """``roster.ics``: every sitting ever published, for calendar programs to subscribe to."""
    if roster is None:
        raise Missing(_("本县还没有公布接访安排。"))
    feed = calendar(roster, address=site(county))
    return HttpResponse(feed.to_ical(), content_type="text/calendar; charset=utf-8")


def calendar(roster: published.Roster, *, address: str) -> Calendar:
    """The feed of a roster. `address` is where the county's pages are, without a slash at the end."""
    zone = ZoneInfo(roster.county["time_zone"])
    name = _("%(county)s领导接访日") % {"county": words.said(roster.county["name"])}
    feed = skeleton(name, zone, [day.day for day in roster.days])
    for day in roster.days:
        for sitting in day.sittings:
            feed.add_component(event(roster, day, sitting, zone, address))
    return feed


def skeleton(name: str, zone: ZoneInfo, days: Sequence[date]) -> Calendar:
    """A calendar of that name without events, with the rules of the zone for its days."""
    feed = Calendar()
    feed.add("prodid", "-//Reception Day//Roster//ZH")
    feed.add("version", "2.0")
    feed.add("method", "PUBLISH")
    feed.add("x-wr-calname", _text(name))
    feed.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    if days:
        feed.add_component(Timezone.from_tzinfo(zone, first_date=min(days), last_date=max(days) + timedelta(days=1)))
    return feed


def event(
    roster: published.Roster, day: published.Day, sitting: published.Sitting, zone: ZoneInfo, address: str, *, status: str = ""
) -> Event:
    """One sitting. `status` says for whom it is otherwise than for the public: CANCELLED for the leader whom another replaces,
    TENTATIVE for a sitting that is planned and not published."""
    leader = sitting.leader
    event = Event()
    event.add("uid", f"{sitting.uid}@{roster.county['slug']}.reception-day")
    event.add("sequence", sitting.sequence)
    event.add("dtstamp", roster.published_at)
    event.add("dtstart", datetime.combine(day.day, sitting.starts, zone))
    event.add("dtend", datetime.combine(day.day, sitting.ends, zone))
    public = "CANCELLED" if sitting.is_cancelled else "TENTATIVE" if day.is_provisional else "CONFIRMED"
    event.add("status", status or public)
    summary = _("领导接访：%(name)s（%(post)s）") % {"name": words.said(leader["name"]), "post": words.said(leader["post"])}
    tentative = (status or public) == "TENTATIVE"
    event.add("summary", _text((_("[暂定] ") if tentative else "") + summary))
    place = sitting.place
    event.add("location", _text(" ".join(filter(None, [words.said(place["name"]), words.said(place["address"])]))))
    event.add("description", _text(_description(roster, day, sitting)))
    if roster.number:
        event.add("url", f"{address}/days/{day.day}/")
    event.add("transp", "TRANSPARENT")
    return event


def _description(roster: published.Roster, day: published.Day, sitting: published.Sitting) -> str:
    said = [words.added(day.title) if day.is_extra else words.why(day.reasons)]
    if words.said(sitting.leader["portfolio"]):
        said.append(_("分管工作：%(portfolio)s") % {"portfolio": words.said(sitting.leader["portfolio"])})
    if sitting.substitutes:
        planned = sitting.substitutes["leader"]
        said.append(
            _("原定：%(name)s（%(post)s）。原因：%(reason)s。")
            % {
                "name": words.said(planned["name"]),
                "post": words.said(planned["post"]),
                "reason": words.instead(sitting.substitutes),
            }
        )
        if sitting.substitutes.get("emergency"):
            said.append(_("应急调整，由信访部门负责人当日决定。"))
    if day.is_provisional:
        said.append(_("日期暂定：该年的节假日安排尚未公布。"))
    if roster.county["phone"]:
        said.append(_("咨询电话：%(phone)s") % {"phone": roster.county["phone"]})
    said.append(_("接访安排第 %(number)s 期") % {"number": roster.number} if roster.number else _("尚未公布，可能调整。"))
    return "\n".join(filter(None, said))


def _text(words_of_people: str) -> vText:
    """Text without characters that could break a line of the feed or turn its reading direction (RFC 5545, 3.1)."""
    kept = "".join(
        character
        for character in words_of_people.replace("\r\n", "\n")
        if character == "\n" or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
    )
    return vText(kept)
