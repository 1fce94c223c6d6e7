"""What a leader reads before a sitting: each visitor's matter, what came before, and what the department says.

Source: county rules, bookings are reported to the leader one day before (L3); Regulations on Petition Work, art. 30: never to the person
accused. Names stay masked until they are asked for; each name shown is a reading in the journal, which the petitioner can see.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from petitions.actions import receptions
from petitions.models import Case, Minutes
from reception import scope
from reception.actions import identities, journal, messages
from reception.actions.candidates import receives
from reception.actions.identities import Person
from reception.actions.permissions import own_leaders, require, require_for
from reception.errors import Refused
from reception.models import Booking, BookingState, County, DayState, Leader, RoleGrant, Sitting, SittingState, User
from reception.roles import Role

# Who is expected, or came.
EXPECTED = (
    BookingState.CONFIRMED,
    BookingState.CHECKED_IN,
    BookingState.PARKED,
    BookingState.CALLED,
    BookingState.RECEIVED,
)
ONE_DAY = timedelta(days=1)
# The message goes out when people are at work.
TELL_AT = time(8)
# Drafts and what was taken back are not what a department says.
UNSAID = frozenset({"proposed", "sent_back", "superseded"})


@dataclass(frozen=True)
class Before:
    """An earlier case of the same person, and what was said then."""

    case: Case
    minutes: Minutes | None
    is_alike: bool


@dataclass(frozen=True)
class Visitor:
    """One visitor of a sitting, in their order. `masked` is what may be shown without a reason; `positions` what departments say."""

    position: int
    booking: Booking
    masked: dict[str, str]
    before: tuple[Before, ...]
    visits: tuple[Booking, ...]
    positions: tuple[Any, ...]


def opens(day: date, county: County) -> tuple[datetime, datetime]:
    """From when until when a leader can open the briefing of a day: from the day before at midnight to the day's end."""
    return (
        datetime.combine(day - ONE_DAY, time(0), county.zone),
        datetime.combine(day + ONE_DAY, time(0), county.zone),
    )


def leader_of(*, sitting: Sitting, county: County, by: User, at: datetime) -> Leader:
    """Whose briefing it is, for whoever may read it: the leader who receives and their secretary while it is open; the bureau.

    Raises `Forbidden`, and `Refused` before it opens and after the day.
    """
    leader = receives(sitting)
    own = leader in own_leaders(by, on=at.astimezone(county.zone).date())
    require_for(leader, "briefing.view", "briefing.view_own", county=county, by=by, at=at)
    first, end = opens(sitting.day.day, county)
    if own and not first <= at < end:
        raise Refused(_("接访材料从接访日前一天零时起可以查看，到接访日结束为止。"))
    return leader


def visitors(*, sitting: Sitting, county: County, by: User, at: datetime) -> list[Visitor]:
    """Who comes to a sitting, by ticket and then by the order of booking; nobody who accuses the leader or the reader."""
    leader, on = leader_of(sitting=sitting, county=county, by=by, at=at), at.astimezone(county.zone).date()
    rows = (
        Booking.objects.unaccusing(by, on=on)
        .filter(sitting=sitting, state__in=EXPECTED)
        .exclude(accused_leader=leader)
        .select_related("topic", "identity", "accused_department", "accused_leader")
        .order_by("ticket", "submitted_at", "pk")
    )
    return [_visitor(position, row, county, by, on) for position, row in enumerate(rows, start=1)]


def open_names(*, sitting: Sitting, county: County, by: User, at: datetime) -> dict[int, Person]:
    """Who they are, by booking. Each reading is in the journal; for a leader or secretary only of their own sitting.

    Raises `Forbidden` for whoever may read the briefing and no identities.
    """
    leader = leader_of(sitting=sitting, county=county, by=by, at=at)
    if leader not in own_leaders(by, on=at.astimezone(county.zone).date()):
        require("identity.read", county=county, by=by, at=at)
    acting_for = "" if leader.user_id == by.pk else f"leader {leader.code}"
    reason = str(_("接访前查阅来访材料"))
    found = {}
    for visitor in visitors(sitting=sitting, county=county, by=by, at=at):
        identity = visitor.booking.identity
        if identity.wrapped is None:
            continue
        found[visitor.booking.pk] = identities.opened(identity, county=county)
        journal.record(act="identity.read", object=f"identity {identity.uid}", by=by, at=at, reason=reason, acting_for=acting_for)
    return found


def tell_due(*, county: County, by: User, at: datetime) -> int:
    """Tell the leaders of tomorrow's sittings, and their secretaries, that the briefing is ready: once for each sitting and person.

    How many sittings somebody was told of by this; a sitting without visitors has nothing to read.
    """
    with scope.county(county):
        require("briefing.tell", county=county, by=by, at=at)
        tomorrow: date = at.astimezone(county.zone).date() + ONE_DAY
        due_at = max(at, datetime.combine(tomorrow - ONE_DAY, TELL_AT, county.zone))
        told = 0
        rows = Sitting.objects.filter(
            day__day=tomorrow, day__state=DayState.PUBLISHED, state=SittingState.PUBLISHED, bookings__state=BookingState.CONFIRMED
        )
        for sitting in rows.select_related("day", "leader").distinct():
            people = _readers(receives(sitting), on=tomorrow)
            facts = {"sitting": sitting.pk, "day": tomorrow.isoformat()}
            cause = f"briefing {sitting.uid} {tomorrow}"
            messages.queue_all(kind="briefing_ready", cause=cause, to=people, due_at=due_at, facts=facts, once=True)
            told += bool(people)
    return told


def _visitor(position: int, booking: Booking, county: County, by: User, on: date) -> Visitor:
    earlier = receptions.earlier(booking, by, on=on)
    minutes = {
        row.case_id: row
        for row in Minutes.objects.current().filter(case__in=[one.case.pk for one in earlier]).select_related("leader")
    }
    visits = (
        Booking.objects.unaccusing(by, on=on)
        .filter(person_index=booking.person_index, day__lt=booking.day)
        .exclude(pk=booking.pk)
        .exclude(person_index="0" * 24)
        .select_related("leader", "topic")
        .order_by("-day", "-pk")[:5]
    )
    return Visitor(
        position,
        booking,
        identities.masked(booking.identity, county=county),
        tuple(Before(one.case, minutes.get(one.case.pk), one.is_alike) for one in earlier[:5]),
        tuple(visits),
        _positions(booking),
    )


def _positions(booking: Booking) -> tuple[Any, ...]:
    """What departments answered before the day, where the portal has such answers."""
    answers = getattr(booking, "early_answers", None)
    if answers is None:
        return ()
    return tuple(one for one in answers.select_related("department") if one.state not in UNSAID)


def _readers(leader: Leader, *, on: date) -> list[User]:
    grants = RoleGrant.objects.filter(role=Role.SECRETARY.value, leader=leader).on(on).select_related("user")
    people = [leader.user, *[grant.user for grant in grants.order_by("user__username")]]
    return [person for person in people if person and person.is_active and person.email]
