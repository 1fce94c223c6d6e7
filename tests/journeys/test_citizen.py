"""A citizen reads the roster: on a desk and on a phone, in both languages, by day and by night, without script."""

import re

import icalendar
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.journeys.looks import LOOKS

PATHS = [
    "/",
    "/chenghe/roster/2026/",
    "/chenghe/days/2026-12-15/",
    "/chenghe/releases/",
    "/chenghe/releases/2/",
    "/chenghe/days/2026-05-15/",
]


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_no_page_has_a_barrier(open_page, prefix):
    for path in PATHS:
        for width, scheme in LOOKS[prefix]:
            page = open_page(prefix + path, width=width, scheme=scheme)
            found = Axe().run(page)
            assert found.violations_count == 0, (path, width, scheme, found.generate_report())
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{prefix}{path} is {wide} pixels wide at {width}"
            page.context.close()


def test_from_the_next_day_to_its_notice_and_the_year(open_page, shoot):
    page = open_page("/", script=False)
    shoot(page, "home")
    page.click("text=查看完整公告")
    expect(page).to_have_url(re.compile(r"/chenghe/days/\d{4}-\d\d-\d\d/$"))
    expect(page.locator("h1 time")).to_have_count(1)
    page.click("nav >> text=全年安排")
    expect(page.locator("table.roster tbody")).to_have_count(12)
    shoot(page, "roster")
    page.click("header >> text=English")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.locator("h1").inner_text().startswith("Chenghe County leaders' reception roster")
    shoot(page, "roster-en")
    page.click("nav >> text=Releases and changes")
    page.click("main table a, main li a")
    assert page.locator("code").first.inner_text()
    assert re.fullmatch(r"[0-9a-f]{64}", page.locator(".hashes code").first.inner_text())


def test_a_substituted_day_says_who_receives_instead_and_why(open_page, shoot):
    page = open_page("/chenghe/days/2026-05-15/")
    change = page.locator(".change").inner_text()
    assert "原定" in change
    assert "调整为" in change
    assert "原因：" in change
    shoot(page, "day")
    shoot(open_page("/en/chenghe/days/2026-05-15/"), "day-en")


def test_on_a_phone(open_page, shoot):
    shoot(open_page("/", width=360, height=740), "home-phone", full=False)
    shoot(open_page("/en/chenghe/roster/2027/", width=360, height=740, scheme="dark"), "roster-phone-en", full=False)


def test_by_keyboard_alone(open_page):
    page = open_page("/chenghe/")
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_the_feed_can_be_subscribed_to(open_page):
    page = open_page("/chenghe/")
    page.click("nav >> text=订阅")
    with page.expect_download() as download:
        page.click("text=下载日历文件")
    events = icalendar.Calendar.from_ical(download.value.path().read_bytes()).walk("VEVENT")
    assert len(events) > 90
    assert {str(event["status"]) for event in events} == {"CONFIRMED", "TENTATIVE"}


def test_what_does_not_exist_leads_on(open_page):
    page = open_page("/chenghe/")
    answer = page.request.get(page.url + "days/2026-12-16/")
    assert (answer.status, "2026-12-15" in answer.text()) == (404, True)
