"""The pages beside the roster itself: each answers in both languages, says what is true, and refuses kindly."""

import json
import re
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings
from django.test import override_settings

from reception import scope
from reception.models import County
from tests.reception import builders
from tests.reception.views.test_public import main, text

COUNTY_PAGES = [
    "/chenghe/calendar/2026/",
    "/chenghe/feeds/",
    "/chenghe/embed-help/",
    "/chenghe/api/",
    "/chenghe/results/",
    "/chenghe/help/",
]
SITE_PAGES = ["/help/", "/accessibility/", "/privacy/"]
ROSTER = ["/chenghe/", "/chenghe/roster/2026/", "/chenghe/days/2026-02-24/", "/chenghe/releases/", "/chenghe/releases/1/"]
EVERY = [*COUNTY_PAGES, *SITE_PAGES]


@pytest.mark.parametrize("path", EVERY)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_page_answers_in_both_languages(office, client, prefix, path):
    response = client.get(prefix + path)
    page = text(response)
    assert response.status_code == 200
    assert f'<html lang="{"en" if prefix else "zh-Hans"}">' in page
    assert "<script" not in page
    assert " style=" not in page
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page.replace(settings.SITE_URL, ""))
    assert "set-cookie" not in {name.lower() for name in response.headers}
    assert "max-age=60" in response["Cache-Control"]


@pytest.mark.parametrize("path", EVERY)
def test_an_english_page_has_no_unmarked_chinese(office, client, path):
    unmarked = re.sub(r'<(\w+)[^>]*lang="zh-Hans"[^>]*>.*?</\1>', "", main(client.get("/en" + path)), flags=re.DOTALL)
    assert set(re.findall(r"[\u4e00-\u9fff]+", unmarked)) == set()


@pytest.mark.parametrize("path", EVERY)
@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_pages_change_nothing(office, client, method, path):
    assert getattr(client, method)(path).status_code == 405


@pytest.mark.parametrize("path", COUNTY_PAGES)
def test_a_county_that_has_published_nothing_says_so(db, clock, client, path):
    builders.bureau()
    assert "还没有公布接访安排" in text(client.get(path))


@pytest.mark.parametrize("path", COUNTY_PAGES)
def test_a_county_that_does_not_exist_suggests_the_nearest(office, client, path):
    response = client.get(path.replace("chenghe", "chenhe"))
    assert response.status_code == 404
    assert 'href="/chenghe/"' in main(response)


def test_titles_and_descriptions_are_each_their_own(office, client):
    titles, addresses = [], []
    for path in [*ROSTER, *EVERY]:
        page = text(client.get(path))
        titles += re.findall(r"<title>(.*?)</title>", page)
        addresses += re.findall(r'<link rel="canonical" href="(.*?)">', page)
        assert len(re.findall(r'<meta name="description" property="og:description" content="[^"]+">', page)) == 1
    assert len(set(titles)) == len(titles) == len(ROSTER) + len(EVERY)
    assert addresses == [settings.SITE_URL + path for path in [*ROSTER, *EVERY]]


def test_each_page_names_itself_in_the_other_language(office, client):
    page = text(client.get("/en/chenghe/feeds/"))
    assert f'hreflang="zh-Hans" href="{settings.SITE_URL}/chenghe/feeds/"' in page
    assert f'hreflang="en" href="{settings.SITE_URL}/en/chenghe/feeds/"' in page
    assert f'hreflang="x-default" href="{settings.SITE_URL}/chenghe/feeds/"' in page


def test_addresses_are_of_the_sites_own_name_whatever_the_request_says(office, client):
    with override_settings(ALLOWED_HOSTS=["*"], SITE_URL="https://xinfang.example.invalid"):
        for path in ("/chenghe/feeds/", "/chenghe/", "/sitemap.xml", "/robots.txt"):
            page = text(client.get(path, headers={"host": "evil.example.invalid"}))
            assert "evil" not in page
            assert "xinfang.example.invalid" in page
        assert "webcal://xinfang.example.invalid/chenghe/roster.ics" in text(client.get("/chenghe/feeds/"))


def test_how_the_dates_were_found(office, client):
    page = main(client.get("/chenghe/calendar/2026/"))
    february = page.split('id="2026-02"')[1].split("</section>")[0]
    assert february.count("<li") == 10
    assert "放假：春节" in february
    assert "接访日：2月24日 星期二" in february
    assert "国务院办公厅关于2026年部分节假日安排的通知" in page
    assert page.count('class="found"') == 12


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("/chenghe/calendar/26/", 400, "年份请写四位数字"),
        ("/chenghe/calendar/2031/", 404, "2031 年没有公布接访安排"),
        ("/chenghe/roster/?year=26", 400, "已公布 2026 年至 2026 年的接访安排"),
        ("/chenghe/roster/?year=abcd", 400, "已公布 2026 年至 2026 年的接访安排"),
        ("/chenghe/roster/?year=9999", 400, "已公布 2026 年至 2026 年的接访安排"),
        ("/en/chenghe/roster/?year=x", 400, "from 2026 to 2026"),
    ],
)
def test_years_that_can_not_be(office, client, path, status, sentence):
    response = client.get(path)
    assert (response.status_code, sentence in text(response)) == (status, True)
    assert "/chenghe/" in main(response)


@pytest.mark.parametrize(
    ("typed", "address"),
    [("", "/chenghe/roster/2026/"), ("?year=2026", "/chenghe/roster/2026/"), ("?year=2031", "/chenghe/roster/2031/")],
)
def test_a_year_typed_leads_there(office, client, typed, address):
    assert client.get(f"/chenghe/roster/{typed}").headers["Location"] == address


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        ("leader=县长乙", 6),
        ("leader=县委书记甲", 6),
        ("matter=教育", 3),
        ("leader=县长乙&matter=党建", 0),
        ("leader=Magistrate B", 6),
        ("leader=nobody", 0),
        ("leader=&matter=", 12),
    ],
)
def test_the_year_filtered(office, client, asked, days):
    page = main(client.get(f"/chenghe/roster/2026/?{asked}"))
    assert page.count("<tbody") == days
    assert ("没有符合条件的接访日" in page) == (days == 0)


def test_the_other_language_keeps_the_filter(office, client):
    assert 'href="/en/chenghe/roster/2026/?matter=' in text(client.get("/chenghe/roster/2026/?matter=教育"))
    assert 'href="/en/chenghe/help/"' in text(client.get("/chenghe/help/?x=1"))


def test_a_day_as_events_for_search_engines(office, client):
    for path in ("/", "/chenghe/days/2026-02-24/"):
        page = text(client.get(path))
        data = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)[0])
        assert data["@context"] == "https://schema.org"
        assert len(data["@graph"]) == 2
        for event in data["@graph"]:
            assert event["@type"] == "Event"
            assert re.fullmatch(r"2026-\d\d-\d\dT08:30:00\+08:00", event["startDate"])
            assert event["endDate"].endswith("T11:30:00+08:00")
            assert event["eventStatus"] == "https://schema.org/EventScheduled"
            assert event["location"]["address"] == "人民路1号"
            assert event["organizer"]["name"] == "澄河县信访局"
            assert event["url"].startswith(f"{settings.SITE_URL}/chenghe/days/")


def test_no_text_ends_the_block_of_data(db, clock, client):
    office = builders.bureau()
    with scope.county(office.county):
        from reception.models import Leader

        Leader.objects.filter(code="L1").update(name="</script><script>alert(1)</script>&")
    builders.published(office)
    page = text(client.get("/chenghe/days/2026-01-15/"))
    assert page.count("<script") == 1
    data = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)[0])
    assert data["@graph"][0]["performer"]["name"] == "</script><script>alert(1)</script>&"


def test_robots_and_sitemaps(office, client):
    robots = text(client.get("/robots.txt"))
    for path in ("/admin/", "/accounts/", "/desk/", "/track/"):
        assert f"Disallow: {path}\n" in robots
        assert f"Disallow: /en{path}\n" in robots
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in robots
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    index = ET.fromstring(text(client.get("/sitemap.xml")))
    maps = [place.text for place in index.iterfind(".//s:loc", space)]
    assert maps == [f"{settings.SITE_URL}/sitemap-site.xml", f"{settings.SITE_URL}/chenghe/sitemap.xml"]
    for address in maps:
        found = ET.fromstring(text(client.get(address.removeprefix(settings.SITE_URL))))
        for place in found.iterfind(".//s:loc", space):
            assert client.get(place.text.removeprefix(settings.SITE_URL)).status_code == 200, place.text


def many(number):
    """Counties enough that the home does not list them."""
    County.objects.bulk_create(
        County(slug=f"county-{index}", code=f"{200000 + index}", name=f"第{index}县", name_en=f"County {index}", bureau="信访局")
        for index in range(number)
    )


def test_many_counties_are_searched(office, client, django_assert_max_num_queries):
    many(2850)
    home = client.get("/")
    assert len(home.content) < 6000
    assert "本站有 2851 个县" in text(home)
    for typed in ("澄河", "chenghe", "chx", "139901", "CHENGHE"):
        page = main(client.get("/", {"q": typed}))
        assert 'href="/chenghe/"' in page
        assert "2026年1月15日" in page
    with django_assert_max_num_queries(130):
        page = client.get("/", {"q": "20"})
    assert len(page.content) < 40_000
    assert "没有列出" in text(page)
    assert 'href="/county-0/"' in main(page)
    page = main(client.get("/", {"q": "chenhe"}))
    assert "没有找到“chenhe”" in page
    assert 'href="/chenghe/"' in page
    assert "请检查有没有错字" in main(client.get("/", {"q": "zzzzqqqq"}))
    assert "没有找到“&lt;b&gt;”" in main(client.get("/", {"q": "<b>"}))


def test_what_leads_nowhere_within_a_county_offers_its_pages(office, client):
    page = main(client.get("/chenghe/nowhere/at/all/"))
    assert 'href="/chenghe/roster/"' in page
    assert 'href="/chenghe/help/"' in page


def test_the_style_guide_is_for_staff(office, client, sign_in):
    assert client.get("/styleguide/").status_code == 404
    for prefix in ("", "/en"):
        page = sign_in(office.clerk).get(f"{prefix}/styleguide/")
        assert page.status_code == 200
        assert 'class="error-summary"' in text(page)
        assert 'href="#id_phone"' in text(page)
        assert 'id="id_phone"' in text(page)
    with override_settings(DEBUG=True):
        assert client.get("/styleguide/").status_code == 200
