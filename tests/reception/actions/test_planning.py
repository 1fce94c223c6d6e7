"""Planning a county's year: the whole of what it does, what it leaves alone, and what it refuses."""

from datetime import date, timedelta

import pytest

from reception import scope
from reception.actions import planning
from reception.errors import Forbidden, Refused
from reception.models import Absence, DayState, Entry, Leader, ReceptionDay, Release, Rotation, Seat, Sitting, Tenure
from reception.roles import Role
from tests.reception import builders
from tests.reception.builders import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return builders.bureau()


def plan(office, year=2026, at=NOW):
    return planning.plan_year(county=office.county, year=year, by=office.clerk, at=at)


def roster(office):
    """Who receives, by day and rotation, in one comparable whole."""
    with scope.county(office.county):
        rows = Sitting.objects.select_related("day", "rotation", "post").order_by("day__day", "rotation__position")
        return [(str(s.day.day), s.rotation.code, s.post.code) for s in rows]


def test_a_year_is_planned_in_turn(office):
    plan(office)
    days = ["2026-01-15", "2026-02-24", "2026-03-16", "2026-04-15", "2026-05-15", "2026-06-15"]
    days += ["2026-07-15", "2026-08-17", "2026-09-15", "2026-10-15", "2026-11-16", "2026-12-15"]
    expected = []
    for number, day in enumerate(days):
        expected += [(day, "R1", ["P1", "P2"][number % 2]), (day, "R2", ["P3", "P4", "P5", "P6"][number % 4])]
    assert roster(office) == expected


def test_planning_twice_is_planning_once(office):
    first = plan(office)
    before = roster(office)
    with scope.county(office.county):
        journal = Entry.objects.count()
    second = plan(office, at=NOW + timedelta(hours=1))
    assert (len(first.changes), second.changes, roster(office)) == (36, (), before)
    with scope.county(office.county):
        assert Entry.objects.count() == journal


def test_an_absence_costs_nobody_their_place_and_its_reason_is_kept_for_staff(office):
    with scope.county(office.county):
        leader = Leader.objects.get(code="L1")
        Absence.objects.create(
            leader=leader,
            starts_on=date(2026, 1, 10),
            ends_on=date(2026, 1, 20),
            kind="leave",
            recorded_by=office.clerk,
            recorded_at=NOW,
        )
    plan(office)
    assert [post for _day, rotation, post in roster(office) if rotation == "R1"][:3] == ["P2", "P1", "P2"]
    with scope.county(office.county):
        turn = Sitting.objects.get(day__day="2026-01-15", rotation__code="R1").turn
    assert (turn["first_in_queue"], turn["passed_over"][0]["away"]) == (False, ["leave", "2026-01-10", "2026-01-20"])


def test_what_is_published_is_never_moved(office):
    builders.published(office)
    with scope.county(office.county):
        leader = Leader.objects.get(code="L1")
        Absence.objects.create(
            leader=leader,
            starts_on=date(2026, 1, 1),
            ends_on=date(2027, 1, 1),
            kind="leave",
            recorded_by=office.clerk,
            recorded_at=NOW,
        )
        Tenure.objects.filter(leader__code="L3").update(ends_on=date(2026, 2, 1))
    before = roster(office)
    assert plan(office).changes == ()
    assert roster(office) == before


def test_days_that_are_over_are_not_planned(office):
    plan(office, at=NOW.replace(month=6, day=20))
    assert {day for day, _rotation, _post in roster(office)} == {
        "2026-07-15",
        "2026-08-17",
        "2026-09-15",
        "2026-10-15",
        "2026-11-16",
        "2026-12-15",
    }


def test_a_year_without_a_notice_is_planned_as_provisional(office):
    plan(office, year=2027)
    with scope.county(office.county):
        assert set(ReceptionDay.objects.of_year(2027).values_list("status", flat=True)) == {"provisional"}


def test_a_seat_that_nobody_can_take_stays_empty_and_planning_on_is_possible(office):
    with scope.county(office.county):
        Tenure.objects.filter(post__code__in=["P1", "P2"]).update(ends_on=date(2026, 3, 1))
    plan(office)
    seats = roster(office)
    assert ("2026-03-16", "R2", "P5") in seats
    assert not [seat for seat in seats if seat[1] == "R1" and seat[0] > "2026-03-01"]


def test_the_journal_says_who_planned_what(office):
    plan(office)
    with scope.county(office.county):
        entry = Entry.objects.get()
    assert (entry.act, entry.object, entry.actor, len(entry.facts["changes"])) == ("roster.plan", "year 2026", "chenghe-clerk", 36)


def test_a_rotation_without_posts_is_refused_and_nothing_is_written(office):
    with scope.county(office.county):
        Seat.objects.filter(rotation__code="R2").delete()
    with pytest.raises(Refused, match="县级领导"):
        plan(office)
    assert roster(office) == []


def test_a_county_without_rotations_is_refused(office):
    with scope.county(office.county):
        Seat.objects.all().delete()
        Rotation.objects.all().delete()
    with pytest.raises(Refused, match="还没有轮值序列"):
        plan(office)


def test_a_year_beyond_the_calendar_is_refused(office):
    with pytest.raises(Refused, match="2101"):
        plan(office, year=2101)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.CLERK, Role.CHIEF, Role.COORDINATOR, Role.SYSTEM, Role.SECRETARY}))
def test_who_has_no_right_to_plan_is_told_who_has(office, role):
    person = builders.user("someone", office.county, role)
    with pytest.raises(Forbidden, match="信访局登记员、信访局局长、接访协调员"):
        planning.plan_year(county=office.county, year=2026, by=person, at=NOW)


def test_a_clerk_of_another_county_may_not_plan_here(office):
    other = builders.bureau("linhe")
    with pytest.raises(Forbidden):
        planning.plan_year(county=office.county, year=2026, by=other.clerk, at=NOW)


def test_a_role_that_ended_yesterday_permits_nothing_today(office):
    with scope.county(office.county):
        office.clerk.grants.update(ends_on=date(2026, 1, 9))
    with pytest.raises(Forbidden):
        plan(office)


def test_planning_one_county_leaves_the_other_alone(office):
    other = builders.bureau("linhe")
    plan(office)
    assert (roster(other), len(roster(office))) == ([], 24)
    with scope.county(other.county):
        assert not Release.objects.exists()
        assert not ReceptionDay.objects.exclude(state=DayState.PLANNED).exists()
