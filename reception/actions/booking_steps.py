"""The steps of a booking by the table of `workflows.booking`: the row locked for one, whether it may be taken, and taken, written down.

What a step means for places, choices and the journal is in `bookings`.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from reception.actions import planning
from reception.errors import MovedOn
from reception.models import Booking, BookingState, BookingStep, User
from reception.workflows.booking import WORKFLOW

PETITIONER = "petitioner"
# What a booking begins with.
FIRST = ("submit", "walk_in")


def locked(booking: Booking) -> Booking:
    """The booking as it is now, for this transaction alone, and no release published meanwhile.

    To be asked before anything else of the booking is locked, for publishing takes the roster, the bookings and their choices in turn.
    """
    planning.beside()
    now: Booking = (
        Booking.objects.select_for_update(of=("self",)).select_related("sitting__day", "sitting__leader").get(pk=booking.pk)
    )
    return now


def now_of(booking: Booking) -> Booking:
    """The booking it was moved to, however often; itself where it was not."""
    while booking.moved_to is not None:
        booking = booking.moved_to
    return booking


def possible(booking: Booking, action: str) -> None:
    """Raises `MovedOn` where the state does not allow the action."""
    if not WORKFLOW.allows(action, state=booking.state):
        raise MovedOn(
            _("这个预约现在是“%(state)s”，不能再这样处理。请刷新页面查看最新情况。") % {"state": booking.get_state_display()}
        )


def taken(
    booking: Booking,
    action: str,
    *,
    at: datetime,
    actor: str,
    after: BookingState,
    reason: str = "",
    recorded_at: datetime | None = None,
) -> None:
    """The state after a step, and the step itself, by `actor`'s name. `recorded_at` is given where it is written down later."""
    before = "" if action in FIRST else str(booking.state)
    booking.state = after
    booking.save(update_fields=["state"])
    BookingStep.objects.create(
        booking=booking, action=action, before=before, after=after, at=at, actor=actor, reason=reason, recorded_at=recorded_at
    )


def actor(by: User) -> str:
    """The name a step is under: an account's of the county, else the petitioner's word."""
    return by.username if by.county_id else PETITIONER
