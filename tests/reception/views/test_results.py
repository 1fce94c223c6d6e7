"""The page of results and its table: what was published, in both languages, and nothing where nothing was."""

import csv
import io
from datetime import date

import pytest

from reception import scope, snapshots
from reception.models import Result
from reception.views import results
from tests.reception.builders import NOW
from tests.reception.fronts import ask, front

HOUSING, ROADS = {"zh": "住房与城建", "en": "Housing"}, {"zh": "=交通", "en": ""}
MONTHS = (
    {
        "month": "2026-01",
        "received": {"total": 16, "topics": [{"name": ROADS, "count": 6}, {"name": HOUSING, "count": 5}], "others": 5},
        "in_time": None,
        "satisfied": None,
    },
    {
        "month": "2026-02",
        "received": None,
        "in_time": {"since": "2026-01", "whole": 47, "part": 46},
        "satisfied": {"since": "2026-02", "whole": 7, "part": 7},
    },
)


@pytest.fixture
def told(office):
    with scope.county(office.county):
        for document in MONTHS:
            Result.objects.create(month=date.fromisoformat(f"{document['month']}-01"), document=document, published_at=NOW)


def test_before_anything_is_told_the_page_says_when(office, client):
    page = client.get("/chenghe/results/").content.decode()
    assert "还没有可以公布的数字" in page
    assert "次月 10 日" in page
    missing = client.get("/chenghe/results.csv")
    assert (missing.status_code, "本县还没有公布办理结果" in missing.content.decode()) == (404, True)


@pytest.mark.parametrize(
    ("prefix", "sentences"),
    [
        (
            "",
            (
                "97%",
                "2026年1月至2026年2月办结 47 件，其中按期 46 件",
                "100%",
                "数字太小，不公布",
                "住房与城建",
                "其他类别",
                "与以后的月份合并公布",
            ),
        ),
        ("/en", ("97%", "January 2026", "100%", "Too few to be told", "Housing", '<span lang="zh-Hans">=交通</span>')),
    ],
)
def test_what_was_told(told, client, prefix, sentences):
    page = client.get(f"{prefix}/chenghe/results/").content.decode()
    for sentence in sentences:
        assert sentence in page, sentence
    assert page.index("2026年2月" if not prefix else "February 2026") < page.rindex("2026年1月" if not prefix else "January 2026")


def test_the_table_has_every_number(told, client):
    response = client.get("/chenghe/results.csv")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[1:] == [
        ["2026-01", "2026-02", "办结", "合计", "47"],
        ["2026-01", "2026-02", "其中按期", "合计", "46"],
        ["2026-02", "2026-02", "评价", "合计", "7"],
        ["2026-02", "2026-02", "其中满意或基本满意", "合计", "7"],
        ["2026-01", "2026-01", "收到", "合计", "16"],
        ["2026-01", "2026-01", "收到", "'=交通", "6"],
        ["2026-01", "2026-01", "收到", "住房与城建", "5"],
        ["2026-01", "2026-01", "收到", "其他类别", "5"],
    ]


def test_a_share_is_rounded_down():
    assert results.Share(date(2026, 1, 1), date(2026, 1, 1), 1000, 999).percent == 99


def test_a_month_that_is_told_reaches_the_kept_page_and_the_files_beside_the_process(office, settings, tmp_path):
    settings.SNAPSHOT_DIR = tmp_path
    shop = front()
    assert "还没有可以公布的数字" in ask(shop, "/chenghe/results/").text
    with scope.county(office.county):
        Result.objects.create(month=date(2026, 2, 1), document=MONTHS[1], published_at=NOW)
    shop.editions.look()
    assert "办结 47 件" in ask(shop, "/chenghe/results/").text
    shop.editions.keep_some(10)
    kept = snapshots.Snapshot(tmp_path).roster(office.county)
    assert kept.results == (MONTHS[1],)
