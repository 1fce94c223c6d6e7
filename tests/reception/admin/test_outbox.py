"""The outbox in words, what did not arrive sent again or settled, a leap of the clock, and the heartbeat on the index."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse

from reception import news, outbox_words, pulse, scope
from reception.actions import messages
from reception.models import Attempt, Booking, Entry, Leader, Message, MessageState, Outcome, Pulse
from reception.roles import Role
from tests.reception import builders
from tests.reception.bookers import book
from tests.reception.builders import NOW

LIST = "/admin/reception/message/"


def text(response):
    return response.content.decode()


@pytest.fixture
def failed(office):
    """A letter that the mail server refused."""
    leader = builders.user("leader", office.county, Role.LEADER)
    with scope.county(office.county):
        messages.queue(kind="release_published", cause="release 77", to=leader, due_at=NOW, facts={"release": 77})
        row = Message.objects.get(cause="release 77")
        Message.objects.filter(pk=row.pk).update(state=MessageState.FAILED, error="SMTP 550", attempts=2, fence=2)
        Attempt.objects.create(key=row.key, fence=1, at=NOW, outcome=Outcome.LATER, said="SMTP 451")
        later = NOW + timedelta(minutes=1)
        Attempt.objects.create(key=row.key, fence=2, at=later, outcome=Outcome.REFUSED, said="SMTP 550")
        row.refresh_from_db()
    return row


@pytest.fixture
def beating(office):
    """Somebody sweeps and sends."""
    Pulse.objects.update_or_create(county=office.county, defaults={"swept_at": NOW, "sent_at": NOW})
    with scope.county(office.county):
        Message.objects.filter(state=MessageState.WAITING).update(state=MessageState.SENT)


def page(row):
    return reverse("admin:message", args=[row.pk])


def state(office, row):
    with scope.county(office.county):
        return Message.objects.get(pk=row.pk).state


@pytest.mark.parametrize(
    ("prefix", "words"), [("", "对方邮箱不存在或拒收。"), ("/en", "The mailbox does not exist or takes no mail.")]
)
def test_the_list_says_why_in_words(office, failed, sign_in, prefix, words):
    client = sign_in(office.clerk)
    listed = text(client.get(f"{prefix}{LIST}?state__exact=failed"))
    assert words in listed
    assert "SMTP 550" not in listed
    assert page(failed) in listed
    assert page(failed) not in text(client.get(f"{prefix}{LIST}?kind=clock"))


def test_every_attempt_stands_on_the_page_in_its_order(office, failed, sign_in):
    shown = text(sign_in(office.clerk).get(page(failed)))
    assert shown.index("SMTP 451") < shown.index("SMTP 550", shown.index("SMTP 451"))
    assert "第 77 期已公布" in shown
    assert "leader@example.invalid" not in shown


def test_again_puts_it_into_the_queue_once(office, failed, sign_in):
    client = sign_in(office.clerk)
    client.post(page(failed), {"do": "again"})
    assert state(office, failed) == MessageState.WAITING
    refused = client.post(page(failed), {"do": "again"}, follow=True)
    assert "已经处理过了" in text(refused)
    shown = text(refused)
    assert "再发一次。" in shown
    assert 'value="settle"' not in shown


def test_told_by_another_way_needs_words_and_stands_in_the_journal(office, failed, sign_in):
    client = sign_in(office.clerk)
    assert "errorlist" in text(client.post(page(failed), {"do": "settle", "how": " "}))
    assert state(office, failed) == MessageState.FAILED
    shown = text(client.post(page(failed), {"do": "settle", "how": "电话告知本人"}, follow=True))
    assert state(office, failed) == MessageState.QUIET
    assert "电话告知本人" in shown
    with scope.county(office.county):
        assert Entry.objects.get(act="message.settle").reason == "电话告知本人"


def test_looking_changes_nothing_and_an_unknown_deed_is_refused_in_words(office, failed, sign_in):
    client = sign_in(office.clerk)
    client.get(page(failed))
    assert "没有这个操作" in text(client.post(page(failed), {"do": "away"}, follow=True))
    assert state(office, failed) == MessageState.FAILED


def test_who_may_look_but_not_settle_is_told_who_may(office, failed, sign_in):
    client = sign_in(builders.user("sysadmin", office.county, Role.SYSTEM_ADMIN))
    assert "可以办理的角色" in text(client.get(page(failed)))
    assert "没有办理此事的权限" in text(client.post(page(failed), {"do": "again"}, follow=True))
    assert state(office, failed) == MessageState.FAILED


def test_another_countys_message_does_not_exist(office, failed, sign_in):
    other = sign_in(builders.bureau("linhe").clerk)
    assert other.get(page(failed)).status_code == 404
    assert other.post(page(failed), {"do": "again"}).status_code == 404


def test_a_citizen_is_masked_and_what_they_are_told_is_not_shown(office, sign_in):
    booking = book(office, at=NOW).booking
    with scope.county(office.county):
        row = Message.objects.create(
            key="k1", kind="visit", channel="sms", identity=booking.identity, facts={"booking": booking.number}, due_at=NOW
        )
    client = sign_in(office.clerk)
    for shown in (text(client.get(LIST)), text(client.get(page(row)))):
        assert "居**（信访人）" in shown or "居*（信访人）" in shown
        assert "13800000001" not in shown


def test_what_is_behind_the_wall_is_in_neither_list_nor_count(office, sign_in, beating):
    booking = book(office, at=NOW).booking
    with scope.county(office.county):
        leader = Leader.objects.first()
        Leader.objects.filter(pk=leader.pk).update(user=office.clerk)
        Booking.objects.filter(pk=booking.pk).update(accused_leader=leader)
        row = Message.objects.create(
            key="k2",
            kind="visit",
            channel="sms",
            identity=booking.identity,
            facts={"booking": booking.number},
            due_at=NOW,
            state="failed",
        )
    walled, chief = sign_in(office.clerk), sign_in(office.chief)
    assert walled.get(page(row)).status_code == 404
    assert page(row) not in text(walled.get(LIST))
    assert "未能送达的消息" not in text(walled.get("/admin/"))
    assert page(row) in text(chief.get(LIST))
    assert "未能送达的消息：1 条" in text(chief.get("/admin/"))


def test_a_leap_of_the_clock_is_shown_and_let_go_by_a_person(office, sign_in, beating):
    Pulse.objects.filter(county=office.county).update(held_at=NOW, held=812, swept_at=NOW - timedelta(days=40))
    client, held = sign_in(office.clerk), reverse("admin:messages_held")
    assert "放行后会同时发出 812 条" in text(client.get("/admin/"))
    assert held in text(client.get(LIST))
    shown = text(client.get(held))
    assert "812 条" in shown
    assert "40 天" in shown
    client.get(held)
    assert Pulse.objects.get().held_at is not None
    looks_only = sign_in(builders.user("sysadmin", office.county, Role.SYSTEM_ADMIN))
    assert "没有办理此事的权限" in text(looks_only.post(held, follow=True))
    assert "没有暂停" in text(client.post(held, follow=True))
    assert Pulse.objects.get().held_at is None
    with scope.county(office.county):
        assert Entry.objects.get(act="messages.let_go").facts == {"held": 812}


def test_a_restored_database_is_shown_and_let_go_by_a_person(office, failed, sign_in, beating):
    with scope.county(office.county):
        messages.queue(kind="release_published", cause="release 78", to=office.chief, due_at=NOW, facts={"release": 78})
    # The server's history is another since.
    Pulse.objects.filter(county=office.county).update(history=99, held_at=NOW, held=1, swept_at=NOW - timedelta(hours=3))
    client, held = sign_in(office.clerk), reverse("admin:messages_held")
    assert "数据库从备份恢复过，消息已暂停发送" in text(client.get("/admin/"))
    shown = text(client.get(held))
    assert "恢复到" in shown
    assert "3 小时" in shown
    assert "时钟跳变" not in shown
    assert "The database was restored from a backup" in text(client.get(f"/en{held}"))
    assert "没有暂停" in text(client.post(held, follow=True))
    with scope.county(office.county):
        row = Message.objects.get(cause="release 78")
        assert (row.state, row.error) == (MessageState.UNKNOWN, "restored")
        told = Entry.objects.get(act="messages.let_go").facts
        assert told["for_a_person"] == Message.objects.filter(error="restored").count()
    assert Pulse.objects.get().history == 1
    assert "数据库从备份恢复过，恢复之前可能已经发出，也可能没有。" in text(client.get(page(row)))


def test_the_heartbeat_stands_on_the_index_only_when_it_is_not_well(office, sign_in, beating, clock, monkeypatch):
    monkeypatch.setattr(pulse, "up", lambda: timedelta(hours=1))
    client = sign_in(office.clerk)
    well = text(client.get("/admin/"))
    assert "消息已停止发送" not in well
    assert "延迟" not in well
    leader = builders.user("late", office.county, Role.LEADER)
    with scope.county(office.county):
        messages.queue(kind="release_published", cause="release 5", to=leader, due_at=NOW, facts={"release": 5})
    clock.move_to(NOW + timedelta(seconds=12))
    assert "1 条，最早一条已等 12 秒" in text(client.get(LIST))
    assert "延迟" not in text(client.get("/admin/"))
    clock.move_to(NOW + timedelta(minutes=3))
    late = text(client.get("/admin/"))
    assert "最近一次是 3 分钟前" in late
    assert "最早一条已等 3 分钟" in late
    Pulse.objects.all().delete()
    assert "还没有启动" in text(client.get("/admin/"))
    monkeypatch.setattr(pulse, "up", lambda: timedelta(seconds=20))
    assert "还没有启动" not in text(client.get("/admin/")), "in the first moments nobody can have been heard of"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("", ""),
        ("SMTP 552", "对方邮箱已满。"),
        ("SMTP 450", "邮件服务器暂时不收，稍后再试。"),
        ("SMTP 571", "邮件服务器拒收。"),
        ("gaierror", "连接不上邮件服务器或短信网关。"),
        ("HTTP 502", "短信网关暂时不能服务。"),
        ("HTTP 403", "短信网关拒绝发送。"),
        ("code 7", "短信网关拒绝发送。"),
        ("KeyError", "程序没有写成这条消息，请把代码告知系统管理员。"),
    ],
)
def test_every_code_has_words(code, words):
    assert outbox_words.why(code) == words


def test_waiting_is_told_in_one_unit():
    told = [outbox_words.lasting(timedelta(seconds=n)) for n in (-5, 12, 300, 7300, 200000)]
    assert told == ["0 秒", "12 秒", "5 分钟", "2 小时", "2 天"]


def test_every_kind_of_message_and_every_code_of_ours_has_words():
    kinds = {folder.name for folder in (settings.BASE_DIR / "templates" / "messages").iterdir() if folder.is_dir()}
    assert set(outbox_words.KINDS) == kinds | set(news.LINES)
    unknown = outbox_words.why("a code that nobody gave")
    for code in (messages.INTERRUPTED, messages.CUT_OFF, messages.LEFT, "given back", "overtaken", "over"):
        assert outbox_words.why(code) not in ("", unknown), code
