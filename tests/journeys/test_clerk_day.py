"""A day at the bureau from signing in to signing out, by keyboard: what the first page says is to be done, is done and gone from it."""

import csv
import io
import re
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import expect

from reception import codes, scope
from reception.actions import substitutions
from reception.models import Answer, County, Message, MessageState, RoleGrant, Sitting, Substitution, Tenure, User
from tests.journeys.test_day import CANARY, reception_today
from tests.journeys.test_staff import sign_in

PHONE, DESKTOP = 390, 1280
# Chinese on the page that does not say that it is Chinese.
UNMARKED = (
    "() => { const walk = document.createTreeWalker(document.querySelector('#content'), NodeFilter.SHOW_TEXT); const found = [];"
    " while (walk.nextNode()) { const e = walk.currentNode.parentElement; if (/[\\u4e00-\\u9fff]/.test(walk.currentNode.data)"
    " && !e.closest('[lang^=zh]') && e.checkVisibility()) found.push(walk.currentNode.data.trim()) } return found }"
)
MATTER = "小区南门路灯坏了两个月，晚上老人出行看不清台阶，已向物业报修三次。"


@dataclass
class Bureau:
    day: int
    substitution: int
    receiving: str


@pytest.fixture(scope="module")
def bureau(portal):
    """A morning on which there is everything to do: a reception today, a substitute found, leaders to call, a letter that failed."""
    day, _numbers = reception_today()
    county, at = County.objects.get(slug="chenghe"), timezone.now()
    with scope.county(county):
        row = _found_substitute(county, at)
        failed = Message.objects.filter(channel="email").order_by("pk")[:2]
        Message.objects.filter(pk__in=failed.values("pk")).update(state=MessageState.FAILED, error="refused", sent_at=None)
        assert Answer.objects.unanswered(on=timezone.localdate(timezone=county.zone)).count() > 1
        return Bureau(day, row.pk, row.leader.name)


def _found_substitute(county, at):
    """A coming sitting whose leader can't come: proposed, agreed to and accepted, so that the bureau has to put it in force."""
    who = {name: User.objects.get(username=f"demo-{name}") for name in ("clerk", "joint-office")}
    today = timezone.localdate(timezone=county.zone)
    sittings = Sitting.objects.filter(state="published", day__day__gt=today).select_related("day", "leader", "post")
    # Two months ahead, so that it isn't late to say so.
    sitting = sittings.filter(rotation__position__gt=1).order_by("day__day")[2]
    row = substitutions.request(sitting=sitting, reason="training", county=county, by=who["clerk"], at=at)
    busy = Sitting.objects.filter(day=sitting.day).values("leader")
    tenure = (
        Tenure.objects.on(sitting.day.day)
        .exclude(leader__in=busy)
        .filter(post__side=sitting.post.side)
        .order_by("post__position")
        .last()
    )
    said = {"post": tenure.post, "leader": tenure.leader, "coordinators": "信访局接访科科长"}
    substitutions.propose(substitution=row, **said, county=county, by=who["clerk"], at=at)
    referring = RoleGrant.objects.filter(user=who["joint-office"])
    assert referring.exists()
    substitutions.endorse(substitution=row, county=county, by=who["joint-office"], at=at)
    substitutions.accept(substitution=row, county=county, by=who["clerk"], at=at)
    return Substitution.objects.select_related("leader").get(pk=row.pk)


def reach(page, locator, *, most=120):
    """Go with the Tab key to what the locator names, and no other way."""
    for _press in range(most):
        if locator.evaluate("element => element === document.activeElement"):
            return locator
        page.keyboard.press("Tab")
    raise AssertionError(f"{locator} was not reached by {most} presses of Tab on {page.url}")


def press(page, locator):
    reach(page, locator)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def line(page, words):
    """A line of the first page's list."""
    return page.locator(".steps li", has_text=words)


def home(page):
    page.keyboard.press("Home")
    press(page, page.locator("#site-name a"))
    expect(page.locator(".search-box")).to_be_visible()


def typed(page, locator, words):
    reach(page, locator)
    page.keyboard.press("Control+A")
    page.keyboard.type(words)


def looks(page, shoot, name):
    """On a desk and on a telephone: nothing that has to be scrolled sideways, no barrier."""
    suffix = "-en" if "/en/" in page.url else ""
    shoot(page, f"{name}{suffix}")
    if suffix:
        # Of the Chinese pages the other journeys ask it.
        found = Axe().run(page, context="#content")
        assert found.violations_count == 0, (page.url, found.generate_report())
    page.set_viewport_size({"width": PHONE, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE, page.url
    shoot(page, f"{name}-phone{suffix}")
    page.set_viewport_size({"width": DESKTOP, "height": 900})


def test_the_day_from_signing_in_to_signing_out(open_page, shoot, bureau):
    page = open_page("/admin/")
    typed(page, page.locator("#id_username"), "demo-clerk")
    typed(page, page.locator("#id_password"), "demo-reception-day")
    page.keyboard.press("Enter")
    expect(page.locator("#user-tools")).to_be_visible()
    # What there is to do, each with how many and the way to it.
    for words in (
        "今天接访，预约 3 批：开始接访",
        r"领导未答复：\d+ 位",
        "替代待办（已确认）",
        r"办理期限 \d{4}-\d\d-\d\d：超期 \d+ 天",
        r"新收到、待甄别的信访事项：\d+ 件",
        "未能送达的消息：2 条",
        r"\d{4} 年节假日安排尚未确认",
    ):
        expect(line(page, re.compile(words)).first).to_have_class(re.compile("urgent"))
    expect(page.locator(".steps .overdue").first).to_contain_text("超期")
    expect(page.locator(".steps .due_in_three").first).to_contain_text("即将到期")
    looks(page, shoot, "bureau-index")
    _settle_and_publish(page, open_page, shoot, bureau)
    _receive(page, shoot)
    number = _register(page)
    _find(page, shoot, number)
    _report(page, shoot)
    home(page)
    press(page, page.locator("#logout-form button"))
    page.go_back()
    page.reload()
    expect(page.locator("#id_username")).to_be_visible()


def _settle_and_publish(page, open_page, shoot, bureau):
    """What is settled becomes a draft; another person approves and publishes it, and both lines are gone."""
    press(page, line(page, "替代待办（已确认）").locator("a"))
    press(page, page.locator("button[value=settle]"))
    expect(page.locator("#content")).to_contain_text(bureau.receiving)
    press(page, page.locator("button[value=submit]"))
    release = page.url
    home(page)
    expect(line(page, "替代待办")).to_have_count(0)
    expect(line(page, "有一份待审定的接访安排等待处理")).to_have_class(re.compile("urgent"))
    chief = sign_in(open_page, "demo-chief")
    press(chief, line(chief, "有一份待审定的接访安排等待处理").locator("a"))
    assert chief.url == release
    press(chief, chief.locator("button[value=approve]"))
    press(chief, chief.locator("button[value=publish]"))
    expect(chief.locator("dl.facts")).to_contain_text("公开页面")
    page.reload()
    expect(line(page, "等待处理")).to_have_count(0)
    press(page, page.locator(".steps a", has_text=re.compile(r"^\d{4} 年排班$")).first)
    expect(page.locator(".planner tbody")).not_to_have_count(0)
    looks(page, shoot, "bureau-planner")
    home(page)


def _receive(page, shoot):
    """The day sheet begins the day; the first line of the list then says who waits."""
    press(page, line(page, "开始接访").locator("a"))
    press(page, page.locator("button[value=begin]"))
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type(f"{CANARY}2")
    page.keyboard.press("Enter")
    press(page, page.locator(".found button"))
    expect(page.locator(".messagelist")).to_contain_text("已签到")
    looks(page, shoot, "bureau-day-sheet")
    home(page)
    expect(line(page, "今天接访：1 批在等候，2 批还没有到")).to_have_class(re.compile("urgent"))


def _register(page):
    """A letter is taken down; what was forgotten is said, and nothing that was typed is lost."""
    press(page, line(page, "登记来信来电").locator("a"))
    typed(page, page.locator("#id_name"), "居民辰")
    topic = reach(page, page.locator("#id_topic"))
    topic.press("ArrowDown")
    typed(page, page.locator("#id_matter"), MATTER)
    typed(page, page.locator("#id_wish"), "请尽快修好路灯。")
    press(page, page.locator("#content button.default"))
    expect(page.locator(".errornote")).to_contain_text("请填写电话、证件号码或住址中的一项")
    expect(page.locator("#id_matter")).to_have_value(MATTER)
    typed(page, page.locator("#id_phone"), "13900001234")
    press(page, page.locator("#content button.default"))
    expect(page.locator(".slip-code")).to_have_count(2)
    number = codes.read_number(page.locator(".slip-code strong").first.inner_text())
    home(page)
    return number


def _find(page, shoot, number):
    """By the one search of the site; then what is due, and the list with a filter that is kept."""
    typed(page, page.locator("#id_q"), codes.show_number(number))
    page.keyboard.press("Enter")
    expect(page.locator(".found a[href*='/cases/']")).to_have_count(1)
    press(page, page.locator(".found a[href*='/cases/']"))
    expect(page.locator(".clocks")).to_contain_text("登记甄别期限")
    looks(page, shoot, "bureau-case")
    press(page, page.locator("a", has_text="怎样计算").first)
    expect(page.locator("#content")).to_contain_text("第 15 日")
    home(page)
    press(page, line(page, "新收到、待甄别的信访事项").locator("a"))
    expect(page.locator("#id_status")).to_have_value("registered")
    expect(page.locator("table.listed tbody tr", has_text=codes.show_number(number))).to_have_count(1)
    typed(page, page.locator("#id_name"), "新来信")
    press(page, page.locator("button[name=keep]"))
    home(page)
    press(page, page.locator(".steps a", has_text=re.compile(r"^信访事项$")))
    press(page, page.locator(".kept-filters a", has_text="新来信"))
    expect(page.locator("#id_status")).to_have_value("registered")
    home(page)


def _report(page, shoot):
    """A month's figures and a quarter's, and the same numbers in the files."""
    press(page, line(page, "统计报表").locator("a"))
    today = timezone.localdate(timezone=County.objects.get(slug="chenghe").zone)
    typed(page, page.locator("#period"), f"{today.year}-Q{(today.month + 2) // 3}")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(f"第 {(today.month + 2) // 3} 季度")
    rows = page.locator("#table-ways + .report-pair tbody tr, .report:has-text('按来源') tbody tr")
    shown = {row.locator("th").inner_text(): row.locator("td").first.inner_text() for row in rows.all()}
    assert sum(map(int, shown.values())) > 10
    expect(page.locator(".report:has-text('按来源') svg.chart")).to_be_visible()
    looks(page, shoot, "bureau-report")
    for kind in ("report_xlsx", "report_csv"):
        press(page, page.locator(f"button[value={kind}]"))
        reach(page, page.locator("tbody tr").first.locator("button"))
        with page.expect_download() as download:
            page.keyboard.press("Enter")
        data = download.value.path().read_bytes()
        lines = _xlsx(data) if kind == "report_xlsx" else list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
        for name, number in shown.items():
            assert any(cells[:1] == [name] and str(number) in map(str, cells) for cells in lines), (kind, name, number)
        page.go_back()


def _xlsx(data):
    return [["" if cell is None else cell for cell in row] for sheet in load_workbook(io.BytesIO(data)) for row in sheet.values]


def test_the_same_pages_in_english(open_page, shoot, bureau):
    """Chinese is only what people wrote and what they are called, and it is marked as Chinese."""
    page = sign_in(open_page, "demo-clerk", "/en")
    index, today = page.url, timezone.localdate(timezone=County.objects.get(slug="chenghe").zone)
    page.goto(f"{index}petitions/case/?colour=overdue")
    case = page.locator("table.listed tbody a").first.evaluate("link => link.href")
    paths = {"planner": f"roster/{today.year}/", "day-sheet": f"days/{bureau.day}/sheet/", "report": "reports/"}
    for name, address in {"index": index, "case": case, **{name: index + path for name, path in paths.items()}}.items():
        page.goto(address)
        looks(page, shoot, f"bureau-{name}")
        assert page.evaluate(UNMARKED) == [], address
