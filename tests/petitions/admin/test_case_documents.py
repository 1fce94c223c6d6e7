"""Documents on the case's page: listed for whoever sees the case, masked on request, named by POST and in the journal, else not there."""

import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from petitions import document_papers
from petitions.models import Case, Document, DocumentKind
from petitions.workflow import Status
from reception import scope
from reception.actions import identities
from reception.models import Department, Entry
from reception.roles import Role
from tests.petitions.states import stands
from tests.reception import builders


@pytest.fixture
def accepted(office, clock):
    made = stands(office, Status.ACCEPTED)
    clock.move_to(made.at)
    return made


def path(made, row):
    return reverse("admin:case_document", args=[made.case.pk, row.uid])


def notice(office, kind=DocumentKind.ACCEPTANCE):
    with scope.county(office.county):
        return Document.objects.get(kind=kind)


def words_of(response):
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(response.content)).pages).replace("\n", "")


def entries(office):
    with scope.county(office.county):
        return list(Entry.objects.filter(act="identity.read").values_list("actor", "object", "reason"))


def test_the_page_lists_them_with_their_numbers(office, accepted, sign_in):
    page = sign_in(office.clerk).get(reverse("admin:case", args=[accepted.case.pk])).content.decode()
    for words in (
        "受理告知书",
        "澄河县信受告字〔2026〕1号",
        "转送函",
        "澄河县信转字〔2026〕1号",
        "信访人可查看",
        "打印（含姓名，会记入日志）",
    ):
        assert words in page, words
    assert path(accepted, notice(office)) in page


def test_it_is_masked_on_request_and_nothing_is_written(office, accepted, sign_in):
    answer = sign_in(office.clerk).get(path(accepted, notice(office)))
    assert (answer.status_code, answer["Content-Type"], "no-store" in answer["Cache-Control"]) == (200, "application/pdf", True)
    said = words_of(answer)
    assert "居*" in said
    assert "居民1" not in said
    assert entries(office) == []


def test_with_the_name_by_post_and_the_journal_says_why(office, accepted, sign_in):
    row = notice(office)
    said = words_of(sign_in(office.clerk).post(path(accepted, row)))
    assert "居民1：" in said
    with scope.county(office.county):
        identity = f"identity {accepted.case.identity.uid}"
    assert entries(office) == [("chenghe-clerk", identity, "打印受理告知书 澄河县信受告字〔2026〕1号")]


def test_whoever_may_not_read_identities_has_no_button_and_is_refused(office, accepted, sign_in):
    coordinator = sign_in(builders.user("co", office.county, Role.COORDINATOR))
    assert "含姓名" not in coordinator.get(reverse("admin:case", args=[accepted.case.pk])).content.decode()
    assert coordinator.post(path(accepted, notice(office))).status_code == 403
    assert entries(office) == []


def test_it_is_not_there_for_the_accused_another_county_another_case_and_nobody(office, accepted, sign_in, client):
    row = notice(office)
    with scope.county(office.county):
        accused = Department.objects.create(code="D30", name="交通运输局")
        Case.objects.filter(pk=accepted.case.pk).update(accused_department=accused)
        builders.RoleGrant.objects.create(user=office.chief, role=Role.OFFICER.value, department=accused, starts_on="2020-01-01")
    twin = builders.bureau("linhe")
    for user in (office.chief, twin.clerk):
        browser = sign_in(user)
        assert (browser.get(path(accepted, row)).status_code, browser.post(path(accepted, row)).status_code) == (404, 404)
    assert client.get(path(accepted, row)).status_code == 302
    wrong = reverse("admin:case_document", args=[accepted.case.pk + 1, row.uid])
    assert sign_in(office.clerk).get(wrong).status_code == 404


def test_a_destroyed_identity_stays_destroyed_on_paper(office, accepted, sign_in):
    with scope.county(office.county):
        identities.shred(identity=accepted.case.identity, county=office.county, by=office.clerk, at=accepted.at, reason="保存期满")
    said = words_of(sign_in(office.clerk).post(path(accepted, notice(office))))
    assert "已销毁" in said
    assert entries(office) == []


def test_its_number_and_check_code_are_verified_and_nothing_else_is(office, accepted, client):
    row = notice(office)
    digits = document_papers.check_code(row).upper()
    fits = client.post("/chenghe/verify/", {"number": accepted.case.number, "digits": digits}).content.decode()
    assert "这份文书是系统出具的" in fits
    for number, code in ((accepted.case.number, "0" * 12), ("〔2026〕9号", digits)):
        assert "不一致" in client.post("/chenghe/verify/", {"number": number, "digits": code}).content.decode()
    for typed in ("澄河县信受告字〔2026〕1号", "[2026]1", "2026年 1"):
        assert "这份文书是系统出具的" in client.post("/chenghe/verify/", {"number": typed, "digits": digits}).content.decode()
    assert "编号不对" in client.post("/chenghe/verify/", {"number": "20261", "digits": digits}).content.decode()
