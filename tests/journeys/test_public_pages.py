"""Every public page in a browser: no barrier, no foreign host, light, readable by keyboard, enlarged, printed and without script."""

import io
import json
import os
import re
import unicodedata
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.journeys.looks import LOOKS
from tests.journeys.sheets import sheet

ROSTER = ["/chenghe/", "/chenghe/roster/2026/", "/chenghe/roster/2027/", "/chenghe/days/2026-12-15/", "/chenghe/days/2026-05-15/"]
OTHERS = [
    "/chenghe/releases/",
    "/chenghe/releases/2/",
    "/chenghe/calendar/2026/",
    "/chenghe/feeds/",
    "/chenghe/embed-help/",
    "/chenghe/api/",
    "/chenghe/results/",
    "/chenghe/help/",
    "/help/",
    "/accessibility/",
    "/privacy/",
]
EVERY = [*ROSTER, *OTHERS]
# Looked at for barriers only.
BESIDES = ["/", "/chenghe/embed/", "/chenghe/releases/2/since/1/"]
MISSING = ["/chenghe/days/2026-12-16/", "/chenghe/roster/?year=x", "/nowhere/at/all/"]
# A first view of a page: on the wire, and in how many requests (interface.md).
LIGHT, REQUESTS = 40 * 1024, 3


def name_of(path):
    return re.sub(r"\W+", "-", path).strip("-") or "home"


@pytest.mark.parametrize(("prefix", "width", "scheme"), [(prefix, *look) for prefix, looks in LOOKS.items() for look in looks])
def test_no_page_has_a_barrier_or_scrolls_sideways(browser, portal, prefix, width, scheme, tmp_path):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
    folder, taken = os.environ.get("SCREENSHOTS"), []
    for path in [*EVERY, *BESIDES, *MISSING]:
        page.goto(portal + prefix + path)
        found = Axe().run(page)
        assert found.violations_count == 0, (path, found.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        if path not in MISSING:
            # A page that does not exist says so to the browser, which says so in its console.
            assert complaints == [], path
        complaints.clear()
        if folder:
            taken.append(tmp_path / f"{name_of(path)}.png")
            page.screenshot(path=taken[-1], full_page=True)
    if folder:
        sheet(taken, Path(folder) / f"every-page-{prefix.strip('/') or 'zh'}-{'phone' if width == 320 else 'desktop'}-{scheme}.jpg")
    context.close()


@pytest.mark.parametrize("path", ["/", "/chenghe/days/2026-12-15/", "/chenghe/roster/2026/", "/en/chenghe/"])
def test_a_first_view_is_light_and_nothing_shifts(browser, portal, path):
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    sizes, asked = [], []
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    network.on("Network.requestWillBeSent", lambda event: asked.append(event["request"]["url"]))
    page.add_init_script(
        "window.shifts = 0; new PerformanceObserver(list => list.getEntries().forEach(entry => { window.shifts += entry.value }))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    page.goto(portal + path, wait_until="networkidle")
    assert len([url for url in asked if not url.startswith("data:")]) <= REQUESTS, asked
    assert 0 < sum(sizes) <= LIGHT, sizes
    assert page.evaluate("window.shifts") == 0
    context.close()


@pytest.mark.parametrize("path", EVERY)
def test_every_page_can_be_walked_by_keyboard(open_page, path):
    page = open_page(path)
    # Else the page is still on its way to the stop when it is looked at.
    page.emulate_media(reduced_motion="reduce")
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    reached = 1
    seen = set()
    for _press in range(400):
        page.keyboard.press("Tab")
        at = page.evaluate(
            "() => { const e = document.activeElement; if (e === document.body) return null;"
            " const s = getComputedStyle(e), b = e.getBoundingClientRect();"
            " return [[...document.querySelectorAll('*')].indexOf(e), s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2,"
            " b.width > 0 && b.bottom > 0 && b.top < innerHeight] }"
        )
        if at is None or at[0] in seen:
            break
        seen.add(at[0])
        assert at[1], f"stop {reached} of {path} shows no focus"
        assert at[2], f"stop {reached} of {path} is out of sight"
        reached += 1
    stops = page.evaluate(
        "[...document.querySelectorAll('a[href],button,input,select,summary,[tabindex=\"0\"]')]"
        ".filter(e => e.checkVisibility() && !e.closest('details:not([open]) > :not(summary)')).length"
    )
    assert reached == stops


@pytest.mark.parametrize("path", EVERY)
def test_enlarged_to_twice_the_size_nothing_is_lost(browser, portal, path):
    """200 % on a 1280 pixel window leaves 640; 400 % leaves 320, which the test of barriers holds."""
    context = browser.new_context(viewport={"width": 640, "height": 450}, device_scale_factor=2, java_script_enabled=True)
    page = context.new_page()
    page.goto(portal + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    cut = page.evaluate(
        "[...document.querySelectorAll('main *')].filter(e => e.checkVisibility() && getComputedStyle(e).overflowX === 'hidden'"
        " && e.scrollWidth > e.clientWidth + 1 && !e.closest('thead')).map(e => e.className)"
    )
    assert cut == []
    context.close()


def test_without_script_everything_is_there(open_page):
    page = open_page("/chenghe/roster/2026/", script=False)
    page.click("summary")
    page.select_option("#leader", label="县长乙")
    page.click("details button >> nth=0")
    expect(page).to_have_url(re.compile(r"leader="))
    expect(page.locator("table.roster tbody")).to_have_count(6)
    page.click("header >> text=English")
    expect(page.locator("table.roster tbody")).to_have_count(6)
    page.click("text=Show all")
    expect(page.locator("table.roster tbody")).to_have_count(12)
    page.click("summary")
    page.fill("#year", "2027")
    page.click("details button >> nth=1")
    expect(page.locator("h1")).to_contain_text("2027")


def lines(page):
    return [line.strip(" -") for line in page.locator("body").aria_snapshot().splitlines()]


def order(said, *wanted):
    """Where each of the wanted pieces is first said; they must come in this order."""
    places = [next((index for index, line in enumerate(said) if piece in line), None) for piece in wanted]
    assert None not in places, [piece for piece, place in zip(wanted, places, strict=True) if place is None]
    assert places == sorted(places), list(zip(wanted, places, strict=True))


def test_what_a_screen_reader_reads_in_which_order(open_page):
    home = lines(open_page("/chenghe/"))
    order(
        home,
        'link "跳到正文"',
        "banner",
        'navigation "主要页面"',
        "main:",
        'heading "下一个接访日"',
        'heading "怎样预约"',
        "contentinfo",
    )
    assert not any("leaf" in line for line in home)
    day = lines(open_page("/chenghe/days/2026-05-15/"))
    order(
        day,
        "main:",
        "2026年5月领导接访公告",
        'heading "2026年5月15日 星期五" [level=1]',
        "有调整",
        "原定",
        'heading "为什么是这一天"',
        "contentinfo",
    )
    year = lines(open_page("/chenghe/roster/2026/", width=320))
    order(year, "main:", "heading", 'list "各月的接访日"', "table", 'link "1月15日"', 'link "12月15日"', "contentinfo")
    assert sum(line.startswith(("rowgroup", "row ")) for line in year) > 24


@pytest.mark.parametrize("path", ["/", "/en/chenghe/days/2026-12-15/"])
def test_the_day_is_described_to_search_engines(open_page, path):
    page = open_page(path)
    data = json.loads(page.locator('script[type="application/ld+json"]').text_content())
    for event in data["@graph"]:
        assert event["@type"] == "Event"
        # What search engines require of an Event, and what they recommend.
        assert {"name", "startDate", "location"} <= event.keys()
        assert {"endDate", "eventStatus", "eventAttendanceMode", "organizer", "performer", "description"} <= event.keys()
        assert event["location"]["address"]


@pytest.mark.parametrize(
    ("path", "pages", "said"),
    [
        ("/chenghe/roster/2026/", 1, ["澄河县 2026 年领导接访安排", "12月15日", "澄河县信访局"]),
        ("/chenghe/roster/2027/", 1, ["暂定", "12月15日"]),
        ("/en/chenghe/roster/2026/", 1, ["15 December", "Petition Bureau"]),
        ("/chenghe/days/2026-12-15/", 1, ["澄河县2026年12月领导接访安排公告", "县委书记甲", "怎样预约", "澄河县信访局"]),
        ("/en/chenghe/days/2026-12-15/", 1, ["County Party Secretary A", "Petition Bureau"]),
    ],
)
def test_printed_it_is_one_official_page(open_page, path, pages, said):
    page = open_page(path)
    printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(printed.pages) == pages
    assert [round(float(side)) for side in printed.pages[0].mediabox[2:]] in ([595, 842], [596, 842], [595, 841])
    # Fonts give some characters by their radicals.
    text = unicodedata.normalize("NFKC", re.sub(r"\s+", "", "".join(sheet.extract_text() for sheet in printed.pages)))
    for piece in said:
        assert re.sub(r"\s+", "", piece) in text, (piece, text)
    folder = os.environ.get("LOOK")
    if folder:
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 700, "height": 990})
        page.screenshot(path=Path(folder) / f"print-{name_of(path)}.jpg", full_page=True, type="jpeg", quality=60)
