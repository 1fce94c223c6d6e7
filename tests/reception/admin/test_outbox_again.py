"""Many messages sent again at once: what is shown before, what is left out, and who may."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from reception import scope
from reception.admin import outbox_again
from reception.models import Attempt, Booking, Entry, Leader, Message, MessageState
from reception.roles import Role
from tests.reception import builders, outbox
from tests.reception.bookers import book
from tests.reception.builders import NOW

LIST = "/admin/reception/message/"
AGAIN = "/admin/messages/again/"


def text(response):
    return response.content.decode()


@pytest.fixture
def people(office):
    return [builders.user(f"leader-{n}", office.county, Role.LEADER) for n in range(2)]


@pytest.fixture
def failed(office, people):
    """After a long outage: three letters to two people were let go, and of one nobody knows."""
    keys = outbox.letters(office, people[0], 3, at=NOW) + outbox.letters(office, people[1], 1, at=NOW)
    with scope.county(office.county):
        Message.objects.filter(key__in=keys).update(state=MessageState.FAILED, error="TimeoutError", attempts=20, fence=20)
        Message.objects.filter(key=keys[2]).update(state=MessageState.UNKNOWN, error="restored")
    return keys


def rows(office, keys):
    with scope.county(office.county):
        return {row.key: row for row in Message.objects.filter(key__in=keys)}


def choose(client, office, keys, prefix="", **more):
    ids = [row.pk for row in rows(office, keys).values()]
    return client.post(prefix + LIST, {"action": "again", "index": "0", "select_across": "0", "_selected_action": ids, **more})


def confirm(client, shown):
    return client.post(AGAIN, {"message": re.findall(r'name="message" value="(\d+)"', text(shown))}, follow=True)


def test_it_is_shown_how_many_to_how_many_people_and_done_only_then(office, failed, sign_in):
    client = sign_in(office.clerk)
    shown = choose(client, office, failed)
    said = text(shown)
    assert re.search(r"<strong>4 条</strong> · 收件人 2 人", said)
    assert "1 条，对方可能收到两条相同的消息" in said
    assert "leader-0@example.invalid" not in said
    assert {row.state for row in rows(office, failed).values()} == {MessageState.FAILED, MessageState.UNKNOWN}
    assert "4 条消息已排入发送" in text(confirm(client, shown))
    for row in rows(office, failed).values():
        assert (row.state, row.due_at, row.first_due_at) == (MessageState.WAITING, NOW, NOW)
    with scope.county(office.county):
        tried = Attempt.objects.filter(key__in=failed, outcome="settled", said="again", by=office.clerk.username)
        assert tried.count() == 4
        assert Entry.objects.get(act="messages.again").facts == {"messages": 4, "people": 2}
    # Sent once more from the same page: nothing is left to do.
    assert "已经处理过了" in text(confirm(client, shown))
    with scope.county(office.county):
        assert Entry.objects.filter(act="messages.again").count() == 1


def test_it_is_said_in_english_too(office, failed, sign_in):
    shown = text(choose(sign_in(office.clerk), office, failed, prefix="/en"))
    assert 'action="/en/admin/messages/again/"' in shown


def test_those_whose_cause_has_gone_and_those_that_can_t_go_are_left_out_and_stay(office, people, failed, sign_in):
    booked = book(office, at=NOW).booking
    texts = outbox.texts(booked, 1, at=NOW)
    with scope.county(office.county):
        Message.objects.filter(key__in=texts).update(state=MessageState.FAILED)
        Message.objects.filter(key=failed[0]).update(valid_until=NOW)
        people[1].email = ""
        people[1].save()
    client = sign_in(office.clerk)
    shown = choose(client, office, failed + texts)
    assert "<strong>2 条</strong> · 收件人 1 人" in text(shown)
    assert "1 条：事情已有变化，或已过时" in text(shown)
    # Without a gateway the text can't go, and without an address the letter.
    assert "2 条：没有邮箱、电话或短信网关" in text(shown)
    # Whatever else a browser names is left out as well.
    left = rows(office, [failed[0], failed[3], *texts])
    client.post(AGAIN, {"message": [row.pk for row in left.values()]})
    assert {row.state for row in rows(office, left).values()} == {MessageState.FAILED}
    confirm(client, shown)
    assert [rows(office, failed)[key].state for key in failed] == ["failed", "waiting", "waiting", "failed"]


def test_a_visit_that_was_called_off_is_a_cause_that_has_gone(office, sign_in, settings):
    settings.SMS_URL = "json+https://a:b@gateway.example.invalid/sms"
    booked = book(office, at=NOW).booking
    keys = outbox.texts(booked, 1, at=NOW)
    with scope.county(office.county):
        Message.objects.filter(key__in=keys).update(state=MessageState.FAILED)
    client = sign_in(office.clerk)
    assert "<strong>1 条</strong>" in text(choose(client, office, keys))
    with scope.county(office.county):
        Booking.objects.filter(pk=booked.pk).update(day=booked.day + timedelta(days=28))
    shown = text(choose(client, office, keys))
    assert "1 条：事情已有变化，或已过时" in shown
    assert 'name="message"' not in shown


def test_so_many_at_once_and_the_rest_afterwards(office, failed, sign_in, monkeypatch):
    monkeypatch.setattr(outbox_again, "MOST", 3)
    client = sign_in(office.clerk)
    shown = choose(client, office, failed)
    assert "1 条：一次最多发 3 条" in text(shown)
    confirm(client, shown)
    assert sorted(row.state for row in rows(office, failed).values()).count("waiting") == 3


def test_what_was_sent_already_is_left_alone(office, failed, sign_in):
    with scope.county(office.county):
        Message.objects.filter(key=failed[0]).update(state=MessageState.SENT)
    shown = choose(sign_in(office.clerk), office, failed)
    assert "1 条：已发、待发或已处理" in text(shown)
    assert "<strong>3 条</strong>" in text(shown)


def test_who_may_look_is_offered_no_such_thing_and_refused(office, failed, sign_in):
    client = sign_in(builders.user("sysadmin", office.county, Role.SYSTEM_ADMIN))
    assert 'value="again"' not in text(client.get(LIST))
    assert 'name="message"' not in text(choose(client, office, failed))
    ids = [row.pk for row in rows(office, failed).values()]
    assert client.post(AGAIN, {"message": ids}).status_code == 403
    assert client.get(AGAIN).status_code == 405
    assert "waiting" not in {row.state for row in rows(office, failed).values()}


def test_what_is_another_county_s_or_behind_the_wall_is_not_there(office, failed, sign_in, settings):
    settings.SMS_URL = "json+https://a:b@gateway.example.invalid/sms"
    ids = [row.pk for row in rows(office, failed).values()]
    other = sign_in(builders.bureau("linhe").clerk)
    assert "已经处理过了" in text(other.post(AGAIN, {"message": [*ids, "x", "9" * 30, "-1"]}, follow=True))
    booked = book(office, at=NOW).booking
    keys = outbox.texts(booked, 1, at=NOW)
    with scope.county(office.county):
        Message.objects.filter(key__in=keys).update(state=MessageState.FAILED)
        leader = Leader.objects.first()
        Leader.objects.filter(pk=leader.pk).update(user=office.clerk)
        Booking.objects.filter(pk=booked.pk).update(accused_leader=leader)
    walled = sign_in(office.clerk)
    assert 'name="message"' not in text(choose(walled, office, keys))
    walled.post(AGAIN, {"message": [row.pk for row in rows(office, keys).values()]})
    assert outbox.state(office, keys[0]) == MessageState.FAILED
    assert 'name="message"' in text(choose(sign_in(office.chief), office, keys))


def test_the_address_is_the_one_the_page_uses():
    assert reverse("admin:messages_again") == AGAIN
