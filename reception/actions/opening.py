"""Open what is one's own by number and code: what is found counts as told, since its page begins with what has changed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from reception import scope
from reception.actions import booking_steps, choices, tracking
from reception.models import Booking, User

# What a booking became, in the room above, which adds its finder when it is loaded: the row, or None.
BECAME: list[Callable[[Booking], Any]] = []


def open_row(*, number: str, code: str, address: str, known: bool, at: datetime) -> Any:
    """The booking as it stands now, moved or not, or what it became; else the row of another table that the number and code open.

    Raises what `tracking.unlock` raises; outside any transaction, as that.
    """
    found = tracking.unlock(number=number, code=code, address=address, known=known, at=at)
    if not isinstance(found, Booking):
        return found
    with scope.county(found.county):
        now = booking_steps.now_of(found)
        choices.seen(booking=now, by=User.objects.system(), at=at)
        return next((row for became in BECAME if (row := became(now)) is not None), found)
