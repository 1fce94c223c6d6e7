"""Open one's own booking by number and code: what is found counts as told, since its page begins with what has changed."""

from datetime import datetime

from reception import scope
from reception.actions import booking_steps, choices, tracking
from reception.models import Booking, User


def open_booking(*, number: str, code: str, address: str, known: bool, at: datetime) -> Booking:
    """The booking as it stands now, moved or not. Raises what `tracking.unlock` raises; outside any transaction, as that."""
    found = tracking.unlock(number=number, code=code, address=address, known=known, at=at)
    with scope.county(found.county):
        choices.seen(booking=booking_steps.now_of(found), by=User.objects.system(), at=at)
    return found
