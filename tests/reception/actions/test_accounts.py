"""The security administrator's deeds on accounts: second factors reset, sessions ended, passwords given."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
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
    assert sign_in(office.chief).get(address).content.decode().count(" disabled") == 4
    assert "没有办理此事的权限" in sign_in(office.chief).post(address, {"do": "sessions"}, follow=True).content.decode()
    assert sign_in(office.clerk).get(address).status_code == 403
    other = builders.user("li-security", builders.county("linhe"), Role.SECURITY_ADMIN)
    assert sign_in(other).get(address).status_code == 404


def test_disabling_ends_the_sessions_for_good(office, security, sign_in):
    client = sign_in(office.clerk)
    for active in (False, True):
        office.clerk.is_active = active
        accounts.save(person=office.clerk, changed=["is_active"], county=office.county, by=security, at=NOW)
        assert client.get("/admin/").status_code == 302


def test_a_password_given_ends_the_sessions_and_is_not_in_the_journal(office, security, sign_in):
    client = sign_in(office.clerk)
    given = accounts.give_password(person=office.clerk, county=office.county, by=security, at=NOW)
    assert client.get("/admin/").status_code == 302
    with scope.county(office.county):
        assert given not in str(list(Entry.objects.values_list("facts", "reason")))
        kept = User.objects.get(pk=office.clerk.pk)
    assert (kept.check_password(given), kept.password_is_given, kept.password_since) == (True, True, NOW)
    assert last(office) == ("account.password_given", f"user {office.clerk.pk}", "security")


@pytest.mark.parametrize("deed", [accounts.give_password, accounts.send_link])
def test_nobody_gives_a_way_in_to_themselves_to_another_county_to_the_demo_or_to_who_is_shut_out(office, security, deed):
    other, demo = builders.bureau("linhe"), builders.user("demo-clerk", office.county, Role.CLERK)
    for person, by in ((security, security), (other.clerk, security), (office.chief, office.clerk)):
        with pytest.raises(Forbidden):
            deed(person=person, county=office.county, by=by, at=NOW)
    with pytest.raises(Refused, match="演示账号"):
        deed(person=demo, county=office.county, by=security, at=NOW)
    office.clerk.is_active = False
    with pytest.raises(Refused, match="请先启用"):
        deed(person=office.clerk, county=office.county, by=security, at=NOW)


@pytest.mark.parametrize(("after", "lapsed"), [(accounts.GIVEN_LIVES, False), (accounts.GIVEN_LIVES + timedelta(seconds=1), True)])
def test_a_given_password_lapses_and_one_of_ones_own_never(office, security, after, lapsed):
    accounts.give_password(person=office.clerk, county=office.county, by=security, at=NOW)
    assert (accounts.has_lapsed(office.clerk, at=NOW + after), accounts.has_lapsed(office.chief, at=NOW + after)) == (lapsed, False)


def test_what_is_done_to_an_account_is_told_to_its_person(office, security, sign_in):
    client, address = sign_in(security), reverse("admin:account", args=[office.clerk.pk])
    sign_in(office.clerk)
    for do in ("sessions", "second_factor", "password"):
        client.post(address, {"do": do})
    told = [(letter.to, letter.subject, letter.body.split("\n")[2]) for letter in mail.outbox]
    assert told == [
        (["chenghe-clerk@example.invalid"], "您的账号有变动", sentence)
        for sentence in (
            "安全管理员结束了您在所有设备上的登录。",
            "安全管理员重置了您的第二重验证。下次登录时请重新设置。",
            "安全管理员为您的账号生成了初始密码，原来的密码作废，所有设备上的登录已结束。",
        )
    ]


def test_a_changed_address_is_told_to_the_one_before(office, security, sign_in):
    grants = {"grants-TOTAL_FORMS": 0, "grants-INITIAL_FORMS": 0, "grants-MIN_NUM_FORMS": 0, "grants-MAX_NUM_FORMS": 1000}
    typed = {"username": "chenghe-clerk", "name": "经办", "is_active": "on", "email": "new@example.invalid", **grants}
    address = reverse("admin:reception_user_change", args=[office.clerk.pk])
    for _again in range(2):
        assert sign_in(security).post(address, typed).status_code == 302
    assert [letter.to for letter in mail.outbox] == [["chenghe-clerk@example.invalid"]]
    assert "new@example.invalid" not in mail.outbox[0].body


def test_a_password_that_was_drawn_is_shown_once_and_opens_until_it_lapses(office, security, sign_in, clock):
    address = reverse("admin:account", args=[office.clerk.pk])
    client = sign_in(security)
    answer = client.post(address, {"do": "password"})
    given = re.search(r'<code class="given">(\S+)</code>', answer.content.decode())[1]
    assert "no-store" in answer["Cache-Control"]
    assert given not in client.get(address).content.decode()
    assert not any(given in letter.body for letter in mail.outbox)
    sign = {"login": office.clerk.username, "password": given}
    assert Client().post("/accounts/login/", sign).status_code == 302
    clock.move_to(NOW + accounts.GIVEN_LIVES + timedelta(minutes=1))
    refused = Client().post("/accounts/login/", sign)
    assert (refused.status_code, "这个初始密码已过期" in refused.content.decode()) == (200, True)


def test_a_link_by_letter_lets_a_new_person_set_a_password_that_nobody_else_saw(office, security, sign_in):
    person = User(username="new", name="新人", email="new@example.invalid", county=office.county)
    accounts.save(person=person, changed=["username"], county=office.county, by=security, at=NOW)
    said = sign_in(security).post(reverse("admin:account", args=[person.pk]), {"do": "link"}, follow=True).content.decode()
    assert "设置密码的邮件已发出。" in said
    assert last(office)[:2] == ("account.password_link_sent", f"user {person.pk}")
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["new@example.invalid"], "设置您的密码")
    link = re.search(r"http://\S+(/accounts/password/reset/key/\S+)", letter.body)[1]
    own = {"password1": "a password of one's own", "password2": "a password of one's own"}
    client = Client()
    assert client.post(client.get(link)["Location"], own).status_code == 302
    with scope.accounts():
        kept = User.objects.get(pk=person.pk)
    assert (kept.check_password(own["password1"]), kept.password_is_given) == (True, False)
    assert "重置链接无效" in Client().get(link, follow=True).content.decode()


def test_a_link_that_can_t_leave_is_said_to_and_one_without_an_address_is_refused(office, security, sign_in, monkeypatch):
    def broken(self, *args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", broken)
    client, address = sign_in(security), reverse("admin:account", args=[office.clerk.pk])
    assert "邮件没有发出去" in client.post(address, {"do": "link"}, follow=True).content.decode()
    with scope.county(office.county):
        User.objects.filter(pk=office.clerk.pk).update(email="")
    assert "没有登记电子邮件" in client.post(address, {"do": "link"}, follow=True).content.decode()


def test_a_new_account_has_no_password_until_it_is_given_one(office, security):
    person = User(username="new", name="新人", email="", county=office.county)
    accounts.save(person=person, changed=["username"], county=office.county, by=security, at=NOW)
    assert (person.has_usable_password(), person.created_at) == (False, NOW)


def test_the_names_of_the_demo_are_refused_outside_it(office, security, settings):
    settings.DEMO = False
    person = User(username="demo-x", name="新人", email="", county=office.county)
    with pytest.raises(Refused, match="demo-"):
        accounts.save(person=person, changed=["username"], county=office.county, by=security, at=NOW)
