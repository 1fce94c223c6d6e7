"""Sending through a real mail server that accepts, refuses, asks for patience, or hangs up."""

import socket

import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from django.template.loader import render_to_string

from reception import mail as letters
from reception import scope, tasks
from reception.actions import messages
from reception.models import County, Message
from reception.roles import Role
from tests.reception import builders
from tests.reception.builders import NOW


class Server:
    """Answers each letter with the line it was told to, and keeps the letters it took."""

    def __init__(self, answer):
        self.answer, self.letters = answer, []

    async def handle_DATA(self, server, session, envelope):
        if self.answer == "hang up":
            session.loop.call_soon(server.transport.close)
            return "421 closing"
        if self.answer.startswith("250"):
            self.letters.append(envelope)
        return self.answer


@pytest.fixture
def told(db, clock, settings):
    """An outbox with one due message, and what the mail server makes of it."""
    office = builders.bureau()
    leader = builders.user("leader", office.county, Role.LEADER)
    with scope.county(office.county):
        messages.queue(kind="release_published", cause="release 1", to=leader, due_at=NOW, facts={"release": 1})

    def run(answer):
        server = Server(answer)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        controller = Controller(server, hostname="127.0.0.1", port=port)
        controller.start()
        try:
            settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
            settings.EMAIL_HOST, settings.EMAIL_PORT = controller.hostname, port
            tasks.send_messages()
        finally:
            controller.stop()
        with scope.county(office.county):
            return server.letters, Message.objects.get()

    return run


def test_a_letter_taken_is_sent(told):
    letters, message = told("250 taken")
    assert [letter.rcpt_tos for letter in letters] == [["leader@example.invalid"]]
    assert (message.state, message.error, message.attempts) == ("sent", "", 1)


@pytest.mark.parametrize(
    ("answer", "state", "error"),
    [
        ("451 try later", "waiting", "SMTP 451"),
        ("550 no such mailbox", "failed", "SMTP 550"),
        ("hang up", "waiting", "SMTP 421"),
    ],
)
def test_what_the_server_says_decides_what_becomes_of_it(told, answer, state, error):
    letters, message = told(answer)
    assert (letters, message.state) == ([], state)
    assert message.error in (error, "SMTPServerDisconnected")
    assert mail.outbox == []


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
