"""The outbox: queue a message inside the transaction of its cause; send what is due outside of any.

Sending is claim, send, finish. The claim is a short transaction that takes a lease and raises the fence; the sending holds no
lock; the finish counts only if the fence is still ours, so a sender that slept past its lease changes nothing.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any

import rfc8785

from reception import scope
from reception.models import Channel, County, Message, MessageState, User

LEASE = timedelta(minutes=2)
LAST_ATTEMPT = 12


class Undeliverable(Exception):
    """This message can't be sent, now or later, as things stand; the words are for the bureau and hold no personal data."""


def queue(
    *,
    kind: str,
    cause: str,
    to: User,
    due_at: datetime,
    facts: dict[str, Any] | None = None,
    channel: Channel = Channel.EMAIL,
    once: bool = False,
) -> None:
    """Put one message into the outbox of the county in scope. What the same cause has said already is not said again.

    `cause` names what happened (``release 7``). With `once` the same cause is said once for ever, whenever it would be due: for what
    a sweep finds again and again. `facts` holds ids and public words, never an address or a petitioner's data.
    """
    moment = "once" if once else due_at.isoformat()
    key = hashlib.sha256(rfc8785.dumps([scope.current(), kind, cause, to.pk, str(channel), moment])).hexdigest()
    Message.objects.bulk_create(
        [Message(key=key, kind=kind, channel=channel, recipient=to, due_at=due_at, facts=facts or {})], ignore_conflicts=True
    )


def claim(*, county: County, at: datetime, most: int = 50) -> list[Message]:
    """Take up to `most` due messages of a county for sending; others who claim at the same time get different ones."""
    with scope.county(county):
        due = list(Message.objects.due(at=at).select_for_update(skip_locked=True)[:most])
        for message in due:
            message.state, message.lease_until = MessageState.SENDING, at + LEASE
            message.fence += 1
            message.attempts += 1
        Message.objects.bulk_update(due, ["state", "lease_until", "fence", "attempts"])
    return due


def finish(message: Message, *, county: County, at: datetime, error: str = "", retry: bool = False) -> bool:
    """Write down how it went; False, and nothing written, if another sender has taken the message since."""
    if not error:
        outcome: dict[str, Any] = {"state": MessageState.SENT, "sent_at": at, "error": ""}
    elif retry and message.attempts < LAST_ATTEMPT:
        outcome = {"state": MessageState.WAITING, "due_at": at + pause(message.attempts), "error": error}
    else:
        outcome = {"state": MessageState.FAILED, "error": error}
    with scope.county(county):
        return bool(Message.objects.filter(pk=message.pk, fence=message.fence, state=MessageState.SENDING).update(**outcome))


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts: one minute, doubling, at most six hours."""
    return min(timedelta(minutes=2 ** (attempts - 1)), timedelta(hours=6))
