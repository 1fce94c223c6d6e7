"""A reception day from the morning to the end: nobody is lost, the order can be explained, everyone has an end state."""

import random
import uuid
from datetime import timedelta
from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from reception import codes, scope
from reception.actions import arrivals, bookings, day_run, hall, journal, line, releases
from reception.errors import Forbidden, MovedOn, Refused
from reception.models import Booking, BookingStep, Entry, Leader, ReceptionDay, Sitting, Slot, User
from reception.roles import Role
from reception.workflows.booking import STATES
from tests.reception import bookers, builders
from tests.reception.bookers import book
from tests.reception.builders import NOW
from tests.reception.days import MORNING, begun, came, do, row, walk_in, who


@pytest.fixture
def office(standing):
    return standing


def order(office, where=None, at=MORNING):
    with scope.county(office.county):
        found = line.of(where or bookers.sitting(office), county=office.county, at=at)
    return [waiting.booking.ticket for waiting in found.waiting]


def call(office, at=MORNING):
    where = bookers.sitting(office)
    return hall.call_next(sitting=where, ticket=order(office)[0], **who(office, at=at))


def test_a_day_begins_on_its_day_and_gives_numbers_in_the_order_of_booking(office):
    later = book(office, 1, at=NOW + timedelta(hours=1)).booking
    earlier = book(office, 2, at=NOW).booking
    day = row(office, earlier).sitting.day
    for wrong in (-1, 1):
        with pytest.raises(Refused, match="当天"):
            day_run.begin(day=day, **who(office, at=MORNING + timedelta(days=wrong)))
    with pytest.raises(Forbidden):
        day_run.begin(day=day, **who(office, by=builders.user("auditor", office.county, Role.AUDITOR)))
    with pytest.raises(Refused, match="还没有开始"):
        hall.check_in(booking=earlier, **who(office))
    assert day_run.begin(day=day, **who(office)).state == "in_progress"
    assert (row(office, earlier).ticket, row(office, later).ticket) == (1, 2)
    with pytest.raises(MovedOn):
        day_run.begin(day=day, **who(office))


def test_numbers_given_the_day_before_stay_and_late_ones_are_added(office):
    first = book(office, 1, at=NOW).booking
    day = row(office, first).sitting.day
    assert [day_run.number(day=day, **who(office, at=NOW)) for _ in range(2)] == [1, 0]
    second = book(office, 2, at=NOW - timedelta(hours=1)).booking
    begun(office)
    assert (row(office, first).ticket, row(office, second).ticket) == (1, 2)


def test_the_way_through_the_hall_with_every_step_on_record(office):
    booking = book(office, at=NOW).booking
    begun(office)
    came(office, booking)
    assert call(office).pk == booking.pk
    do(office, booking, "call_again")
    with scope.county(office.county):
        found = line.of(bookers.sitting(office), county=office.county, at=MORNING)
    assert (found.called.pk, found.calls, found.next) == (booking.pk, 2, None)
    do(office, booking, "receive")
    with scope.county(office.county):
        found = line.of(bookers.sitting(office), county=office.county, at=MORNING)
        steps = list(BookingStep.objects.filter(booking=booking).order_by("pk").values_list("action", "actor", "recorded_at"))
        acts = list(Entry.objects.filter(object=f"booking {booking.number}").order_by("n").values_list("act", flat=True))
        assert list(journal.faults()) == []
    assert (found.called, found.with_leader.pk) == (None, booking.pk)
    assert [action for action, _actor, _at in steps] == ["submit", "confirm", "check_in", "call", "call_again", "receive"]
    assert {(actor, at) for _action, actor, at in steps[2:]} == {("chenghe-clerk", None)}
    assert acts[1:] == ["booking.check_in", "booking.call", "booking.call_again", "booking.receive"]


def test_the_late_keep_their_place_and_walk_ins_come_after_the_booked(office):
    booked = [book(office, n, at=NOW + timedelta(minutes=n)).booking for n in (1, 2, 3)]
    begun(office)
    walk = walk_in(office, 9).booking
    came(office, booked[2])
    assert (walk.ticket, order(office)) == (4, [3, 4])
    assert call(office).ticket == 3
    came(office, booked[0])
    assert order(office) == [1, 4], "the late one is next, and the one being received is not sent away"
    with scope.county(office.county):
        found = line.of(bookers.sitting(office), county=office.county, at=MORNING)
    assert hall.why(found.waiting[0].place) == "已预约，按预约先后"
    assert hall.why(found.waiting[1].place) == "当天登记，排在已预约的之后"


def test_parked_and_back_after_the_next_one(office):
    booked = [book(office, n, at=NOW + timedelta(minutes=n)).booking for n in (1, 2, 3)]
    begun(office)
    for booking in booked:
        came(office, booking)
    assert call(office).ticket == 1
    do(office, booked[0], "park")
    assert order(office) == [2, 3]
    do(office, booked[0], "unpark")
    assert order(office) == [2, 1, 3]
    assert call(office).ticket == 2
    assert order(office) == [1, 3]


def test_out_of_turn_only_with_a_reason_that_stays_on_record(office):
    booked = [book(office, n, at=NOW + timedelta(minutes=n)).booking for n in (1, 2)]
    begun(office)
    for booking in booked:
        came(office, booking)
    with pytest.raises(Refused, match="轮到"):
        hall.call(booking=booked[1], **who(office))
    hall.call(booking=booked[1], reason="八十岁老人", **who(office))
    with scope.county(office.county):
        assert BookingStep.objects.get(booking=booked[1], action="call").reason == "八十岁老人"
    do(office, booked[1], "park")
    hall.call(booking=booked[0], **who(office))
    do(office, booked[0], "receive")
    hall.call(booking=booked[1], reason="已回来", **who(office))
    assert row(office, booked[1]).state == "called", "straight from being parked"


def test_one_at_a_time_and_a_stale_page_calls_nobody(office):
    booked = [book(office, n, at=NOW + timedelta(minutes=n)).booking for n in (1, 2)]
    begun(office)
    for booking in booked:
        came(office, booking)
    where = bookers.sitting(office)
    with pytest.raises(MovedOn, match="顺序"):
        hall.call_next(sitting=where, ticket=2, **who(office))
    call(office)
    with pytest.raises(MovedOn, match="1 号正在叫"):
        hall.call_next(sitting=where, ticket=2, **who(office))
    with scope.county(office.county), pytest.raises(IntegrityError, match="booking_one_called"), transaction.atomic():
        Booking.objects.filter(pk=booked[1].pk).update(state="called")


def test_a_wrong_check_in_is_corrected_by_a_step_with_its_reason_not_erased(office):
    booking = book(office, at=NOW).booking
    begun(office)
    came(office, booking)
    with pytest.raises(Refused, match="原因"):
        do(office, booking, "correct")
    do(office, booking, "correct", reason="按错了")
    now = row(office, booking)
    assert (now.state, now.checked_in_at, now.ticket) == ("confirmed", None, 1)
    with scope.county(office.county):
        actions = list(BookingStep.objects.filter(booking=booking).order_by("pk").values_list("action", flat=True))
    assert actions[-2:] == ["check_in", "correct"]
    walk = walk_in(office, 8).booking
    with pytest.raises(Refused, match="现场登记"):
        do(office, walk, "correct", reason="按错了")
    do(office, walk, "leave", reason="有事先走")
    assert row(office, walk).state == "not_received"


def test_who_waits_for_a_place_may_come_and_stands_between_the_booked_and_the_walk_ins(office):
    with scope.county(office.county):
        Sitting.objects.filter(rotation__code="R2").update(capacity=1)
    booked, waits = book(office, 1, at=NOW).booking, book(office, 2, at=NOW, wait=True).booking
    begun(office)
    walk = walk_in(office, 3).booking
    came(office, waits)
    came(office, booked)
    assert order(office) == [1, row(office, waits).ticket, walk.ticket]
    do(office, waits, "correct", reason="认错人")
    assert row(office, waits).state == "waitlisted"


def test_a_booking_of_another_day_or_one_that_was_moved_is_told_where_it_is(office):
    other = book(office, 1, at=NOW, where=bookers.sitting(office, "R2", "2026-01-15")).booking
    moved = book(office, 2, at=NOW, where=bookers.sitting(office)).booking
    with scope.county(office.county):
        to = bookers.sitting(office, "R1")
        fresh = bookings.move(booking=moved, to=to, key=uuid.uuid4(), county=office.county, by=User.objects.system(), at=NOW)
    begun(office)
    with pytest.raises(MovedOn, match="2026-02-24"):
        hall.check_in(booking=moved, **who(office))
    hall.check_in(booking=fresh, **who(office))
    with pytest.raises(Refused):
        hall.check_in(booking=other, **who(office))


def test_a_walk_in_takes_no_place_is_made_once_and_not_beside_a_booking(office):
    with scope.county(office.county):
        Sitting.objects.filter(rotation__code="R2").update(capacity=1)
    book(office, 1, at=NOW)
    begun(office)
    with pytest.raises(Refused, match="直接签到"):
        walk_in(office, 1)
    key = uuid.uuid4()
    first, again = walk_in(office, 2, key=key), walk_in(office, 2, key=key)
    assert (first.booking.pk, first.code) == (again.booking.pk, again.code)
    assert (first.booking.state, first.booking.ticket, codes.read_code(first.code)) == ("checked_in", 2, first.code)
    with scope.county(office.county):
        assert Slot.objects.filter(booking=first.booking).count() == 0
    with pytest.raises(Refused, match="代表"):
        walk_in(office, 4, people=6)


def test_nobody_is_received_by_the_leader_they_complain_of_also_when_a_substitute_came(office):
    booking = book(office, at=NOW).booking
    begun(office)
    came(office, booking)
    with scope.county(office.county):
        where = bookers.sitting(office)
        accused = Leader.objects.exclude(pk=where.leader_id).first()
        Booking.objects.filter(pk=booking.pk).update(accused_leader=accused)
        Sitting.objects.filter(pk=where.pk).update(leader=accused)
    with pytest.raises(Refused, match="回避"):
        call(office)
    with pytest.raises(Refused, match="所反映的领导"):
        walk_in(office, 7, accused_leader=accused)


def test_found_by_number_by_a_scanned_address_and_by_name_with_one_journal_entry(office):
    first = book(office, 1, at=NOW, representatives=(bookers.person(44),), people=2).booking
    book(office, 2, at=NOW)
    begun(office)
    shown = codes.show_number(first.number)
    for said in (first.number, shown, f"https://x.invalid/chenghe/track/{first.number}/", f"http://x.invalid/t?n={shown}#a"):
        assert arrivals.read(said) == first.number
    assert [arrivals.read(said) for said in ("居民1", "12345678901234", first.number[:-1], "")] == ["", "", "", ""]
    with scope.county(office.county):
        before = Entry.objects.count()
        assert arrivals.by_number(first.number, county=office.county, by=office.clerk, at=NOW).pk == first.pk
        assert Entry.objects.count() == before
        found = arrivals.by_name("居 民44", day=first.sitting.day, **who(office))
        assert [(f.booking.pk, f.who["name"]) for f in found] == [(first.pk, "居**")]
        entry = Entry.objects.order_by("-n")[0]
        assert (Entry.objects.count(), entry.act, entry.facts) == (before + 1, "identity.search", {"found": [first.number]})
        assert len(arrivals.by_name("居民", day=first.sitting.day, **who(office))) == 2
        with pytest.raises(Refused, match="请输入"):
            arrivals.by_name(" \u202e", day=first.sitting.day, **who(office))
        with pytest.raises(Refused, match="没有编号"):
            arrivals.by_number("26000000000", county=office.county, by=office.clerk, at=NOW)
        with pytest.raises(Forbidden):
            coordinator = builders.user("coordinator", office.county, Role.COORDINATOR)
            arrivals.by_name("居民", day=first.sitting.day, **who(office, by=coordinator))


def test_a_day_ends_when_nobody_waits_and_is_a_fact_from_then_on(office):
    came_in, absent, waiting = (book(office, n, at=NOW + timedelta(minutes=n)).booking for n in (1, 2, 3))
    day = begun(office)
    came(office, came_in)
    call(office)
    do(office, came_in, "receive")
    came(office, waiting)
    with pytest.raises(Refused, match="3 号"):
        day_run.end(day=day, **who(office))
    ended = day_run.end(day=day, reason="时间已到", **who(office))
    assert (ended.received, [b.pk for b in ended.unreceived]) == (1, [absent.pk, waiting.pk])
    assert [row(office, b).state for b in (came_in, absent, waiting)] == ["received", "no_show", "not_received"]
    with scope.county(office.county):
        assert BookingStep.objects.filter(booking=waiting).order_by("-pk")[0].reason == "时间已到"
        assert set(Sitting.objects.filter(day=day).values_list("state", flat=True)) == {"held"}
        after = day_run.next_dates(day, county=office.county, at=MORNING)
        assert {sitting.day.day.isoformat() for sitting, _left in after} <= {"2026-03-16", "2026-04-15"}
        for table, change in ((ReceptionDay, {"title": "x"}), (Sitting, {"capacity": 3})):
            rows = table.objects.filter(state="held")
            # Not `delete()`: that asks who refers to them first, and never gets as far as the database's own guard.
            for work in (partial(rows.update, **change), partial(rows._raw_delete, "default")):
                with pytest.raises(DatabaseError, match="what was held"), transaction.atomic():
                    work()
        moved = bookings.move(
            booking=absent,
            to=after[-1][0],
            key=uuid.uuid4(),
            county=office.county,
            by=User.objects.system(),
            at=MORNING,
        )
        assert moved.state == "confirmed", "never a penalty: the next date is theirs"
        assert list(journal.faults()) == []
    with pytest.raises(MovedOn):
        hall.check_in(booking=absent, **who(office))


def test_the_next_release_says_that_the_day_was_held(office):
    day_run.end(day=begun(office), **who(office))
    with scope.county(office.county):
        draft = releases.draft(county=office.county, by=office.clerk, at=MORNING, note="二月接访已举行")
    (found,) = (day for day in draft.document["days"] if day["day"] == "2026-02-24")
    assert (found["state"], {s["state"] for s in found["sittings"]}) == ("held", {"held"})


@pytest.mark.parametrize("seed", range(6))
def test_a_whole_day_with_random_arrivals(office, seed):
    """Nobody is lost; each call was the first of an order that could be explained; at the end everyone has an end state."""
    chance = random.Random(seed)
    with scope.county(office.county):
        Sitting.objects.filter(rotation__code="R2").update(capacity=5)
    booked = [book(office, n, at=NOW + timedelta(minutes=n), wait=n > 5).booking for n in range(1, 8)]
    day = begun(office)
    coming, at, called_order = list(booked), MORNING, []
    chance.shuffle(coming)
    for minute in range(60):
        at = MORNING + timedelta(minutes=minute)
        with scope.county(office.county):
            now = line.of(bookers.sitting(office), county=office.county, at=at)
        pick = chance.random()
        if pick < 0.25 and coming:
            hall.check_in(booking=coming.pop(), **who(office, at=at))
        elif pick < 0.35 and minute < 40:
            walk_in(office, 100 + minute, at=at)
        elif now.called:
            action = chance.choice(["receive", "receive", "park", "miss", "call_again"])
            do(office, now.called, action, at=at)
        elif now.parked and pick < 0.5:
            do(office, now.parked[0], chance.choice(["unpark", "miss"]), at=at)
        elif now.next:
            kinds = [w.place.visitor.kind for w in now.waiting if w.place.visitor.passed is None]
            assert kinds == sorted(kinds)
            assert hall.why(now.next.place)
            called = hall.call_next(sitting=now.sitting, ticket=now.next.booking.ticket, **who(office, at=at))
            assert called.pk == now.next.booking.pk
            called_order.append(called.ticket)
    assert called_order
    ended = day_run.end(day=day, reason="时间已到", **who(office, at=at))
    with scope.county(office.county):
        rows = list(Booking.objects.all())
        tickets = [b.ticket for b in rows if b.ticket]
        assert {b.state for b in rows} <= {"received", "no_show", "not_received"}
        assert len(tickets) == len(set(tickets))
        assert len(rows) == ended.received + len(ended.unreceived)
        for booking in rows:
            steps = list(BookingStep.objects.filter(booking=booking).order_by("pk"))
            assert [step.before for step in steps[1:]] == [step.after for step in steps[:-1]], "each step begins where one ended"
            assert steps[-1].after == booking.state
            assert booking.state in STATES
            if booking.state == "no_show":
                assert not any(s.action == "check_in" for s in steps) or steps[-1].action == "miss"
        assert list(journal.faults()) == []
