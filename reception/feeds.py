"""The calendar feed: one event for each sitting, with an identity that stays the same for ever."""

import unicodedata
from datetime import datetime, timedelta
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
    feed = Calendar()
    feed.add("prodid", "-//Reception Day//Roster//ZH")
    feed.add("version", "2.0")
    feed.add("method", "PUBLISH")
    feed.add("x-wr-calname", _text(_("%(county)s领导接访日") % {"county": words.said(roster.county["name"])}))
    feed.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    if roster.days:
        feed.add_component(
            Timezone.from_tzinfo(zone, first_date=roster.days[0].day, last_date=roster.days[-1].day + timedelta(days=1))
        )
    for day in roster.days:
        for sitting in day.sittings:
            feed.add_component(_event(roster, day, sitting, zone, address))
    return feed


def _event(roster: published.Roster, day: published.Day, sitting: published.Sitting, zone: ZoneInfo, address: str) -> Event:
    leader = sitting.leader
    event = Event()
    event.add("uid", f"{sitting.uid}@{roster.county['slug']}.reception-day")
    event.add("sequence", sitting.sequence)
    event.add("dtstamp", roster.published_at)
    event.add("dtstart", datetime.combine(day.day, sitting.starts, zone))
    event.add("dtend", datetime.combine(day.day, sitting.ends, zone))
    event.add("status", "CANCELLED" if sitting.is_cancelled else "TENTATIVE" if day.is_provisional else "CONFIRMED")
    summary = _("领导接访：%(name)s（%(post)s）") % {"name": words.said(leader["name"]), "post": words.said(leader["post"])}
    event.add("summary", _text((_("[暂定] ") if day.is_provisional and not sitting.is_cancelled else "") + summary))
    place = sitting.place
    event.add("location", _text(" ".join(filter(None, [words.said(place["name"]), words.said(place["address"])]))))
    event.add("description", _text(_description(roster, day, sitting)))
    event.add("url", f"{address}/days/{day.day}/")
    event.add("transp", "TRANSPARENT")
    return event


def _description(roster: published.Roster, day: published.Day, sitting: published.Sitting) -> str:
    said = [words.why(day.reasons)]
    if words.said(sitting.leader["portfolio"]):
        said.append(_("分管工作：%(portfolio)s") % {"portfolio": words.said(sitting.leader["portfolio"])})
    if sitting.substitutes:
        planned = sitting.substitutes["leader"]
        said.append(
            _("原定：%(name)s（%(post)s）。原因：%(reason)s。")
            % {
                "name": words.said(planned["name"]),
                "post": words.said(planned["post"]),
                "reason": words.reason(sitting.substitutes["reason"]),
            }
        )
    if day.is_provisional:
        said.append(_("日期暂定：该年的节假日安排尚未公布。"))
    if roster.county["phone"]:
        said.append(_("咨询电话：%(phone)s") % {"phone": roster.county["phone"]})
    said.append(_("接访安排第 %(number)s 期") % {"number": roster.number})
    return "\n".join(filter(None, said))


def _text(words_of_people: str) -> vText:
    """Text without characters that could break a line of the feed or turn its reading direction (RFC 5545, 3.1)."""
    kept = "".join(
        character
        for character in words_of_people.replace("\r\n", "\n")
        if character == "\n" or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
    )
    return vText(kept)
