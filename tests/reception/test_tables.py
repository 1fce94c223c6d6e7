"""The Atom feed of changes and the CSV table, read back by programs that are not ours."""

import csv
import io
import xml.etree.ElementTree as ET

import pytest

from reception import scope
from reception.models import Leader
from tests.reception import builders

ATOM = {"a": "http://www.w3.org/2005/Atom"}


def table(client, path="/chenghe/roster.csv"):
    response = client.get(path)
    assert (response.status_code, response["Content-Type"]) == (200, "text/csv; charset=utf-8")
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_each_release_is_an_entry_the_newest_first(office, client):
    builders.published(office, year=2027, note="公布明年安排")
    response = client.get("/chenghe/changes.atom")
    feed = ET.fromstring(response.content)
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    entries = feed.findall("a:entry", ATOM)
    assert [entry.find("a:title", ATOM).text for entry in entries] == ["接访安排第 2 期", "接访安排第 1 期"]
    assert entries[0].find("a:summary", ATOM).text == "公布明年安排"
    assert entries[0].find("a:link", ATOM).get("href").endswith("/chenghe/releases/2/")
    assert len({entry.find("a:id", ATOM).text for entry in entries}) == 2


def test_each_sitting_is_a_row(office, client):
    rows = table(client)
    assert len(rows) == 24
    first = rows[0]
    assert [first[name] for name in ("接访日期", "日期状态", "状态", "接访领导", "职务", "开始", "结束")] == [
        "2026-01-15",
        "已确定",
        "已公布",
        "县委书记甲",
        "县委书记",
        "08:30",
        "11:30",
    ]
    assert table(client, "/en/chenghe/roster.csv")[0]["Receiving leader"] == "Secretary A"


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "＝1", "\t=1"])
def test_no_cell_is_a_formula(db, clock, client, name):
    office = builders.bureau()
    with scope.county(office.county):
        Leader.objects.filter(code="L1").update(name=name)
    builders.published(office)
    assert table(client)[0]["接访领导"] == f"'{name}"


def test_any_two_releases_can_be_compared(office, client):
    builders.published(office, year=2027)
    builders.published(office, year=2028)
    page = client.get("/chenghe/releases/3/since/1/").content.decode()
    assert "第 3 期与第 1 期相比" in page
    assert page.count("新增") == 24
    assert "/chenghe/releases/3/since/1/" in client.get("/chenghe/releases/3/").content.decode()
    assert "没有不同" in client.get("/chenghe/releases/2/since/2/").content.decode()
    assert "撤下" in client.get("/chenghe/releases/1/since/2/").content.decode()
    for wrong in ("9/since/1", "1/since/9", "x/since/1"):
        assert client.get(f"/chenghe/releases/{wrong}/").status_code == 404


def test_a_county_without_a_release_has_neither(db, clock, client):
    builders.bureau()
    assert [client.get(f"/chenghe/{name}").status_code for name in ("changes.atom", "roster.csv")] == [404, 404]
