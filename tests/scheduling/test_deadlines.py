"""Time limits: worked examples, and the laws of counting, extending, pausing and reminding.

``SEED`` draws the days that are counted one by one, ``DATES`` says how many.
"""

import os
import random
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scheduling.deadlines import Roll, Term, Unit, due_date, extended, paused
from tests.scheduling.worlds import CN, ONE_DAY

starts = st.dates(date(2006, 1, 1), date(2026, 1, 1))
amounts = st.integers(1, 90)
SIXTY, FIVE = Term(60, article="34"), Term(5, Unit.WORKING_DAYS, article="23(3)")


@pytest.mark.parametrize(
    ("start", "term", "due"),
    [
        (date(2023, 10, 1), SIXTY, date(2023, 11, 30)),
        (date(2024, 2, 9), FIVE, date(2024, 2, 22)),  # Spring Festival 10 to 17 February; Sunday the 18th is worked
        (date(2026, 2, 13), Term(15), date(2026, 2, 28)),
        (date(2026, 1, 1), Term(30), date(2026, 1, 31)),
        (date(2024, 2, 1), Term(30), date(2024, 3, 2)),
    ],
)
def test_worked_examples(start, term, due):
    assert due_date(start, term, CN).due == due


@pytest.mark.parametrize(
    ("start", "term", "due"),
    [
        (date(2024, 2, 28), Term(1), date(2024, 2, 29)),
        (date(2023, 2, 28), Term(1), date(2023, 3, 1)),
        (date(2024, 2, 29), SIXTY, date(2024, 4, 29)),
        (date(2024, 1, 31), Term(30), date(2024, 3, 1)),
        (date(2023, 1, 31), Term(30), date(2023, 3, 2)),
        (date(2023, 12, 31), SIXTY, date(2024, 2, 29)),
        (date(2024, 12, 31), SIXTY, date(2025, 3, 1)),
        (date(2022, 12, 30), FIVE, date(2023, 1, 9)),  # a Friday; New Year is kept until Monday the 2nd
    ],
)
def test_f19_leap_days_and_the_ends_of_months_and_years(start, term, due):
    assert due_date(start, term, CN).due == due


def test_f19_random_days_counted_one_by_one():
    """A slow count that knows nothing but which days are worked."""
    chance = random.Random(int(os.environ.get("SEED", "1")))
    first = date(2005, 1, 1)
    for _n in range(int(os.environ.get("DATES", "2000"))):
        start = first + timedelta(days=chance.randrange(21 * 365))
        term = Term(chance.randint(1, 90), chance.choice(list(Unit)), chance.choice(list(Roll)))
        day, left = start, term.amount
        while left:
            day += ONE_DAY
            left -= term.unit is Unit.DAYS or CN.is_workday(day)
        legal = day
        step = {Roll.NONE: 0, Roll.NEXT_WORKDAY: 1, Roll.PREVIOUS_WORKDAY: -1}[term.roll]
        while step and not CN.is_workday(day):
            day += step * ONE_DAY
        found = due_date(start, term, CN)
        assert (found.legal, found.due) == (legal, day), (start, term)


def test_a_case_of_sixty_days_extended_by_thirty():
    due = due_date(date(2023, 10, 1), SIXTY, CN)
    assert extended(due, 30, decided_on=date(2023, 11, 30), calendar=CN).due == date(2023, 12, 30)


@pytest.mark.parametrize(
    ("roll", "due"),
    [(Roll.NONE, date(2026, 2, 21)), (Roll.NEXT_WORKDAY, date(2026, 2, 24)), (Roll.PREVIOUS_WORKDAY, date(2026, 2, 14))],
)
def test_a_last_day_within_spring_festival(roll, due):
    found = due_date(date(2026, 2, 6), Term(15, roll=roll), CN)
    assert (found.legal, found.due, found.target) == (date(2026, 2, 21), due, date(2026, 2, 14))


def test_an_extension_is_granted_once_in_time_and_for_at_most_thirty_days():
    due = due_date(date(2023, 10, 1), SIXTY, CN)
    with pytest.raises(ValueError, match="extended once"):
        extended(extended(due, 10, decided_on=date(2023, 11, 1), calendar=CN), 10, decided_on=date(2023, 11, 2), calendar=CN)
    for days in (0, 31, -1):
        with pytest.raises(ValueError, match="1 to 30 days"):
            extended(due, days, decided_on=date(2023, 11, 1), calendar=CN)
    for late in (date(2023, 12, 1), date(2023, 9, 30)):
        with pytest.raises(ValueError, match="is decided from"):
            extended(due, 30, decided_on=late, calendar=CN)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "words"),
    [
        (date(2023, 11, 5), date(2023, 11, 5), "has no days"),
        (date(2023, 10, 1), date(2023, 10, 9), "begins after"),
        (date(2023, 12, 1), date(2023, 12, 9), "begins after"),
    ],
)
def test_a_pause_lies_within_the_term(starts_on, ends_on, words):
    with pytest.raises(ValueError, match=words):
        paused(due_date(date(2023, 10, 1), SIXTY, CN), starts_on, ends_on, calendar=CN)


def test_a_term_of_no_days_is_none():
    with pytest.raises(ValueError, match="is none"):
        Term(0)


@given(starts, amounts)
def test_calendar_days_are_days_after_the_start(start, amount):
    assert due_date(start, Term(amount), CN).legal - start == timedelta(days=amount)


@given(starts, st.integers(1, 30))
def test_working_days_are_counted_from_the_day_after(start, amount):
    due = due_date(start, Term(amount, Unit.WORKING_DAYS), CN)
    assert CN.workdays_between(start + ONE_DAY, due.legal + ONE_DAY) == amount
    assert CN.is_workday(due.legal)


@given(starts, amounts, st.sampled_from(Roll))
def test_the_target_is_a_workday_within_the_term_and_the_roll_lands_on_one(start, amount, roll):
    due = due_date(start, Term(amount, roll=roll), CN)
    assert due.target <= due.legal
    assert CN.is_workday(due.target)
    assert roll is Roll.NONE or CN.is_workday(due.due)
    assert (due.due < due.legal) <= (roll is Roll.PREVIOUS_WORKDAY)


@given(starts, amounts, amounts)
def test_a_longer_term_never_ends_sooner(start, one, other):
    short, long = sorted((one, other))
    for unit in Unit:
        assert due_date(start, Term(short, unit), CN).due <= due_date(start, Term(long, unit), CN).due


@given(starts, amounts, st.integers(1, 30), st.data())
def test_an_extension_adds_its_days_to_the_legal_end(start, amount, days, data):
    due = due_date(start, Term(amount), CN)
    longer = extended(due, days, decided_on=data.draw(st.dates(start, due.legal)), calendar=CN)
    assert (longer.legal - due.legal, longer.extended_by) == (timedelta(days=days), days)


@given(starts, amounts, st.integers(0, 89), st.integers(1, 40))
def test_a_pause_moves_the_end_by_its_days_and_survives_an_extension(start, amount, after, length):
    assume(after < amount)
    due = due_date(start, Term(amount), CN)
    begins = start + timedelta(days=after + 1)
    later = paused(due, begins, begins + timedelta(days=length), calendar=CN)
    assert later.legal - due.legal == timedelta(days=length)
    assert extended(later, 5, decided_on=later.legal, calendar=CN).legal - due.legal == timedelta(days=length + 5)
