"""The leaders' desk in a browser, on a phone: confirm, can't, absences, and the link without an account."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.journeys.looks import LOOKS
from tests.journeys.test_staff import sign_in

PHONE = {"width": 360, "height": 740}


def at_the_desk(open_page, username, prefix="", path=""):
    page = open_page(f"{prefix}/desk/{path}")
    page.set_viewport_size(PHONE)
    page.fill("#id_username", username)
    page.fill("#id_password", "demo-reception-day")
    page.click("[type=submit]")
    expect(page).to_have_url(re.compile(rf"{prefix}/desk/{path}$"))
    return page


def leader_asked(open_page):
    """The desk of whichever principal leader receives next."""
    for username in ("demo-party-secretary", "demo-leader"):
        page = at_the_desk(open_page, username)
        if page.locator("button:has-text('确认出席')").count():
            return page
    pytest.fail("no leader of the demo county is asked")


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_no_page_of_the_desk_has_a_barrier(open_page, prefix):
    page = at_the_desk(open_page, "demo-secretary", prefix)
    site = page.url.removesuffix("/desk/")
    decline = (
        page.locator("a.less[href*='/decline/']").first.get_attribute("href")
        if page.locator("a.less[href*='/decline/']").count()
        else None
    )
    paths = ["/desk/", "/desk/absences/", *([decline.removeprefix("/en")] if decline else [])]
    for path in paths:
        for width, scheme in LOOKS[prefix]:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            page.goto(site + path)
            found = Axe().run(page)
            assert found.violations_count == 0, (path, width, scheme, found.generate_report())
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{path} is {wide} pixels wide at {width}"


def test_a_wrong_absence_keeps_what_was_typed_and_a_right_one_is_listed(open_page, shoot):
    page = at_the_desk(open_page, "demo-leader", path="absences/")
    page.fill("#id_starts_on", "2031-03-20")
    page.fill("#id_ends_on", "2031-03-10")
    page.select_option("#id_kind", "leave")
    page.fill("#id_note", "家中有事")
    page.click("button:has-text('登记请假')")
    expect(page.locator("[role=alert]")).to_contain_text("最后一天不能早于第一天")
    expect(page.locator("#id_note")).to_have_value("家中有事")
    shoot(page, "desk-absence-refused")
    page.fill("#id_ends_on", "2031-03-21")
    page.click("button:has-text('登记请假')")
    expect(page.locator("main")).to_contain_text("2031年3月21日")
    page.locator("li", has_text="2031年3月20日").locator("button:has-text('删除')").click()
    expect(page.locator("[role=status]")).to_contain_text("已删除请假")


def test_a_leader_confirms_and_then_can_t(open_page, shoot):
    page = leader_asked(open_page)
    shoot(page, "desk-phone")
    page.click("button:has-text('确认出席') >> nth=0")
    expect(page.locator("[role=status]")).to_contain_text("已确认出席")
    page.click("text=情况有变，不能出席 >> nth=0")
    shoot(page, "desk-decline")
    page.select_option("#id_kind", "meeting")
    page.click("button:has-text('确认不能出席')")
    expect(page.locator("main")).to_contain_text("正在安排替代")
    shoot(page, "desk-declined")


def test_a_secretary_serves_two_and_both_names_show(open_page, shoot):
    page = at_the_desk(open_page, "demo-secretary")
    expect(page.locator(".leaders a")).to_have_count(2)
    page.click(".leaders a >> nth=1")
    expect(page.locator(".acting")).to_contain_text("代县长乙办理")
    shoot(page, "desk-secretary")


def test_staff_without_a_leader_are_led_on(open_page):
    page = sign_in(open_page, "demo-clerk")
    answer = page.request.get(page.url.split("/admin/")[0] + "/desk/")
    assert (answer.status, "/admin/" in answer.text()) == (403, True)
