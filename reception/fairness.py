"""Who received how often: turns by post, in person or by a substitute, over the days on which the holder could have come.

Counted from the working tables, planned days included, so that a plan shows its fairness before it is published.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from reception import facts
from reception.models import DayState, Post, ReceptionDay, Sitting, SittingState, Substitution, SubstitutionState, Tenure
from scheduling import rotation as rules


@dataclass(frozen=True)
class Row:
    """One post of a rotation over a period.

    `turns` counts the sittings of the rotation that the post received, `own` those among its planned ones that its holder takes in
    person, `given_away` those a substitute takes, `stood_in` the sittings of other posts it takes (in any rotation). `available` counts the
    reception days on which the post had a holder who was not away; `ratio` is turns by available days, 0 without any.
    """

    post: Post
    holders: str
    turns: int
    own: int
    given_away: int
    stood_in: int
    available: int
    ratio: float


@dataclass(frozen=True)
class Table:
    """A rotation's rows in its order, and the largest difference between two ratios."""

    rotation: str
    rows: tuple[Row, ...]
    difference: float
    days: int


def of_year(year: int) -> list[Table]:
    """The reception days that belong to a year."""
    return _tables(ReceptionDay.objects.of_year(year))


def of_all(*, before: date) -> list[Table]:
    """Every reception day on record before a day."""
    return _tables(ReceptionDay.objects.filter(day__lt=before))


def _tables(days: QuerySet[ReceptionDay]) -> list[Table]:
    dates = sorted(days.exclude(state=DayState.CANCELLED).values_list("day", flat=True))
    if not dates:
        return []
    holdings, away = facts.holdings(), facts.away()
    served = facts.served(before=date.max)
    counts = _counts(dates)
    posts = {post.code: post for post in Post.objects.all()}
    holders = _holders(dates)
    found = []
    for code, (rotation, seats) in facts.rotations().items():
        if not seats:
            continue
        shares, difference = rules.fairness(rules.Rotation(code, seats), dates, holdings=holdings, away=away, served=served)
        rows = tuple(
            Row(
                posts[share.post],
                holders.get(share.post, ""),
                share.turns,
                counts["planned", code, share.post] - counts["given_away", code, share.post],
                counts["given_away", code, share.post],
                counts["stood_in", "", share.post],
                share.available,
                share.ratio,
            )
            for share in shares
        )
        found.append(Table(str(rotation), rows, difference, len(dates)))
    return found


def _counts(dates: list[date]) -> Counter[tuple[str, str, str]]:
    """Planned sittings and those given away by rotation and post, and those taken over by post."""
    counts: Counter[tuple[str, str, str]] = Counter()
    sittings = (
        Sitting.objects.filter(day__day__in=dates, rotation__isnull=False)
        .exclude(state=SittingState.CANCELLED)
        .exclude(day__state=DayState.CANCELLED)
    )
    for rotation, post in sittings.values_list("rotation__code", "post__code"):
        counts["planned", rotation, post] += 1
    over = Substitution.objects.filter(state=SubstitutionState.IN_FORCE, sitting__in=sittings)
    for rotation, planned, instead in over.values_list("sitting__rotation__code", "sitting__post__code", "post__code"):
        counts["given_away", rotation, planned] += 1
        if instead:
            counts["stood_in", "", instead] += 1
    return counts


def _holders(dates: list[date]) -> dict[str, str]:
    """Who held each post in the period, in the order they came."""
    found: dict[str, list[str]] = {}
    for tenure in Tenure.objects.select_related("post", "leader").order_by("starts_on"):
        if tenure.starts_on <= dates[-1] and (tenure.ends_on is None or tenure.ends_on > dates[0]):
            names = found.setdefault(tenure.post.code, [])
            if str(tenure.leader) not in names:
                names.append(str(tenure.leader))
    return {post: _("、").join(names) for post, names in found.items()}
