"""The ladder against an oracle that walks through the days one by one and asks each clock by itself."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.calendar import WorkCalendar
from scheduling.reminders import Audience, Ladder, half_way, half_ways, reached

CN = WorkCalendar()
DEFAULT = Ladder()
days = st.dates(date(2023, 1, 1), date(2026, 6, 30))
ladders = st.builds(
    Ladder,
    half=st.booleans(),
    before=st.lists(st.integers(0, 40), unique=True, max_size=5).map(tuple),
    after=st.lists(st.tuples(st.sampled_from(list(Audience)), st.integers(1, 40)), max_size=5, unique_by=lambda step: step[0]).map(
        tuple
    ),
)


def works(day):
    return CN.is_workday(day)


def back(day):
    while not works(day):
        day -= timedelta(days=1)
    return day


def forth(day):
    while not works(day):
        day += timedelta(days=1)
    return day


def told(started_on, due_on, ladder, first, last):
    """What one clock's people hear on each day from `first` to `last`, by walking: (day, rule, audience)."""
    heard, said = [], set()
    day = first
    while day <= last:
        before = [n for n in ladder.before if back(due_on - timedelta(days=n)) <= day]
        if before:
            nearest = min(before)
            if back(due_on - timedelta(days=nearest)) == day:
                said.add((day, f"{-nearest:+d}", Audience.HANDLER))
        elif ladder.half and back(half_way(started_on, due_on)) == day:
            said.add((day, "half", Audience.HANDLER))
        for audience, n in ladder.after:
            if forth(due_on + timedelta(days=n)) == day:
                said.add((day, f"{n:+d}", audience))
        day += timedelta(days=1)
    heard += sorted(said)
    return heard


def swept(started_on, due_on, ladder, first, last):
    """The same as the sweeps of each day find it."""
    found, day = set(), first
    while day <= last:
        for step in reached(ladder, CN, since=day, today=day):
            if step.due_on == due_on:
                found.add((step.said_on, step.rule, step.audience))
        for half in half_ways(ladder, CN, since=day, today=day):
            if half.on == half_way(started_on, due_on) and due_on > half.due_after:
                found.add((half.said_on, "half", Audience.HANDLER))
        day += timedelta(days=1)
    return sorted(found)


# A hundred sweeps each: few examples here, since `tests/faults/test_reminded_years.py` sweeps for years.
@settings(deadline=None, max_examples=12)
@given(days, st.integers(1, 90), ladders)
def test_each_day_s_sweep_says_what_a_walk_through_the_days_says(started_on, length, ladder):
    due_on = started_on + timedelta(days=length)
    span = due_on - timedelta(days=60), due_on + timedelta(days=60)
    assert swept(started_on, due_on, ladder, *span) == told(started_on, due_on, ladder, *span)


@settings(deadline=None, max_examples=30)
@given(days, st.integers(0, 30), ladders)
def test_one_sweep_after_days_without_any_says_the_nearest_step_and_each_that_is_over(today, missed, ladder):
    since = today - timedelta(days=missed)
    found = reached(ladder, CN, since=since, today=today)
    before = [step for step in found if step.audience is Audience.HANDLER and step.offset <= 0]
    assert len({step.due_on for step in before}) == len(before)
    after = {(step.due_on, step.audience) for step in found if step.offset > 0}
    wanted = {
        (due_on, audience)
        for audience, n in ladder.after
        for due_on in (since - timedelta(days=60) + timedelta(days=k) for k in range(120))
        if since <= forth(due_on + timedelta(days=n)) <= today
    }
    assert after == wanted


def test_the_ladder_over_the_spring_festival():
    # 2026: off from 15 to 23 February; 14 and 28 February are worked.
    found = {
        (step.due_on, step.rule): step.said_on for step in reached(DEFAULT, CN, since=date(2026, 2, 13), today=date(2026, 2, 14))
    }
    assert found[date(2026, 2, 23), "+0"] == date(2026, 2, 14)
    assert found[date(2026, 2, 24), "-1"] == date(2026, 2, 14)
    assert found[date(2026, 2, 26), "-3"] == date(2026, 2, 14)
    over = {
        (step.due_on, step.audience): step.said_on
        for step in reached(DEFAULT, CN, since=date(2026, 2, 15), today=date(2026, 2, 24))
    }
    assert over[date(2026, 2, 14), Audience.HEAD] == date(2026, 2, 24)


@pytest.mark.parametrize("wrong", [{"before": (3, 3)}, {"before": (-1,)}, {"after": ((Audience.HEAD, 0),)}])
def test_a_ladder_that_contradicts_itself_is_refused(wrong):
    with pytest.raises(ValueError, match="days"):
        Ladder(**wrong)


def test_half_way_is_left_out_where_the_end_is_near():
    due_on = date(2026, 3, 20)
    half, said = half_way(date(2026, 3, 10), due_on), date(2026, 3, 13)
    (found,) = [one for one in half_ways(DEFAULT, CN, since=said, today=said) if one.on == half]
    assert due_on <= found.due_after
