"""The published roster, read from a release's document and nothing else. Pure: everything here is a function of the document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from typing import Any

from reception import documents

Text = Mapping[str, str]


@dataclass(frozen=True)
class Sitting:
    """One sitting as published."""

    document: Mapping[str, Any]
    day: "Day"

    @property
    def starts(self) -> time:
        return time.fromisoformat(self.document["from"])

    @property
    def ends(self) -> time:
        return time.fromisoformat(self.document["to"])

    @property
    def is_cancelled(self) -> bool:
        return "cancelled" in (self.document["state"], self.day.document["state"])

    def __getattr__(self, name: str) -> Any:
        try:
            return self.document[name]
        except KeyError as error:
            raise AttributeError(name) from error


@dataclass(frozen=True)
class Day:
    """One reception day as published."""

    document: Mapping[str, Any]

    @cached_property
    def day(self) -> date:
        return date.fromisoformat(self.document["day"])

    @property
    def nominal(self) -> date | None:
        return date.fromisoformat(self.document["nominal"]) if self.document["nominal"] else None

    @property
    def month(self) -> date:
        return date.fromisoformat(f"{self.document['month']}-01")

    @property
    def is_extra(self) -> bool:
        return bool(self.document["kind"] == "extra")

    @property
    def reasons(self) -> Sequence[Mapping[str, Any]]:
        """The trace of the rule. An added day is there by decision, whatever older documents say of it."""
        return () if self.is_extra else self.document["reasons"]

    @property
    def is_provisional(self) -> bool:
        return bool(self.document["status"] == "provisional")

    @property
    def is_cancelled(self) -> bool:
        return bool(self.document["state"] == "cancelled")

    @property
    def is_postponed(self) -> bool:
        return self.nominal is not None and self.nominal != self.day

    @cached_property
    def sittings(self) -> tuple[Sitting, ...]:
        return tuple(Sitting(sitting, self) for sitting in self.document["sittings"])

    @property
    def is_substituted(self) -> bool:
        return any(sitting["substitutes"] for sitting in self.document["sittings"])

    def __getattr__(self, name: str) -> Any:
        try:
            return self.document[name]
        except KeyError as error:
            raise AttributeError(name) from error


@dataclass(frozen=True)
class Head:
    """What the list of releases says of one."""

    number: int
    hash: str
    published: str
    note: Text

    @property
    def published_at(self) -> datetime:
        return datetime.fromisoformat(self.published)


@dataclass(frozen=True)
class Roster:
    """A county's roster as its release says it.

    `heads` are all releases, and `results` the documents of all months' results, that there were when it was read, the newest first.
    """

    document: Mapping[str, Any]
    hash: str
    heads: tuple[Head, ...] = ()
    results: tuple[Mapping[str, Any], ...] = ()

    @property
    def number(self) -> int:
        return int(self.document["number"])

    @property
    def county(self) -> Mapping[str, Any]:
        return self.document["county"]

    @property
    def published_at(self) -> datetime:
        return datetime.fromisoformat(self.document["published_at"])

    @cached_property
    def days(self) -> tuple[Day, ...]:
        return tuple(Day(day) for day in self.document["days"])

    @property
    def years(self) -> list[int]:
        """The years that have a reception day, by the month it belongs to."""
        return sorted({day.month.year for day in self.days})

    def of_year(self, year: int) -> list[Day]:
        return [day for day in self.days if day.month.year == year]

    def on(self, day: date) -> Day | None:
        return next((found for found in self.days if found.day == day), None)

    def next_day(self, *, on: date) -> Day | None:
        """The first reception day not before `on` that is not cancelled."""
        return next((day for day in self.days if day.day >= on and not day.is_cancelled), None)

    def nearest(self, day: date, *, each_side: int = 2) -> list[Day]:
        """The reception days before a day, and those on it or after, in order."""
        before = [found for found in self.days if found.day < day][-each_side:]
        after = [found for found in self.days if found.day >= day][:each_side]
        return [*before, *after]


def latest() -> Roster | None:
    """The roster of the county in scope as last published; None before the first release."""
    release = documents.latest()
    return Roster(release.document, release.hash) if release else None
