"""Notices as PDF: the answer, the refusal that says what exists, and a database that is let go before the paper is set."""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader

from reception import papers, printing, scope
from reception.actions import days, releases
from reception.models import ReceptionDay
from reception.roles import Role
from tests.reception import builders
from tests.reception.builders import NOW

PAPERS = ["/chenghe/roster/2026/2/notice.pdf", "/chenghe/roster/2026/notice.pdf", "/chenghe/releases/2/notice.pdf"]


@pytest.fixture
def changed(office):
    """澄河's reception day of February is cancelled by its second release."""
    draft = cancelled(office)
    other = builders.user("chenghe-deputy", office.county, Role.CHIEF)
    with scope.county(office.county):
        releases.submit(release=draft, county=office.county, by=office.clerk, at=NOW)
        releases.approve(release=draft, county=office.county, by=other, at=NOW)
        releases.publish(release=draft, county=office.county, by=other, at=NOW)
    return office


def cancelled(office):
    with scope.county(office.county):
        day = ReceptionDay.objects.get(day="2026-02-24")
        return days.cancel(day=day, reason="防汛", reason_en="floods", county=office.county, by=office.chief, at=NOW)


def read(response):
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(BytesIO(response.content)).pages))


def links(response):
    main = response.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return re.findall(r'<li><a href="([^"]+)"', main)


@pytest.mark.parametrize("path", PAPERS)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_notice_is_a_pdf_in_both_languages(changed, client, settings, prefix, path):
    settings.SITE_URL = "https://xinfang.example.invalid"
    response = client.get(prefix + path)
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert response.content.startswith(b"%PDF-")
    names = r'inline; filename="chenghe-[a-z0-9-]+-?notice\.pdf"; filename\*=UTF-8\'\'[A-Za-z0-9%._\'-]+\.pdf'
    assert re.fullmatch(names, response["Content-Disposition"])
    assert "max-age=60" in response["Cache-Control"]
    assert "set-cookie" not in {name.lower() for name in response.headers}
    assert f"https://xinfang.example.invalid{prefix}/chenghe/" in read(response)
    again = client.get(prefix + path, headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


def test_what_each_notice_says(changed, client):
    month, year, change = (read(client.get(path)) for path in PAPERS)
    assert month.startswith("澄河县2026年2月县级领导接访安排公告")
    assert "2026年2月24日的接访已取消，原因：防汛。" in month
    assert "/chenghe/days/2026-02-24/" in month
    assert year.startswith("澄河县2026年县级领导接访安排公告")
    assert year.count("08:30–11:30") == 24
    assert change.startswith("关于2026年2月领导接访调整的公告")
    assert "/chenghe/releases/2/notice/" in change


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize(
    ("path", "status", "offered"),
    [
        ("/chenghe/roster/2026/13/notice.pdf", 400, "/chenghe/roster/2026/1/notice.pdf"),
        ("/chenghe/roster/2026/0/notice.pdf", 400, "/chenghe/roster/2026/12/notice.pdf"),
        ("/chenghe/roster/2026/feb/notice.pdf", 400, "/chenghe/roster/2026/2/notice.pdf"),
        ("/chenghe/roster/2026/２/notice.pdf", 400, "/chenghe/roster/2026/2/notice.pdf"),
        ("/chenghe/roster/2031/2/notice.pdf", 404, "/chenghe/roster/2026/"),
        ("/chenghe/roster/26/2/notice.pdf", 400, "/chenghe/roster/2026/"),
        ("/chenghe/roster/2031/notice.pdf", 404, "/chenghe/roster/2026/"),
        ("/chenghe/roster/x/notice.pdf", 400, "/chenghe/roster/2026/"),
        ("/chenghe/releases/9/notice.pdf", 404, "/chenghe/releases/"),
        ("/chenghe/releases/x/notice.pdf", 404, "/chenghe/releases/"),
        ("/chenghe/releases/1/notice.pdf", 404, "/chenghe/releases/1/"),
        ("/chenhe/roster/2026/2/notice.pdf", 404, "/chenghe/"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(office, client, prefix, path, status, offered):
    response = client.get(prefix + path)
    assert response.status_code == status
    assert response["Content-Type"].startswith("text/html")
    assert prefix + offered in links(response)


def test_a_month_without_a_day_offers_those_that_have_one(office, client, monkeypatch):
    monkeypatch.setattr(
        "reception.views.papers._days_of", lambda _county, roster, _year: [day for day in roster.days if day.month.month != 5]
    )
    response = client.get("/chenghe/roster/2026/5/notice.pdf")
    assert response.status_code == 404
    assert "2026年5月没有公布接访安排" in response.content.decode()
    assert len(links(response)) == 11


def test_before_the_first_release_there_is_no_notice(db, clock, client):
    builders.bureau()
    for path in PAPERS:
        assert client.get(path).status_code == 404


def test_another_county_s_notice_is_its_own(changed, client):
    builders.published(builders.bureau("linhe"), at=NOW)
    assert "临河县" in read(client.get("/linhe/roster/2026/2/notice.pdf"))
    assert "临河" not in read(client.get(PAPERS[0]))
    assert client.get("/linhe/releases/2/notice.pdf").status_code == 404


def test_what_is_not_published_is_on_no_notice(office, client):
    before = client.get(PAPERS[0]).content
    cancelled(office)
    assert client.get(PAPERS[0]).content == before


@pytest.mark.parametrize("path", PAPERS)
def test_a_notice_that_cannot_be_set_is_a_page_that_says_so(changed, client, monkeypatch, path):
    def fails(*args, **kwargs):
        raise printing.Unprintable("notice")

    monkeypatch.setattr(printing, "compile", fails)
    response = client.get(path)
    page = response.content.decode()
    assert response.status_code == 500
    assert "暂时无法生成 PDF" in page
    assert len(links(response)) == 1
    assert "Cache-Control" not in response.headers


def test_the_county_is_closed_before_the_paper_is_set(office, client, monkeypatch):
    seen = []

    def watched(paper):
        try:
            seen.append(scope.current())
        except scope.Unscoped:
            seen.append(None)
        return b"%PDF-"

    monkeypatch.setattr(papers.Paper, "pdf", watched)
    assert client.get(PAPERS[0]).status_code == 200
    assert seen == [None]


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_a_notice_is_only_read(office, client, method):
    assert getattr(client, method)(PAPERS[0]).status_code == 405


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_pages_offer_their_notice(changed, client, prefix):
    def offered(path):
        return re.findall(r'<a [^>]*href="([^"]+notice\.pdf)"', client.get(prefix + path).content.decode())

    months = [f"{prefix}/chenghe/roster/2026/{month}/notice.pdf" for month in range(1, 13)]
    assert offered("/chenghe/roster/2026/") == [f"{prefix}/chenghe/roster/2026/notice.pdf", *months]
    assert offered("/chenghe/days/2026-02-24/") == [months[1]]
    assert offered("/chenghe/releases/2/") == offered("/chenghe/releases/2/notice/") == [f"{prefix}/chenghe/releases/2/notice.pdf"]
    assert offered("/chenghe/releases/1/") == []
    for path in [*offered("/chenghe/roster/2026/"), *offered("/chenghe/releases/2/")]:
        assert client.get(path).status_code == 200
