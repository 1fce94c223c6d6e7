"""What a unit may do: only in what was referred to it, by someone who works for it that day."""

from datetime import datetime

from django.utils.translation import gettext as _

from petitions.models import Case, Recusal, Referral
from petitions.models.referrals import LIVE
from reception import language
from reception.actions.permissions import require
from reception.errors import Forbidden
from reception.models import County, Department, RoleGrant, User
from reception.roles import UNIT_ROLES, Role


def own_referral(
    *, case: Case, permission: str, county: County, by: User, at: datetime, head: bool = False, lead: bool = True
) -> Referral:
    """The live referral of this round to a unit that `by` works for on the county's day of `at`; of the lead unit unless told otherwise.

    `head` asks for the unit's head. Raises `Forbidden` where there is none, and for whoever stepped back from the case.
    """
    require(permission, county=county, by=by, at=at)
    roles = (Role.DEPARTMENT_HEAD.value,) if head else UNIT_ROLES
    grants = RoleGrant.objects.filter(user=by, role__in=roles, department__isnull=False).on(at.astimezone(county.zone).date())
    rows = Referral.objects.filter(case=case, round=case.round, state__in=LIVE, department__in=grants.values("department"))
    found: Referral | None = rows.filter(is_lead=True).first() if lead else rows.order_by("-is_lead", "pk").first()
    if found is None:
        unit = _("牵头单位") if lead else language.within(_("责任单位"))
        raise Forbidden(
            _("只有这一事项的%(unit)s可以这样办理。请由该单位登录办理，或联系信访局。")
            % {"unit": _("%(unit)s负责人") % {"unit": unit} if head else unit}
        )
    if Recusal.objects.filter(case=case, user=by).exists():
        raise Forbidden(_("您已回避这一事项，请由本单位其他人员办理。"))
    return found


def works_for(department: Department, permission: str, *, county: County, by: User, at: datetime) -> None:
    """Whoever answers for a unit outside a case's live referral: a supervision, a proposal for improvement. Raises `Forbidden`."""
    require(permission, county=county, by=by, at=at)
    grants = RoleGrant.objects.filter(user=by, role__in=UNIT_ROLES, department=department)
    if not grants.on(at.astimezone(county.zone).date()).exists():
        raise Forbidden(_("这件事由“%(unit)s”办理。请由该单位登录办理，或联系信访局。") % {"unit": department.name})
