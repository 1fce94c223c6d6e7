"""The places of a sitting: hold one while a form is filled in, take it, give it back. PostgreSQL decides who gets the last one."""

import uuid
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reception.errors import Refused
from reception.models import Booking, BookingState, Sitting, Slot

HOLD = timedelta(minutes=10)
NONE_LEFT = _("这一场的名额刚刚约满。您可以登记候补，或另选一场；填好的内容都还在。")


class Full(Refused):
    """No place is free at this sitting."""


def lay_out(sitting: Sitting) -> None:
    """See that a sitting has as many places as its capacity says; places that are taken are never removed."""
    there = set(Slot.objects.filter(sitting=sitting).values_list("n", flat=True))
    wanted = range(1, sitting.capacity + 1)
    Slot.objects.bulk_create([Slot(sitting=sitting, n=n) for n in wanted if n not in there], ignore_conflicts=True)
    if any(n > sitting.capacity for n in there):
        Slot.objects.filter(sitting=sitting, n__gt=sitting.capacity, booking__isnull=True).delete()


def free(sitting: Sitting, *, at: datetime) -> int:
    """How many places nobody holds or has taken."""
    return max(sitting.capacity - Slot.objects.filter(_used(at), sitting=sitting).count(), 0)


def left(sitting: Sitting, *, at: datetime) -> int:
    """How many places are left for whoever comes now: those that are free, less one for each who waits already."""
    return max(free(sitting, at=at) - Booking.objects.filter(sitting=sitting, state=BookingState.WAITLISTED).count(), 0)


def within_reach(sitting: Sitting, holder: uuid.UUID | None, *, at: datetime) -> bool:
    """Whether someone could get a place: a free one, or the one their form holds, or has taken.

    One statement, so that a form that is sent twice at once never finds that its own place went to somebody else.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE s.booking_id IS NOT NULL OR s.held_until > %(at)s), "
            "bool_or(s.booking_id IS NULL AND s.held_by = %(holder)s OR b.key = %(holder)s) "
            "FROM reception_slot AS s LEFT JOIN reception_booking AS b ON b.id = s.booking_id WHERE s.sitting_id = %(sitting)s",
            {"at": at, "holder": holder, "sitting": sitting.pk},
        )
        used, mine = cursor.fetchone()
    return bool(mine) or used < sitting.capacity


def hold(*, sitting: Sitting, holder: uuid.UUID, at: datetime) -> datetime:
    """Hold a place for a form; until when. Asked again by the same form, the same place is held on.

    Raises `Full`.
    """
    lay_out(sitting)
    slot = _held(sitting, holder)
    if slot is None:
        slot = _take_free(sitting, at)
    slot.held_by, slot.held_until = holder, at + HOLD
    slot.save(update_fields=["held_by", "held_until"])
    return slot.held_until


def holds(*, sitting: Sitting, holder: uuid.UUID) -> bool:
    """Whether a form holds a place there, even one whose time has just run out."""
    return Slot.objects.filter(sitting=sitting, held_by=holder, booking__isnull=True).exists()


def take(*, sitting: Sitting, booking: Booking, holder: uuid.UUID | None, at: datetime) -> Slot:
    """Give a booking its place: the one its form holds, even if the hold has just run out and nobody else took it; else a free one.

    Raises `Full`.
    """
    lay_out(sitting)
    slot = _held(sitting, holder) if holder else None
    if slot is None:
        slot = _take_free(sitting, at)
    slot.booking, slot.held_by, slot.held_until = booking, None, None
    slot.save(update_fields=["booking", "held_by", "held_until"])
    return slot


def give_back(*, booking: Booking) -> None:
    """A booking that needs its place no more."""
    Slot.objects.filter(booking=booking).update(booking=None)


def let_go(*, holder: uuid.UUID) -> None:
    """A form that was given up."""
    Slot.objects.filter(held_by=holder, booking__isnull=True).update(held_by=None, held_until=None)


def _used(at: datetime) -> Q:
    return Q(booking__isnull=False) | Q(held_until__gt=at)


def _held(sitting: Sitting, holder: uuid.UUID) -> Slot | None:
    held = Slot.objects.select_for_update().filter(sitting=sitting, held_by=holder, booking__isnull=True)
    found: Slot | None = held.order_by("n").first()
    return found


def _take_free(sitting: Sitting, at: datetime) -> Slot:
    # SKIP LOCKED: whoever comes at the same moment gets the next place instead of waiting; a place is never given twice.
    unheld = Q(held_until__isnull=True) | Q(held_until__lte=at)
    free_ones = Slot.objects.select_for_update(skip_locked=True).filter(unheld, sitting=sitting, booking__isnull=True)
    slot = free_ones.filter(n__lte=sitting.capacity).order_by("n").first()
    if slot is None:
        raise Full(str(NONE_LEFT))
    return slot
