"""A letter on the net: filled in, checked, sent once; refused in words with all that was typed; nobody else's; in both languages."""

import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from petitions.actions import letters
from petitions.models import Case, Deadline, Material, Representative
from reception import codes, scope
from reception.actions import drafts, identities, tracking, uploads
from reception.models import Draft, Leader, Upload
from reception.models.counties import IdentityNumber
from tests.petitions.referring import AT
from tests.reception import bookers, builders

NEW = "/chenghe/letters/new/"


@pytest.fixture
def office(standing, clock):
    clock.move_to(AT)
    bookers.topic(standing)
    return standing


def text(response):
    return response.content.decode()


def photo(name="现场.jpg"):
    made = io.BytesIO()
    # Another name, another picture: the same one again is the file that is there.
    Image.new("RGB", (40, 30 + len(name)), "white").save(made, "JPEG")
    return SimpleUploadedFile(name, made.getvalue(), "image/jpeg")


def typed(**more):
    return {
        "addressed_to": "L1",
        "topic": "T1",
        "matter": "三号楼楼道长期漏水，多次反映未修。",
        "wish": "请督促维修。",
        "accused_leader": "",
        "accused_department": "",
        "name": "居民甲",
        "phone": "13800000001",
        "address": "",
        "people": "1",
        **more,
    }


def begun(browser, **more):
    """The address of a form that was filled in."""
    answer = browser.post(NEW, typed(**more))
    assert answer.status_code == 302, re.sub(r"\s+", " ", text(answer))[:3000]
    return answer["Location"].removesuffix("check/")


def sent(browser, **more):
    form = begun(browser, **more)
    answer = browser.post(f"{form}check/", {"do": "send"})
    assert answer["Location"] == f"{form}receipt/"
    return form


def code_on(page):
    return re.search(r'class="receipt-code"[^>]*>([\d ]+)<', page)[1]


def count(office, table=Case):
    with scope.county(office.county):
        return table.objects.count()


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_written_checked_sent_and_the_receipt_has_number_and_code(office, client, prefix):
    first = client.get(f"{prefix}{NEW}")
    assert first.status_code == 200
    assert ("县委书记甲" in text(first)) == (prefix == "")
    assert ("Secretary A" in text(first)) == (prefix == "/en")
    answer = client.post(f"{prefix}{NEW}", typed())
    check = text(client.get(answer["Location"]))
    assert "三号楼楼道长期漏水" in check
    form = answer["Location"].removesuffix("check/")
    assert client.post(f"{form}check/", {"do": "send"})["Location"] == f"{form}receipt/"
    page = client.get(f"{form}receipt/")
    with scope.county(office.county):
        case = Case.objects.get()
        assert (case.way_in, case.status, case.addressed_to.code, str(case.received_on)) == (
            "web",
            "registered",
            "L1",
            "2026-01-12",
        )
        assert Deadline.objects.get().kind == "D1"
        assert identities.opened(case.identity, county=office.county).name == "居民甲"
        assert case.steps.get().actor == "system"
        assert tracking.fits(codes.read_code(code_on(text(page))), case.code_hash)
        assert Draft.objects.get().wrapped is None
    assert codes.show_number(case.number) in text(page)
    slip = client.get(f"{form}slip.pdf")
    assert (slip["Content-Type"], slip.content[:5]) == ("application/pdf", b"%PDF-")
    for one in (first, page, slip):
        assert "no-store" in one["Cache-Control"]
    assert "居民甲" not in page["Content-Type"] + str(page.headers)


def test_sent_twice_and_by_two_tabs_is_one_case(office, client):
    form = sent(client)
    first = code_on(text(client.get(f"{form}receipt/")))
    assert client.post(f"{form}check/", {"do": "send"})["Location"] == f"{form}receipt/"
    assert client.post(form, typed(matter="另一件事"))["Location"] == f"{form}receipt/"
    assert client.get(f"{form}check/")["Location"] == f"{form}receipt/"
    assert code_on(text(client.get(f"{form}receipt/"))) == first
    assert count(office) == 1
    # Another letter is another case.
    sent(client)
    assert count(office) == 2


def test_everything_typed_is_there_again_when_changed(office, client):
    form = begun(client, people="3", name1="居民乙", phone1="13900000000", addressed_to="")
    page = text(client.get(form))
    for words in ("三号楼楼道长期漏水", "居民乙", 'value="13900000000"', 'value="3"'):
        assert words in page, words
    client.post(form, typed(wish="请一个月内修好。"))
    assert "请一个月内修好。" in text(client.get(f"{form}check/"))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"matter": ""}, "请写明反映的问题"),
        ({"matter": "字" * 2001}, "最多 2,000 个字"),
        ({"topic": ""}, "请选择一类"),
        ({"name": ""}, "请填写姓名"),
        ({"phone": ""}, "没有电话"),
        ({"phone": "", "no_phone": "on"}, "请写明住址"),
        ({"id_number": "110105194912310021"}, "身份证号不对"),
        ({"people": "6"}, "请推选代表"),
        ({"people": "9", **{f"name{n}": f"居民{n}" for n in range(1, 7)}}, "最多五人"),
        ({"phone1": "13900000000"}, "请把姓名也填上"),
        ({"addressed_to": "L9"}, "L9"),
        ({"accused_leader": "<b>"}, "b"),
        ({"people": "一群"}, "整数"),
        ({"matter": "漏水\0"}, "不能保存的字符"),
    ],
)
def test_refused_in_words_and_all_that_was_typed_stays(office, client, more, words):
    page = client.post(NEW, typed(**{"wish": "请督促维修到位。", **more}))
    assert (page.status_code, words in text(page), "请督促维修到位。" in text(page)) == (200, True, True)
    assert (count(office), count(office, Draft)) == (0, 0)


def test_an_identity_number_is_asked_as_the_county_says(office, client):
    office.county.identity_number = IdentityNumber.OFF
    office.county.save()
    assert "id_number" not in text(client.get(NEW))
    office.county.identity_number = IdentityNumber.REQUIRED
    office.county.save()
    assert "请填写身份证号" in text(client.post(NEW, typed()))


def test_a_letter_to_the_leader_it_complains_of_goes_to_the_bureau_alone_and_says_so(office, client):
    form = begun(client, accused_leader="L1")
    page = text(client.get(f"{form}check/"))
    assert "只交信访局办理" in page
    client.post(f"{form}check/", {"do": "send"})
    with scope.county(office.county):
        case = Case.objects.get()
        assert (case.addressed_to, case.accused_leader.code) == (None, "L1")
        leader = builders.user("secretary-a", office.county)
        Leader.objects.filter(code="L1").update(user=leader)
        assert not Case.objects.visible_to(leader, on=AT.date()).exists()


def test_joint_letters_keep_their_representatives_in_the_vault(office, client):
    sent(client, people="12", **{f"name{n}": f"居民{n}" for n in range(1, 6)})
    with scope.county(office.county):
        assert (Case.objects.get().people, Representative.objects.count()) == (12, 5)


def test_files_go_with_the_letter_and_a_bad_one_is_named(office, client):
    form = begun(client)
    bad = SimpleUploadedFile("程序.exe", b"MZ....", "image/jpeg")
    page = text(client.post(f"{form}check/", {"do": "add", "files": [photo(), bad]}))
    assert "程序.exe：只能上传照片" in page
    assert "现场.jpg" in page
    assert "请先选择文件" in text(client.post(f"{form}check/", {"do": "add"}))
    client.post(f"{form}check/", {"do": "add", "files": [photo("第二张.jpg")]})
    with scope.county(office.county):
        second = Upload.objects.order_by("pk").last()
    client.post(f"{form}check/", {"do": f"remove {second.uid}"})
    client.post(f"{form}check/", {"do": "remove nonsense"})
    # What is chosen when sending goes along; a bad one holds the sending up.
    assert "还没有提交" in text(client.post(f"{form}check/", {"do": "send", "files": [bad]}))
    client.post(f"{form}check/", {"do": "send", "files": [photo("第三张.jpg")]})
    assert (count(office), count(office, Upload)) == (1, 0)
    with scope.county(office.county):
        rows = Material.objects.order_by("pk")
        assert [uploads.name_of(row, county=office.county) for row in rows] == ["现场.jpg", "第三张.jpg"]
        assert all(uploads.opened(row, county=office.county).content[:3] == b"\xff\xd8\xff" for row in rows)


def test_another_browser_and_a_form_of_the_booking_do_not_open_it(office, client, clock):
    form = begun(client)
    uid = form.rstrip("/").rsplit("/", 1)[1]
    from django.test import Client

    assert Client().get(form).status_code == 410
    # The same browser, by the booking's own addresses.
    for page in ("matter", "check", "receipt", "material"):
        assert client.get(f"/chenghe/book/{uid}/{page}/").status_code == 410
    sent_form = sent(client)
    clock.move_to(AT + timedelta(minutes=31))
    assert client.get(f"{sent_form}receipt/").status_code == 410


def test_a_booking_form_does_not_open_here(office, client):
    answer = client.post("/chenghe/book/start/", {"sitting": str(bookers.sitting(office).uid)})
    uid = re.search(r"/book/([0-9a-f-]{36})/", answer["Location"])[1]
    for page in ("", "check/", "receipt/", "slip.pdf", "give-up/"):
        assert client.get(f"/chenghe/letters/{uid}/{page}").status_code == 410


def test_given_up_nothing_is_left(office, client):
    form = begun(client)
    client.post(f"{form}check/", {"do": "add", "files": [photo()]})
    assert client.get(f"{form}give-up/").status_code == 200
    assert count(office, Draft) == 1
    assert client.post(f"{form}give-up/").status_code == 302
    assert (count(office, Draft), count(office, Upload), count(office)) == (0, 0, 0)
    assert client.get(form).status_code == 410


def test_forgotten_after_an_hour_by_the_sweep(office, client):
    begun(client)
    sent(client)
    with scope.county(office.county):
        from reception.models import User

        who = {"county": office.county, "by": User.objects.system(), "at": AT + drafts.KEPT}
        assert drafts.sweep(**who) == 2
        assert (Draft.objects.count(), Case.objects.count()) == (0, 1)


def test_a_network_that_floods_is_told_and_others_are_not(office, client, clock):
    for _time in range(letters.MOST_FROM_ONE_NETWORK):
        begun(client)
    page = client.post(NEW, typed(wish="请督促维修到位。"))
    assert ("提交的信较多" in text(page), "请督促维修到位。" in text(page)) == (True, True)
    assert client.post(NEW, typed(), REMOTE_ADDR="203.0.113.9").status_code == 302
    clock.move_to(AT + letters.AN_HOUR)
    assert client.post(NEW, typed()).status_code == 302


@pytest.mark.parametrize("path", ["/nowhere/letters/new/", "/chenghe/letters/00000000-0000-0000-0000-000000000000/"])
def test_what_is_not_there_is_said_kindly(office, client, path):
    assert client.get(path).status_code in (404, 410)


def test_the_countys_page_and_the_guide_lead_there(office, client):
    for page in ("/chenghe/", "/chenghe/book/", "/en/chenghe/"):
        assert "/chenghe/letters/new/" in text(client.get(page)), page
