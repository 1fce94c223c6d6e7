"""The pulse of the messages: when each county was last swept and sent for, what waits, and whether it is held."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Min

from reception import lineage, scope
from reception.models import County, Message, MessageState, Pulse

# A sender that nobody has heard of for so long is dead; anything that is due for so long and was not sent is late.
LATE = timedelta(minutes=2)

# When this process began, by the machine's own clock.
STARTED = time.monotonic()

BEAT = """
INSERT INTO reception_pulse (of_county, sent_at, oldest_due_at, waiting, to_see_to, interrupted, held)
SELECT %(county)s, %(at)s, unsent.oldest, unsent.count,
    (SELECT count(*) FROM reception_message WHERE county_id = %(county)s AND state IN ('failed', 'unknown')),
    (SELECT count(*) FROM reception_attempt
        WHERE county_id = %(county)s AND (outcome = 'unknown' AND said = 'interrupted' OR outcome = 'later' AND said = 'cut off')), 0
FROM (
    SELECT min(due_at) AS oldest, count(*) AS count FROM reception_message
    WHERE county_id = %(county)s AND state IN ('waiting', 'sending') AND due_at <= %(at)s
) AS unsent
ON CONFLICT (of_county) DO UPDATE SET sent_at = greatest(reception_pulse.sent_at, excluded.sent_at),
    oldest_due_at = excluded.oldest_due_at, waiting = excluded.waiting, to_see_to = excluded.to_see_to,
    interrupted = excluded.interrupted
"""


def up() -> timedelta:
    """How long this process has been there."""
    return timedelta(seconds=time.monotonic() - STARTED)


def sent(county: County, *, at: datetime) -> None:
    """Take down that somebody has sent what was due, and what is left."""
    with scope.county(county), connection.cursor() as cursor:
        cursor.execute(BEAT, {"county": county.pk, "at": at})


def is_held(county: County) -> bool:
    """Whether nothing is sent until a person has said so. A restored database is held before anyone has looked through its outbox."""
    row = Pulse.objects.filter(county=county).only("held_at", "history").first()
    return row is not None and (row.held_at is not None or row.is_of_another(lineage.history()))


def was_restored(county: County) -> bool:
    """Whether what is held is held because the database came out of a backup."""
    row = Pulse.objects.filter(county=county).only("history").first()
    return row is not None and row.is_of_another(lineage.history())


@dataclass(frozen=True)
class Health:
    """How sending stands over all counties at a moment. Numbers only."""

    at: datetime
    oldest: timedelta
    silent: timedelta
    waiting: int
    to_see_to: int
    interrupted: int
    held: int

    @property
    def is_well(self) -> bool:
        """Whether everything due was sent in time, and somebody is there to send."""
        return self.oldest <= LATE and self.silent <= LATE and not self.held


def of_all(*, at: datetime) -> Health:
    """The health of every county's messages, also of one that nobody has looked at yet."""
    known = {row.county_id: row for row in Pulse.objects.all()}
    counties = County.objects.order_by().values_list("pk", flat=True)
    return health([known.get(pk, Pulse(county_id=pk)) for pk in counties], at=at)


def health(rows: Iterable[Pulse], *, at: datetime) -> Health:
    """The health of these counties' messages. One that was never swept or sent for is as silent as can be."""
    found = list(rows)
    silent = max((at - row.last_beat if row.last_beat else timedelta.max for row in found), default=timedelta(0))
    oldest = max((at - row.oldest_due_at for row in found if row.oldest_due_at), default=timedelta(0))
    return Health(
        at,
        max(oldest, timedelta(0)),
        max(silent, timedelta(0)),
        sum(row.waiting for row in found),
        sum(row.to_see_to for row in found),
        sum(row.interrupted for row in found),
        sum(1 for row in found if row.held_at),
    )


@dataclass(frozen=True)
class Beat:
    """How one county's sending stands at a moment: `oldest` is how long the oldest due message has waited (none: nothing waits),
    `silent` how long ago the outbox was last looked through and sent from (none: never)."""

    oldest: timedelta | None
    silent: timedelta | None
    waiting: int
    held_at: datetime | None
    held: int
    swept_at: datetime | None

    @property
    def is_late(self) -> bool:
        return self.oldest is not None and self.oldest > LATE

    @property
    def is_dead(self) -> bool:
        return self.silent is None or self.silent > LATE

    @property
    def is_well(self) -> bool:
        return not (self.is_late or self.is_dead or self.held_at)


def beat(county: County, *, at: datetime) -> Beat:
    """As things stand now, also where nobody sends any more. The county is in scope."""
    row = Pulse.objects.filter(county=county).first() or Pulse(county=county)
    unsent = Message.objects.filter(state__in=(MessageState.WAITING, MessageState.SENDING), due_at__lte=at)
    found = unsent.order_by().aggregate(oldest=Min("due_at"), count=Count("pk"))
    return Beat(
        max(at - found["oldest"], timedelta(0)) if found["oldest"] else None,
        max(at - row.last_beat, timedelta(0)) if row.last_beat else None,
        found["count"],
        row.held_at,
        row.held,
        row.swept_at,
    )
