"""The staff's site: what it says to whom it is closed, and that no row leaves its county. Who may see what is in `tests/access`."""

import pytest
from django.urls import reverse

from reception import scope
from reception.models import Leader
from reception.roles import Role
from tests.reception import builders


def test_the_anonymous_are_asked_to_sign_in_in_english_too(office, client):
    response = client.get("/en/admin/")
    assert (response.status_code, "/accounts/login/" in response["Location"]) == (302, True)


def test_a_person_without_a_role_today_is_told_so(office, sign_in):
    response = sign_in(builders.user("nobody", office.county)).get("/admin/")
    assert (response.status_code, "今天没有任何角色" in response.content.decode()) == (403, True)


@pytest.mark.parametrize("address", ["/admin/", "/admin/reception/post/", "/admin/login/"])
def test_a_leader_finds_the_staffs_site_closed_and_is_told_kindly(office, sign_in, address):
    response = sign_in(builders.user("leader", office.county, Role.LEADER)).get(address)
    assert (response.status_code, "这里是工作人员的工作台" in response.content.decode()) == (403, True)


def test_nobody_moves_a_row_to_another_county(office, sign_in):
    other = builders.bureau("linhe")
    client = sign_in(office.clerk)
    client.post(reverse("admin:reception_leader_add"), {"code": "L9", "name": "新领导", "name_en": "", "county": other.county.pk})
    with scope.county(other.county):
        assert not Leader.objects.filter(code="L9").exists()
    with scope.county(office.county):
        assert Leader.objects.filter(code="L9").exists()


def test_the_site_answers_without_unsafe_scripts(office, sign_in):
    response = sign_in(office.clerk).get("/admin/")
    assert "unsafe" not in response["Content-Security-Policy"]
    assert b"<script>" not in response.content
