"""Whoever has a direct interest in a matter or in the petitioner steps back, or is told to (Regulations on Petition Work, art. 28)."""

from datetime import datetime

from django.utils.translation import gettext as _

from petitions.actions import units
from petitions.models import Case, Recusal, Referral
from reception.actions import journal
from reception.actions.permissions import require
from reception.errors import Forbidden, Refused
from reception.models import County, RoleGrant, User
from reception.roles import UNIT_ROLES, permits


def recuse(*, case: Case, user: User, reason: str, county: County, by: User, at: datetime) -> Recusal:
    """`user` has nothing more to do with a case that is locked: by themselves, by their unit's head, or by the bureau's chief.

    Whoever handled it does not any more; another is named then.
    """
    _permitted(case, user, county, by, at)
    if not reason.strip():
        raise Refused(_("请写明回避的理由。"))
    if Recusal.objects.filter(case=case, user=user).exists():
        raise Refused(_("%(person)s已经回避这一事项。") % {"person": user.name})
    made: Recusal = Recusal.objects.create(case=case, user=user, reason=reason, by=by, at=at)
    for row in Referral.objects.filter(case=case, handler=user):
        row.handler = None
        row.save(update_fields=["handler"])
    if case.handler_id == user.pk:
        case.handler = None
        case.save(update_fields=["handler"])
    journal.record(
        act="case.recuse", object=f"case {case.number}", by=by, at=at, reason=reason[:300], facts={"user": user.username}
    )
    return made


def _permitted(case: Case, user: User, county: County, by: User, at: datetime) -> None:
    on = at.astimezone(county.zone).date()
    if user == by:
        held = by.roles(on=on)
        if not (permits(held, "case.view") or permits(held, "case.view_own")):
            raise Forbidden(_("您不办理这一事项，不需要回避。"))
        return
    if permits(by.roles(on=on), "case.sign"):
        require("case.sign", county=county, by=by, at=at)
        return
    row = units.own_referral(case=case, permission="case.head", county=county, by=by, at=at, head=True, lead=False)
    if not RoleGrant.objects.filter(user=user, role__in=UNIT_ROLES, department=row.department_id).on(on).exists():
        raise Refused(_("只能决定本单位工作人员的回避。"))
