"""F46: Valkey is down, or silent, or holds what somebody else put there. Nobody is let in by it, and public pages don't ask it.

It only counts; so who can't be counted is told to come again (503), and what can't be read is as if it were not there.
"""

import pickle
import secrets
import socket
import time

import pytest
import redis
from django.conf import settings as configured
from django.core.cache import caches
from django.test import Client
from kombu.exceptions import ContentDisallowed
from kombu.serialization import loads

from config import patience
from config.celery import app
from reception import http, scope
from tests.reception import builders
from tests.reception.test_signing_in import PASSWORD, enter, factor, signed_in

# From the settings file, for the suite gives each test counters of its own.
REDIS_URL = configured.REDIS_URL


def counters(url, **options):
    given = {"serializer": "config.cache.JsonSerializer", **patience.valkey(url), **options}
    return {"default": {"BACKEND": "config.cache.Counters", "LOCATION": url, "KEY_PREFIX": secrets.token_hex(4), "OPTIONS": given}}


@pytest.fixture
def office(db):
    made = builders.bureau()
    builders.published(made)
    return made


@pytest.fixture
def silent():
    """Somebody takes every connection and never says anything."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"


@pytest.fixture
def elsewhere(settings):
    """Count at another address, until the test is over."""
    before = settings.CACHES

    def count(url, **options):
        settings.CACHES = counters(url, **options)

    yield count
    settings.CACHES = before


def asked(office):
    """What is said to who signs in, to who is there already, and to everybody: the statuses."""
    there = Client()
    with scope.accounts():
        there.force_login(builders.user("someone-there", office.county))
    answer = enter(Client(raise_request_exception=False), "chenghe-clerk")
    return (
        answer,
        there.get("/accounts/2fa/").status_code,
        Client().get("/chenghe/").status_code,
        Client().get("/track/").status_code,
    )


def test_f46_while_valkey_is_down_who_signs_in_is_told_to_come_again_and_everything_else_goes_on(office, elsewhere):
    elsewhere("redis://127.0.0.1:1/0")
    answer, there, public, track = asked(office)
    assert (answer.status_code, answer["Retry-After"], there, public, track) == (503, "60", 200, 200, 200)
    assert "系统正在恢复" in answer.content.decode()


def test_f46_without_knowing_valkey_s_errors_it_was_a_mistake_of_ours(office, elsewhere, monkeypatch):
    """What the other test would find."""
    elsewhere("redis://127.0.0.1:1/0")
    monkeypatch.setattr(http, "RedisError", ZeroDivisionError)
    assert asked(office)[0].status_code == 500


def test_f46_a_silent_valkey_is_waited_for_as_long_as_is_set_and_no_longer(office, elsewhere, silent):
    elsewhere(silent, socket_timeout=0.5)
    began = time.monotonic()
    answer, there, public, _track = asked(office)
    assert (answer.status_code, there, public) == (503, 200, 200)
    assert time.monotonic() - began < 10 * 0.5
    assert 0 < patience.valkey(silent)["socket_timeout"] <= 5


POISON = [
    b"not json",
    pickle.dumps([1.0]),
    b'{"a": 1}',
    b'"x"',
    b"[null]",
    b'["1"]',
    b"[true]",
    b"[1e308]",
    b"[NaN, Infinity]",
    b"7",
    b"[" * 100_000,
    # Of the year 2100, as a clock that once was wrong left it.
    b"[4102444800.0, 4102444800.0, 4102444800.0, 4102444800.0, 4102444800.0, 4102444800.0, 4102444800.0, 4102444800.0]",
]


@pytest.fixture
def valkey(settings):
    """The suite's own, under names of the test's own."""
    settings.CACHES = counters(REDIS_URL)
    client = redis.Redis.from_url(REDIS_URL)
    yield client, settings.CACHES["default"]["KEY_PREFIX"]
    client.delete(*client.keys(f"{settings.CACHES['default']['KEY_PREFIX']}:*"))
    client.close()


@pytest.mark.parametrize("poison", POISON, ids=range(len(POISON)))
def test_f46_what_somebody_else_wrote_there_lets_nobody_in_and_keeps_nobody_out(office, valkey, poison):
    client, prefix = valkey
    person = builders.user("poisoned", office.county)
    factor(person)
    assert enter(Client(), "poisoned", "wrong").status_code == 200
    keys = client.keys(f"{prefix}:*")
    assert keys
    for key in keys:
        client.set(key, poison)
    browser = Client()
    # The wrong password is wrong, the right one leads to the second factor, and nobody is in without it.
    assert enter(browser, "poisoned", "wrong").status_code == 200
    assert enter(browser, "poisoned").headers["Location"].endswith("/2fa/authenticate/")
    assert not signed_in(browser)


def test_f46_after_that_wrong_passwords_are_counted_as_ever(office, valkey):
    client, prefix = valkey
    builders.user("poisoned", office.county)
    enter(Client(), "poisoned", "wrong")
    for key in client.keys(f"{prefix}:*"):
        client.set(key, b"[null]")
    for _try in range(5):
        enter(Client(), "poisoned", "wrong")
    last = Client()
    assert "尝试次数过多" in enter(last, "poisoned", PASSWORD).content.decode()
    assert not signed_in(last)


def test_f46_django_s_own_is_stopped_by_it(office, settings, valkey):
    """What the other tests would find."""
    client, prefix = valkey
    settings.CACHES = {"default": settings.CACHES["default"] | {"BACKEND": "django.core.cache.backends.redis.RedisCache"}}
    enter(Client(), "nobody", "wrong")
    for key in client.keys(f"{prefix}:*"):
        client.set(key, b"[null]")
    assert enter(Client(raise_request_exception=False), "nobody", "wrong").status_code == 500


@pytest.mark.parametrize("kept", [[3.0, 2.0, 1.0], []])
def test_f46_what_is_right_comes_back_as_it_is(valkey, kept):
    caches["default"].set("history", kept)
    assert caches["default"].get("history", []) == kept
    assert caches["default"].get("nothing", []) == []
    caches["default"].set("mark", "y")
    assert caches["default"].get("mark") == "y"


def test_f46_a_worker_opens_no_pickle(tmp_path):
    """Somebody puts one into the queue; opening it would make a file."""

    class Evil:
        def __reduce__(self):
            return (open, (str(tmp_path / "opened"), "w"))

    with pytest.raises(ContentDisallowed):
        loads(pickle.dumps(Evil()), "application/x-python-serialize", "binary", accept=set(app.conf.accept_content))
    assert not (tmp_path / "opened").exists()
