"""The order of a hall: who is received next, and why; how many can still be received before the sitting ends.

Sources: notices of counties (whoever booked first, walk-ins after the booked); Yueqing 2008 (the slip admits, walk-ins register and
queue after). Calling and coming back as halls do it: who was not there when called comes back after the next one. The rest is our
choice: numbers follow the order of booking, so whoever is late loses no place in that order, but nobody who was called is sent away
for them; and nobody waits behind a number that is not in the hall.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum


class Kind(IntEnum):
    """How someone came to the sitting; the lower is received before the higher."""

    BOOKED = 0
    # On the waiting list, and no place came free: they come all the same, after the booked.
    WAITING = 1
    WALK_IN = 2


class Why(StrEnum):
    """What puts someone where they stand."""

    # Was called, was not there, came back: after the next one, before all others.
    BACK = "back"
    BOOKED = "booked"
    WAITING = "waiting"
    WALK_IN = "walk_in"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Someone in the hall who waits. Numbers are those of one sitting: the booked have theirs in the order of booking.

    `passed` is None for whoever has not missed a call; else how many others were called since they missed theirs.
    """

    ticket: int
    kind: Kind
    passed: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a visitor stands and why. `over` are the lower numbers in the hall that stand behind: what needs an explanation."""

    visitor: Visitor
    why: Why
    over: tuple[int, ...] = ()


def line(visitors: Iterable[Visitor]) -> tuple[Place, ...]:
    """The visitors of one sitting in the order in which they are called.

    Whoever came back and has let one pass is first; who has let none pass yet stands behind the next one, unless that one is of a
    later kind. Then the booked, those of the waiting list, the walk-ins, each by number. Raises `ValueError` for a number that two have.
    """
    everyone = sorted(visitors, key=lambda v: (v.kind, v.ticket))
    if len({visitor.ticket for visitor in everyone}) != len(everyone):
        raise ValueError("two visitors have the same number")
    ready = [v for v in everyone if v.passed]
    owing = [v for v in everyone if v.passed == 0]
    plain = [v for v in everyone if v.passed is None]
    # Who missed a call longest ago has let the most pass.
    ready.sort(key=lambda v: (-(v.passed or 0), v.kind, v.ticket))
    # The next one goes before them, but no one of a later kind: a walk-in never overtakes the booked.
    first = [] if ready else plain[:1]
    sooner = [v for v in owing if first and first[0].kind > v.kind]
    later = [v for v in owing if v not in sooner]
    ordered = [*ready, *sooner, *first, *later, *plain[len(first) :]]
    return tuple(
        Place(
            visitor,
            Why.BACK if visitor.passed is not None else Why(visitor.kind.name.lower()),
            tuple(sorted(behind.ticket for behind in ordered[n + 1 :] if behind.ticket < visitor.ticket)),
        )
        for n, visitor in enumerate(ordered)
    )


def average(begun: Sequence[datetime], *, usual: timedelta) -> timedelta:
    """How long one reception takes: between the beginnings of those there were, else the usual. Never less than a minute."""
    moments = sorted(begun)
    if len(moments) < 2:
        return max(usual, timedelta(minutes=1))
    return max((moments[-1] - moments[0]) / (len(moments) - 1), timedelta(minutes=1))


def room(*, at: datetime, ends: datetime, waiting: int, each: timedelta) -> int:
    """How many more than those who wait can be received before `ends`, if each takes `each`. Never negative: nobody is sent away."""
    return max(int(max(ends - at, timedelta()) / each) - waiting, 0)
