"""Show of a year only the days of one leader, or those that a matter belongs to. Pure: choices and days come from the release."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from reception import words
from reception.published import Day, Sitting

LONGEST = 60


@dataclass(frozen=True)
class Filter:
    """A leader's name as published, in either language, and a word of a portfolio; each may be empty. `days` is the whole year."""

    leader: str
    matter: str
    days: Sequence[Day]

    @property
    def used(self) -> bool:
        return bool(self.leader or self.matter)

    @cached_property
    def leaders(self) -> list[tuple[str, bool]]:
        """Each leader of the year once, in the active language, and whether it is the one asked for."""
        names = {sitting.leader["name"]["zh"]: sitting.leader["name"] for day in self.days for sitting in day.sittings}
        return [(words.said(name), self.leader in name.values()) for name in names.values()]

    def keeps(self, day: Day) -> bool:
        """Whether a day is shown: one of its sittings is the leader's, and is on the matter."""
        return not self.used or any(self._keeps(sitting) for sitting in day.sittings)

    def _keeps(self, sitting: Sitting) -> bool:
        if self.leader and self.leader not in sitting.leader["name"].values():
            return False
        portfolio = sitting.leader["portfolio"]
        return not self.matter or self.matter.casefold() in f"{portfolio['zh']} {portfolio['en']}".casefold()


def read(asked: Mapping[str, str], days: Sequence[Day]) -> Filter:
    """The filter that a query asks for; whatever was typed is a word to look for, and never an error."""
    return Filter(asked.get("leader", "").strip()[:LONGEST], asked.get("matter", "").strip()[:LONGEST], days)
