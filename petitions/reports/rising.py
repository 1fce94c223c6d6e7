"""The policy radar: fields from which many more matters come than usual, so that the bureau may propose to change something.

Source: Regulations on Petition Work, art. 40 (2): where matters point to a policy, the bureau reports it and proposes improvement. It shows
fields and counts, never people: nobody is watched, scored or listed by it.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count

from petitions.models.cases import CaseQuerySet
from reception.models import Topic

# The last so many days, beside as many days each before; so many matters at least, and so many times the usual.
WINDOW = timedelta(days=90)
WINDOWS_BEFORE = 4
LEAST = 5
TIMES = 2


@dataclass(frozen=True)
class Rising:
    """A field: how many came in the last 90 days, and in all of the `WINDOWS_BEFORE` times 90 days before."""

    topic: Topic
    now: int
    before: int

    @property
    def usual(self) -> float:
        """How many usually come in 90 days."""
        return self.before / WINDOWS_BEFORE


def is_rising(now: int, before: int) -> bool:
    """Whether a count of the last window, beside the sum of those before, is much."""
    return now >= LEAST and now * WINDOWS_BEFORE >= TIMES * before


def found(seen: CaseQuerySet, *, on: date) -> list[Rising]:
    """Fields from which much came in the 90 days before `on`, that day included; the most on top. The county is in scope."""
    first = on - WINDOW
    now = _counted(seen.filter(received_on__gt=first, received_on__lte=on))
    before = _counted(seen.filter(received_on__gt=first - WINDOWS_BEFORE * WINDOW, received_on__lte=first))
    rising = {topic: count for topic, count in now.items() if is_rising(count, before.get(topic, 0))}
    topics = Topic.objects.in_bulk(rising)
    rows = [Rising(topics[topic], count, before.get(topic, 0)) for topic, count in rising.items()]
    return sorted(rows, key=lambda row: (-row.now, row.topic.code))


def _counted(rows: CaseQuerySet) -> dict[int, int]:
    return dict(rows.order_by().values_list("topic").annotate(n=Count("pk")))
