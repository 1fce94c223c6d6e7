"""What a way of sending is: e-mail, an SMS gateway. The outbox hands over one message after another and is told what came of it."""

from typing import Any, Protocol

from reception.actions import messages
from reception.models import County, Message

# No message keeps its sender longer than this, in seconds: well within the lease.
LONGEST = messages.LEASE.total_seconds() / 4


class Later(Exception):
    """Not now, perhaps in a while; the words say why and hold no personal data."""


class Refused(Exception):
    """Not now and not later: whoever was asked said no."""


class Unknown(Exception):
    """It may have arrived, and there is no asking."""


class Down(Later):
    """Nobody answers at all: the others that wait for this way need not try one by one."""


class CutOff(Later):
    """Everything was handed over, and the line went before the answer came: it is sent again, and may arrive twice."""

    def __init__(self) -> None:
        super().__init__(messages.CUT_OFF)


class Way(Protocol):
    """A way of sending.

    `knows_keys` where the receiver drops what it has had before, by the message's key: sent twice is received once. `asks_first` where
    it can't be asked twice, so that an attempt is written down before it is made. No sending takes longer than `LONGEST`.
    """

    knows_keys: bool
    asks_first: bool

    def prepare(self, message: Message, county: County) -> Any:
        """Look up the address and write the words. Raises `messages.Undeliverable` and `messages.Quiet`."""

    def send(self, prepared: Any) -> None:
        """Send what was prepared. Raises `Later`, `Down`, `CutOff`, `Refused`, `Unknown`."""

    def close(self) -> None:
        """Hang up; the next message calls again. Raises nothing."""
