"""Who received how often: in person, by a substitute, for others; over the days on which the holder could have come."""

from datetime import date

import pytest

from reception import fairness, scope
from reception.models import Absence, Leader, Post, ReceptionDay, Sitting, Substitution
from tests.reception import builders
from tests.reception.builders import NOW


@pytest.fixture
def bureau(office):
    with scope.county(office.county):
        yield office


def rows(table):
    return {row.post.code: (row.turns, row.own, row.given_away, row.stood_in, row.available) for row in table.rows}


def test_a_year_in_turn_is_even(bureau):
    main, others = fairness.of_year(2026)
    assert rows(main) == {"P1": (6, 6, 0, 0, 12), "P2": (6, 6, 0, 0, 12)}
    assert (main.rotation, main.difference, main.days) == ("党政主要领导", 0, 12)
    assert {row.ratio for row in others.rows} == {3 / 12}
    assert main.rows[0].holders == "县委书记甲"


def test_a_substitution_moves_the_turn_and_is_told_on_both_sides(bureau):
    sitting = Sitting.objects.get(day__day="2026-03-16", rotation__code="R1")
    other = "P2" if sitting.post.code == "P1" else "P1"
    post = Post.objects.get(code=other)
    leader = Leader.objects.get(code=f"L{other[1]}")
    said = {"reason": "meeting", "requested_by": bureau.clerk, "requested_at": NOW, "coordinators": "科长"}
    Substitution.objects.create(sitting=sitting, post=post, leader=leader, state="in_force", **said)
    main, _others = fairness.of_year(2026)
    assert rows(main)[sitting.post.code] == (5, 5, 1, 0, 12)
    assert rows(main)[other] == (7, 6, 0, 1, 12)
    assert main.difference == pytest.approx(2 / 12)


def test_a_substitution_that_is_not_in_force_counts_nothing(bureau):
    sitting = Sitting.objects.get(day__day="2026-03-16", rotation__code="R1")
    Substitution.objects.create(sitting=sitting, reason="meeting", requested_by=bureau.clerk, requested_at=NOW)
    assert {row[2:4] for row in rows(fairness.of_year(2026)[0]).values()} == {(0, 0)}


def test_days_away_are_not_days_available_and_cancelled_days_are_nobodys(bureau):
    Absence.objects.create(
        leader=Leader.objects.get(code="L1"),
        starts_on=date(2026, 3, 1),
        ends_on=date(2026, 5, 1),
        kind="leave",
        recorded_by=bureau.clerk,
        recorded_at=NOW,
    )
    ReceptionDay.objects.filter(day="2026-12-15").update(state="cancelled")
    main, _others = fairness.of_year(2026)
    assert main.days == 11
    assert [row.available for row in main.rows] == [9, 11]
    assert sum(row.turns for row in main.rows) == 11


def test_all_on_record_ends_before_a_day(bureau):
    main, _others = fairness.of_all(before=date(2026, 3, 16))
    assert (main.days, sum(row.turns for row in main.rows)) == (2, 2)
    assert fairness.of_all(before=date(2026, 1, 15)) == fairness.of_year(2031) == []


def test_another_county_is_not_counted(bureau):
    other = builders.bureau("linhe")
    with scope.county(other.county):
        assert fairness.of_year(2026) == []
