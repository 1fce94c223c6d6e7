"""A reception day as Schema.org Events, for search engines: https://schema.org/Event."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from reception import published, words


def of_day(roster: published.Roster, day: published.Day, *, address: str) -> dict[str, Any]:
    """The day's sittings as JSON-LD. `address` is that of the county's pages, with the scheme, without a slash at the end."""
    return {"@context": "https://schema.org", "@graph": [_event(roster, day, sitting, address) for sitting in day.sittings]}


def _event(roster: published.Roster, day: published.Day, sitting: published.Sitting, address: str) -> dict[str, Any]:
    county, leader = roster.county, sitting.leader
    page = f"{address}/days/{day.day}/"
    said: dict[str, Any] = {
        "@type": "Event",
        "@id": f"{page}#{sitting.document['uid']}",
        "url": page,
        "name": _("%(county)s领导接访：%(name)s（%(post)s）")
        % {"county": words.said(county["name"]), "name": words.said(leader["name"]), "post": words.said(leader["post"])},
        "startDate": _moment(day.day, sitting.starts, county),
        "endDate": _moment(day.day, sitting.ends, county),
        "eventStatus": f"https://schema.org/{'EventCancelled' if sitting.is_cancelled else 'EventScheduled'}",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "isAccessibleForFree": True,
        "inLanguage": "zh-Hans",
        "location": {
            "@type": "Place",
            "name": words.said(sitting.place["name"]),
            "address": words.said(sitting.place["address"]) or words.said(county["name"]),
        },
        "organizer": {"@type": "GovernmentOrganization", "name": words.said(county["bureau"]), "url": f"{address}/"},
        "performer": {"@type": "Person", "name": words.said(leader["name"]), "jobTitle": words.said(leader["post"])},
    }
    why = words.added(day.title) if day.is_extra else words.why(day.reasons)
    if why:
        said["description"] = why
    if county["phone"]:
        said["organizer"]["telephone"] = county["phone"]
    return said


def _moment(day: date, at: time, county: Mapping[str, Any]) -> str:
    return datetime.combine(day, at, ZoneInfo(county["time_zone"])).isoformat()
