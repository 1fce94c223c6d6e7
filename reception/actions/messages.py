"""The outbox: queue a message inside the transaction of its cause; claim what is due, and write down what came of it.

Sending is claim, send, finish. The claim is a short transaction that takes a lease and raises the fence; the sending holds no
lock; the finish counts only if the fence is still ours, so a sender that slept past its lease changes nothing.
"""

import hashlib
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from reception import scope
from reception.actions import journal
from reception.actions.permissions import require
from reception.errors import MovedOn, is_of_the_server
from reception.models import TO_SEE_TO, Attempt, Channel, County, Message, MessageState, Occasion, Outcome, User

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=settings.MESSAGE_LEASE)
# So long is it tried again where the way is blocked; then somebody has to see to it.
PATIENCE = timedelta(hours=72)
LONGEST_PAUSE = timedelta(hours=6)
# What happened longer ago than this is no news to anybody.
NEWS = timedelta(days=31)

# What may follow a message once it was sent, by its kind; each room adds its own when it is loaded.
AFTER: dict[str, Callable[[list[Message], County, datetime], None]] = {}

# Materialised, for a subquery may be run more than once, and would take more than its limit.
CLAIM = """
WITH taken AS MATERIALIZED (
    SELECT id FROM reception_message
    WHERE county_id = %(county)s AND state IN ('waiting', 'sending') AND channel = ANY(%(channels)s)
        AND (state = 'waiting' AND due_at <= %(at)s OR state = 'sending' AND lease_until <= %(at)s)
    ORDER BY due_at, id LIMIT %(most)s FOR UPDATE SKIP LOCKED
)
UPDATE reception_message m
SET state = 'sending', lease_until = %(until)s, fence = fence + 1, attempts = attempts + 1
FROM taken WHERE m.id = taken.id
RETURNING m.*
"""
# Further away than any lease, or any pause, can be: the clock has gone back since. A lease is not ended at once, for whoever holds it may
# be at work.
GONE_BACK = """
UPDATE reception_message
SET lease_until = CASE state WHEN 'sending' THEN %(at)s + %(lease)s END, due_at = CASE state WHEN 'waiting' THEN %(at)s ELSE due_at END
WHERE county_id = %(county)s AND state IN ('waiting', 'sending')
    AND (state = 'sending' AND lease_until > %(at)s + %(lease)s + %(slack)s
        OR state = 'waiting' AND attempts > 0 AND due_at > %(at)s + 2 * %(pause)s)
"""

FINISH = """
WITH came AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(fences)s::int[], %(states)s::text[], %(outcomes)s::text[], %(said)s::text[], %(dues)s::timestamptz[])
        AS came(id, fence, state, outcome, said, due_at)
), done AS (
    UPDATE reception_message m
    SET state = came.state, error = CASE came.outcome WHEN 'sent' THEN '' ELSE came.said END,
        sent_at = CASE came.state WHEN 'sent' THEN %(at)s ELSE m.sent_at END,
        due_at = coalesce(came.due_at, m.due_at), first_due_at = coalesce(m.first_due_at, m.due_at), lease_until = NULL
    FROM came
    WHERE m.id = came.id AND m.fence = came.fence AND m.state = 'sending' AND m.county_id = %(county)s
    RETURNING m.id, m.key, m.fence, came.outcome, came.said
)
INSERT INTO reception_attempt (county_id, key, fence, at, outcome, said, by)
SELECT %(county)s, key, fence, %(at)s, outcome, said, '' FROM done
RETURNING key
"""


class Undeliverable(Exception):
    """This message can't be sent, now or later, as things stand; the words are for the bureau and hold no personal data."""


class Quiet(Exception):
    """This message needs no sending any more; the words say why."""


@dataclass(frozen=True)
class Came:
    """What came of an attempt. `said` is for the bureau and holds no personal data."""

    outcome: Outcome
    said: str = ""


def queue(*, to: User, **what: Any) -> None:
    """Put one message into the outbox of the county in scope: see `queue_all`."""
    queue_all(to=[to], **what)


def queue_all(
    *,
    kind: str,
    cause: str,
    to: Iterable[User],
    due_at: datetime,
    facts: dict[str, Any] | None = None,
    channel: Channel = Channel.EMAIL,
    once: bool = False,
) -> None:
    """Put a message to each of these people into the outbox of the county in scope. What the same cause has said already is not said again.

    `cause` names what happened (``release 7``), in at most 80 characters. With `once` the same cause is said once for ever, whenever it
    would be due: for what a sweep finds again and again. `facts` holds ids and public words, never an address or a petitioner's data.
    """
    # The same words about the same cause at another time are another message.
    rule = "" if once else f"{int(due_at.timestamp() * 1000):x}"
    same = {"kind": kind, "cause": cause, "rule": rule, "channel": channel, "due_at": due_at, "facts": facts or {}}
    told: list[dict[str, Any]] = [{**same, "recipient": person} for person in to]
    Occasion.objects.bulk_create([Occasion(**one) for one in told], ignore_conflicts=True)
    # Within the portal it is said by standing there.
    said = {"state": MessageState.SENT, "sent_at": due_at} if channel == Channel.INBOX else {}
    rows = [Message(key=key_of(**one), first_due_at=due_at, valid_until=due_at + NEWS, **said, **one) for one in told]
    Message.objects.bulk_create(rows, ignore_conflicts=True)


def key_of(*, kind: str, cause: str, rule: str, channel: Channel, recipient: User, **_others: Any) -> str:
    """What makes a message to an account single: the same as the sweep makes it (`actions.deriving`)."""
    said = "|".join([str(scope.current()), kind, cause, rule, str(channel), f"user {recipient.pk}"])
    return hashlib.sha256(said.encode()).hexdigest()


def claim(*, county: County, at: datetime, most: int = 50, channels: Iterable[Channel] = (Channel.EMAIL,)) -> list[Message]:
    """Take up to `most` due messages of a county for sending; others who claim at the same time get different ones.

    One that somebody else had taken and never finished is written down as interrupted.
    """
    with scope.county(county):
        told = {
            "county": county.pk,
            "channels": [str(channel) for channel in channels],
            "at": at,
            "until": at + LEASE,
            "most": most,
        }
        rows = sorted(Message.objects.raw(CLAIM, told), key=lambda row: (row.due_at, row.pk))
        begun_before = [row for row in rows if row.fence > 1]
        if begun_before:
            _mark_interrupted(begun_before, at)
    return rows


def _mark_interrupted(rows: list[Message], at: datetime) -> None:
    """Each attempt has an outcome once the next begins: one that has none was cut off in the middle."""
    known = set(Attempt.objects.filter(key__in=[row.key for row in rows]).values_list("key", "fence"))
    cut = [row for row in rows if (row.key, row.fence - 1) not in known]
    Attempt.objects.bulk_create(
        Attempt(key=row.key, fence=row.fence - 1, at=at, outcome=Outcome.UNKNOWN, said=INTERRUPTED) for row in cut
    )


# What an attempt says that was cut off in the middle, and one whose letter was handed over whole when the line went.
INTERRUPTED, CUT_OFF = "interrupted", "cut off"
# What a message says whose attempt was cut off on a way that can't be asked twice.
LEFT = "may have been sent"
# What a message says that waited in a database when that was restored from a backup.
RESTORED = "restored"


def was_interrupted(message: Message, *, county: County) -> bool:
    """Whether the last attempt that may have left us was cut off in the middle, however often the message was taken since."""
    if not message.begun_fence:
        return False
    with scope.county(county):
        cut = Attempt.objects.filter(key=message.key, fence=message.begun_fence, outcome=Outcome.UNKNOWN, said=INTERRUPTED)
        return bool(cut.exists())


def begin(message: Message, *, county: County, at: datetime) -> bool:
    """Write down, for a way that can't be asked twice, that it is about to be sent; False if another sender has taken it since."""
    with scope.county(county):
        ours = Message.objects.filter(pk=message.pk, fence=message.fence, state=MessageState.SENDING)
        return bool(ours.update(begun_fence=message.fence))


def release(rows: Sequence[Message], *, county: County, at: datetime) -> None:
    """Give back what was claimed and not begun, if nobody else has taken it since."""
    with scope.county(county):
        for row in rows:
            given = Message.objects.filter(pk=row.pk, fence=row.fence, state=MessageState.SENDING).update(
                state=MessageState.WAITING, lease_until=None, attempts=row.attempts - 1
            )
            if given:
                Attempt.objects.create(key=row.key, fence=row.fence, at=at, outcome=Outcome.LATER, said="given back")


def after_the_clock_went_back(*, county: County, at: datetime) -> int:
    """See to what would wait for a time that is far off again; how many there were."""
    told: dict[str, Any] = {"county": county.pk, "at": at, "lease": LEASE, "slack": LEASE / 4, "pause": LONGEST_PAUSE}
    with scope.county(county), connection.cursor() as cursor:
        cursor.execute(GONE_BACK, told)
        return int(cursor.rowcount)


def finish(came: Sequence[tuple[Message, Came]], *, county: County, at: datetime) -> set[str]:
    """Write down how they went; the keys of those that counted: not of one that another sender has taken since."""
    if not came:
        return set()
    after = [_after(message, one, at) for message, one in came]
    told: dict[str, Any] = {
        "county": county.pk,
        "at": at,
        "ids": [message.pk for message, _one in came],
        "fences": [message.fence for message, _one in came],
        "states": [str(state) for state, _due in after],
        "outcomes": [str(one.outcome) for _message, one in came],
        "said": [one.said[:200] for _message, one in came],
        "dues": [due for _state, due in after],
    }
    with scope.county(county), connection.cursor() as cursor:
        cursor.execute(FINISH, told)
        return {key for (key,) in cursor.fetchall()}


def follow(sent: Sequence[Message], *, county: County, at: datetime) -> None:
    """Write down what follows once these were sent, in the transaction that says so. What can't be written is logged, and left:
    if it undid the sending, the message would be sent again."""
    for kind in {message.kind for message in sent} & AFTER.keys():
        try:
            with transaction.atomic():
                AFTER[kind]([message for message in sent if message.kind == kind], county, at)
        except Exception as error:
            if is_of_the_server(error):
                raise
            log.exception("what follows a message was not written", kind=kind, county=county.slug)


def _after(message: Message, came: Came, at: datetime) -> tuple[MessageState, datetime | None]:
    """The state that an outcome leads to, and when it is tried again."""
    match came.outcome:
        case Outcome.LATER if at + pause(message.attempts) < (message.first_due_at or message.due_at) + PATIENCE:
            return MessageState.WAITING, at + pause(message.attempts)
        case Outcome.SENT:
            return MessageState.SENT, None
        case Outcome.UNKNOWN:
            return MessageState.UNKNOWN, None
        case Outcome.QUIET:
            return MessageState.QUIET, None
    return MessageState.FAILED, None


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts: about one minute, doubling, at most six hours; a fifth more or less, so that what was
    refused together does not come back together."""
    longest = min(timedelta(minutes=2 ** min(attempts - 1, 20)), LONGEST_PAUSE)
    return longest * random.uniform(0.8, 1.2)  # noqa: S311  no secret


def again(*, message: Message, county: County, by: User, at: datetime) -> None:
    """Send what failed, or may not have arrived, once more: a person's decision. Raises `MovedOn` where that is settled already."""
    _settle(message, MessageState.WAITING, "again", county, by, at, due_at=at, first_due_at=at, valid_until=None, begun_fence=0)


def again_together(*, rows: Sequence[Message], county: County, by: User, at: datetime) -> int:
    """Send these once more by one decision; how many: what was settled meanwhile is left alone. Unlike `again` it leaves each its end,
    for nobody has looked at each. Raises `MovedOn` where nothing is left to send."""
    with scope.county(county):
        require("messages.settle", county=county, by=by, at=at)
        found = Message.objects.select_for_update(of=("self",)).filter(pk__in=[row.pk for row in rows], state__in=TO_SEE_TO)
        left = list(found.order_by("pk"))
        if not left:
            raise MovedOn(_("这些消息已经处理过了，或已不必再发。"))
        told = {"state": MessageState.WAITING, "due_at": at, "first_due_at": at, "begun_fence": 0}
        Message.objects.filter(pk__in=[row.pk for row in left]).update(**told)
        Attempt.objects.bulk_create(
            Attempt(key=row.key, fence=row.fence, at=at, outcome=Outcome.SETTLED, said="again", by=by.username) for row in left
        )
        facts = {"messages": len(left), "people": len({(row.recipient_id, row.identity_id) for row in left})}
        journal.record(act="messages.again", object=f"county {county.slug}", by=by, at=at, facts=facts)
    return len(left)


def settle(*, message: Message, how: str, county: County, by: User, at: datetime) -> None:
    """Say that somebody has seen to what failed, or may not have arrived: told by telephone, say. Raises `MovedOn` where that is settled already."""
    _settle(message, MessageState.QUIET, how, county, by, at)


def _settle(message: Message, state: MessageState, how: str, county: County, by: User, at: datetime, **more: Any) -> None:
    with scope.county(county):
        require("messages.settle", county=county, by=by, at=at)
        row = Message.objects.select_for_update().filter(pk=message.pk).first()
        if row is None or row.state not in TO_SEE_TO:
            raise MovedOn(_("这条消息已经处理过了。"))
        Message.objects.filter(pk=row.pk).update(state=state, **more)
        Attempt.objects.create(key=row.key, fence=row.fence, at=at, outcome=Outcome.SETTLED, said=how[:200], by=by.username)
        journal.record(act="message.settle", object=f"message {row.pk}", by=by, at=at, facts={"to": str(state)}, reason=how)
