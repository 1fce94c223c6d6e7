"""Dates of the law, computed: the first day is not counted, calendar days are calendar days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions import terms
from scheduling.calendar import WorkCalendar

CN = WorkCalendar()


@pytest.mark.parametrize(
    ("kind", "started", "due", "target"),
    [
        # A published example says 2023-12-01 and is wrong by a day: the 60th day after 1 October is 30 November.
        ("D5", "2023-10-01", "2023-11-30", "2023-11-30"),
        ("D1", "2026-02-24", "2026-03-11", "2026-03-11"),
        # Over the national holiday: the legal day stays on 1 October 2025, the office aims at 30 September.
        ("D1", "2025-09-16", "2025-10-01", "2025-09-30"),
        # Over a month of 28 days, and one of 29.
        ("D1", "2026-02-15", "2026-03-02", "2026-03-02"),
        ("D1", "2024-02-15", "2024-03-01", "2024-03-01"),
        ("D1", "2025-12-20", "2026-01-04", "2026-01-04"),
    ],
)
def test_vectors(kind, started, due, target):
    found = terms.due(kind, date.fromisoformat(started), CN)
    assert (str(found.due), str(found.legal), str(found.target)) == (due, due, target)


@given(st.dates(date(2020, 1, 1), date(2026, 6, 30)), st.sampled_from(sorted(terms.TERMS)))
def test_the_last_day_is_so_many_days_after_the_start_and_the_target_is_worked_and_never_later(day, kind):
    found = terms.due(kind, day, CN)
    assert found.due == day + timedelta(days=found.term.amount)
    assert found.target <= found.due
    assert CN.is_workday(found.target)
    between = (found.target + timedelta(days=n) for n in range(1, (found.due - found.target).days + 1))
    assert not any(CN.is_workday(day) for day in between)
