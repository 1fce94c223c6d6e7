"""After a change of the roster everyone booked is told, may choose, and is never lost; publishing never fails because of them."""

import contextlib
import random
import threading
from datetime import date, time, timedelta
from unittest import mock

import pytest
from django.db import OperationalError, connection

from reception import effects, scope
from reception.actions import booking_steps, bookings, calendar, choices, consequences, journal, planning, proposals
from reception.errors import Refused
from reception.models import Booking, BookingStep, CallOutcome, Choice, Leader, ReceptionDay, Sitting, User
from reception.workflows.booking import COMING
from tests.reception import bookers, builders, changing
from tests.reception.bookers import book
from tests.reception.builders import NOW
from tests.reception.changing import LATER, open_choice, publish


@pytest.fixture
def office(standing):
    standing.county.booking_opens_days_before = 120
    standing.county.save()
    return standing


def again(office, booking):
    with scope.county(office.county):
        return Booking.objects.select_related("leader", "sitting__day").get(pk=booking.pk)


def by_citizen(office, verb, *, at=LATER, where=bookings, **more):
    with scope.county(office.county):
        return getattr(where, verb)(county=office.county, by=User.objects.system(), at=at, **more)


def test_another_leader_receives_and_the_booking_follows_and_its_owner_is_told(office):
    booking, other = book(office, 1, at=NOW).booking, book(office, 2, at=NOW, where=bookers.sitting(office, "R1")).booking
    changing.substitute(office, booking.sitting, "L6")
    release = publish(office, at=LATER)
    assert again(office, booking).leader.code == "L6"
    choice = open_choice(office, booking)
    assert (choice.release, choice.trouble, [change["what"] for change in choice.changes]) == (release.number, "", ["leader"])
    assert choice.changes[0]["new"]["name"]["zh"] == "副县长己"
    assert open_choice(office, other) is None
    with scope.county(office.county):
        assert list(journal.faults()) == []


def test_a_release_that_changes_nothing_for_visitors_tells_nobody(office):
    booking = book(office, at=NOW).booking
    changing.alter(office, booking.sitting, portfolio="教育")
    publish(office, at=LATER)
    assert open_choice(office, booking) is None


@pytest.mark.parametrize(
    ("fields", "what"),
    [({"starts": time(9), "ends": time(12)}, "hours"), ({"state": "cancelled"}, "cancelled")],
)
def test_hours_and_a_cancelled_sitting(office, fields, what):
    booking = book(office, at=NOW).booking
    changing.alter(office, booking.sitting, **fields)
    publish(office, at=LATER)
    choice = open_choice(office, booking)
    assert [change["what"] for change in choice.changes] == [what]
    assert choice.trouble == ("cancelled" if what == "cancelled" else "")


def test_f20_a_moved_day_moves_its_bookings(office):
    booking = book(office, at=NOW).booking
    changing.move_day(office, booking.sitting, "2026-02-26")
    publish(office, at=LATER)
    assert str(again(office, booking).day) == "2026-02-26"
    assert open_choice(office, booking).changes == [{"what": "day", "old": "2026-02-24", "new": "2026-02-26"}]


def test_f20_a_cancelled_day_keeps_its_bookings_until_they_choose_and_takes_no_more(office):
    booking = book(office, at=NOW).booking
    changing.cancel_day(office, booking.sitting)
    publish(office, at=LATER)
    assert (again(office, booking).state, open_choice(office, booking).trouble) == ("confirmed", "cancelled")
    with pytest.raises(Refused, match="不接受预约"):
        book(office, 2, at=LATER)
    with pytest.raises(Refused, match="不能保留"):
        by_citizen(office, "keep", where=choices, booking=booking)
    to = bookers.sitting(office, "R1", "2026-03-16")
    # Long after the day that was cancelled: still to be moved.
    fresh = by_citizen(office, "move", booking=booking, to=to, key=booking.uid, at=NOW + timedelta(days=50))
    assert (again(office, booking).state, fresh.state) == ("moved", "confirmed")
    assert open_choice(office, booking) is None


def test_the_leader_complained_of_never_gets_the_booking(office):
    with scope.county(office.county):
        accused = Leader.objects.get(code="L6")
    booking = book(office, at=NOW, accused_leader=accused).booking
    before = booking.leader_id
    changing.substitute(office, booking.sitting, "L6")
    publish(office, at=LATER)
    choice = open_choice(office, booking)
    assert (again(office, booking).leader_id, again(office, booking).state, choice.trouble) == (before, "confirmed", "accused")
    with scope.county(office.county):
        assert choice in Choice.objects.to_call(on=NOW.date())


def test_the_same_leader_twice_after_a_change_is_settled_by_a_person_not_by_a_failure(office):
    first = book(office, 1, at=NOW).booking
    second = book(office, 1, at=NOW, where=bookers.sitting(office, "R1")).booking
    changing.substitute(office, second.sitting, first.leader.code)
    publish(office, at=LATER)
    assert open_choice(office, second).trouble == "twice"
    by_citizen(office, "cancel", booking=first, reason="")
    by_citizen(office, "keep", where=choices, booking=second)
    assert again(office, second).leader_id == first.leader_id


def test_two_leaders_who_swap_take_one_persons_bookings_along(office):
    first = book(office, 1, at=NOW).booking
    second = book(office, 1, at=NOW, where=bookers.sitting(office, "R2", "2026-03-16")).booking
    changing.substitute(office, first.sitting, second.leader.code)
    changing.substitute(office, second.sitting, first.leader.code)
    publish(office, at=LATER)
    assert (again(office, first).leader_id, again(office, second).leader_id) == (second.leader_id, first.leader_id)
    assert [open_choice(office, row).trouble for row in (first, second)] == ["", ""]
    assert [again(office, row).day for row in (first, second)] == [date(2026, 2, 24), date(2026, 3, 16)]


def test_a_second_change_overtakes_the_first(office):
    booking = book(office, at=NOW).booking
    for leader in ("L6", "L5"):
        changing.substitute(office, booking.sitting, leader)
        publish(office, at=LATER)
    with scope.county(office.county):
        assert list(Choice.objects.values_list("release", "answer")) == [(2, "overtaken"), (3, "open")]
    (change,) = open_choice(office, booking).changes
    assert (change["old"]["name"]["zh"], change["new"]["name"]["zh"]) == ("副县长丁", "副县长戊")
    # Given back to whoever was planned: told as a change, not as none.
    changing.substitute(office, booking.sitting, "L4")
    publish(office, at=LATER)
    (change,) = open_choice(office, booking).changes
    assert (change["old"]["name"]["zh"], change["new"]["name"]["zh"]) == ("副县长戊", "副县长丁")


def test_nobody_moves_up_to_the_leader_they_complain_of_and_what_changed_is_told_with_the_place(office):
    sitting = bookers.sitting(office)
    changing.alter(office, sitting, capacity=1)
    with scope.county(office.county):
        accused = Leader.objects.get(code="L6")
    first = book(office, 1, at=NOW).booking
    second = book(office, 2, at=NOW, wait=True, accused_leader=accused).booking
    third = book(office, 3, at=NOW, wait=True).booking
    changing.substitute(office, sitting, "L6")
    publish(office, at=LATER)
    by_citizen(office, "cancel", booking=first, reason="")
    assert [again(office, row).state for row in (second, third)] == ["waitlisted", "confirmed"]
    assert open_choice(office, second).trouble == "accused"
    assert [change["what"] for change in open_choice(office, third).changes] == ["leader"]


def test_a_sitting_that_is_over_is_called_about_no_more_unless_it_was_cancelled(office):
    over, cancelled = book(office, 1, at=NOW).booking, book(office, 2, at=NOW, where=bookers.sitting(office, "R1")).booking
    changing.substitute(office, over.sitting, "L6")
    changing.alter(office, cancelled.sitting, state="cancelled")
    publish(office, at=LATER)
    with scope.county(office.county):
        assert {row.booking_id for row in Choice.objects.to_call(on=date(2026, 2, 24))} == {over.pk, cancelled.pk}
        assert {row.booking_id for row in Choice.objects.to_call(on=date(2026, 2, 25))} == {cancelled.pk}


def test_what_was_planned_and_given_up_before_publishing_leaves_no_trace(office):
    sitting = bookers.sitting(office)
    planned = sitting.leader_id
    changing.substitute(office, sitting, "L6")
    booking = book(office, at=NOW).booking
    assert booking.leader.code == "L6"
    with scope.county(office.county):
        sitting.substitutions.update(state="withdrawn")
    changing.alter(office, bookers.sitting(office, "R1"), starts=time(9))
    publish(office, at=LATER)
    assert (again(office, booking).leader_id, open_choice(office, booking)) == (planned, None)


def test_more_places_go_to_those_who_wait(standing):
    sitting = bookers.sitting(standing)
    changing.alter(standing, sitting, capacity=1)
    publish(standing, at=NOW)
    book(standing, 1, at=NOW)
    waiting = book(standing, 2, at=NOW, wait=True).booking
    changing.alter(standing, sitting, capacity=2)
    publish(standing, at=LATER)
    assert again(standing, waiting).state == "confirmed"
    assert open_choice(standing, waiting).release is None


def test_the_calendars_preview_counts_bookings_and_names_nobody(office):
    for n in (1, 2):
        book(office, n, at=NOW)
    with scope.county(office.county):
        lines = [proposals.Line(date(2026, 2, 24), works=False, name="放假", level=3)]
        change = calendar.propose(document="通知", document_number="1", lines=lines, county=office.county, by=office.clerk, at=NOW)
        shown = calendar.preview(change, county=office.county, on=NOW.date())
    (move,) = [move for move in shown.moves if move.kind is effects.Kind.BOOKING]
    assert "2 个预约" in move.words
    assert (move.old, move.stays) == (date(2026, 2, 24), False)
    assert "居民" not in str(move)


# The invariant: nobody is lost, whatever is published and whatever the citizens do between.


def settled(office):
    """What is wrong with the bookings; nothing when each is where it belongs."""
    with scope.county(office.county):
        listed = set(Choice.objects.to_call(on=NOW.date()).values_list("booking", flat=True))
        for row in Booking.objects.select_related("sitting__day", "sitting__leader"):
            at_place = choices.takes_place(row.sitting)
            follows = (row.leader_id, row.day) == (choices.receives(row.sitting).pk, row.sitting.day.day)
            if row.state in COMING and not (at_place and follows) and row.pk not in listed:
                yield f"{row} is lost: {row.state}, {row.sitting}"
            if row.state in COMING and row.accused_leader_id == row.leader_id:
                yield f"{row} is with the leader complained of"
            if row.state not in COMING:
                ends = BookingStep.objects.filter(booking=row, after=row.state)
                if row.state not in ("moved", "cancelled") or ends.get().actor not in ("petitioner", office.clerk.username):
                    yield f"{row} ended by nobody: {row.state}"
            if row.state == "moved" and row.moved_to_id is None:
                yield f"{row} was moved nowhere"


def random_change(office, chance, sittings):
    sitting = chance.choice(sittings)
    kind = chance.choice(["leader", "leader", "leader", "day", "cancel", "hours", "restore"])
    if kind == "leader":
        changing.substitute(office, sitting, chance.choice(["L3", "L4", "L5", "L6"]))
    elif kind == "day":
        with scope.county(office.county):
            to = date(2026, 2, 16) + timedelta(days=chance.randrange(40))
            if not ReceptionDay.objects.filter(day=to).exists():
                ReceptionDay.objects.filter(pk=sitting.day_id).update(day=to, reasons=[])
    elif kind == "cancel":
        changing.cancel_day(office, sitting)
    elif kind == "restore":
        with scope.county(office.county):
            ReceptionDay.objects.filter(pk=sitting.day_id).update(state="published")
    else:
        changing.alter(office, sitting, starts=chance.choice([time(8, 30), time(9)]))


def random_choice(office, chance, at):
    with scope.county(office.county):
        row = chance.choice(list(Booking.objects.coming()) or [None])
        to = chance.choice(list(Sitting.objects.filter(day__day__range=("2026-02-16", "2026-03-31"))))
    if row is None:
        return
    verb = chance.choice(["keep", "move", "move", "cancel"])
    more = {"keep": {"where": choices}, "move": {"to": to, "key": row.uid, "wait": True}, "cancel": {"reason": ""}}[verb]
    with contextlib.suppress(Refused):
        by_citizen(office, verb, booking=row, at=at, **more)


@pytest.mark.parametrize("seed", range(6))
def test_nobody_is_lost_in_any_sequence_of_releases(office, seed):
    chance = random.Random(seed)
    with scope.county(office.county):
        Sitting.objects.update(capacity=3)
        leaders = list(Leader.objects.order_by("code"))
        rows = Sitting.objects.filter(day__day__lte="2026-03-31", day__day__gte="2026-02-01").select_related("day", "leader")
        sittings = list(rows.order_by("pk"))
    publish(office, at=NOW)
    for n in range(14):
        try:
            accused = chance.choice([None, None, *leaders])
            where = bookers.sitting(office, chance.choice(["R1", "R2"]), chance.choice(["2026-02-24", "2026-03-16"]))
            book(office, n % 7, at=NOW, where=where, wait=True, accused_leader=accused)
        except Refused:
            continue
    assert list(settled(office)) == []
    for step in range(1, 9):
        at = NOW + timedelta(hours=step)
        for _n in range(chance.randrange(1, 3)):
            random_change(office, chance, sittings)
        try:
            publish(office, at=at)
        except Refused:
            continue
        assert list(settled(office)) == []
        for _n in range(3):
            random_choice(office, chance, at)
        assert list(settled(office)) == []
    with scope.county(office.county):
        assert Booking.objects.count() > 5
        assert list(journal.faults()) == []


# A booking while the roster is being published: wholly before it or wholly after it.


def interleaved(monkeypatch):
    """Somebody books; before their booking is committed, a change of their sitting is published, if it can be."""
    office = builders.bureau()
    builders.published(office)
    changing.substitute(office, bookers.sitting(office), "L6")
    where = bookers.sitting(office)
    where.leader  # noqa: B018  loaded before
    booked, published, receipts = threading.Event(), threading.Event(), []
    seated = bookings.seat

    def slow(*args, **more):
        seated(*args, **more)
        booked.set()
        published.wait(1.5)

    monkeypatch.setattr(bookings, "seat", slow)
    monkeypatch.setattr(bookings, "receives", lambda sitting: sitting.leader)

    def citizen():
        receipts.append(book(office, at=NOW, where=where))
        connection.close()

    thread = threading.Thread(target=citizen)
    thread.start()
    booked.wait(10)
    publish(office, at=LATER)
    published.set()
    thread.join(20)
    return office, receipts[0].booking


def test_a_booking_belongs_to_one_version_and_without_the_lock_it_would_not(committed_db, monkeypatch):
    with monkeypatch.context() as off:
        off.setattr(planning, "beside", lambda: None)
        office, booking = interleaved(off)
        assert open_choice(office, booking) is None
        assert again(office, booking).leader.code != "L6"


def test_with_the_lock_the_release_waits_for_the_booking_and_tells_it(committed_db, monkeypatch):
    office, booking = interleaved(monkeypatch)
    assert open_choice(office, booking).changes[0]["what"] == "leader"
    assert again(office, booking).leader.code == "L6"


def test_what_a_release_concerns_is_locked_before_the_journal(office):
    booking = book(office, at=NOW).booking
    with scope.county(office.county):
        found = consequences.locked(office.county, None, {"days": []}, at=NOW)
    assert [row.pk for row in found] == [booking.pk]


def called(office, choice, looked):
    """Somebody is called and keeps their place, while a release that has the roster is about to look at their choice."""
    waiting, outcome = threading.Event(), []

    def release():
        with scope.county(office.county):
            planning.lock(office.county)
            waiting.set()
            looked.wait(2)
            outcome.append(list(Choice.objects.select_for_update().filter(pk=choice.pk)))
        connection.close()

    thread = threading.Thread(target=release)
    thread.start()
    waiting.wait(10)
    who = {"county": office.county, "by": office.clerk, "at": LATER + timedelta(hours=1)}
    try:
        with scope.county(office.county):
            choices.record_call(choice=choice, outcome=CallOutcome.KEEPS, **who)
    finally:
        thread.join(20)
    return outcome


def changed_choice():
    office = builders.bureau()
    builders.published(office)
    booking = book(office, at=NOW).booking
    changing.substitute(office, booking.sitting, "L6")
    publish(office, at=LATER)
    return office, open_choice(office, booking)


def test_a_call_waits_for_a_release_on_its_way_and_has_locked_nothing_that_the_release_wants(committed_db):
    office, choice = changed_choice()
    assert called(office, choice, threading.Event()) == [[choice]]
    with scope.county(office.county):
        assert Choice.objects.get(pk=choice.pk).answer == "kept"


def test_a_call_that_locked_the_choice_first_would_be_in_the_way_of_the_release(committed_db, monkeypatch):
    office, choice = changed_choice()
    looked, locked = threading.Event(), booking_steps.locked

    def too_late(row):
        """The choice is locked already when this is asked for the first time."""
        list(Choice.objects.select_for_update().filter(pk=choice.pk))
        looked.set()
        return locked(row)

    monkeypatch.setattr(booking_steps, "locked", too_late)
    threading.excepthook, before = mock.Mock(), threading.excepthook
    try:
        with contextlib.suppress(OperationalError):
            assert called(office, choice, looked) != [[choice]]
    finally:
        threading.excepthook = before
