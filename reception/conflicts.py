"""What does not fit in a county's year, as sentences for staff."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from reception import facts, language
from reception.models import (
    AbsenceKind,
    County,
    DayState,
    Leader,
    Post,
    ReceptionDay,
    Rotation,
    Seat,
    Sitting,
    Substitution,
    SubstitutionState,
)
from reception.models.calendar import work_calendar
from scheduling import conflicts as rules
from scheduling.days import DayRule, Month


@dataclass(frozen=True)
class Warned:
    """A conflict and its sentence."""

    conflict: rules.Conflict
    sentence: str


@dataclass(frozen=True)
class Group:
    """The conflicts of one type, in the order of days: the type's name in code, a shape to know it by, and its words."""

    kind: str
    shape: str
    words: str
    warned: tuple[Warned, ...]


def groups(county: County, year: int, *, on: date) -> list[Group]:
    """The conflicts of a year of the county in scope from a day on, by type, the gravest type first; types without any are left out."""
    found = find(county, year, on=on)
    sentences = _sentences(found)
    return [
        Group(kind.__name__, shape, label(), warned)
        for kind, shape, label in TYPES
        if (warned := tuple(Warned(c, s) for c, s in zip(found, sentences, strict=True) if type(c) is kind))
    ]


TYPES = (
    (rules.NobodyAvailable, "■", lambda: _("无人能出席")),
    (rules.LeaderAway, "▲", lambda: _("领导请假")),
    (rules.SittingTwice, "◆", lambda: _("时间重叠")),
    (rules.HolderChanged, "●", lambda: _("任职变动")),
    (rules.DayMoved, "▶", lambda: _("日期应调整")),
    (rules.NotAWorkday, "▼", lambda: _("落在休息日")),
    (rules.NoTurn, "○", lambda: _("全年未轮到")),
    (rules.ProvisionalYear, "□", lambda: _("年度暂定")),
)


def _sentences(found: tuple[rules.Conflict, ...]) -> list[str]:
    leaders = {row.code: str(row) for row in Leader.objects.all()}
    posts = {row.code: str(row) for row in Post.objects.all()}
    rotations = {row.code: str(row) for row in Rotation.objects.all()}
    return [_said(conflict, leaders, posts, rotations) for conflict in found]


def find(county: County, year: int, *, on: date) -> tuple[rules.Conflict, ...]:
    """The typed conflicts of a year, from a day on."""
    days = list(ReceptionDay.objects.of_year(year).filter(day__gte=on).exclude(state=DayState.CANCELLED))
    roster = [
        rules.RosterDay(day.day, Month(day.month.year, day.month.month) if day.nominal_on else None, day.state != DayState.PLANNED)
        for day in days
    ]
    return rules.find_conflicts(
        roster,
        _seats(days),
        rule=DayRule(county.nominal_day),
        calendar=work_calendar(county),
        holdings=facts.holdings(),
        away=facts.away(),
        rotations=_rotations(days),
    )


def _seats(days: list[ReceptionDay]) -> list[rules.RosterSitting]:
    """Who receives, by sitting; a rotation without a sitting on a monthly day is one that nobody could be found for."""
    instead = {
        s.sitting_id: s for s in Substitution.objects.filter(state=SubstitutionState.IN_FORCE).select_related("post", "leader")
    }
    sittings = Sitting.objects.filter(day__in=days).select_related("day", "rotation", "post", "leader")
    found, filled = [], set()
    for sitting in sittings:
        over = instead.get(sitting.pk)
        post, leader = (over.post, over.leader) if over and over.post and over.leader else (sitting.post, sitting.leader)
        key = sitting.rotation.code if sitting.rotation else ""
        filled.add((sitting.day_id, key))
        found.append(rules.RosterSitting(sitting.day.day, key, post.code, leader.code, sitting.starts, sitting.ends))
    for rotation in Rotation.objects.all():
        found.extend(
            rules.RosterSitting(day.day, rotation.code, None, None, rotation.starts, rotation.ends)
            for day in days
            if day.nominal_on and (day.pk, rotation.code) not in filled
        )
    return found


def _rotations(days: list[ReceptionDay]) -> dict[str, list[str]]:
    """The posts of each rotation that has no more posts than there are days: in a longer one not everyone comes round."""
    found: dict[str, list[str]] = {}
    for rotation, post in Seat.objects.order_by("position").values_list("rotation__code", "post__code"):
        found.setdefault(rotation, []).append(post)
    return {rotation: posts for rotation, posts in found.items() if len(posts) <= len(days)}


def _said(conflict: rules.Conflict, leaders: dict[str, str], posts: dict[str, str], rotations: dict[str, str]) -> str:
    day = conflict.day
    match conflict:
        case rules.NobodyAvailable(rotation=rotation):
            return _("%(day)s %(rotation)s：没有人能出席。请增加场次、改期或由联席会议办公室协调。") % {
                "day": day,
                "rotation": rotations.get(rotation, ""),
            }
        case rules.LeaderAway(person=person, away=away):
            return _("%(day)s：%(leader)s已登记请假（%(kind)s），需要安排替代。") % {
                "day": day,
                "leader": leaders.get(person, person),
                "kind": language.within(AbsenceKind(away.kind).label),
            }
        case rules.HolderChanged(person=person, post=post, holder=holder):
            return _("%(day)s：%(leader)s当日不担任%(post)s（当日任职者：%(holder)s）。") % {
                "day": day,
                "leader": leaders.get(person, person),
                "post": posts.get(post, post),
                "holder": leaders.get(holder or "", _("空缺")),
            }
        case rules.SittingTwice(person=person):
            return _("%(day)s：%(leader)s同一时间有两场接访。") % {"day": day, "leader": leaders.get(person, person)}
        case rules.DayMoved(expected=expected):
            return _("%(day)s：按现行日历，这个月的接访日应为 %(expected)s。") % {"day": day, "expected": expected}
        case rules.NotAWorkday():
            return _("%(day)s：增加的接访落在休息日。") % {"day": day}
        case rules.ProvisionalYear(year=year):
            return _("%(year)s 年的节假日安排尚未确认，该年日期均为暂定。") % {"year": year}
        case rules.NoTurn(post=post):
            return _("%(post)s全年没有轮到接访。") % {"post": posts.get(post, post)}
