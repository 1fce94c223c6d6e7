"""The sweep: what the outbox should hold follows from how things stand, and is put there by whoever looks, as often as they like.

Nothing is scheduled. Each source says by one SELECT what should have been said by now; what the outbox has already is not put
there again, whoever else puts it at the same time; what was deleted unsent comes back.

A county whose clock leapt so far that more than a hundredth of a year's messages would be due at once is held, and so is one whose
database came out of a backup: a person is asked (`actions.resuming`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db import connection, transaction

from reception import lineage, scope
from reception.actions import messages
from reception.actions.permissions import require
from reception.failpoints import failpoint
from reception.models import Channel, County, Message, MessageState, Pulse, User
from reception.models.calendar import work_calendar
from scheduling.calendar import WorkCalendar

# Sweeps that come this far apart, or nearer, are no leap of the clock.
NO_LEAP = timedelta(hours=6)
YEAR = timedelta(days=365)
# A county that has said little yet is not held for so few.
FEW = 100
# Looked at again each time, in case a row was deleted.
LOOKED_BACK = timedelta(days=3)

# `d` is a source's SELECT of kind, cause, rule, channel, recipient_id, identity_id, facts, due_at, valid_until. The key says what makes
# a message single; when exactly it goes out is no part of it, so that other office hours say nothing twice.
INSERT = """
INSERT INTO reception_message (county_id, key, kind, cause, rule, channel, recipient_id, identity_id, facts, due_at, first_due_at,
    valid_until, state, sent_at, fence, begun_fence, attempts, error)
SELECT %(county)s, d.key, d.kind, d.cause, d.rule, d.channel, d.recipient_id, d.identity_id, d.facts, d.due_at, d.due_at,
    d.valid_until, CASE d.channel WHEN 'inbox' THEN 'sent' ELSE 'waiting' END,
    CASE d.channel WHEN 'inbox' THEN d.due_at END, 0, 0, 0, ''
FROM (
    SELECT d.*, encode(sha256(convert_to(concat_ws('|', %(county)s, d.kind, d.cause, d.rule, d.channel,
        coalesce('user ' || d.recipient_id, 'identity ' || d.identity_id)), 'UTF8')), 'hex') AS key
    FROM ({select}) AS d
) AS d
WHERE NOT EXISTS (SELECT FROM reception_message m WHERE m.county_id = %(county)s AND m.key = d.key)
ON CONFLICT (county_id, key) DO NOTHING
"""


@dataclass(frozen=True)
class Sweep:
    """One look at a county: what a source needs to know. `since` is the first day whose reminders may not have been said yet."""

    county: County
    at: datetime
    today: date
    since: date
    calendar: WorkCalendar

    @cached_property
    def known(self) -> dict[str, Any]:
        """What every SELECT may use: the county, the moment, the day, the office's hours."""
        return {
            "county": self.county.pk,
            "at": self.at,
            "today": self.today,
            "opens": self.county.office.opens,
            "zone": self.county.time_zone,
            # When something that is news now may be sent.
            "next_open": self.county.office.next_open(self.at, self.calendar),
        }


@dataclass(frozen=True)
class Derived:
    """Rows that the outbox should hold. `select` gives the columns that `INSERT` names, with `params` for its placeholders."""

    select: str
    params: dict[str, Any] = field(default_factory=dict)


# Each room says what follows from its own tables; then what follows from that.
SOURCES: list[Callable[[Sweep], Iterator[Derived]]] = []
LAST: list[Callable[[Sweep], Iterator[Derived]]] = []


# Whatever happened of late; older than this it is no news.
OCCASIONS = """
    SELECT kind, cause, rule, channel, recipient_id, NULL::bigint AS identity_id, facts, due_at,
        due_at + %(news)s AS valid_until
    FROM reception_occasion WHERE county_id = %(county)s AND due_at > %(at)s - %(news)s
"""


def occasions(sweep: Sweep) -> Iterator[Derived]:
    """What was put into the outbox as it happened, in case it is not there any more."""
    yield Derived(OCCASIONS, {"news": messages.NEWS})


def sweep(*, county: County, by: User, at: datetime) -> int:
    """Put into a county's outbox whatever should be there by now; how many rows were new.

    Nothing is put there while the county is held; a leap of the clock that would make too much due at once holds it, and so does a
    database that is another's continuation.
    """
    with scope.county(county):
        require("messages.derive", county=county, by=by, at=at)
        pulse = Pulse.objects.filter(county=county).first() or Pulse(county=county)
        history = lineage.history()
        point = transaction.savepoint()
        made = derive(county=county, at=at, swept_on=pulse.swept_on)
        failpoint("in_sweep")
        held = _held(pulse, history, made, at)
        if held is not None:
            transaction.savepoint_rollback(point)
            Pulse.objects.filter(county=county).update(held_at=at, held=held)
            return 0
        transaction.savepoint_commit(point)
        # A clock that went back moves the mark back too: what lies before it is looked at again, and nothing is said twice.
        mark = {"swept_at": at, "swept_on": at.astimezone(county.zone).date(), "history": history, "held_at": None, "held": 0}
        Pulse.objects.update_or_create(county=county, defaults=mark)
    return made


def derive(*, county: County, at: datetime, swept_on: date | None) -> int:
    """Put there what should be there, since the day of the last look, whatever else the pulse says; how many rows were new. The county is
    in scope."""
    today = at.astimezone(county.zone).date()
    look = Sweep(county, at, today, min(today - LOOKED_BACK, swept_on or today), work_calendar(county))
    return sum(_put(derived, look) for source in (*SOURCES, *LAST) for derived in source(look))


def _held(pulse: Pulse, history: int, made: int, at: datetime) -> int | None:
    """How many messages are held; none where nothing is."""
    if pulse.is_of_another(history):
        unsent = Message.objects.filter(state__in=(MessageState.WAITING, MessageState.SENDING), due_at__lte=at)
        return int(unsent.exclude(channel=Channel.INBOX).count())
    if pulse.swept_at and at - pulse.swept_at > NO_LEAP and not (pulse.released_until and at <= pulse.released_until):
        due = made + _fallen_due(pulse.swept_at, at)
        if due > max(FEW, _of_a_year(at) // 100):
            return due
    return None


def _put(derived: Derived, look: Sweep) -> int:
    with connection.cursor() as cursor:
        cursor.execute(INSERT.replace("{select}", derived.select), {**look.known, **derived.params})
        return int(cursor.rowcount)


def _fallen_due(since: datetime, at: datetime) -> int:
    return int(Message.objects.filter(state=MessageState.WAITING, due_at__gt=since, due_at__lte=at).count())


def _of_a_year(at: datetime) -> int:
    return int(Message.objects.filter(due_at__gt=at - YEAR, due_at__lte=at).count())
