"""Sending through a real mail server that accepts, refuses, asks for patience, stalls, or hangs up before or after it took the letter."""

import email
import time
from email import policy

import pytest
from django.core import mail
from django.template.loader import render_to_string

from reception import mail as letters
from reception import scope, sending, tasks, ways
from reception.actions import messages
from reception.models import County, Message, Pulse
from reception.roles import Role
from tests.faults import receivers
from tests.reception import builders, outbox
from tests.reception.builders import NOW

WEIRD = "居民𠮷甲\r\nBcc: somebody@example.invalid\r\n\r\n.\r\n\u202e<script>{{ 7|add:7 }}"


@pytest.fixture
def office(db, clock):
    return builders.bureau()


@pytest.fixture
def leader(office):
    return builders.user("leader", office.county, Role.LEADER)


@pytest.fixture
def through(settings, monkeypatch):
    """Send through whatever listens on a port."""
    monkeypatch.setattr(ways, "LONGEST", 1.0)

    def send(port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        sending._rests.clear()
        tasks.send_messages()

    return send


@pytest.fixture
def told(office, leader, through):
    """An outbox with one due message, and what the mail server makes of it, so many times."""
    (key,) = outbox.letters(office, leader, at=NOW)

    def run(*modes):
        with receivers.Mailbox() as server:
            for mode in modes:
                server.mode = mode
                with scope.county(office.county):
                    Message.objects.filter(state="waiting").update(due_at=NOW)
                through(server.port)
        with scope.county(office.county):
            return server, Message.objects.get(key=key)

    return run


def test_a_letter_taken_is_sent(told):
    server, message = told("250 taken", "250 taken")
    assert [letter.rcpt_tos for letter in server.envelopes] == [["leader@example.invalid"]]
    assert (message.state, message.error, message.attempts) == ("sent", "", 1)


@pytest.mark.parametrize(
    ("mode", "state", "error", "taken"),
    [
        ("451 try later", "waiting", "SMTP 451", 0),
        ("421 too many", "waiting", "SMTP 421", 0),
        ("550 no such mailbox", "failed", "SMTP 550", 0),
        ("552 too large", "failed", "SMTP 552", 0),
        ("stall", "waiting", "cut off", 0),
        ("drop before", "waiting", "cut off", 0),
        ("drop after", "waiting", "cut off", 1),
    ],
)
def test_what_the_server_says_decides_what_becomes_of_it(told, mode, state, error, taken):
    began = time.monotonic()
    server, message = told(mode)
    assert (server.letters.total(), message.state, message.error) == (taken, state, error)
    assert time.monotonic() - began < 5
    assert mail.outbox == []


def test_a_letter_that_comes_twice_has_the_same_id_and_the_second_is_counted(told, office):
    """Exactly once is not in anybody's hands here: the server took it and was gone before it could say so."""
    server, message = told("drop after", "250 taken")
    assert list(server.letters.items()) == [(f"<{message.key[:40]}@localhost>", 2)]
    assert message.state == "sent"
    assert Pulse.objects.get(county=office.county).interrupted == 1


def test_a_server_that_refuses_one_letter_gets_the_next_on_the_same_line(office, leader, through):
    keys = outbox.letters(office, leader, 3, at=NOW)
    with receivers.Mailbox("550 no") as server:
        through(server.port)
    assert outbox.states(office, keys) == ["failed"] * 3
    assert server.letters.total() == 0


def test_a_server_that_greets_byte_by_byte_is_left_alone(office, leader, through):
    keys = outbox.letters(office, leader, 3, at=NOW)
    began = time.monotonic()
    with receivers.Dripping() as server:
        through(server.port)
        assert time.monotonic() - began < 5
    assert (server.asked, outbox.states(office, keys)) == (1, ["waiting"] * 3)


def test_where_nobody_listens_the_others_need_not_try_and_all_go_once_somebody_does(office, leader, through):
    keys = outbox.letters(office, leader, 60, at=NOW)
    through(receivers.free_port())
    with scope.county(office.county):
        assert sum(Message.objects.filter(key__in=keys).values_list("attempts", flat=True)) == 1
        Message.objects.filter(key__in=keys).update(due_at=NOW)
    with receivers.Mailbox() as server:
        through(server.port)
    assert (server.letters.total(), set(outbox.states(office, keys))) == (60, {"sent"})


def test_hostile_words_change_no_header_and_no_recipient(office, leader, through):
    with scope.county(office.county):
        leader.name = WEIRD[:60]
        leader.save()
        office.county.bureau = office.county.bureau + "\r\nBcc: other@example.invalid"
        office.county.save()
    outbox.letters(office, leader, at=NOW)
    with receivers.Mailbox() as server:
        through(server.port)
    (envelope,) = server.envelopes
    letter = email.message_from_bytes(envelope.content, policy=policy.default)
    assert envelope.rcpt_tos == ["leader@example.invalid"]
    assert (letter["Bcc"], letter["To"]) == (None, "leader@example.invalid")
    assert "居民𠮷甲" in letter.get_body(("plain",)).get_content()
    assert "<script>" not in letter.get_body(("html",)).get_content()


@pytest.mark.parametrize("address", ["a@b\r\nBcc: c@example.invalid", "\ud800@example.invalid", "x" * 70 + "@"])
def test_an_address_that_is_none_stops_nobody(office, leader, through, address, monkeypatch):
    """Such a row is refused by every form; this one is there all the same."""
    other = builders.user("other", office.county, Role.LEADER)
    bad = outbox.letters(office, leader, at=NOW)
    good = outbox.letters(office, other, 2, at=NOW)
    found = messages.User.objects.get

    def get(**which):
        person = found(**which)
        if person.pk == leader.pk:
            person.email = address
        return person

    monkeypatch.setattr(messages.User.objects, "get", get)
    with receivers.Mailbox("250 taken") as server:
        through(server.port)
    assert outbox.states(office, good) == ["sent", "sent"]
    assert {rcpt for one in server.envelopes for rcpt in one.rcpt_tos} == {"other@example.invalid"}
    assert outbox.states(office, bad) == ["failed"]


def test_the_page_of_a_letter_has_each_language_under_its_own_head_with_lists_and_links():
    text = "王：\n\n您有 2 条：\n\n- 一 <b>\n  https://a.example/1/\n- 二\n  https://a.example/2/\n\n答复：https://a.example/desk/"
    assert letters._blocks(text) == [
        ("words", ["王："]),
        ("words", ["您有 2 条："]),
        ("list", ["一 <b>\n  https://a.example/1/", "二\n  https://a.example/2/"]),
        ("words", ["答复： https://a.example/desk/"]),
    ]
    page = render_to_string(
        "messages/letter.html", {"subject": "s", "halves": [("zh-CN", "题", letters._blocks(text))], "county": County()}
    )
    assert page.count("<li>") == 2
    assert "一 &lt;b&gt;" in page
    assert page.count('href="https://a.example/') == 3
