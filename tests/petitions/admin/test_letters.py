"""The clerk's page for letters and calls, the slip, and the files: happy, refused with all that was typed, invisible."""

import io
import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from petitions.models import Case, Material
from reception import codes, scope
from reception.models import Entry, Leader
from reception.roles import Role
from tests.petitions.referring import AT, do, register, screened, transfer, unit
from tests.reception import bookers, builders


@pytest.fixture
def office(db, clock):
    made = builders.bureau()
    clock.move_to(AT)
    return made


@pytest.fixture
def clerk(office, sign_in):
    return sign_in(office.clerk)


def photo(name="来信.jpg"):
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(made, "JPEG")
    return SimpleUploadedFile(name, made.getvalue(), "image/jpeg")


def typed(office, **more):
    return {
        "key": str(uuid.uuid4()),
        "way": "letter",
        "received_on": "2026-01-11",
        "name": "居民甲",
        "phone": "13800000001",
        "people": "1",
        "topic": bookers.topic(office).pk,
        "matter": "三号楼楼道长期漏水。",
        "wish": "请督促维修。",
        **more,
    }


def text(response):
    return response.content.decode()


def test_a_letter_with_its_scans_becomes_a_case_and_the_slip_shows_the_code_once(office, clerk):
    page = clerk.post(reverse("admin:case_new"), {**typed(office), "papers": [photo(), photo("附件.jpg")]})
    assert page.status_code == 200, text(page)[:500]
    assert "no-store" in page["Cache-Control"]
    with scope.county(office.county):
        case = Case.objects.get()
        assert (case.way_in, str(case.received_on), case.status) == ("letter", "2026-01-11", "registered")
        assert Material.objects.filter(case=case, kind="letter").count() == 2
    code = re.search(r'name="code" value="([\d ]+)"', text(page))[1]
    assert codes.show_number(case.number) in text(page)
    slip = clerk.post(reverse("admin:case_slip", args=[case.pk]), {"code": code})
    assert (slip["Content-Type"], slip.content[:5]) == ("application/pdf", b"%PDF-")
    assert clerk.post(reverse("admin:case_slip", args=[case.pk]), {"code": codes.new_code()}).status_code == 400
    assert clerk.get(reverse("admin:case_slip", args=[case.pk])).status_code == 405
    shown = text(clerk.get(reverse("admin:case", args=[case.pk])))
    assert "附件.jpg" in shown
    assert code not in shown


def test_a_double_click_is_one_case(office, clerk):
    form = typed(office)
    pages = [text(clerk.post(reverse("admin:case_new"), form)) for _time in range(2)]
    assert len({re.search(r'name="code" value="([\d ]+)"', page)[1] for page in pages}) == 1
    with scope.county(office.county):
        assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"received_on": "2026-01-13"}, "还没有到"),
        ({"way": "phone"}, "念给来电人听"),
        ({"phone": ""}, "以便书面答复"),
        ({"id_number": "110105194912310021"}, "身份证号码不对"),
        ({"people": "7", "representatives": "\n".join(f"居民{n}" for n in "乙丙丁戊己庚")}, "代表最多五人"),
        ({"people": "7"}, "推选代表"),
        ({"matter": ""}, "请填写这一项"),
        ({"received_on": "昨天"}, "日期"),
        ({"topic": "x"}, "选择"),
        ({"key": "x"}, "UUID"),
    ],
)
def test_what_is_refused_comes_back_with_all_that_was_typed(office, clerk, more, words):
    page = clerk.post(reverse("admin:case_new"), typed(office, **{"wish": "请督促维修到位。", **more}))
    assert words in text(page)
    assert "请督促维修到位。" in text(page)
    with scope.county(office.county):
        assert not Case.objects.exists()


@pytest.mark.parametrize("bad", ["\0", "x" * 200_000, "\u202e反写", "𠮷野家漏水"])
def test_odd_text_is_no_error_of_the_server(office, clerk, bad):
    assert clerk.post(reverse("admin:case_new"), typed(office, matter=bad)).status_code == 200


def test_a_file_that_is_none_is_named_and_nothing_is_registered(office, clerk):
    bad = SimpleUploadedFile("病毒.exe", b"MZ....", "image/jpeg")
    page = text(clerk.post(reverse("admin:case_new"), {**typed(office), "papers": [photo(), bad]}))
    assert "病毒.exe：只能上传照片" in page
    with scope.county(office.county):
        assert not Case.objects.exists()


def test_one_writes_to_the_secretary_or_the_magistrate(office, clerk):
    page = text(clerk.get(reverse("admin:case_new")))
    offered = re.findall(r"<option[^>]*>([^<]*)</option>", page.split('id="id_addressed_to"')[1].split("</select>")[0])
    assert offered == ["（没有写明）", "县委书记甲", "县长乙"]
    with scope.county(office.county):
        leader = Leader.objects.get(code="L2")
    clerk.post(reverse("admin:case_new"), typed(office, addressed_to=leader.pk))
    with scope.county(office.county):
        assert Case.objects.get().addressed_to == leader


@pytest.mark.parametrize("role", [Role.OFFICER, Role.DEPARTMENT_HEAD, Role.AUDITOR, Role.REVIEWER, Role.JOINT_OFFICE])
def test_only_the_bureau_registers(office, sign_in, role):
    browser = sign_in(builders.user("someone", office.county, role))
    assert browser.get(reverse("admin:case_new")).status_code == 403
    assert browser.post(reverse("admin:case_new"), typed(office)).status_code == 403


def test_a_file_opens_for_the_bureau_and_the_unit_that_has_it_and_each_is_in_the_journal(office, clerk, sign_in):
    housing, labour = unit(office), unit(office, "D05", "人社局")
    case = screened(office)
    added = clerk.post(
        reverse("admin:case_do", args=[case.pk, "add-material"]), {"seen": 2, "kind": "evidence", "papers": [photo("现场.jpg")]}
    )
    assert added.status_code == 302, text(added)
    transfer(office, case, housing)
    with scope.county(office.county):
        row = Material.objects.get()
    path = reverse("admin:case_material", args=[row.uid])
    for person, status in ((office.clerk, 200), (housing.officer, 200), (labour.officer, 404)):
        answer = sign_in(person).get(path)
        assert answer.status_code == status, person
    assert (answer := clerk.get(path))["Content-Disposition"] == f'attachment; filename="{row.uid}.jpg"'
    assert answer.content[:3] == b"\xff\xd8\xff"
    assert "sandbox" in answer["Content-Security-Policy"]
    other = builders.bureau("linhe")
    assert sign_in(other.clerk).get(path).status_code == 404
    auditor = sign_in(builders.user("auditor", office.county, Role.AUDITOR)).get(path)
    assert auditor.status_code == 403
    with scope.county(office.county):
        readers = Entry.objects.filter(act="material.read").order_by("n").values_list("actor", flat=True)
        assert list(readers) == ["chenghe-clerk", "officer-d02", "chenghe-clerk"]


def test_the_clerk_who_stepped_back_opens_nothing(office, clerk):
    from petitions.actions import recusals
    from reception.materials import Material as Drawn

    case = register(office, files=[("来信.jpg", Drawn("image/jpeg", b"\xff\xd8\xffx"))]).case
    do(office, recusals.recuse, case, user=office.clerk, reason="与信访人是亲属")
    with scope.county(office.county):
        row = Material.objects.get()
    assert clerk.get(reverse("admin:case_material", args=[row.uid])).status_code == 404
