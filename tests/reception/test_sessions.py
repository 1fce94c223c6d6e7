"""Sessions: new upon signing in, dead once left, over after eight hours whatever is done in them."""

import pytest
from django.conf import settings
from django.test import Client

from tests.reception.test_signing_in import code, enter, factor, signed_in

COOKIE = settings.SESSION_COOKIE_NAME


def entered(office, client):
    """Sign in as the clerk by the door, with a code."""
    secret = factor(office.clerk)
    enter(client, "chenghe-clerk")
    client.post("/accounts/2fa/authenticate/", {"code": code(secret)})
    assert signed_in(client)
    return client.cookies[COOKIE].value


def stolen(key):
    """Another browser with somebody's cookie."""
    browser = Client()
    browser.cookies[COOKIE] = key
    return browser


def test_signing_in_gives_a_new_key_that_nobody_guesses_and_ends_the_one_before(office, client):
    # A page that begins a session for a stranger: the first step of signing in.
    secret = factor(office.clerk)
    enter(client, "chenghe-clerk")
    before = client.cookies[COOKIE].value
    client.post("/accounts/2fa/authenticate/", {"code": code(secret)})
    after = client.cookies[COOKIE].value
    assert before != after
    assert 36 ** len(after) > 2**128
    assert stolen(before).get("/admin/").status_code == 302
    assert stolen(after).get("/admin/").status_code == 200


def test_a_key_that_somebody_chose_is_not_taken(office, client):
    client.cookies[COOKIE] = "a" * 32
    assert entered(office, client) != "a" * 32


def test_after_leaving_the_cookie_opens_nothing_and_the_browser_is_told_to_forget(office, client):
    key = entered(office, client)
    left = client.post("/accounts/logout/")
    assert left["Clear-Site-Data"] == '"cache", "storage"'
    assert stolen(key).get("/admin/").status_code == 302
    assert "Clear-Site-Data" not in client.get("/accounts/login/")
    client.get("/track/")
    assert client.post("/track/leave/")["Clear-Site-Data"] == '"cache", "storage"'


def test_it_is_over_after_eight_hours_however_much_is_done(office, client, clock):
    entered(office, client)
    for _hour in range(7):
        clock.shift(3600)
        session = client.session
        session["worked"] = True
        session.save()
        assert client.get("/admin/").status_code == 200
    clock.shift(3601)
    assert client.get("/admin/")["Location"].startswith("/accounts/login/")
    assert not signed_in(client)


def test_the_cookie_is_not_for_scripts_nor_for_other_sites(office, client):
    entered(office, client)
    cookie = client.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "Lax", "/", "")
    # No day of its own: it goes when the browser is closed.
    assert (cookie["max-age"], cookie["expires"]) == ("", "")


@pytest.mark.parametrize("address", ["/admin/", "/accounts/2fa/"])
def test_the_way_out_is_on_every_page(office, client, address):
    entered(office, client)
    assert "/accounts/logout/" in client.get(address).content.decode() or "/admin/logout/" in client.get(address).content.decode()
