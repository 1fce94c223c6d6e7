"""What each release changed over the one before. Two published documents never change, so what they differ in is kept for good."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from reception.models import Release
from reception.notices import ChangeNotice, between
from scheduling.releases import first_day_changed

KEPT = 2048


@dataclass(frozen=True)
class Step:
    """One release as a change: the items of its notice, how many days ahead of the earliest coming day it changes it was published
    (None where it changes none), and whether that was later than promised."""

    items: tuple[ChangeNotice, ...]
    ahead: int | None
    late: bool


class Chain:
    """A county's releases, by number: their hashes are at hand, a document is found when it is needed."""

    def __init__(self, hashes: Mapping[int, str], find: Callable[[int], Mapping[str, Any]]) -> None:
        self.hashes, self.find = hashes, find

    def step(self, number: int) -> Step:
        """What a release changed. Raises `KeyError` for a number that is not there."""
        key = (self.hashes.get(number - 1, ""), self.hashes[number])
        found = _kept.get(key)
        if found is None:
            found = _kept[key] = _step(self.find(number - 1) if key[0] else None, self.find(number))
            while len(_kept) > KEPT:
                _kept.popitem(last=False)
        return found

    def of_release(self, number: int) -> tuple[ChangeNotice, ...]:
        """The items of one release's change notice; none for the first, and for a number that is not there."""
        return self.step(number).items if number in self.hashes else ()

    def newest(self, count: int | None = None) -> list[ChangeNotice]:
        """The items of the newest releases, or of all, the newest release first and each in the order of its days."""
        numbers = sorted(self.hashes, reverse=True)[:count]
        return [item for number in numbers for item in self.step(number).items]

    def of_day(self, uid: str) -> list[ChangeNotice]:
        """Every adjustment there has been to one day, the newest first."""
        return [item for item in self.newest() if uid in {row["uid"] for row in (item.old, item.new) if row}]


# By the hashes of the two releases, which name their content: a hit is right for ever, in any process and any language.
_kept: OrderedDict[tuple[str, str], Step] = OrderedDict()


def in_scope() -> Chain:
    """The chain of the county in scope, from the database."""
    published = Release.objects.published()
    return Chain(dict(published.values_list("number", "hash")), lambda number: dict(published.get(number=number).document))


def _step(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> Step:
    on = datetime.fromisoformat(after["published_at"]).astimezone(ZoneInfo(after["county"]["time_zone"])).date()
    day = first_day_changed(before, after, on=on)
    return Step(between(before, after), (day - on).days if day else None, bool(after.get("late")))
