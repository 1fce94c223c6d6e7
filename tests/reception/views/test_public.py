"""What citizens see: the answer, the refusal that says what exists, and nothing of what is not theirs to see."""

import re
from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from django.utils import translation
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from reception import scope, words
from reception.actions import planning, releases
from reception.models import Absence, Leader, Sitting
from tests.reception import builders
from tests.reception.builders import NOW

PAGES = ["/", "/chenghe/", "/chenghe/roster/2026/", "/chenghe/days/2026-02-24/", "/chenghe/releases/", "/chenghe/releases/1/"]


def text(response):
    return response.content.decode()


def main(response):
    return text(response).split("<main", 1)[1]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_page_answers_in_both_languages_without_script_or_foreign_host(office, client, prefix, path):
    response = client.get(prefix + path)
    page = text(response)
    assert response.status_code == 200
    assert f'<html lang="{"en" if prefix else "zh-Hans"}">' in page
    assert "<script" not in page.replace('<script type="application/ld+json">', "")
    assert " style=" not in page
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page.replace(settings.SITE_URL, ""))
    assert "set-cookie" not in {name.lower() for name in response.headers}
    assert "max-age=60" in response["Cache-Control"]


@pytest.mark.parametrize("path", PAGES)
def test_an_english_page_marks_every_chinese_word_as_chinese(office, client, path):
    page = main(client.get("/en" + path))
    unmarked = re.sub(r'<(\w+)[^>]*lang="zh-Hans"[^>]*>.*?</\1>', "", page, flags=re.DOTALL)
    assert re.findall(r"[\u4e00-\u9fff]+", unmarked) == []


def test_the_home_of_one_county_is_its_next_day(office, client):
    page = text(client.get("/"))
    assert "2026年1月15日" in page
    assert "还有 6 天" in page
    assert "县委书记甲" in page


def test_the_home_of_several_counties_lets_one_choose(office, client):
    builders.bureau("linhe")
    page = text(client.get("/"))
    assert "澄河县" in page
    assert "临河县" in page


def test_the_year_shows_every_day_and_who_receives(office, client):
    page = text(client.get("/chenghe/roster/2026/"))
    days = re.findall(r'<time datetime="([\d-]+)"', page)
    assert days == [
        "2026-01-15",
        "2026-02-24",
        "2026-03-16",
        "2026-04-15",
        "2026-05-15",
        "2026-06-15",
        "2026-07-15",
        "2026-08-17",
        "2026-09-15",
        "2026-10-15",
        "2026-11-16",
        "2026-12-15",
    ]
    assert page.split("<table", 1)[1].count("县长乙") == 6


def test_a_day_says_why_it_is_that_day_and_what_it_rests_on(office, client):
    page = text(client.get("/chenghe/days/2026-02-24/"))
    assert (
        "2026年2月15日至23日为春节假期；因此接访日为2月24日（星期二）。" in page
        or "春节假期；因此接访日为2月24日（星期二）。" in page
    )
    assert "国务院办公厅关于2026年部分节假日安排的通知" in page
    assert "提前 46 天" in page


def test_a_provisional_year_is_marked_everywhere(office, client):
    planning.plan_year(county=office.county, year=2027, by=office.clerk, at=NOW)
    builders.published(office, year=2027)
    for path in ("/chenghe/roster/2027/", "/chenghe/days/2027-01-15/"):
        assert "暂定" in text(client.get(path))
    assert "暂定" not in main(client.get("/chenghe/roster/2026/"))


def test_a_plan_that_is_not_published_is_invisible(office, client):
    planning.plan_year(county=office.county, year=2027, by=office.clerk, at=NOW)
    draft = releases.draft(county=office.county, by=office.clerk, at=NOW)
    releases.submit(release=draft, county=office.county, by=office.clerk, at=NOW)
    releases.approve(release=draft, county=office.county, by=office.chief, at=NOW)
    assert client.get("/chenghe/roster/2027/").status_code == 404
    assert client.get("/chenghe/days/2027-01-15/").status_code == 404
    assert "/roster/2027/" not in text(client.get("/chenghe/roster/2026/"))


def test_a_private_note_and_kind_of_absence_reach_no_page(db, clock, client):
    office = builders.bureau()
    with scope.county(office.county):
        leader = Leader.objects.get(code="L1")
        Absence.objects.create(
            leader=leader,
            starts_on=date(2026, 1, 10),
            ends_on=date(2026, 1, 20),
            kind="illness",
            note="住院手术",
            recorded_by=office.clerk,
            recorded_at=NOW,
        )
    builders.published(office)
    for path in (*PAGES, "/chenghe/days/2026-01-15/", "/chenghe/roster.ics", "/api/v1/counties/chenghe/releases/1"):
        page = text(client.get(path))
        assert "住院" not in page
        assert "病假" not in page
        assert "illness" not in page
    assert "县委书记当日不能出席" in text(client.get("/chenghe/days/2026-01-15/"))


@pytest.mark.parametrize(
    ("path", "status", "sentence", "link"),
    [
        ("/chenge/", 404, "没有找到这个县", "/chenghe/"),
        ("/chenghe/roster/2031/", 404, "2031 年没有公布接访安排", "/chenghe/roster/2026/"),
        ("/chenghe/roster/26/", 400, "年份请写四位数字", "/chenghe/roster/2026/"),
        ("/chenghe/days/2026-02-25/", 404, "2026年2月25日不是接访日", "/chenghe/days/2026-02-24/"),
        ("/chenghe/days/2026-02-30/", 400, "没有这个日期", "/chenghe/days/"),
        ("/chenghe/days/2026-13-01/", 400, "没有这个日期", "/chenghe/days/"),
        ("/chenghe/releases/9/", 404, "没有第 9 期。最新的是第 1 期", "/chenghe/releases/"),
        ("/en/chenghe/days/2026-02-25/", 404, "25 February 2026 is not a reception day", "/en/chenghe/days/2026-02-24/"),
        ("/nothing/here/at/all/", 404, "没有这个页面", "/"),
    ],
)
def test_what_does_not_exist_says_what_does(office, client, path, status, sentence, link):
    response = client.get(path)
    assert response.status_code == status
    assert sentence in text(response)
    assert f'href="{link}' in main(response)


def test_a_county_that_has_published_nothing_says_so(db, clock, client):
    builders.bureau()
    response = client.get("/chenghe/")
    assert (response.status_code, "还没有公布接访安排" in text(response)) == (200, True)


def test_one_county_shows_nothing_of_another(office, client):
    other = builders.bureau("linhe")
    with scope.county(other.county):
        Leader.objects.filter(code="L1").update(name="临河的书记")
    builders.published(other)
    assert "临河的书记" in text(client.get("/linhe/days/2026-01-15/"))
    for path in (page for page in PAGES if page != "/"):
        assert "临河" not in text(client.get(path))


def test_a_page_that_did_not_change_is_not_sent_again(office, client):
    first = client.get("/chenghe/roster/2026/")
    again = client.get("/chenghe/roster/2026/", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_new_release_changes_the_page_at_once(office, client):
    with scope.county(office.county):
        sitting = Sitting.objects.get(day__day="2026-12-15", rotation__code="R1")
        sitting.place.address = "新址1号"
        sitting.place.save()
    before = client.get("/chenghe/days/2026-12-15/")
    assert "新址1号" not in text(before)
    draft = releases.draft(county=office.county, by=office.clerk, at=NOW)
    releases.submit(release=draft, county=office.county, by=office.clerk, at=NOW)
    releases.approve(release=draft, county=office.county, by=office.chief, at=NOW)
    releases.publish(release=draft, county=office.county, by=office.chief, at=NOW)
    assert "新址1号" in text(client.get("/chenghe/days/2026-12-15/"))
    page = text(client.get("/chenghe/releases/2/"))
    assert re.search(r"接访地点</span>\s*原为 <del>人民来访接待中心 人民路1号</del> 现为 <ins>人民来访接待中心 新址1号</ins>", page)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_public_pages_change_nothing(office, client, method, path):
    assert getattr(client, method)(path).status_code == 405


hostile = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/?#"), min_size=1, max_size=30)


@how(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    hostile,
    st.sampled_from(
        [
            "/{}/",
            "/chenghe/roster/{}/",
            "/chenghe/days/{}/",
            "/chenghe/releases/{}/",
            "/{}/roster.ics",
            "/?q={}",
            "/chenghe/calendar/{}/",
            "/chenghe/roster/?year={}",
            "/chenghe/roster/2026/?leader={}",
            "/en/chenghe/roster/2026/?matter={}",
            "/en/chenghe/days/{}/",
            "/api/v1/counties/{}/roster",
            "/api/v1/counties/chenghe/roster?year={}",
            "/api/v1/counties/chenghe/releases/{}",
        ]
    ),
)
def test_no_address_that_anyone_can_type_breaks_a_page(office, client, typed, shape):
    from urllib.parse import quote

    assert client.get(shape.format(quote(typed, safe=""))).status_code in (200, 301, 302, 400, 404)


def test_health(db, client):
    assert client.get("/healthz/live").json() == {"live": True}
    ready = client.get("/healthz/ready")
    assert (ready.status_code, ready.json()) == (200, {"ready": True, "database": True, "migrated": True, "broker": True})


def test_the_headers_that_protect_a_visitor(office, client):
    headers = client.get("/chenghe/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert (headers["X-Frame-Options"], headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == (
        "DENY",
        "nosniff",
        "same-origin",
    )


@pytest.mark.parametrize("path", ["roster.ics", "roster.csv", "changes.atom"])
def test_a_feed_is_no_document_and_says_so_in_a_short_policy(office, client, path):
    headers = client.get(f"/chenghe/{path}").headers
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "X-Frame-Options" not in headers


@pytest.mark.parametrize("path", ["/chenghe/embed/", "/chenghe/roster/2026/?leader=x", "/chenghe/"])
def test_a_head_has_the_tag_that_a_get_has(office, client, path):
    assert client.head(path)["ETag"] == client.get(path)["ETag"]


def test_an_address_that_is_no_day_offers_today_as_well(office, client, clock):
    clock.move_to(datetime(2026, 2, 24, 4, 0, tzinfo=UTC))
    assert "/en/chenghe/days/2026-02-24/" in main(client.get("/en/chenghe/days/foo/"))


def test_a_page_says_what_it_is_to_whoever_shares_it(office, client):
    page = text(client.get("/en/chenghe/days/2026-02-24/"))
    assert re.search(r'property="og:description" content="24 February 2026', page)
    assert 'property="og:locale" content="en_US"' in page
    assert 'property="og:site_name"' in page
    assert 'property="og:locale" content="zh_CN"' in text(client.get("/chenghe/"))


def test_an_english_difference_says_the_closing_time_in_the_right_number(office):
    with translation.override("en"):
        said = [words.closing({"workdays_before": n, "at": "17:00"}) for n in (0, 1, 2)]
    assert said == [
        "on the reception day itself, at 17:00",
        "1 working day before the reception day, at 17:00",
        "2 working days before the reception day, at 17:00",
    ]
    assert words.closing({"workdays_before": 0, "at": "08:00"}) == "接访日当天 08:00"
