"""The small desk of a department and the bureau's check; and what the citizen's page shows of it."""

from datetime import date

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from reception import scope
from reception.actions import early_answers
from reception.models import Booking, Department, EarlyAnswer, RoleGrant, Topic, User
from tests.reception import bookers, builders
from tests.reception.bookers import book
from tests.reception.builders import NOW

SAID = {"do": "write", "text": "已安排维修，三月底前完工。", "contact": "王科长 0000-1"}


@pytest.fixture
def housing(office):
    row = bookers.topic(office)
    with scope.county(office.county):
        unit = Department.objects.create(code="D15", name="住建局", name_en="Housing Bureau")
        Topic.objects.filter(pk=row.pk).update(department=unit)
    return unit


@pytest.fixture
def officer(office, housing):
    person = builders.user("officer", office.county)
    with scope.county(office.county):
        RoleGrant.objects.create(user=person, role="officer", department=housing, starts_on=date(2020, 1, 1))
    return person


def text(response):
    return response.content.decode()


def test_from_the_departments_words_to_the_citizens_page(office, housing, officer, sign_in):
    booking = book(office, at=NOW).booking
    path = reverse("admin:early_answer", args=[booking.pk])
    unit, clerk = sign_in(officer), sign_in(office.clerk)
    assert path in text(unit.get(reverse("admin:matters")))
    assert "居**" in text(unit.get(path))
    kept = text(unit.post(path, {**SAID, "contact": "", "department": housing.pk}))
    assert "已安排维修" in kept
    unit.post(path, {**SAID, "department": housing.pk})
    assert path in text(clerk.get("/admin/"))
    with scope.county(office.county):
        answer = EarlyAnswer.objects.get()
    assert "没有办理此事的权限" in text(unit.post(path, {"do": "approve", "answer": answer.pk}))
    assert clerk.post(path, {"do": "send_back", "answer": answer.pk, "reason": ""}).status_code == 200
    clerk.post(path, {"do": "send_back", "answer": answer.pk, "reason": "写明地址"})
    assert "写明地址" in text(unit.get(path))
    unit.post(path, {**SAID, "department": housing.pk})
    with scope.county(office.county):
        answer = EarlyAnswer.objects.get(version=2)
    # The version that was read is the one that is approved.
    assert clerk.post(path, {"do": "approve", "answer": answer.pk + 99}).status_code == 404
    clerk.post(path, {"do": "approve", "answer": answer.pk})
    with scope.county(office.county):
        shown = early_answers.shown(Booking.objects.get(pk=booking.pk))
        context = {"early_answer": shown, "undecided": early_answers.undecided(shown)}
        page = render_to_string("track/_early_answer.html", context)
        assert ('value="accept_answer"' in page, 'value="keep_place"' in page, "已安排维修" in page) == (True, True, True)
        early_answers.accept(answer=shown, county=office.county, by=User.objects.system(), at=NOW)
        shown = early_answers.shown(Booking.objects.get(pk=booking.pk))
        context = {"early_answer": shown, "undecided": early_answers.undecided(shown)}
        page = render_to_string("track/_early_answer.html", context)
    assert ("accept_answer" in page, "接访已取消" in page) == (False, True)
    assert "现在不能写提前答复" in text(unit.get(path))
    assert path not in text(unit.get(reverse("admin:matters")))


def test_another_departments_matter_does_not_exist(office, housing, sign_in):
    booking = book(office, at=NOW).booking
    with scope.county(office.county):
        water = Department.objects.create(code="D17", name="水利局", name_en="Water Bureau")
    person = builders.user("stranger", office.county)
    with scope.county(office.county):
        RoleGrant.objects.create(user=person, role="officer", department=water, starts_on=date(2020, 1, 1))
    client = sign_in(person)
    assert client.post(reverse("admin:early_answer", args=[booking.pk]), {**SAID, "department": water.pk}).status_code == 404
    assert "现在没有可以提前答复的事项" in text(client.get(reverse("admin:matters")))


def test_an_unknown_verb_is_refused_kindly(office, housing, officer, sign_in):
    booking = book(office, at=NOW).booking
    path = reverse("admin:early_answer", args=[booking.pk])
    assert "没有这个操作" in text(sign_in(officer).post(path, {"do": "explode"}))
