"""What a citizen asks for becomes a booking, once for each form; with it a receipt, whose code is kept nowhere.

Source: Regulations on Petition Work, art. 20 (representatives, at most five); notices of counties on cut-off and waiting.
"""

import json
import uuid
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from reception import codes
from reception.actions import (
    booking_steps,
    bookings,
    envelopes,
    identities,
    journal,
    places,
    planning,
    records,
    tracking,
    windows,
)
from reception.actions.identities import Person
from reception.actions.permissions import require
from reception.errors import MovedOn, Refused
from reception.models import (
    Booking,
    BookingState,
    BookingWay,
    County,
    Department,
    Leader,
    Representative,
    Sitting,
    Topic,
    User,
)
from reception.models.bookings import AGAIN, MOST_REPRESENTATIVES

# From so many people on, a matter is put forward by representatives.
A_GROUP = 5


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
        return envelopes.keyring().blind(json.dumps(said, ensure_ascii=False), county=county.pk, purpose="request")


@dataclass(frozen=True)
class Receipt:
    """A booking and its tracking code in clear: shown to whoever booked, kept nowhere."""

    booking: Booking
    code: str

    def __repr__(self) -> str:
        return f"<Receipt {self.booking.number}>"


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
    allow_group(request.people, len(request.representatives))
    windows.allow(sitting, request.accused_leader, county=county, at=at)
    # Before any costly work: most of a crowd is told here that there is no place.
    if not wait and not places.within_reach(sitting, holder, at=at):
        raise places.Full(str(places.NONE_LEFT))
    booking = _new(sitting, request, key, code, county, by, at)
    try:
        with transaction.atomic():
            _save(booking, request, county, at)
            bookings.seat(booking, holder=holder, county=county, by=by, at=at, wait=wait)
    except IntegrityError as error:
        # The same form at the same moment: the first one's booking is there now, and is the answer.
        known = _sent_before(key, request, county)
        if known:
            return Receipt(known, code)
        raise Refused(records.words_of(error, booking)) from error
    journal.record(
        act="booking.submit",
        object=f"booking {booking.number}",
        by=by,
        at=at,
        facts={"sitting": str(sitting.uid), "way": str(request.way), "state": str(booking.state)},
    )
    return Receipt(booking, code)


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
    windows.allow_leader(sitting, request.accused_leader)
    booking = _new(sitting, request, key, code, county, by, at)
    booking.ticket, booking.checked_in_at = ticket, at
    try:
        with transaction.atomic():
            _save(booking, request, county, at)
            actor = booking_steps.actor(by)
            booking_steps.taken(booking, "walk_in", at=at, actor=actor, after=BookingState.CHECKED_IN, recorded_at=recorded_at)
    except IntegrityError as error:
        raise Refused(records.words_of(error, booking)) from error
    facts = {"sitting": str(sitting.uid), "ticket": ticket} | ({"at": journal.moment(at)} if recorded_at else {})
    journal.record(act="booking.walk_in", object=f"booking {booking.number}", by=by, at=now, facts=facts)
    return Receipt(booking, code)


def code_of(key: uuid.UUID, county: County) -> str:
    """The tracking code of a form's booking: it follows from the form's key, so whoever still has the form sees it again."""
    return codes.code_of(bytes.fromhex(envelopes.keyring().peppered(f"code {county.pk} {key}")))


def allow_group(people: int, representatives: int) -> None:
    """Raises `Refused` where so many people come with so many representatives (Regulations, art. 20)."""
    if representatives > MOST_REPRESENTATIVES:
        raise Refused(_("代表最多五人。请推选不超过五位代表，其他人只计人数。"))
    if people >= A_GROUP and not representatives:
        raise Refused(_("五人以上反映共同事项的，请推选代表（不超过五人）并填写代表姓名。"))
    if people < max(1, representatives):
        raise Refused(_("来访人数不能少于代表人数。"))


def _sent_before(key: uuid.UUID, request: Request, county: County) -> Booking | None:
    known: Booking | None = Booking.objects.filter(key=key).first()
    if known and known.digest != request.digest(county):
        raise MovedOn(_("这份表格已经提交过，内容与这次不同。要修改请凭编号和查询码改期或取消，或重新填写一份。"))
    return known


def _new(sitting: Sitting, request: Request, key: uuid.UUID, code: str, county: County, by: User, at: datetime) -> Booking:
    return bookings.new(
        sitting,
        key=key,
        county=county,
        at=at,
        code_hash=tracking.hashed(code),
        digest=request.digest(county),
        way=request.way,
        reachable=request.reachable,
        people=request.people,
        topic=request.topic,
        matter=request.matter,
        wish=request.wish,
        earlier_number=request.earlier_number,
        accused_leader=request.accused_leader,
        accused_department=request.accused_department,
        agent=by if by.county_id else None,
    )


def _save(booking: Booking, request: Request, county: County, at: datetime) -> None:
    """The booking with whoever comes, who go into the vault."""
    booking.identity = identities.keep(person=request.person, county=county, at=at)
    booking.person_index = booking.identity.person_index
    if booking.way != BookingWay.WALK_IN and Booking.objects.of_the_same(booking).exists():
        raise Refused(str(AGAIN))
    booking.save(force_insert=True)
    for position, person in enumerate(request.representatives, start=1):
        kept = identities.keep(person=person, county=county, at=at)
        Representative.objects.create(booking=booking, position=position, identity=kept)
