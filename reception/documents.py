"""Compose the release document of a county from its working tables. See `docs/release-document.md` for its shape.

Days that are over are taken from the last release as they were published: a leader renamed or a post abolished later does not
rewrite what was.
"""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from reception.models import (
    Attendance,
    County,
    DayState,
    Place,
    Post,
    ReceptionDay,
    Release,
    Sitting,
    SittingState,
    Substitution,
    SubstitutionState,
    SubstitutionWay,
)
from reception.models.calendar import work_calendar
from scheduling.calendar import WorkCalendar, YearStatus

SCHEMA = "reception-day/release/1"
Document = dict[str, Any]


def latest() -> Release | None:
    """The newest published release of the county in scope."""
    return Release.objects.published().first()


def compose(county: County, *, on: date, previous: Mapping[str, Any] | None, note: str = "", note_en: str = "") -> Document:
    """The document of the county in scope as it would be published on a day, without what only publishing knows
    (number, previous, published_at, journal). `previous` is the document of the last release."""
    days = list(ReceptionDay.objects.order_by("day", "uid"))
    sittings = _sittings_by_day()
    over = {day["uid"]: day for day in previous["days"] if day["day"] < on.isoformat()} if previous else {}
    written = [_over_or_now(day, sittings.get(day.pk, []), over) for day in days]
    return {
        "schema": SCHEMA,
        "county": describe_county(county),
        "note": both(note, note_en),
        "years": _years(written, work_calendar(county)),
        "days": written,
    }


def both(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def clock(at: time) -> str:
    return at.strftime("%H:%M")


def describe_county(county: County) -> Document:
    return {
        "slug": county.slug,
        "code": county.code,
        "name": both(county.name, county.name_en),
        "time_zone": county.time_zone,
        "nominal_day": county.nominal_day,
        "country": county.country,
        "bureau": both(county.bureau, county.bureau_en),
        "address": both(county.address, county.address_en),
        "phone": county.phone,
        "supervision_phone": county.supervision_phone,
        "scope": both(county.scope, county.scope_en),
        "booking": both(county.booking, county.booking_en),
        "notice": {"zh": county.notice.splitlines(), "en": county.notice_en.splitlines()},
        "booking_closes": {"workdays_before": county.booking_closes_workdays_before, "at": clock(county.booking_closes_at)},
    }


def _sittings_by_day() -> dict[int, list[Document]]:
    """Sittings written out, by their day's id, in the order of their rotations."""
    standing_in = {
        substitution.sitting_id: substitution
        for substitution in Substitution.objects.filter(state=SubstitutionState.IN_FORCE).select_related(
            "leader", "post", "pair__sitting__day"
        )
    }
    attending: dict[int, list[Document]] = {}
    for attendance in Attendance.objects.select_related("department").order_by("department__code"):
        attending.setdefault(attendance.sitting_id, []).append(both(attendance.department.name, attendance.department.name_en))
    found: dict[int, list[Document]] = {}
    rows = Sitting.objects.select_related("rotation", "post", "leader", "place").order_by("rotation__position", "starts", "uid")
    for sitting in rows:
        found.setdefault(sitting.day_id, []).append(
            _describe_sitting(sitting, standing_in.get(sitting.pk), attending.get(sitting.pk, []))
        )
    return found


def _over_or_now(day: ReceptionDay, sittings: list[Document], over: Mapping[str, Document]) -> Document:
    known = over.get(str(day.uid))
    state = DayState.PUBLISHED if day.state in (DayState.PLANNED, DayState.IN_PROGRESS) else day.state
    if known is not None and known["state"] == state:
        return known
    return {
        "uid": str(day.uid),
        "month": f"{day.month:%Y-%m}",
        "nominal": day.nominal_on.isoformat() if day.nominal_on else None,
        "day": day.day.isoformat(),
        "kind": day.kind,
        "status": day.status,
        "state": str(state),
        "reasons": day.reasons,
        "title": both(day.title, day.title_en),
        "reason": both(day.reason, day.reason_en),
        "sittings": sittings,
    }


def _describe_sitting(sitting: Sitting, substitution: Substitution | None, departments: list[Document]) -> Document:
    planned = {"name": both(sitting.leader.name, sitting.leader.name_en), "post": _name(sitting.post)}
    receiving = {**planned, "portfolio": both(sitting.portfolio, sitting.portfolio_en)}
    if substitution and substitution.leader and substitution.post:
        receiving = {
            "name": both(substitution.leader.name, substitution.leader.name_en),
            "post": _name(substitution.post),
            "portfolio": both(substitution.portfolio, substitution.portfolio_en),
        }
    return {
        "uid": str(sitting.uid),
        "sequence": 0,
        "rotation": {"key": sitting.rotation.code, "name": both(sitting.rotation.name, sitting.rotation.name_en)}
        if sitting.rotation
        else None,
        "leader": receiving,
        "place": {"name": _name(sitting.place), "address": both(sitting.place.address, sitting.place.address_en)},
        "from": clock(sitting.starts),
        "to": clock(sitting.ends),
        "capacity": sitting.capacity,
        "state": str(SittingState.PUBLISHED if sitting.state == SittingState.PLANNED else sitting.state),
        "substitutes": _substitutes(planned, substitution) if substitution else None,
        "turn": _public_turn(sitting.turn),
        "departments": departments,
        "coordinators": [both(words, "") for words in substitution.coordinators.split("、") if words] if substitution else [],
    }


def _substitutes(planned: Document, substitution: Substitution) -> Document:
    """Whom the receiving leader stands in for. How it came about is said only where it was not the usual way."""
    found: Document = {"leader": planned, "reason": substitution.reason}
    if substitution.way == SubstitutionWay.EMERGENCY:
        found["emergency"] = True
    if substitution.pair is not None:
        found["swapped_with"] = substitution.pair.sitting.day.day.isoformat()
    return found


def _name(thing: Post | Place) -> Document:
    return both(thing.name, thing.name_en)


def _public_turn(turn: Document | None) -> Document | None:
    """Why this post is due, without what is nobody's business: that someone was away is public, why they were is not."""
    if turn is None:
        return None
    passed_over = [{"post": passed["name"], "reason": passed["reason"]} for passed in turn["passed_over"]]
    return {"passed_over": passed_over, "first_in_queue": turn["first_in_queue"]}


def _years(days: list[Document], calendar: WorkCalendar) -> list[Document]:
    years = sorted({int(day["day"][:4]) for day in days} | {int(day["month"][:4]) for day in days})
    return [describe_year(year, calendar) for year in years]


def describe_year(year: int, calendar: WorkCalendar) -> Document:
    """Whether a year's arrangement is known, and by which document."""
    status = calendar.year_status(year)
    document = calendar.year_document(year) if status is YearStatus.CONFIRMED else ""
    return {"year": year, "status": str(status), "document": document}
