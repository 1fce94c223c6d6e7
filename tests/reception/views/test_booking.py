"""The booking form through the web: each page, what is refused, what nobody else sees, and the same form sent twice."""

import io
import re
import uuid
from datetime import timedelta
from unittest import mock

import icalendar
import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from reception import beginnings, codes, scope
from reception.actions import drafts, offers, places, tracking, windows
from reception.models import Booking, Draft, GuideStep, Sitting, Upload
from reception.views import tracking as tracking_view
from reception.words import long_date
from tests.reception import bookers, builders
from tests.reception.test_materials import pdf, picture

BOOK = "/chenghe/book/"
MATTER = {"topic": "T1", "matter": "楼道漏水，反映多次。", "wish": "请维修。"}
PERSON = {"name": "居民甲", "phone": "138 0000 0001"}
ID_NUMBER = "11010519491231002X"


@pytest.fixture
def world(office, settings, tmp_path):
    settings.UPLOADS_DIR = tmp_path
    bookers.topic(office)
    with scope.county(office.county):
        GuideStep.objects.bulk_create(GuideStep(**row) for row in beginnings.guide())
    return office


@pytest.fixture
def browser(client):
    return client


def text(response):
    return response.content.decode()


def key(office, rotation="R2"):
    return str(bookers.sitting(office, rotation).uid)


def begun(browser, office, rotation="R2", prefix=""):
    answer = browser.post(f"{prefix}{BOOK}start/", {"sitting": key(office, rotation)})
    assert answer.status_code == 302, text(answer)
    return answer["Location"].rsplit("/", 2)[0] + "/"


def fill(browser, form, **more):
    pages = {"matter": MATTER, "person": PERSON, "people": {"people": "1"}, "material": {"do": "next"}}
    for page, typed in pages.items():
        answer = browser.post(f"{form}{page}/", {**typed, **more.get(page, {})})
        assert answer.status_code == 302, re.sub(r"\s+", " ", text(answer))[:3000]
    return answer


def booked(browser, office, **more):
    form = begun(browser, office)
    fill(browser, form, **more)
    answer = browser.post(f"{form}check/", {"do": "send"})
    assert answer["Location"] == f"{form}receipt/"
    return form


def count(office, table=Booking):
    with scope.county(office.county):
        return table.objects.count()


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_guide_answers_each_case_offers_a_person_and_the_way_on(world, browser, prefix):
    page = browser.get(f"{prefix}{BOOK}")
    assert page.status_code == 200
    codes_there = re.findall(r'name="choice" id="choice-[a-z]+" value="([a-z]+)"', text(page))
    assert codes_there == [*(step["code"] for step in beginnings.GUIDE), "none"]
    for code in codes_there:
        answer = browser.get(f"{prefix}{BOOK}", {"choice": code, "next": "1", "day": "2026-02-24"}, follow=True)
        assert answer.status_code == 200
        assert "0000-1234567" in text(answer)
        if code != "none":
            assert f"{prefix}/chenghe/book/start/?day=2026-02-24" in text(answer)
    assert "booking" not in browser.cookies


def test_the_guide_asks_again_and_keeps_out_what_is_not_there(world, browser):
    assert "请先选一项" in text(browser.get(BOOK, {"next": "1"}))
    assert "请先选一项" in text(browser.get(BOOK, {"choice": "\0x"}))
    assert browser.get(f"{BOOK}path/nothing/").status_code == 404
    with scope.county(world.county):
        GuideStep.objects.filter(code="court").update(shown=False)
    assert browser.get(f"{BOOK}path/court/").status_code == 404
    assert "choice-court" not in text(browser.get(BOOK))
    assert "?day=" not in text(browser.get(f"{BOOK}path/labour/?day=2026-02-2%22"))


def test_the_discipline_commission_s_page_warns_and_the_tracking_one_leads_there(world, browser):
    assert "不要在这里填写检举的细节" in text(browser.get(f"{BOOK}path/discipline/"))
    assert '"/track/"' in text(browser.get(f"{BOOK}path/handling/"))


def test_a_get_changes_nothing_and_sets_no_form_cookie(world, browser):
    page = browser.get(f"{BOOK}start/?day=2026-02-24")
    assert (page.status_code, page["Cache-Control"], page["X-Robots-Tag"]) == (200, "no-store", "noindex, nofollow")
    assert page["Referrer-Policy"] == "strict-origin"
    assert (count(world, Draft), "booking" in browser.cookies) == (0, False)
    assert text(page).count(" checked") == 1
    for words in ("副县长", "还有 10 个名额", "预约截止 02-14 17:00", "08:30–11:30"):
        assert words in text(page), words


def test_a_county_that_books_at_the_counter_only_says_how(world, browser):
    world.county.books_online = False
    world.county.save()
    page = browser.get(f"{BOOK}start/")
    assert (page.status_code, "暂不接受网上预约" in text(page), "电话预约" in text(page)) == (200, True, True)
    assert browser.post(f"{BOOK}start/", {"sitting": key(world)}).status_code == 200
    assert count(world, Draft) == 0


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_form_from_the_first_page_to_the_receipt(world, browser, prefix):
    form = begun(browser, world, prefix=prefix)
    cookie = browser.cookies["booking"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    fill(browser, form)
    check = text(browser.get(f"{form}check/"))
    for words in ("居民甲", "13800000001", "楼道漏水，反映多次。", "请维修。"):
        assert words in check
    answer = browser.post(f"{form}check/", {"do": "send"}, follow=True)
    with scope.county(world.county):
        booking = Booking.objects.get()
    page = text(answer)
    code = re.search(r'class="receipt-code"[^>]*>([\d ]+)<', page)[1]
    assert tracking.fits(codes.read_code(code), booking.code_hash)
    assert codes.show_number(booking.number) in page
    assert (answer["Cache-Control"], answer["Referrer-Policy"]) == ("no-store", "strict-origin")
    assert ("居民甲" in page, "楼道漏水" in page) == (False, False)
    assert (booking.state, booking.way, booking.people, booking.reachable) == ("confirmed", "online", 1, True)


def test_sent_twice_from_two_tabs_or_with_the_back_button_it_is_one_booking(world, browser):
    form = begun(browser, world)
    fill(browser, form)
    receipts = []
    for _again in range(3):
        assert browser.post(f"{form}check/", {"do": "send"})["Location"] == f"{form}receipt/"
        receipts.append(re.search(r"receipt-code[^>]*>([\d ]+)<", text(browser.get(f"{form}receipt/")))[1])
    for page in ("sitting", "matter", "person", "people", "material", "check"):
        assert browser.get(f"{form}{page}/")["Location"] == f"{form}receipt/"
        assert browser.post(f"{form}{page}/", {**MATTER, "do": "next"})["Location"] == f"{form}receipt/"
    assert (count(world), len(set(receipts))) == (1, 1)


def test_the_receipt_is_this_browser_s_and_for_half_an_hour(world, browser, clock):
    form = booked(browser, world)
    for page in ("receipt/", "slip.pdf", "visit.ics", "check/", "material/"):
        assert Client().get(f"{form}{page}").status_code == 410, page
        other = Client()
        other.cookies["booking"] = "somebody else's"
        assert other.get(f"{form}{page}").status_code == 410
        assert browser.get(f"{form}{page}".replace("chenghe", "linhe")).status_code == 404
    clock.shift(drafts.RECEIPT_KEPT.total_seconds() - 1)
    assert browser.get(f"{form}receipt/").status_code == 200
    clock.shift(2)
    gone = browser.get(f"{form}receipt/")
    assert (gone.status_code, "三十分钟" in text(gone)) == (410, True)


def test_another_county_s_pages_know_nothing_of_a_form(world, browser):
    builders.county("linhe")
    form = booked(browser, world)
    assert browser.get(form.replace("chenghe", "linhe") + "receipt/").status_code == 410


def test_before_it_is_sent_there_is_no_receipt(world, browser):
    form = begun(browser, world)
    for page in ("receipt/", "slip.pdf", "visit.ics", "check/"):
        assert browser.get(f"{form}{page}")["Location"] == f"{form}matter/"
    assert browser.get(f"{form}nothing/").status_code == 404
    assert browser.get(f"{BOOK}{uuid.uuid4()}/matter/").status_code == 410


def test_the_slip_and_the_calendar_file(world, browser):
    form = booked(browser, world)
    code = re.search(r"receipt-code[^>]*>([\d ]+)<", text(browser.get(f"{form}receipt/")))[1]
    slip = browser.get(f"{form}slip.pdf")
    assert (slip["Content-Type"], slip["Cache-Control"]) == ("application/pdf", "no-store")
    words = pypdf.PdfReader(io.BytesIO(slip.content)).pages[0].extract_text()
    for said in (code, "接访预约受理单", "2026年2月24日", "人民来访接待中心"):
        assert said in words, words
    assert "居民甲" not in words
    ics = browser.get(f"{form}visit.ics")
    (event,) = icalendar.Calendar.from_ical(ics.content).walk("VEVENT")
    assert str(event.decoded("dtstart")) == "2026-02-24 08:30:00+08:00"
    with scope.county(world.county):
        booking = Booking.objects.get()
    for secret in ("居民", "1380", "漏水", booking.number, code.replace(" ", "")):
        assert secret not in ics.content.decode()


@pytest.mark.parametrize(
    ("page", "typed", "words"),
    [
        ("matter", {**MATTER, "matter": " "}, "请写明反映的问题"),
        ("matter", {**MATTER, "topic": "no such"}, "请从列出的选项中选择"),
        ("matter", {**MATTER, "matter": "甲" * 2345}, "写了 2,345 个字，最多 2,000 个字，请删去 345 个字"),
        ("matter", {**MATTER, "wish": "a\0b"}, "不能保存的字符"),
        ("person", {"name": "", "phone": "1"}, "请填写姓名"),
        ("person", {**PERSON, "phone": ""}, "没有电话的，请勾选"),
        ("person", {**PERSON, "phone": "打给我"}, "电话只写数字"),
        ("person", {**PERSON, "id_number": ID_NUMBER[:-1] + "1"}, "身份证号不对"),
        ("person", {**PERSON, "name": "名" * 1_000_000}, "写了 1,000,000 个字，最多 50 个字"),
        ("people", {"people": "0"}, "不能小于 1，请改正"),
        ("people", {"people": "六个"}, "整数"),
        ("people", {"people": "5"}, "请推选代表"),
        ("people", {"people": "2", "phone1": "13800000009"}, "请把姓名也填上"),
        ("people", {"people": "9", **{f"name{n}": f"代表{n}" for n in range(1, 7)}}, "代表最多五人"),
        ("people", {"people": "1", "name1": "甲", "name2": "乙"}, "不能少于代表人数"),
    ],
)
def test_what_is_wrong_is_said_at_the_top_and_what_was_typed_stays(world, browser, page, typed, words):
    form = begun(browser, world)
    answer = browser.post(f"{form}{page}/", typed)
    assert answer.status_code == 200
    assert re.search(words, text(answer)), re.sub(r"<[^>]+>|\s+", " ", text(answer))[:2000]
    assert "error-summary" in text(answer)
    assert len(answer.content) < 60_000
    kept = next((value for name, value in typed.items() if value.strip() and "\0" not in value and name != "topic"), "")
    assert kept[:40] in text(answer)


@pytest.mark.parametrize(("setting", "words"), [("off", None), ("optional", "可不填"), ("required", "只看到最后四位")])
def test_the_identity_number_is_asked_as_the_county_says(world, browser, setting, words):
    world.county.identity_number = setting
    world.county.save()
    form = begun(browser, world)
    page = text(browser.get(f"{form}person/"))
    assert ("id_number" in page) == (words is not None)
    assert words is None or words in page
    bare = browser.post(f"{form}person/", PERSON)
    assert bare.status_code == (200 if setting == "required" else 302)
    if setting != "off":
        assert browser.post(f"{form}person/", {**PERSON, "other_paper": "护照 E1"}).status_code == 302
        full = {**PERSON, "id_number": "１１０１０５ 19491231 002x"}
        fill(browser, form, person=full)
        check = text(browser.get(f"{form}check/"))
        assert ("****002X" in check, ID_NUMBER in check) == (True, False)


def test_without_a_telephone_it_is_booked_and_marked(world, browser):
    booked(browser, world, person={"phone": "", "no_phone": "on"})
    with scope.county(world.county):
        assert Booking.objects.get().reachable is False


def test_the_leader_complained_of_sends_back_to_the_choice(world, browser):
    form = begun(browser, world)
    fill(browser, form)
    leader = bookers.sitting(world).leader
    answer = browser.post(f"{form}matter/", {**MATTER, "accused_leader": leader.code})
    assert answer["Location"] == f"{form}sitting/?why=accused"
    page = text(browser.get(answer["Location"]))
    assert "您要反映的领导正好在这一场接访" in page
    assert key(world) not in page
    assert browser.post(f"{form}sitting/", {"sitting": key(world)}).status_code == 200
    assert browser.post(f"{form}sitting/", {"sitting": key(world, "R1")})["Location"] == f"{form}check/"
    browser.post(f"{form}check/", {"do": "send"})
    with scope.county(world.county):
        booking = Booking.objects.get()
    assert (booking.accused_leader_id, booking.matter) == (leader.pk, MATTER["matter"])
    assert booking.leader_id != leader.pk


def test_full_at_the_start_one_can_wait_and_it_says_how_many_do(world, browser):
    with scope.county(world.county):
        Sitting.objects.filter(rotation__code="R2").update(capacity=1)
    booked(browser, world)
    other = Client()
    page = text(other.get(f"{BOOK}start/"))
    assert "已约满，可登记候补（前面有 0 位）" in page
    form = begun(other, world)
    fill(other, form, person={"name": "居民乙", "phone": "13800000002"})
    assert "提交候补登记" in text(other.get(f"{form}check/"))
    assert "已登记候补" in text(other.post(f"{form}check/", {"do": "send"}, follow=True))


def test_a_place_lost_meanwhile_is_said_and_nothing_else_is_lost(world, browser, clock):
    with scope.county(world.county):
        Sitting.objects.filter(rotation__code="R2").update(capacity=1)
    form = begun(browser, world)
    fill(browser, form)
    clock.shift(places.HOLD.total_seconds() + 60)
    other = Client()
    quick = begun(other, world)
    answer = browser.post(f"{form}check/", {"do": "send"})
    assert (answer.status_code, "刚刚约满" in text(answer), "登记候补" in text(answer)) == (200, True, True)
    assert "居民甲" in text(answer)
    assert browser.post(f"{form}person/", PERSON)["Location"] == f"{form}sitting/?why=full"
    other.post(f"{quick}give-up/")
    assert browser.post(f"{form}sitting/", {"sitting": key(world)})["Location"] == f"{form}check/"
    assert browser.post(f"{form}check/", {"do": "send"})["Location"] == f"{form}receipt/"


def full_meanwhile(world, browser, clock, minutes=11):
    """A form filled in to the last page whose hold ran out, and the sitting's only place taken by somebody else's form."""
    with scope.county(world.county):
        Sitting.objects.filter(rotation__code="R2").update(capacity=1)
    form = begun(browser, world)
    fill(browser, form)
    clock.shift(minutes * 60)
    begun(Client(), world)
    return form


def test_whoever_finds_it_full_is_told_which_others_have_places(world, browser, clock):
    form = full_meanwhile(world, browser, clock)
    told = text(browser.post(f"{form}check/", {"do": "send"}))
    with scope.county(world.county):
        found = [offer for offer in offers.coming(county=world.county, at=timezone.now()) if not offer.is_full]
    assert len(found) >= 1
    named = re.findall(r"<li>(2026年\d+月\d+日) 星期. (\S+) 还有 (\d+) 个名额</li>", told)
    assert named == [(long_date(offer.sitting.day.day), offer.leader.name, str(offer.free)) for offer in found[:3]]


def test_telling_a_crowd_that_it_is_full_is_a_look_and_no_lock(world, browser, clock):
    form = full_meanwhile(world, browser, clock)
    browser.post(f"{form}check/", {"do": "send"})
    with CaptureQueriesContext(connection) as asked:
        assert "刚刚约满" in text(browser.post(f"{form}check/", {"do": "send"}))
    said = [query["sql"] for query in asked if "SAVEPOINT" not in query["sql"] and "set_config" not in query["sql"]]
    assert len(said) == 5, said
    assert not [sql for sql in said if "FOR UPDATE" in sql or "advisory" in sql]


def test_the_same_words_with_and_without_the_first_look(world, browser, clock, monkeypatch):
    form = full_meanwhile(world, browser, clock)

    def told():
        return re.sub(r'csrfmiddlewaretoken" value="\w+"', "", text(browser.post(f"{form}check/", {"do": "send"})))

    first = told()
    monkeypatch.setattr(drafts, "_is_late", mock.Mock(return_value=False))
    assert told() == first


def test_a_full_sitting_that_has_closed_is_said_to_be_closed(world, browser, clock):
    with scope.county(world.county):
        where = bookers.sitting(world)
        closes = windows.window_of(where, world.county).closes
    clock.move_to(closes - timedelta(minutes=12))
    form = full_meanwhile(world, browser, clock)
    browser.post(f"{form}check/", {"do": "send"})
    clock.move_to(closes)
    assert "截止" in text(browser.post(f"{form}check/", {"do": "send"}))


@pytest.mark.parametrize("failure", [OperationalError, InterfaceError, DatabaseError])
def test_while_the_database_is_down_one_is_told_to_send_again_and_that_nothing_is_lost(world, browser, monkeypatch, failure):
    form = begun(browser, world)
    fill(browser, form)
    with monkeypatch.context() as down:
        down.setattr(drafts, "submit", mock.Mock(side_effect=failure))
        answer = browser.post(f"{form}check/", {"do": "send"})
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "60", "no-store")
    assert "已填好的内容都还在" in text(answer)
    assert "网址可能写错了" not in text(answer)
    assert browser.post(f"{form}check/", {"do": "send"})["Location"] == f"{form}receipt/"


@pytest.mark.parametrize(
    ("failure", "status", "words"),
    [
        (OperationalError, 503, "正在恢复"),
        (DatabaseError, 503, "正在恢复"),
        (IntegrityError, 500, "出了差错"),
        (KeyError, 500, "出了差错"),
    ],
)
def test_whatever_fails_is_said_in_words(world, monkeypatch, failure, status, words):
    monkeypatch.setattr(tracking_view.opening, "open_row", mock.Mock(side_effect=failure))
    browser = Client(raise_request_exception=False)
    answer = browser.post("/track/", {"number": codes.new_number(year=2026), "code": codes.new_code()})
    assert (answer.status_code, answer["Cache-Control"], words in text(answer)) == (status, "no-store", True)


def test_a_closed_day_can_t_be_chosen_nor_sent(world, browser, clock):
    form = begun(browser, world)
    fill(browser, form)
    clock.move_to(builders.NOW.replace(month=2, day=14, hour=9, minute=1))
    assert browser.get(f"{form}check/").status_code == 410
    page = browser.post(f"{BOOK}start/", {"sitting": key(world)})
    assert (page.status_code, "现在不能预约" in text(page)) == (200, True)
    assert key(world) not in text(browser.get(f"{BOOK}start/"))


def test_the_hour_is_counted_from_the_last_change(world, browser, clock):
    form = begun(browser, world)
    for _hour in range(3):
        clock.shift(drafts.KEPT.total_seconds() - 1)
        assert browser.post(f"{form}matter/", MATTER).status_code == 302
    clock.shift(drafts.KEPT.total_seconds() + 1)
    assert browser.post(f"{form}matter/", MATTER).status_code == 410


def upload(browser, form, *files, do="add"):
    sent = [SimpleUploadedFile(name, content) for name, content in files]
    return browser.post(f"{form}material/", {"do": do, "files": sent})


def test_material_is_shown_by_name_and_size_and_can_be_taken_out(world, browser, tmp_path):
    form = begun(browser, world)
    assert upload(browser, form, ("楼道<b>.jpg", picture()), ("信.pdf", pdf())).status_code == 302
    page = text(browser.get(f"{form}material/"))
    assert ("楼道&lt;b&gt;.jpg" in page, "信.pdf" in page) == (True, True)
    with scope.county(world.county):
        first = Upload.objects.first()
    assert browser.post(f"{form}material/", {"do": f"remove {first.uid}"}).status_code == 302
    for nonsense in ("remove x", f"remove {uuid.uuid4()}"):
        assert browser.post(f"{form}material/", {"do": nonsense}).status_code == 302
    assert count(world, Upload) == 1
    assert "信.pdf" in text(browser.get(f"{form}material/"))


def test_files_that_can_t_be_taken_are_named_and_the_others_stay(world, browser):
    form = begun(browser, world)
    answer = upload(browser, form, ("a.jpg", b"PK\x03\x04 a zip"), ("b.png", picture("PNG")), ("empty.pdf", b""))
    page = text(answer)
    assert "a.jpg：只能上传照片" in page
    assert "empty.pdf" in page
    assert count(world, Upload) == 1
    assert "请先选择文件" in text(browser.post(f"{form}material/", {"do": "add"}))
    many = upload(browser, form, *((f"{n}.jpg", picture()) for n in range(8)))
    assert "最多上传 8 个文件" in text(many)
    assert count(world, Upload) == 1
    # Chosen and not uploaded: going on sends them.
    assert upload(browser, form, ("c.jpg", picture()), do="next").status_code == 302
    assert count(world, Upload) == 2


def test_nobody_else_adds_to_a_form_or_takes_from_it(world, browser):
    form = begun(browser, world)
    upload(browser, form, ("a.jpg", picture()))
    other = Client()
    begun(other, world)
    assert upload(other, form, ("b.jpg", picture())).status_code == 410
    with scope.county(world.county):
        row = Upload.objects.get()
    assert other.post(f"{form}material/", {"do": f"remove {row.uid}"}).status_code == 410
    assert count(world, Upload) == 1


def test_too_much_at_once_is_said_before_it_is_read(world, browser, settings):
    form = begun(browser, world)
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 100_000
    answer = upload(browser, form, ("big.jpg", b"\xff\xd8\xff" + bytes(200_000)))
    assert (answer.status_code, "内容太多" in text(answer)) == (413, True)
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = browser.post(f"{form}matter/", {**MATTER, "matter": "甲" * 5000})
    assert (answer.status_code, "内容太多" in text(answer)) == (413, True)
    assert browser.get(f"{form}matter/").status_code == 200


def test_a_post_without_the_form_s_token_is_refused(world):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"{BOOK}start/", {"sitting": key(world)}).status_code == 403
    assert count(world, Draft) == 0


def test_given_up_it_is_gone(world, browser):
    form = begun(browser, world)
    assert browser.get(f"{form}give-up/").status_code == 200
    assert browser.get(f"{form}matter/").status_code == 200
    assert browser.post(f"{form}give-up/")["Location"] == "/chenghe/"
    assert browser.get(f"{form}matter/").status_code == 410
    assert count(world, Draft) == 0


def test_the_public_pages_lead_here(world, browser):
    for page in ("/chenghe/", "/chenghe/days/2026-02-24/", "/chenghe/help/"):
        assert "/chenghe/book/" in text(browser.get(page)), page
    assert "/en/chenghe/book/?day=" in text(browser.get("/en/chenghe/"))


def test_choosing_costs_the_same_however_many_have_booked(world, browser):
    browser.get(f"{BOOK}start/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        browser.get(f"{BOOK}start/")
    for n in range(5):
        bookers.book(world, n, at=builders.NOW)
    with CaptureQueriesContext(connection) as many:
        browser.get(f"{BOOK}start/")
    assert len(many) == len(few)


@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80), st.text(max_size=300), st.text(max_size=40))
@example("𠮷田\U0002a6d6", "\u202e倒着\u2066", "\x00")
@example("甲", "<script>alert(1)</script>{{ 7 }}", "+86 138-0000-0001")
@example("\ud83d".encode("utf-16", "surrogatepass").decode("utf-16", "replace"), "a\r\n\tb\x07", "１３８０００００００１")
def test_whatever_is_typed_is_taken_or_refused_in_words(world, name, matter, phone):
    browser = Client()
    form = begun(browser, world)
    pages = {"matter": {**MATTER, "matter": matter}, "person": {"name": name, "phone": phone}}
    taken = [browser.post(f"{form}{page}/", typed) for page, typed in pages.items()]
    assert all(answer.status_code == 302 or "error-summary" in text(answer) for answer in taken)
    if all(answer.status_code == 302 for answer in taken):
        browser.post(f"{form}people/", {"people": "1"})
        browser.post(f"{form}material/", {"do": "next"})
        page = text(browser.get(f"{form}check/"))
        assert "<script>" not in page
        assert not set(page) & set("\u202e\u2066\x00\x07")
    browser.post(f"{form}give-up/")
