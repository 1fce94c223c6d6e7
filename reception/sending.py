"""Send what is due: claim a batch, send one after another outside any transaction, write down what came of each.

Any number of senders may run at once, on any number of machines; any of them may die at any moment. What was claimed and not finished
is claimed again when its lease is over. A database that goes away in the middle is waited for as long as the lease lasts, so that what
was sent is also written down.
"""

import time
import traceback
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog
from django.conf import settings
from django.db import Error, connection

from reception import errors, gateways, mail, pulse, scope, ways
from reception.actions import messages
from reception.actions.messages import Came
from reception.failpoints import failpoint
from reception.models import Channel, County, Message, Outcome

log = structlog.get_logger(__name__)
T = TypeVar("T")

BATCH = 50
# Nothing is begun that could outlast the lease: a sending takes `ways.LONGEST` at most, and then it is to be written down.
MARGIN = messages.LEASE * 3 / 8
# So long one county is sent for before the next one has its turn, in seconds.
TURN = 20.0
# A way on which nobody answers is left alone for so long, by this process.
REST = 30.0
# A message that can't be written or sent for reasons of its own is given up after so many attempts; those behind it never wait for it.
POISONED = 6
# The database is asked again after so many seconds.
PATIENCE = 0.5
# What PostgreSQL says as it goes, or comes; and where two wanted the same row.
GONE, IN_THE_WAY = ("08", "57P"), ("40001", "40P01", "55P03")

Ways = Mapping[Channel, ways.Way]
_rests: dict[Channel, float] = {}


def configured() -> Ways:
    """The ways this portal has: e-mail, and a gateway for SMS where one is named."""
    found: dict[Channel, ways.Way] = {Channel.EMAIL: mail.Mail()}
    gateway = gateways.named(settings.SMS_URL)
    if gateway is not None:
        found[Channel.SMS] = gateway
    return found


def never() -> bool:
    """Nobody asks to stop."""
    return False


def send_due(
    county: County, *, now: Callable[[], datetime], by: Ways | None = None, is_stopping: Callable[[], bool] = never
) -> int:
    """Send the due messages of a county, as many as its turn has time for; how many were sent. Nothing while its sending is held."""
    known = configured() if by is None else by
    try:
        sent = _send_all(county, now, known, is_stopping)
    finally:
        for way in known.values():
            way.close()
    pulse.sent(county, at=now())
    return sent


def _send_all(county: County, now: Callable[[], datetime], known: Ways, is_stopping: Callable[[], bool]) -> int:
    sent, began = 0, time.monotonic()
    messages.after_the_clock_went_back(county=county, at=now())
    while time.monotonic() - began < TURN and not is_stopping() and not pulse.is_held(county):
        open_ways = {channel: way for channel, way in known.items() if not _rests_now(channel)}
        # Before the clock is asked: whatever stops this process from here on is time off the lease.
        started = time.monotonic()
        at = now()
        batch = messages.claim(county=county, at=at, channels=open_ways, most=BATCH) if open_ways else []
        if not batch:
            break
        failpoint("after_claim")
        sent += _Batch(county, at, started, open_ways).send(batch, is_stopping)
    return sent


def _rests_now(channel: Channel) -> bool:
    return _rests.get(channel, 0.0) > time.monotonic()


class _Batch:
    """One batch on its way, and how much of its lease is left."""

    def __init__(self, county: County, at: datetime, started: float, open_ways: Ways) -> None:
        self.county, self.at, self.started, self.ways = county, at, started, open_ways
        self.together: list[tuple[Message, Came]] = []
        self.sent = 0

    @property
    def now(self) -> datetime:
        return self.at + timedelta(seconds=time.monotonic() - self.started)

    @property
    def is_over(self) -> bool:
        return self.now > self.at + messages.LEASE - MARGIN

    def send(self, batch: list[Message], is_stopping: Callable[[], bool]) -> int:
        left = list(batch)
        given_back = []
        while left and not self.is_over and not is_stopping():
            message = left.pop(0)
            if _rests_now(Channel(message.channel)):
                given_back.append(message)
                continue
            way = self.ways[Channel(message.channel)]
            came = self._one(message, way)
            if came is None:
                continue
            self.together.append((message, came))
            if not way.knows_keys:
                self._finish()
        self._finish()
        self._stored(lambda: messages.release(given_back + left, county=self.county, at=self.now))
        return self.sent

    def _one(self, message: Message, way: ways.Way) -> Came | None:
        """What came of one; None where the lease ended meanwhile and another sender has it now."""
        try:
            prepared = self._stored(lambda: self._prepared(message, way))
        except messages.Undeliverable as error:
            return Came(Outcome.REFUSED, str(error))
        except messages.Quiet as error:
            return Came(Outcome.QUIET, str(error))
        except Exception as error:
            if is_away(error):
                raise
            return self._poisoned(message, error)
        if way.asks_first:
            if self._stored(lambda: messages.was_interrupted(message, county=self.county)):
                return Came(Outcome.UNKNOWN, messages.LEFT)
            if not self._stored(lambda: messages.begin(message, county=self.county, at=self.now)):
                return None
        failpoint("before_send")
        # Asked once more: a process that was stopped for a while wakes up here.
        if self.is_over:
            if way.asks_first:
                # Begun and not sent: said, so that nobody takes it for what may have left.
                self._stored(lambda: messages.release([message], county=self.county, at=self.now))
            return None
        return self._sent(message, way, prepared)

    def _poisoned(self, message: Message, error: Exception) -> Came:
        """A row with which something is wrong that nobody thought of: it must not stop those behind it. No words of it in the log,
        and not those of the error, which may quote it."""
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{frame.filename}:{frame.lineno}"
        log.error("message not written", message=message.pk, county=self.county.slug, error=type(error).__name__, where=where)
        return Came(Outcome.REFUSED if message.attempts >= POISONED else Outcome.LATER, type(error).__name__)

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
        except Exception as error:  # noqa: BLE001  whatever it is, it is no fault of those behind it
            came = self._poisoned(message, error)
            return Came(Outcome.UNKNOWN, came.said) if way.asks_first else came
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
        self.sent += self._stored(self._written)
        self.together = []
        failpoint("after_finish")

    def _written(self) -> int:
        with scope.county(self.county):
            counted = messages.finish(self.together, county=self.county, at=self.now)
            sent = [message for message, came in self.together if message.key in counted and came.outcome is Outcome.SENT]
            messages.follow(sent, county=self.county, at=self.now)
        return len(sent)

    def _stored(self, work: Callable[[], T]) -> T:
        """Do something with the database; if it goes away, again when it is back, as long as the lease lasts."""
        while True:
            try:
                return work()
            except Error as error:
                if not _passes(error) or self.now > self.at + messages.LEASE:
                    raise
                log.warning("asking the database again", error=type(error).__name__)
                connection.close()
                time.sleep(PATIENCE)


def is_away(error: Exception) -> bool:
    """Whether it is the database that went away, and nothing is wrong with what it was asked.

    Asking the connection would be no use: the end of the transaction may have opened a new one by now.
    """
    if not errors.is_of_the_server(error):
        return False
    code = getattr(error.__cause__, "pgcode", None) or ""
    return not code or code.startswith(GONE)


def _passes(error: Exception) -> bool:
    """Whether the same may go well in a moment: the database is away, or somebody else was in the way."""
    return is_away(error) or getattr(error.__cause__, "pgcode", "") in IN_THE_WAY
