"""The order of a hall: fair whoever comes when, the same however it is asked, and never without a reason."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.queueing import Kind, Visitor, Why, average, line, room

NINE = datetime(2026, 2, 24, 1, 0, tzinfo=UTC)
TEN_MINUTES = timedelta(minutes=10)
visitors = st.lists(
    st.builds(
        Visitor,
        ticket=st.integers(1, 200),
        kind=st.sampled_from(Kind),
        passed=st.none() | st.integers(0, 6),
    ),
    unique_by=lambda v: v.ticket,
    max_size=25,
)


def tickets(places):
    return [place.visitor.ticket for place in places]


def test_the_booked_in_their_order_then_the_waiting_list_then_walk_ins():
    found = line([Visitor(9, Kind.WALK_IN), Visitor(3, Kind.BOOKED), Visitor(7, Kind.WAITING), Visitor(1, Kind.BOOKED)])
    assert [(p.visitor.ticket, p.why) for p in found] == [
        (1, Why.BOOKED),
        (3, Why.BOOKED),
        (7, Why.WAITING),
        (9, Why.WALK_IN),
    ]


def test_a_late_booked_visitor_comes_before_every_walk_in_and_before_higher_numbers():
    before = [Visitor(4, Kind.BOOKED), Visitor(11, Kind.WALK_IN)]
    assert tickets(line([*before, Visitor(2, Kind.BOOKED)])) == [2, 4, 11]
    assert tickets(line([*before, Visitor(5, Kind.BOOKED)])) == [4, 5, 11]


def test_who_was_not_there_when_called_comes_back_after_the_next():
    waiting = [Visitor(4, Kind.BOOKED), Visitor(5, Kind.BOOKED)]
    assert tickets(line([*waiting, Visitor(3, Kind.BOOKED, passed=0)])) == [4, 3, 5]
    assert tickets(line([*waiting, Visitor(3, Kind.BOOKED, passed=1)])) == [3, 4, 5]
    assert tickets(line([Visitor(3, Kind.BOOKED, passed=0)])) == [3]
    assert line([*waiting, Visitor(9, Kind.WALK_IN, passed=1)])[0].over == (4, 5)


def test_a_number_given_twice_is_an_error():
    with pytest.raises(ValueError, match="same number"):
        line([Visitor(1, Kind.BOOKED), Visitor(1, Kind.WALK_IN)])


@given(visitors, st.randoms())
def test_nobody_is_lost_and_the_order_does_not_depend_on_who_was_written_down_first(given_visitors, random):
    found = line(given_visitors)
    assert sorted(tickets(found)) == sorted(v.ticket for v in given_visitors)
    shuffled = list(given_visitors)
    random.shuffle(shuffled)
    assert line(shuffled) == found


@given(visitors)
def test_among_those_who_missed_no_call_nobody_stands_before_a_better_kind_or_a_lower_number(given_visitors):
    plain = [p.visitor for p in line(given_visitors) if p.visitor.passed is None]
    assert [(v.kind, v.ticket) for v in plain] == sorted((v.kind, v.ticket) for v in plain)


@given(visitors)
def test_who_comes_back_never_waits_for_more_than_one_who_missed_no_call(given_visitors):
    found = line(given_visitors)
    for n, place in enumerate(found):
        if place.visitor.passed is not None:
            ahead = [p for p in found[:n] if p.visitor.passed is None]
            assert len(ahead) <= (1 if place.visitor.passed == 0 else 0)


@given(visitors)
def test_a_walk_in_who_comes_now_is_last_but_for_walk_ins_who_owe_a_turn(given_visitors):
    before = tickets(line(given_visitors))
    now = tickets(line([*given_visitors, Visitor(500, Kind.WALK_IN)]))
    assert [ticket for ticket in now if ticket != 500] == before
    owing = {v.ticket for v in given_visitors if v.kind == Kind.WALK_IN and v.passed == 0}
    assert set(now[now.index(500) + 1 :]) <= owing


@given(visitors)
def test_no_walk_in_who_missed_no_call_stands_before_the_booked(given_visitors):
    found = [place.visitor for place in line(given_visitors)]
    for n, visitor in enumerate(found):
        if visitor.kind == Kind.WALK_IN and visitor.passed is None:
            assert all(other.kind == Kind.WALK_IN or (other.passed == 0 and other.kind > Kind.BOOKED) for other in found[n:])


@given(visitors)
def test_every_lower_number_that_is_passed_over_is_named_and_has_a_reason(given_visitors):
    found = line(given_visitors)
    for n, place in enumerate(found):
        assert set(place.over) == {p.visitor.ticket for p in found[n + 1 :] if p.visitor.ticket < place.visitor.ticket}
        for other in found[n + 1 :]:
            if other.visitor.ticket in place.over:
                better = place.visitor.kind < other.visitor.kind
                assert better or Why.BACK in (place.why, other.why)


@given(visitors, st.data())
def test_everyone_is_called_in_as_many_calls_as_there_are_people(given_visitors, data):
    """No starvation: while nobody new comes, each call takes one away, and those who came back let no more pass."""
    waiting = list(given_visitors)
    called = []
    while waiting:
        first = line(waiting)[0].visitor
        called.append(first.ticket)
        waiting = [v if v.passed is None else Visitor(v.ticket, v.kind, v.passed + 1) for v in waiting if v.ticket != first.ticket]
    assert sorted(called) == sorted(v.ticket for v in given_visitors)


def test_how_long_one_takes_is_measured_and_before_that_assumed():
    assert average([], usual=TEN_MINUTES) == TEN_MINUTES
    assert average([NINE], usual=TEN_MINUTES) == TEN_MINUTES
    begun = [NINE + timedelta(minutes=40), NINE, NINE + timedelta(minutes=10)]
    assert average(begun, usual=TEN_MINUTES) == timedelta(minutes=20)
    assert average([NINE, NINE], usual=timedelta()) == timedelta(minutes=1)


def test_how_many_more_can_be_received():
    ends = NINE + timedelta(hours=1)
    assert room(at=NINE, ends=ends, waiting=2, each=TEN_MINUTES) == 4
    assert room(at=NINE, ends=ends, waiting=9, each=TEN_MINUTES) == 0
    assert room(at=ends + TEN_MINUTES, ends=ends, waiting=0, each=TEN_MINUTES) == 0


@given(st.integers(0, 600), st.integers(0, 40), st.integers(1, 90))
def test_there_is_room_only_for_what_fits(minutes, waiting, each):
    found = room(at=NINE, ends=NINE + timedelta(minutes=minutes), waiting=waiting, each=timedelta(minutes=each))
    assert found >= 0
    assert found == 0 or (found + waiting) * each <= minutes < (found + waiting + 1) * each
