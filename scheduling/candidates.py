"""Who could receive instead: everyone who can attend, ranked, each with the facts the ranking rests on; and who could swap days.

Source: the county's provisions (the petition bureau arranges another leader in advance; in principle a swap with next month's leader).
The order is our choice: whoever has not declined this sitting before the others, a leader of the same rotation before others, then whose portfolio holds the most of the booked topics, then
who has had the fewest turns lately, then whose last turn is longest ago, then the list's order.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from scheduling.rotation import Away, Holding, Rotation, Served, absence_on, holder_on

LATELY = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A leader who can attend. `turns` were served in any rotation within a year before the day; `last` is the latest of them.

    `matched` are the booked topics that the leader's portfolio names; `declined` says that they were asked for this sitting before.
    """

    post: str
    person: str
    same_rotation: bool
    turns: int
    last: date | None
    matched: tuple[str, ...] = ()
    declined: bool = False

    @property
    def reasons(self) -> tuple[tuple[str, Any], ...]:
        """Why they stand where they stand, as pairs in the order of the ranking: ``("turns", 2)``. What does not speak is left out."""
        found: list[tuple[str, Any]] = [("declined", True)] if self.declined else []
        found += [("can_attend", True), ("same_rotation", self.same_rotation)]
        if self.matched:
            found.append(("portfolio_match", self.matched))
        found.append(("turns", self.turns))
        if self.last:
            found.append(("last", self.last))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Turn:
    """A sitting to come of the same rotation: who receives in it, and who else sits on its day."""

    sitting: str
    day: date
    post: str
    person: str
    others: frozenset[str] = frozenset()


def swaps(
    day: date,
    *,
    post: str,
    person: str,
    others: Iterable[str],
    later: Iterable[Turn],
    holdings: Iterable[Holding],
    away: Iterable[Away],
    most: int = 3,
) -> tuple[Turn, ...]:
    """The turns after `day` whose leader could come on `day` while `person`, who holds `post`, takes theirs; the nearest first.

    `others` sit on `day` besides the sitting to be given away. Each must hold their post, be free and not be away on the day they
    would take. A person never swaps with themselves.
    """
    held, absences, busy = list(holdings), list(away), set(others)

    def can(post: str, person: str, on: date, taken: Iterable[str]) -> bool:
        holds = holder_on([holding for holding in held if holding.post == post], on) == person
        gone = absence_on([absence for absence in absences if absence.person == person], on)
        return holds and gone is None and person not in taken

    found = [
        turn
        for turn in sorted(later, key=lambda known: (known.day, known.sitting))
        if turn.day > day
        and turn.person != person
        and can(turn.post, turn.person, day, busy)
        and can(post, person, turn.day, turn.others)
    ]
    return tuple(found[:most])


def candidates(
    day: date,
    *,
    rotation: str | None,
    rotations: Sequence[Rotation],
    taken: Iterable[str],
    holdings: Iterable[Holding],
    away: Iterable[Away],
    served: Iterable[Served],
    topics: Iterable[str] = (),
    portfolios: Mapping[tuple[str, str], str] | None = None,
    declined: Iterable[str] = (),
) -> tuple[Candidate, ...]:
    """Everyone who could take a sitting of `rotation` (None for an extra one) on a day, best first, each person once.

    `taken` are the persons who can't be asked: who sits that day already, and whoever is to be substituted.
    `topics` are words for what is booked that day; `portfolios` the text of what each (post, person) is in charge of on the day.
    `declined` are the persons who said before that they can't take this sitting; they come last.
    """
    wanted, texts = tuple(dict.fromkeys(topic for topic in topics if topic)), portfolios or {}
    held, absences, busy, refused = list(holdings), list(away), set(taken), set(declined)
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
            matched = tuple(topic for topic in wanted if topic in texts.get((post, person), ""))
            found[person] = Candidate(
                post, person, own.key == rotation, len(turns), max(turns, default=None), matched, person in refused
            )
    return tuple(
        sorted(found.values(), key=lambda c: (c.declined, not c.same_rotation, -len(c.matched), c.turns, c.last or date.min))
    )
