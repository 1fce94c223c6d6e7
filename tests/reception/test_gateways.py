"""Sending through real gateways that accept, refuse, ask for patience, say nothing, lie, hang up before or after they took the text."""

import time

import pytest

from reception import gateways, pulse, scope, sending, ways
from reception.actions import messages
from reception.models import Channel, Message, Pulse
from tests.faults import receivers
from tests.reception import bookers, outbox
from tests.reception.builders import NOW

WEIRD = "居民𠮷甲\r\nX-Evil: 1\x1b[31m</script>\u202e{{ 7|add:7 }}"


@pytest.fixture
def office(standing):
    return standing


@pytest.fixture
def booked(office):
    made = outbox.booking(office, at=NOW)
    outbox.forget(office)
    return made


@pytest.fixture
def ask(office, booked, settings, monkeypatch):
    """One short message through a gateway in one mode: the gateway, the message, and whatever else is to be asked."""
    monkeypatch.setattr(ways, "LONGEST", 1.0)

    def run(shape, mode, times=1):
        (key,) = outbox.texts(booked, at=NOW)
        with receivers.Gateway(shape, mode) as gateway:
            settings.SMS_URL = gateway.url
            for _n in range(times):
                sending._rests.clear()
                with scope.county(office.county):
                    Message.objects.filter(state="waiting").update(due_at=NOW)
                sending.send_due(office.county, now=lambda: NOW)
        with scope.county(office.county):
            return gateway, Message.objects.get(key=key)

    return run


def test_a_text_taken_is_sent_and_says_when_and_where(ask, booked):
    gateway, message = ask("json", "accept", times=2)
    assert (message.state, message.attempts) == ("sent", 1)
    assert gateway.asked == {f"{message.county_id}-{message.key}": 1}
    (said,) = gateway.words.values()
    assert f"{booked.day:%Y-%m-%d}" in said
    assert "漏水" not in said


@pytest.mark.parametrize(
    ("mode", "state", "error"),
    [
        ("error body", "failed", "code 7"),
        ("busy body", "waiting", "code 429"),
        ("garbage", "waiting", "no answer"),
        ("deep", "waiting", "no answer"),
        ("redirect", "waiting", "no answer"),
        ("400", "failed", "HTTP 400"),
        ("429", "waiting", "HTTP 429"),
        ("500", "waiting", "HTTP 500"),
        ("503", "waiting", "HTTP 503"),
        ("drop before", "waiting", "RemoteDisconnected"),
        ("drop after", "waiting", "RemoteDisconnected"),
        ("stall", "waiting", "RemoteDisconnected"),
    ],
)
def test_a_gateway_with_keys_is_asked_again_unless_it_says_no(ask, mode, state, error):
    gateway, message = ask("json", mode)
    assert (message.state, message.error) == (state, error)
    assert gateway.asked.total() == 1


@pytest.mark.parametrize("mode", ["empty", "500", "drop after"])
def test_a_gateway_with_keys_sends_one_text_however_often_it_is_asked(ask, mode):
    gateway, message = ask("json", mode, times=4)
    assert (gateway.asked.total(), gateway.texts.total(), message.state) == (4, 1, "waiting")


@pytest.mark.parametrize(
    ("mode", "state", "error", "texts"),
    [
        ("accept", "sent", "", 1),
        ("error body", "failed", "code -3", 0),
        ("garbage", "unknown", "no answer", 0),
        ("empty", "unknown", "no answer", 1),
        ("redirect", "unknown", "no answer", 0),
        ("400", "failed", "HTTP 400", 0),
        ("500", "unknown", "HTTP 500", 1),
        ("503", "unknown", "HTTP 503", 1),
        ("drop before", "unknown", "RemoteDisconnected", 0),
        ("drop after", "unknown", "RemoteDisconnected", 1),
        ("stall", "unknown", "RemoteDisconnected", 0),
    ],
)
def test_a_gateway_without_keys_is_asked_once_and_what_is_not_known_is_for_a_person(ask, mode, state, error, texts):
    gateway, message = ask("form", mode, times=3)
    assert (message.state, message.error) == (state, error)
    assert (gateway.asked.total(), gateway.texts.total()) == (1, texts)


@pytest.mark.parametrize("mode", ["429", "503 patience"])
def test_a_gateway_without_keys_that_asks_for_patience_is_asked_again(ask, mode):
    gateway, message = ask("form", mode, times=3)
    assert (message.state, gateway.asked.total(), gateway.texts.total()) == ("waiting", 3, 0)


@pytest.mark.parametrize("shape", ["json", "form"])
def test_where_nobody_answers_the_others_need_not_try(office, booked, settings, shape):
    keys = outbox.texts(booked, 3, at=NOW)
    settings.SMS_URL = f"{shape}+http://u:p@127.0.0.1:{receivers.free_port()}/"
    assert sending.send_due(office.county, now=lambda: NOW) == 0
    assert outbox.states(office, keys) == ["waiting"] * 3
    with scope.county(office.county):
        assert sorted(Message.objects.filter(key__in=keys).values_list("attempts", flat=True)) == [0, 0, 1]


@pytest.mark.parametrize(
    ("first", "shape", "state"),
    [(b"HTTP/1.1 200 OK\r\nX-", "json", "waiting"), (b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n", "form", "unknown")],
)
def test_a_gateway_that_answers_byte_by_byte_is_cut_off(office, booked, settings, monkeypatch, first, shape, state):
    monkeypatch.setattr(ways, "LONGEST", 1.0)
    (key,) = outbox.texts(booked, at=NOW)
    with receivers.Dripping(first) as gateway:
        settings.SMS_URL = f"{shape}+http://u:p@127.0.0.1:{gateway.port}/"
        began = time.monotonic()
        sending.send_due(office.county, now=lambda: NOW)
        assert time.monotonic() - began < 5
    assert (gateway.asked, outbox.state(office, key)) == (1, state)


@pytest.mark.parametrize("shape", ["json", "form"])
def test_hostile_words_arrive_as_they_are_and_change_no_header(settings, shape):
    with receivers.Gateway(shape) as gateway:
        way = gateways.named(gateway.url)
        for n in range(3):
            way.send(gateways.Text("13800000001", WEIRD, f"1-{n:064x}"))
        way.close()
    assert set(gateway.words.values()) == {WEIRD}
    assert gateway.texts.total() == 3


def test_a_line_is_kept_for_the_next_text_and_called_anew_once_it_is_dead():
    with receivers.Gateway("json") as gateway:
        way = gateways.named(gateway.url)
        way.send(gateways.Text("1", "a", "1-a"))
        first = way.line
        way.send(gateways.Text("1", "b", "1-b"))
        assert way.line is first
        gateway.mode = "400"
        with pytest.raises(ways.Refused):
            way.send(gateways.Text("1", "c", "1-c"))
        gateway.mode = "drop after"
        with pytest.raises(ways.Later):
            way.send(gateways.Text("1", "d", "1-d"))
        gateway.mode = "accept"
        way.send(gateways.Text("1", "d", "1-d"))
        way.close()
    assert gateway.texts == {"1-a": 1, "1-b": 1, "1-d": 1}


class Dies(BaseException):
    """The process ends here."""


def test_what_was_begun_and_cut_off_is_never_sent_again_however_often_it_is_taken(office, booked, settings, monkeypatch):
    """Also not where whoever took it next died as well, or gave it back."""
    (key,) = outbox.texts(booked, at=NOW)
    later = [NOW + n * (messages.LEASE * 2) for n in range(6)]
    with receivers.Gateway("form") as gateway:
        settings.SMS_URL = gateway.url
        for n, point in enumerate(["after_accept", "after_claim"]):
            monkeypatch.setattr(sending, "failpoint", lambda name, point=point: _die(name == point))
            with pytest.raises(Dies):
                sending.send_due(office.county, now=lambda n=n: later[n])
        monkeypatch.setattr(sending, "failpoint", lambda _name: None)
        rows = messages.claim(county=office.county, at=later[2], channels=[Channel.SMS])
        messages.release(rows, county=office.county, at=later[2])
        sending.send_due(office.county, now=lambda: later[3])
    assert (gateway.asked.total(), outbox.state(office, key)) == (1, "unknown")
    assert outbox.outcomes(office, key) == ["unknown", "unknown", "later", "unknown"]
    with scope.county(office.county):
        assert Message.objects.get(key=key).error == messages.LEFT
    assert pulse.health(Pulse.objects.all(), at=later[3]).to_see_to == 1


def test_a_person_may_have_it_sent_again(office, booked, settings, monkeypatch):
    (key,) = outbox.texts(booked, at=NOW)
    with receivers.Gateway("form", "drop before") as gateway:
        settings.SMS_URL = gateway.url
        sending.send_due(office.county, now=lambda: NOW)
        with scope.county(office.county):
            messages.again(message=Message.objects.get(key=key), county=office.county, by=office.clerk, at=NOW)
        gateway.mode = "accept"
        sending.send_due(office.county, now=lambda: NOW)
    assert (gateway.texts.total(), outbox.state(office, key)) == (1, "sent")


def _die(now):
    if now:
        raise Dies


def test_whoever_does_not_want_short_messages_gets_none(ask, office, booked):
    with scope.county(office.county):
        booked.identity.wants_sms = False
        booked.identity.save(update_fields=["wants_sms"])
    gateway, message = ask("json", "accept")
    assert (gateway.asked.total(), message.state) == (0, "quiet")


@pytest.mark.parametrize("url", ["json+ftp://h/", "soap+https://h/", "json+https:///x", "https://h/"])
def test_an_address_of_no_known_shape_is_refused(url):
    with pytest.raises(ValueError, match="SMS_URL"):
        gateways.named(url)


def test_a_person_of_the_vault_is_in_no_log_and_no_reference(ask, office, booked, caplog):
    _gateway, message = ask("form", "500")
    assert bookers.person(1).phone not in caplog.text
    assert bookers.person(1).phone not in gateways.reference(message)
    assert str(message.pk) in caplog.text
