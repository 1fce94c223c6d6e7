"""The working calendar: known days, an independent oracle over every day it knows, and the laws of counting."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.calendar import CalendarConflict, Confirmation, DayKind, Row, WorkCalendar, YearStatus
from tests.scheduling.worlds import CN, ONE_DAY, calendars, days

counts = st.integers(0, 60)
in_2024 = st.dates(date(2024, 1, 1), date(2024, 12, 31))


@pytest.mark.parametrize(
    ("day", "kind", "name"),
    [
        (date(2026, 2, 13), DayKind.WORKING, ""),
        (date(2026, 2, 14), DayKind.MAKEUP, "调休上班"),
        (date(2026, 2, 15), DayKind.HOLIDAY, "春节"),
        (date(2026, 2, 23), DayKind.HOLIDAY, "春节"),
        (date(2026, 2, 24), DayKind.WORKING, ""),
        (date(2026, 2, 28), DayKind.MAKEUP, "调休上班"),
        (date(2024, 2, 9), DayKind.WORKING, ""),
        (date(2024, 2, 18), DayKind.MAKEUP, "调休上班"),
        (date(2025, 10, 6), DayKind.HOLIDAY, "中秋节"),
        (date(2026, 3, 14), DayKind.WEEKEND, ""),
    ],
)
def test_known_days(day, kind, name):
    fact = CN.fact(day)
    assert (fact.kind, fact.name if kind is not DayKind.HOLIDAY else fact.name[: len(name)]) == (kind, name) or (
        # A weekend inside a holiday may be named either way by the arrangement; it is off all the same.
        kind is DayKind.HOLIDAY and fact.kind is DayKind.WEEKEND and day.weekday() >= 5
    )


def test_every_day_agrees_with_the_oracle():
    day, last, disagreements = date(2004, 1, 1), date(2026, 12, 31), []
    while day <= last:
        if CN.is_workday(day) != chinese_calendar.is_workday(day):
            disagreements.append(day)
        day += ONE_DAY
    # The notice for 2006 made the Saturday 31 December 2005 a working day; the oracle has it off.
    assert disagreements == [date(2005, 12, 31)]


def test_a_year_is_confirmed_by_its_notice_or_by_the_office():
    assert CN.year_status(2026) is YearStatus.CONFIRMED
    assert CN.year_document(2026) == "国务院办公厅关于2026年部分节假日安排的通知"
    assert CN.year_status(2027) is YearStatus.PROVISIONAL
    assert CN.year_document(2027) == ""
    own = WorkCalendar(confirmations=[Confirmation(2027, "国办发明电〔2026〕1号")])
    assert (own.year_status(2027), own.year_document(2027)) == (YearStatus.CONFIRMED, "国办发明电〔2026〕1号")


def test_a_country_with_a_statute_for_every_year_is_always_confirmed():
    assert WorkCalendar(country="DE").year_status(2031) is YearStatus.CONFIRMED


def test_the_higher_level_wins_and_one_level_may_not_contradict_itself():
    day = date(2024, 5, 15)
    country, county = Row(day, True, "上班", "worked", "国", 1), Row(day, False, "放假", "off", "县", 3)
    for rows in ([country, county], [county, country]):
        assert WorkCalendar(rows=rows).fact(day).document == "县"
    with pytest.raises(CalendarConflict, match="2024-05-15"):
        WorkCalendar(rows=[county, Row(day, True, "上班", "worked", "县另一文", 3)])


@pytest.mark.parametrize("country", ["XX", "", "cn "])
def test_an_unknown_country_is_refused(country):
    with pytest.raises(ValueError, match="no holiday calendar is known"):
        WorkCalendar(country=country)


@pytest.mark.parametrize("day", [date(2000, 12, 31), date(2101, 1, 1), date.max, date.min])
def test_a_day_outside_the_calendar_is_refused(day):
    with pytest.raises(ValueError, match="reaches from 2001 to 2100"):
        CN.is_workday(day)


@given(days)
def test_the_next_workday_is_the_first_not_before(day):
    found = CN.next_workday(day)
    assert found >= day
    assert CN.is_workday(found)
    assert not any(CN.is_workday(day + timedelta(days=n)) for n in range((found - day).days))


@given(days)
def test_the_previous_workday_mirrors_the_next(day):
    found = CN.previous_workday(day)
    assert CN.is_workday(found)
    assert CN.next_workday(found + ONE_DAY) == CN.next_workday(day) or found == day


@given(days, days)
def test_the_next_workday_never_overtakes(one, other):
    early, late = sorted((one, other))
    assert CN.next_workday(early) <= CN.next_workday(late)


@given(calendars(), in_2024, counts)
def test_adding_and_counting_working_days_agree(calendar, day, count):
    added = calendar.add_workdays(day, count)
    assert calendar.workdays_between(day + ONE_DAY, added + ONE_DAY) == count


@given(calendars(), in_2024, st.integers(1, 60))
def test_taking_back_what_was_added_leads_to_a_workday_not_after_the_start(calendar, day, count):
    back = calendar.add_workdays(calendar.add_workdays(day, count), -count)
    assert back == calendar.previous_workday(day)


@given(calendars(), in_2024, in_2024, in_2024)
def test_counts_add_up_and_turn_their_sign(calendar, a, b, c):
    assert calendar.workdays_between(a, b) + calendar.workdays_between(b, c) == calendar.workdays_between(a, c)
    assert calendar.workdays_between(a, b) == -calendar.workdays_between(b, a)


@given(calendars(), in_2024)
def test_a_fact_and_the_answer_agree(calendar, day):
    assert calendar.fact(day).works == calendar.is_workday(day)


@given(in_2024, st.booleans())
def test_a_row_makes_the_day_what_it_says_and_no_other_day(day, works):
    calendar = WorkCalendar(rows=[Row(day, works, "调整", "changed", "县通知")])
    assert (calendar.is_workday(day), calendar.fact(day).document) == (works, "县通知")
    other = day + ONE_DAY
    assert calendar.fact(other) == CN.fact(other)


@given(st.lists(st.dates(date(2024, 1, 1), date(2024, 12, 31)), unique=True, max_size=6), st.randoms())
def test_the_fingerprint_does_not_depend_on_the_order_of_rows_but_on_what_they_say(days, random):
    rows = [Row(day, True, "调整", "changed", "县通知") for day in days]
    shuffled = rows[:]
    random.shuffle(shuffled)
    assert WorkCalendar(rows=rows).digest == WorkCalendar(rows=shuffled).digest
    changed = (
        [*rows[:-1], Row(rows[-1].day, False, "调整", "changed", "县通知")] if rows else [Row(date(2024, 1, 2), False, "", "", "")]
    )
    assert WorkCalendar(rows=changed).digest != WorkCalendar(rows=rows).digest
