"""Every action asks first: may this person do this, in this county, on this day?"""

from datetime import datetime

from django.utils.translation import gettext as _

from reception.errors import Forbidden
from reception.models import County, User
from reception.roles import permits, who_may


def require(permission: str, *, county: County, by: User, at: datetime) -> None:
    """Raises `Forbidden`, naming the roles that may, unless `by` holds the permission on the county's day of `at`.

    Asked of the database each time, so a role that ended or was taken away counts from that moment.
    """
    if by.county_id not in (None, county.pk) or not permits(by.roles(on=at.astimezone(county.zone).date()), permission):
        raise Forbidden(_("您没有办理此事的权限。可以办理的角色：%(roles)s。") % {"roles": who_may(permission)})
