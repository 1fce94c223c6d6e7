"""Whether a release comes later than the county promises to publish, and what it then says of that.

Source: the county's provisions: who receives is published in advance. How many days is the county's setting.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from reception import documents
from reception.errors import Refused
from reception.models import County, Release
from scheduling.releases import difference, first_day_changed


@dataclass(frozen=True, slots=True)
class Lateness:
    """A release that would come out later than promised: the earliest coming day it changes, how many days ahead of it, how many are due."""

    day: date
    ahead: int
    due: int


def of(release: Release, last: Release | None, *, county: County, on: date) -> Lateness | None:
    """How late an open release would be over the last one, published on a day; None when it is in time or changes no coming day."""
    day = first_day_changed(last.document if last else None, release.document, on=on)
    if day is None or (day - on).days >= county.publish_days_ahead:
        return None
    return Lateness(day, (day - on).days, county.publish_days_ahead)


def said(
    release: Release, last: Release | None, *, county: County, at: datetime, reason: str, reason_en: str
) -> documents.Document:
    """What the document says of its lateness, and the release with it; nothing when it is in time. Raises `Refused` without a reason."""
    on = at.astimezone(county.zone).date()
    late = of(release, last, county=county, on=on)
    if late is None:
        return {}
    if not reason and is_emergency(release, last, on=on):
        # Nobody can announce an emergency two days ahead: the release says what it was, and needs no other reason.
        reason, reason_en = "当日应急替代", "Emergency substitution on the day"
    if not reason:
        raise Refused(
            _(
                "规定至少提前 %(due)d 天公布；本期最早改动 %(day)s 的安排，今天公布只提前 %(ahead)d 天。"
                "请填写未能提前公布的原因（会公开）再公布，或作废后改动更晚的接访日。"
            )
            % {"due": late.due, "day": late.day, "ahead": late.ahead}
        )
    release.late_reason, release.late_reason_en = reason, reason_en
    return {"late": {"days": late.due, "reason": documents.both(reason, reason_en)}}


def is_emergency(release: Release, last: Release | None, *, on: date) -> bool:
    """Whether all that an open release changes over the last one is who receives on that day, by emergency substitutions."""
    changes = difference(last.document if last else None, release.document)
    today = on.isoformat()
    return (
        bool(changes.days)
        and not changes.county
        and all(
            day.old is not None
            and day.new is not None
            and day.new["day"] == today
            and not day.changes
            and all(
                sitting.old is not None
                and sitting.new is not None
                and (sitting.new["substitutes"] or {}).get("emergency", False)
                and {change.field for change in sitting.changes} <= {"leader", "substitutes", "coordinators"}
                for sitting in day.sittings
            )
            for day in changes.days
        )
    )
