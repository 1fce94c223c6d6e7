"""Book a place, move it, give it up; whoever waits gets what is free, in the order in which they came.

Source: Regulations on Petition Work, art. 20 (representatives, at most five) and art. 30 (nobody is received by the leader they
complain of); notices of counties on cut-off and waiting. Who the citizen is, is in the vault; here is what they come for.
"""

import json
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from reception import codes
from reception.actions import choices, identities, journal, places, planning, tracking
from reception.actions.candidates import receives
from reception.actions.identities import Person
from reception.actions.permissions import require
from reception.errors import MovedOn, Refused
from reception.models import (
    Booking,
    BookingState,
    BookingStep,
    BookingWay,
    County,
    Department,
    Leader,
    Representative,
    Sitting,
    Topic,
    Upload,
    User,
)
from reception.models.bookings import MOST_REPRESENTATIVES
from reception.models.calendar import work_calendar
from reception.workflows.booking import COMING, HOLDING, WORKFLOW
from scheduling.bookings import BookingRule, Window, window
from scheduling.calendar import WorkCalendar

# From so many people on, a matter is put forward by representatives.
A_GROUP = 5
PETITIONER = "petitioner"


@dataclass(frozen=True)
class Request:
    """What a citizen asks for: who they are, what it is about, and who comes. Texts come clean and within their lengths."""

    person: Person
    topic: Topic
    matter: str
    wish: str
    way: BookingWay = BookingWay.ONLINE
    people: int = 1
    representatives: tuple[Person, ...] = field(default=())
    earlier_number: str = ""
    accused_leader: Leader | None = None
    accused_department: Department | None = None
    reachable: bool = True

    def digest(self, county: County) -> str:
        """A keyed fingerprint: the same form sent again has the same, and nothing can be read from it."""
        said = [
            identities.person_index(self.person, county=county),
            [identities.person_index(person, county=county) for person in self.representatives],
            [self.topic.pk, self.matter, self.wish, str(self.way), self.people, self.earlier_number],
            [thing.pk if thing else None for thing in (self.accused_leader, self.accused_department)],
        ]
        return identities.keyring().blind(json.dumps(said, ensure_ascii=False), county=county.pk, purpose="request")


@dataclass(frozen=True)
class Receipt:
    """A booking and its tracking code in clear: shown to whoever booked, kept nowhere."""

    booking: Booking
    code: str

    def __repr__(self) -> str:
        return f"<Receipt {self.booking.number}>"


def window_of(sitting: Sitting, county: County, *, calendar: WorkCalendar | None = None) -> Window:
    """From when until when a place at a sitting can be booked. Whoever asks about several hands over the county's calendar."""
    rule = BookingRule(
        county.booking_closes_workdays_before,
        county.booking_closes_at,
        county.booking_opens_days_before,
        timedelta(hours=county.booking_notice_hours),
    )
    return window(sitting.day.day, sitting.starts, rule=rule, calendar=calendar or work_calendar(county), zone=county.zone)


def bookable(sitting: Sitting, county: County, *, at: datetime) -> bool:
    """Whether a place at a sitting can be booked at all now, full or not."""
    return choices.takes_place(sitting) and window_of(sitting, county).is_open(at=at)


def begins(sitting: Sitting, county: County) -> datetime:
    """The moment a sitting begins."""
    return datetime.combine(sitting.day.day, sitting.starts, county.zone)


def submit(
    *,
    sitting: Sitting,
    request: Request,
    key: uuid.UUID,
    county: County,
    by: User,
    at: datetime,
    holder: uuid.UUID | None = None,
    wait: bool = False,
) -> Receipt:
    """Book a place; with `wait`, go on the waiting list where none is free. The same form sent again gives the same receipt.

    `key` is the form's own, `holder` whose hold on a place it has. Raises `Refused` for what the rules forbid, `places.Full`, and
    `MovedOn` for the same form with other content.
    """
    require("booking.assist" if by.county_id else "booking.manage", county=county, by=by, at=at)
    code = code_of(key, county)
    known = _sent_before(key, request, county)
    if known:
        return Receipt(known, code)
    planning.beside()
    sitting = Sitting.objects.select_related("day", "leader").get(pk=sitting.pk)
    _allowed(sitting, request, county, at)
    # Before any costly work: most of a crowd is told here that there is no place.
    if not wait and not places.within_reach(sitting, holder, at=at):
        raise places.Full(str(places.NONE_LEFT))
    try:
        with transaction.atomic():
            booking = _made(sitting, request, key, code, county, by, at)
            _step(booking, "submit", at=at, actor=_actor(by), after=BookingState.SUBMITTED)
            _seated(booking, holder, at, wait=wait)
    except IntegrityError as error:
        # The same form at the same moment: the first one's booking is there now, and is the answer.
        known = _sent_before(key, request, county)
        if known:
            return Receipt(known, code)
        raise Refused(_sentence(error)) from error
    journal.record(
        act="booking.submit",
        object=f"booking {booking.number}",
        by=by,
        at=at,
        facts={"sitting": str(sitting.uid), "way": str(request.way), "state": str(booking.state)},
    )
    return Receipt(booking, code)


def code_of(key: uuid.UUID, county: County) -> str:
    """The tracking code of a form's booking: it follows from the form's key, so whoever still has the form sees it again."""
    return codes.code_of(bytes.fromhex(identities.keyring().peppered(f"code {county.pk} {key}")))


def allow_sitting(sitting: Sitting, accused: Leader | None, *, county: County, at: datetime) -> None:
    """Raises `Refused` where a sitting can't be booked now at all, or its leader is the one complained of."""
    _open(sitting, county, at)
    _not_accused(receives(sitting), accused)


def allow_group(people: int, representatives: int) -> None:
    """Raises `Refused` where so many people come with so many representatives (Regulations, art. 20)."""
    if representatives > MOST_REPRESENTATIVES:
        raise Refused(_("代表最多五人。请推选不超过五位代表，其他人只计人数。"))
    if people >= A_GROUP and not representatives:
        raise Refused(_("五人以上反映共同事项的，请推选代表（不超过五人）并填写代表姓名。"))
    if people < max(1, representatives):
        raise Refused(_("来访人数不能少于代表人数。"))


def walk_in(
    *,
    sitting: Sitting,
    request: Request,
    ticket: int,
    key: uuid.UUID,
    county: County,
    by: User,
    at: datetime,
    recorded_at: datetime | None = None,
) -> Receipt:
    """Register someone who came without a booking: in the hall at once, with the number of the sitting that the caller gives.

    No place is taken. The same form sent again gives the same receipt. Raises `Refused` for what the rules forbid.
    """
    now = recorded_at or at
    require("day.run", county=county, by=by, at=now)
    code = code_of(key, county)
    known = _sent_before(key, request, county)
    if known:
        return Receipt(known, code)
    allow_group(request.people, len(request.representatives))
    _not_accused(receives(sitting), request.accused_leader)
    try:
        with transaction.atomic():
            booking = _made(sitting, request, key, code, county, by, at)
            booking.ticket, booking.checked_in_at = ticket, at
            booking.save(update_fields=["ticket", "checked_in_at"])
            _step(booking, "walk_in", at=at, actor=_actor(by), after=BookingState.CHECKED_IN, recorded_at=recorded_at)
    except IntegrityError as error:
        raise Refused(_sentence(error)) from error
    facts = {"sitting": str(sitting.uid), "ticket": ticket} | ({"at": journal.moment(at)} if recorded_at else {})
    journal.record(act="booking.walk_in", object=f"booking {booking.number}", by=by, at=now, facts=facts)
    return Receipt(booking, code)


def cancel(*, booking: Booking, reason: str, county: County, by: User, at: datetime) -> Booking:
    """Give a booking up, until its sitting begins; who waits longest gets the place. Never a penalty. Said twice, it is said once."""
    row = locked(booking)
    if by.is_system and row.state == BookingState.CANCELLED:
        return row
    _not_begun(row, county, by, at)
    change(row, "cancel", county=county, by=by, at=at, reason=reason)
    places.give_back(booking=row)
    promote(sitting=row.sitting, county=county, at=at)
    return row


def move(*, booking: Booking, to: Sitting, key: uuid.UUID, county: County, by: User, at: datetime, wait: bool = False) -> Booking:
    """Move a booking to another sitting: the new place first, then the old one is given up. Number and code stay valid for both.

    Until the old sitting begins; from one that was cancelled or missed at any time. With `wait`, whoever has no place to lose goes on
    the waiting list of a full sitting. Raises `places.Full` when the other sitting is full, and then nothing has changed.
    """
    row = locked(booking)
    if row.key == key:
        # The same form sent again, which was followed to what it had made.
        return row
    if row.moved_to and row.moved_to.key == key:
        return row.moved_to
    possible(row, "move")
    _not_begun(row, county, by, at)
    to = Sitting.objects.select_related("day", "leader").get(pk=to.pk)
    wait = wait and has_no_place(row)
    if to.pk == row.sitting_id:
        raise Refused(_("这就是您现在预约的场次，请选择另一场。"))
    _open(to, county, at)
    receiving = receives(to)
    _not_accused(receiving, row.accused_leader)
    old_sitting = row.sitting
    fresh = Booking(
        key=key,
        digest=row.digest,
        code_hash=row.code_hash,
        number=codes.new_number(year=at.astimezone(county.zone).year),
        sitting=to,
        leader=receiving,
        day=to.day.day,
        way=row.way,
        identity=row.identity,
        person_index=row.person_index,
        reachable=row.reachable,
        people=row.people,
        topic=row.topic,
        matter=row.matter,
        wish=row.wish,
        earlier_number=row.earlier_number or row.number,
        accused_leader=row.accused_leader,
        accused_department=row.accused_department,
        agent=row.agent,
        submitted_at=at,
    )
    try:
        with transaction.atomic():
            # Out of the way of the rule of one booking a leader, in the same transaction that makes the new one.
            change(row, "move", county=county, by=by, at=at)
            fresh.save()
            for old in row.representatives.all():
                Representative.objects.create(booking=fresh, position=old.position, identity=old.identity)
            Upload.objects.filter(booking=row).update(booking=fresh)
            _step(fresh, "submit", at=at, actor=_actor(by), after=BookingState.SUBMITTED)
            _seated(fresh, None, at, wait=wait)
            places.give_back(booking=row)
            row.moved_to = fresh
            row.save(update_fields=["moved_to"])
    except IntegrityError as error:
        raise Refused(_sentence(error)) from error
    promote(sitting=old_sitting, county=county, at=at)
    return fresh


def promote(*, sitting: Sitting, county: County, at: datetime) -> list[Booking]:
    """Give free places to those who wait, in the order in which they came, as long as the sitting is to come."""
    system = User.objects.system()
    moved_up: list[Booking] = []
    if not choices.takes_place(sitting) or at >= begins(sitting, county):
        return moved_up
    waiting = Booking.objects.select_for_update(of=("self",)).filter(sitting=sitting, state=BookingState.WAITLISTED)
    for booking in waiting.select_related("sitting__day", "sitting__leader", "leader").order_by("submitted_at", "pk"):
        if choices.follow(booking):
            # Nobody moves up to the leader they complain of; they are on the bureau's list.
            continue
        try:
            places.take(sitting=sitting, booking=booking, holder=None, at=at)
        except places.Full:
            break
        change(booking, "promote", county=county, by=system, at=at)
        choices.offer(booking=booking, changes=[], trouble="", release=None, by=system, at=at)
        moved_up.append(booking)
    return moved_up


def change(
    booking: Booking,
    action: str,
    *,
    county: County,
    by: User,
    at: datetime,
    reason: str = "",
    recorded_at: datetime | None = None,
) -> None:
    """One step of a booking by the table of `workflows.booking`: permission, state, step, journal. `booking` is locked already.

    `recorded_at` is given for a step written down later, from paper; `at` is then when it happened.
    """
    now = recorded_at or at
    transition = WORKFLOW.transition(action)
    if by.is_system and "booking.own" in transition.permissions:
        require("booking.own", county=county, by=by, at=now)
    else:
        require(transition.permissions[0], county=county, by=by, at=now)
    possible(booking, action)
    after = BookingState(transition.after)
    _step(booking, action, at=at, actor=_actor(by), after=after, reason=reason, recorded_at=recorded_at)
    choices.settle(booking=booking, action=action, by=by, at=at)
    facts = {"at": journal.moment(at)} if recorded_at else None
    journal.record(act=f"booking.{action}", object=f"booking {booking.number}", by=by, at=now, reason=reason[:300], facts=facts)


def possible(booking: Booking, action: str) -> None:
    """Raises `MovedOn` where the state does not allow the action."""
    if not WORKFLOW.allows(action, state=booking.state):
        raise MovedOn(
            _("这个预约现在是“%(state)s”，不能再这样处理。请刷新页面查看最新情况。") % {"state": booking.get_state_display()}
        )


def now_of(booking: Booking) -> Booking:
    """The booking it was moved to, however often; itself where it was not."""
    while booking.moved_to is not None:
        booking = booking.moved_to
    return booking


def locked(booking: Booking) -> Booking:
    """The booking as it is now, for this transaction alone, and no release published meanwhile."""
    planning.beside()
    now: Booking = (
        Booking.objects.select_for_update(of=("self",)).select_related("sitting__day", "sitting__leader").get(pk=booking.pk)
    )
    return now


def has_no_place(booking: Booking) -> bool:
    """Whether a booking holds no place that its owner could lose: waiting, not received, or at a sitting that does not take place."""
    return booking.state not in HOLDING or not choices.takes_place(booking.sitting)


def _not_begun(booking: Booking, county: County, by: User, at: datetime) -> None:
    """For the citizen; the bureau may tidy up afterwards."""
    if by.is_system and booking.state in COMING and choices.takes_place(booking.sitting) and at >= begins(booking.sitting, county):
        raise MovedOn(_("这一场已经开始，不能再在网上改期或取消。没能到场也没有关系，请致电信访局另约。"))


def _sent_before(key: uuid.UUID, request: Request, county: County) -> Booking | None:
    known: Booking | None = Booking.objects.filter(key=key).first()
    if known and known.digest != request.digest(county):
        raise MovedOn(_("这份表格已经提交过，内容与这次不同。要修改请凭编号和查询码改期或取消，或重新填写一份。"))
    return known


def _allowed(sitting: Sitting, request: Request, county: County, at: datetime) -> None:
    """Raises `Refused` for what no place in the world would help."""
    allow_group(request.people, len(request.representatives))
    allow_sitting(sitting, request.accused_leader, county=county, at=at)


def _open(sitting: Sitting, county: County, at: datetime) -> None:
    if not choices.takes_place(sitting):
        raise Refused(_("这一场不接受预约（已取消、已结束或尚未公布）。请另选一场。"))
    found = window_of(sitting, county)
    if at < found.opens:
        raise Refused(_("这一场从 %(day)s 起接受预约。") % {"day": found.opens.date()})
    if at >= found.closes:
        raise Refused(
            _("这一场的预约已于 %(at)s 截止。您可以另选一场，或当天到场登记，按顺序接待。")
            % {"at": f"{found.closes:%Y-%m-%d %H:%M}"}
        )


def _not_accused(receiving: Leader, accused: Leader | None) -> None:
    if accused is not None and receiving.pk == accused.pk:
        raise Refused(_("这一场由您所反映的领导接访，不能预约。请另选一位领导。"))


def _made(sitting: Sitting, request: Request, key: uuid.UUID, code: str, county: County, by: User, at: datetime) -> Booking:
    identity = identities.keep(person=request.person, county=county, at=at)
    today: date = at.astimezone(county.zone).date()
    booking = Booking(
        number=codes.new_number(year=today.year),
        code_hash=tracking.hashed(code),
        key=key,
        digest=request.digest(county),
        sitting=sitting,
        leader=receives(sitting),
        day=sitting.day.day,
        way=request.way,
        identity=identity,
        person_index=identity.person_index,
        reachable=request.reachable,
        people=request.people,
        topic=request.topic,
        matter=request.matter,
        wish=request.wish,
        earlier_number=request.earlier_number,
        accused_leader=request.accused_leader,
        accused_department=request.accused_department,
        agent=by if by.county_id else None,
        submitted_at=at,
    )
    booking.save(force_insert=True)
    for position, person in enumerate(request.representatives, start=1):
        kept = identities.keep(person=person, county=county, at=at)
        Representative.objects.create(booking=booking, position=position, identity=kept)
    return booking


def _seated(booking: Booking, holder: uuid.UUID | None, at: datetime, *, wait: bool) -> None:
    """A place, and so confirmed; without one, on the waiting list for whoever wants to wait. Raises `places.Full`."""
    try:
        places.take(sitting=booking.sitting, booking=booking, holder=holder, at=at)
    except places.Full:
        if not wait:
            raise
        _step(booking, "wait", at=at, actor="system", after=BookingState.WAITLISTED)
    else:
        _step(booking, "confirm", at=at, actor="system", after=BookingState.CONFIRMED)


def _step(
    booking: Booking,
    action: str,
    *,
    at: datetime,
    actor: str,
    after: BookingState,
    reason: str = "",
    recorded_at: datetime | None = None,
) -> None:
    before = "" if action in ("submit", "walk_in") else str(booking.state)
    booking.state = after
    booking.save(update_fields=["state"])
    BookingStep.objects.create(
        booking=booking, action=action, before=before, after=after, at=at, actor=actor, reason=reason, recorded_at=recorded_at
    )


def _actor(by: User) -> str:
    return by.username if by.county_id else PETITIONER


def _sentence(error: IntegrityError) -> str:
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
    constraint: Any = next((c for c in Booking._meta.constraints if c.name == name), None)
    return str(constraint.get_violation_error_message() if constraint else _("这份预约与已有的内容矛盾，没有保存。"))
