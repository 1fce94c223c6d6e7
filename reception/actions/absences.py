"""A leader is away: recorded by the leader, their secretary or the bureau. Over a published sitting it opens a substitution by itself."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from reception.actions import asking, journal, substitutions
from reception.actions.permissions import require_for
from reception.actions.planning import lock
from reception.errors import MovedOn, Refused
from reception.models import (
    Absence,
    AbsenceKind,
    Answer,
    AnswerState,
    County,
    Leader,
    Substitution,
    User,
    Way,
)


def record(
    *,
    leader: Leader,
    starts_on: date,
    ends_on: date,
    kind: str,
    county: County,
    by: User,
    at: datetime,
    note: str = "",
    way: Way = Way.ABSENCE,
) -> tuple[Absence, list[Substitution]]:
    """Record that a leader is away from `starts_on` to the day before `ends_on`; gives the absence and what it opened.

    `kind` may become public as the reason for a substitution, `note` never does. Raises `Refused` for an empty kind, a period that runs
    backwards, begins in the past or shares a day with another absence of the leader; `Forbidden` for a secretary of another leader.
    """
    acting_for = require_for(leader, "absences.edit", "absences.edit_own", county=county, by=by, at=at)
    lock(county)
    _check(leader, starts_on, ends_on, kind, besides=None)
    if starts_on < at.astimezone(county.zone).date():
        raise Refused(_("%(day)s 已经过去，不能再登记请假。请从今天或以后的日期开始。") % {"day": starts_on})
    made: Absence = Absence.objects.create(
        leader=leader,
        starts_on=starts_on,
        ends_on=ends_on,
        kind=kind,
        note=note.strip(),
        acting_for=acting_for,
        recorded_by=by,
        recorded_at=at,
    )
    _done(made, "add", by, at)
    return made, _touch(made, county, by, at, way)


def change(
    *, absence: Absence, starts_on: date, ends_on: date, kind: str, note: str, county: County, by: User, at: datetime
) -> tuple[Absence, list[Substitution]]:
    """Change an absence that is not over: once begun, its first day stays, and its last day can't become a past day.

    Raises as `record` does, and `MovedOn` when the absence was removed meanwhile.
    """
    acting_for = require_for(absence.leader, "absences.edit", "absences.edit_own", county=county, by=by, at=at)
    lock(county)
    row = _now(absence)
    today = at.astimezone(county.zone).date()
    _check(row.leader, starts_on, ends_on, kind, besides=row)
    if row.ends_on <= today:
        raise Refused(_("这次请假已经结束，不能再改。"))
    if starts_on != row.starts_on and min(starts_on, row.starts_on) < today:
        raise Refused(_("已经开始的请假不能改第一天，也不能改到过去的日期。"))
    if ends_on < today:
        raise Refused(_("最后一天不能改到过去的日期。"))
    row.starts_on, row.ends_on, row.kind, row.note = starts_on, ends_on, kind, note.strip()
    row.acting_for, row.recorded_by, row.recorded_at = acting_for, by, at
    row.save()
    _done(row, "change", by, at)
    return row, _touch(row, county, by, at, Way.ABSENCE)


def remove(*, absence: Absence, county: County, by: User, at: datetime) -> None:
    """Remove an absence that has not begun before today. A substitution it opened goes on until the bureau withdraws it.

    Raises `Refused` for one that has begun, `MovedOn` when it is gone already.
    """
    acting_for = require_for(absence.leader, "absences.edit", "absences.edit_own", county=county, by=by, at=at)
    lock(county)
    row = _now(absence)
    if row.starts_on < at.astimezone(county.zone).date():
        raise Refused(_("已经开始的请假不能删除；如提前返回，请把最后一天改早。"))
    gone = f"absence {row.pk}"
    row.delete()
    journal.record(act="absence.remove", object=gone, by=by, at=at, acting_for=acting_for)


def _check(leader: Leader, starts_on: date, ends_on: date, kind: str, *, besides: Absence | None) -> None:
    if kind not in AbsenceKind.values:
        raise Refused(_("请选择事由。"))
    if ends_on <= starts_on:
        raise Refused(_("最后一天不能早于第一天。"))
    others = Absence.objects.filter(leader=leader).between(starts_on, ends_on)
    if others.exclude(pk=besides.pk if besides else None).exists():
        raise Refused(_("这位领导在这段时间内已有请假记录，请修改原记录。"))


def _now(absence: Absence) -> Absence:
    row: Absence | None = Absence.objects.select_related("leader").filter(pk=absence.pk).first()
    if row is None:
        raise MovedOn(_("这条请假记录已被删除。请刷新页面查看最新情况。"))
    return row


def _touch(row: Absence, county: County, by: User, at: datetime, way: Way) -> list[Substitution]:
    """Whoever is away has thereby answered for the published sittings of those days; and each needs a substitute."""
    today = at.astimezone(county.zone).date()
    open_answers = Answer.objects.filter(
        leader=row.leader,
        state__in=[AnswerState.ASKED, AnswerState.ACCEPTED],
        day__gte=max(row.starts_on, today),
        day__lt=row.ends_on,
    )
    for answer in open_answers:
        asking.given(answer, "decline", way=way, by=by, at=at, acting_for=row.acting_for, reason=row.kind)
    return substitutions.request_for(row, county=county, by=by, at=at)


def _done(row: Absence, act: str, by: User, at: datetime) -> None:
    facts: dict[str, Any] = {
        "leader": row.leader.code,
        "starts_on": str(row.starts_on),
        "ends_on": str(row.ends_on),
        "kind": row.kind,
        "note": "…" if row.note else "",
    }
    journal.record(act=f"absence.{act}", object=f"absence {row.pk}", by=by, at=at, acting_for=row.acting_for, facts=facts)
