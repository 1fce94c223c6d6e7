"""Terms counted day by day: an oracle that crosses days off a list, and the table of days that people are shown."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.counting import Why, days_of
from scheduling.deadlines import Roll, Term, Unit, due_date
from tests.scheduling.worlds import CN, ONE_DAY

starts = st.dates(date(2006, 1, 1), date(2025, 6, 1))
# Ranges that begin around the term, some empty, some running backwards, some overlapping.
offsets = st.lists(st.tuples(st.integers(-10, 120), st.integers(-3, 40)), max_size=4)


def crossed_off(start, term, excluded, extended_by=0):
    """The last day, found by writing down the days after the start and striking out those that do not count."""
    days = [start + timedelta(days=n) for n in range(1, 700)]
    out = {day for first, last in excluded for day in days if first <= day < last}
    if term.unit is Unit.WORKING_DAYS:
        out |= {day for day in days if CN.fact(day).kind in ("weekend", "holiday")}
    left = [day for day in days if day not in out]
    return left[term.amount + extended_by - 1]


@given(starts, st.integers(1, 90), st.sampled_from(Unit), offsets)
def test_the_end_is_where_crossing_off_the_days_ends(start, amount, unit, ranges):
    excluded = [(start + timedelta(days=first), start + timedelta(days=first + length)) for first, length in ranges]
    due = due_date(start, Term(amount, unit), CN, excluded=excluded)
    assert due.legal == crossed_off(start, Term(amount, unit), excluded)
    counted = [one for one in days_of(due, CN) if one.n]
    assert [one.n for one in counted] == list(range(1, amount + 1))
    assert counted[-1].day == due.legal


@given(starts, st.integers(1, 90), st.integers(1, 30), offsets)
def test_an_extension_in_calendar_days_goes_on_counting(start, amount, days, ranges):
    excluded = [(start + timedelta(days=first), start + timedelta(days=first + length)) for first, length in ranges]
    due = due_date(start, Term(amount), CN, extended_by=days, excluded=excluded)
    assert due.legal == crossed_off(start, Term(amount), excluded, days)
    assert [one.n for one in days_of(due, CN) if one.n] == list(range(1, amount + days + 1))


@given(starts, st.integers(1, 60), st.sampled_from(Unit), offsets, st.randoms())
def test_the_order_of_the_ranges_and_days_told_twice_change_nothing(start, amount, unit, ranges, chance):
    excluded = [(start + timedelta(days=first), start + timedelta(days=first + length)) for first, length in ranges]
    again = [*excluded, *excluded]
    chance.shuffle(again)
    one, other = (due_date(start, Term(amount, unit), CN, excluded=some) for some in (excluded, again))
    assert (one.due, one.paused_by, one.excluded) == (other.due, other.paused_by, other.excluded)


@given(starts, st.integers(1, 60), st.sampled_from(Unit), st.sampled_from(Roll), offsets)
def test_the_days_shown_run_from_the_start_to_the_end_without_a_gap(start, amount, unit, roll, ranges):
    excluded = [(start + timedelta(days=first), start + timedelta(days=first + length)) for first, length in ranges]
    due = due_date(start, Term(amount, unit, roll), CN, excluded=excluded)
    shown = list(days_of(due, CN))
    assert shown[0].why is Why.START
    assert [one.day for one in shown] == [start + timedelta(days=n) for n in range(len(shown))]
    assert shown[-1].day == max(due.due, due.legal)
    assert all((one.n is None) == (one.why is not None) for one in shown)


def test_spring_festival_2024_day_by_day():
    due = due_date(date(2024, 2, 9), Term(5, Unit.WORKING_DAYS), CN)
    assert [(str(one.day)[5:], one.n or one.why) for one in days_of(due, CN)] == [
        ("02-09", "start"),
        *[(f"02-{day}", "off") for day in range(10, 18)],
        ("02-18", 1),
        ("02-19", 2),
        ("02-20", 3),
        ("02-21", 4),
        ("02-22", 5),
    ]


@pytest.mark.parametrize(
    ("ranges", "due", "paused_by"),
    [
        ([], "2026-03-17", 0),
        ([("2026-03-05", "2026-03-09")], "2026-03-21", 4),
        ([("2026-03-05", "2026-03-09"), ("2026-03-07", "2026-03-11")], "2026-03-23", 6),
        ([("2026-03-05", "2026-03-09"), ("2026-03-09", "2026-03-10")], "2026-03-22", 5),
        ([("2026-02-01", "2026-03-04")], "2026-03-18", 1),
        ([("2026-03-18", "2026-03-30")], "2026-03-17", 0),
        ([("2026-03-17", "2026-03-18"), ("2026-03-18", "2026-03-19")], "2026-03-19", 2),
        ([("2026-03-09", "2026-03-05")], "2026-03-17", 0),
    ],
)
def test_fifteen_days_from_2_march_2026_without_some(ranges, due, paused_by):
    excluded = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in ranges]
    found = due_date(date(2026, 3, 2), Term(15), CN, excluded=excluded)
    assert (str(found.due), found.paused_by) == (due, paused_by)


def test_a_rolled_end_is_shown_as_rolled():
    due = due_date(date(2026, 2, 6), Term(15, roll=Roll.NEXT_WORKDAY), CN)
    rolled = [one.day for one in days_of(due, CN) if one.why is Why.ROLLED]
    assert rolled == [due.legal + n * ONE_DAY for n in range(1, (due.due - due.legal).days + 1)]
