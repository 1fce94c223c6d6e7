"""What came in: by way, by kind, by field, month by month."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce, TruncMonth
from django.utils.translation import gettext as _

from petitions.models.cases import STATUSES, Kind, WayIn
from petitions.reports.shape import Asked, Row, Table, listed
from reception.models import Topic
from reception.words import named
from scheduling.periods import months_until

# Five people and more (Regulations on Petition Work, art. 20: a joint matter names its representatives).
JOINT = 5
ONE_DAY = timedelta(days=1)
JOINTLY = Q(people__gte=JOINT)
REPEATED = Q(repeats__isnull=False)


def _counted(asked: Asked, by: str) -> dict[Any, tuple[int, ...]]:
    rows = asked.seen.filter(**asked.within("received_on")).order_by().values_list(by)
    found = rows.annotate(
        n=Count("pk"), persons=Coalesce(Sum("people"), 0), joint=Count("pk", filter=JOINTLY), repeats=Count("pk", filter=REPEATED)
    )
    return {key: tuple(numbers) for key, *numbers in found}


def _columns() -> tuple[str, ...]:
    return _("件数"), _("人数"), _("其中集体（5 人以上）"), _("其中重复")


def by_way(asked: Asked) -> Table:
    """Received, by the way in."""
    rows = listed([(one.value, one.label) for one in WayIn], _counted(asked, "way_in"), 4)
    return Table("way", _("收到的信访事项：按来源"), _("来源"), _columns(), rows, bars=0)


def by_kind(asked: Asked) -> Table:
    """Received, by kind; those not screened yet have none."""
    words: list[tuple[Any, Any]] = [*((one.value, one.label) for one in Kind), (None, _("（待定）"))]
    rows = listed(words, _counted(asked, "kind"), 4)
    return Table("kind", _("收到的信访事项：按性质"), _("性质"), _columns(), rows, bars=0)


def by_topic(asked: Asked) -> Table:
    """Received, by field; fields of which nothing came are left out."""
    counts = _counted(asked, "topic")
    topics = Topic.objects.filter(pk__in=counts).order_by("code")
    rows = tuple(Row(named(topic), counts[topic.pk]) for topic in topics)
    return Table("topic", _("收到的信访事项：按类别"), _("类别"), _columns(), rows, bars=0)


def by_month(asked: Asked) -> Table:
    """The twelve months up to the end of the period, or to today: what was received."""
    months = months_until(min(asked.period.after - ONE_DAY, asked.on), 12)
    first, after = months[0].first, months[-1].after
    received = dict(
        asked.seen.filter(received_on__gte=first, received_on__lt=after)
        .order_by()
        .annotate(month=TruncMonth("received_on"))
        .values_list("month")
        .annotate(n=Count("pk"))
    )
    rows = tuple(Row(one.key, (received.get(one.first, 0),)) for one in months)
    return Table("month", _("近十二个月收到的信访事项"), _("月份"), (_("件数"),), rows, has_total=False, bars=0)


def by_state(asked: Asked) -> Table:
    """Where the cases received in the period stand today."""
    counts = dict(asked.seen.filter(**asked.within("received_on")).order_by().values_list("status").annotate(n=Count("pk")))
    rows = tuple(Row(str(words), (counts[status],)) for status, words in STATUSES if counts.get(status))
    note = _("是今天的状态，不是期末的状态。")
    return Table("state", _("本期收到的事项现在的状态"), _("状态"), (_("件数"),), rows, note=note)
