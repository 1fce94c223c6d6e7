"""Departments that attend a sitting: chosen by the bureau, told once for each day; and notes on days that can't be edited any more."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from reception import scope
from reception.actions import journal, messages
from reception.actions.permissions import require
from reception.actions.planning import lock
from reception.errors import Refused
from reception.models import (
    Attendance,
    Booking,
    BookingState,
    County,
    DayNote,
    DayState,
    Department,
    ReceptionDay,
    Release,
    RoleGrant,
    Sitting,
    SittingState,
    Topic,
    User,
)
from reception.roles import UNIT_ROLES

# Bookings that say what a sitting will be about.
EXPECTED = (
    BookingState.CONFIRMED,
    BookingState.WAITLISTED,
    BookingState.CHECKED_IN,
    BookingState.PARKED,
    BookingState.CALLED,
    BookingState.RECEIVED,
)


@dataclass(frozen=True)
class Proposal:
    """A department that the bookings of a sitting call for: how many of them, and on what topics."""

    department: Department
    count: int
    topics: tuple[Topic, ...]


def proposed(sitting: Sitting) -> list[Proposal]:
    """Departments to attend, from what is booked: a topic's own department, and those whose name has one of the topic's words.

    The most called for first. A department is not called for by a booking that complains of it.
    """
    departments = list(Department.objects.order_by("code"))
    found: dict[int, list[Booking]] = {}
    for booking in Booking.objects.filter(sitting=sitting, state__in=EXPECTED).select_related("topic").order_by("topic__position"):
        for department in departments:
            if department.pk != booking.accused_department_id and _called_for(department, booking.topic):
                found.setdefault(department.pk, []).append(booking)
    by_pk = {department.pk: department for department in departments}
    rows = [Proposal(by_pk[pk], len(rows), tuple(dict.fromkeys(row.topic for row in rows))) for pk, rows in found.items()]
    return sorted(rows, key=lambda row: (-row.count, row.department.code))


def topics_for(attendance: Attendance) -> list[Topic]:
    """What the matters are about that a department is summoned for, without anything that says whose they are.

    All topics booked, but for bookings that complain of the department, of which it hears nothing.
    """
    rows = Booking.objects.filter(sitting=attendance.sitting, state__in=EXPECTED).exclude(accused_department=attendance.department)
    return list(Topic.objects.filter(pk__in=rows.values("topic")).order_by("position", "code"))


def _called_for(department: Department, topic: Topic) -> bool:
    words = [word for word in topic.words.split("、") if word]
    return department.pk == topic.department_id or any(word in department.name for word in words)


def choose(*, sitting: Sitting, departments: Collection[Department], county: County, by: User, at: datetime) -> bool:
    """Choose which departments attend a sitting; whether that changed anything.

    A published day then needs a new release before the public reads it. Raises `Refused` for a day that is over, held or cancelled.
    """
    require("attendance.choose", county=county, by=by, at=at)
    lock(county)
    now: Sitting = Sitting.objects.select_related("day").get(pk=sitting.pk)
    if not editable(now.day, on=at.astimezone(county.zone).date()) or now.state in (SittingState.HELD, SittingState.CANCELLED):
        raise Refused(_("这一天已经过去、已结束或已取消，不能再改，只能加备注。"))
    wanted = {department.pk: department for department in departments}
    there = {row.department_id: row for row in Attendance.objects.filter(sitting=now).select_related("department")}
    gone = [row for pk, row in there.items() if pk not in wanted]
    fresh = [department for pk, department in wanted.items() if pk not in there]
    for row in gone:
        row.delete()
    for department in fresh:
        Attendance.objects.create(sitting=now, department=department)
    if gone or fresh:
        facts = {"added": sorted(d.code for d in fresh), "removed": sorted(row.department.code for row in gone)}
        journal.record(act="attendance.choose", object=f"sitting {now.uid}", by=by, at=at, facts=facts)
    return bool(gone or fresh)


def editable(day: ReceptionDay, *, on: date) -> bool:
    """Whether a day can still be changed: planned or published, and not over."""
    return bool(day.state in (DayState.PLANNED, DayState.PUBLISHED) and day.day >= on)


def annotate(*, day: ReceptionDay, text: str, county: County, by: User, at: datetime) -> DayNote:
    """Add a note, for good, to a day that is over, held or cancelled. Raises `Refused` for a day that can still be changed."""
    require("day.annotate", county=county, by=by, at=at)
    lock(county)
    row: ReceptionDay = ReceptionDay.objects.get(pk=day.pk)
    if editable(row, on=at.astimezone(county.zone).date()):
        raise Refused(_("这一天还没有过去，请直接修改安排，不必加备注。"))
    if not text.strip():
        raise Refused(_("请写备注内容。"))
    made: DayNote = DayNote.objects.create(day=row, text=text.strip(), by=by, at=at)
    journal.record(act="day.annotate", object=f"day {row.uid}", by=by, at=at, facts={"note": made.pk})
    return made


def tell_due(*, county: County, by: User, at: datetime) -> int:
    """Tell the officers of every department that attends a published sitting to come: once for each sitting, department and day.

    Due as soon as the last release names the department on that day, and without that the county's days before. Gives how many
    departments were told; one whose officers can't be reached stays due, and is work for the bureau (`untold`).
    """
    told = 0
    with scope.county(county):
        require("attendance.tell", county=county, by=by, at=at)
        lock(county)
        today = at.astimezone(county.zone).date()
        for row in _due(county, today):
            people = officers(row.department, on=today)
            sitting = row.sitting
            cause = f"attendance {sitting.uid} {row.department.code} {sitting.day.day}"
            facts = {"sitting": sitting.pk, "department": row.department_id}
            messages.queue_all(kind="attendance", cause=cause, to=people, due_at=at, facts=facts, once=True)
            if people:
                row.told_on = sitting.day.day
                row.save()
                journal.record(act="attendance.tell", object=f"attendance {row.pk}", by=by, at=at, facts={"told": len(people)})
                told += 1
    return told


def untold(*, county: County, on: date) -> list[Attendance]:
    """Who should have been told by now and can't be: the departments have nobody with an account and an address."""
    return [row for row in _due(county, on) if not officers(row.department, on=on)]


def officers(department: Department, *, on: date) -> list[User]:
    grants = RoleGrant.objects.filter(role__in=UNIT_ROLES, department=department).on(on).select_related("user")
    return [grant.user for grant in grants.order_by("user__username") if grant.user.is_active and grant.user.email]


def _due(county: County, today: date) -> list[Attendance]:
    latest = today + timedelta(days=county.tell_departments_days_before)
    rows = (
        Attendance.objects.filter(
            sitting__state=SittingState.PUBLISHED, sitting__day__state=DayState.PUBLISHED, sitting__day__day__gte=today
        )
        .select_related("sitting__day", "department")
        .order_by("sitting__day__day", "department__code")
    )
    untold = [row for row in rows if row.told_on != row.sitting.day.day]
    named = _named() if any(row.sitting.day.day > latest for row in untold) else set()
    return [
        row
        for row in untold
        if row.sitting.day.day <= latest or (str(row.sitting.uid), str(row.sitting.day.day), row.department.name) in named
    ]


def _named() -> set[tuple[str, str, str]]:
    """What the last release names: sitting, day and department. It is large, so it is read only where a day far ahead asks for it."""
    release = Release.objects.published().first()
    return {
        (sitting["uid"], day["day"], department["zh"])
        for day in (release.document["days"] if release else [])
        for sitting in day["sittings"]
        for department in sitting["departments"]
    }
