"""Which counts may be told to everybody: none from which one could tell how many between one and four there were of something.

Pure. Source: the usual rule for public tables (no cell below five, and none that follows from the others).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

# Fewer than these are not told: whoever knows one of the people would know too much.
LEAST = 5
K = TypeVar("K")


@dataclass(frozen=True)
class Told(Generic[K]):
    """The counts told one by one, all at least `LEAST`, and those of which only the sum is told: nought, or at least `LEAST`."""

    each: Mapping[K, int]
    others: int

    @property
    def total(self) -> int:
        return sum(self.each.values()) + self.others


def pooled(counts: Mapping[K, int]) -> Told[K] | None:
    """What may be told of counts, each of which a reader knows to exist, noughts too. None where nothing may be.

    The small ones are put together, unnamed. Where their sum would still be small, the smallest of the others join them, all that are
    alike. Nothing is told where all together are too few, and where the sum would say that each of the small ones is four.
    """
    told = {key: count for key, count in counts.items() if count >= LEAST}
    unnamed = len(counts) - len(told)
    others = sum(counts.values()) - sum(told.values())
    if unnamed > 1 and others == (LEAST - 1) * unnamed:
        return None
    if told and 0 < others < LEAST:
        joining = min(told.values())
        others += sum(count for count in told.values() if count == joining)
        told = {key: count for key, count in told.items() if count != joining}
    return None if 0 < others < LEAST else Told(told, others)


def may_be_told(whole: int, part: int) -> bool:
    """Whether a part and its whole may stand side by side: both the part and the rest are nought or enough. Nothing is nothing to tell."""
    return whole > 0 and all(count == 0 or count >= LEAST for count in (part, whole - part))
