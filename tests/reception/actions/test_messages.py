"""The outbox: one message for each cause and person, sent once, by any number of senders."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail

from reception import scope
from reception.actions import messages
from reception.actions.messages import Came
from reception.models import Message, MessageState, Outcome
from reception.roles import Role
from reception.sending import send_due
from tests.reception import builders
from tests.reception.builders import NOW

LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def office(db):
    return builders.bureau()


@pytest.fixture
def leader(office):
    return builders.user("leader", office.county, Role.LEADER)


def queued(office, leader, cause="release 1", due_at=NOW):
    with scope.county(office.county):
        messages.queue(kind="release_published", cause=cause, to=leader, due_at=due_at, facts={"release": 1})


def states(office):
    with scope.county(office.county):
        return list(Message.objects.values_list("state", flat=True))


def test_the_same_cause_is_said_once(office, leader):
    queued(office, leader)
    queued(office, leader)
    queued(office, leader, cause="release 2")
    assert states(office) == ["waiting", "waiting"]


def test_a_due_message_is_sent_once_in_both_languages(office, leader):
    queued(office, leader)
    assert send_due(office.county, now=lambda: NOW) == 1
    assert send_due(office.county, now=lambda: NOW) == 0
    (letter,) = mail.outbox
    assert (letter.to, states(office)) == (["leader@example.invalid"], ["sent"])
    assert "第 1 期" in letter.subject
    assert "release 1" in letter.subject
    assert "/chenghe/releases/1/" in letter.body
    assert "/en/chenghe/releases/1/" in letter.body


def test_what_is_not_due_yet_waits(office, leader):
    queued(office, leader, due_at=LATER)
    assert send_due(office.county, now=lambda: NOW) == 0
    assert send_due(office.county, now=lambda: LATER) == 1


def test_two_senders_never_claim_the_same_message(office, leader):
    queued(office, leader)
    first, second = messages.claim(county=office.county, at=NOW), messages.claim(county=office.county, at=NOW)
    assert (len(first), second) == (1, [])


def test_a_sender_that_slept_past_its_lease_changes_nothing(office, leader):
    queued(office, leader)
    (slow,) = messages.claim(county=office.county, at=NOW)
    (quick,) = messages.claim(county=office.county, at=NOW + messages.LEASE + timedelta(seconds=1))
    assert messages.finish([(quick, Came(Outcome.SENT))], county=office.county, at=LATER) == {quick.key}
    assert messages.finish([(slow, Came(Outcome.LATER, "late"))], county=office.county, at=LATER) == set()
    assert states(office) == ["sent"]


@pytest.mark.parametrize(
    ("failure", "state"),
    [
        (smtplib.SMTPResponseException(451, b"later"), MessageState.WAITING),
        (ConnectionRefusedError(), MessageState.WAITING),
        (smtplib.SMTPResponseException(550, b"no such mailbox"), MessageState.FAILED),
    ],
)
def test_a_failure_that_may_pass_is_tried_again_and_one_that_will_not_is_shown(office, leader, monkeypatch, failure, state):
    def broken(*args, **kwargs):
        raise failure

    monkeypatch.setattr(mail.EmailMessage, "send", broken)
    queued(office, leader)
    assert send_due(office.county, now=lambda: NOW) == 0
    assert states(office) == [state]
    with scope.county(office.county):
        assert "example.invalid" not in Message.objects.get().error


def test_a_person_without_an_address_is_a_case_for_a_person(office, leader):
    with scope.county(office.county):
        leader.email = ""
        leader.save()
    queued(office, leader)
    assert send_due(office.county, now=lambda: NOW) == 0
    assert (states(office), mail.outbox) == (["failed"], [])


def test_waiting_doubles_and_ends_at_six_hours_a_fifth_more_or_less():
    for attempts, minutes in ((1, 1), (2, 2), (3, 4), (12, 360), (30, 360)):
        found = [messages.pause(attempts) / timedelta(minutes=minutes) for _n in range(50)]
        assert all(0.8 <= share <= 1.2 for share in found)
        assert len(set(found)) > 1
