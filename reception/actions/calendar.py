"""The calendar is changed by two people: one proposes rows, withdrawals or a year's confirmation; another, who sees what would move, approves.

Source: a year's notice of the State Council's General Office, or a county's, a province's or an emergency's own; each row cites it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from reception import documents, effects, scope
from reception.actions import decrees, journal, messages, planning, proposals, releases
from reception.actions import substitution_needs as needs
from reception.actions.permissions import require
from reception.errors import Forbidden, MovedOn, NothingNew, Refused
from reception.models import (
    CalendarChange,
    CalendarRow,
    ChangeState,
    County,
    DayState,
    Leader,
    ReceptionDay,
    Release,
    RoleGrant,
    Sitting,
    Substitution,
    SubstitutionState,
    User,
    YearConfirmation,
)
from reception.models.calendar import ended_by, work_calendar
from reception.roles import PERMISSIONS, Role
from reception.workflows.calendar import CHANGE

TOLD = (Role.CLERK, Role.CHIEF, Role.COORDINATOR, Role.PARTY_OFFICE, Role.GOVERNMENT_OFFICE, Role.JOINT_OFFICE)


@dataclass(frozen=True, slots=True)
class Preview:
    """What approving a proposal would do now: the moves, their fingerprint, and the sentences that stand in its way."""

    moves: tuple[effects.Move, ...]
    digest: str
    obstacles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Approved:
    """What an approval did: the moves, and the draft release, or None where nothing changes for the public."""

    change: CalendarChange
    moves: tuple[effects.Move, ...]
    release: Release | None


def propose(
    *,
    document: str,
    document_number: str = "",
    source: str = "",
    note: str = "",
    lines: Sequence[proposals.Line] = (),
    withdraws: Sequence[CalendarRow] = (),
    confirms: int | None = None,
    county: County,
    by: User,
    at: datetime,
) -> CalendarChange:
    """Propose a change of the calendar. Nothing counts before it is approved.

    A new row takes the place of the row in force on its level and day. Raises `Refused` for a proposal that says nothing or
    contradicts itself, `MovedOn` where a row to be withdrawn is out of force already or the year is confirmed.
    """
    with scope.county(county):
        require("calendar.enter" if lines or withdraws else "calendar.confirm", county=county, by=by, at=at)
        if confirms is not None:
            require("calendar.confirm", county=county, by=by, at=at)
        planning.lock(county)
        if not document.strip():
            raise Refused(_("请写明依据文件。"))
        proposals.check(lines, withdraws, confirms, work_calendar(county))
        change: CalendarChange = CalendarChange.objects.create(
            document=document.strip(),
            document_number=document_number.strip(),
            source=source.strip(),
            note=note.strip(),
            confirms=confirms,
            withdraws=sorted(row.pk for row in withdraws),
            proposed_by=by,
            proposed_at=at,
        )
        CalendarRow.objects.bulk_create(
            CalendarRow(
                day=line.day,
                works=line.works,
                name=line.name,
                name_en=line.name_en,
                level=line.level,
                document=change.document,
                document_number=change.document_number,
                source=change.source,
                change=change,
                proposed=True,
                entered_by=by,
                entered_at=at,
            )
            for line in sorted(lines)
        )
        told = {"document": change.cited, "rows": len(lines), "withdraws": change.withdraws, "confirms": confirms}
        journal.record(act="calendar.propose", object=_named(change), by=by, at=at, facts=told)
        return change


def preview(change: CalendarChange, *, county: County, on: date) -> Preview:
    """What approving the proposal would move, as things stand, in the county in scope. Only reads."""
    comparison = _compared(change, county, on)
    try:
        moves = effects.find(comparison)
        return Preview(moves, effects.digest(moves), tuple(effects.collisions(comparison)))
    except ValueError:
        # Days off without an end: no working day is left for some month.
        return Preview((), "", (_("按这项变更，有的月份之后再没有工作日，无法推算接访日。请检查录入的日期。"),))


def approve(*, change: CalendarChange, seen: str, county: County, by: User, at: datetime) -> Approved:
    """Put a proposal into force and move what it moves. Nobody approves what they proposed; only the operator at the console acts alone.

    `seen` is the digest of the moves that were shown. Days not yet published are planned anew; published days move with the document
    as their public reason, and a release that says so is drafted in the proposer's name, so that whoever approves here may approve
    it too. For a leader away on the new day a substitute is asked for. Raises `MovedOn` where the moves are others by now or a release is on its way, `Refused` where days would collide.
    """
    with scope.county(county):
        require("calendar.approve", county=county, by=by, at=at)
        row = _locked(change, county, "approve")
        if by.pk == row.proposed_by_id and not by.is_system:
            raise Forbidden(_("提出人不能审定自己提出的变更。请由另一位有审定权限的人审定。"))
        proposals.check_still(row)
        on = at.astimezone(county.zone).date()
        shown = preview(row, county=county, on=on)
        if shown.obstacles:
            raise Refused(" ".join(shown.obstacles))
        if shown.digest != seen:
            raise MovedOn(_("您查看之后情况又有变化，影响与当时显示的不同。请核对下面最新的影响，再审定。"))
        comparison = _compared(row, county, on)
        touched = effects.answers(comparison)
        row.effects = effects.recorded(comparison)
        ended = _in_force(row, by, at)
        published = {answer.row.pk for answer in touched if answer.row.state == DayState.PUBLISHED}
        years = _move_days(touched, row)
        for year in sorted(years):
            planning.seat_again(county=county, year=year, by=by, at=at)
        effects.carry_out(shown.moves, comparison, by=by, at=at)
        needs.meet(county=county, by=by, at=at)
        row.state, row.approved_by, row.approved_at = ChangeState.APPROVED, by, at
        row.save()
        journal.record(
            act="calendar.approve", object=_named(row), by=by, at=at, reason=row.cited, facts={"moves": _plain(row), "ended": ended}
        )
        release = _drafted(row, county, by, at, published=bool(published))
        _tell(row, shown.moves, on, at)
        return Approved(row, shown.moves, release)


def withdraw(*, change: CalendarChange, county: County, by: User, at: datetime) -> CalendarChange:
    """Give up a proposal. It stays as a row, its lines with it, and never counts."""
    with scope.county(county):
        require("calendar.enter", county=county, by=by, at=at)
        row = _locked(change, county, "withdraw")
        row.state = ChangeState.WITHDRAWN
        row.save()
        journal.record(act="calendar.withdraw", object=_named(row), by=by, at=at)
        return row


def _compared(change: CalendarChange, county: County, on: date) -> effects.Comparison:
    return effects.Comparison(county, work_calendar(county), work_calendar(county, with_change=change), on)


def _in_force(change: CalendarChange, by: User, at: datetime) -> list[int]:
    """The rows it ends first, so that its own find their place free; gives their ids."""
    ended = sorted(row.pk for row in ended_by(change))
    CalendarRow.objects.filter(pk__in=ended).update(withdrawn_at=at)
    change.rows.update(proposed=False)
    if change.confirms is not None:
        YearConfirmation.objects.create(
            year=change.confirms, document=change.cited, change=change, confirmed_by=by, confirmed_at=at
        )
    return ended


def _move_days(touched: Sequence[effects.Answer], change: CalendarChange) -> set[int]:
    """Write what the calendar says now; gives the years of the days that moved. The public reason is Chinese whoever approves."""
    years = set()
    for answer in touched:
        row, moved = answer.row, answer.row.day != answer.day
        row.day, row.status, row.reasons = answer.day, answer.status, answer.reasons
        if moved and row.state == DayState.PUBLISHED:
            row.reason = f"按{change.document}调整"[:120]
            row.reason_en = f"Moved by a change of the working calendar: {change.document}"[:240]
        if moved:
            years.add(row.month.year)
        row.save()
    return years


def _drafted(change: CalendarChange, county: County, by: User, at: datetime, *, published: bool) -> Release | None:
    """The release that tells the public; None where what is published stays as it is."""
    last = documents.latest()
    if last is None:
        return None
    calendar = work_calendar(county)
    years = [documents.describe_year(year["year"], calendar) for year in last.document["years"]]
    if not published and years == last.document["years"]:
        return None
    on = at.astimezone(county.zone).date()
    who = change.proposed_by
    able = who.is_active and any(role in PERMISSIONS["roster.draft"] for role in who.roles(on=on))
    note, note_en = f"工作日历变更：{change.cited}", f"The working calendar changed: {change.cited}"
    try:
        return releases.draft(county=county, by=who if able else by, at=at, note=note[:300], note_en=note_en[:600])
    except NothingNew:
        return None


def _tell(change: CalendarChange, moves: Sequence[effects.Move], on: date, at: datetime) -> None:
    """Tell the bureau and the offices, and the leaders of published days that move, with their secretaries."""
    moved = [move for move in moves if move.public and not move.stays and move.old != move.new]
    days = ReceptionDay.objects.filter(uid__in=[move.key.removeprefix("day ") for move in moved if move.kind is effects.Kind.DAY])
    sittings = Sitting.objects.filter(day__in=days)
    instead = Substitution.objects.filter(sitting__in=sittings, state=SubstitutionState.IN_FORCE)
    leaders = Leader.objects.filter(pk__in=[*sittings.values_list("leader", flat=True), *instead.values_list("leader", flat=True)])
    people = {person.pk: person for person in decrees.people(TOLD, on)}
    for leader in leaders.select_related("user"):
        secretaries = RoleGrant.objects.filter(role=Role.SECRETARY.value, leader=leader).on(on).select_related("user")
        for person in [leader.user, *(grant.user for grant in secretaries)]:
            if person and person.is_active and person.email:
                people[person.pk] = person
    told = {
        "change": change.pk,
        "year": change.confirms or on.year,
        "document": change.cited,
        "moves": [{"old": str(move.old), "new": str(move.new)} for move in moved if move.kind is effects.Kind.DAY],
    }
    everyone = [people[pk] for pk in sorted(people)]
    messages.queue_all(kind="calendar_changed", cause=_named(change), to=everyone, due_at=at, facts=told)


def _locked(change: CalendarChange, county: County, action: str) -> CalendarChange:
    """The change as it is now, for this transaction alone; refuses when it has moved on."""
    planning.lock(county)
    now: CalendarChange = CalendarChange.objects.select_related("proposed_by").get(pk=change.pk)
    if not CHANGE.allows(action, state=now.state):
        raise MovedOn(_("这项变更现在是“%(state)s”，不能再这样处理。请刷新页面查看最新情况。") % {"state": now.get_state_display()})
    return now


def _plain(change: CalendarChange) -> list[dict[str, object]]:
    return [{key: value for key, value in move.items() if key != "words"} for move in change.effects]


def _named(change: CalendarChange) -> str:
    return f"calendar change {change.pk}"
