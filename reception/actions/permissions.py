"""Every action asks first: may this person do this, in this county, on this day?"""

from datetime import date, datetime

import structlog
from django.utils.translation import gettext as _

from reception.errors import Forbidden
from reception.models import County, Leader, RoleGrant, User
from reception.roles import Role, permits, who_may

log = structlog.get_logger(__name__)


def require(permission: str, *, county: County, by: User, at: datetime) -> None:
    """Raises `Forbidden`, naming the roles that may, unless `by` holds the permission on the county's day of `at`.

    Asked of the database each time, so a role that ended or was taken away counts from that moment.
    """
    if not _holds(permission, county=county, by=by, at=at):
        log.warning("forbidden", permission=permission, county=county.slug, account=by.pk)
        raise Forbidden(_("您没有办理此事的权限。可以办理的角色：%(roles)s。") % {"roles": who_may(permission)})


def require_for(leader: Leader, permission: str, own: str, *, county: County, by: User, at: datetime) -> str:
    """Permits the leader concerned and their secretary by the permission `own`, everyone else by `permission`.

    Gives what the journal writes as `acting_for`: empty where the leader acts in person, else whom `by` acts for. Raises `Forbidden`.
    """
    if leader in own_leaders(by, on=at.astimezone(county.zone).date()) and _holds(own, county=county, by=by, at=at):
        return "" if leader.user_id == by.pk else f"leader {leader.code}"
    require(permission, county=county, by=by, at=at)
    return f"leader {leader.code}"


def own_leaders(user: User, *, on: date) -> list[Leader]:
    """The leaders in whose name a person may act on a day: themselves, and those whose secretary they are."""
    if user.is_system or not user.is_active:
        return []
    served = RoleGrant.objects.filter(user=user, role=Role.SECRETARY.value).on(on).values("leader")
    themselves = Leader.objects.filter(user=user)
    if Role.LEADER not in user.roles(on=on):
        themselves = themselves.none()
    return list((themselves | Leader.objects.filter(pk__in=served)).order_by("code"))


def _holds(permission: str, *, county: County, by: User, at: datetime) -> bool:
    return by.county_id in (None, county.pk) and permits(by.roles(on=at.astimezone(county.zone).date()), permission)
