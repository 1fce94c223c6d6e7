"""The hall on the day: check in, call, call again, park, receive; walk-ins; who did not come; a check-in by mistake.

Every step locks the sitting first and then asks, so two clerks at two tables never give a number twice nor call two people at once.
"""

import uuid
from datetime import date, datetime

from django.utils.translation import gettext as _

from reception import codes
from reception.actions import booking_steps, bookings, identities, line, planning, submissions
from reception.actions.candidates import receives
from reception.actions.submissions import Receipt, Request
from reception.actions.whole import whole
from reception.errors import MovedOn, Refused
from reception.models import Booking, BookingState, BookingStep, County, DayState, ReceptionDay, Sitting, SittingState, User
from reception.workflows.booking import COMING, IN_HALL
from scheduling import queueing


@whole
def check_in(*, booking: Booking, county: County, by: User, at: datetime, recorded_at: datetime | None = None) -> Booking:
    """Someone who booked is there. Whoever has no number yet gets the next one. Late or not, they keep their place in the order."""
    _today(booking, at.astimezone(county.zone).date())
    sitting = running(booking.sitting, county=county, at=at)
    row = booking_steps.locked(booking)
    _today(row, sitting.day.day)
    if row.ticket is None:
        row.ticket = line.next_ticket(sitting)
    row.checked_in_at = at
    bookings.change(row, "check_in", county=county, by=by, at=at, recorded_at=recorded_at)
    row.save(update_fields=["ticket", "checked_in_at"])
    return row


@whole
def call_next(*, sitting: Sitting, ticket: int, county: County, by: User, at: datetime) -> Booking:
    """Call the next one. `ticket` is the number the clerk was shown; raises `MovedOn` where another is next by now."""
    now = running(sitting, county=county, at=at)
    _nobody_called(now)
    found = line.of(now, county=county, at=at).next
    if found is None or found.booking.ticket != ticket:
        raise MovedOn(_("顺序刚刚变了，没有叫号。请看现在的下一位。"))
    return _called(found.booking, county, by, at)


@whole
def call(*, booking: Booking, reason: str = "", county: County, by: User, at: datetime) -> Booking:
    """Call somebody in particular. Out of turn only with a reason, which stays on record (old age, illness, a small child)."""
    now = running(booking.sitting, county=county, at=at)
    _nobody_called(now)
    row = booking_steps.locked(booking)
    found = line.of(now, county=county, at=at).next
    if (found is None or found.booking.pk != row.pk) and not reason.strip():
        raise Refused(_("还没有轮到这一位。确需优先的（老、弱、病、残、孕、带幼儿等），请写明原因。"))
    if row.state == BookingState.PARKED:
        bookings.change(row, "unpark", county=county, by=by, at=at)
    return _called(row, county, by, at, reason=reason.strip())


@whole
def step(*, booking: Booking, action: str, reason: str = "", county: County, by: User, at: datetime) -> Booking:
    """Call again, park, come back, receive, miss, leave or correct. Leaving and correcting need a reason.

    Raises `MovedOn` where the booking's state does not allow it, `Refused` without the reason.
    """
    if action not in ("call_again", "park", "unpark", "receive", "miss", "leave", "correct"):
        raise KeyError(action)
    now = running(booking.sitting, county=county, at=at)
    row = booking_steps.locked(booking)
    if action in ("leave", "correct") and not reason.strip():
        raise Refused(_("请写明原因。"))
    if action == "receive":
        not_accused(row)
    if action == "miss" and at.astimezone(county.zone).time() < now.starts:
        raise Refused(_("这一场 %(at)s 才开始，现在还不能标记未到。") % {"at": f"{now.starts:%H:%M}"})
    if action == "correct":
        action = _corrected(row, now)
        row.checked_in_at = None
    bookings.change(row, action, county=county, by=by, at=at, reason=reason.strip()[:500])
    row.save(update_fields=["checked_in_at"])
    return row


@whole
def walk_in(
    *,
    sitting: Sitting,
    request: Request,
    key: uuid.UUID,
    county: County,
    by: User,
    at: datetime,
    recorded_at: datetime | None = None,
) -> Receipt:
    """Register someone who came without a booking; they are called after the booked. The sitting's capacity does not limit them.

    Raises `Refused` for someone who is on the day's list already: they only check in.
    """
    now = running(sitting, county=county, at=at)
    index = identities.person_index(request.person, county=county)
    there = Booking.objects.filter(day=now.day.day, person_index=index, state__in=[*COMING, *IN_HALL]).exclude(key=key).first()
    if there:
        known = Booking.objects.unaccusing(by, on=now.day.day).filter(pk=there.pk).exists()
        number = codes.show_number(there.number) if known else _("请由其他工作人员查看")
        raise Refused(_("这位来访人当天已有预约或登记（%(number)s），请直接签到。") % {"number": number})
    ticket = line.next_ticket(now)
    who = {"county": county, "by": by, "at": at}
    return submissions.walk_in(sitting=now, request=request, ticket=ticket, key=key, recorded_at=recorded_at, **who)  # type: ignore[arg-type]


def running(sitting: Sitting, *, county: County, at: datetime) -> Sitting:
    """The sitting, for this transaction alone, while its day is under way; `at` is when something happened, and must be on that day.

    Raises `Refused` before the day has begun, `MovedOn` after it has ended.
    """
    # The roster first, then sittings, then bookings: ending the day locks in the same order.
    planning.beside()
    now: Sitting = (
        Sitting.objects.select_for_update(no_key=True, of=("self",))
        .select_related("leader", "rotation", "place")
        .get(pk=sitting.pk)
    )
    # Asked after the lock is held: ending the day takes the same lock.
    day: ReceptionDay = ReceptionDay.objects.get(pk=now.day_id)
    now.day = day
    if day.state in (DayState.HELD, DayState.CANCELLED) or now.state != SittingState.PUBLISHED:
        raise MovedOn(_("这一天已结束或已取消，不能再签到、叫号。"))
    if day.state != DayState.IN_PROGRESS:
        raise Refused(_("%(day)s 的接访还没有开始，请先按“开始接访”。") % {"day": day.day})
    if at.astimezone(county.zone).date() != day.day:
        raise Refused(_("签到、叫号只能在接访日当天（%(day)s）办理；当天在纸上办的，请补录。") % {"day": day.day})
    return now


def not_accused(booking: Booking) -> None:
    """Raises `Refused` where the leader who receives now is the one complained of: a substitute may have come since the booking.

    Source: Regulations on Petition Work, art. 30.
    """
    if booking.accused_leader_id and receives(booking.sitting).pk == booking.accused_leader_id:
        raise Refused(_("现在接访的领导正是这位来访人所反映的领导，应当回避。请改由另一场接访，或为其改期。"))


def why(place: queueing.Place) -> str:
    """Why somebody stands where they stand, in a sentence that can be told to whoever asks."""
    said = {
        queueing.Why.BACK: _("叫号时不在、现已回来，排在下一位之后"),
        queueing.Why.BOOKED: _("已预约，按预约先后"),
        queueing.Why.WAITING: _("候补登记，排在已预约的之后"),
        queueing.Why.WALK_IN: _("当天登记，排在已预约的之后"),
    }[place.why]
    if place.over:
        said += _("；先于 %(tickets)s 号") % {"tickets": _("、").join(map(str, place.over))}
    return str(said)


def _today(booking: Booking, today: date) -> None:
    """Raises what helps where the booking is not for this day any more."""
    if booking.moved_to_id and booking.moved_to:
        raise MovedOn(_("这个预约已改到 %(day)s，请告知来访人届时再来，或作为现场登记。") % {"day": booking.moved_to.day})
    if booking.day != today:
        raise Refused(_("这个预约是 %(day)s 的，不是今天。需要今天接访的，请作为现场登记。") % {"day": booking.day})


def _nobody_called(sitting: Sitting) -> None:
    called = Booking.objects.filter(sitting=sitting, state=BookingState.CALLED).first()
    if called:
        raise MovedOn(_("%(ticket)s 号正在叫，请先接待、过号或标记未到，再叫下一位。") % {"ticket": called.ticket})


def _called(booking: Booking, county: County, by: User, at: datetime, reason: str = "") -> Booking:
    row = booking_steps.locked(booking)
    not_accused(row)
    bookings.change(row, "call", county=county, by=by, at=at, reason=reason[:500])
    return row


def _corrected(booking: Booking, sitting: Sitting) -> str:
    """What a wrong check-in goes back to: as it was before. Raises `Refused` for a walk-in, who was nothing before."""
    last = BookingStep.objects.filter(booking=booking, action="check_in").order_by("-pk").first()
    if last is None:
        raise Refused(_("现场登记不能撤回签到；来访人已离开的，请按“离开”并写明原因。"))
    return "correct_waiting" if last.before == BookingState.WAITLISTED else "correct"
