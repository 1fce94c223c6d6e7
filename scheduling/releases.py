"""The difference between two releases of a roster. Their shape is `docs/release-document.md`.

What a release says of itself (number, previous, moment, note, lateness, journal) and the running `sequence` of a sitting are not differences:
a release that differs in nothing else is nothing new.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Document = dict[str, Any]
OF_ITSELF = frozenset({"schema", "number", "previous", "published_at", "note", "late", "journal", "days"})
# A change of these moves a day itself, so it changes every sitting of the day for whoever subscribed to one.
OF_THE_DAY = ("day", "status", "state")


@dataclass(frozen=True, slots=True)
class Change:
    """One field that says something else now. `field` is its name in the document; either value may be None when it was absent."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class SittingChange:
    """A sitting that was added (`old` None), removed (`new` None) or changed (both, and the fields that differ)."""

    uid: str
    old: Document | None
    new: Document | None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class DayChange:
    """A day that was added, removed or changed, with its sittings that were."""

    uid: str
    old: Document | None
    new: Document | None
    changes: tuple[Change, ...] = ()
    sittings: tuple[SittingChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """What one release changes over another: fields of the county and the years, and days in the order they fall."""

    county: tuple[Change, ...] = ()
    days: tuple[DayChange, ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        return not self.county and not self.days

    @property
    def added(self) -> tuple[DayChange, ...]:
        return tuple(change for change in self.days if change.old is None)

    @property
    def removed(self) -> tuple[DayChange, ...]:
        return tuple(change for change in self.days if change.new is None)

    @property
    def changed(self) -> tuple[DayChange, ...]:
        return tuple(change for change in self.days if change.old is not None and change.new is not None)


def difference(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> Difference:
    """What `new` changes over `old`; over nothing at all when `old` is None."""
    before = old or {}
    county = _changes(before, new, OF_ITSELF)
    return Difference(county, tuple(_days(_by_uid(before.get("days", [])), _by_uid(new["days"]))))


def first_day_changed(old: Mapping[str, Any] | None, new: Mapping[str, Any], *, on: date) -> date | None:
    """The earliest day, not before `on`, of which `new` says something else than `old`; of a moved day both dates count.

    That a sitting was held is no change to anyone's plans.
    """
    days = [
        date.fromisoformat(row["day"])
        for change in difference(old, new).days
        if not _only_held(change)
        for row in (change.old, change.new)
        if row
    ]
    return min((day for day in days if day >= on), default=None)


def _only_held(change: DayChange) -> bool:
    rows = [*change.changes, *(row for sitting in change.sittings for row in sitting.changes)]
    whole = change.old is not None and change.new is not None and all(s.old and s.new for s in change.sittings)
    return whole and all(row.field == "state" and row.new == "held" for row in rows)


def apply(old: Mapping[str, Any] | None, changes: Difference) -> Document:
    """The compared content of the new release: the old one with the differences applied to it. It shares its parts with both."""
    document: Document = {key: value for key, value in (old or {}).items() if key not in OF_ITSELF}
    _set(document, changes.county)
    days = _by_uid((old or {}).get("days", []))
    for day in changes.days:
        if day.new is None:
            del days[day.uid]
        else:
            days[day.uid] = day.new
    document["days"] = sorted(days.values(), key=lambda day: (day["day"], day["uid"]))
    return document


def with_sequences(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> Document:
    """`new` with each sitting's running number: 0 for a new sitting, the old one's kept, one more where it or its day changed.

    Neither document is changed; the result shares with `new` all that bears no number.
    """
    known = {sitting["uid"]: (day, sitting) for day in (old or {}).get("days", []) for sitting in day["sittings"]}

    def numbered(day: Document, sitting: Document) -> Document:
        if sitting["uid"] not in known:
            return {**sitting, "sequence": 0}
        old_day, old_sitting = known[sitting["uid"]]
        moved = any(old_day[name] != day[name] for name in OF_THE_DAY)
        changed = moved or bool(_changes(old_sitting, sitting, frozenset({"sequence"})))
        return {**sitting, "sequence": old_sitting["sequence"] + changed}

    days = [{**day, "sittings": [numbered(day, sitting) for sitting in day["sittings"]]} for day in new["days"]]
    return {**new, "days": days}


def _by_uid(rows: Any) -> dict[str, Document]:
    return {row["uid"]: row for row in rows}


def _changes(old: Mapping[str, Any], new: Mapping[str, Any], besides: frozenset[str]) -> tuple[Change, ...]:
    names = [*new, *(name for name in old if name not in new)]
    return tuple(
        Change(name, old.get(name), new.get(name)) for name in names if name not in besides and old.get(name) != new.get(name)
    )


def _days(old: dict[str, Document], new: dict[str, Document]) -> list[DayChange]:
    found = []
    for uid in {**old, **new}:
        before, after = old.get(uid), new.get(uid)
        changes = _changes(before, after, frozenset({"sittings"})) if before and after else ()
        sittings = tuple(_sittings(before, after))
        if not (before and after) or changes or sittings:
            found.append(DayChange(uid, before, after, changes, sittings))
    return sorted(found, key=lambda change: ((change.new or change.old or {})["day"], change.uid))


def _sittings(old: Document | None, new: Document | None) -> list[SittingChange]:
    before, after = _by_uid(old["sittings"] if old else []), _by_uid(new["sittings"] if new else [])
    found = []
    for uid in {**before, **after}:
        was, now = before.get(uid), after.get(uid)
        changes = _changes(was, now, frozenset({"sequence"})) if was and now else ()
        if not (was and now) or changes:
            found.append(SittingChange(uid, was, now, changes))
    return found


def _set(document: Document, changes: tuple[Change, ...]) -> None:
    for change in changes:
        if change.new is None:
            document.pop(change.field, None)
        else:
            document[change.field] = change.new
