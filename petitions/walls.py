"""What the room below must know of the wall of accusations: bookings that became cases, and what the journal says of cases."""

from datetime import date
from typing import Any

from django.db.models import Q

from petitions.models import Case, Representative
from reception.models import User, wall


def build() -> None:
    """Hand the conditions down; building twice changes nothing."""
    for drawer, one in ((wall.ALSO, _bookings), (wall.NUMBERS, _numbers), (wall.PEOPLE, _people), (wall.PEOPLE, _representatives)):
        if one not in drawer:
            drawer.append(one)


def _bookings(user: User, on: date) -> Q:
    return Q(pk__in=_walled(user, on).filter(booking__isnull=False).values("booking"))


def _numbers(user: User, on: date) -> Any:
    return _walled(user, on).values_list("number", flat=True)


def _people(user: User, on: date) -> Any:
    return _walled(user, on).values_list("identity__uid", flat=True)


def _representatives(user: User, on: date) -> Any:
    rows = Representative.objects.filter(case__in=_walled(user, on).values("pk"))
    return rows.order_by().values_list("identity__uid", flat=True)


def _walled(user: User, on: date) -> Any:
    return Case.objects.walled(user, on=on).order_by()
