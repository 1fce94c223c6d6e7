"""What may be sent again together: after a long outage whole lists of messages have been let go. Those whose cause has gone are left out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from reception import sending
from reception.actions import messages
from reception.errors import is_of_the_server
from reception.models import Channel, County, Message, MessageState


@dataclass(frozen=True)
class Look:
    """What became of messages that were to be sent again: `ready` can be, `gone` need no saying any more, `unfit` still can't be sent."""

    ready: tuple[Message, ...]
    gone: int
    unfit: int

    @property
    def people(self) -> int:
        """How many people they go to."""
        return len({(row.recipient_id, row.identity_id) for row in self.ready})

    @property
    def doubtful(self) -> int:
        """How many of them may have arrived already."""
        return sum(row.state == MessageState.UNKNOWN for row in self.ready)


def look(rows: Iterable[Message], *, county: County, at: datetime) -> Look:
    """Each is written as a sender would write it now, and thrown away. The county is in scope."""
    known = sending.configured()
    ready, gone, unfit = [], 0, 0
    for row in rows:
        way = known.get(Channel(row.channel))
        if row.valid_until and row.valid_until <= at:
            gone += 1
            continue
        try:
            if way is None:
                raise messages.Undeliverable("no way")
            way.prepare(row, county)
        except messages.Quiet:
            gone += 1
        except Exception as error:
            if is_of_the_server(error):
                raise
            unfit += 1
        else:
            ready.append(row)
    return Look(tuple(ready), gone, unfit)
