"""Where a doing of a unit is offered: to the unit that has the case, and to the others, who are told who may."""

from datetime import date

from petitions.models import Case, Referral, ReferralState
from petitions.models.referrals import LIVE
from reception.models import RoleGrant, User
from reception.roles import permits


def own(case: Case, user: User, on: date) -> Referral | None:
    """The live referral of this round to a unit that the person works for, the lead's first; None for whoever stepped back.

    A page that asks for several things has the case's file open (`petitions.casefile`).
    """
    if not permits(user.held, "case.handle"):
        return None
    live = [row for row in case.referrals.all() if row.round == case.round and row.state in LIVE]
    if not live or any(row.user_id == user.pk for row in case.recusals.all()):
        return None
    mine = _units(case, user, on)
    return min((row for row in live if row.department_id in mine), key=lambda row: (not row.is_lead, row.pk), default=None)


def _units(case: Case, user: User, on: date) -> frozenset[int]:
    """The units that a person works for on a day, remembered with the case: a page asks for each doing it may offer."""
    known: dict[tuple[int, date], frozenset[int]] = case.__dict__.setdefault("_units", {})
    if (user.pk, on) not in known:
        known[user.pk, on] = frozenset(RoleGrant.objects.units_of(user, on=on))
    return known[user.pk, on]


def lead(case: Case, user: User, on: date) -> bool:
    """The lead unit's, or of nobody's unit."""
    row = own(case, user, on)
    return row.is_lead if row else not permits(user.held, "case.handle")


def waits(case: Case, user: User, on: date) -> bool:
    """The unit that has to answer whether it is theirs."""
    row = own(case, user, on)
    return row.is_lead and row.state == ReferralState.SENT if row else not permits(user.held, "case.handle")


def assists(case: Case, user: User, on: date) -> bool:
    """A unit that assists and has not taken its part."""
    row = own(case, user, on)
    return row is not None and not row.is_lead and row.state == ReferralState.SENT


def works(case: Case, user: User, on: date) -> bool:
    """A unit that took its part, or the whole."""
    row = own(case, user, on)
    return row is not None and row.state == ReferralState.ACCEPTED
