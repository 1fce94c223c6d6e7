"""Who receives, in turn: a queue of posts.

The first post in the queue whose holder can attend receives and goes to the back. A post passed over keeps its place and is due
first next time. Source: the county's provisions ("the secretary and the magistrate receive in turn"); the queue is our reading of
"in turn" that keeps an absence from costing anyone their place.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Why(StrEnum):
    """Why a post was passed over: its holder is away, it has no holder, or its holder already sits that day."""

    ABSENT = "absent"
    VACANT = "vacant"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Rotation:
    """An ordered list of posts. Raises `ValueError` when empty or when a post stands in it twice."""

    key: str
    posts: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.posts:
            raise ValueError(f"rotation {self.key!r} has no posts")
        if len(set(self.posts)) != len(self.posts):
            raise ValueError(f"rotation {self.key!r} names a post twice")


@dataclass(frozen=True, slots=True)
class Holding:
    """A person holds a post over [starts_on, ends_on); `ends_on` is None while it lasts."""

    post: str
    person: str
    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Away:
    """A person can't attend over [starts_on, ends_on)."""

    person: str
    starts_on: date
    ends_on: date
    kind: str


@dataclass(frozen=True, slots=True)
class Served:
    """A turn that counts: on this day this post received, in this rotation. For a substituted sitting, the substitute's post."""

    day: date
    rotation: str
    post: str


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A post that was due before the one that receives, and why it does not."""

    post: str
    person: str | None
    reason: Why
    away: Away | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """Who receives on a day in a rotation; `post` and `person` are None when nobody can attend."""

    day: date
    rotation: str
    post: str | None
    person: str | None
    passed_over: tuple[PassedOver, ...]
    first_in_queue: bool


def queue(rotation: Rotation, served: Iterable[Served], *, before: date) -> tuple[str, ...]:
    """The posts in the order they are due on the day `before`: never served first, in the list's order; then by last turn."""
    last: dict[str, date] = {}
    for turn in served:
        if turn.rotation == rotation.key and turn.day < before:
            last[turn.post] = max(turn.day, last.get(turn.post, date.min))
    # `sorted` is stable, so the list's order decides between posts that never served.
    return tuple(sorted(rotation.posts, key=lambda post: last.get(post, date.min)))


def plan(
    rotations: Sequence[Rotation],
    days: Iterable[date],
    *,
    holdings: Iterable[Holding],
    away: Iterable[Away],
    served: Iterable[Served],
) -> tuple[Turn, ...]:
    """Plan the given days for all rotations of a county, in order; turns already served, before or between, are folded in.

    Nothing random: the same arguments give the same turns. Of two rotations the earlier in the sequence chooses first, and a
    person who sits in it is taken for the later. A day that a rotation has already served is not planned again.
    """
    by_post: dict[str, list[Holding]] = {}
    for holding in holdings:
        by_post.setdefault(holding.post, []).append(holding)
    by_person: dict[str, list[Away]] = {}
    for absence in away:
        by_person.setdefault(absence.person, []).append(absence)
    pending = sorted(served, key=lambda turn: turn.day)
    on_day: dict[date, list[Served]] = {}
    for turn in pending:
        on_day.setdefault(turn.day, []).append(turn)
    settled = {(turn.rotation, turn.day) for turn in pending}
    lists = {rotation.key: list(rotation.posts) for rotation in rotations}
    turns: list[Turn] = []
    folded = 0
    for day in sorted(days):
        while folded < len(pending) and pending[folded].day < day:
            _to_the_back(lists.get(pending[folded].rotation), pending[folded].post)
            folded += 1
        sitting = [holder_on(by_post.get(turn.post, ()), day) for turn in on_day.get(day, ())]
        taken = {person for person in sitting if person is not None}
        for rotation in rotations:
            if (rotation.key, day) in settled:
                continue
            due = _next(rotation.key, lists[rotation.key], day, by_post, by_person, taken)
            if due.post is not None and due.person is not None:
                taken.add(due.person)
                _to_the_back(lists[rotation.key], due.post)
            turns.append(due)
    return tuple(turns)


def _next(
    rotation: str,
    due: Sequence[str],
    day: date,
    by_post: dict[str, list[Holding]],
    by_person: dict[str, list[Away]],
    taken: set[str],
) -> Turn:
    passed: list[PassedOver] = []
    for post in due:
        person = holder_on(by_post.get(post, ()), day)
        if person is None:
            passed.append(PassedOver(post, None, Why.VACANT))
        elif person in taken:
            passed.append(PassedOver(post, person, Why.TAKEN))
        elif absence := absence_on(by_person.get(person, ()), day):
            passed.append(PassedOver(post, person, Why.ABSENT, absence))
        else:
            return Turn(day, rotation, post, person, tuple(passed), not passed)
    return Turn(day, rotation, None, None, tuple(passed), False)


def holder_on(holdings: Iterable[Holding], day: date) -> str | None:
    """Who of the holders of one post holds it on a day; None while it is vacant."""
    for holding in holdings:
        if holding.starts_on <= day and (holding.ends_on is None or day < holding.ends_on):
            return holding.person
    return None


def absence_on(absences: Iterable[Away], day: date) -> Away | None:
    """The absence, of one person's, that covers a day."""
    for absence in absences:
        if absence.starts_on <= day < absence.ends_on:
            return absence
    return None


def _to_the_back(due: list[str] | None, post: str) -> None:
    """The post goes to the back of its queue; a post that is no longer in the rotation has no place to go to."""
    if due is not None and post in due:
        due.remove(post)
        due.append(post)


@dataclass(frozen=True, slots=True)
class Share:
    """What fell to a post in a period: turns served, reception days its holder could attend, and the two divided (0 if none)."""

    post: str
    turns: int
    available: int

    @property
    def ratio(self) -> float:
        return self.turns / self.available if self.available else 0.0


def fairness(
    rotation: Rotation, days: Iterable[date], *, holdings: Iterable[Holding], away: Iterable[Away], served: Iterable[Served]
) -> tuple[tuple[Share, ...], float]:
    """Each post's share over the given reception days, in the rotation's order, and the largest difference between two ratios.

    A post without a day on which its holder could attend counts in the table and not in the difference.
    """
    dates = sorted(days)
    held, absences = list(holdings), list(away)
    turns = [turn.post for turn in served if turn.rotation == rotation.key and turn.day in set(dates)]
    shares = []
    for post in rotation.posts:
        own = [holding for holding in held if holding.post == post]
        holders = [(day, holder_on(own, day)) for day in dates]
        available = sum(
            person is not None and absence_on((a for a in absences if a.person == person), day) is None for day, person in holders
        )
        shares.append(Share(post, turns.count(post), available))
    ratios = [share.ratio for share in shares if share.available]
    return tuple(shares), max(ratios, default=0.0) - min(ratios, default=0.0)
