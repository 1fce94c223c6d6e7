"""Two clerks at two tables, on connections of their own: first with the guard off, to see the race, then many times with it on.

The guard is the sitting's lock, taken before anything is looked at; behind it stand constraints of the database.
"""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from reception import scope
from reception.actions import day_run, hall, journal, line
from reception.models import Booking, ReceptionDay, Sitting
from reception.roles import Role
from tests.faults.test_races import Pair, kinds, meeting
from tests.reception import bookers, builders
from tests.reception.bookers import book
from tests.reception.builders import NOW
from tests.reception.days import MORNING, begun, came, do, walk_in, who

RUNS = 25


@pytest.fixture
def office(committed_db, as_superuser):
    as_superuser(f'ALTER DATABASE "{committed_db}" SET synchronous_commit = off')
    connection.close()
    office = builders.bureau()
    builders.published(office)
    with scope.county(office.county):
        Sitting.objects.filter(rotation__code="R2").update(capacity=2)
    return office


@pytest.fixture
def other(office):
    return builders.user("other-clerk", office.county, Role.CLERK)


@pytest.fixture
def unguarded(monkeypatch):
    """The sitting is looked at and not locked."""

    def looked(sitting, *, county, at):
        return Sitting.objects.select_related("day", "leader", "rotation", "place").get(pk=sitting.pk)

    monkeypatch.setattr(hall, "running", looked)


def coming(office, *numbers):
    """Bookings of the waiting list: each gets its number when it checks in."""
    return [book(office, n, at=NOW + timedelta(minutes=n), wait=True).booking for n in numbers]


def check_in(office, booking, by):
    return lambda: hall.check_in(booking=booking, **who(office, by=by))


def tickets(office):
    with scope.county(office.county):
        return sorted(Booking.objects.filter(ticket__isnull=False).values_list("ticket", flat=True))


def test_two_check_ins_with_the_guard_off(office, other, unguarded, monkeypatch, as_superuser):
    coming(office, 1, 2)
    waits = coming(office, 3, 4, 5, 6)
    begun(office)
    meeting(monkeypatch, line, "next_ticket")
    with Pair() as at_once:
        first = at_once(check_in(office, waits[0], office.clerk), check_in(office, waits[1], other))
        assert kinds(first) == ["Booking", "IntegrityError"], "the database's own refusal, in no words for people"
        as_superuser("ALTER TABLE reception_booking DROP CONSTRAINT booking_ticket_once")
        second = at_once(check_in(office, waits[2], office.clerk), check_in(office, waits[3], other))
    assert kinds(second) == ["Booking", "Booking"]
    assert len(set(tickets(office))) < len(tickets(office)), "with neither, two people hold one number"


def test_two_check_ins(office, other):
    coming(office, 1, 2)
    waits = coming(office, *range(3, 3 + 2 * RUNS))
    begun(office)
    with Pair() as at_once:
        for run in range(RUNS):
            pair = waits[2 * run : 2 * run + 2]
            found = at_once(check_in(office, pair[0], office.clerk), check_in(office, pair[1], other))
            assert kinds(found) == ["Booking", "Booking"]
    assert tickets(office) == list(range(1, 3 + 2 * RUNS))
    with scope.county(office.county):
        assert list(journal.faults()) == []


def test_one_visitor_at_two_tables_is_checked_in_once(office, other):
    visitors = coming(office, 1, 2)
    begun(office)
    with Pair() as at_once:
        for visitor in visitors:
            found = at_once(check_in(office, visitor, office.clerk), check_in(office, visitor, other))
            assert kinds(found) == ["Booking", "MovedOn"]


def call(office, booking, by):
    return lambda: hall.call(booking=booking, reason="优先", **who(office, by=by))


def test_two_calls_with_the_guard_off(office, other, unguarded, monkeypatch, as_superuser):
    visitors = coming(office, 1, 2)
    begun(office)
    for visitor in visitors:
        came(office, visitor)
    meeting(monkeypatch, hall, "_nobody_called")
    with Pair() as at_once:
        first = at_once(call(office, visitors[0], office.clerk), call(office, visitors[1], other))
        assert kinds(first) == ["Booking", "IntegrityError"]
        called = next(found for found in first if isinstance(found, Booking))
        with scope.county(office.county):
            Booking.objects.filter(pk=called.pk).update(state="checked_in")
        as_superuser("DROP INDEX booking_one_called")
        second = at_once(call(office, visitors[0], office.clerk), call(office, visitors[1], other))
    assert kinds(second) == ["Booking", "Booking"], "with neither, two people go to one door"


def test_two_calls(office, other):
    visitors = coming(office, 1, 2)
    begun(office)
    for visitor in visitors:
        came(office, visitor)
    where = bookers.sitting(office)

    def next_one(by, ticket):
        return lambda: hall.call_next(sitting=where, ticket=ticket, **who(office, by=by))

    with Pair() as at_once:
        for _run in range(RUNS):
            with scope.county(office.county):
                first = line.of(where, county=office.county, at=MORNING).next.booking
            found = at_once(next_one(office.clerk, first.ticket), next_one(other, first.ticket))
            assert kinds(found) == ["Booking", "MovedOn"]
            do(office, first, "park")
            do(office, first, "unpark")
    with scope.county(office.county):
        assert Booking.objects.filter(state="called").count() == 0
        assert list(journal.faults()) == []


def test_a_check_in_while_the_day_is_ended_with_the_guard_off(office, other, unguarded, monkeypatch):
    (visitor,) = coming(office, 1)
    day = begun(office)
    ended, looked = threading.Event(), hall.booking_steps.locked

    def late(booking):
        ended.wait(20)
        return looked(booking)

    monkeypatch.setattr(hall.booking_steps, "locked", late)

    def end():
        try:
            return day_run.end(day=day, **who(office, by=other))
        finally:
            ended.set()

    with Pair() as at_once:
        found = at_once(check_in(office, visitor, office.clerk), end)
    assert kinds(found) == ["Booking", "Ended"]
    with scope.county(office.county):
        assert Booking.objects.get(pk=visitor.pk).state == "checked_in", "someone waits in a hall that is closed"


def test_a_check_in_while_the_day_is_ended(office, other):
    (visitor,) = coming(office, 1)
    day = begun(office)
    with Pair() as at_once:
        found = at_once(check_in(office, visitor, office.clerk), lambda: day_run.end(day=day, **who(office, by=other)))
    with scope.county(office.county):
        state = (ReceptionDay.objects.get(pk=day.pk).state, Booking.objects.get(pk=visitor.pk).state)
    assert (kinds(found), state) in [
        (["Ended", "MovedOn"], ("held", "no_show")),
        (["Booking", "Refused"], ("in_progress", "checked_in")),
    ]


def test_two_walk_ins_get_two_numbers(office, other):
    begun(office)
    bookers.topic(office)
    with Pair() as at_once:
        found = at_once(lambda: walk_in(office, 1), lambda: walk_in(office, 2))
    assert sorted(receipt.booking.ticket for receipt in found) == [1, 2]
