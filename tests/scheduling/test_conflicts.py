"""What does not fit: each kind planted alone and found alone."""

from datetime import date, time

import pytest

from scheduling.calendar import Row, WorkCalendar
from scheduling.conflicts import (
    DayMoved,
    HolderChanged,
    LeaderAway,
    NobodyAvailable,
    NotAWorkday,
    NoTurn,
    ProvisionalYear,
    RosterDay,
    RosterSitting,
    SittingTwice,
    find_conflicts,
)
from scheduling.days import DayRule, Month
from scheduling.rotation import Away, Holding
from tests.scheduling.worlds import CN

JAN, MAR = date(2026, 1, 15), date(2026, 3, 16)
EIGHT, TEN, NOON = time(8), time(10), time(12)
HELD = [Holding("书记", "甲", date(2020, 1, 1)), Holding("县长", "乙", date(2020, 1, 1))]
AWAY = Away("甲", date(2026, 1, 10), date(2026, 1, 20), "leave")


def seat(day=JAN, rotation="R1", post="书记", person="甲", starts=EIGHT, ends=TEN):
    return RosterSitting(day, rotation, post, person, starts, ends)


def found(days, seats, *, calendar=CN, holdings=HELD, away=(), rotations=None):
    return find_conflicts(days, seats, rule=DayRule(), calendar=calendar, holdings=holdings, away=away, rotations=rotations or {})


DAY = RosterDay(JAN, Month(2026, 1), settled=True)


def test_what_fits_says_nothing():
    assert found([DAY], [seat()], rotations={"R1": ["书记"]}) == ()


@pytest.mark.parametrize(
    ("days", "seats", "facts", "conflict"),
    [
        ([DAY], [seat(post=None, person=None)], {}, NobodyAvailable(JAN, "R1")),
        ([DAY], [seat()], {"away": [AWAY]}, LeaderAway(JAN, "R1", "甲", AWAY)),
        ([DAY], [seat(person="丙")], {}, HolderChanged(JAN, "R1", "书记", "丙", "甲")),
        ([DAY], [seat(post="副县长", person="丙")], {}, HolderChanged(JAN, "R1", "副县长", "丙", None)),
        ([RosterDay(date(2026, 3, 15), Month(2026, 3), settled=False)], [], {}, DayMoved(date(2026, 3, 15), Month(2026, 3), MAR)),
        ([RosterDay(date(2026, 2, 21), None, settled=False)], [], {}, NotAWorkday(date(2026, 2, 21))),
        ([RosterDay(date(2027, 1, 15), Month(2027, 1), settled=False)], [], {}, ProvisionalYear(date(2027, 1, 15), 2027)),
        ([DAY], [seat()], {"rotations": {"R1": ["书记", "县长"]}}, NoTurn(JAN, "R1", "县长")),
    ],
)
def test_each_kind_is_found_alone(days, seats, facts, conflict):
    assert found(days, seats, **facts) == (conflict,)


@pytest.mark.parametrize(("starts", "count"), [(EIGHT, 1), (time(9, 59), 1), (TEN, 0)])
def test_two_sittings_overlap_only_when_they_share_a_minute(starts, count):
    two = found([DAY], [seat(), seat(rotation="R2", starts=starts, ends=NOON)])
    assert [type(conflict) for conflict in two] == [SittingTwice] * count


def test_a_holiday_entered_later_moves_the_day():
    closed = WorkCalendar(rows=[Row(JAN, False, "停电", "", "县通知")])
    assert found([DAY], [seat()], calendar=closed) == (DayMoved(JAN, Month(2026, 1), date(2026, 1, 16)),)


def test_a_post_without_a_holder_is_not_missed_in_the_year():
    assert found([DAY], [seat()], rotations={"R1": ["书记", "副县长"]}) == ()
