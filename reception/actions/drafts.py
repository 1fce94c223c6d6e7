"""A booking form on its way: kept sealed for the one browser that fills it in, with its place held, until it is sent once.

Source: the house's threat model, T27 and T28. The form's `uid` is the booking's key: whatever is sent twice is one booking.
"""

import json
import uuid
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from reception.actions import bookings, envelopes, offers, places, submissions, uploads, windows
from reception.actions.candidates import receives
from reception.actions.identities import Person
from reception.actions.permissions import require
from reception.actions.submissions import Receipt, Request
from reception.errors import MovedOn, Refused
from reception.models import County, Department, Draft, Leader, Sitting, Topic, Upload, User

log = structlog.get_logger(__name__)
KEPT = timedelta(hours=1)
RECEIPT_KEPT = timedelta(minutes=30)
# A place is not held for longer than this in all, however busily someone types.
HELD_AT_MOST = timedelta(hours=1)
# So many places at most are held for one network at a time; whoever comes after them takes a place only on sending.
HELD_FOR_ONE_NETWORK = 20
# What is asked, in order. Each is a page.
PAGES = ("sitting", "matter", "person", "people", "material")
Contents = dict[str, Any]


class Gone(MovedOn):
    """The sitting that was chosen can't be had any more as it was; another is to be chosen, nothing else is lost."""


def fingerprint(secret: str, *, county: County) -> str:
    """What is kept of a browser's cookie or a network's name."""
    return envelopes.keyring().blind(secret, county=county.pk, purpose="draft")


def start(*, sitting: Sitting, wait: bool, secret: str, network: str, county: County, by: User, at: datetime) -> Draft:
    """A new form for the browser that has `secret` in its cookie, with a place held at a sitting. Raises `Refused`."""
    draft = Draft(owner=fingerprint(secret, county=county), started_at=at, expires_at=at + KEPT)
    draft.network = fingerprint(network, county=county) if network else ""
    _seal(draft, {"done": []}, county)
    draft.save(force_insert=True)
    return choose(draft=draft, sitting=sitting, wait=wait, county=county, by=by, at=at)


def find(*, uid: uuid.UUID, secret: str, county: County, at: datetime) -> Draft | None:
    """The form of a browser; None for another's, and for one whose time is over."""
    found: Draft | None = Draft.objects.filter(uid=uid, owner=fingerprint(secret, county=county), expires_at__gt=at).first()
    return found


def contents(draft: Draft, *, county: County) -> Contents:
    """What was typed so far, by field. Empty once it is sent."""
    if draft.wrapped is None:
        return {"done": list(PAGES)}
    found: Contents = json.loads(envelopes.of(draft).unseal(bytes(draft.sealed)))
    return found


def missing(typed: Contents) -> str:
    """The first page that is still to be filled in; empty when all are."""
    return next((page for page in PAGES if page not in typed["done"]), "")


def choose(*, draft: Draft, sitting: Sitting, wait: bool, county: County, by: User, at: datetime) -> Draft:
    """Hold a place at a sitting, and let go of the one held before; with `wait`, where none is free, mean to wait.

    Raises `Refused`, and then the place held before is still held.
    """
    with transaction.atomic():
        row, typed = _unsent(draft, county=county, by=by, at=at)
        accused = _by_code(Leader, typed.get("accused_leader"))
        windows.allow(sitting, accused, county=county, at=at)
        places.let_go(holder=row.uid)
        row.sitting, row.held_until = sitting, None
        try:
            row.held_until = _held(row, county, at)
            waits = False
        except places.Full:
            if not wait:
                raise
            waits = True
        told = {"waits": waits, "day": str(sitting.day.day), "leader": receives(sitting).code}
        keep(row, _done({**typed, **told}, "sitting"), county, at)
    return row


def write(*, draft: Draft, page: str, typed: Contents, county: County, by: User, at: datetime) -> tuple[Draft, str]:
    """Keep what a page asked for, and hold the place on.

    Gives the form and why another sitting has to be chosen: ``full``, ``accused``, or nothing. What was typed is kept in each case.
    """
    with transaction.atomic():
        row, before = _unsent(draft, county=county, by=by, at=at)
        now = _done({**before, **typed, "stripped": before.get("stripped") or typed.get("stripped", False)}, page)
        why = ""
        accused = _by_code(Leader, now.get("accused_leader"))
        if row.sitting and accused and receives(row.sitting).pk == accused.pk:
            places.let_go(holder=row.uid)
            row.sitting, row.held_until, why = None, None, "accused"
        elif row.sitting and not now.get("waits"):
            try:
                row.held_until = _held(row, county, at)
            except places.Full:
                row.held_until, why = None, "full"
        if why:
            now["done"] = [page for page in now["done"] if page != "sitting"]
        keep(row, now, county, at)
    return row, why


def submit(*, draft: Draft, wait: bool, county: County, by: User, at: datetime) -> Receipt:
    """Send the form. Sent before, it gives the same receipt. Raises `places.Full`, `Gone`, `Refused`."""
    if not wait and _is_late(draft, county, at):
        raise places.Full(str(places.NONE_LEFT))
    with transaction.atomic():
        row = _locked(draft)
        if row.booking:
            return receipt(row, county=county)
        typed = contents(row, county=county)
        if missing(typed) or row.sitting is None:
            raise Gone(_("还有几项没有填写，请接着填写。"))
        _as_it_was(row.sitting, typed)
        sent = submissions.submit(
            sitting=row.sitting,
            request=_request(typed),
            key=row.uid,
            county=county,
            by=by,
            at=at,
            holder=row.uid,
            wait=wait or bool(typed.get("waits")),
        )
        row.booking, row.wrapped, row.sealed, row.held_until = sent.booking, None, b"", None
        row.expires_at = at + RECEIPT_KEPT
        row.save()
        Upload.objects.filter(draft=row).update(draft=None, booking=sent.booking)
    return sent


def receipt(draft: Draft, *, county: County) -> Receipt:
    """The receipt of a form that was sent, for the browser that sent it."""
    assert draft.booking is not None
    return Receipt(draft.booking, submissions.code_of(draft.uid, county))


def give_up(*, draft: Draft, county: County, by: User, at: datetime) -> None:
    """Forget the form at once: what was typed, the material, the place."""
    require("booking.own", county=county, by=by, at=at)
    row = _locked(draft)
    if row.booking is None:
        sitting = row.sitting
        forget(row, county)
        if sitting is not None:
            bookings.promote_first(sitting=sitting, county=county, at=at)


def sweep(*, county: County, by: User, at: datetime, most: int = 500) -> int:
    """Forget the forms whose time is over; how many there were."""
    require("booking.own", county=county, by=by, at=at)
    over = Draft.objects.select_for_update(skip_locked=True, of=("self",)).filter(expires_at__lte=at)[:most]
    rows = list(over)
    for row in rows:
        forget(row, county)
    # Whatever became free since, by these or by holds that ran out, is theirs who wait.
    bookings.promote_waiting(county=county, at=at)
    return len(rows)


def forget(row: Draft, county: County) -> None:
    """Let go of a form that is locked: what was typed, its files, its place."""
    places.let_go(holder=row.uid)
    for upload in Upload.objects.filter(draft=row):
        uploads.discard(upload, county=county)
    row.delete()


def _unsent(draft: Draft, *, county: County, by: User, at: datetime) -> tuple[Draft, Contents]:
    require("booking.own", county=county, by=by, at=at)
    row = _locked(draft)
    if row.booking_id:
        raise MovedOn(_("这份预约已经提交，不能再修改。要改期或取消，请凭编号和查询码办理。"))
    return row, contents(row, county=county)


def _locked(draft: Draft) -> Draft:
    whole = Draft.objects.select_related("sitting__day", "sitting__leader", "booking__sitting__day").filter(pk=draft.pk)
    now: Draft | None = whole.select_for_update(of=("self",)).first()
    if now is None:
        raise MovedOn(_("这份预约已经放弃或超时，请重新填写。"))
    # Where somebody else had it first, PostgreSQL gives the form as it became and, beside it, nothing of what it points to since.
    if (now.booking_id and now.booking is None) or (now.sitting_id and now.sitting is None):
        now = whole.get()
    return now


def _held(row: Draft, county: County, at: datetime) -> datetime | None:
    """Until when the form's place is held; None where places are no longer held for it but there is one. Raises `places.Full`."""
    assert row.sitting is not None
    others = Draft.objects.filter(network=row.network, held_until__gt=at).exclude(pk=row.pk)
    crowded = bool(row.network) and others.count() >= HELD_FOR_ONE_NETWORK
    if crowded:
        log.warning("no more places held for one network", county=county.slug)
    if crowded or at >= row.started_at + HELD_AT_MOST:
        if not places.within_reach(row.sitting, row.uid, at=at):
            raise places.Full(str(places.NONE_LEFT))
        return None
    bookings.promote_first(sitting=row.sitting, county=county, at=at, holder=row.uid)
    return places.hold(sitting=row.sitting, holder=row.uid, at=at)


def _is_late(draft: Draft, county: County, at: datetime) -> bool:
    """Whether every place had gone before the form was sent: so most of a crowd is told without locking anything.

    Only where nothing but that can be the answer; whatever else there may be to say is found out by sending.
    """
    offer = offers.glance(county=county, at=at, sitting=draft.sitting_id)
    if offer is None or not offer.is_full or places.within_reach(offer.sitting, draft.uid, at=at):
        return False
    typed = contents(draft, county=county)
    chosen = (typed.get("day"), typed.get("leader"), typed.get("waits"))
    return not missing(typed) and chosen == (str(offer.sitting.day.day), offer.leader.code, False)


def _as_it_was(sitting: Sitting, typed: Contents) -> None:
    """Raises `Gone` where the day or the leader is no longer what was chosen: nobody is booked for what they did not see."""
    if str(sitting.day.day) != typed["day"]:
        raise Gone(_("这一场已改到 %(day)s。请确认或另选一场；填好的内容都还在。") % {"day": sitting.day.day})
    if receives(sitting).code != typed["leader"]:
        raise Gone(_("这一场的接访领导有调整。请确认或另选一场；填好的内容都还在。"))


def _request(typed: Contents) -> Request:
    topic = _by_code(Topic, typed["topic"])
    if topic is None:
        raise Refused(_("所选的类别已调整，请重新选择。"))
    return Request(
        person=Person(
            name=typed["name"],
            phone=typed["phone"],
            id_number=typed.get("id_number", ""),
            other_paper=typed.get("other_paper", ""),
            address=typed.get("address", ""),
        ),
        topic=topic,
        matter=typed["matter"],
        wish=typed["wish"],
        people=typed["people"],
        representatives=tuple(Person(name=name, phone=phone) for name, phone in typed["representatives"]),
        earlier_number=typed.get("earlier_number", ""),
        accused_leader=_by_code(Leader, typed.get("accused_leader")),
        accused_department=_by_code(Department, typed.get("accused_department")),
        reachable=bool(typed["phone"]),
    )


def _by_code(table: Any, code: str | None) -> Any:
    return table.objects.filter(code=code).first() if code else None


def _done(typed: Contents, page: str) -> Contents:
    return {**typed, "done": [known for known in PAGES if known in {*typed["done"], page}]}


def keep(row: Draft, typed: Contents, county: County, at: datetime) -> None:
    """Seal what was typed into a form that is new or locked, and keep it for another while."""
    _seal(row, typed, county)
    row.expires_at = at + KEPT
    row.save()


def _seal(row: Draft, typed: Contents, county: County) -> None:
    row.sealed = envelopes.new(row).seal(json.dumps(typed, ensure_ascii=False).encode())
