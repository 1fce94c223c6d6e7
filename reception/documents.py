"""Compose the release document of a county from its working tables. See `docs/release-document.md` for its shape.

Days that are over are taken from the last release as they were published: a leader renamed or a post abolished later does not
rewrite what was.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Model

from reception.models import (
    Attendance,
    County,
    DayState,
    Department,
    Leader,
    Place,
    Post,
    ReceptionDay,
    Release,
    Rotation,
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
    days = [_Day(*row) for row in ReceptionDay.objects.order_by("day", "uid").values_list(*_Day._fields)]
    over = {day["uid"]: day for day in previous["days"] if day["day"] < on.isoformat()} if previous else {}
    kept = {day.pk: stays for day in days if (known := over.get(str(day.uid))) and (stays := _over(day, known, on))}
    sittings = _sittings_by_day([day.pk for day in days if day.pk not in kept])
    written = [kept.get(day.pk) or _describe_day(day, sittings.get(day.pk, [])) for day in days]
    return {
        "schema": SCHEMA,
        "county": describe_county(county),
        "note": both(note, note_en),
        "years": _years(written, work_calendar(county)),
        "days": written,
    }


def _over(day: "_Day", known: Mapping[str, Any], on: date) -> Document | None:
    """A day that is over, as it was published; None for one that has become something else since: it was held, or had been moved.

    A cancellation that was decided in time and is told only now changes what became of the day and why, and nothing else of it.
    """
    if day.day >= on:
        return None
    if day.state == DayState.CANCELLED and known["state"] != DayState.CANCELLED:
        return {**known, "state": str(DayState.CANCELLED), "reason": both(day.reason, day.reason_en)}
    return dict(known) if known["state"] == _state(day) else None


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


class _Day(NamedTuple):
    """A day as it is written out."""

    pk: int
    uid: UUID
    month: date
    nominal_on: date | None
    day: date
    kind: str
    status: str
    state: str
    reasons: list[Document]
    title: str
    title_en: str
    reason: str
    reason_en: str


class _Row(NamedTuple):
    """A sitting as it is written out."""

    pk: int
    day_id: int
    uid: UUID
    rotation_id: int | None
    post_id: int
    leader_id: int
    place_id: int
    portfolio: str
    portfolio_en: str
    starts: time
    ends: time
    capacity: int
    state: str
    turn: Document | None


@dataclass(frozen=True, slots=True)
class _Names:
    """What sittings point to, written out once each, by id; the departments in the order of their codes."""

    rotations: Mapping[int, Document]
    posts: Mapping[int, Document]
    leaders: Mapping[int, Document]
    places: Mapping[int, Document]
    departments: Mapping[int, Document]


def _names() -> _Names:
    return _Names(
        {pk: {"key": code, "name": both(*name)} for pk, code, *name in _named(Rotation, "code")},
        {pk: both(*name) for pk, *name in _named(Post)},
        {pk: both(*name) for pk, *name in _named(Leader)},
        {
            pk: {"name": both(*name), "address": both(address, address_en)}
            for pk, address, address_en, *name in _named(Place, "address", "address_en")
        },
        {pk: both(*name) for pk, *name in _named(Department)},
    )


def _named(table: type[Model], *more: str) -> Iterable[tuple[Any, ...]]:
    """Id, more fields and both names of every row of a table, in the order of their codes."""
    return table._default_manager.order_by("code").values_list("pk", *more, "name", "name_en")


def _sittings_by_day(days: Collection[int]) -> dict[int, list[Document]]:
    """Sittings of the given days written out, by their day's id, in the order of their rotations."""
    rows = Sitting.objects.filter(day__in=days).order_by("rotation__position", "starts", "uid")
    # Hundreds of rows at every step of a release: as tuples they come in half the time, and without joins.
    sittings = [_Row(*row) for row in rows.values_list(*_Row._fields)]
    wanted = [sitting.pk for sitting in sittings]
    standing_in = {
        substitution.sitting_id: substitution
        for substitution in Substitution.objects.filter(state=SubstitutionState.IN_FORCE, sitting__in=wanted).select_related(
            "pair__sitting__day"
        )
    }
    names = _names()
    chosen: dict[int, set[int]] = {}
    for sitting_id, department_id in Attendance.objects.filter(sitting__in=wanted).values_list("sitting_id", "department_id"):
        chosen.setdefault(sitting_id, set()).add(department_id)
    found: dict[int, list[Document]] = {}
    for sitting in sittings:
        attending = chosen.get(sitting.pk)
        departments = [name for pk, name in names.departments.items() if pk in attending] if attending else []
        found.setdefault(sitting.day_id, []).append(_describe_sitting(sitting, names, standing_in.get(sitting.pk), departments))
    return found


def _state(day: _Day) -> str:
    """The state as the public reads it: a day planned is published by the release that says so."""
    return str(DayState.PUBLISHED if day.state in (DayState.PLANNED, DayState.IN_PROGRESS) else day.state)


def _describe_day(day: _Day, sittings: list[Document]) -> Document:
    return {
        "uid": str(day.uid),
        "month": f"{day.month:%Y-%m}",
        "nominal": day.nominal_on.isoformat() if day.nominal_on else None,
        "day": day.day.isoformat(),
        "kind": day.kind,
        "status": day.status,
        "state": _state(day),
        "reasons": day.reasons,
        "title": both(day.title, day.title_en),
        "reason": both(day.reason, day.reason_en),
        "sittings": sittings,
    }


def _describe_sitting(sitting: _Row, names: _Names, substitution: Substitution | None, departments: list[Document]) -> Document:
    planned = {"name": names.leaders[sitting.leader_id], "post": names.posts[sitting.post_id]}
    receiving = {**planned, "portfolio": both(sitting.portfolio, sitting.portfolio_en)}
    if substitution and substitution.leader_id and substitution.post_id:
        receiving = {
            "name": names.leaders[substitution.leader_id],
            "post": names.posts[substitution.post_id],
            "portfolio": both(substitution.portfolio, substitution.portfolio_en),
        }
    return {
        "uid": str(sitting.uid),
        "sequence": 0,
        "rotation": names.rotations[sitting.rotation_id] if sitting.rotation_id else None,
        "leader": receiving,
        "place": names.places[sitting.place_id],
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
    """Whom the receiving leader stands in for. How it came about is said only where it was not the usual way, and no reason of a
    leader who only gives their day in a swap."""
    found: Document = {"leader": planned}
    if substitution.reason:
        found["reason"] = substitution.reason
    if substitution.way == SubstitutionWay.EMERGENCY:
        found["emergency"] = True
    if substitution.pair is not None:
        found["swapped_with"] = substitution.pair.sitting.day.day.isoformat()
    return found


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
