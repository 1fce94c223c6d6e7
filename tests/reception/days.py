"""The reception day of February and the clerk's steps on it, for everything that goes through the hall."""

import uuid
from datetime import UTC, datetime

from reception import scope
from reception.actions import day_run, hall
from reception.models import Booking, BookingWay
from tests.reception import bookers

# 08:30 on the county's reception day.
MORNING = datetime(2026, 2, 24, 0, 30, tzinfo=UTC)


def who(office, *, by=None, at=MORNING):
    return {"county": office.county, "by": by or office.clerk, "at": at}


def row(office, booking):
    with scope.county(office.county):
        return Booking.objects.select_related("sitting__day", "sitting__leader").get(pk=booking.pk)


def begun(office, at=MORNING):
    return day_run.begin(day=bookers.sitting(office).day, **who(office, at=at))


def came(office, booking, at=MORNING):
    return hall.check_in(booking=booking, **who(office, at=at))


def do(office, booking, action, at=MORNING, reason=""):
    return hall.step(booking=booking, action=action, reason=reason, **who(office, at=at))


def walk_in(office, n, at=MORNING, key=None, where=None, **more):
    request = bookers.request(office, n, way=BookingWay.WALK_IN, **more)
    return hall.walk_in(sitting=where or bookers.sitting(office), request=request, key=key or uuid.uuid4(), **who(office, at=at))
