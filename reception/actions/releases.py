"""Draft, submit, approve and publish a release of a county's roster; or send it back, or give it up."""

from datetime import datetime

from django.utils.translation import gettext as _

from reception import documents, scope
from reception.actions import consequences, journal, lateness, messages
from reception.actions import substitution_needs as needs
from reception.actions.permissions import require
from reception.actions.planning import lock
from reception.errors import Forbidden, MovedOn, NothingNew, Refused
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
from reception.workflows.release import RELEASE
from scheduling.releases import Difference, difference, with_sequences

TOLD = (
    Role.LEADER,
    Role.SECRETARY,
    Role.PARTY_OFFICE,
    Role.GOVERNMENT_OFFICE,
    Role.JOINT_OFFICE,
    Role.OFFICER,
    Role.DEPARTMENT_HEAD,
)


def draft(*, county: County, by: User, at: datetime, note: str = "", note_en: str = "") -> Release:
    """Draft a release of the roster as it now stands.

    Raises `NothingNew` when it would say what the last one says, `MovedOn` when another release is on its way, `Refused` when a
    sitting that was published would be gone from it: who subscribed to it must be told, so it is cancelled and stays.
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
        changes = difference(last.document if last else None, document)
        if changes.is_empty:
            raise NothingNew(_("接访安排自上期公布以来没有变化，无需再次公布。"))
        _nothing_dropped(changes)
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


def preview(*, county: County, at: datetime) -> Difference:
    """What a release drafted now would change over the last one, of the county in scope. Nothing is written."""
    last = documents.latest()
    return difference(last.document if last else None, _composed(county, last, at, "", ""))


def submit(*, release: Release, county: County, by: User, at: datetime) -> Release:
    """Submit a draft for approval, and tell who approves. Whoever may draft may submit another's draft."""
    with scope.county(county):
        require("roster.submit", county=county, by=by, at=at)
        release = _locked(release, county, "submit")
        _unchanged(release, documents.latest(), county, at)
        release.state, release.submitted_by, release.submitted_at, release.sent_back_reason = ReleaseState.SUBMITTED, by, at, ""
        _save(release, "submitted_by", "submitted_at", "sent_back_reason")
        journal.record(act="release.submit", object=f"draft {release.pk}", by=by, at=at)
        for person in _holders(Role.CHIEF, county=county, at=at):
            if person.pk not in (by.pk, release.drafted_by_id):
                _tell_step(release, "submitted", person, at)
        return release


def send_back(*, release: Release, county: County, by: User, at: datetime, reason: str) -> Release:
    """Give a submitted release back to who drafted it, with a reason. Its document stays as it is: see `reception.workflows.release`.

    Raises `Refused` without a reason.
    """
    with scope.county(county):
        require("roster.approve", county=county, by=by, at=at)
        release = _locked(release, county, "send_back")
        if not reason.strip():
            raise Refused(_("请写明退回的原因，拟定人会看到。"))
        release.state, release.sent_back_reason = ReleaseState.DRAFT, reason.strip()
        _save(release, "sent_back_reason")
        journal.record(act="release.send_back", object=f"draft {release.pk}", by=by, at=at, reason=release.sent_back_reason)
        _tell_drafter(release, "sent_back", by, at)
        return release


def approve(*, release: Release, county: County, by: User, at: datetime) -> Release:
    """Approve what was submitted. Nobody approves what they drafted or submitted; alone act only the machine's operator at the console,
    and the chief in a draft that says nothing but today's emergency substitutions, which the rule puts in the chief's hands alone."""
    with scope.county(county):
        require("roster.approve", county=county, by=by, at=at)
        release, last = _locked(release, county, "approve"), documents.latest()
        if (
            by.pk in (release.drafted_by_id, release.submitted_by_id)
            and not by.is_system
            and not lateness.is_emergency(release, last, on=at.astimezone(county.zone).date())
        ):
            raise Forbidden(_("拟定人和送审人不能审定自己办理的一期。请由另一位有审定权限的人审定。"))
        _unchanged(release, last, county, at)
        release.state, release.approved_by, release.approved_at = ReleaseState.APPROVED, by, at
        _save(release, "approved_by", "approved_at")
        journal.record(
            act="release.approve",
            object=f"draft {release.pk}",
            by=by,
            at=at,
            facts={"content": journal.digest(release.document)},
        )
        _tell_drafter(release, "approved", by, at)
        return release


def publish(
    *, release: Release, county: County, by: User, at: datetime, late_reason: str = "", late_reason_en: str = ""
) -> Release:
    """Publish an approved draft: give it its number and the hash of the one before, and close it for ever.

    Where a leader whom it names is away by then, a substitute is asked for.

    Raises `MovedOn` when it is not approved any more, when another release came out since it was drafted, or when the roster
    changed since: what is published is exactly what was approved. Raises `Refused` when it comes later than the county promises
    (`lateness`) and no reason is given; the reason becomes part of the document. On time, a reason given is not kept.
    """
    with scope.county(county):
        require("roster.publish", county=county, by=by, at=at)
        release = _locked(release, county, "publish")
        last = documents.latest()
        if (last.number if last else 0) != release.based_on:
            raise MovedOn(_("拟定之后已有新的一期公布。请作废这一份，按最新情况重新拟定。"))
        _unchanged(release, last, county, at)
        late = lateness.said(release, last, county=county, at=at, reason=late_reason.strip(), reason_en=late_reason_en.strip())
        number = release.based_on + 1
        before = last.document if last else None
        # Before the journal: whoever changes a booking locks it first and writes the journal then.
        booked = consequences.locked(county, before, release.document, at=at)
        journal.record(
            act="release.publish", object=f"release {number}", by=by, at=at, facts={"content": journal.digest(release.document)}
        )
        witness = Entry.objects.order_by("-n")[0]
        release.document |= late | {
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
        consequences.follow(rows=booked, release=number, before=before, after=release.document, county=county, by=by, at=at)
        needs.meet(county=county, by=by, at=at)
        _tell(number, county, at)
        _tell_drafter(release, "published", by, at)
        return release


def discard(*, release: Release, county: County, by: User, at: datetime) -> Release:
    """Give up a release that is not published yet. It stays as a row, and its document with it."""
    with scope.county(county):
        require("roster.draft", county=county, by=by, at=at)
        release = _locked(release, county, "discard")
        release.state = ReleaseState.DISCARDED
        _save(release)
        journal.record(act="release.discard", object=f"draft {release.pk}", by=by, at=at)
        return release


def _nothing_dropped(changes: Difference) -> None:
    dropped = [row.old["day"] for row in changes.removed if row.old]
    dropped += [row.new["day"] for row in changes.changed if row.new and any(sitting.new is None for sitting in row.sittings)]
    if dropped:
        raise Refused(
            _("已公布的场次不能从安排中消失，否则订阅日历的人得不到通知。请取消它，而不是删除。涉及：%(days)s。")
            % {"days": _("、").join(dropped)}
        )


def _composed(county: County, last: Release | None, at: datetime, note: str, note_en: str) -> documents.Document:
    before = last.document if last else None
    on = at.astimezone(county.zone).date()
    return with_sequences(before, documents.compose(county, on=on, previous=before, note=note, note_en=note_en))


def _save(release: Release, *fields: str) -> None:
    """Save a step; the document, which is large and stays as it was drafted, is not written again."""
    release.save(update_fields=["state", *fields])


def _locked(release: Release, county: County, action: str) -> Release:
    """The release as it is now, for this transaction alone; refuses when its state has moved on."""
    lock(county)
    now: Release = Release.objects.select_for_update().get(pk=release.pk)
    if action == "approve" and now.state == ReleaseState.DRAFT:
        raise MovedOn(_("这一份还没有送审。请先由拟定人送审，再审定。"))
    if not RELEASE.allows(action, state=now.state):
        raise MovedOn(_("这一份现在是“%(state)s”，不能再这样处理。请刷新页面查看最新情况。") % {"state": now.get_state_display()})
    return now


def since(release: Release, last: Release | None, county: County, at: datetime) -> Difference:
    """What would be drafted now over what the release says. The running numbers follow from that, so they are not counted."""
    on = at.astimezone(county.zone).date()
    now = documents.compose(county, on=on, previous=last.document if last else None, note=release.note, note_en=release.note_en)
    return difference(release.document, now)


def _unchanged(release: Release, last: Release | None, county: County, at: datetime) -> None:
    """Raises `MovedOn` unless the release says what would be drafted now."""
    if not since(release, last, county, at).is_empty:
        raise MovedOn(_("拟定之后接访安排又有改动。请作废这一份，按最新安排重新拟定，以免公布的内容与审定的不同。"))


def _settle() -> None:
    """The days and sittings that have just been published are planned no more."""
    ReceptionDay.objects.filter(state=DayState.PLANNED).update(state=DayState.PUBLISHED)
    Sitting.objects.filter(state=SittingState.PLANNED).update(state=SittingState.PUBLISHED)


def _tell(number: int, county: County, at: datetime) -> None:
    """Tell all who work with the roster that a new release is out."""
    people = _holders(*TOLD, county=county, at=at)
    messages.queue_all(kind="release_published", cause=f"release {number}", to=people, due_at=at, facts={"release": number})


def _holders(*roles: Role, county: County, at: datetime) -> set[User]:
    """The people of the county who hold one of the roles today and can be written to."""
    grants = RoleGrant.objects.filter(role__in=[role.value for role in roles], user__is_active=True).exclude(user__email="")
    return {grant.user for grant in grants.on(at.astimezone(county.zone).date()).select_related("user")}


def _tell_drafter(release: Release, step: str, by: User, at: datetime) -> None:
    """Tell who drafted it, unless it was their own doing or nobody reads their mail."""
    drafter = release.drafted_by
    if drafter.pk != by.pk and drafter.is_active and drafter.email:
        _tell_step(release, step, drafter, at)


def _tell_step(release: Release, step: str, to: User, at: datetime) -> None:
    facts = {"draft": release.pk, "step": step, "reason": release.sent_back_reason}
    messages.queue(kind="release_step", cause=f"draft {release.pk} {step} {at.isoformat()}", to=to, due_at=at, facts=facts)
