"""A leader's own calendar feed, behind an address that only they have: their published sittings, and those planned but not published."""

from collections.abc import Iterator
from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from icalendar import Calendar

from reception import documents, feeds, published, scope
from reception.actions.feeds import opened
from reception.http import prefix
from reception.models import County, Leader, Sitting, Substitution

PRIVATE = {"Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}


@login_not_required
@require_safe
def own_ics(request: HttpRequest, county: str, token: str) -> HttpResponse:
    """``feeds/<token>.ics``. Every token that opens nothing gets the same answer, whatever is wrong and whichever the county."""
    found = County.objects.filter(slug=county).first()
    at = timezone.now()
    if found is not None:
        with scope.county(found), timezone.override(found.zone):
            leader = opened(token, county=found, at=at)
            if leader is not None:
                site = request.build_absolute_uri("/").rstrip("/")
                feed = calendar(leader, county=found, at=at, address=f"{site}{prefix()}/{found.slug}")
                return HttpResponse(feed.to_ical(), content_type="text/calendar; charset=utf-8", headers=PRIVATE)
    return HttpResponse(_("没有这个日历订阅，或已停用。"), status=404, content_type="text/plain; charset=utf-8", headers=PRIVATE)


def calendar(leader: Leader, *, county: County, at: datetime, address: str) -> Calendar:
    """The feed of one leader in the county in scope. `at` is the moment it is asked for."""
    roster = published.latest()
    planned = _planned(county, roster, at)
    days = [*(roster.days if roster else ()), *planned.days]
    feed = feeds.skeleton(_("%(name)s的接访日程") % {"name": leader}, county.zone, [day.day for day in days])
    known: set[str] = set()
    if roster:
        known = {sitting.uid for day in roster.days for sitting in day.sittings}
        for day, sitting, away in _published(leader, roster):
            feed.add_component(feeds.event(roster, day, sitting, county.zone, address, status="CANCELLED" if away else ""))
    for day, sitting in _unpublished(leader, planned, known, at.astimezone(county.zone).date().isoformat()):
        feed.add_component(feeds.event(planned, day, sitting, county.zone, address, status="TENTATIVE"))
    return feed


def _published(leader: Leader, roster: published.Roster) -> Iterator[tuple[published.Day, published.Sitting, bool]]:
    """The leader's published sittings, and whether somebody else receives instead.

    A release names people by their names; whose sitting it is, the tables know by its identity.
    """
    planned = {str(uid) for uid in Sitting.objects.filter(leader=leader).values_list("uid", flat=True)}
    stood_in = {
        (str(uid), name) for uid, name in Substitution.objects.filter(leader=leader).values_list("sitting__uid", "leader__name")
    }
    for day in roster.days:
        for sitting in day.sittings:
            if sitting.substitutes and (sitting.uid, sitting.leader["name"]["zh"]) in stood_in:
                yield day, sitting, False
            elif sitting.uid in planned:
                yield day, sitting, bool(sitting.substitutes)


def _unpublished(
    leader: Leader, planned: published.Roster, known: set[str], today: str
) -> Iterator[tuple[published.Day, published.Sitting]]:
    """Sittings to come that are planned for the leader and stand in no release yet."""
    own = {str(uid) for uid in Sitting.objects.filter(leader=leader).values_list("uid", flat=True)}
    for day in planned.days:
        for sitting in day.sittings:
            if sitting.uid in own - known and day.document["day"] >= today and not sitting.is_cancelled:
                yield day, sitting


def _planned(county: County, roster: published.Roster | None, at: datetime) -> published.Roster:
    """The roster as it would be published now."""
    before = roster.document if roster else None
    document = documents.compose(county, on=at.astimezone(county.zone).date(), previous=before)
    return published.Roster({**document, "number": 0, "published_at": at.isoformat()}, "")
