"""The security administrator's deeds on accounts: second factors reset, sessions ended, passwords given."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from reception import scope
from reception.actions import accounts
from reception.errors import Forbidden, Refused
from reception.models import Entry, User
from reception.roles import Role
from tests.reception import builders
from tests.reception.builders import NOW


@pytest.fixture
def security(office):
    return builders.user("security", office.county, Role.SECURITY_ADMIN)


def last(office):
    with scope.county(office.county):
        entry = Entry.objects.order_by("-n").first()
    return entry.act, entry.object, entry.actor


def test_a_reset_removes_every_factor_ends_the_sessions_and_is_written_down(office, security, sign_in):
    client = sign_in(office.clerk)
    accounts.reset_second_factor(person=office.clerk, county=office.county, by=security, at=NOW)
    with scope.accounts():
        assert not Authenticator.objects.filter(user=office.clerk).exists()
    assert client.get("/admin/")["Location"].startswith("/accounts/login/")
    assert last(office) == ("account.second_factor_reset", f"user {office.clerk.pk}", "security")


def test_nothing_to_reset_is_said(office, security):
    with pytest.raises(Refused, match="没有设置第二重验证"):
        accounts.reset_second_factor(person=office.clerk, county=office.county, by=security, at=NOW)


@pytest.mark.parametrize("deed", [accounts.reset_second_factor, accounts.end_sessions])
def test_nobody_does_it_to_themselves_nor_to_another_county_nor_without_the_role(office, security, sign_in, deed):
    other = builders.bureau("linhe")
    for person in (security, other.clerk, office.chief):
        sign_in(person)
    for person, by in ((security, security), (other.clerk, security), (office.chief, office.clerk)):
        with pytest.raises(Forbidden):
            deed(person=person, county=office.county, by=by, at=NOW)
        with scope.accounts():
            assert Authenticator.objects.filter(user=person).exists()


def test_ending_the_sessions_leaves_the_factors(office, security, sign_in):
    client = sign_in(office.clerk)
    assert client.get("/admin/").status_code == 200
    accounts.end_sessions(person=office.clerk, county=office.county, by=security, at=NOW)
    assert client.get("/admin/").status_code == 302
    with scope.accounts():
        assert Authenticator.objects.filter(user=office.clerk).exists()
    assert last(office)[0] == "account.sessions_ended"


def test_the_page_of_the_staffs_site_does_both_and_says_so(office, security, sign_in):
    target, client = sign_in(office.clerk), sign_in(security)
    address = reverse("admin:account", args=[office.clerk.pk])
    assert "重置第二重验证" in client.get(address).content.decode()
    said = client.post(address, {"do": "sessions"}, follow=True).content.decode()
    assert ("已在所有设备上退出。" in said, target.get("/admin/").status_code) == (True, 302)
    assert "第二重验证已重置。" in client.post(address, {"do": "second_factor"}, follow=True).content.decode()
    assert "请选择要做的事。" in client.post(address, {"do": "?"}, follow=True).content.decode()


def test_who_may_not_sees_the_buttons_dead_and_who_may_not_look_sees_nothing(office, security, sign_in):
    address = reverse("admin:account", args=[security.pk])
    assert sign_in(office.chief).get(address).content.decode().count(" disabled") == 2
    assert "没有办理此事的权限" in sign_in(office.chief).post(address, {"do": "sessions"}, follow=True).content.decode()
    assert sign_in(office.clerk).get(address).status_code == 403
    other = builders.user("li-security", builders.county("linhe"), Role.SECURITY_ADMIN)
    assert sign_in(other).get(address).status_code == 404


def test_disabling_ends_the_sessions_for_good(office, security, sign_in):
    client = sign_in(office.clerk)
    for active in (False, True):
        office.clerk.is_active = active
        accounts.save(person=office.clerk, changed=["is_active"], password="", county=office.county, by=security, at=NOW)
        assert client.get("/admin/").status_code == 302


def test_a_password_given_ends_the_sessions_and_is_not_in_the_journal(office, security, sign_in):
    client = sign_in(office.clerk)
    accounts.save(
        person=office.clerk, changed=["new_password"], password="quite another phrase", county=office.county, by=security, at=NOW
    )
    assert client.get("/admin/").status_code == 302
    with scope.county(office.county):
        assert "phrase" not in str(list(Entry.objects.values_list("facts", "reason")))
    assert last(office)[0] == "account.password_given"


def test_a_new_account_has_no_password_until_it_is_given_one(office, security):
    person = User(username="new", name="新人", email="", county=office.county)
    accounts.save(person=person, changed=["username"], password="", county=office.county, by=security, at=NOW)
    assert (person.has_usable_password(), person.created_at) == (False, NOW)


def test_the_names_of_the_demo_are_refused_outside_it(office, security, settings):
    settings.DEMO = False
    person = User(username="demo-x", name="新人", email="", county=office.county)
    with pytest.raises(Refused, match="demo-"):
        accounts.save(person=person, changed=["username"], password="", county=office.county, by=security, at=NOW)
