"""The day sheet, walk-ins, tickets, the papers of the day and entering them: who may, what happens, and what is kept apart."""

import io
import re
import uuid
from datetime import timedelta

import pypdf
import pytest
from django.urls import reverse

from reception import codes, scope
from reception.actions import hall
from reception.models import Booking, BookingStep, Entry, Leader, ReceptionDay, Sitting
from reception.roles import PERMISSIONS, Role
from tests.reception import bookers, builders
from tests.reception.bookers import book
from tests.reception.builders import NOW
from tests.reception.days import MORNING, begun, came, do, row, walk_in, who

ROLES = sorted(set(Role) - {Role.SYSTEM, Role.SECRETARY})
PAGES = ("day_sheet", "walk_in", "paper_entry")


@pytest.fixture
def day(office):
    with scope.county(office.county):
        return ReceptionDay.objects.get(day="2026-02-24")


@pytest.fixture
def clerk(office, sign_in, clock):
    clock.move_to(MORNING)
    return sign_in(office.clerk)


def url(name, *args):
    return reverse(f"admin:{name}", args=args)


def text(response):
    return response.content.decode()


def said(response):
    return [str(message) for message in response.context["messages"]]


def form(office, n=1, **more):
    return {
        "key": str(uuid.uuid4()),
        "sitting": bookers.sitting(office).pk,
        "name": f"居民{n}",
        "phone": f"139{n:08}",
        "people": 1,
        "topic": bookers.topic(office).pk,
        "matter": "楼道漏水",
        "wish": "请维修",
        **more,
    }


@pytest.mark.parametrize("role", ROLES)
def test_who_may(office, day, sign_in, clock, role):
    clock.move_to(MORNING)
    booking = book(office, at=NOW).booking
    begun(office)
    client = sign_in(builders.user(f"as-{role}", office.county, role))
    expected = 200 if role in PERMISSIONS["day.run"] else 403
    for page in PAGES:
        response = client.get(url(page, day.pk))
        assert response.status_code == expected, page
        if expected == 200:
            assert "no-store" in response["Cache-Control"]
    assert client.get(url("ticket", booking.pk)).status_code == expected
    papers = client.post(url("day_papers", day.pk))
    reads = role in PERMISSIONS["day.run"] and role in PERMISSIONS["identity.read"]
    assert (papers.status_code, papers.get("Content-Type") == "application/pdf") == (
        (200, True) if reads else (302, False) if expected == 200 else (403, False)
    )
    assert client.post(url("day_sheet", day.pk), {"do": "check_in", "booking": booking.pk}).status_code in (302, 403)
    assert row(office, booking).state == ("checked_in" if expected == 200 else "confirmed")


def test_another_county_finds_nothing(office, day, sign_in, clock):
    clock.move_to(MORNING)
    booking = book(office, at=NOW).booking
    begun(office)
    client = sign_in(builders.bureau("linhe").clerk)
    for page in PAGES:
        assert client.get(url(page, day.pk)).status_code == 404
    assert client.post(url("day_papers", day.pk)).status_code == 404
    assert client.get(url("ticket", booking.pk)).status_code == 404
    assert client.post(url("day_sheet", day.pk), {"do": "check_in", "booking": booking.pk}).status_code == 404
    assert row(office, booking).state == "confirmed"


def first_step(browser):
    """What the day's list begins with, below the state of the messages, which nobody sends here."""
    return next(step.words for step in browser.get(url("index")).context["steps"] if "消息" not in step.words)


def test_the_whole_day_on_the_sheet(office, day, clerk):
    first, second = (book(office, n, at=NOW + timedelta(minutes=n)).booking for n in (1, 2))
    page = url("day_sheet", day.pk)
    assert "开始接访" in text(clerk.get(page))
    assert first_step(clerk) == "今天接访，预约 2 批：开始接访"
    clerk.post(page, {"do": "begin"})
    shown = clerk.post(page, {"do": "find", "q": codes.show_number(second.number)}, follow=True)
    assert said(shown) == ["已签到：2 号。"]
    shown = clerk.post(page, {"do": "find", "q": f"https://x.invalid/t/{first.number}"}, follow=True)
    assert "叫号：1 号" in text(shown)
    assert "叫号：2 号" not in text(shown)
    assert "今天接访：2 批在等候" in first_step(clerk)
    sitting = first.sitting_id
    clerk.post(page, {"do": "next", "sitting": sitting, "ticket": "1"})
    shown = clerk.post(page, {"do": "next", "sitting": sitting, "ticket": "1"}, follow=True)
    assert "1 号正在叫" in said(shown)[-1], "a double click calls nobody twice"
    for action, after in (("park", "parked"), ("unpark", "checked_in")):
        clerk.post(page, {"do": action, "booking": first.pk, "at": sitting})
        assert row(office, first).state == after
    clerk.post(page, {"do": "next", "sitting": sitting, "ticket": "2"})
    clerk.post(page, {"do": "receive", "booking": second.pk})
    shown = clerk.post(page, {"do": "end"}, follow=True)
    assert "还有 1 位" in said(shown)[-1]
    shown = clerk.post(page, {"do": "end", "reason": "时间已到"}, follow=True)
    assert said(shown)[-1] == "接访已结束：接访 1 批。还没有写接访记录的，请在下面“已办”里逐一补写。"
    assert "请联系" in text(shown)
    assert "2026-03-16" in text(shown)
    assert not re.search("居民[0-9]", text(shown)), "masked: 居**"
    with scope.county(office.county):
        assert ReceptionDay.objects.get(pk=day.pk).state == "held"
    assert all("今天接访" not in step.words for step in clerk.get(url("index")).context["steps"])


def test_a_search_by_name_shows_who_it_could_be_and_is_in_the_journal(office, day, clerk, sign_in):
    booking = book(office, at=NOW).booking
    begun(office)
    page = url("day_sheet", day.pk)
    shown = clerk.post(page, {"do": "find", "q": "居民1"})
    assert (shown.status_code, [f.booking.pk for f in shown.context["found"]]) == (200, [booking.pk])
    assert "没有这个姓名" in text(clerk.post(page, {"do": "find", "q": "某人"}))
    with scope.county(office.county):
        assert Entry.objects.filter(act="identity.search").count() == 2
        assert not Entry.objects.filter(facts__icontains="居民").exists()
    coordinator = sign_in(builders.user("coordinator", office.county, Role.COORDINATOR))
    assert "没有办理此事的权限" in text(coordinator.post(page, {"do": "find", "q": "居民1"}))


@pytest.mark.parametrize(
    "given",
    [
        {"do": "nonsense"},
        {"do": "check_in", "booking": "x"},
        {"do": "check_in", "booking": "9" * 5000},
        {"do": "check_in", "booking": "999999"},
        {"do": "next", "sitting": "1", "ticket": "²"},
        {},
    ],
)
def test_what_no_form_sends_is_not_found(office, day, clerk, given):
    begun(office)
    assert clerk.post(url("day_sheet", day.pk), given).status_code == 404


@pytest.mark.parametrize("typed", ["a\0b", "1" * 100_000, "\u202e\u2066", "𠮷𠮷", "'; --", " " * 50])
def test_whatever_is_typed_into_the_search_is_answered(office, day, clerk, typed):
    begun(office)
    assert clerk.post(url("day_sheet", day.pk), {"do": "find", "q": typed}).status_code == 200


def test_a_walk_in_gets_a_number_and_a_code_once_and_a_double_click_no_second(office, day, clerk):
    book(office, 1, at=NOW)
    begun(office)
    page, given = url("walk_in", day.pk), form(office, 5)
    shown = [clerk.post(page, given) for _ in range(2)]
    assert all("2 号" in text(response) for response in shown)
    assert re.findall(r"\d{4} \d{4} \d{4} \d{4} \d", text(shown[0])) == re.findall(r"\d{4} \d{4} \d{4} \d{4} \d", text(shown[1]))
    assert "no-store" in shown[0]["Cache-Control"]
    with scope.county(office.county):
        walk = Booking.objects.get(way="walk_in")
        step = BookingStep.objects.get(booking=walk)
    assert (walk.state, walk.ticket, step.action, step.after) == ("checked_in", 2, "walk_in", "checked_in")
    assert clerk.get(url("ticket", walk.pk))["Content-Type"] == "application/pdf"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"name": ""}, "errorlist"),
        ({"name": "\u202e"}, "errorlist"),
        ({"name": "名" * 1_000_000}, "errorlist"),
        ({"name": "a\0b"}, "errorlist"),
        ({"id_number": "123"}, "身份证号不对"),
        ({"people": "0"}, "errorlist"),
        ({"people": "8"}, "推选代表"),
        ({"people": "9", "representatives": "\n".join("甲乙丙丁戊己")}, "代表最多五人"),
        ({"sitting": "999999"}, "errorlist"),
        ({"key": "x"}, "errorlist"),
    ],
)
def test_a_wrong_walk_in_is_told_why_and_what_was_typed_stays(office, day, clerk, more, words):
    begun(office)
    response = clerk.post(url("walk_in", day.pk), form(office, 6, **more))
    assert response.status_code == 200
    if more.keys() != {"key"}:
        assert words in text(response)
    assert "楼道漏水" in text(response)
    with scope.county(office.county):
        assert not Booking.objects.exists()


def test_before_the_day_begins_a_walk_in_is_told_to_wait(office, day, clerk):
    assert "还没有开始" in text(clerk.post(url("walk_in", day.pk), form(office)))


def test_a_ticket_names_nobody(office, clerk):
    booking = book(office, at=NOW).booking
    assert clerk.get(url("ticket", booking.pk)).status_code == 404, "no number yet"
    begun(office)
    printed = pypdf.PdfReader(io.BytesIO(clerk.get(url("ticket", booking.pk)).content))
    words = printed.pages[0].extract_text()
    assert (len(printed.pages), "1" in words, "居" in words) == (1, True, False)


def test_the_papers_hold_everyone_and_each_reading_is_on_record(office, day, clerk, clock):
    clock.move_to(MORNING - timedelta(days=1))
    booking = book(office, 1, at=NOW, representatives=(bookers.person(44),), people=6, matter="长" * 3000).booking
    book(office, 2, at=NOW + timedelta(minutes=1))
    response = clerk.post(url("day_papers", day.pk))
    assert (response["Content-Type"], "no-store" in response["Cache-Control"]) == ("application/pdf", True)
    printed = pypdf.PdfReader(io.BytesIO(response.content))
    words = "".join("".join(page.extract_text() for page in printed.pages).split())
    for known in ("居民1", "居民44", "居民2", "13800000001", codes.show_number(booking.number)):
        assert known in words
    # For each of two sittings: a list, ten blank forms, the tickets, the sign; and the forms of two who booked.
    assert len(printed.pages) == 2 * (1 + 10 + 1 + 1) + 2
    with scope.county(office.county):
        readings = Entry.objects.filter(act="identity.read", reason="纸质接访")
        assert {entry.object for entry in readings} == {f"identity {uid}" for uid in _identities()}
        assert (Booking.objects.get(pk=booking.pk).ticket, Entry.objects.filter(act="day.number").count()) == (1, 1)
    assert clerk.get(url("day_papers", day.pk)).status_code == 405


def _identities():
    from reception.models import Identity

    return Identity.objects.values_list("uid", flat=True)


def line_of(booking, outcome, arrived="", called="", begun="", until=""):
    said = {"outcome": outcome, "arrived": arrived, "called": called, "begun": begun, "until": until}
    return {f"{booking.pk}-{name}": value for name, value in said.items()}


def test_a_day_on_paper_is_entered_with_its_own_times_and_then_ended(office, day, sign_in, clock):
    first, second, third = (book(office, n, at=NOW + timedelta(minutes=n)).booking for n in (1, 2, 3))
    clock.move_to(MORNING + timedelta(days=2))
    clerk = sign_in(office.clerk)
    assert "没有记录" in first_step(clerk)
    page = url("paper_entry", day.pk)
    given = {
        "do": "lines",
        **line_of(first, "received", "08:20", "08:31", "08:33", "08:50"),
        **line_of(second, "received", "09:40", "09:10", "09:12", "09:20"),
        **line_of(third, "no_show"),
    }
    response = clerk.post(page, given)
    assert "时间的先后不对" in text(response)
    assert 'value="09:40"' in text(response), "what was typed stays"
    assert [row(office, b).state for b in (first, second, third)] == ["received", "confirmed", "no_show"]
    clerk.post(page, {"do": "lines", **line_of(second, "not_received", "09:40")})
    walk = form(office, 7) | {"do": "walk_in", "walk-outcome": "received", "walk-arrived": "08:40", "walk-begun": "09:00"}
    assert "请填写接访开始和结束的时间" in text(clerk.post(page, walk))
    shown = clerk.post(page, walk | {"walk-until": "09:09"}, follow=True)
    assert said(shown) == ["已补录：4 号。"]
    with scope.county(office.county):
        steps = list(BookingStep.objects.filter(booking=first, recorded_at__isnull=False).order_by("pk"))
        assert [(s.action, f"{s.at.astimezone(office.county.zone):%m-%d %H:%M}") for s in steps] == [
            ("check_in", "02-24 08:20"),
            ("call", "02-24 08:31"),
            ("receive", "02-24 08:33"),
        ]
        assert {s.recorded_at for s in steps} == {MORNING + timedelta(days=2)}
        assert steps[-1].reason == "08:33–08:50"
        entry = Entry.objects.filter(act="booking.receive").order_by("n")[0]
        assert (entry.at, entry.facts) == (MORNING + timedelta(days=2), {"at": "2026-02-24T00:33:00Z"})
        assert set(Booking.objects.values_list("state", flat=True)) == {"received", "no_show", "not_received"}
    assert "补录于" in text(shown)
    clerk.post(url("day_sheet", day.pk), {"do": "end"})
    with scope.county(office.county):
        assert ReceptionDay.objects.get(pk=day.pk).state == "held"
    assert "预约的都已经有结果" in text(clerk.get(page))


def test_a_day_that_broke_off_is_finished_on_paper(office, day, sign_in, clock):
    booking = book(office, at=NOW).booking
    begun(office)
    came(office, booking)
    clock.move_to(MORNING + timedelta(hours=3))
    clerk = sign_in(office.clerk)
    page = url("paper_entry", day.pk)
    early = clerk.post(page, {"do": "lines", **line_of(booking, "received", "", "08:10", "08:15", "08:30")})
    assert "时间的先后不对" in text(early), "not before the check-in that is on record"
    clerk.post(page, {"do": "lines", **line_of(booking, "received", "", "08:40", "08:45", "09:00")})
    assert row(office, booking).state == "received"


@pytest.mark.parametrize(("days", "words"), [(-1, "补录"), (8, "已不能补录")])
def test_paper_is_entered_from_the_day_to_seven_days_after(office, day, sign_in, clock, days, words):
    booking = book(office, at=NOW).booking
    clock.move_to(MORNING + timedelta(days=days))
    given = {"do": "lines", **line_of(booking, "received", "08:20", "08:31", "08:33", "08:50")}
    assert words in text(sign_in(office.clerk).post(url("paper_entry", day.pk), given))
    assert row(office, booking).state == "confirmed"


def test_times_to_come_are_refused(office, day, clerk):
    booking = book(office, at=NOW).booking
    given = {"do": "lines", **line_of(booking, "received", "08:20", "08:31", "08:33", "10:50")}
    assert "不能晚于现在" in text(clerk.post(url("paper_entry", day.pk), given))
    given = {"do": "lines", **line_of(booking, "no_show")}
    assert "还没有结束" in text(clerk.post(url("paper_entry", day.pk), given))
    assert row(office, booking).state == "confirmed"


def screen(office, client, day):
    from reception.actions import screen as screens

    with scope.county(office.county):
        token = screens.token(day, county=office.county)
    return client.get(reverse("reception:hall", args=[office.county.slug, token]))


def test_the_screen_of_the_hall_shows_numbers_and_never_a_name(office, day, client, clock):
    clock.move_to(MORNING)
    canaries = [
        book(office, n, at=NOW + timedelta(minutes=n), person=bookers.person(n, name=f"金丝雀{n}")).booking for n in (1, 2, 3)
    ]
    before = screen(office, client, day)
    assert "接访还没有开始" in text(before)
    begun(office)
    walk_in(office, 9, person=bookers.person(9, name="金丝雀9"))
    for booking in canaries:
        came(office, booking)
    pages = [screen(office, client, day)]
    sitting = bookers.sitting(office)
    hall.call_next(sitting=sitting, ticket=1, **who(office))
    pages.append(screen(office, client, day))
    do(office, canaries[0], "receive")
    hall.call_next(sitting=sitting, ticket=2, **who(office))
    do(office, canaries[1], "park")
    pages.append(screen(office, client, day))
    assert re.search(r"class=\"called\".*<strong>1</strong>", text(pages[1]))
    assert re.search(r"class=\"receiving\".*<strong>1</strong>", text(pages[2]))
    assert re.search(r"class=\"parked\".*<b>2</b>", text(pages[2]))
    for page in [before, *pages]:
        assert (page.status_code, page["Cache-Control"], page["Referrer-Policy"]) == (200, "no-store", "no-referrer")
        assert 'http-equiv="refresh"' in text(page)
        for secret in ("金丝雀", "金*", "138000", "漏水", *(b.number for b in canaries), *(str(b.uid) for b in canaries)):
            assert secret not in text(page)
        assert "<script" not in text(page)
    from reception.actions import day_run

    day_run.end(day=day, reason="时间已到", **who(office))
    assert "今天的接访已经结束" in text(screen(office, client, day))


def test_a_screen_without_its_link_does_not_exist(office, day, client, clock):
    clock.move_to(MORNING)
    other = builders.bureau("linhe")
    from reception.actions import screen as screens

    with scope.county(office.county):
        token = screens.token(day, county=office.county)
    for county, given in (("chenghe", "0" * 24), ("chenghe", "é"), (other.county.slug, token), ("nowhere", token)):
        response = client.get(f"/{county}/hall/{given}/")
        assert (response.status_code, response["Cache-Control"]) == (404, "no-store")
    clock.move_to(MORNING + timedelta(days=8))
    assert client.get(f"/chenghe/hall/{token}/").status_code == 404
    assert client.post(f"/chenghe/hall/{token}/").status_code in (403, 405)


def test_a_substitute_is_who_the_screen_and_the_sheet_name(office, day, clerk, client):
    begun(office)
    with scope.county(office.county):
        sitting = bookers.sitting(office)
        other = Leader.objects.exclude(pk=sitting.leader_id).order_by("code").last()
        Sitting.objects.filter(pk=sitting.pk).update(leader=other)
    assert other.name in text(screen(office, client, day))
    assert other.name in text(clerk.get(url("day_sheet", day.pk)))
