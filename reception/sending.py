"""Send what is due: claim a batch, send one after another outside any transaction, write down what came of each.

Any number of senders may run at once, on any number of machines; any of them may die at any moment. What was claimed and not finished
is claimed again when its lease is over.
"""

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings

from reception import gateways, mail, pulse, scope, ways
from reception.actions import messages
from reception.actions.messages import Came
from reception.failpoints import failpoint
from reception.models import Channel, County, Message, Outcome

log = structlog.get_logger(__name__)

BATCH = 50
# Nothing is begun that could outlast the lease: no way waits longer than this for an answer.
MARGIN = timedelta(seconds=45)
# A way on which nobody answers is left alone for so long, by this process.
REST = 30.0
# A message whose own words can't be written is given up after so many attempts; those behind it never wait for it.
POISONED = 6

Ways = Mapping[Channel, ways.Way]
# What else is to be written down, with the sending itself, once messages of a kind were sent.
AFTER: dict[str, Callable[[list[Message], County, datetime], None]] = {}
_rests: dict[Channel, float] = {}


def configured() -> Ways:
    """The ways this portal has: e-mail, and a gateway for SMS where one is named."""
    found: dict[Channel, ways.Way] = {Channel.EMAIL: mail.Mail()}
    gateway = gateways.named(settings.SMS_URL)
    if gateway is not None:
        found[Channel.SMS] = gateway
    return found


def send_due(county: County, *, now: Callable[[], datetime], by: Ways | None = None) -> int:
    """Send every due message of a county; how many were sent. Nothing while the county's sending is held."""
    known = configured() if by is None else by
    try:
        sent = _send_all(county, now, known)
    finally:
        for way in known.values():
            way.close()
    pulse.sent(county, at=now())
    return sent


def _send_all(county: County, now: Callable[[], datetime], known: Ways) -> int:
    sent = 0
    while not pulse.is_held(county):
        open_ways = {channel: way for channel, way in known.items() if _rests.get(channel, 0.0) <= time.monotonic()}
        at = now()
        batch = messages.claim(county=county, at=at, channels=open_ways, most=BATCH) if open_ways else []
        if not batch:
            break
        failpoint("after_claim")
        sent += _Batch(county, at, open_ways).send(batch)
    return sent


class _Batch:
    """One batch on its way, and how much of its lease is left."""

    def __init__(self, county: County, at: datetime, open_ways: Ways) -> None:
        self.county, self.at, self.ways = county, at, open_ways
        self.began = time.monotonic()
        self.together: list[tuple[Message, Came]] = []
        self.sent = 0

    @property
    def now(self) -> datetime:
        return self.at + timedelta(seconds=time.monotonic() - self.began)

    @property
    def is_over(self) -> bool:
        return self.now > self.at + messages.LEASE - MARGIN

    def send(self, batch: list[Message]) -> int:
        left = list(batch)
        while left and not self.is_over:
            message = left.pop(0)
            channel = Channel(message.channel)
            if _rests.get(channel, 0.0) > time.monotonic():
                messages.release([message], county=self.county)
                continue
            way = self.ways[channel]
            came = self._one(message, way)
            if came is None:
                continue
            self.together.append((message, came))
            if not way.knows_keys:
                self._finish()
        self._finish()
        messages.release(left, county=self.county)
        return self.sent

    def _one(self, message: Message, way: ways.Way) -> Came | None:
        """What came of one; None where the lease ended meanwhile and another sender has it now."""
        try:
            prepared = self._prepared(message, way)
        except messages.Undeliverable as error:
            return Came(Outcome.REFUSED, str(error))
        except messages.Quiet as error:
            return Came(Outcome.QUIET, str(error))
        except Exception as error:
            # A row that can't be put into words must not stop those behind it. No words of the message in the log.
            log.exception("message not written", message=message.pk, county=self.county.slug)
            outcome = Outcome.REFUSED if message.attempts >= POISONED else Outcome.LATER
            return Came(outcome, type(error).__name__)
        if way.asks_first:
            if message.begun_fence and message.begun_fence == message.fence - 1 and messages.was_interrupted(message):
                return Came(Outcome.UNKNOWN, messages.INTERRUPTED)
            if not messages.begin(message, county=self.county, at=self.now):
                return None
        failpoint("before_send")
        # Asked once more: a process that was stopped for a while wakes up here.
        return None if self.is_over else self._sent(message, way, prepared)

    def _prepared(self, message: Message, way: ways.Way) -> Any:
        if message.valid_until and message.valid_until <= self.at:
            raise messages.Quiet("over")
        return way.prepare(message, self.county)

    def _sent(self, message: Message, way: ways.Way, prepared: Any) -> Came:
        try:
            way.send(prepared)
        except ways.Down as error:
            _rests[Channel(message.channel)] = time.monotonic() + REST
            return self._not_sent(message, Came(Outcome.LATER, str(error)))
        except ways.Later as error:
            return self._not_sent(message, Came(Outcome.LATER, str(error)))
        except ways.Refused as error:
            return self._not_sent(message, Came(Outcome.REFUSED, str(error)))
        except ways.Unknown as error:
            return self._not_sent(message, Came(Outcome.UNKNOWN, str(error)))
        failpoint("after_accept")
        return Came(Outcome.SENT)

    def _not_sent(self, message: Message, came: Came) -> Came:
        # No address and no words of the message in the log: its id finds the row.
        log.warning("message not sent", message=message.pk, county=self.county.slug, outcome=str(came.outcome), said=came.said)
        return came

    def _finish(self) -> None:
        """Write down what is together, and what follows from it, in one transaction."""
        if not self.together:
            return
        with scope.county(self.county):
            counted = messages.finish(self.together, county=self.county, at=self.now)
            sent = [message for message, came in self.together if message.key in counted and came.outcome is Outcome.SENT]
            for kind in {message.kind for message in sent} & AFTER.keys():
                AFTER[kind]([message for message in sent if message.kind == kind], self.county, self.now)
        self.sent += len(sent)
        self.together = []
        failpoint("after_finish")
