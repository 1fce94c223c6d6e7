"""The staff's site: every page × every role, the anonymous, and the other county."""

import pytest
from django.contrib import admin
from django.urls import reverse

from reception import scope
from reception.models import Leader, Message, Post, Release
from reception.roles import PERMISSIONS, TABLES, Role
from tests.reception import builders

TABLES_WITH_A_PAGE = sorted(model._meta.model_name for model in admin.site._registry)
APPS = {model._meta.model_name: model._meta.app_label for model in admin.site._registry}
ROLES = sorted(set(Role) - {Role.SYSTEM, Role.SECRETARY})


@pytest.fixture
def people(office):
    return {role: builders.user(f"as-{role}", office.county, role) for role in ROLES}


def may(role, permission):
    return permission is not None and role in PERMISSIONS[permission]


def test_every_table_that_has_a_page_has_a_row_in_the_table_of_permissions():
    assert set(TABLES_WITH_A_PAGE) <= set(TABLES)


@pytest.mark.parametrize("table", TABLES_WITH_A_PAGE)
def test_who_may_see_a_table_and_add_to_it(people, sign_in, table):
    view, edit = TABLES[table]
    for role, person in people.items():
        client = sign_in(person)
        listed = client.get(reverse(f"admin:{APPS[table]}_{table}_changelist")).status_code
        assert listed == (200 if may(role, view) else 403), (role, table)
        added = client.get(reverse(f"admin:{APPS[table]}_{table}_add")).status_code
        assert added == (200 if may(role, edit) and table != "county" else 403), (role, table)


@pytest.mark.parametrize("role", ROLES)
def test_who_may_see_the_planner_and_a_release(office, people, sign_in, role):
    client = sign_in(people[role])
    with scope.county(office.county):
        release = Release.objects.get()
    expected = 200 if may(role, "roster.view") else 403
    assert client.get(reverse("admin:planner", args=[2026])).status_code == expected
    assert client.get(reverse("admin:release", args=[release.pk])).status_code == expected
    assert client.get(reverse("admin:index")).status_code == (403 if role == Role.LEADER else 200)


@pytest.mark.parametrize("path", ["/admin/", "/admin/reception/post/", "/admin/roster/2026/", "/en/admin/"])
def test_the_anonymous_are_asked_to_sign_in(office, client, path):
    response = client.get(path)
    assert (response.status_code, "/accounts/login/" in response["Location"]) == (302, True)


def test_a_person_without_a_role_today_is_told_so(office, sign_in):
    response = sign_in(builders.user("nobody", office.county)).get("/admin/")
    assert (response.status_code, "今天没有任何角色" in response.content.decode()) == (403, True)


@pytest.mark.parametrize("address", ["/admin/", "/admin/reception/post/", "/admin/login/"])
def test_a_leader_finds_the_staffs_site_closed_and_is_told_kindly(office, sign_in, address):
    response = sign_in(builders.user("leader", office.county, Role.LEADER)).get(address)
    assert (response.status_code, "这里是工作人员的工作台" in response.content.decode()) == (403, True)


def test_the_other_countys_rows_do_not_exist(office, sign_in):
    other = builders.bureau("linhe")
    client = sign_in(other.chief)
    with scope.county(office.county):
        post, release = Post.objects.get(code="P1"), Release.objects.get()
    assert client.get(reverse("admin:reception_post_change", args=[post.pk])).status_code == 302
    assert client.get(reverse("admin:reception_county_change", args=[office.county.pk])).status_code == 302
    assert client.get(reverse("admin:reception_user_change", args=[office.clerk.pk])).status_code == 302
    assert client.get(reverse("admin:release", args=[release.pk])).status_code == 404
    assert b"chenghe-clerk" not in client.get(reverse("admin:reception_user_changelist")).content
    client.post(reverse("admin:release", args=[release.pk]), {"do": "discard"})
    with scope.county(office.county):
        assert Release.objects.get().state == "published"


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


@pytest.mark.parametrize("role", ROLES)
def test_who_may_see_a_message_and_whether_the_sending_is_held(office, people, sign_in, role):
    with scope.county(office.county):
        message = Message.objects.create(key="k", kind="clock", channel="inbox", recipient=office.chief, due_at=builders.NOW)
    client = sign_in(people[role])
    expected = 200 if may(role, "messages.view") else 403
    assert client.get(reverse("admin:message", args=[message.pk])).status_code == expected
    assert client.get(reverse("admin:messages_held")).status_code == expected


@pytest.mark.parametrize("role", ROLES)
def test_who_may_try_other_reminders(office, people, sign_in, role):
    address = reverse("admin:foresee")
    able = may(role, "county.edit")
    client = sign_in(people[role])
    assert client.post(address).status_code == (200 if able else 403)
    assert client.get(address).status_code == (405 if able else 403)
