"""Dates of the law, computed: the first day is not counted, calendar days are calendar days; and the county's own rows over them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions import terms
from petitions.models import Limit
from reception import scope
from scheduling.calendar import WorkCalendar
from scheduling.deadlines import Roll, Term, Unit, due_date
from tests.reception import builders

CN = WorkCalendar()


@pytest.mark.parametrize(
    ("kind", "started", "due", "target"),
    [
        # A published example says 2023-12-01 and is wrong by a day: the 60th day after 1 October is 30 November.
        ("D5", "2023-10-01", "2023-11-30", "2023-11-30"),
        # Received on a Friday before Spring Festival: five working days, one of them a Sunday that is worked.
        ("D4", "2024-02-09", "2024-02-22", "2024-02-22"),
        ("D1", "2026-02-24", "2026-03-11", "2026-03-11"),
        # Over the national holiday: the legal day stays on 1 October 2025, the office aims at 30 September.
        ("D1", "2025-09-16", "2025-10-01", "2025-09-30"),
        # Over a month of 28 days, and one of 29.
        ("D1", "2026-02-15", "2026-03-02", "2026-03-02"),
        ("D1", "2024-02-15", "2024-03-01", "2024-03-01"),
        ("D1", "2025-12-20", "2026-01-04", "2026-01-04"),
        ("D2", "2026-03-02", "2026-03-17", "2026-03-17"),
        ("D3", "2026-03-02", "2026-03-17", "2026-03-17"),
        ("D4", "2026-03-02", "2026-03-09", "2026-03-09"),
        # A right that would end on 3 October, within the holiday to the 8th, ends on the 9th.
        ("D7", "2025-09-03", "2025-10-09", "2025-09-30"),
        ("D8", "2025-09-03", "2025-10-03", "2025-09-30"),
        ("D9", "2025-09-03", "2025-10-09", "2025-09-30"),
        ("D10", "2025-09-03", "2025-10-03", "2025-09-30"),
        ("D12", "2026-03-04", "2026-03-18", "2026-03-18"),
        ("D13", "2026-03-02", "2026-03-06", "2026-03-06"),
        ("D14", "2026-03-02", "2026-04-01", "2026-04-01"),
        ("L6", "2026-02-24", "2026-04-25", "2026-04-24"),
    ],
)
def test_vectors(kind, started, due, target):
    found = due_date(date.fromisoformat(started), terms.TERMS[kind], CN)
    assert (str(found.due), str(found.target)) == (due, target)


# Written down from the law, not from the code: days or working days, and whether a last day on a holiday rolls forward.
LAW = {
    **dict.fromkeys(("D1", "D2", "D3"), (15, False, False)),
    "D4": (5, True, False),
    "D5": (60, False, False),
    "D6": (30, False, False),
    "D7": (30, False, True),
    "D8": (30, False, False),
    "D9": (30, False, True),
    "D10": (30, False, False),
    "D12": (10, True, False),
    "D13": (4, False, False),
    "D14": (30, False, False),
    "L6": (60, False, False),
}


def test_every_clock_of_the_law_is_there():
    assert set(LAW) == set(terms.TERMS)
    assert all(term.article for term in terms.TERMS.values())


@given(st.dates(date(2006, 1, 1), date(2026, 6, 30)), st.sampled_from(sorted(LAW)))
def test_the_last_day_is_found_by_walking_day_by_day(day, kind):
    amount, working, rolls = LAW[kind]
    walked, left = day, amount
    while left:
        walked += timedelta(days=1)
        left -= not working or CN.is_workday(walked)
    legal = walked
    while rolls and not CN.is_workday(walked):
        walked += timedelta(days=1)
    target = legal
    while not CN.is_workday(target):
        target -= timedelta(days=1)
    found = due_date(day, terms.TERMS[kind], CN)
    assert (found.legal, found.due, found.target) == (legal, walked, target)


@pytest.fixture
def office(db):
    return builders.bureau()


def row(office, kind, amount, valid_from, *, approved=True, **more):
    at = datetime(2026, 1, 10, tzinfo=UTC)
    decided = {"decided_by": office.chief, "decided_at": at, "is_approved": True} if approved else {}
    parts = {"unit": "days", "roll": "none", "article": "县规第一条", "reason": "试行", "proposed_by": office.clerk}
    return Limit.objects.create(kind=kind, amount=amount, valid_from=valid_from, proposed_at=at, **{**parts, **decided, **more})


def test_without_rows_the_law_counts(office):
    with scope.county(office.county):
        for kind in terms.TERMS:
            found = terms.in_force(kind, date(2026, 3, 1))
            assert (found.term, found.rule, found.row) == (terms.TERMS[kind], "2022-05-01/1", None)
            assert found.is_confirmed == (kind not in ("D2", "D13", "D14", "L6"))


def test_the_latest_row_that_is_valid_on_the_day_counts(office):
    with scope.county(office.county):
        first = row(office, "D1", 10, date(2026, 3, 1))
        second = row(office, "D1", 7, date(2026, 6, 1), unit=Unit.WORKING_DAYS, roll=Roll.NONE)
        row(office, "D1", 1, date(2026, 2, 1), approved=False)
        row(office, "D3", 9, date(2026, 2, 1))
        found = {
            str(on): (terms.in_force("D1", on).term.amount, terms.in_force("D1", on).rule)
            for on in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 5, 31), date(2026, 6, 1))
        }
        assert found == {
            "2026-02-28": (15, "2022-05-01/1"),
            "2026-03-01": (10, f"2026-03-01/limit {first.pk}"),
            "2026-05-31": (10, f"2026-03-01/limit {first.pk}"),
            "2026-06-01": (7, f"2026-06-01/limit {second.pk}"),
        }
        assert terms.in_force("D1", date(2026, 6, 1)).term == Term(7, Unit.WORKING_DAYS, Roll.NONE, "县规第一条")
        assert str(terms.due("D1", date(2026, 3, 2), CN).due) == "2026-03-12"
        assert str(terms.latest_for_task(date(2026, 2, 24), CN).due) == "2026-04-25"


def test_rows_of_another_county_do_not_count(office):
    other = builders.bureau("linhe")
    with scope.county(other.county):
        row(other, "D1", 3, date(2026, 1, 1))
    with scope.county(office.county):
        assert terms.in_force("D1", date(2026, 3, 1)).term.amount == 15
