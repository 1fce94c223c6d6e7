"""What became of the cases: steps taken, handling periods kept or not, reviews, ratings, supervision."""

from collections import Counter
from typing import Any

from django.db import models
from django.db.models import CharField, Count, F, Q, Value, When
from django.utils.translation import gettext as _

from petitions import words
from petitions.models import CaseStep, Deadline, Grade, Improvement, Level, Rating, Review, Ruling, Stop, Supervision
from petitions.models.opinions import RatedBody
from petitions.reports.shape import Asked, Row, Table, listed
from petitions.workflow import Action

# In the order of a case's way.
STEPS = (
    Action.RESOLVE_ON_SPOT,
    Action.GUIDE,
    Action.NOT_ACCEPT,
    Action.NO_LONGER_ACCEPT,
    Action.MERGE,
    Action.TRANSFER,
    Action.ASSIGN,
    Action.OBJECT,
    Action.ACCEPT,
    Action.REFUSE,
    Action.EXTEND,
    Action.PAUSE,
    Action.ISSUE_OPINION,
    Action.DELIVER,
    Action.CLOSE,
    Action.CLOSE_FINALLY,
    Action.WITHDRAW,
    Action.REOPEN,
)
HANDLING = ("D5", "D6")
IN_TIME, EXTENDED, LATE = "in_time", "extended", "late"
# How a handling period ended that an opinion stopped.
ENDED = models.Case(
    When(Q(stopped_on__gt=F("deadline__due_on")), then=Value(LATE)),
    When(Q(deadline__kind="D6"), then=Value(EXTENDED)),
    default=Value(IN_TIME),
    output_field=CharField(),
)


def steps(asked: Asked) -> Table:
    """What was done in the period, each case counted once for each kind of step."""
    done = CaseStep.objects.filter(case__in=asked.seen, **asked.within_moments("at")).order_by()
    counts = dict(done.values_list("action").annotate(n=Count("case", distinct=True)))
    rows = tuple(Row(words.done(one.value), (counts.get(one.value, 0),)) for one in STEPS)
    return Table("steps", _("本期办理情况"), _("办理"), (_("件数"),), rows, has_total=False)


def ended(asked: Asked, by: str = "") -> dict[Any, Counter[str]]:
    """How the handling periods ended that an opinion stopped in the period; by a field of the clock's case."""
    rows = Stop.objects.filter(
        deadline__case__in=asked.seen,
        deadline__kind__in=HANDLING,
        step__action=Action.ISSUE_OPINION.value,
        **asked.within("stopped_on"),
    ).order_by()
    found: dict[Any, Counter[str]] = {}
    for key, how, n in rows.annotate(how=ENDED).values_list(by or Value(""), "how").annotate(n=Count("pk")):
        found.setdefault(key, Counter())[how] += n
    return found


def overdue(asked: Asked, by: str = "") -> dict[Any, int]:
    """Handling periods that run and whose last day is before the end of the period, or before today; by a field of the case."""
    until = min(asked.period.after, asked.on)
    rows = Deadline.objects.running().filter(case__in=asked.seen, kind__in=HANDLING, due_on__lt=until).order_by()
    return dict(rows.values_list(by or Value("")).annotate(n=Count("pk")))


def periods(asked: Asked) -> Table:
    """Handling periods that ended in the period: in time, in time after an extension, late; and those that are over and still run."""
    how = ended(asked).get("", Counter())
    rows = (
        Row(_("按期（60 日内）"), (how[IN_TIME],)),
        Row(_("经批准延期后按期"), (how[EXTENDED],)),
        Row(_("超期办结"), (how[LATE],)),
        Row(_("已超期、尚未办结"), (overdue(asked).get("", 0),)),
    )
    note = _("以出具处理意见之日为准。最后一行是现在的情况。")
    return Table("periods", _("办理期限"), _("情况"), (_("件数"),), rows, has_total=False, note=note, bars=0)


def reviews(asked: Asked) -> Table:
    """Reviews and re-reviews: asked for in the period, and decided in it by how."""
    seen = Review.objects.filter(case__in=asked.seen).order_by()
    requested = dict(seen.filter(**asked.within("requested_on")).values_list("level").annotate(n=Count("pk")))
    decided = Counter(seen.filter(**asked.within("decided_on")).values_list("level", "ruling"))
    columns = (_("申请"), *(str(one.label) for one in Ruling))
    rows = tuple(
        Row(str(level.label), (requested.get(level.value, 0), *(decided[level.value, one.value] for one in Ruling)))
        for level in Level
    )
    return Table("reviews", _("复查复核"), _("层级"), columns, rows, has_total=False)


def ratings(asked: Asked) -> Table:
    """How petitioners rated the bureau and the units in the period."""
    rows = Rating.objects.filter(case__in=asked.seen, **asked.within_moments("at")).order_by()
    counts = Counter(rows.values_list("body", "grade"))
    named = {one.value: tuple(counts[one.value, grade.value] for grade in Grade) for one in RatedBody}
    columns = tuple(str(one.label) for one in Grade)
    return Table(
        "ratings",
        _("满意度评价"),
        _("评价对象"),
        columns,
        listed([(one.value, one.label) for one in RatedBody], named, len(columns)),
        has_total=False,
    )


def supervision(asked: Asked) -> Table:
    """Supervision and proposals to do better, and whether units reported what they took up."""
    letters = Supervision.objects.filter(case__in=asked.seen)
    begun = letters.filter(**asked.within("begun_on"))
    # A proposal that grew out of a field, and not out of a case, is nobody's secret.
    proposed = Improvement.objects.filter(Q(case__isnull=True) | Q(case__in=asked.seen))
    rows = (
        Row(_("督办"), (begun.filter(is_listed=False).count(),)),
        Row(_("挂牌督办"), (begun.filter(is_listed=True).count(),)),
        Row(_("督办销号"), (letters.filter(**asked.within("ended_on")).count(),)),
        Row(_("提出改进工作建议"), (proposed.filter(**asked.within("made_on")).count(),)),
        Row(_("单位反馈采纳情况"), (proposed.filter(**asked.within("reported_on")).count(),)),
    )
    return Table("supervision", _("督办和改进工作建议"), _("项目"), (_("件数"),), rows, has_total=False)
