"""The private calendar feed of a leader: made anew, and revoked, by the leader or their secretary."""

import hashlib
import secrets
from datetime import datetime

from django.utils.translation import gettext as _

from reception import scope
from reception.actions import journal, planning
from reception.actions.permissions import own_leaders, require_for
from reception.errors import Forbidden, Refused
from reception.models import County, FeedToken, Leader, User


def make(*, leader: Leader, county: County, by: User, at: datetime) -> str:
    """A new token for the leader's feed: 256 random bits, given back this once. The one before stops working.

    Raises `Forbidden` for anyone but the leader and their secretaries.
    """
    with scope.county(county):
        planning.lock(county)
        acting_for = _own(leader, county=county, by=by, at=at)
        FeedToken.objects.filter(leader=leader, revoked_at=None).update(revoked_at=at)
        token = secrets.token_urlsafe(32)
        FeedToken.objects.create(leader=leader, hash=hashed(token), made_by=by, made_at=at)
        journal.record(act="feed.make", object=f"leader {leader.pk}", by=by, at=at, acting_for=acting_for)
        return token


def revoke(*, leader: Leader, county: County, by: User, at: datetime) -> None:
    """Stop the leader's feed. Raises `Forbidden` as `make`, and `Refused` where there is none."""
    with scope.county(county):
        planning.lock(county)
        acting_for = _own(leader, county=county, by=by, at=at)
        if not FeedToken.objects.filter(leader=leader, revoked_at=None).update(revoked_at=at):
            raise Refused(_("没有正在使用的日历订阅地址，无需停用。"))
        journal.record(act="feed.revoke", object=f"leader {leader.pk}", by=by, at=at, acting_for=acting_for)


def opened(token: str, *, county: County, at: datetime) -> Leader | None:
    """The leader whose feed a token opens, in the county in scope; None for a token that is unknown, revoked, or whose maker
    may no longer act for the leader. Notes the day it was used on."""
    found: FeedToken | None = (
        FeedToken.objects.filter(hash=hashed(token), revoked_at=None).select_related("leader", "made_by").first()
    )
    today = at.astimezone(county.zone).date()
    if found is None or found.leader not in own_leaders(found.made_by, on=today):
        return None
    if found.last_used_on != today:
        FeedToken.objects.filter(pk=found.pk).update(last_used_on=today)
    return found.leader


def hashed(token: str) -> str:
    """SHA-256 of a token, as it is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def _own(leader: Leader, *, county: County, by: User, at: datetime) -> str:
    # First by name: the permission is held by every leader and secretary, and each holds it for their own feed only.
    if leader not in own_leaders(by, on=at.astimezone(county.zone).date()):
        raise Forbidden(_("只有领导本人和其秘书可以管理这个日历订阅。"))
    return require_for(leader, "feed.own", "feed.own", county=county, by=by, at=at)
