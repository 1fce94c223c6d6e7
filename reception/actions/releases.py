"""Draft, approve and publish a release of a county's roster."""

from datetime import datetime

from django.utils.translation import gettext as _

from reception import documents, scope
from reception.actions import journal, messages
from reception.actions.permissions import require
from reception.actions.planning import lock
from reception.errors import Forbidden, MovedOn, NothingNew
from reception.models import (
    County,
    DayState,
    Entry,
    ReceptionDay,
    Release,
    ReleaseState,
    RoleGrant,
    Sitting,
    SittingState,
    User,
)
from reception.roles import Role
from scheduling.releases import difference, with_sequences

TOLD = (Role.LEADER, Role.SECRETARY, Role.PARTY_OFFICE, Role.GOVERNMENT_OFFICE, Role.JOINT_OFFICE, Role.OFFICER)


def draft(*, county: County, by: User, at: datetime, note: str = "", note_en: str = "") -> Release:
    """Draft a release of the roster as it now stands.

    Raises `NothingNew` when it would say what the last one says, `MovedOn` when another release is on its way.
    """
    with scope.county(county):
        require("roster.draft", county=county, by=by, at=at)
        lock(county)
        on_its_way = Release.objects.open().first()
        if on_its_way:
            raise MovedOn(
                _("%(name)s于 %(at)s 拟定的一期还没有公布。请先公布或作废它，再拟新的一期。")
                % {"name": on_its_way.drafted_by, "at": on_its_way.drafted_at.astimezone(county.zone).strftime("%Y-%m-%d %H:%M")}
            )
        last = documents.latest()
        document = _composed(county, last, at, note, note_en)
        if difference(last.document if last else None, document).is_empty:
            raise NothingNew(_("接访安排自上期公布以来没有变化，无需再次公布。"))
        release: Release = Release.objects.create(
            based_on=int(last.number or 0) if last else 0,
            note=note,
            note_en=note_en,
            document=document,
            drafted_by=by,
            drafted_at=at,
        )
        journal.record(act="release.draft", object=f"draft {release.pk}", by=by, at=at, facts={"based_on": release.based_on})
        return release


def approve(*, release: Release, county: County, by: User, at: datetime) -> Release:
    """Approve a draft. Nobody approves what they drafted; alone act only the machine's operator at the console, and the chief in
    a draft that says nothing but today's emergency substitutions, which the rule puts in the chief's hands alone."""
    with scope.county(county):
        require("roster.approve", county=county, by=by, at=at)
        release = _locked(release, county, ReleaseState.DRAFT)
        if by.pk == release.drafted_by_id and not by.is_system and not only_emergencies(release, county, at):
            raise Forbidden(_("拟定人不能审定自己拟定的一期。请由另一位有审定权限的人审定。"))
        _unchanged(release, county, at)
        release.state, release.approved_by, release.approved_at = ReleaseState.APPROVED, by, at
        release.save()
        journal.record(
            act="release.approve",
            object=f"draft {release.pk}",
            by=by,
            at=at,
            facts={"content": journal.digest(release.document)},
        )
        return release


def publish(*, release: Release, county: County, by: User, at: datetime) -> Release:
    """Publish an approved draft: give it its number and the hash of the one before, and close it for ever.

    Raises `MovedOn` when it is not approved any more, when another release came out since it was drafted, or when the roster
    changed since: what is published is exactly what was approved.
    """
    with scope.county(county):
        require("roster.publish", county=county, by=by, at=at)
        release = _locked(release, county, ReleaseState.APPROVED)
        last = documents.latest()
        if (last.number if last else 0) != release.based_on:
            raise MovedOn(_("拟定之后已有新的一期公布。请作废这一份，按最新情况重新拟定。"))
        _unchanged(release, county, at)
        number = release.based_on + 1
        journal.record(
            act="release.publish", object=f"release {number}", by=by, at=at, facts={"content": journal.digest(release.document)}
        )
        witness = Entry.objects.order_by("-n")[0]
        release.document |= {
            "number": number,
            "previous": last.hash if last else None,
            "published_at": journal.moment(at.replace(microsecond=0)),
            "journal": {"n": witness.n, "hash": witness.hash},
        }
        release.state, release.number, release.published_by = ReleaseState.PUBLISHED, number, by
        release.published_at = at.replace(microsecond=0)
        release.hash = journal.digest(release.document)
        release.save()
        _settle()
        _tell(number, at)
        return release


def discard(*, release: Release, county: County, by: User, at: datetime) -> Release:
    """Give up a release that is not published yet. It stays as a row, and its document with it."""
    with scope.county(county):
        require("roster.draft", county=county, by=by, at=at)
        release = _locked(release, county, ReleaseState.DRAFT, ReleaseState.APPROVED)
        release.state = ReleaseState.DISCARDED
        release.save()
        journal.record(act="release.discard", object=f"draft {release.pk}", by=by, at=at)
        return release


def _composed(county: County, last: Release | None, at: datetime, note: str, note_en: str) -> documents.Document:
    before = last.document if last else None
    document = documents.compose(county, on=at.astimezone(county.zone).date(), previous=before, note=note, note_en=note_en)
    return with_sequences(before, document)


def _locked(release: Release, county: County, *states: ReleaseState) -> Release:
    """The release as it is now, for this transaction alone; refuses when its state has moved on."""
    lock(county)
    now: Release = Release.objects.select_for_update().get(pk=release.pk)
    if now.state not in states:
        raise MovedOn(_("这一份现在是“%(state)s”，不能再这样处理。请刷新页面查看最新情况。") % {"state": now.get_state_display()})
    return now


def _unchanged(release: Release, county: County, at: datetime) -> None:
    last = documents.latest()
    now = _composed(county, last, at, release.note, release.note_en)
    if not difference(release.document, now).is_empty:
        raise MovedOn(_("拟定之后接访安排又有改动。请作废这一份，按最新安排重新拟定，以免公布的内容与审定的不同。"))


def only_emergencies(release: Release, county: County, at: datetime) -> bool:
    """Whether all that a draft changes is who receives today, by emergency substitutions."""
    last = documents.latest()
    changes = difference(last.document if last else None, release.document)
    today = at.astimezone(county.zone).date().isoformat()
    return (
        bool(changes.days)
        and not changes.county
        and all(
            day.old is not None
            and day.new is not None
            and day.new["day"] == today
            and not day.changes
            and all(
                sitting.old is not None
                and sitting.new is not None
                and (sitting.new["substitutes"] or {}).get("emergency", False)
                and {change.field for change in sitting.changes} <= {"leader", "substitutes", "coordinators"}
                for sitting in day.sittings
            )
            for day in changes.days
        )
    )


def _settle() -> None:
    """The days and sittings that have just been published are planned no more."""
    ReceptionDay.objects.filter(state=DayState.PLANNED).update(state=DayState.PUBLISHED)
    Sitting.objects.filter(state=SittingState.PLANNED).update(state=SittingState.PUBLISHED)


def _tell(number: int, at: datetime) -> None:
    """Tell all who work with the roster that a new release is out."""
    grants = RoleGrant.objects.filter(role__in=[role.value for role in TOLD], user__is_active=True).exclude(user__email="")
    for person in {grant.user for grant in grants.on(at.date()).select_related("user")}:
        messages.queue(kind="release_published", cause=f"release {number}", to=person, due_at=at, facts={"release": number})
