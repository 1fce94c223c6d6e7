"""Plan a county's year in turn: days by the rule, leaders by the queue. What is settled is folded in and never moved."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from reception import facts, scope
from reception.actions import journal
from reception.actions.permissions import require
from reception.errors import Refused
from reception.models import (
    County,
    DayKind,
    DayState,
    Post,
    ReceptionDay,
    Rotation,
    Sitting,
    SittingState,
    Tenure,
    User,
)
from reception.models.calendar import work_calendar
from scheduling import days as rule
from scheduling import rotation as queue
from scheduling.calendar import Fact


@dataclass(frozen=True)
class Change:
    """One thing that planning changed: a day made or moved, a sitting made, given to another post, or left empty."""

    day: date
    rotation: str
    before: str
    after: str


@dataclass(frozen=True)
class Plan:
    """What planning did: the year's days in order, and only what it changed."""

    year: int
    days: tuple[ReceptionDay, ...]
    changes: tuple[Change, ...]


def lock(county: County) -> None:
    """One writer of a county's roster at a time, to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('roster'), %s)", [county.pk])


def beside() -> None:
    """For those who only rely on the roster of the county in scope: many at once, but none while it is changed or published."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtext('roster'), %s)", [scope.current()])


def plan_year(*, county: County, year: int, by: User, at: datetime) -> Plan:
    """Plan the months of a year whose day is neither over nor settled. Planning twice is planning once.

    Raises `Refused` for a year the calendar does not reach, and for a rotation without posts.
    """
    with scope.county(county):
        require("roster.plan", county=county, by=by, at=at)
        lock(county)
        rotations = _rotations()
        today = at.astimezone(county.zone).date()
        days, changes = _plan_days(county, year, today)
        changes += _seat(rotations, [day for day in days if day.state == DayState.PLANNED], year)
        told = {"year": year, "changes": [[str(c.day), c.rotation, c.before, c.after] for c in changes]}
        if changes:
            journal.record(act="roster.plan", object=f"year {year}", by=by, at=at, facts=told)
        return Plan(year, tuple(days), tuple(changes))


def seat_again(*, county: County, year: int, by: User, at: datetime) -> list[Change]:
    """Give the planned days of a year in the county in scope their leaders anew, after days moved; no day is made or moved here."""
    require("roster.plan", county=county, by=by, at=at)
    lock(county)
    days = list(ReceptionDay.objects.of_year(year).filter(kind=DayKind.MONTHLY, state=DayState.PLANNED).order_by("day"))
    changes = _seat(_rotations(), days, year) if days else []
    if changes:
        told = {"year": year, "changes": [[str(c.day), c.rotation, c.before, c.after] for c in changes]}
        journal.record(act="roster.plan", object=f"year {year}", by=by, at=at, facts=told)
    return changes


def _rotations() -> dict[str, tuple[Rotation, queue.Rotation]]:
    """The county's rotations in order, each with its queue of posts."""
    found: dict[str, tuple[Rotation, queue.Rotation]] = {}
    for code, (rotation, posts) in facts.rotations().items():
        if not posts:
            raise Refused(_("轮值序列“%(name)s”中没有职务，无法排班。请先为它添加职务。") % {"name": rotation.name})
        found[code] = (rotation, queue.Rotation(code, posts))
    if not found:
        raise Refused(_("本县还没有轮值序列，无法排班。请先建立轮值序列并添加职务。"))
    return found


def reasons(day: rule.Day) -> list[dict[str, Any]]:
    """The trace of a day as releases hold it."""
    return [reason(fact) for fact in day.reasons]


def reason(fact: Fact) -> dict[str, Any]:
    return facts.reason(fact)


def _plan_days(county: County, year: int, today: date) -> tuple[list[ReceptionDay], list[Change]]:
    """Make or move the planned days of a year; the year's days in order, extra ones among them."""
    calendar = work_calendar(county)
    day_rule = rule.DayRule(county.nominal_day)
    known = {day.month: day for day in ReceptionDay.objects.of_year(year).filter(kind=DayKind.MONTHLY)}
    changes = []
    for month in rule.months(rule.Month(year, 1), rule.Month(year, 12)):
        first = date(month.year, month.month, 1)
        row = known.get(first)
        if row and row.state != DayState.PLANNED:
            continue
        try:
            found = rule.reception_day(month, day_rule, calendar)
        except ValueError as error:
            raise Refused(_("%(year)s 年的接访日无法推算：日历没有覆盖这一年。") % {"year": year}) from error
        if found.day < today:
            continue
        before = row.day if row else None
        row = row or ReceptionDay(kind=DayKind.MONTHLY, month=first)
        fresh = {"nominal_on": found.nominal, "day": found.day, "status": str(found.status), "reasons": reasons(found)}
        if any(getattr(row, field) != value for field, value in fresh.items()):
            for field, value in fresh.items():
                setattr(row, field, value)
            if ReceptionDay.objects.filter(day=row.day).exclude(pk=row.pk).exists():
                raise Refused(
                    _("%(month)s 的接访日 %(day)s 已安排了增加的接访。请先处理那一天。") % {"month": month, "day": row.day}
                )
            row.save()
            if before != row.day:
                changes.append(Change(row.day, "", str(before or ""), str(row.day)))
    return list(ReceptionDay.objects.of_year(year).order_by("day")), changes


def _seat(rotations: dict[str, tuple[Rotation, queue.Rotation]], days: list[ReceptionDay], year: int) -> list[Change]:
    """Give every planned day of the year its leaders, and say what changed."""
    open_days = {day.day: day for day in days if day.kind == DayKind.MONTHLY}
    turns = queue.plan(
        [turn_queue for _rotation, turn_queue in rotations.values()],
        sorted(open_days),
        holdings=facts.holdings(),
        away=facts.away(),
        served=facts.served(before=date(year + 1, 1, 1), besides=[day.pk for day in open_days.values()]),
    )
    seated = {
        (s.day_id, s.rotation_id): s for s in Sitting.objects.filter(day__in=open_days.values()).select_related("post", "leader")
    }
    tenures = list(Tenure.objects.select_related("post", "leader"))
    names = {post.code: {"zh": post.name, "en": post.name_en} for post in Post.objects.all()}
    changes = []
    for turn in turns:
        day, rotation = open_days[turn.day], rotations[turn.rotation][0]
        before = seated.get((day.pk, rotation.pk))
        was = f"{before.post.code} {before.leader.code}" if before else ""
        if turn.post is None:
            if before:
                before.delete()
                changes.append(Change(turn.day, rotation.code, was, ""))
            continue
        tenure = next(t for t in tenures if t.post.code == turn.post and _covers(t, turn.day))
        sitting = before or Sitting(
            day=day, rotation=rotation, place=rotation.place, starts=rotation.starts, ends=rotation.ends, capacity=rotation.capacity
        )
        fresh = {
            "post": tenure.post,
            "leader": tenure.leader,
            "portfolio": tenure.portfolio,
            "portfolio_en": tenure.portfolio_en,
            "turn": written(turn, names),
            "state": SittingState.PLANNED,
        }
        if before is None or any(getattr(sitting, field) != value for field, value in fresh.items()):
            for field, value in fresh.items():
                setattr(sitting, field, value)
            sitting.save()
        now = f"{tenure.post.code} {tenure.leader.code}"
        if was != now:
            changes.append(Change(turn.day, rotation.code, was, now))
    return changes


def _covers(tenure: Tenure, day: date) -> bool:
    return tenure.starts_on <= day and (tenure.ends_on is None or day < tenure.ends_on)


def written(turn: queue.Turn, names: dict[str, dict[str, str]]) -> dict[str, Any]:
    """Why this post is due, as a sitting keeps it: with whom was passed over and what kept them away."""
    return {
        "first_in_queue": turn.first_in_queue,
        "passed_over": [
            {
                "post": passed.post,
                "name": names[passed.post],
                "leader": passed.person or "",
                "reason": str(passed.reason),
                "away": [passed.away.kind, str(passed.away.starts_on), str(passed.away.ends_on)] if passed.away else None,
            }
            for passed in turn.passed_over
        ],
    }
