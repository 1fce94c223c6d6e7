"""Codes: each opens once, for half a minute more or less, and not after many wrong ones; lost ones are never shown again."""

import time

from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client

from reception import scope
from tests.reception.test_signing_in import code, enter, factor, reset_link, signed_in

AUTHENTICATE = "/accounts/2fa/authenticate/"


def codes_of(person):
    with scope.accounts():
        return RecoveryCodes.activate(person).get_unused_codes()


def entered(given):
    browser = Client()
    enter(browser, "chenghe-clerk")
    browser.post(AUTHENTICATE, {"code": given})
    return signed_in(browser)


def test_a_recovery_code_opens_once(office):
    factor(office.clerk)
    first, second, *_others = codes_of(office.clerk)
    assert (entered(first), entered(first), entered(second)) == (True, False, True)


def test_recovery_codes_are_hard_to_guess_all_different_and_sealed(office):
    factor(office.clerk)
    codes = codes_of(office.clerk)
    assert len(set(codes)) == 10
    assert all(10 ** len(each) > 2**20 for each in codes)
    with scope.accounts():
        kept = str(Authenticator.objects.get(user=office.clerk, type="recovery_codes").data)
    assert not any(each in kept for each in codes)
    assert codes != codes_of(office.chief)


def test_a_code_of_the_step_before_still_opens_and_an_older_one_does_not(office):
    secret = factor(office.clerk)
    now = time.time()
    assert not entered(code(secret, at=now - 60))
    assert not entered(code(secret, at=now + 60))
    assert entered(code(secret, at=now - 30))


def test_after_many_wrong_codes_the_right_one_waits(office):
    secret = factor(office.clerk)
    browser = Client()
    enter(browser, "chenghe-clerk")
    for _attempt in range(12):
        browser.post(AUTHENTICATE, {"code": "000000"})
    browser.post(AUTHENTICATE, {"code": code(secret)})
    assert not signed_in(browser)


def test_a_reset_link_is_for_an_hour(office, client, clock):
    link = "/" + reset_link(office, client)
    clock.shift(3601)
    assert "重置链接无效" in Client().get(link, follow=True).content.decode()


def test_a_reset_link_of_one_account_is_not_for_another(office, client):
    key = reset_link(office, client).split("/key/")[1].strip("/").split("-", 1)[1]
    with scope.accounts():
        other = user_pk_to_url_str(office.chief)
    assert "重置链接无效" in Client().get(f"/accounts/password/reset/key/{other}-{key}/", follow=True).content.decode()


def test_what_is_in_the_address_of_a_post_fills_in_nothing(office):
    browser = Client()
    browser.post("/accounts/login/?login=chenghe-clerk&password=a+long+demo+password")
    assert "/accounts/2fa/" not in str(browser.get("/admin/").headers.get("Location"))
    assert not signed_in(browser)
