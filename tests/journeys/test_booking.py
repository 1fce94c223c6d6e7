"""Booking in a browser, at 320 pixels, without a script: the guide, each page, material, what goes wrong, the receipt, the way back."""

import io
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import expect

NARROW = 320
# The buttons by the addresses' language.
WORDS = {
    "": {
        "next": "下一步",
        "go": "继续",
        "upload": "上传",
        "send": "提交预约",
        "summary": "有几处需要改一改",
        "booked": "预约已确认",
    },
    "/en": {
        "next": "Next",
        "go": "Continue",
        "upload": "Upload",
        "send": "Send the booking",
        "summary": "need",
        "booked": "Your booking is confirmed",
    },
}


def photo():
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(out, "JPEG")
    return {"name": "楼道照片.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def press(page, words):
    page.locator(f"main button:has-text('{words}')").first.click()


def no_barrier(page):
    """No barrier that axe finds, and nothing that has to be scrolled sideways. Needs a browser with scripts: axe is one."""
    found = Axe().run(page)
    assert found.violations_count == 0, (page.url, found.generate_report())
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= page.viewport_size["width"], f"{page.url} is {wide} pixels wide"


def look(page):
    """The same page in every way it is looked at."""
    for width, scheme in ((NARROW, "light"), (1280, "dark"), (NARROW, "dark"), (1280, "light")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        no_barrier(page)
    page.set_viewport_size({"width": NARROW, "height": 800})
    page.emulate_media(color_scheme="light")


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("script", [False, True])
def test_a_citizen_books_and_can_come_back_to_the_receipt(open_page, shoot, prefix, script):
    """Without a script as everybody can; with scripts allowed, so that axe can look at each page on the way."""
    says = WORDS[prefix]
    looked = look if script else (lambda _page: None)
    shot = shoot if script is False else (lambda _page, _name: None)
    tag = "-en" if prefix else ""
    page = open_page(f"{prefix}/chenghe/", width=NARROW, height=800, script=script)
    page.locator("main a[href*='/book/?day=']").first.click()
    looked(page)
    shot(page, f"booking-guide{tag}")
    press(page, says["next"])
    expect(page.locator("[role=alert]")).to_be_visible()
    page.check("#choice-labour")
    press(page, says["next"])
    looked(page)
    shot(page, f"booking-path{tag}")
    page.locator("a.more").first.click()
    looked(page)
    page.locator("input[name=sitting]").nth(1 if script else 0).check()
    shot(page, f"booking-sitting{tag}")
    press(page, says["go"])
    # A matter without words: said at the top, and what was chosen stays.
    page.select_option("#id_topic", "work")
    press(page, says["go"])
    expect(page.locator(".error-summary")).to_be_visible()
    looked(page)
    shot(page, f"booking-refused{tag}")
    assert page.input_value("#id_topic") == "work"
    page.fill("#id_matter", "工资拖欠三个月。𠮷田\u202e路工地。")
    page.fill("#id_wish", "请结清工资。")
    press(page, says["go"])
    looked(page)
    name = f"居民{'子丑寅卯'[2 * bool(prefix) + script]}"
    page.fill("#id_name", name)
    page.fill("#id_phone", f"1390000000{2 * bool(prefix) + script}")
    shot(page, f"booking-person{tag}")
    press(page, says["go"])
    page.fill("#id_people", "6")
    press(page, says["go"])
    expect(page.locator(".error-summary")).to_be_visible()
    page.fill("#id_name1", name)
    looked(page)
    shot(page, f"booking-people{tag}")
    press(page, says["go"])
    page.set_input_files("#id_files", [photo(), {"name": "压缩.jpg", "mimeType": "image/jpeg", "buffer": b"PK\x03\x04 zip"}])
    press(page, says["upload"])
    expect(page.locator(".error-summary")).to_contain_text("压缩.jpg")
    expect(page.locator(".files")).to_contain_text("楼道照片.jpg")
    looked(page)
    shot(page, f"booking-material{tag}")
    press(page, says["go"])
    expect(page.locator("dl.check")).to_contain_text("𠮷田路工地")
    looked(page)
    shot(page, f"booking-check{tag}")
    check = page.url
    press(page, says["send"])
    expect(page.locator("h1")).to_have_text(says["booked"])
    looked(page)
    shot(page, f"booking-receipt{tag}")
    code = page.inner_text(".receipt-code")
    assert re.fullmatch(r"(\d{4} ){4}\d", code)
    # The back button, a second tab, the same form again: the same receipt.
    page.goto(check)
    assert page.inner_text(".receipt-code") == code
    assert page.content().count(code) == 1
    assert code.replace(" ", "") not in page.content()


def test_whoever_gives_up_leaves_nothing(open_page):
    page = open_page("/chenghe/book/start/", width=NARROW, script=False)
    page.locator("input[name=sitting]").first.check()
    press(page, "继续")
    form = page.url
    page.click("a.give-up")
    press(page, "删除")
    answer = page.request.get(form)
    assert answer.status == 410


def test_another_browser_sees_nothing_of_a_form(open_page):
    page = open_page("/chenghe/book/start/", width=NARROW, script=False)
    page.locator("input[name=sitting]").first.check()
    press(page, "继续")
    other = open_page("/chenghe/", script=False)
    assert other.request.get(page.url).status == 410
