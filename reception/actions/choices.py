"""What a citizen decides after a change, and who told them of it: the place is kept unless they say otherwise.

A booking follows its sitting: who receives, and on which day. Where it can't (the sitting is cancelled, the leader complained of would
receive, or the same leader twice in thirty days) the booking stays, is in trouble, and is on the bureau's list until it is settled.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from reception.actions import booking_steps, journal
from reception.actions.candidates import receives
from reception.actions.permissions import require
from reception.actions.whole import whole
from reception.errors import MovedOn, Refused
from reception.models import (
    Booking,
    Call,
    CallOutcome,
    Choice,
    ChoiceAnswer,
    County,
    DayState,
    Sitting,
    SittingState,
    Told,
    Trouble,
    User,
)
from reception.workflows.booking import COMING
from reception.workflows.choice import BY_BOOKING, WORKFLOW

TOLD_BY = {
    CallOutcome.KEEPS: Told.PHONE,
    CallOutcome.OTHER: Told.PHONE,
    CallOutcome.TOLD: Told.PHONE,
    CallOutcome.LETTER: Told.LETTER,
    CallOutcome.COUNTER: Told.COUNTER,
}


def takes_place(sitting: Sitting) -> bool:
    """Whether a sitting is published and stands, its day too."""
    return sitting.state == SittingState.PUBLISHED and sitting.day.state in (DayState.PUBLISHED, DayState.IN_PROGRESS)


def follow(booking: Booking) -> str:
    """Bring who receives and the day of a booking, locked already, in line with its sitting; the trouble where that can't be.

    In trouble the row stays as it was.
    """
    if not takes_place(booking.sitting):
        return str(Trouble.CANCELLED)
    leader, day = receives(booking.sitting), booking.sitting.day.day
    if leader.pk == booking.accused_leader_id:
        return str(Trouble.ACCUSED)
    if (booking.leader_id, booking.day) == (leader.pk, day):
        return ""
    before = (booking.leader, booking.day)
    booking.leader, booking.day = leader, day
    try:
        with transaction.atomic():
            booking.save(update_fields=["leader", "day"])
    except IntegrityError:
        booking.leader, booking.day = before
        return str(Trouble.TWICE)
    return ""


def offer(
    *, booking: Booking, changes: Sequence[dict[str, Any]], trouble: str, release: int | None, by: User, at: datetime
) -> Choice:
    """Open a choice for a booking. One that was open is overtaken by it, and what it told and nobody answered is told again with it."""
    told = list(changes)
    for old in Choice.objects.select_for_update().filter(booking=booking).open():
        told = _since(old.changes, told)
        _answered(old, "overtake", by=by, at=at)
    made: Choice = Choice.objects.create(booking=booking, release=release, changes=told, trouble=trouble, made_at=at)
    journal.record(
        act="choice.offer",
        object=f"booking {booking.number}",
        by=by,
        at=at,
        facts={"release": release, "what": [change["what"] for change in told], "trouble": trouble},
    )
    return made


def _since(earlier: Sequence[dict[str, Any]], now: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Both changes as one, from what the citizen last knew: A to B and then B to C is A to C. One that was undone is told as such."""
    first = {change["what"]: change for change in earlier}
    undone = {"restored": "cancelled", "cancelled": "restored"}
    names = {change["what"] for change in now} | {undone.get(change["what"], "") for change in now}
    joined = [
        change | {"old": first[change["what"]]["old"]}
        if change["what"] in first and first[change["what"]]["old"] != change["new"]
        else change
        for change in now
    ]
    return [change for change in earlier if change["what"] not in names] + joined


@whole
def keep(*, booking: Booking, county: County, by: User, at: datetime) -> None:
    """The citizen keeps the place as it is now. Said twice, it is said once. Raises `Refused` where the booking can't stay."""
    require("booking.own" if by.is_system else "booking.manage", county=county, by=by, at=at)
    row = booking_steps.locked(booking)
    if row.state not in COMING:
        raise MovedOn(_("这个预约现在是“%(state)s”，没有需要选择的了。") % {"state": row.get_state_display()})
    trouble = follow(row)
    if trouble:
        raise Refused(_("%(why)s，因此不能保留原来的安排。您可以改到其他场次，或取消预约。") % {"why": Trouble(trouble).label})
    found = Choice.objects.select_for_update().filter(booking=row).open().first()
    if found:
        found.trouble = ""
        _answered(found, "keep", by=by, at=at)
        journal.record(act="choice.keep", object=f"booking {row.number}", by=by, at=at)


def settle(*, booking: Booking, action: str, by: User, at: datetime) -> None:
    """What an action on the booking means for its open choice: part of that action, which has asked who may."""
    if booking.state in COMING:
        return
    for found in Choice.objects.select_for_update().filter(booking=booking).open():
        _answered(found, BY_BOOKING.get(action, "end"), by=by, at=at)


def seen(*, booking: Booking, by: User, at: datetime) -> None:
    """The citizen has opened the booking, whose page begins with what has changed: they need no call to be told."""
    found = Choice.objects.filter(booking=booking, told_at=None).open()
    found.update(told=Told.PAGE, told_at=at, told_by=by.username)


@whole
def record_call(
    *, choice: Choice, outcome: CallOutcome, again_at: datetime | None = None, county: County, by: User, at: datetime
) -> Call:
    """What came of telling someone. `again_at` is when to try again, for whoever was not reached.

    Raises `MovedOn` when the choice is settled already, `Refused` for keeping what can't be kept and for a second try that lies in
    the past.
    """
    require("booking.manage", county=county, by=by, at=at)
    booking_steps.locked(choice.booking)
    row: Choice = Choice.objects.select_for_update(of=("self",)).select_related("booking").get(pk=choice.pk)
    if not WORKFLOW.allows("keep", state=row.answer):
        raise MovedOn(_("这一项已经办结（%(answer)s），不需要再联系。") % {"answer": row.get_answer_display()})
    if outcome == CallOutcome.UNREACHED and again_at is not None and again_at <= at:
        raise Refused(_("再次联系的时间要在现在之后。"))
    made: Call = Call.objects.create(
        choice=row, outcome=outcome, again_at=again_at if outcome == CallOutcome.UNREACHED else None, at=at, by=by.username
    )
    row.again_at = made.again_at
    if outcome in TOLD_BY:
        row.told, row.told_at, row.told_by = TOLD_BY[outcome], at, by.username
    row.save(update_fields=["again_at", "told", "told_at", "told_by"])
    journal.record(act="choice.call", object=f"booking {row.booking.number}", by=by, at=at, facts={"outcome": str(outcome)})
    if outcome == CallOutcome.KEEPS:
        keep(booking=row.booking, county=county, by=by, at=at)
    return made


def _answered(choice: Choice, action: str, *, by: User, at: datetime) -> None:
    choice.answer = ChoiceAnswer(WORKFLOW.transition(action).after)
    choice.answered_at, choice.answered_by = (
        at,
        "petitioner" if by.is_system and action in ("keep", "move", "cancel") else by.username,
    )
    choice.again_at = None
    choice.save(update_fields=["answer", "answered_at", "answered_by", "trouble", "again_at"])
