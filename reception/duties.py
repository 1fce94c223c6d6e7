"""What one leader is in for: their sittings to come, as things stand and as the public reads them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from reception import differences
from reception.models import (
    Answer,
    DayState,
    DayStatus,
    Leader,
    Post,
    Release,
    Sitting,
    SittingState,
    Substitution,
    SubstitutionState,
    User,
)
from scheduling.releases import DayChange, Difference, difference

# What else the desk shows beside a leader's days: each is told who is at the desk, for which leader and on what day, and gives a
# template and what it needs. The room above adds its own when it is loaded.
BESIDE: list[Callable[[User, Leader, date], tuple[str, dict[str, Any]]]] = []


@dataclass(frozen=True)
class Duty:
    """One sitting that a leader receives."""

    sitting: Sitting
    instead: Substitution | None
    answer: Answer | None
    # As the last release says it: the day and the sitting; None where it is not published.
    day_published: Mapping[str, Any] | None
    published: Mapping[str, Any] | None

    @property
    def post(self) -> Post:
        return self.instead.post if self.instead and self.instead.post else self.sitting.post

    @property
    def is_planned(self) -> bool:
        return bool(self.sitting.state == SittingState.PLANNED)

    @property
    def is_provisional(self) -> bool:
        return bool(self.sitting.day.status == DayStatus.PROVISIONAL)

    @property
    def is_ahead_of_the_public(self) -> bool:
        """Whether the public still reads another day, leader, place or time: the release that says so is not out yet."""
        if self.is_planned:
            return False
        if self.published is None or self.day_published is None:
            return True
        leader = self.instead.leader if self.instead and self.instead.leader else self.sitting.leader
        said = (
            self.day_published["day"],
            self.published["leader"]["name"]["zh"],
            self.published["place"]["name"]["zh"],
            self.published["from"],
            self.published["to"],
        )
        sitting = self.sitting
        now = (str(sitting.day.day), leader.name, sitting.place.name, f"{sitting.starts:%H:%M}", f"{sitting.ends:%H:%M}")
        return said != now


@dataclass(frozen=True)
class Offer:
    """A sitting that a leader is asked to take on; in a swap, for one of their own."""

    row: Substitution

    @property
    def gives(self) -> Sitting | None:
        """The leader's own sitting that the other takes in exchange; None where it is no swap."""
        return self.row.pair.sitting if self.row.pair else None

    @property
    def is_asked(self) -> bool:
        """Whether it is this leader who answers: of a swap the one who is not away does."""
        return self.row.pair_id is None or self.row.pk < self.row.pair_id


def coming(leader: Leader, *, on: date) -> list[Duty]:
    """The sittings that a leader receives on a day or later, the next first; none that is cancelled."""
    rows = (
        Sitting.objects.filter(day__day__gte=on, state__in=[SittingState.PLANNED, SittingState.PUBLISHED])
        .exclude(day__state__in=[DayState.CANCELLED, DayState.HELD])
        .filter(Q(leader=leader) | Q(substitutions__leader=leader, substitutions__state=SubstitutionState.IN_FORCE))
        .select_related("day", "rotation", "post", "leader", "place")
        .order_by("day__day", "starts")
        .distinct()
    )
    sittings = list(rows)
    over = {
        s.sitting_id: s
        for s in Substitution.objects.filter(sitting__in=sittings, state=SubstitutionState.IN_FORCE).select_related(
            "leader", "post"
        )
    }
    answers = {(a.sitting_id, a.day): a for a in Answer.objects.current().filter(sitting__in=sittings, leader=leader)}
    release = Release.objects.published().first()
    said = {s["uid"]: (day, s) for day in release.document["days"] for s in day["sittings"]} if release else {}
    found = []
    for sitting in sittings:
        instead = over.get(sitting.pk)
        if (instead.leader_id if instead else sitting.leader_id) != leader.pk:
            continue
        day, published = said.get(str(sitting.uid), (None, None))
        found.append(Duty(sitting, instead, answers.get((sitting.pk, sitting.day.day)), day, published))
    return found


def offers(leader: Leader, *, on: date) -> list[Offer]:
    """What a leader is asked to take on, of days to come, the nearest first; of a swap also what waits for the other leader's word."""
    rows = Substitution.objects.filter(
        leader=leader, state__in=[SubstitutionState.PROPOSED, SubstitutionState.ENDORSED], sitting__day__day__gte=on
    )
    near = ("sitting__day", "sitting__leader", "sitting__place", "post")
    found = rows.select_related(*near, "leader", *(f"pair__{name}" for name in near)).order_by("sitting__day__day")
    return [Offer(row) for row in found]


@dataclass(frozen=True)
class News:
    """What one release changed for a leader."""

    release: Release
    before: Release | None
    changes: differences.Told


def news(leader: Leader, *, on: date, releases: int = 6) -> list[News]:
    """What the last releases changed of a leader's days to come, the newest first; a leader substituted away is still concerned."""
    mine = {str(uid) for uid in Sitting.objects.filter(leader=leader, day__day__gte=on).values_list("uid", flat=True)}
    over = Substitution.objects.filter(leader=leader, sitting__day__day__gte=on)
    mine |= {str(uid) for uid in over.values_list("sitting__uid", flat=True)}
    last = list(Release.objects.published()[: releases + 1])
    found = []
    for number, release in enumerate(last[:releases]):
        before = last[number + 1] if number + 1 < len(last) else None
        days = [
            kept
            for change in difference(before.document if before else None, release.document).days
            if (kept := _concerning(change, mine)) is not None
        ]
        if days:
            found.append(News(release, before, differences.told(Difference((), tuple(days)))))
    return found


def _concerning(change: DayChange, mine: set[str]) -> DayChange | None:
    """A day's change with the sittings that concern a leader, and what moves the day itself; None where nothing does."""
    there = {sitting["uid"] for day in (change.old, change.new) if day for sitting in day["sittings"]}
    if not there & mine:
        return None
    own = tuple(sitting for sitting in change.sittings if sitting.uid in mine)
    moved = tuple(field for field in change.changes if field.field in ("day", "status", "state"))
    return DayChange(change.uid, change.old, change.new, moved, own) if own or moved else None
