"""What people who booked are told by SMS: that their day comes near, and that something changed. Never what they come for.

Only where the portal has a gateway; without one the bureau calls, from its list (`reception.admin.calls`).
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from django.conf import settings

from reception.actions import journal, messages
from reception.actions.deriving import Derived, Sweep
from reception.models import Booking, BookingState, Choice, ChoiceAnswer, County, Identity, Message, Told, User
from reception.workflows.booking import COMING
from scheduling.reminders import nearest

# A confirmed booking, and the reminder its day has come to; not for whoever booked on that very day, receipt in hand.
VISITS = """
    SELECT 'visit' AS kind, 'booking ' || b.id || ' ' || b.day AS cause, near.rule, 'sms' AS channel,
        NULL::bigint AS recipient_id, b.identity_id, jsonb_build_object('booking', b.number, 'day', b.day) AS facts,
        CASE WHEN near.said_on = %(today)s THEN (near.said_on + %(opens)s::time) AT TIME ZONE %(zone)s ELSE %(next_open)s END AS due_at,
        (b.day + s.starts) AT TIME ZONE %(zone)s AS valid_until
    FROM unnest(%(days)s::date[], %(rules)s::text[], %(said)s::date[]) AS near(day, rule, said_on)
    JOIN reception_booking b ON b.county_id = %(county)s AND b.day = near.day AND b.state = 'confirmed'
        AND (b.submitted_at AT TIME ZONE %(zone)s)::date < near.said_on
    JOIN reception_sitting s ON s.id = b.sitting_id
    JOIN reception_identity i ON i.id = b.identity_id AND i.wants_sms AND i.phone_index <> ''
    WHERE b.reachable
"""
CHANGES = """
    SELECT 'visit_changed' AS kind, 'choice ' || c.id AS cause, '' AS rule, 'sms' AS channel, NULL::bigint AS recipient_id, b.identity_id,
        jsonb_build_object('choice', c.id, 'booking', b.number) AS facts, %(next_open)s AS due_at, NULL::timestamptz AS valid_until
    FROM reception_choice c
    JOIN reception_booking b ON b.id = c.booking_id AND b.reachable
    JOIN reception_identity i ON i.id = b.identity_id AND i.wants_sms AND i.phone_index <> ''
    WHERE c.county_id = %(county)s AND c.answer = 'open' AND c.told_at IS NULL
"""


def visits(sweep: Sweep) -> Iterator[Derived]:
    """The reminders of the days to come: of those that a day has come to, the nearest."""
    if not settings.SMS_URL:
        return
    before = sweep.county.remind_visitors_days_before
    near = list(nearest(before, sweep.calendar, first=sweep.today, today=sweep.today))
    if near:
        days, steps, said = zip(*near, strict=True)
        yield Derived(VISITS, {"days": list(days), "rules": [f"-{step}" for step in steps], "said": list(said)})


def changes(sweep: Sweep) -> Iterator[Derived]:
    """What a release changed for those who had booked, as long as nobody has told them."""
    if settings.SMS_URL:
        yield Derived(CHANGES)


def _visit(message: Message) -> dict[str, Any]:
    rows = Booking.objects.select_related("sitting__day", "sitting__place")
    booking = rows.get(number=message.facts["booking"])
    if booking.state != BookingState.CONFIRMED or booking.day != date.fromisoformat(message.facts["day"]):
        raise messages.Quiet("overtaken")
    return {"booking": booking}


def _changed(message: Message) -> dict[str, Any]:
    choice = Choice.objects.select_related("booking").get(pk=message.facts["choice"])
    if choice.answer != ChoiceAnswer.OPEN or choice.told_at or choice.booking.state not in COMING:
        raise messages.Quiet("overtaken")
    return {"choice": choice, "booking": choice.booking}


# What a kind of short message says beyond its facts, looked up when it is written. The room above adds its own when it is loaded.
MORE: dict[str, Callable[[Message], dict[str, Any]]] = {"visit": _visit, "visit_changed": _changed}


def sends_sms(identity: Identity) -> bool:
    """Whether a person can be sent short messages at all, so that there is something to choose: a gateway, and a telephone."""
    return bool(settings.SMS_URL and identity.phone_index and identity.wrapped is not None)


def context(message: Message, *, county: County) -> dict[str, Any]:
    """What a short message may say, as things stand. Raises `messages.Quiet` where it is overtaken or not wanted any more."""
    if message.identity is not None and not message.identity.wants_sms:
        raise messages.Quiet("not wanted")
    return {**MORE[message.kind](message), "site": settings.SITE_URL}


def told(sent: list[Message], county: County, at: datetime) -> None:
    """Whoever was sent word of a change was told of it; whoever must choose stays on the bureau's list all the same."""
    for message in sent:
        choice = Choice.objects.select_for_update().get(pk=message.facts["choice"])
        if choice.told_at is None:
            choice.told, choice.told_at, choice.told_by = Told.SMS, at, "system"
            choice.save(update_fields=["told", "told_at", "told_by"])
            journal.record(act="choice.tell", object=f"booking {message.facts['booking']}", by=User.objects.system(), at=at)
