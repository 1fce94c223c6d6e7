"""Passwords: long enough, not one that anybody would try here, and otherwise whatever somebody likes."""

from datetime import timedelta

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from reception import passwords, scope
from reception.actions import accounts
from reception.models import County, Entry, User
from reception.roles import Role
from tests.reception import builders
from tests.reception.builders import NOW as AT
from tests.reception.test_signing_in import enter, signed_in

# Typed by people, so looked for in all that the portal is called.
PERSON = User(username="wang", name="王", email="wang@example.invalid")
COUNTY = County(slug="chenghe", name="澄河县", name_en="Chenghe County", bureau="澄河县信访局")


def refused(password, person=PERSON):
    try:
        validate_password(password, person)
    except ValidationError as error:
        return {fault.code for fault in error.error_list}
    return set()


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", {"password_too_short"}),
        ("elevensigns", {"password_too_short"}),
        ("qwerty123456", {"password_too_common"}),
        ("wang@example.invalid", {"password_too_similar"}),
        ("Reception2026!", {"password_of_the_place"}),
        ("xinfang-admin-888", {"password_of_the_place"}),
        ("信访信访信访2026年12月", {"password_of_the_place"}),
    ],
)
def test_what_is_refused_and_why(password, why):
    assert why <= refused(password)


@pytest.mark.parametrize("password", ["Chenghe-2026-01", "澄河县澄河县澄河县20260115", "chenghe county!!"])
def test_the_countys_own_names_are_known(password):
    assert refused(password) == set()
    assert refused(password, User(username="wang", name="王", email="", county=COUNTY)) == {"password_of_the_place"}


@pytest.mark.parametrize(
    "password",
    [
        "twelve signs",
        "only small letters here",
        "四个汉字 再加 一些 汉字 就够",
        "reception of a horse by a battery",
        "8402750193846201",
        "x y" * 43,
    ],
)
def test_what_is_taken_whatever_it_is_made_of(password):
    assert refused(password) == set()


@pytest.mark.parametrize("typed", ["A LONG DEMO PASSWORD", "a long demo password ", " a long demo password", "a long demo passwor"])
def test_it_is_compared_as_it_was_typed(office, client, typed):
    enter(client, "chenghe-clerk", typed)
    assert not signed_in(client)
    enter(client, "chenghe-clerk")
    assert signed_in(client)


def test_a_very_long_one_is_taken_whole(office, client):
    long = "一句 long one " * 10
    office.clerk.set_password(long)
    assert not office.clerk.check_password(long[:-1])
    assert office.clerk.check_password(long)


def test_fields_hide_what_is_typed_and_let_password_managers_in(office, client):
    page = client.get("/accounts/login/").content.decode()
    assert 'type="password"' in page
    assert 'autocomplete="current-password"' in page
    enter(client, "chenghe-clerk")
    page = client.get("/accounts/password/change/").content.decode()
    assert page.count('type="password"') == 3
    assert page.count('autocomplete="new-password"') == 2
    assert "onpaste" not in page
    assert "maxlength" not in page


# The rules of classified protection


@pytest.fixture
def mlps(settings):
    """As the settings are with PASSWORD_RULES=mlps."""
    settings.AUTH_PASSWORD_VALIDATORS = [*settings.AUTH_PASSWORD_VALIDATORS, {"NAME": "reception.passwords.OfManyKinds"}]
    settings.PASSWORD_DAYS = 90


def test_one_that_is_drawn_is_taken_by_these_rules_too_and_never_twice(mlps):
    drawn = [passwords.drawn() for _again in range(50)]
    assert ({frozenset(refused(password)) for password in drawn}, len(set(drawn))) == ({frozenset()}, 50)


@pytest.mark.parametrize(
    ("password", "is_taken"),
    [
        ("only small letters", False),
        ("only small letters 7", True),
        ("Small And Capitals", True),
        ("SMALLANDCAPitals", False),
        ("SMALLANDCAPitals7", True),
        ("四个汉字再加一些汉字就够了", False),
        ("四个汉字再加一些汉字 aB", True),
        ("1234567890123-5", False),
    ],
)
def test_three_of_four_kinds_where_the_rules_ask_for_them(mlps, password, is_taken):
    assert refused(password) == (set() if is_taken else {"password_of_few_kinds"})


@pytest.mark.parametrize(("days", "led"), [(89, "/admin/"), (90, "/accounts/password/change/")])
def test_a_password_runs_out_after_its_days_and_the_page_says_why(office, sign_in, mlps, clock, days, led):
    with scope.accounts():
        User.objects.filter(pk=office.clerk.pk).update(password_since=timezone.now() - timedelta(days=days))
    client = sign_in(office.clerk)
    answer = client.get("/admin/", follow=True)
    assert (answer.request["PATH_INFO"], "密码已经用满 90 天" in answer.content.decode()) == (led, days == 90)


def test_no_password_runs_out_by_the_modern_rules(office, sign_in, clock):
    with scope.accounts():
        User.objects.filter(pk=office.clerk.pk).update(password_since=timezone.now() - timedelta(days=4000))
    assert sign_in(office.clerk).get("/admin/").status_code == 200


# A password that somebody else gave


def test_a_given_password_is_for_signing_in_once_and_another_must_be_chosen(office, sign_in, client):
    security = builders.user("security", office.county, Role.SECURITY_ADMIN)
    given = accounts.give_password(person=office.clerk, county=office.county, by=security, at=AT)
    with scope.accounts():
        clerk = User.objects.get(pk=office.clerk.pk)
    client = sign_in(clerk)
    for page in ("/admin/", "/messages/", "/accounts/arrive/"):
        answer = client.get(page, follow=True)
        assert (answer.request["PATH_INFO"], "只用来第一次登录" in answer.content.decode()) == (
            "/accounts/password/change/",
            True,
        ), page
    change = {"oldpassword": given, "password1": given, "password2": given}
    assert "新密码与现在的密码相同" in client.post("/accounts/password/change/", change).content.decode()
    own = {**change, "password1": "a password of one's own", "password2": "a password of one's own"}
    assert client.post("/accounts/password/change/", own).status_code == 302
    assert client.get("/admin/").status_code == 200
    with scope.accounts():
        now = User.objects.get(pk=clerk.pk)
    assert (now.password_is_given, now.password_since) == (False, AT)


def test_a_given_password_that_is_too_old_opens_nothing_says_so_and_stands_in_the_journal(office, client, clock):
    security = builders.user("security", office.county, Role.SECURITY_ADMIN)
    given = accounts.give_password(person=office.clerk, county=office.county, by=security, at=AT)
    clock.move_to(AT + accounts.GIVEN_LIVES + timedelta(seconds=1))
    answer = client.post("/accounts/login/", {"login": "chenghe-clerk", "password": given})
    assert ("这个初始密码已过期" in answer.content.decode(), "_auth_user_id" in client.session) == (True, False)
    with scope.county(office.county):
        last = Entry.objects.order_by("n").last()
    assert (last.act, last.actor, last.facts) == ("account.sign_in_failed", "system", {"step": "lapsed"})
