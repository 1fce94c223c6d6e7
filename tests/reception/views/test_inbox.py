"""My messages: what I was told, in my language, newest first; read by POST only; nobody's but mine."""

from datetime import timedelta

import pytest

from reception import news, scope
from reception.actions import messages
from reception.models import Booking, Entry, Leader, Message, MessageState, User
from reception.news import Line
from reception.roles import Role
from tests.reception import builders
from tests.reception.bookers import book
from tests.reception.builders import NOW

INBOX = "/messages/"


def text(response):
    return response.content.decode()


@pytest.fixture
def leader(office):
    return builders.user("leader", office.county, Role.LEADER)


def tell(office, person, cause="release 7", due_at=NOW, **facts):
    with scope.county(office.county):
        messages.queue(kind="release_published", cause=cause, to=person, due_at=due_at, facts={"release": 7, **facts})
        return Message.objects.get(cause=cause, recipient=person)


def read(office, row):
    with scope.county(office.county):
        return Message.objects.get(pk=row.pk).read_at is not None


def test_each_language_has_its_half_of_the_subject(office, leader, sign_in):
    tell(office, leader)
    client = sign_in(leader)
    chinese, english = text(client.get(INBOX)), text(client.get(f"/en{INBOX}"))
    assert "领导接访安排第 7 期已公布" in chinese
    assert "Roster release 7" not in chinese
    assert "Roster release 7 is published" in english
    assert "期已公布" not in english


def test_newest_first_and_not_what_comes_later(office, leader, sign_in):
    tell(office, leader, "release 1", NOW - timedelta(days=2), release=1)
    tell(office, leader, "release 2", NOW - timedelta(days=1), release=2)
    tell(office, leader, "release 3", NOW + timedelta(days=1), release=3)
    shown = text(sign_in(leader).get(INBOX))
    assert shown.index("第 2 期") < shown.index("第 1 期")
    assert "第 3 期" not in shown


def test_pages_of_thirty(office, leader, sign_in):
    for n in range(31):
        tell(office, leader, f"release {n}", NOW - timedelta(hours=n), release=n)
    client = sign_in(leader)
    assert text(client.get(INBOX)).count("期已公布") == 30
    assert "第 30 期" in text(client.get(INBOX + "?page=2"))
    assert client.get(INBOX + "?page=none").status_code == 200


def test_looking_marks_nothing_opening_marks_one_and_leads_there(office, leader, sign_in):
    one, other = tell(office, leader, "release 1", release=1), tell(office, leader, "release 2", release=2)
    client = sign_in(leader)
    assert "2 条未读" in text(client.get(INBOX))
    assert not read(office, one)
    assert client.get(f"{INBOX}{one.pk}/open/").status_code == 405
    opened = client.post(f"{INBOX}{one.pk}/open/")
    assert opened["Location"] == "/chenghe/releases/1/"
    assert (read(office, one), read(office, other)) == (True, False)
    assert "1 条未读" in text(client.get(INBOX))


def test_all_of_it_at_once(office, leader, sign_in):
    rows = [tell(office, leader, f"release {n}") for n in range(3)]
    client = sign_in(leader)
    assert client.get(INBOX + "read/").status_code == 405
    assert "已全部标为已读" in text(client.post(INBOX + "read/", follow=True))
    assert all(read(office, row) for row in rows)
    assert "全部标为已读</button>" not in text(client.get(INBOX))


def test_anothers_message_does_not_exist(office, leader, sign_in):
    row = tell(office, leader)
    for other in (office.clerk, builders.bureau("linhe").clerk):
        client = sign_in(other)
        assert "第 7 期" not in text(client.get(INBOX))
        assert client.post(f"{INBOX}{row.pk}/open/").status_code == 404
        client.post(INBOX + "read/")
    assert not read(office, row)


def test_the_anonymous_are_asked_to_sign_in(office, client):
    assert "/accounts/login/" in client.get(INBOX)["Location"]


def test_what_is_behind_the_wall_from_me_has_no_line(office, sign_in):
    booking = book(office, at=NOW).booking
    row = tell(office, office.clerk, booking=booking.number)
    client = sign_in(office.clerk)
    assert "第 7 期" in text(client.get(INBOX))
    with scope.county(office.county):
        accused = Leader.objects.first()
        Leader.objects.filter(pk=accused.pk).update(user=office.clerk)
        Booking.objects.filter(pk=booking.pk).update(accused_leader=accused)
    assert "第 7 期" not in text(client.get(INBOX))
    assert client.post(f"{INBOX}{row.pk}/open/").status_code == 404


def test_what_is_told_within_the_portal_and_what_is_gone(office, sign_in, monkeypatch):
    def lines(rows, person, county, on):
        return {row.pk: Line("一件", "/admin/", is_urgent=True) for row in rows if row.cause == "there"}

    monkeypatch.setitem(news.LINES, "clock", lines)
    with scope.county(office.county):
        for cause in ("there", "gone"):
            Message.objects.create(
                key=cause, kind="clock", cause=cause, channel="inbox", recipient=office.clerk, due_at=NOW, state=MessageState.SENT
            )
        over = tell(office, office.clerk, "release 8", release=8)
        Message.objects.filter(pk=over.pk).update(state=MessageState.QUIET, error="over")
    shown = text(sign_in(office.clerk).get(INBOX))
    assert "一件" in shown
    assert "已超期" in shown
    assert "另有 2 条已经办结或不再有效" in shown
    assert "第 8 期" not in shown


def test_a_letter_that_did_not_arrive_says_so(office, leader, sign_in):
    row = tell(office, leader)
    with scope.county(office.county):
        Message.objects.filter(pk=row.pk).update(state=MessageState.FAILED, error="SMTP 550")
    assert "邮件没有送到您的邮箱" in text(sign_in(leader).get(INBOX))


def test_the_letter_that_gathers_is_turned_off_and_on_by_post_and_journalled(office, leader, sign_in):
    client = sign_in(leader)
    assert "不再把提醒汇总成邮件发给我" in text(client.get(INBOX))
    assert "已关闭" in text(client.post(INBOX + "letters/", {"wanted": "0"}, follow=True))
    client.post(INBOX + "letters/", {"wanted": "0"})
    with scope.county(office.county):
        assert not User.objects.get(pk=leader.pk).wants_letters
        assert [entry.facts for entry in Entry.objects.filter(act="user.letters")] == [{"wanted": False}]
    assert "已打开" in text(client.post(INBOX + "letters/", {"wanted": "1"}, follow=True))
    assert client.get(INBOX + "letters/").status_code == 405


def test_who_has_no_address_is_told_whom_to_ask(office, leader, sign_in):
    with scope.county(office.county):
        User.objects.filter(pk=leader.pk).update(email="")
    assert "没有邮箱" in text(sign_in(leader).get(INBOX))


def test_the_staffs_pages_say_how_many_are_unread(office, sign_in):
    tell(office, office.clerk)
    client = sign_in(office.clerk)
    assert "条未读" in text(client.get("/admin/"))
    client.post(INBOX + "read/")
    assert "条未读" not in text(client.get("/admin/"))


def test_it_is_never_stored(office, leader, sign_in):
    assert "no-store" in sign_in(leader).get(INBOX)["Cache-Control"]
