"""A booking and its place: seat it, change it, move it, give it up; whoever waits gets what is free, in the order in which they came.

Who the citizen is, is in the vault; here is what they come for. `submissions` makes bookings of what citizens ask for.
"""

import uuid
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from reception import codes
from reception.actions import choices, journal, places, records, windows
from reception.actions.booking_steps import actor, locked, possible, taken
from reception.actions.candidates import receives
from reception.actions.permissions import require
from reception.errors import MovedOn, Refused
from reception.models import Booking, BookingState, County, Representative, Sitting, Upload, User
from reception.workflows.booking import COMING, HOLDING, WORKFLOW

# What a booking that is moved takes along. With `digest` and `code_hash`, what opened it opens both.
TAKEN_ALONG = (
    "digest",
    "code_hash",
    "way",
    "identity",
    "person_index",
    "reachable",
    "people",
    "topic",
    "matter",
    "wish",
    "accused_leader",
    "accused_department",
    "agent",
)


def new(sitting: Sitting, *, key: uuid.UUID, county: County, at: datetime, **said: Any) -> Booking:
    """A booking at a sitting with whoever receives there as things stand, under a new number; not saved yet."""
    return Booking(
        number=codes.new_number(year=at.astimezone(county.zone).year),
        key=key,
        sitting=sitting,
        leader=receives(sitting),
        day=sitting.day.day,
        submitted_at=at,
        **said,
    )


def seat(booking: Booking, *, holder: uuid.UUID | None, county: County, by: User, at: datetime, wait: bool) -> None:
    """Submit a saved booking and give it a place, which confirms it; without one, put whoever wants to `wait` on the waiting list.

    Raises `places.Full`.
    """
    taken(booking, "submit", at=at, actor=actor(by), after=BookingState.SUBMITTED)
    promote_first(sitting=booking.sitting, county=county, at=at)
    try:
        places.take(sitting=booking.sitting, booking=booking, holder=holder, at=at)
    except places.Full:
        if not wait:
            raise
        taken(booking, "wait", at=at, actor="system", after=BookingState.WAITLISTED)
    else:
        taken(booking, "confirm", at=at, actor="system", after=BookingState.CONFIRMED)


def cancel(*, booking: Booking, reason: str, county: County, by: User, at: datetime) -> Booking:
    """Give a booking up, until its sitting begins; who waits longest gets the place. Never a penalty. Said twice, it is said once."""
    row = locked(booking)
    if by.is_system and row.state == BookingState.CANCELLED:
        return row
    _not_begun(row, county, by, at)
    change(row, "cancel", county=county, by=by, at=at, reason=reason)
    places.give_back(booking=row)
    promote(sitting=row.sitting, county=county, at=at)
    return row


def move(*, booking: Booking, to: Sitting, key: uuid.UUID, county: County, by: User, at: datetime, wait: bool = False) -> Booking:
    """Move a booking to another sitting: the new place first, then the old one is given up. Number and code stay valid for both.

    Until the old sitting begins; from one that was cancelled or missed at any time. With `wait`, whoever has no place to lose goes on
    the waiting list of a full sitting. Raises `places.Full` when the other sitting is full, and then nothing has changed.
    """
    row = locked(booking)
    if row.key == key:
        # The same form sent again, which was followed to what it had made.
        return row
    if row.moved_to and row.moved_to.key == key:
        return row.moved_to
    possible(row, "move")
    _not_begun(row, county, by, at)
    to = Sitting.objects.select_related("day", "leader").get(pk=to.pk)
    if to.pk == row.sitting_id:
        raise Refused(_("这就是您现在预约的场次，请选择另一场。"))
    windows.allow(to, row.accused_leader, county=county, at=at)
    wait = wait and has_no_place(row)
    said = {field: getattr(row, field) for field in TAKEN_ALONG}
    fresh = new(to, key=key, county=county, at=at, earlier_number=row.earlier_number or row.number, **said)
    try:
        with transaction.atomic():
            # Out of the way of the rule of one booking a leader, in the same transaction that makes the new one.
            change(row, "move", county=county, by=by, at=at)
            fresh.save(force_insert=True)
            for old in row.representatives.all():
                Representative.objects.create(booking=fresh, position=old.position, identity=old.identity)
            Upload.objects.filter(booking=row).update(booking=fresh)
            seat(fresh, holder=None, county=county, by=by, at=at, wait=wait)
            places.give_back(booking=row)
            row.moved_to = fresh
            row.save(update_fields=["moved_to"])
    except IntegrityError as error:
        raise Refused(records.words_of(error, fresh)) from error
    promote(sitting=row.sitting, county=county, at=at)
    return fresh


def promote_first(*, sitting: Sitting, county: County, at: datetime, holder: uuid.UUID | None = None) -> None:
    """Before a newcomer gets a place: whoever waits has it first, where one became free unseen, as when a hold ran out.

    Not before a `holder` whose form holds a place there already: that is no newcomer.
    """
    waits = Booking.objects.filter(sitting=sitting, state=BookingState.WAITLISTED).exists()
    if waits and not (holder and places.holds(sitting=sitting, holder=holder)):
        promote(sitting=sitting, county=county, at=at)


def promote_waiting(*, county: County, at: datetime) -> int:
    """Give the places that became free meanwhile to those who wait, at every sitting to come; how many moved up."""
    today = at.astimezone(county.zone).date()
    rows = Booking.objects.filter(state=BookingState.WAITLISTED, day__gte=today).order_by().values("sitting")
    sittings = Sitting.objects.filter(pk__in=rows).select_related("day", "leader").order_by("pk")
    return sum(len(promote(sitting=sitting, county=county, at=at)) for sitting in sittings)


def promote(*, sitting: Sitting, county: County, at: datetime) -> list[Booking]:
    """Give free places to those who wait, in the order in which they came, as long as the sitting is to come."""
    system = User.objects.system()
    moved_up: list[Booking] = []
    if not choices.takes_place(sitting) or at >= windows.begins(sitting, county):
        return moved_up
    waiting = Booking.objects.select_for_update(of=("self",)).filter(sitting=sitting, state=BookingState.WAITLISTED)
    for booking in waiting.select_related("sitting__day", "sitting__leader", "leader").order_by("submitted_at", "pk"):
        if choices.follow(booking):
            # Nobody moves up to the leader they complain of; they are on the bureau's list.
            continue
        try:
            places.take(sitting=sitting, booking=booking, holder=None, at=at)
        except places.Full:
            break
        change(booking, "promote", county=county, by=system, at=at)
        choices.offer(booking=booking, changes=[], trouble="", release=None, by=system, at=at)
        moved_up.append(booking)
    return moved_up


def change(
    booking: Booking,
    action: str,
    *,
    county: County,
    by: User,
    at: datetime,
    reason: str = "",
    recorded_at: datetime | None = None,
) -> None:
    """One step of a booking by the table of `workflows.booking`: permission, state, step, journal. `booking` is locked already.

    `recorded_at` is given for a step written down later, from paper; `at` is then when it happened.
    """
    now = recorded_at or at
    transition = WORKFLOW.transition(action)
    if by.is_system and "booking.own" in transition.permissions:
        require("booking.own", county=county, by=by, at=now)
    else:
        require(transition.permissions[0], county=county, by=by, at=now)
    possible(booking, action)
    after = BookingState(transition.after)
    taken(booking, action, at=at, actor=actor(by), after=after, reason=reason, recorded_at=recorded_at)
    choices.settle(booking=booking, action=action, by=by, at=at)
    facts = {"at": journal.moment(at)} if recorded_at else None
    journal.record(act=f"booking.{action}", object=f"booking {booking.number}", by=by, at=now, reason=reason[:300], facts=facts)


def has_no_place(booking: Booking) -> bool:
    """Whether a booking holds no place that its owner could lose: waiting, not received, or at a sitting that does not take place."""
    return booking.state not in HOLDING or not choices.takes_place(booking.sitting)


def _not_begun(booking: Booking, county: County, by: User, at: datetime) -> None:
    """For the citizen; the bureau may tidy up afterwards."""
    begun = choices.takes_place(booking.sitting) and at >= windows.begins(booking.sitting, county)
    if by.is_system and booking.state in COMING and begun:
        raise MovedOn(_("这一场已经开始，不能再在网上改期或取消。没能到场也没有关系，请致电信访局另约。"))
