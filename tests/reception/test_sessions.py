"""Sessions: new upon signing in, dead once left, over after eight hours whatever is done in them."""

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client

from reception import scope, tasks
from reception.adapters import SecondFactorAdapter
from reception.models import Session
from tests.reception.test_signing_in import PASSWORD, acts, code, enter, factor, signed_in

COOKIE = settings.SESSION_COOKIE_NAME


def entered(office, client, person=None):
    """Sign in as the clerk, or another, by the door, with a code."""
    person = person or office.clerk
    secret = factor(person)
    enter(client, person.username)
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
    for _hour in range(8):
        clock.shift(3590)
        session = client.session
        session["worked"] = True
        session.save()
        assert client.get("/admin/").status_code == 200
    clock.shift(81)
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


WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"


def open_ones(client):
    return client.get("/accounts/sessions/").context["sign_ins"]


def test_all_of_ones_own_are_shown_and_nobody_elses(office, client, clock):
    entered(office, client)
    clock.shift(600)
    enter(Client(headers={"User-Agent": WINDOWS}), "chenghe-chief")
    mine = Client(headers={"User-Agent": WINDOWS})
    again(office, mine)
    this, other = open_ones(client)
    assert (this.is_this, this.device, other.is_this, other.device) == (True, "", False, "Chrome · Windows")
    assert (other.began_at - this.began_at).total_seconds() == 600
    assert client.cookies[COOKIE].value not in client.get("/accounts/sessions/").content.decode()


def again(office, client):
    """The same clerk, in another browser, whose factor is set up already."""
    with scope.accounts():
        secret = Authenticator.objects.get(user=office.clerk, type="totp").wrap()
    enter(client, "chenghe-clerk")
    client.post("/accounts/2fa/authenticate/", {"code": code(SecondFactorAdapter().decrypt(secret.instance.data["secret"]))})
    assert signed_in(client)


def elsewhere(office, clock):
    """Another browser of the clerk's, a minute later."""
    clock.shift(60)
    other = Client()
    again(office, other)
    return other


def test_one_is_ended_and_it_is_written_down(office, client, clock):
    entered(office, client)
    other = elsewhere(office, clock)
    handle = open_ones(client)[1].handle
    said = client.post("/accounts/sessions/", {"end": handle}, follow=True).content.decode()
    assert ("已退出 1 台设备。" in said, len(open_ones(client)), signed_in(client)) == (True, 1, True)
    assert other.get("/admin/")["Location"].startswith("/accounts/login/")
    assert acts(office)[-1] == "account.own_sessions_ended"
    assert "该设备已经退出" in client.post("/accounts/sessions/", {"end": handle}, follow=True).content.decode()


def test_all_others_are_ended_and_this_one_goes_on(office, client, clock):
    entered(office, client)
    others = [elsewhere(office, clock), elsewhere(office, clock)]
    assert "已退出 2 台设备。" in client.post("/accounts/sessions/", {"end": "others"}, follow=True).content.decode()
    assert [one.is_this for one in open_ones(client)] == [True]
    assert {other.get("/admin/").status_code for other in others} == {302}


def test_nobody_ends_another_persons(office, client, sign_in):
    entered(office, client)
    handle = open_ones(client)[0].handle
    chief = sign_in(office.chief)
    chief.post("/accounts/sessions/", {"end": handle})
    assert signed_in(client)
    assert client.get("/admin/").status_code == 200


def test_after_ten_minutes_one_confirms_first_and_what_was_chosen_is_done_then(office, client, clock):
    entered(office, client)
    other = elsewhere(office, clock)
    handle = open_ones(client)[1].handle
    clock.shift(601)
    asked = client.post("/accounts/sessions/", {"end": handle})
    assert asked["Location"] == "/accounts/reauthenticate/?next=%2Faccounts%2Fsessions%2F"
    assert other.get("/admin/").status_code == 200
    client.post(asked["Location"], {"password": PASSWORD, "next": "/accounts/sessions/"})
    assert other.get("/admin/").status_code == 302


def test_a_new_password_leaves_none_of_the_others_in_the_list(office, client, clock):
    entered(office, client)
    elsewhere(office, clock)
    assert len(open_ones(client)) == 2
    new = "a quite other long sentence"
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert [one.is_this for one in open_ones(client)] == [True]


def test_what_is_over_is_forgotten(office, client, clock):
    entered(office, client)
    tasks.settle()
    assert Session.objects.filter(user=office.clerk).count() == 1
    clock.shift(8 * 3600 + 1)
    tasks.settle()
    assert not Session.objects.exists()
