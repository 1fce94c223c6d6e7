"""What a change of the calendar would move: days of the roster here, bookings and deadlines by whoever registers to find them.

The same comparison is shown before anything happens and done when the change is approved.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import rfc8785
from django.utils.translation import gettext as _
from django.utils.translation import override

from reception import facts, words
from reception.models import (
    Absence,
    County,
    DayKind,
    DayState,
    DayStatus,
    ReceptionDay,
    Sitting,
    Substitution,
    SubstitutionState,
    User,
)
from scheduling import days as rule
from scheduling.calendar import WorkCalendar

ORDER = ("day", "booking", "deadline")


class Kind(StrEnum):
    """What moves."""

    DAY = "day"
    BOOKING = "booking"
    DEADLINE = "deadline"


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that a change of the calendar moves, or only re-dates the grounds of.

    `key` names it as the journal does (``day <uid>``). `old` and `new` are days, and equal where only the status or the grounds
    change. `status` is the new status, empty where it stays. `public` says that the old date has been published. With `stays`, the
    calendar asks for `new` but the thing is not moved: someone has to decide. `words` is for people, in the active language.
    """

    kind: Kind
    key: str
    old: date
    new: date
    status: str = ""
    public: bool = False
    stays: bool = False
    words: str = ""

    def written(self) -> dict[str, Any]:
        """The move as it is kept and compared: everything but the words."""
        return {
            "kind": str(self.kind),
            "key": self.key,
            "old": str(self.old),
            "new": str(self.new),
            "status": self.status,
            "public": self.public,
            "stays": self.stays,
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """The county's calendar before and after a change, seen on a day."""

    county: County
    before: WorkCalendar
    after: WorkCalendar
    on: date


Find = Callable[[Comparison], Iterable[Move]]
CarryOut = Callable[[Sequence[Move], Comparison, User, datetime], None]
_finders: dict[Kind, tuple[Find, CarryOut | None]] = {}


def finder(kind: Kind, *, carry_out: CarryOut | None = None) -> Callable[[Find], Find]:
    """Register what finds the moves of one kind, in the county in scope; `carry_out` does them, within the approval's transaction.

    A finder only reads. Without `carry_out` its moves are shown and told, and the owner of the things moves them. Raises
    `ValueError` for a kind that is taken.
    """

    def register(find: Find) -> Find:
        if kind in _finders or kind is Kind.DAY:
            raise ValueError(f"moves of kind {kind} are found already")
        _finders[kind] = (find, carry_out)
        return find

    return register


def find(comparison: Comparison) -> tuple[Move, ...]:
    """Every move, in a fixed order: days, bookings, deadlines, each by old date and key."""
    found = [move for answer in answers(comparison) for move in answer.moves]
    for seek, _carry_out in _finders.values():
        found.extend(seek(comparison))
    return tuple(sorted(found, key=lambda move: (ORDER.index(move.kind), move.old, move.key, move.stays, move.new)))


def carry_out(moves: Sequence[Move], comparison: Comparison, *, by: User, at: datetime) -> None:
    """Have the registered owners do what was found. Days are moved by the approval itself."""
    for kind, (_find, do) in sorted(_finders.items()):
        theirs = [move for move in moves if move.kind is kind and not move.stays]
        if do and theirs:
            do(theirs, comparison, by, at)


def digest(moves: Iterable[Move]) -> str:
    """A fingerprint of what was shown, the same in every language."""
    return hashlib.sha256(rfc8785.dumps([move.written() for move in moves])).hexdigest()


def recorded(comparison: Comparison) -> list[dict[str, Any]]:
    """Every move as an approved change keeps it, with its words in both languages."""
    said = {}
    for language in ("zh-hans", "en"):
        with override(language):
            said[language] = find(comparison)
    return [zh.written() | {"words": {"zh": zh.words, "en": en.words}} for zh, en in zip(said["zh-hans"], said["en"], strict=True)]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the calendar after a change says of one day of the roster; `day`, `status` and `reasons` are what it shall be."""

    row: ReceptionDay
    day: date
    status: str
    reasons: list[dict[str, Any]]
    moves: tuple[Move, ...]


def answers(comparison: Comparison) -> list[Answer]:
    """The county's days to come that a change touches, in their order. Held, running, cancelled and past days are none of them.

    Raises `ValueError` where the calendar does not reach.
    """
    rows = ReceptionDay.objects.filter(day__gte=comparison.on, state__in=[DayState.PLANNED, DayState.PUBLISHED]).order_by("day")
    found = [_answer(row, comparison) for row in rows]
    return [answer for answer in found if answer.moves]


def collisions(comparison: Comparison) -> list[str]:
    """Sentences about days that the change would put where a day of reception is already; with any, it can't be approved."""
    going = {answer.row.pk: answer.day for answer in answers(comparison)}
    taken: dict[date, str] = {}
    found = []
    for row in ReceptionDay.objects.order_by("month", "kind", "day"):
        day = going.get(row.pk, row.day)
        if day in taken:
            found.append(
                _("%(first)s和%(second)s会落在同一天（%(day)s）。请先处理其中一个，再审定这项变更。")
                % {"first": taken[day], "second": _name(row), "day": words.long_date(day)}
            )
        taken[day] = _name(row)
    return found


def _answer(row: ReceptionDay, comparison: Comparison) -> Answer:
    """What the rule says of a monthly day; of an extra day and one moved by decision, only whether it is still worked and sure."""
    decided = row.state == DayState.PUBLISHED and not row.reasons
    if row.kind == DayKind.MONTHLY and not decided:
        return _by_rule(row, comparison)
    after = comparison.after
    status = str(after.year_status(row.day.year))
    moves = []
    if not after.is_workday(row.day):
        # Nobody but the person who chose the day can choose another.
        status = row.status
        if comparison.before.is_workday(row.day):
            said = _("%(name)s：%(day)s不再是工作日。这一天由人工确定，不会自动改期，请另行决定。")
            moves.append(_move(row, after.next_workday(row.day), said, stays=True))
    elif (
        row.kind == DayKind.MONTHLY
        and _asked(row, comparison, comparison.before).day != (asked := _asked(row, comparison, after)).day != row.day
    ):
        said = _("%(name)s：按变更后的日历应为%(new)s。这一天已由决定改到%(day)s，不会自动改期。")
        moves.append(_move(row, asked.day, said, stays=True))
    if row.status != status:
        moves.append(_grounds(row, status))
    return Answer(row, row.day, status, row.reasons, tuple(moves))


def _by_rule(row: ReceptionDay, comparison: Comparison) -> Answer:
    asked = _asked(row, comparison, comparison.after)
    status, reasons = str(asked.status), [facts.reason(fact) for fact in asked.reasons]
    published = row.state == DayState.PUBLISHED
    if asked.day != row.day and (asked.day < comparison.on or (published and asked.day == comparison.on)):
        said = _("%(name)s：按变更后的日历应为%(new)s，但那一天已到或已过，不会自动改期，请另行决定。")
        return Answer(row, row.day, row.status, row.reasons, (_move(row, asked.day, said, stays=True),))
    if asked.day != row.day:
        said = _("%(name)s：由%(day)s改到%(new)s。")
        move = _move(row, asked.day, said, status=status if status != row.status else "", more=_who(row, asked.day))
        return Answer(row, asked.day, status, reasons, (move,))
    moves = (_grounds(row, status),) if (row.status, row.reasons) != (status, reasons) else ()
    return Answer(row, row.day, status, reasons, moves)


def _asked(row: ReceptionDay, comparison: Comparison, calendar: WorkCalendar) -> rule.Day:
    """What the rule gives for the row's month in one of the two calendars."""
    month = rule.Month(row.month.year, row.month.month)
    return rule.reception_day(month, rule.DayRule(comparison.county.nominal_day), calendar)


def _move(row: ReceptionDay, new: date, said: str, *, status: str = "", stays: bool = False, more: str = "") -> Move:
    sentence = said % {"name": _name(row), "day": _dated(row.day), "new": _dated(new)}
    return Move(Kind.DAY, f"day {row.uid}", row.day, new, status, row.state == DayState.PUBLISHED, stays, sentence + more)


def _grounds(row: ReceptionDay, status: str) -> Move:
    changed = status != row.status
    said = _("%(name)s：日期仍为%(day)s，由“%(old)s”转为“%(status)s”。") if changed else _("%(name)s：日期仍为%(day)s，依据更新。")
    sentence = said % {
        "name": _name(row),
        "day": _dated(row.day),
        "old": DayStatus(row.status).label,
        "status": DayStatus(status).label,
    }
    return Move(
        Kind.DAY, f"day {row.uid}", row.day, row.day, status if changed else "", row.state == DayState.PUBLISHED, words=sentence
    )


def _who(row: ReceptionDay, new: date) -> str:
    """Who of a published day's leaders is known to be away on the new day: they will need a substitute."""
    if row.state != DayState.PUBLISHED:
        return ""
    instead = {
        s.sitting_id: s.leader for s in Substitution.objects.filter(state=SubstitutionState.IN_FORCE).select_related("leader")
    }
    leaders = [instead.get(s.pk) or s.leader for s in Sitting.objects.filter(day=row).select_related("leader")]
    away = set(Absence.objects.on(new).values_list("leader_id", flat=True))
    names = [leader.name for leader in leaders if leader.pk in away]
    return _("%(names)s当天已登记请假，需要安排替代。") % {"names": _("、").join(names)} if names else ""


def _name(row: ReceptionDay) -> str:
    if row.kind == DayKind.EXTRA:
        return _("增加的接访（%(day)s）") % {"day": words.long_date(row.day)}
    return _("%(month)s接访日") % {"month": words.month_name(row.month)}


def _dated(day: date) -> str:
    return _("%(date)s（%(weekday)s）") % {"date": words.long_date(day), "weekday": words.weekday(day)}
