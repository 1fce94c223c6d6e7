"""A county whose messages are held is let go by a person: after a leap of the clock, or after the database was restored from a backup.

A restored database does not know what was sent after the moment it was restored to. So whatever waits when it is let go is sent by
nobody: it may have arrived, and a person sees to it. What comes up afterwards goes out as ever.
"""

from datetime import datetime

from reception import lineage, scope
from reception.actions import deriving, journal, messages, sweeps
from reception.actions.permissions import require
from reception.models import Attempt, Channel, County, Message, MessageState, Outcome, Pulse, User


def let_go(*, county: County, by: User, at: datetime) -> None:
    """Let a held county's messages go: a person has looked, and it is right. Said in the journal."""
    with scope.county(county):
        require("messages.settle", county=county, by=by, at=at)
        pulse = Pulse.objects.select_for_update().filter(county=county, held_at__isnull=False).first()
        if pulse is None:
            return
        facts = {"held": pulse.held}
        history = lineage.history()
        if pulse.is_of_another(history):
            facts["for_a_person"] = _for_a_person(pulse, county, at)
        released = {"history": history, "held_at": None, "held": 0, "released_until": at + deriving.NO_LEAP}
        Pulse.objects.filter(county=county).update(**released)
        journal.record(act="messages.let_go", object=f"county {county.slug}", by=by, at=at, facts=facts)


def _for_a_person(pulse: Pulse, county: County, at: datetime) -> int:
    """Whatever should have been said by now may have been said already, by the database that was lost; how many messages it is.

    All of it is brought up first: what time alone brings about, and what follows from how things stand. What came up later would be
    taken for news.
    """
    sweeps.all_due(county=county, by=User.objects.system(), at=at)
    deriving.derive(county=county, at=at, swept_on=pulse.swept_on)
    waiting = Message.objects.filter(state__in=(MessageState.WAITING, MessageState.SENDING)).exclude(channel=Channel.INBOX)
    rows = list(waiting.select_for_update().only("pk", "key", "fence"))
    Attempt.objects.bulk_create(
        (Attempt(key=row.key, fence=row.fence, at=at, outcome=Outcome.UNKNOWN, said=messages.RESTORED) for row in rows),
        batch_size=1000,
    )
    return int(
        Message.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=MessageState.UNKNOWN, error=messages.RESTORED, lease_until=None
        )
    )
