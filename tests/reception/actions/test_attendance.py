"""Departments that attend: chosen, told once, or work for the bureau; and days over are annotated."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from reception import scope
from reception.actions import attendance, releases
from reception.errors import Forbidden, Refused
from reception.models import Attendance, DayNote, Department, Entry, Message, ReceptionDay, RoleGrant
from reception.roles import Role
from tests.reception import builders
from tests.reception.actions.test_answers import DAY, sitting, system
from tests.reception.builders import NOW


@pytest.fixture
def office(standing):
    with scope.county(standing.county):
        for code in ("D02", "D03"):
            Department.objects.create(code=code, name=f"县{code}局", phone="0000-7")
    return standing


def officer(office, code, username="officer"):
    person = builders.user(username, office.county)
    with scope.county(office.county):
        department = Department.objects.get(code=code)
        RoleGrant.objects.create(user=person, role="officer", department=department, starts_on=date(2020, 1, 1))
    return person


def choose(office, *codes, by=None, at=NOW, day=DAY):
    row = sitting(office, day=day)
    with scope.county(office.county):
        departments = list(Department.objects.filter(code__in=codes))
        return attendance.choose(sitting=row, departments=departments, county=office.county, by=by or office.clerk, at=at)


def chosen(office):
    with scope.county(office.county):
        return sorted(Attendance.objects.values_list("department__code", flat=True))


def tell(office, at=NOW):
    return attendance.tell_due(county=office.county, by=system(), at=at)


def told(office):
    with scope.county(office.county):
        return Counter(Message.objects.filter(kind="attendance").values_list("recipient__username", flat=True))


def publish(office, at=NOW):
    draft = releases.draft(county=office.county, by=office.clerk, at=at)
    releases.submit(release=draft, county=office.county, by=office.clerk, at=at)
    releases.approve(release=draft, county=office.county, by=office.chief, at=at)
    releases.publish(release=draft, county=office.county, by=office.chief, at=at)


def test_choosing_adds_and_removes_and_says_so_once(office):
    assert choose(office, "D02", "D01")
    assert not choose(office, "D01", "D02")
    assert choose(office, "D02", "D03")
    assert chosen(office) == ["D02", "D03"]
    with scope.county(office.county):
        facts = list(Entry.objects.filter(act="attendance.choose").order_by("n").values_list("facts", flat=True))
    assert facts == [{"added": ["D01", "D02"], "removed": []}, {"added": ["D03"], "removed": ["D01"]}]


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SYSTEM, Role.SECRETARY, Role.CLERK, Role.CHIEF, Role.COORDINATOR}))
def test_only_the_bureau_chooses_and_annotates(office, role):
    person = builders.user("somebody", office.county, role)
    with pytest.raises(Forbidden):
        choose(office, "D02", by=person)
    with scope.county(office.county), pytest.raises(Forbidden):
        attendance.annotate(day=sitting(office).day, text="x", county=office.county, by=person, at=NOW)


@pytest.mark.parametrize("state", ["past", "held", "cancelled"])
def test_a_day_that_can_t_be_edited_is_annotated_instead(office, state):
    at = NOW + timedelta(days=60) if state == "past" else NOW
    with scope.county(office.county):
        day = sitting(office).day
        if state != "past":
            ReceptionDay.objects.filter(pk=day.pk).update(state=state)
    with pytest.raises(Refused, match="只能加备注"):
        choose(office, "D02", at=at)
    with scope.county(office.county):
        attendance.annotate(day=day, text="  当日停电半小时  ", county=office.county, by=office.clerk, at=at)
        assert DayNote.objects.get().text == "当日停电半小时"
        assert Entry.objects.get(act="day.annotate").object == f"day {day.uid}"
        with pytest.raises(Refused, match="请写备注"):
            attendance.annotate(day=day, text=" ", county=office.county, by=office.clerk, at=at)


def test_a_day_to_come_is_changed_not_annotated(office):
    with scope.county(office.county), pytest.raises(Refused, match="还没有过去"):
        attendance.annotate(day=sitting(office).day, text="x", county=office.county, by=office.clerk, at=NOW)


def test_notes_only_grow(office):
    with scope.county(office.county):
        note = attendance.annotate(
            day=sitting(office).day, text="x", county=office.county, by=office.clerk, at=NOW + timedelta(days=60)
        )
        for spoil in (note.delete, lambda: DayNote.objects.update(text="y")):
            with pytest.raises(DatabaseError), transaction.atomic():
                spoil()


def test_told_when_the_release_names_them_and_only_once(office):
    officer(office, "D02")
    choose(office, "D02")
    assert (tell(office), told(office)) == (0, {})
    publish(office)
    assert [tell(office, NOW + timedelta(hours=hour)) for hour in range(48)] == [1] + [0] * 47
    assert told(office) == {"officer": 1}


def test_told_two_days_before_even_without_a_release(office):
    officer(office, "D02")
    choose(office, "D02")
    at = NOW.replace(month=2, day=21)
    assert tell(office, at) == 0
    assert tell(office, at + timedelta(days=1)) == 1


def test_removed_and_chosen_again_is_not_told_again_but_another_day_is(office):
    officer(office, "D02")
    choose(office, "D02")
    publish(office)
    tell(office)
    choose(office)
    choose(office, "D02")
    tell(office)
    assert told(office) == {"officer": 1}
    with scope.county(office.county):
        ReceptionDay.objects.filter(pk=sitting(office).day_id).update(day=date(2026, 2, 25))
    tell(office, NOW.replace(month=2, day=24))
    assert told(office) == {"officer": 2}


def test_a_department_nobody_can_be_told_of_is_work_until_somebody_can(office):
    choose(office, "D03")
    publish(office)

    def work():
        with scope.county(office.county):
            return [row.department.code for row in attendance.untold(county=office.county, on=NOW.date())]

    assert (tell(office), work()) == (0, ["D03"])
    officer(office, "D03")
    assert (work(), tell(office)) == ([], 1)
