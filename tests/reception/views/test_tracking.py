"""A number and a code open one's own booking: what stands, what comes, keep, move, cancel. Nothing is told to anyone else."""

import json
import uuid
from datetime import timedelta

import pytest
from django.core.signing import BadSignature
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reception import browsers, codes, scope
from reception.actions import bookings, identities, tracking
from reception.forms.tracking import NumberAndCode
from reception.models import Booking, Choice, Entry, Guess, Leader, Sitting, User
from tests.reception import bookers, changing
from tests.reception.bookers import book
from tests.reception.builders import NOW
from tests.reception.changing import publish

CASE = "/track/case/"


@pytest.fixture
def receipt(office):
    return book(office, at=NOW)


def text(response):
    return response.content.decode()


def ask(client, number, code, *, prefix="", **more):
    return client.post(f"{prefix}/track/", {"number": number, "code": code}, **more)


@pytest.fixture
def owner(receipt):
    client = Client()
    ask(client, receipt.booking.number, receipt.code)
    return client


def state(office, booking):
    with scope.county(office.county):
        return Booking.objects.get(pk=booking.pk).state


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_number_and_code_open_the_booking_however_they_are_typed(receipt, client, prefix):
    wide = codes.show_code(receipt.code).translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    response = ask(client, f" {codes.show_number(receipt.booking.number)} ", wide, prefix=prefix)
    assert (response.status_code, response["Location"]) == (302, f"{prefix}{CASE}")
    page = client.get(f"{prefix}{CASE}")
    assert codes.show_number(receipt.booking.number) in text(page)
    assert ("24 February 2026" if prefix else "2026年2月24日") in text(page)


def test_the_address_fills_in_the_number_and_never_the_code(receipt, client):
    page = text(client.get(f"/track/?n={receipt.booking.number}&code={receipt.code}"))
    assert receipt.booking.number in page
    assert receipt.code not in page


@pytest.mark.parametrize("path", ["/track/", CASE, "/track/case/move/", "/track/case/cancel/", "/track/case/slip/"])
def test_nothing_of_it_is_stored_found_or_referred_to(owner, path):
    page = owner.get(path)
    assert (page.status_code, page["Cache-Control"], page["X-Robots-Tag"]) == (200, "no-store", "noindex, nofollow")
    assert page["Referrer-Policy"] == "strict-origin"
    assert 'name="robots" content="noindex' in text(page)


def test_what_is_shown_of_the_person_is_masked(owner, receipt):
    for path in (CASE, "/track/case/slip/"):
        page = text(owner.get(path))
        assert "居*" in page
        for secret in ("13800000001", receipt.code, codes.show_code(receipt.code), bookers.person(1).name):
            assert secret not in page


def shape(response):
    """Everything of an answer that could differ: its status, its headers, how long it is, and its words without the number."""
    headers = {name: value for name, value in response.headers.items() if name != "Set-Cookie"}
    return response.status_code, headers, len(response.content), sorted(response.cookies)


def test_no_such_number_and_a_wrong_code_are_answered_alike(receipt):
    numbers = (receipt.booking.number, codes.new_number(year=2026))
    known, unknown = [shape(ask(Client(), number, codes.new_code())) for number in numbers]
    assert known == unknown


def test_no_such_number_and_a_wrong_code_are_the_same_work(receipt, monkeypatch):
    hashes, counts = [], []
    fits = tracking.fits
    monkeypatch.setattr(tracking, "fits", lambda *args: hashes.append(1) or fits(*args))
    for number in (receipt.booking.number, codes.new_number(year=2026)):
        with CaptureQueriesContext(connection) as seen:
            ask(Client(), number, codes.new_code())
        counts.append(sum("reception_guess" in query["sql"] for query in seen.captured_queries))
    assert len(hashes) == 2
    assert abs(counts[0] - counts[1]) <= 1


def test_a_slip_of_the_pen_is_told_and_does_not_count(receipt, client):
    number, code = receipt.booking.number, receipt.code
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    grouped = codes.show_code(code)
    cases = [
        (wrong, "有一位数字可能有误"),
        (grouped.replace(grouped[5:9], grouped[5:8]), "第 2 组可能有误：应是 4 位，您填了 3 位"),
        (grouped.replace(grouped[5:9], "12E4"), "第 2 组可能有误：只能是数字"),
        (grouped[:-3], "第 4 组可能有误：应是 4 位，您填了 3 位"),
        (code[:-3], "应是 17 位数字，您填了 14 位"),
        ("", "请填写查询码"),
    ]
    for typed, words in cases:
        page = text(ask(client, number, typed))
        assert words in page
        assert f'value="{number}"' in page
    assert not Guess.objects.exists()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_whatever_is_typed_is_answered_in_words(number, code):
    form = NumberAndCode({"number": number, "code": code})
    assert form.is_valid() or all(form.errors.values())


@pytest.mark.parametrize("typed", ["\0", "9" * 1_000_000, "\u202e123", "𠀀𠀁", "<script>"])
def test_bad_input_is_answered_and_never_breaks(receipt, client, typed):
    assert ask(client, typed, typed).status_code == 200
    assert client.get("/track/", {"n": typed[:2000]}).status_code == 200


def test_the_case_is_for_whoever_opened_it_and_for_half_an_hour(owner, client, clock):
    assert client.get(CASE)["Location"] == "/track/"
    assert owner.get(CASE).status_code == 200
    clock.move_to(NOW + timedelta(minutes=30, seconds=1))
    response = owner.get(CASE, follow=True)
    assert "半小时后自动关闭" in text(response)
    assert owner.get(CASE)["Location"] == "/track/"


def test_leaving_closes_it_and_a_new_session_is_another(receipt, client):
    client.get("/track/")
    ask(client, receipt.booking.number, receipt.code)
    first = client.session.session_key
    client.post("/track/leave/")
    assert client.get(CASE)["Location"] == "/track/"
    ask(client, receipt.booking.number, receipt.code)
    assert client.session.session_key != first


def test_whoever_is_signed_in_stays_so_when_they_leave_a_case(office, receipt, sign_in):
    browser = sign_in(office.clerk)
    ask(browser, receipt.booking.number, receipt.code)
    browser.post("/track/leave/")
    assert browser.get("/admin/").status_code == 200


def test_a_post_needs_the_forms_token(receipt):
    browser = Client(enforce_csrf_checks=True)
    assert ask(browser, receipt.booking.number, receipt.code).status_code == 403


@pytest.mark.parametrize("path", ["keep/", "move/", "cancel/"])
def test_looking_changes_nothing(owner, office, receipt, path):
    owner.get(CASE + path)
    assert state(office, receipt.booking) == "confirmed"


def test_the_owner_keeps_what_has_changed(owner, office, receipt):
    changing.substitute(office, receipt.booking.sitting, "L6")
    publish(office)
    page = text(owner.get(CASE))
    assert "您预约的场次有调整" in page
    assert "副县长己" in page
    assert "第 2 期公告" in page
    for _again in range(2):
        owner.post("/track/case/keep/")
    with scope.county(office.county):
        choice = Choice.objects.get()
    assert (choice.answer, choice.answered_by) == ("kept", "petitioner")
    page = text(owner.get(CASE))
    assert "您选择保留预约" in page
    assert "您预约的场次有调整" not in page


def test_opening_it_counts_as_being_told(office, receipt):
    changing.substitute(office, receipt.booking.sitting, "L6")
    publish(office)
    ask(Client(), receipt.booking.number, receipt.code)
    with scope.county(office.county):
        assert (Choice.objects.get().told, Choice.objects.to_call(on=NOW.date()).count()) == ("page", 0)


def test_a_cancelled_sitting_is_told_and_the_booking_moved_first(owner, office, receipt):
    changing.cancel_day(office, receipt.booking.sitting)
    publish(office)
    page = text(owner.get(CASE))
    assert "请另选一场" in page
    assert "保留这个预约" not in page
    assert owner.post("/track/case/keep/", follow=True).status_code == 200
    with scope.county(office.county):
        assert Choice.objects.get().answer == "open"


def to_march(office):
    office.county.booking_opens_days_before = 120
    office.county.save()
    with scope.county(office.county):
        Sitting.objects.filter(day__day="2026-03-16").update(capacity=1)
    return bookers.sitting(office, "R1", "2026-03-16")


def test_moving_by_radio_button_once_however_often_it_is_sent(owner, office, receipt):
    to, key = to_march(office), str(uuid.uuid4())
    assert str(to.uid) in text(owner.get("/track/case/move/"))
    for _again in range(2):
        response = owner.post("/track/case/move/", {"sitting": str(to.uid), "key": key})
        assert response["Location"] == CASE
    with scope.county(office.county):
        old, fresh = Booking.objects.order_by("pk")
    assert (old.state, fresh.state, old.moved_to_id) == ("moved", "confirmed", fresh.pk)
    page = text(owner.get(CASE))
    assert codes.show_number(fresh.number) in page
    assert "改到 2026年3月16日" in page
    for number in (old.number, fresh.number):
        assert ask(Client(), number, receipt.code).status_code == 302


def test_a_full_sitting_can_not_be_moved_to_and_the_old_place_stays(owner, office, receipt):
    to = to_march(office)
    book(office, 9, at=NOW, where=to)
    assert "disabled" in text(owner.get("/track/case/move/"))
    page = owner.post("/track/case/move/", {"sitting": str(to.uid), "key": str(uuid.uuid4())})
    assert "刚刚约满" in text(page)
    assert state(office, receipt.booking) == "confirmed"


@pytest.mark.parametrize("sitting", ["", "x", "00000000-0000-4000-8000-000000000000"])
def test_a_sitting_that_is_none_is_refused_in_words(owner, office, receipt, sitting):
    page = text(owner.post("/track/case/move/", {"sitting": sitting, "key": str(uuid.uuid4())}))
    assert "error-summary" in page
    assert state(office, receipt.booking) == "confirmed"


def test_the_sitting_of_the_leader_complained_of_is_not_offered(office):
    to = to_march(office)
    with scope.county(office.county):
        accused = Leader.objects.get(pk=to.leader_id)
    receipt = book(office, at=NOW, accused_leader=accused)
    browser = Client()
    ask(browser, receipt.booking.number, receipt.code)
    assert str(to.uid) not in text(browser.get("/track/case/move/"))


def test_cancelling_asks_once_needs_no_reason_and_is_no_penalty(owner, office, receipt):
    assert "不需要说明原因" in text(owner.get("/track/case/cancel/"))
    for _again in range(2):
        assert owner.post("/track/case/cancel/")["Location"] == CASE
    assert state(office, receipt.booking) == "cancelled"
    page = text(owner.get(CASE, follow=True))
    assert "预约已取消" in page
    assert "note-error" not in page
    assert "没有可以取消的预约" in text(owner.get("/track/case/cancel/"))
    assert book(office, at=NOW).booking.state == "confirmed"


def test_once_the_sitting_has_begun_it_stays_as_it_is(office, receipt, clock):
    clock.move_to("2026-02-24T00:30:00+00:00")
    browser = Client()
    ask(browser, receipt.booking.number, receipt.code)
    assert "这一场已经开始" in text(browser.get(CASE))
    browser.post("/track/case/cancel/")
    browser.post("/track/case/move/", {"sitting": str(to_march(office).uid), "key": str(uuid.uuid4())})
    assert state(office, receipt.booking) == "confirmed"


def test_whoever_waits_sees_their_turn_and_hears_when_it_comes(office):
    changing.alter(office, bookers.sitting(office), capacity=1)
    first = book(office, 1, at=NOW)
    waiting = [book(office, n, at=NOW, wait=True) for n in (2, 3)]
    browser = Client()
    ask(browser, waiting[1].booking.number, waiting[1].code)
    assert "候补第 2 位" in text(browser.get(CASE))
    assert "退出候补" in text(browser.get(CASE))
    for receipt in (first, waiting[0]):
        other = Client()
        ask(other, receipt.booking.number, receipt.code)
        other.post("/track/case/cancel/")
    assert "候补轮到您了" in text(browser.get(CASE))


def test_who_opened_the_identity_is_told_without_their_name(owner, office, receipt):
    assert "还没有人查看过" in text(owner.get(CASE))
    with scope.county(office.county):
        identities.read(identity=receipt.booking.identity, reason="核对身份", county=office.county, by=office.clerk, at=NOW)
    page = text(owner.get(CASE))
    for words in ("核对身份", "澄河县信访局", "信访局登记员", "2026-01-09 10:00"):
        assert words in page
    assert office.clerk.username not in page


def test_the_browser_that_opened_it_is_known_and_says_nothing_to_readers(owner, receipt):
    cookie = owner.cookies[browsers.COOKIE]
    assert receipt.booking.number not in cookie.value
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    for _n in range(6):
        ask(Client(), receipt.booking.number, codes.new_code())
    assert "输错的次数太多" in text(ask(Client(), receipt.booking.number, receipt.code))
    assert ask(owner, receipt.booking.number, receipt.code).status_code == 302


def test_a_forged_cookie_is_no_acquaintance(receipt, rf):
    request = rf.get("/track/")
    request.COOKIES[browsers.COOKIE] = "abc.def:forged"
    assert not browsers.knows(request, receipt.booking.number)
    with pytest.raises(BadSignature):
        request.get_signed_cookie(browsers.COOKIE, salt=browsers.SALT)


def test_only_what_our_own_proxies_say_of_the_address_counts(receipt, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for n in range(20):
        claimed = {"HTTP_X_FORWARDED_FOR": f"203.0.113.{n}, 198.51.100.7"}
        ask(Client(), codes.new_number(year=2026), codes.new_code(), **claimed)
    resting = {"HTTP_X_FORWARDED_FOR": "192.0.2.1, 198.51.100.7"}
    assert "输错的次数太多" in text(ask(Client(), receipt.booking.number, receipt.code, **resting))
    elsewhere = {"HTTP_X_FORWARDED_FOR": "198.51.100.7, 192.0.2.1"}
    assert ask(Client(), receipt.booking.number, receipt.code, **elsewhere).status_code == 302


def test_the_session_holds_no_person_and_no_code(owner, receipt):
    kept = json.dumps(dict(owner.session))
    for secret in (receipt.code, receipt.booking.number, "13800000001", "居民"):
        assert secret not in kept


def test_the_pages_lead_here(client, office):
    assert 'href="/track/"' in text(client.get("/chenghe/"))
    assert 'href="/en/track/"' in text(client.get("/en/chenghe/"))
    assert "Disallow: /track/" in text(client.get("/robots.txt"))


def test_a_move_sent_again_by_the_actions_own_key(office, receipt):
    to, key = to_march(office), uuid.uuid4()
    with scope.county(office.county):
        who = {"to": to, "key": key, "county": office.county, "by": User.objects.system(), "at": NOW}
        fresh = bookings.move(booking=receipt.booking, **who)
        assert bookings.move(booking=receipt.booking, **who).pk == fresh.pk
        assert bookings.move(booking=fresh, **who).pk == fresh.pk


SMS = CASE + "sms/"


def test_short_messages_are_turned_off_and_on_by_post_and_journalled(owner, office, receipt, settings):
    settings.SMS_URL = "null://"
    shown = text(owner.get(CASE))
    assert "不再给我发短信" in shown
    assert "不写您反映的问题" in shown
    assert owner.get(SMS).status_code == 405
    off = text(owner.post(SMS, {"wanted": "0"}, follow=True))
    assert "已记下：不再给您发短信" in off
    assert "现在不给您发短信" in off
    owner.post(SMS, {"wanted": "0"})
    with scope.county(office.county):
        assert not Booking.objects.get(pk=receipt.booking.pk).identity.wants_sms
        assert [entry.facts for entry in Entry.objects.filter(act="identity.sms")] == [{"wanted": False}]
    assert "现在会给您登记的手机发短信" in text(owner.post(SMS, {"wanted": "1"}, follow=True))


def test_without_a_gateway_there_is_nothing_to_choose(owner, settings):
    settings.SMS_URL = ""
    assert "短信提醒" not in text(owner.get(CASE))
    assert owner.post(SMS, {"wanted": "0"}).status_code == 404


def test_short_messages_are_for_whoever_opened_it(office, receipt, client, settings):
    settings.SMS_URL = "null://"
    assert client.post(SMS, {"wanted": "0"})["Location"].startswith("/track/")
    with scope.county(office.county):
        assert Booking.objects.get(pk=receipt.booking.pk).identity.wants_sms
