"""Booking for someone: at a township's counter, at the bureau's, or by telephone, by the citizens' own rules and action."""

import uuid
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from reception.actions import bookings, places, submissions, windows
from reception.actions.permissions import require
from reception.actions.whole import whole
from reception.errors import Forbidden, Refused
from reception.models import BookingWay, County, Department, DepartmentKind, RoleGrant, Sitting, User
from reception.roles import permits

WAYS = (BookingWay.COUNTER, BookingWay.PHONE)


def opens_to(user: User, *, on: date) -> bool:
    """Whether a person books for others on a day: the bureau does, and officers of townships; a department's officers don't."""
    roles = user.roles(on=on)
    if not permits(roles, "booking.assist"):
        return False
    return permits(roles, "booking.manage") or _units(user, on=on).filter(kind=DepartmentKind.TOWNSHIP).exists()


@whole
def hold(*, sitting: Sitting, key: uuid.UUID, county: County, by: User, at: datetime) -> datetime:
    """Hold a place while the form is filled in; until when. Raises `places.Full`."""
    _permitted(county, by, at)
    if not windows.bookable(sitting, county, at=at):
        raise Refused(_("这一场现在不能预约，请另选一场。"))
    bookings.promote_first(sitting=sitting, county=county, at=at)
    return places.hold(sitting=sitting, holder=key, at=at)


@whole
def book(
    *, sitting: Sitting, request: submissions.Request, key: uuid.UUID, county: County, by: User, at: datetime, wait: bool = False
) -> submissions.Receipt:
    """Book in the agent's name for a citizen. The same form sent again gives the same receipt.

    Raises `Refused` for what citizens are refused too, and where the agent's own unit is complained of: someone else takes that down.
    """
    _permitted(county, by, at)
    if request.way not in WAYS:
        raise Refused(_("请选择是窗口登记还是电话登记。"))
    own = _units(by, on=at.astimezone(county.zone).date())
    accused = request.accused_department
    if accused and any(accused.pk in (unit.pk, unit.superior_id) for unit in own):
        raise Refused(_("反映的是本单位或上级单位，不能由本单位登记。请来访人网上、电话预约，或到信访局窗口登记。"))
    receipt = submissions.submit(sitting=sitting, request=request, key=key, county=county, by=by, at=at, holder=key, wait=wait)
    places.let_go(holder=key)
    return receipt


def _permitted(county: County, by: User, at: datetime) -> None:
    require("booking.assist", county=county, by=by, at=at)
    if not opens_to(by, on=at.astimezone(county.zone).date()):
        raise Forbidden(_("代为登记由信访局和乡镇（街道）办理。部门工作人员请转告来访人网上、电话预约，或到乡镇窗口登记。"))


def _units(user: User, *, on: date) -> "QuerySet[Department]":
    return Department.objects.filter(pk__in=RoleGrant.objects.units_of(user, on=on))
