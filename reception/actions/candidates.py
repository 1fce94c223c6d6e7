"""Who receives a sitting as things stand, who could receive it instead, and who could swap days with its leader."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from reception import facts
from reception.errors import Refused
from reception.models import (
    DayState,
    Leader,
    Post,
    Sitting,
    SittingState,
    Substitution,
    SubstitutionState,
    Tenure,
)
from reception.workflows.substitution import UNDER_WAY
from scheduling import candidates as rule
from scheduling.rotation import Rotation


def receives(sitting: Sitting) -> Leader:
    """Who receives as things stand: the substitute in force, else the leader planned."""
    over = Substitution.objects.filter(sitting=sitting, state=SubstitutionState.IN_FORCE).select_related("leader").first()
    return over.leader if over and over.leader else sitting.leader


def receiving(sittings: Iterable[Sitting]) -> dict[int, Leader]:
    """Who receives each of the sittings as things stand, by the sitting's id."""
    rows = list(sittings)
    instead = Substitution.objects.filter(sitting__in=rows, state=SubstitutionState.IN_FORCE).select_related("leader")
    over = {row.sitting_id: row.leader for row in instead if row.leader}
    return {row.pk: over.get(row.pk) or row.leader for row in rows}


def ranked(sitting: Sitting, topics: Iterable[str] = ()) -> list[tuple[rule.Candidate, Tenure]]:
    """Who could receive instead, best first, each with the tenure they would receive in. `topics` are words for what is booked."""
    day: date = sitting.day.day
    seated = Sitting.objects.filter(day=sitting.day).exclude(state=SittingState.CANCELLED).select_related("leader")
    tenures = {(t.post.code, t.leader.code): t for t in Tenure.objects.on(day).select_related("post", "leader")}
    found = rule.candidates(
        day,
        rotation=sitting.rotation.code if sitting.rotation else None,
        rotations=[Rotation(code, posts) for code, (_rotation, posts) in facts.rotations().items() if posts],
        taken={leader.code for leader in receiving(seated).values()} | {sitting.leader.code},
        holdings=facts.holdings(),
        away=facts.away(),
        served=facts.served(before=day),
        topics=topics,
        portfolios={held: tenure.portfolio for held, tenure in tenures.items()},
        declined=Substitution.objects.filter(sitting=sitting, state=SubstitutionState.DECLINED).values_list(
            "leader__code", flat=True
        ),
    )
    return [(candidate, tenures[candidate.post, candidate.person]) for candidate in found]


def swappable(sitting: Sitting, *, besides: Substitution | None = None, most: int = 3) -> list[Sitting]:
    """The next sittings of the same rotation whose leader could take this one's day while its leader takes theirs.

    Published ones to come that no substitution lies over or is under way for, but for `besides`. None for an extra sitting, nor
    where a substitute is in force already: it is the substitute then who can't come.
    """
    in_force = {
        row.sitting_id: row for row in Substitution.objects.filter(state=SubstitutionState.IN_FORCE).select_related("leader")
    }
    if sitting.rotation is None or sitting.pk in in_force:
        return []
    asked = Substitution.objects.filter(state__in=UNDER_WAY).exclude(pk__in=[besides.pk] if besides else [])
    untouched = (
        Sitting.objects.filter(
            rotation=sitting.rotation, state=SittingState.PUBLISHED, day__state=DayState.PUBLISHED, day__day__gt=sitting.day.day
        )
        .exclude(pk__in=in_force)
        .exclude(pk__in=asked.values("sitting"))
        .select_related("day", "post", "leader", "rotation")
    )
    later = {str(other.uid): other for other in untouched}
    seated: dict[int, dict[int, str]] = {sitting.day_id: {}}
    days = [sitting.day_id, *(other.day_id for other in later.values())]
    for other in Sitting.objects.filter(day__in=days).exclude(state=SittingState.CANCELLED).select_related("leader"):
        over = in_force.get(other.pk)
        who = over.leader if over and over.leader else other.leader
        seated.setdefault(other.day_id, {})[other.pk] = who.code

    def others(one: Sitting) -> frozenset[str]:
        return frozenset(code for pk, code in seated[one.day_id].items() if pk != one.pk)

    found = rule.swaps(
        sitting.day.day,
        post=sitting.post.code,
        person=sitting.leader.code,
        others=others(sitting),
        later=[rule.Turn(uid, one.day.day, one.post.code, one.leader.code, others(one)) for uid, one in later.items()],
        holdings=facts.holdings(),
        away=facts.away(),
        most=most,
    )
    return [later[turn.sitting] for turn in found]


def able(sitting: Sitting, post: Post, leader: Leader) -> Tenure:
    """The tenure in which a leader could receive instead. Raises `Refused` for one who can't."""
    found = {(c.post, c.person): tenure for c, tenure in ranked(sitting)}
    tenure = found.get((post.code, leader.code))
    if tenure is None:
        raise Refused(_("%(leader)s当日不能出席，或已有另一场接访。请从候选人中另选一位。") % {"leader": leader})
    return tenure


def able_to_swap(sitting: Sitting, other: Sitting, *, besides: Substitution | None = None) -> None:
    """Raises `Refused` where one of the two leaders can't take the other's day, or either sitting is not as it was published."""
    if other.pk not in {one.pk for one in swappable(sitting, besides=besides, most=1000)}:
        raise Refused(
            _("不能与 %(day)s 对调：有一位届时不能出席，或其中一场已另有安排。请另选一天或改选替代者。") % {"day": other.day.day}
        )
