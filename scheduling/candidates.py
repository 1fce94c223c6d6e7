"""Who could receive instead: everyone who can attend, ranked, each with the facts the ranking rests on.

Source: the county's provisions (the petition bureau arranges another leader in advance); the order is our choice: a leader of the
same rotation before others, then who has had the fewest turns lately, then whose last turn is longest ago, then the list's order.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from scheduling.rotation import Away, Holding, Rotation, Served, absence_on, holder_on

LATELY = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A leader who can attend. `turns` were served in any rotation within a year before the day; `last` is the latest of them."""

    post: str
    person: str
    same_rotation: bool
    turns: int
    last: date | None


def candidates(
    day: date,
    *,
    rotation: str | None,
    rotations: Sequence[Rotation],
    taken: Iterable[str],
    holdings: Iterable[Holding],
    away: Iterable[Away],
    served: Iterable[Served],
) -> tuple[Candidate, ...]:
    """Everyone who could take a sitting of `rotation` (None for an extra one) on a day, best first, each person once.

    `taken` are the persons who can't be asked: who sits that day already, and whoever is to be substituted.
    """
    held, absences, busy = list(holdings), list(away), set(taken)
    lately = [turn for turn in served if day - LATELY <= turn.day < day]
    found: dict[str, Candidate] = {}
    for own in sorted(rotations, key=lambda known: known.key != rotation):
        for post in own.posts:
            person = holder_on([holding for holding in held if holding.post == post], day)
            if person is None or person in busy or person in found:
                continue
            if absence_on([absence for absence in absences if absence.person == person], day):
                continue
            turns = [turn.day for turn in lately if turn.post == post]
            found[person] = Candidate(post, person, own.key == rotation, len(turns), max(turns, default=None))
    return tuple(sorted(found.values(), key=lambda c: (not c.same_rotation, c.turns, c.last or date.min)))
