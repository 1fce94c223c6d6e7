"""Departments proposed by what is booked, and their summons on paper: topics, never people, and nothing of who complains of them."""

import io
from datetime import date

import pytest
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from reception import scope
from reception.actions import attendance
from reception.models import Attendance, Department, Topic
from reception.roles import Role
from tests.reception import bookers, builders
from tests.reception.builders import NOW


@pytest.fixture
def sitting(office):
    """Two bookings on housing, one on schooling, one that complains of the housing bureau."""
    with scope.county(office.county):
        housing = Department.objects.create(code="D15", name="县住建局", name_en="Housing Bureau")
        school = Department.objects.create(code="D16", name="县教育局", name_en="Education Bureau")
        Department.objects.create(code="D17", name="县林业局")
        Topic.objects.create(code="T2", name="教育", name_en="Education", department=school, position=2)
    bookers.topic(office)
    with scope.county(office.county):
        schooling = Topic.objects.get(code="T2")
    for n in (1, 2):
        bookers.book(office, n, at=NOW)
    bookers.book(office, 3, at=NOW, topic=schooling)
    with scope.county(office.county):
        petitions = Topic.objects.create(code="T3", name="城管执法", name_en="Urban enforcement", words="住建", position=3)
    bookers.book(office, 4, at=NOW, topic=petitions, accused_department=housing)
    return bookers.sitting(office)


def words_of(answer):
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).replace("\n", "")


def attend(office, sitting, code):
    with scope.county(office.county):
        return Attendance.objects.create(sitting=sitting, department=Department.objects.get(code=code))


def test_departments_are_proposed_with_counts_the_most_called_for_first(office, sitting):
    with scope.county(office.county):
        found = [(row.department.code, row.count, [topic.code for topic in row.topics]) for row in attendance.proposed(sitting)]
    assert found == [("D15", 2, ["T1"]), ("D16", 1, ["T2"])]


def test_the_day_page_shows_the_proposals_beside_the_chosen(office, sitting, clock, sign_in):
    attend(office, sitting, "D17")
    page = sign_in(office.clerk).get(reverse("admin:day", args=[sitting.day_id])).content.decode()
    assert "按预约事项建议" in page
    assert "2 件" in page
    with scope.county(office.county):
        assert reverse("admin:summons", args=[Attendance.objects.get().pk]) in page


def test_a_summons_says_day_place_leader_and_topics_and_nothing_of_anyone(office, sitting, clock, sign_in):
    row = attend(office, sitting, "D15")
    answer = sign_in(office.clerk).get(reverse("admin:summons", args=[row.pk]))
    said = words_of(answer)
    for words in ("县住建局", "2026年2月24日", "08:30–11:30", "人民来访接待中心", sitting.leader.name, "住房与城建、教育"):
        assert words in said, words
    for words in ("居民", "1380000", "漏水", "城管执法"):
        assert words not in said, words


def test_the_summons_in_english(office, sitting, clock, sign_in):
    row = attend(office, sitting, "D16")
    path = "/en" + reverse("admin:summons", args=[row.pk])
    client = sign_in(office.clerk)
    with translation.override("en"):
        said = words_of(client.get(path))
    for words in ("Notice to Attend", "Education Bureau", "24 February 2026", "Urban enforcement"):
        assert words in said, words


def test_who_may_print_one_and_not_of_another_county(office, sitting, clock, sign_in):
    row = attend(office, sitting, "D15")
    path = reverse("admin:summons", args=[row.pk])
    assert sign_in(builders.user("officer", office.county, Role.OFFICER)).get(path).status_code == 403
    assert sign_in(builders.bureau("linhe").clerk).get(path).status_code == 404


def test_without_bookings_nobody_is_proposed(office):
    with scope.county(office.county):
        assert attendance.proposed(bookers.sitting(office, day=str(date(2026, 3, 16)))) == []
