"""Booking for someone at a counter or by telephone: the citizens' rules, the agent's name, a slip with a code that opens."""

import re
import uuid
from datetime import date, timedelta

import pytest
from django.urls import reverse

from reception import scope
from reception.actions import places, tracking
from reception.models import Booking, Department, IdentityNumber, Leader, RoleGrant, Sitting, Slot
from reception.roles import Role
from tests.reception import bookers, builders
from tests.reception.bookers import book
from tests.reception.builders import NOW

CODE = re.compile(r"(\d{4} \d{4} \d{4} \d{4} \d)")


def text(response):
    return response.content.decode()


@pytest.fixture
def path():
    return reverse("admin:assist")


@pytest.fixture
def township(office):
    with scope.county(office.county):
        return Department.objects.create(code="T01", name="东河镇", name_en="Donghe Town", kind="township")


def officer(office, unit, name="officer"):
    person = builders.user(name, office.county)
    with scope.county(office.county):
        RoleGrant.objects.create(user=person, role="officer", department=unit, starts_on=date(2020, 1, 1))
    return person


def said(office, **more):
    return {
        "do": "book",
        "key": str(uuid.uuid4()),
        "sitting": bookers.sitting(office).pk,
        "way": "counter",
        "name": "居民甲",
        "phone": "138 0000 0001",
        "people": 1,
        "topic": bookers.topic(office).pk,
        "matter": "楼道漏水",
        "wish": "请维修",
        **more,
    }


def rows(office):
    with scope.county(office.county):
        return list(Booking.objects.select_related("agent").order_by("pk"))


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SYSTEM, Role.SECRETARY, Role.OFFICER}))
def test_who_may_book_for_someone(office, sign_in, path, role):
    client = sign_in(builders.user("somebody", office.county, role))
    allowed = role in (Role.CLERK, Role.CHIEF, Role.COORDINATOR)
    assert client.get(path).status_code == (200 if allowed else 403)
    assert client.post(path, said(office)).status_code == (200 if allowed else 403)
    assert len(rows(office)) == allowed


def test_a_township_books_for_its_people_and_gives_them_a_slip(office, township, sign_in, path):
    client = sign_in(officer(office, township))
    assert "选择接访场次" in text(client.get(path))
    with scope.county(office.county):
        assert not Slot.objects.filter(held_by__isnull=False).exists(), "looking holds nothing"
    form = said(office)
    shown = client.post(path, {"sitting": form["sitting"]})
    key = re.search(r'name="key" value="([^"]+)"', text(shown)).group(1)
    with scope.county(office.county):
        assert Slot.objects.filter(held_by=key, sitting=form["sitting"]).count() == 1
    assert "保留到 10:10" in text(shown)
    slip = client.post(path, {**form, "key": key})
    (row,) = rows(office)
    code = CODE.search(text(slip)).group(1).replace(" ", "")
    assert (row.state, row.way, row.agent.username, row.reachable) == ("confirmed", "counter", "officer", True)
    assert tracking.fits(code, row.code_hash)
    assert "居民甲" not in text(slip)
    assert "no-store" in slip["Cache-Control"]
    # The answer sent once more, as by the back button: the same booking, the same code.
    again = client.post(path, {**form, "key": key})
    assert (CODE.search(text(again)).group(1).replace(" ", ""), len(rows(office))) == (code, 1)
    assert client.post(reverse("admin:booking_slip", args=[row.pk]), {"code": code}).content.startswith(b"%PDF")
    with scope.county(office.county):
        assert not Slot.objects.filter(held_by__isnull=False).exists()


def test_a_departments_officer_does_not(office, sign_in, path):
    with scope.county(office.county):
        housing = Department.objects.create(code="D15", name="住建局", name_en="Housing Bureau")
    client = sign_in(officer(office, housing))
    assert client.get(path).status_code == 403
    assert client.post(path, said(office)).status_code == 403


def test_a_township_does_not_take_down_what_complains_of_itself(office, township, sign_in, path):
    client = sign_in(officer(office, township))
    answer = text(client.post(path, said(office, accused_department=township.pk)))
    assert "不能由本单位登记" in answer
    assert "楼道漏水" in answer
    assert rows(office) == []


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"phone": ""}, "没有电话"),
        ({"phone": "12"}, "电话号码不对"),
        ({"id_number": "11010519491231002A"}, "身份证号码不对"),
        ({"representatives": "\n".join(f"居民{n}" for n in range(6)), "people": 9}, "代表最多五人"),
        ({"people": 7}, "请推选代表"),
        ({"name": "名" * 1_000_000}, "60"),
        ({"name": "\x00\u202e"}, "不能保存的字符"),
        ({"name": "\u200b\u202e"}, "请填写这一项"),
        ({"sitting": "0"}, "另选一场"),
        ({"sitting": "x", "key": "x"}, "请看下面的问题"),
        ({"way": "online"}, "请看下面的问题"),
        ({"people": "0"}, "请看下面的问题"),
    ],
)
def test_what_was_typed_stays_after_a_refusal(office, sign_in, path, more, words):
    response = sign_in(office.clerk).post(path, said(office, **more))
    assert response.status_code == 200
    assert words in text(response)
    assert "楼道漏水" in text(response)
    assert rows(office) == []


def test_someone_without_a_phone_is_marked_and_rare_names_are_kept(office, sign_in, path):
    client = sign_in(office.clerk)
    client.post(path, said(office, name="𠮷某", phone="", no_phone="on", id_number="11010519491231002x"))
    (row,) = rows(office)
    assert row.reachable is False
    assert "没有可联系的电话" in text(client.get(reverse("admin:booking", args=[row.pk])))


def test_a_county_that_collects_no_papers_asks_for_none(office, sign_in, path):
    office.county.identity_number = IdentityNumber.OFF
    with scope.county(office.county):
        office.county.save()
    client = sign_in(office.clerk)
    assert "身份证号码" not in text(client.post(path, {"sitting": bookers.sitting(office).pk}))
    client.post(path, said(office, phone="", no_phone="on"))
    assert len(rows(office)) == 1


def test_a_full_sitting_is_said_to_be_full_and_one_may_wait(office, sign_in, path):
    with scope.county(office.county):
        Sitting.objects.update(capacity=1)
    book(office, 5, at=NOW)
    client, form = sign_in(office.clerk), said(office)
    assert "已约满" in text(client.get(path))
    assert "约满" in text(client.post(path, form))
    assert len(rows(office)) == 1
    client.post(path, {**form, "wait": "on"})
    assert [row.state for row in rows(office)] == ["confirmed", "waitlisted"]


def test_a_place_that_is_held_here_is_given_to_nobody_else(office, sign_in, path, clock):
    with scope.county(office.county):
        Sitting.objects.update(capacity=1)
    client, form = sign_in(office.clerk), said(office)
    key = re.search(r'name="key" value="([^"]+)"', text(client.post(path, {"sitting": form["sitting"]}))).group(1)
    with pytest.raises(places.Full):
        book(office, 5, at=NOW + timedelta(minutes=9))
    client.post(path, {**form, "key": key})
    assert [row.state for row in rows(office)] == ["confirmed"]


def test_the_leader_complained_of_does_not_receive(office, sign_in, path):
    where = bookers.sitting(office)
    answer = text(sign_in(office.clerk).post(path, said(office, accused_leader=where.leader_id)))
    assert "所反映的领导接访" in answer
    with scope.county(office.county):
        other = Leader.objects.exclude(pk=where.leader_id).first()
    sign_in(office.clerk).post(path, said(office, accused_leader=other.pk))
    assert [row.accused_leader_id for row in rows(office)] == [other.pk]


def test_a_sitting_that_closed_while_the_form_was_open_is_refused_in_words(office, sign_in, path, clock):
    form = said(office)
    clock.move_to(NOW.replace(month=2, day=20))
    answer = text(sign_in(office.clerk).post(path, form))
    assert "已经不能预约" in answer
    assert "楼道漏水" in answer
    assert rows(office) == []


def test_the_same_form_with_other_words_is_not_taken_twice(office, sign_in, path):
    client, form = sign_in(office.clerk), said(office)
    client.post(path, form)
    assert "已经提交过" in text(client.post(path, {**form, "wish": "另一个诉求"}))
    assert len(rows(office)) == 1
