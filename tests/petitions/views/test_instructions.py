"""The leader's desk shows their instructions and where they stand; never what accuses them, nor another leader's."""

from datetime import timedelta

import pytest

from petitions.actions import screening
from reception import scope
from reception.models import Leader, RoleGrant
from reception.roles import Role
from tests.petitions.referring import AT, assign, do, register, screened, task, unit
from tests.reception import builders


@pytest.fixture
def office(standing, clock):
    clock.move_to(AT)
    return standing


def at_the_desk(office, code="L1", username="leader-a"):
    person = builders.user(username, office.county, Role.LEADER)
    with scope.county(office.county):
        leader = Leader.objects.get(code=code)
        leader.user = person
        leader.save()
    return leader, person


def text(response):
    return response.content.decode()


def test_instructions_and_letters_with_who_has_them_and_until_when(office, sign_in, clock):
    leader, person = at_the_desk(office)
    housing, labour = unit(office), unit(office, "D05", "人力资源和社会保障局")
    instructed = screened(office)
    assign(office, instructed, task(housing), task(labour, lead=False), instruction="请住建局一个月内修好。", instructed_by=leader)
    letter = register(office, 2, addressed_to=leader, matter="村道塌陷，校车绕行。").case
    settled = screened(office, 3, addressed_to=leader)
    do(office, screening.resolve, settled, result="已修好。", is_signed=True)
    other = register(office, 4).case
    page = text(sign_in(person).get("/desk/"))
    for words in (
        instructed.number,
        "请住建局一个月内修好。",
        "住房和城乡建设局",
        "人力资源和社会保障局",
        "2026-02-12",
        letter.number,
        "村道塌陷",
        settled.number,
        "当场解决",
    ):
        assert words in page, words
    assert other.number not in page
    clock.move_to(AT + timedelta(days=60))
    assert "已超期" in text(sign_in(person).get("/desk/"))


def test_the_secretary_sees_the_leaders_and_nobody_what_accuses_the_leader(office, sign_in):
    leader, person = at_the_desk(office)
    secretary = builders.user("secretary", office.county)
    with scope.county(office.county):
        RoleGrant.objects.create(user=secretary, role=Role.SECRETARY.value, leader=leader, starts_on=AT.date() - timedelta(days=9))
        magistrate = Leader.objects.get(code="L2")
    own = register(office, 1, addressed_to=leader).case
    against = register(office, 2, addressed_to=leader, accused_leader=leader).case
    others = register(office, 3, addressed_to=magistrate).case
    for one in (person, secretary):
        page = text(sign_in(one).get("/desk/"))
        assert own.number in page
        assert against.number not in page
        assert others.number not in page
