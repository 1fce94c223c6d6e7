"""Reports and exports on the staff's site: the tables, periods that are none, files and who gets them, and the journal."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from petitions.actions import exports
from petitions.models import Case, Export, ExportFile, ExportKind, ExportState
from reception import codes, scope, tasks
from reception.errors import Forbidden, MovedOn, Refused
from reception.models import Entry, Topic, User
from reception.roles import Role
from tests.petitions.asked import own
from tests.petitions.letters import letter
from tests.petitions.lives import moment
from tests.reception import builders

TODAY = date(2026, 3, 2)
REPORTS, EXPORTS = "/admin/reports/", "/admin/exports/"
AT = moment(TODAY)


@pytest.fixture
def cases(office, clock):
    clock.move_to(AT)
    return [letter(office, f"水管漏水{n}", n=n + 1, on=date(2026, 2, n + 1)) for n in range(3)]


def text(response):
    return response.content.decode()


def deeds(office):
    with scope.county(office.county):
        return list(Entry.objects.filter(act__startswith="export.").order_by("n").values_list("act", "actor"))


def test_the_page_shows_the_last_whole_month_and_leads_to_others(office, cases, sign_in):
    page = text(sign_in(office.clerk).get(REPORTS))
    assert "2026 年 2 月" in page
    for words in ("收到的信访事项：按来源", "办理期限", "?period=2026-01", "?period=2026-Q1", "?period=2026", "<svg"):
        assert words in page, words
    assert "February 2026" in text(sign_in(office.clerk).get("/en" + REPORTS))
    assert "本期尚未结束" in text(sign_in(office.clerk).get(REPORTS, {"period": "2026"}))


@pytest.mark.parametrize(("asked", "says"), [("2026-13", "不是统计期"), ("<b>", "不是统计期"), ("2026-04", "还没有开始")])
def test_what_is_no_period_is_said_and_stays_typed(office, cases, sign_in, asked, says):
    response = sign_in(office.clerk).get(REPORTS, {"period": asked})
    assert response.status_code == 400
    assert says in text(response)
    assert "<b>" not in text(response).split("统计期</label>")[1][:200]


def test_the_report_asks_no_more_for_more_cases(office, cases, sign_in):
    browser = sign_in(office.chief)
    with CaptureQueriesContext(connection) as few:
        browser.get(REPORTS)
    for n in range(20):
        letter(office, f"路灯不亮{n}", n=n + 10, on=date(2026, 2, 10))
    with CaptureQueriesContext(connection) as many:
        browser.get(REPORTS)
    assert len(own(many)) == len(own(few)) > 5


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SYSTEM, Role.SECRETARY, Role.LEADER}))
def test_who_sees_reports_and_who_takes_files(office, cases, sign_in, role):
    browser = sign_in(builders.user("as", office.county, role))
    reads = {Role.CLERK, Role.CHIEF, Role.COORDINATOR, Role.OFFICER, Role.DEPARTMENT_HEAD, Role.JOINT_OFFICE, Role.AUDITOR}
    assert browser.get(REPORTS).status_code == (200 if role in reads else 403)
    takes = reads - {Role.OFFICER, Role.DEPARTMENT_HEAD}
    assert browser.get(EXPORTS).status_code == (200 if role in takes else 403)
    sent = browser.post(EXPORTS, {"kind": "cases_xlsx", "period": "2026-02"}).status_code
    assert sent == (302 if role == Role.CHIEF else 409 if role in takes else 403)


def test_a_workbook_has_every_table_and_says_whose_it_is(office, cases, sign_in):
    browser = sign_in(office.clerk)
    browser.post(EXPORTS, {"kind": "report_xlsx", "period": "2026-02"})
    with scope.county(office.county):
        row = Export.objects.get()
    assert row.state == ExportState.READY
    answer = browser.post(reverse("admin:export", args=[row.uid]))
    assert answer["Content-Disposition"] == 'attachment; filename="chenghe-2026-02-2026-03-02.xlsx"'
    book = load_workbook(io.BytesIO(answer.content))
    first = book.worksheets[0]
    assert office.clerk.name in first["A1"].value
    assert str(row.uid) in first["A1"].value
    rows = [[cell.value for cell in line] for line in book["收到的信访事项：按来源"].iter_rows(min_row=4)]
    assert ["来信", 3, 3, 0, 0] in rows
    assert ["合计", 3, 3, 0, 0] in rows
    assert [act for act, _who in deeds(office)] == ["export.ask", "export.make", "export.take"]


def test_nothing_in_a_file_is_taken_for_a_formula(office, cases, sign_in):
    with scope.county(office.county):
        Topic.objects.update(name='=HYPERLINK("http://bad.invalid")')
    browser = sign_in(office.chief)
    for kind in ("cases_xlsx", "report_csv"):
        browser.post(EXPORTS, {"kind": kind, "period": "2026-02"})
    with scope.county(office.county):
        files = {
            row.kind: exports.take(export=row, county=office.county, by=office.chief, at=AT).content for row in Export.objects.all()
        }
    sheet = load_workbook(io.BytesIO(files["cases_xlsx"])).worksheets[0]
    cells = [cell for line in sheet.iter_rows() for cell in line if cell.value and str(cell.value).startswith("=")]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}
    lines = list(csv.reader(io.StringIO(files["report_csv"].decode("utf-8-sig"))))
    assert any("HYPERLINK" in cell for line in lines for cell in line)
    assert not any(cell.startswith("=") for line in lines for cell in line)


def test_the_list_holds_what_may_go_out_and_nothing_else(office, cases, sign_in):
    with scope.county(office.county):
        Case.objects.filter(pk=cases[0].pk).update(accused_department=Case.objects.none() or None, accused_user=office.clerk)
    browser = sign_in(office.chief)
    browser.post(EXPORTS, {"kind": "cases_xlsx", "period": "2026-02", "columns": ["received_on", "number"]})
    with scope.county(office.county):
        row = Export.objects.get()
        content = exports.take(export=row, county=office.county, by=office.chief, at=AT).content
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    rows = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=4)]
    assert rows == [
        ["编号", "收到日期"],
        *([codes.show_number(one.number), one.received_on.isoformat()] for one in (cases[2], cases[1])),
    ]
    refused = browser.post(EXPORTS, {"kind": "cases_xlsx", "period": "2026-02", "columns": ["identity"]})
    assert (refused.status_code, "清单里没有这一列" in text(refused)) == (409, True)


def test_a_file_is_its_askers_alone_and_for_a_week(office, cases, sign_in, clock, django_capture_on_commit_callbacks):
    with scope.county(office.county):
        row = exports.ask(
            kind=ExportKind.REPORT_CSV, period="2026-02", language="zh-hans", county=office.county, by=office.clerk, at=AT
        )
    assert exports.make_due(county=office.county, at=AT) == 1
    url = reverse("admin:export", args=[row.uid])
    assert sign_in(office.chief).post(url).status_code == 404
    assert sign_in(builders.bureau("linhe").clerk).post(url).status_code == 404
    assert sign_in(office.clerk).get(url).status_code == 405
    later = AT + timedelta(days=7)
    with scope.county(office.county):
        with pytest.raises(MovedOn):
            exports.take(export=row, county=office.county, by=office.clerk, at=later)
        path = exports.uploads.path_of(ExportFile.objects.get(), county=office.county)
        assert path.exists()
    clock.move_to(later)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.send_messages()
    with scope.county(office.county):
        assert (Export.objects.get().state, ExportFile.objects.count(), path.exists()) == (ExportState.EXPIRED, 0, False)
    assert "已过期删除" in text(sign_in(office.clerk).get(EXPORTS))


def test_a_long_one_is_made_in_the_background_and_the_page_looks_again(office, cases, sign_in, monkeypatch):
    monkeypatch.setattr(exports, "SHORT", 1)
    browser = sign_in(office.clerk)
    browser.post(EXPORTS, {"kind": "report_xlsx", "period": "2026"})
    waiting = browser.get(EXPORTS)
    assert "等待生成" in text(waiting)
    assert waiting["Refresh"].startswith("3;")
    for _again in range(2):
        browser.post(EXPORTS, {"kind": "report_xlsx", "period": "2026"})
    refused = browser.post(EXPORTS, {"kind": "report_xlsx", "period": "2026"})
    assert (refused.status_code, "正在等待生成" in text(refused)) == (409, True)
    tasks.send_messages()
    ready = browser.get(EXPORTS)
    assert "Refresh" not in ready
    assert text(ready).count("可以下载") == 3


def test_whoever_may_no_longer_gets_nothing_and_what_died_is_made_again(office, cases):
    person = builders.user("leaves", office.county, Role.CLERK)
    with scope.county(office.county):
        row = exports.ask(kind=ExportKind.REPORT_CSV, period="2026-02", language="en", county=office.county, by=person, at=AT)
        Export.objects.update(state=ExportState.MAKING, begun_at=AT - exports.LEASE)
    assert exports.make_due(county=office.county, at=AT) == 0
    with scope.county(office.county):
        person.grants.update(ends_on=TODAY)
    assert exports.make_due(county=office.county, at=AT + timedelta(seconds=1)) == 1
    with scope.county(office.county):
        row.refresh_from_db()
        assert (row.state, ExportFile.objects.count()) == (ExportState.FAILED, 0)
        with pytest.raises(Forbidden):
            exports.ask(kind=ExportKind.REPORT_CSV, period="2026", language="en", county=office.county, by=person, at=AT)
        with pytest.raises(Refused, match="不是统计期"):
            exports.ask(kind=ExportKind.REPORT_CSV, period="x", language="en", county=office.county, by=office.clerk, at=AT)
        assert User.objects.system() is not None


def test_the_radar_leads_to_a_proposal(office, cases, sign_in):
    for n in range(5):
        letter(office, f"路灯不亮{n}", n=n + 10, on=date(2026, 2, 10))
    page = text(sign_in(office.clerk).get("/admin/reports/radar/"))
    with scope.county(office.county):
        topic = Topic.objects.get(pk=cases[0].topic_id)
    assert f"/admin/improvements/new/?topic={topic.pk}" in page
    made = text(sign_in(office.clerk).get("/admin/improvements/new/", {"topic": topic.pk}))
    assert f'<option value="{topic.pk}" selected>' in made
    assert "近期集中的问题：1 类" in text(sign_in(office.clerk).get("/admin/"))
    assert sign_in(builders.user("o", office.county, Role.OFFICER)).get("/admin/reports/radar/").status_code == 403
