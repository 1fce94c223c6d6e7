"""The roster: what was planned, what lies over it, and what happened. Held beats substituted, substituted beats planned."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from scheduling.rotation import Served


@dataclass(frozen=True, slots=True)
class Planned:
    """A sitting as planned: on a day, in a rotation (None for an extra sitting), by a post's holder."""

    sitting: str
    day: date
    rotation: str | None
    post: str
    person: str


@dataclass(frozen=True, slots=True)
class Substitution:
    """In force for a sitting: another post's holder receives."""

    sitting: str
    post: str
    person: str
    reason: str


@dataclass(frozen=True, slots=True)
class Held:
    """What happened at a sitting: who received in the end."""

    sitting: str
    post: str
    person: str


@dataclass(frozen=True, slots=True)
class Duty:
    """A sitting with its layers; `post` and `person` are of whoever receives, by the highest layer there is."""

    planned: Planned
    substitution: Substitution | None = None
    held: Held | None = None

    @property
    def post(self) -> str:
        return (self.held or self.substitution or self.planned).post

    @property
    def person(self) -> str:
        return (self.held or self.substitution or self.planned).person


def build_roster(
    planned: Iterable[Planned], *, substitutions: Iterable[Substitution] = (), held: Iterable[Held] = ()
) -> tuple[Duty, ...]:
    """Every planned sitting with what lies over it, in the order of day and sitting.

    Raises `ValueError` for two substitutions, or two outcomes, of one sitting, and for one of a sitting that is not planned.
    """
    sittings = {sitting.sitting: sitting for sitting in planned}
    over = _single(substitutions, sittings, "substitutions in force")
    happened = _single(held, sittings, "outcomes")
    ordered = sorted(sittings.values(), key=lambda sitting: (sitting.day, sitting.sitting))
    return tuple(Duty(sitting, over.get(sitting.sitting), happened.get(sitting.sitting)) for sitting in ordered)


def served(duties: Iterable[Duty]) -> tuple[Served, ...]:
    """The turns that count: the post that receives. The one substituted keeps its place at the front of the queue."""
    return tuple(Served(duty.planned.day, duty.planned.rotation, duty.post) for duty in duties if duty.planned.rotation is not None)


Layer = TypeVar("Layer", Substitution, Held)


def _single(rows: Iterable[Layer], sittings: dict[str, Planned], what: str) -> dict[str, Layer]:
    found: dict[str, Layer] = {}
    for row in rows:
        if row.sitting not in sittings:
            raise ValueError(f"sitting {row.sitting!r} is not in the plan")
        if row.sitting in found:
            raise ValueError(f"sitting {row.sitting!r} has two {what}")
        found[row.sitting] = row
    return found
