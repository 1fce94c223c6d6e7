"""Passwords: long enough, not one that anybody would try here, and otherwise whatever somebody likes."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from reception.models import County, User
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
