"""A leader is called away: the desk, the bureau, the office and the chief each do their part, and the public reads why."""

import io

import icalendar
import pypdf
from playwright.sync_api import expect

from tests.journeys.test_desk import at_the_desk, leader_asked
from tests.journeys.test_staff import sign_in

OFFICES = {"县委书记甲": "demo-party-office", "县长乙": "demo-government-office"}


def test_a_leader_away_a_substitute_a_change_notice(open_page, shoot, portal):
    leader = leader_asked(open_page)
    day = leader.locator("time").first.get_attribute("datetime")
    leader.locator("a.less", has_text="不能出席").first.click()
    leader.select_option("#id_kind", "business_trip")
    leader.fill("#id_note", "赴省里参加会议")
    shoot(leader, "story-1-leader-cannot", full=False)
    leader.click("button:has-text('确认不能出席')")
    expect(leader.locator("main")).to_contain_text("正在安排替代")

    coordinator = sign_in(open_page, "demo-coordinator")
    coordinator.locator("#content li a", has_text="替代待办").first.click()
    page = coordinator.url
    absent = coordinator.locator("dl.facts dd", has_text="县").first.inner_text().split()[0]
    expect(coordinator.locator("ol.way")).to_be_visible()
    coordinator.fill("[name=coordinators]", "信访局接访科科长")
    shoot(coordinator, "story-2-candidates")
    coordinator.click("button[value=propose]")
    expect(coordinator.locator("dl.facts strong").first).to_have_text("拟替")
    substitute = coordinator.locator("dt:text-is('替代者') + dd").inner_text().split()[0]
    # The bureau can't agree for the office.
    expect(coordinator.locator("button[value=endorse]")).to_be_disabled()

    office = sign_in(open_page, OFFICES[absent])
    office.goto(page)
    office.click("button[value=endorse]")
    expect(office.locator("dl.facts strong")).to_have_text("会商同意")
    shoot(office, "story-3-office-agrees")

    coordinator.goto(page)
    coordinator.click("button[value=accept]")
    coordinator.click("button[value=settle]")
    expect(coordinator.locator("button[value=submit]")).to_be_enabled()
    release = coordinator.url
    expect(coordinator.locator("#content")).to_contain_text(substitute)
    coordinator.click("button[value=submit]")
    expect(coordinator.locator("button[value=approve]")).to_be_disabled()

    chief = sign_in(open_page, "demo-chief")
    chief.goto(release)
    chief.click("button[value=approve]")
    shoot(chief, "story-4-chief-approves")
    chief.click("button[value=publish]")
    chief.click("text=公开页面")
    number = chief.url.rstrip("/").rsplit("/", 1)[1]

    citizen = open_page(f"/chenghe/releases/{number}/notice/")
    expect(citizen.locator("h1")).to_contain_text("领导接访调整的公告")
    row = citizen.locator("table.notice-items tbody tr", has_text="接访领导调整")
    for words in (absent, substitute, "出差"):
        expect(row).to_contain_text(words)
    expect(row.locator("del")).to_contain_text(absent)
    expect(row.locator("ins")).to_contain_text(substitute)
    assert "省里" not in citizen.content()
    shoot(citizen, "story-5-change-notice")
    shoot(open_page(f"/en/chenghe/releases/{number}/notice/"), "story-5-change-notice-en")
    shoot(open_page(f"/chenghe/days/{day}/"), "story-6-day")
    paper = citizen.request.get(f"{portal}/chenghe/releases/{number}/notice.pdf")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper.body())).pages)
    for words in ("领导接访调整的公告", absent, substitute, "出差"):
        assert words in text.replace("\n", ""), words
    feed = icalendar.Calendar.from_ical(citizen.request.get(f"{portal}/chenghe/roster.ics").body())
    (event,) = (
        event for event in feed.walk("VEVENT") if str(event["dtstart"].dt.date()) == day and substitute in str(event["summary"])
    )
    assert (int(event["sequence"]), str(event["status"])) == (1, "CONFIRMED")
    assert f"/chenghe/releases/{number}/notice/#" in citizen.request.get(f"{portal}/chenghe/changes.atom").text()

    # Who stands in, and who is stood in for, read it on their own desk.
    desk = at_the_desk(open_page, "demo-secretary")
    expect(desk.locator("main")).to_contain_text(f"第 {number} 期")
    shoot(desk, "story-7-desk-after", full=False)
