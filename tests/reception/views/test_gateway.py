"""Receipts of an SMS gateway: signed, fresh, forward only, and silent about what is there."""

import time

import pytest

from reception import gateways, scope, sending, ways
from reception.actions import messages
from reception.models import Attempt, Channel, Choice, Message
from tests.faults import receivers
from tests.reception import builders, outbox
from tests.reception.builders import NOW


@pytest.fixture
def office(standing):
    return standing


@pytest.fixture
def key(office, settings):
    settings.SMS_URL = f"form+http://{receivers.USER}:{receivers.SECRET.replace(' ', '%20')}@127.0.0.1:1/"
    booked = outbox.booking(office, at=NOW)
    outbox.forget(office)
    (made,) = outbox.texts(booked, at=NOW)
    return made


@pytest.fixture
def tell(client, office, key):
    def told(status="delivered", changed=None):
        fields = receivers.receipt(f"{office.county.pk}-{key}", status)
        return client.post("/gateway/receipts/", {**fields, **(changed or {})}).status_code

    return told


def made(office, key, state, fence=1):
    with scope.county(office.county):
        Message.objects.filter(key=key).update(state=state, fence=fence, begun_fence=fence, lease_until=None)


@pytest.mark.parametrize(
    ("before", "status", "after"),
    [
        ("unknown", "delivered", "sent"),
        ("unknown", "undelivered", "failed"),
        ("unknown", "expired", "failed"),
        ("sent", "delivered", "sent"),
        ("sent", "undelivered", "failed"),
        ("sending", "delivered", "sent"),
        ("sending", "undelivered", "failed"),
        ("waiting", "delivered", "sent"),
        ("waiting", "undelivered", "waiting"),
        ("failed", "delivered", "failed"),
        ("quiet", "undelivered", "quiet"),
    ],
)
def test_states_go_forward_only_and_each_receipt_is_kept_once(office, key, tell, before, status, after):
    made(office, key, before)
    assert [tell(status) for _n in range(3)] == [200] * 3
    assert outbox.state(office, key) == after
    assert outbox.outcomes(office, key) == ["delivered" if status == "delivered" else "returned"]
    with scope.county(office.county):
        assert Attempt.objects.get(key=key).said == status


def test_what_came_back_stays_so_whatever_is_said_after(office, key, tell):
    made(office, key, "sent")
    for status in ("undelivered", "delivered", "undelivered"):
        tell(status)
    assert (outbox.state(office, key), outbox.outcomes(office, key)) == ("failed", ["returned", "delivered"])


@pytest.mark.parametrize(
    "changed",
    [
        {"sign": "0" * 64},
        {"sign": "签"},
        {"sign": ""},
        {"status": "undelivered"},
        {"account": "other"},
        {"time": "1"},
        {"time": ""},
        {"time": "１"},
        {"reference": "1-" + "f" * 64},
    ],
)
def test_what_the_gateway_did_not_sign_is_refused(office, key, tell, changed):
    made(office, key, "unknown")
    assert tell("delivered", changed) == 403
    assert (outbox.state(office, key), outbox.outcomes(office, key)) == ("unknown", [])


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"when": str(int(time.time()) - 3600)}, 403),
        ({"when": str(int(time.time()) + 36000)}, 403),
        ({"when": "99999999999999999999"}, 403),
        ({"when": "soon"}, 403),
        ({"account": "other"}, 403),
    ],
)
def test_a_right_signature_of_another_time_or_account_is_refused(client, office, key, fields, status):
    made(office, key, "unknown")
    told = receivers.receipt(f"{office.county.pk}-{key}", "delivered", **fields)
    assert client.post("/gateway/receipts/", told).status_code == status
    assert outbox.state(office, key) == "unknown"


def test_a_reference_that_is_not_known_is_answered_like_one_that_is(client, office, key, tell):
    twin = builders.county("linhe")
    made(office, key, "unknown")
    known = client.post("/gateway/receipts/", receivers.receipt(f"{office.county.pk}-{key}", "delivered"))
    for reference in (
        f"{office.county.pk}-{'f' * 64}",
        f"{twin.pk}-{key}",
        f"999999-{key}",
        key,
        "",
        "0-0",
        "\x00",
        "居民",
        "9" * 18 + f"-{key}",
    ):
        answer = client.post("/gateway/receipts/", receivers.receipt(reference, "delivered"))
        # All but the second it was answered in.
        assert (answer.status_code, answer.content) == (known.status_code, known.content)
        assert {**answer.headers, "Expires": ""} == {**known.headers, "Expires": ""}
    with scope.county(office.county):
        assert Attempt.objects.count() == 1


def test_what_was_never_handed_over_has_no_receipt(office, key, tell):
    assert tell() == 200
    assert (outbox.state(office, key), outbox.outcomes(office, key)) == ("waiting", [])


def test_only_a_gateway_that_gives_receipts_has_the_address_and_only_by_post(client, settings, office, key, tell):
    assert client.get("/gateway/receipts/").status_code == 405
    assert tell("x" * 5000) == 413
    for url in ("", "null://", "json+http://u:p@h/"):
        settings.SMS_URL = url
        assert tell() == 404


class Early:
    """The gateway's receipt comes before its answer."""

    knows_keys, asks_first = False, True

    def __init__(self, way, before):
        self.way, self.before, self.prepare, self.close = way, before, way.prepare, way.close

    def send(self, prepared):
        self.before()
        self.way.send(prepared)


@pytest.mark.parametrize(
    ("mode", "status", "after"),
    [("accept", "delivered", "sent"), ("drop after", "delivered", "sent"), ("accept", "undelivered", "failed")],
)
def test_a_receipt_may_come_before_the_answer(office, key, tell, mode, status, after, monkeypatch):
    monkeypatch.setattr(ways, "LONGEST", 1.0)
    with receivers.Gateway("form", mode) as gateway:
        way = Early(gateways.named(gateway.url), lambda: tell(status))
        for _again in range(3):
            sending.send_due(office.county, now=lambda: NOW, by={Channel.SMS: way})
    assert (outbox.state(office, key), gateway.texts.total()) == (after, 1)
    assert tell(status) == 200
    assert outbox.outcomes(office, key) == ["delivered" if status == "delivered" else "returned"]


def test_what_follows_a_message_follows_from_its_receipt_too(office, key, tell, monkeypatch):
    seen = []
    monkeypatch.setitem(messages.AFTER, "visit", lambda rows, _county, _at: seen.extend(row.key for row in rows))
    made(office, key, "unknown")
    assert (tell(), tell()) == (200, 200)
    assert seen == [key]


def test_what_cannot_follow_does_not_undo_the_sending(office, key, settings, monkeypatch):
    """Else it would be sent again, and again."""

    def follow(rows, county, at):
        Choice.objects.get(pk=0)

    monkeypatch.setitem(messages.AFTER, "visit", follow)
    with receivers.Gateway("form") as gateway:
        settings.SMS_URL = gateway.url
        for _again in range(2):
            sending.send_due(office.county, now=lambda: NOW)
    assert (gateway.asked.total(), outbox.state(office, key)) == (1, "sent")
