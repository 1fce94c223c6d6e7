"""Outboxes with something in them: letters to the staff, short messages to somebody who booked."""

from datetime import timedelta

from django.utils import timezone

from reception import scope
from reception.actions import messages
from reception.models import Attempt, Booking, Channel, Message
from tests.reception import bookers


def booking(office, where=None, *, at):
    """Somebody booked, and can be told by SMS."""
    return bookers.book(office, 1, at=at, where=where).booking


def texts(booked, count=1, *, at, first=0):
    """So many short messages about one booking, each of a cause of its own; their keys."""
    with scope.county(booked.county_id):
        rows = [
            Message(
                key=f"{first + n:064x}",
                kind="visit",
                cause=f"booking {booked.pk} {first + n}",
                rule="-1",
                channel=Channel.SMS,
                identity_id=booked.identity_id,
                facts={"booking": booked.number, "day": str(booked.day)},
                due_at=at,
                first_due_at=at,
            )
            for n in range(count)
        ]
        Message.objects.bulk_create(rows, batch_size=1000)
    return [row.key for row in rows]


def letters(office, to, count=1, *, at, first=0):
    """So many letters to a person, each of a cause of its own; their keys."""
    with scope.county(office.county):
        keys = []
        for n in range(first, first + count):
            what = {"kind": "release_published", "cause": f"release {n}", "due_at": at, "facts": {"release": 1}}
            messages.queue(to=to, **what)
            keys.append(
                messages.key_of(recipient=to, channel=Channel.EMAIL, rule=f"{int(at.timestamp() * 1000):x}", **what),
            )
    return keys


def state(office, key):
    with scope.county(office.county):
        return Message.objects.get(key=key).state


def states(office, keys):
    with scope.county(office.county):
        return list(Message.objects.filter(key__in=keys).order_by("pk").values_list("state", flat=True))


def outcomes(office, key):
    """What came of each attempt, in turn."""
    with scope.county(office.county):
        return list(Attempt.objects.filter(key=key).order_by("pk").values_list("outcome", flat=True))


def forget(office):
    """Nothing is in the outbox."""
    with scope.county(office.county):
        Message.objects.all().delete()


def moved_on(booked, days):
    with scope.county(booked.county_id):
        Booking.objects.filter(pk=booked.pk).update(day=timezone.localdate() + timedelta(days=days))
