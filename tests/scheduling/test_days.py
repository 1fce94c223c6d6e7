"""The reception day: the nominal day or the next working day, with the reasons."""

from datetime import date, timedelta
from itertools import pairwise

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.calendar import Confirmation, Row, WorkCalendar, YearStatus
from scheduling.days import DayRule, Month, months, reception_date, reception_day
from tests.scheduling import worlds
from tests.scheduling.worlds import CN, ONE_DAY

rules = st.builds(DayRule, st.integers(1, 31))


@pytest.mark.parametrize(
    ("month", "day"),
    [
        ("2026-01", "2026-01-15"),
        ("2026-02", "2026-02-24"),  # a Sunday, then Spring Festival to the 23rd
        ("2026-03", "2026-03-16"),
        ("2026-08", "2026-08-17"),
        ("2026-11", "2026-11-16"),
        ("2024-02", "2024-02-18"),  # a make-up Sunday after Spring Festival
        ("2024-09", "2024-09-18"),  # Mid-Autumn Festival, 15 to 17 September
    ],
)
def test_known_reception_days(month, day):
    assert reception_date(Month.parse(month), DayRule(), CN) == date.fromisoformat(day)


def test_every_month_agrees_with_the_oracle():
    for month in months(Month(2004, 1), Month(2026, 12)):
        day = date(month.year, month.month, 15)
        while not chinese_calendar.is_workday(day):
            day += ONE_DAY
        assert reception_date(month, DayRule(), CN) == day, month


@given(worlds.months.filter(lambda month: (month.year, month.month) < (2026, 12)), rules)
def test_the_day_is_the_first_working_day_not_before_the_nominal(month, rule):
    found = reception_day(month, rule, CN)
    assert found.day >= found.nominal
    assert [fact.works for fact in found.reasons] == [False] * (len(found.reasons) - 1) + [True]


@given(worlds.months.filter(lambda month: (month.year, month.month) < (2026, 12)), rules)
def test_the_reasons_are_every_day_from_the_nominal_to_the_reception_day(month, rule):
    found = reception_day(month, rule, CN)
    looked_at = [fact.day for fact in found.reasons]
    assert (looked_at[0], looked_at[-1]) == (found.nominal, found.day)
    assert all(after - before == ONE_DAY for before, after in pairwise(looked_at))


@given(worlds.months.filter(lambda month: (month.year, month.month) < (2026, 12)), rules)
def test_the_bare_day_is_the_day_of_the_trace(month, rule):
    assert reception_date(month, rule, CN) == reception_day(month, rule, CN).day


@given(worlds.months, rules)
def test_the_nominal_day_is_in_its_month_and_is_the_last_where_the_month_is_short(month, rule):
    nominal = rule.nominal(month)
    assert (nominal.year, nominal.month) == (month.year, month.month)
    assert nominal.day == rule.nominal_day or (nominal + ONE_DAY).day == 1


@given(st.integers(1, 12), st.integers(1, 31))
def test_closing_the_day_found_moves_it_later(month, nominal_day):
    rule, month = DayRule(nominal_day), Month(2024, month)
    day = reception_date(month, rule, CN)
    closed = WorkCalendar(rows=[Row(day, False, "停电", "power cut", "县通知")])
    assert reception_date(month, rule, closed) > day


@given(worlds.months, st.integers(0, 300))
def test_months_run_without_a_gap(first, length):
    last = first
    for _ in range(length):
        last = last.next()
    run = list(months(first, last))
    assert len(run) == length + 1 == (last.year - first.year) * 12 + last.month - first.month + 1
    assert all(after == before.next() for before, after in pairwise(run))


@given(worlds.months)
def test_a_month_reads_back_what_it_writes(month):
    assert Month.parse(str(month)) == month


def test_a_day_is_provisional_while_a_year_it_was_looked_for_in_is():
    assert reception_day(Month(2026, 12), DayRule(), CN).status is YearStatus.CONFIRMED
    assert reception_day(Month(2027, 1), DayRule(), CN).status is YearStatus.PROVISIONAL
    # From 31 December 2022 the search runs into 2023; both years have their notice.
    confirmed = WorkCalendar(confirmations=[Confirmation(2027, "国办发明电〔2026〕1号")])
    assert reception_day(Month(2027, 1), DayRule(), confirmed).status is YearStatus.CONFIRMED
    over = reception_day(Month(2026, 12), DayRule(31), WorkCalendar(rows=[Row(date(2026, 12, 31), False, "", "", "县通知")]))
    assert (over.day.year, over.status) == (2027, YearStatus.PROVISIONAL)


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-00", "26-01", "2026-1", "2026/01", "", "二〇二六-01", "2026-01-01", " 2026-01", "２０２６-01"]
)
def test_a_text_that_is_not_a_month_is_refused(text):
    with pytest.raises(ValueError, match="is not a month"):
        Month.parse(text)


@pytest.mark.parametrize("day", [0, 32, -1])
def test_a_nominal_day_that_no_month_has_is_refused(day):
    with pytest.raises(ValueError, match="is not a day of a month"):
        DayRule(day)


def test_months_in_reverse_are_refused():
    with pytest.raises(ValueError, match="comes before"):
        list(months(Month(2026, 2), Month(2026, 1)))


def test_the_last_month_of_the_calendar_may_have_no_day():
    rows = [Row(date(2100, 12, 15) + timedelta(days=n), False, "", "", "县通知") for n in range(17)]
    with pytest.raises(ValueError, match="no working day follows"):
        reception_date(Month(2100, 12), DayRule(), WorkCalendar(rows=rows))
