"""The reception day in the browser: the day sheet by keyboard and without a script, the screen in the hall, the end."""

import re
import uuid
from datetime import time, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from reception import codes, scope
from reception.actions import days, releases, submissions
from reception.actions.identities import Person
from reception.models import BookingWay, County, DayKind, ReceptionDay, Sitting, Tenure, Topic, User
from reception.models.people import Place
from tests.journeys.test_staff import sign_in

CANARY = "金丝雀"


def reception_today():
    """A reception day today in the demo county with two sittings, and three who booked the first; the day, and their numbers."""
    county, at = County.objects.get(slug="chenghe"), timezone.now()
    today = timezone.localdate(timezone=county.zone)
    with scope.county(county):
        clerk, chief = User.objects.get(username="demo-clerk"), User.objects.get(username="demo-chief")
        day = ReceptionDay.objects.filter(day=today).first()
        if day is None:
            day = days.add_extra(day=ReceptionDay(day=today, kind=DayKind.EXTRA, title="专题接访"), county=county, by=clerk, at=at)
        tenures = list(Tenure.objects.on(today).select_related("leader", "post").order_by("post__position"))[4:6]
        for tenure in tenures:
            Sitting.objects.create(
                day=day,
                post=tenure.post,
                leader=tenure.leader,
                place=Place.objects.first(),
                starts=time(0, 0),
                ends=time(23, 59),
                capacity=10,
            )
        draft = releases.draft(county=county, by=clerk, at=at, note="增加一次接访。", note_en="One more reception.")
        releases.submit(release=draft, county=county, by=clerk, at=at)
        releases.approve(release=draft, county=county, by=chief, at=at)
        late = {"late_reason": "演示", "late_reason_en": "For the demo"}
        releases.publish(release=draft, county=county, by=chief, at=at, **late)
        topic = Topic.objects.get_or_create(code="T1", defaults={"name": "住房与城建", "name_en": "Housing"})[0]
        sitting = Sitting.objects.filter(day=day, state="published").order_by("rotation__position", "starts", "pk").first()
        numbers = []
        for n in (1, 2, 3):
            receipt = submissions.submit(
                sitting=sitting,
                request=submissions.Request(
                    person=Person(name=f"{CANARY}{n}", phone=f"138{n:08}"),
                    topic=topic,
                    matter="楼道长期漏水。",
                    wish="请安排维修。",
                    way=BookingWay.ONLINE,
                ),
                key=uuid.uuid4(),
                county=county,
                by=User.objects.system(),
                at=at - timedelta(days=9) + timedelta(minutes=n),
            )
            numbers.append(receipt.booking.number)
    return day.pk, numbers


@pytest.fixture(scope="module")
def today(portal):
    return reception_today()


@pytest.mark.parametrize("script", [True, False])
def test_the_day_by_keyboard(open_page, shoot, today, script):
    """The second time without a script, where the first left off."""
    day, numbers = today
    page = sign_in(open_page, "demo-clerk") if script else _without_script(open_page)
    page.goto(page.url.split("/admin/")[0] + f"/admin/days/{day}/sheet/")
    if script:
        page.locator("button[value=begin]").press("Enter")
        expect(page.locator("#q")).to_be_focused()
        page.keyboard.type(codes.show_number(numbers[0]))
        page.keyboard.press("Enter")
        expect(page.locator(".messagelist")).to_contain_text("已签到：1 号")
        expect(page.locator("#q")).to_be_focused()
        page.keyboard.type(f"https://example.invalid/track/?n={numbers[2]}")
        page.keyboard.press("Enter")
        expect(page.locator(".messagelist")).to_contain_text("已签到：3 号")
        page.keyboard.type(f"{CANARY}2")
        page.keyboard.press("Enter")
        expect(page.locator(".found li")).to_have_count(1)
        page.locator(".found button").press("Enter")
        expect(page.locator(".messagelist")).to_contain_text("已签到：2 号")
    page.locator(".call-next").press("Enter")
    expect(page.locator(".calling strong")).to_have_text("1" if script else "2")
    shoot(page, f"day-sheet{'' if script else '-plain'}")
    if script:
        violations = Axe().run(page, context="#content", options={"runOnly": ["wcag2a", "wcag2aa"]}).response["violations"]
        assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in violations] == []
    screen = open_page(page.locator("a[href*='/hall/']").get_attribute("href"), width=1920, height=1080)
    expect(screen.locator(".called strong")).to_have_text("1" if script else "2")
    assert CANARY[0] not in screen.content()
    shoot(screen, f"hall{'' if script else '-2'}", full=False)
    phone = open_page(page.locator("a[href*='/hall/']").get_attribute("href"), width=390, height=844)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    shoot(phone, f"hall-phone{'' if script else '-2'}")
    page.locator(".now button[value=receive]").press("Enter")
    page.wait_for_url(re.compile("/minutes/"))
    if script:
        _write_minutes(page, shoot)
    page.goto(page.url.split("/admin/")[0] + f"/admin/days/{day}/sheet/")
    expect(page.locator(".call-next")).to_contain_text("2 号" if script else "3 号")


def _write_minutes(page, shoot):
    """The day goes on from the hall: minutes, the case they make, and the receipt."""
    expect(page.locator(".notice")).to_have_count(0)
    page.fill("#id_said", "请住建局牵头维修。")
    page.select_option("#id_task0-department", label="县住房和城乡建设局")
    page.fill("#id_task0-deliverable", "修好漏水")
    page.check("#id_read_back")
    page.locator("button.default").press("Enter")
    expect(page.locator(".messagelist")).to_contain_text("打印受理单")
    shoot(page, "day-case")
    receipt = page.request.get(page.url.split("/admin/")[0] + page.locator("a:has-text('打印受理单')").get_attribute("href"))
    assert receipt.body().startswith(b"%PDF")


def test_an_early_answer_goes_from_the_unit_over_the_bureau(open_page):
    officer = sign_in(open_page, "demo-officer")
    officer.goto(officer.url.split("/admin/")[0] + "/admin/bookings/matters/")
    officer.locator("#content table a[href*='/answer/']").first.click()
    officer.fill("#id_text", "已安排十二月底前维修屋面，由县住建局负责。")
    officer.fill("#id_contact", "县住建局物业科 0000-7654321")
    officer.locator("button[value=write]").press("Enter")
    expect(officer.locator(".messagelist")).to_contain_text("已送信访局核对")
    clerk = sign_in(open_page, "demo-clerk")
    clerk.goto(officer.url)
    clerk.locator("button[value=approve]").press("Enter")
    expect(clerk.locator(".messagelist")).to_contain_text("来访人现在可以看到")


def test_a_walk_in_and_the_screen_draws_itself_anew(open_page, shoot, today):
    day, _numbers = today
    page = sign_in(open_page, "demo-clerk")
    page.goto(page.url + f"days/{day}/walk-in/")
    page.locator("[name=sitting]").nth(1).check()
    page.fill("#id_name", f"{CANARY}9")
    page.select_option("#id_topic", index=1)
    page.fill("#id_matter", "道路破损。")
    page.fill("#id_wish", "请修补。")
    shoot(page, "walk-in")
    page.click("text=登记并给号")
    expect(page.locator(".receipt .big")).to_have_text("1 号")
    shoot(page, "walk-in-done")
    page.click("text=回到签到叫号")
    screen = open_page(page.locator("a[href*='/hall/']").get_attribute("href"), width=1920, height=1080)
    expect(screen.locator(".coming b", has_text="1")).to_be_visible()
    page.locator(".call-next").last.click()
    expect(screen.locator(".called strong")).to_have_text("1", timeout=9_000)
    page.goto(page.url.split("/days/")[0] + f"/days/{day}/paper-entry/")
    shoot(page, "paper-entry")


def _without_script(open_page):
    page = open_page("/admin/", script=False)
    page.fill("#id_username", "demo-clerk")
    page.fill("#id_password", "demo-reception-day")
    page.click("[type=submit]")
    return page
