"""Months, quarters and years, against the calendar told day by day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling import periods
from scheduling.periods import Length

DAYS = st.dates(date(2001, 1, 1), date(2198, 12, 31))
LENGTHS = st.sampled_from(list(Length))


def alike(length, day):
    """What all days of one period have in common, told apart from the code."""
    quarter = {1: 1, 2: 1, 3: 1, 4: 2, 5: 2, 6: 2, 7: 3, 8: 3, 9: 3, 10: 4, 11: 4, 12: 4}[day.month]
    return {Length.MONTH: (day.year, day.month), Length.QUARTER: (day.year, quarter), Length.YEAR: day.year}[length]


@given(DAYS, LENGTHS)
def test_a_period_is_the_days_that_are_alike(day, length):
    period = periods.around(day, length)
    one = period.first
    assert day in period
    assert alike(length, one - timedelta(days=1)) != alike(length, one)
    while one < period.after:
        assert alike(length, one) == alike(length, day)
        one += timedelta(days=1)
    assert alike(length, one) != alike(length, day)
    assert period.before.after == period.first
    assert period.next.first == period.after
    assert periods.parse(period.key) == period


@pytest.mark.parametrize(
    ("key", "first", "after"),
    [
        ("2026", date(2026, 1, 1), date(2027, 1, 1)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 4, 1)),
        ("2026-Q4", date(2026, 10, 1), date(2027, 1, 1)),
        ("2026-12", date(2026, 12, 1), date(2027, 1, 1)),
    ],
)
def test_what_a_key_names(key, first, after):
    period = periods.parse(key)
    assert (period.first, period.after, period.key) == (first, after, key)


@pytest.mark.parametrize(
    "key", ["", "26", "2026-Q5", "2026-13", "2026-00", "2026-1", "2026-07-01", "1999", "2200", "２０２６", "2026\n"]
)
def test_what_names_none(key):
    with pytest.raises(ValueError, match=r"."):
        periods.parse(key or " ")


def test_the_last_months_in_order():
    assert [one.key for one in periods.months_until(date(2026, 2, 28), 4)] == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert periods.parse("2026-05").of_length(Length.QUARTER).key == "2026-Q2"
