"""What everybody is told of a month: what came in by field, what was handled in time, how petitioners rated it; nothing small.

Public, so it counts nothing that complains of anyone: who reads their own reports beside it would learn that somebody did.
Source: Regulations on Petition Work, art. 43 (yearly reports); what is public of them, month by month.
"""

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Count

from petitions.models import Case, Grade, Rating
from petitions.reports.going import LATE, ended
from petitions.reports.shape import Asked
from petitions.reports.small import may_be_told, pooled
from reception.documents import both
from reception.models import County, Result, Topic
from scheduling.periods import Length, Period, around

Counted = Callable[[Asked], tuple[int, int]]


def document(*, county: County, month: Period, on: date) -> dict[str, Any]:
    """The figures of a month as they are known on a day; the county is in scope, and every earlier month is told.

    A share (of those handled, how many in time; of those rated, how many not dissatisfied) that would be too small to tell is told with
    a later month's: its ``since`` is the first month it counts, and it is null until then.
    """
    earlier = list(Result.objects.filter(month__lt=month.first).order_by("month"))
    return {
        "month": month.key,
        "received": _received(_asked(county, month, on)),
        **{name: _share(name, counted, county, month, on, earlier) for name, counted in SHARES.items()},
    }


def _asked(county: County, month: Period, on: date) -> Asked:
    seen = Case.objects.filter(accused_leader=None, accused_department=None, accused_user=None)
    return Asked(seen, county, month, on)


def _received(asked: Asked) -> dict[str, Any] | None:
    topics = {topic.pk: topic for topic in Topic.objects.all()}
    came = asked.seen.filter(**asked.within("received_on")).order_by().values_list("topic").annotate(n=Count("pk"))
    told = pooled(dict.fromkeys(topics, 0) | dict(came))
    if told is None:
        return None
    listed = sorted(told.each.items(), key=lambda pair: (-pair[1], topics[pair[0]].code))
    return {
        "total": told.total,
        "topics": [{"name": both(topics[pk].name, topics[pk].name_en), "count": count} for pk, count in listed],
        "others": told.others,
    }


def _in_time(asked: Asked) -> tuple[int, int]:
    """Handling periods that an opinion ended, and those of them that it ended in time."""
    ends: Counter[str] = sum(ended(asked).values(), Counter())
    return ends.total(), ends.total() - ends[LATE]


def _satisfied(asked: Asked) -> tuple[int, int]:
    """Ratings of the bureau and of units, and those of them that are not the lowest grade."""
    rows = Rating.objects.filter(case__in=asked.seen, **asked.within_moments("at"))
    return rows.count(), rows.exclude(grade=Grade.DISSATISFIED).count()


SHARES: dict[str, Counted] = {"in_time": _in_time, "satisfied": _satisfied}


def _share(name: str, counted: Counted, county: County, month: Period, on: date, earlier: list[Result]) -> dict[str, Any] | None:
    waiting = [month]
    for row in reversed(earlier):
        if row.document[name]:
            break
        waiting.append(around(row.month, Length.MONTH))
    counts = [counted(_asked(county, one, on)) for one in waiting]
    whole, part = sum(one for one, _part in counts), sum(part for _one, part in counts)
    return {"since": waiting[-1].key, "whole": whole, "part": part} if may_be_told(whole, part) else None
