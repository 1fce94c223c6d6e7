"""A case of each kind from the citizen's form to its end, as its people live it: each signs in, finds it, and presses what is offered."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from petitions.models import Case, Deadline
from reception import scope
from reception.models import County
from tests.journeys.desks import Citizen, Desk, read
from tests.journeys.test_desk import at_the_desk

FACTS = "2026年5月12日，我局派两名工作人员到现场勘查，测得三号楼屋面防水层老化开裂四处，合计约十二平方米。\n物业自2024年起接到报修十一次，未动用维修资金。"
BASIS = "《住宅专项维修资金管理办法》第二十二条、第二十三条；《物业管理条例》第五十六条。"
CHECKED = [f"[name={name}]" for name in ("matters", "grounds", "remedy", "plain")]


@pytest.fixture
def shots(request):
    """Pictures of every page that somebody fills in or reads, for whoever wants to look at them: LOOK names a folder."""
    folder, journey = os.environ.get("LOOK"), request.node.name.removeprefix("test_")

    def shot(page, name):
        if folder:
            page.screenshot(path=Path(folder) / f"{journey}-{name}.png", full_page=True)

    return shot


@pytest.fixture
def at(open_page, shots):
    """Somebody at the desk with a case."""
    return lambda username, number, prefix="": Desk(open_page, shots, f"demo-{username}", number, prefix=prefix)


def stands(number):
    """The state of a case, and the clocks that run, each with how many days from today it ends."""
    county = County.objects.get(slug="chenghe")
    with scope.county(county):
        case = Case.objects.get(number=number)
        today = timezone.localdate(timezone=county.zone)
        running = Deadline.objects.running().filter(case=case).order_by("kind")
        return case.status, {row.kind: (row.due_on - today).days for row in running}


def day(ahead):
    return (timezone.localdate(timezone=County.objects.get(slug="chenghe").zone) + timedelta(days=ahead)).isoformat()


def test_a_claim_goes_the_long_way_to_the_reviewer_s_word(open_page, shots, at):
    citizen = Citizen(open_page, shots).write(
        name="居民寅",
        topic="housing",
        to="L02",
        matter="所住小区三号楼楼道长期漏水，墙皮脱落，向物业报修十一次未修。",
        wish="请督促维修，并减免漏水期间的物业费。",
    )
    number = citizen.number
    clerk = at("clerk", number).open()
    clerk.do("screen", check=("[name=kind][value=claim]",))
    expect(clerk.page.locator("#content")).to_contain_text("申诉求决")
    said = {"instruction": "请住建局牵头，一个月内修好，修好后请来信人确认。", "task0-deliverable": "查明漏水原因，修好并书面答复"}
    clerk.do("assign", said, select={"task0-department": "县住房和城乡建设局"})

    officer = at("officer", number).pick("/cases/unit/")
    officer.do("accept").do("handle", check=("label:has-text('住建局干部甲') input",))
    officer.do("report", {"text": "已到现场勘查，正在核算维修资金。"})
    officer.do("ask_extension", {"days": "15", "reason": "需要委托第三方检测，检测周期较长。"})
    head = at("department-head", number).pick()
    head.do("sign_extension", {"decision": "同意。"})
    officer.open().do(
        "draft-opinion",
        {
            "facts": FACTS,
            "basis": BASIS,
            "matter0": "请督促维修。",
            "text0": "使用专项维修资金，由物业组织施工，我局派人监督。",
            "matter1": "请减免漏水期间的物业费。",
            "text1": "物业费属合同约定，可以与物业协商，协商不成的可以向人民法院起诉。",
            "carries_out_by": day(30),
        },
        select={"outcome0": "予以支持", "outcome1": "解释说明"},
    )
    clerk.open().do("check-opinion", check=CHECKED)

    leader = at_the_desk(open_page, "demo-leader")
    shots(leader, "leader-1-home")
    leader.click("nav >> text=审阅处理意见")
    shots(leader, "leader-2-opinions")
    leader.locator("section.sitting", has_text=number).locator("button[value=agree]").click()
    expect(leader.locator("[role=status]")).to_contain_text(number)
    shots(leader, "leader-3-agreed")

    head.pick().do("issue-opinion")
    officer.open().do("deliver", {"delivered_on": day(0), "proof": "送达回证，本人签名"}, check=("[name=way][value=handed]",))
    officer.do("closing-report", {"result": "防水层已开工，月底前修好；物业费一项已向来信人解释。"})

    page = citizen.track("delivered")
    expect(page.locator("#remedy")).to_contain_text("可以申请复查")
    papers = dict(citizen.papers())
    assert "予以支持" in papers["下载处理意见书（PDF）"]
    assert len(papers) == 3, papers.keys()
    assert "居民寅" in read(page, page.locator("a[href$='application.pdf']"))
    page.check("#department-satisfied")
    page.locator("form:has(#department-satisfied) button").click()
    expect(page.locator("[role=status]")).to_contain_text("已记下您的评价")
    page.click("text=在网上申请")
    citizen.look("review")
    page.fill("#id_text", "意见没有说明物业费为什么不能减免。")
    page.click("main button.btn-primary")
    expect(page.locator("[role=status]")).to_contain_text("申请已收到")
    citizen.look("asked")

    reviewer = at("reviewer", number).pick("/reviews/")
    reviewer.do("decide-review", {"text": "经查，处理意见认定事实清楚，适用依据正确。"}, check=("[name=ruling][value=upheld]",))
    proof = {"delivered_on": day(0), "proof": "挂号信回执，本人签收"}
    reviewer.do("deliver-document", proof, check=("[name=way][value=registered_mail]",), select={"document": "复查"})
    expect(citizen.track("decided").locator(".mark").first).to_contain_text("复查已答复")
    status, clocks = stands(number)
    assert (status, set(clocks)) == ("review_decided", {"D9"})
    # Thirty days, or until the next working day; one less where midnight went by.
    assert 29 <= clocks["D9"] <= 40
    chief = at("chief", number).open()
    found = Axe().run(chief.page, context="#content")
    assert found.violations_count == 0, found.generate_report()
    papers = chief.papers()
    assert sorted(name for name, _text in papers) == sorted(
        ["交办函", "受理告知书", "延期告知书", "处理意见书", "送达回证", "办结报告", "复查意见书", "送达回证"]
    )
    assert all(text for _name, text in papers)


def test_a_suggestion_goes_the_short_way(open_page, shots, at):
    citizen = Citizen(open_page, shots, "/en").write(
        name="Resident Mao",
        topic="housing",
        matter="建议在滨河路增设十盏路灯，晚上散步的人多，现在看不清路。",
        wish="请研究是否增设。",
    )
    number = citizen.number
    clerk = at("clerk", number, "/en").open()
    clerk.do("screen", check=("[name=kind][value=suggestion]", "[name=simple]"))
    clerk.do("transfer", select={"department": "Housing and Construction Bureau"})
    officer = at("officer", number, "/en").pick("/cases/unit/")
    officer.do("accept").do("handle", check=("[name=handler]",))
    said = {
        "facts": "滨河路全长二点四公里，现有路灯四十一盏。",
        "basis": "《城市照明管理规定》第九条。",
        "text0": "列入明年照明改造计划，六月底前装好。",
    }
    officer.do("draft-opinion", said, select={"outcome0": "Explained"})
    clerk.open().do("check-opinion", check=CHECKED)
    at("department-head", number, "/en").pick().do("issue-opinion")
    officer.open().do("deliver", {"delivered_on": day(0), "proof": "网上下载记录"}, check=("[name=way][value=electronic]",))
    clerk.open().do("close")
    page = citizen.track("closed")
    page.check("#bureau-satisfied")
    page.locator("form:has(#bureau-satisfied) button").click()
    citizen.look("rated")
    assert stands(number) == ("closed", {})
    chief = at("chief", number, "/en").open()
    # What answers a suggestion has no review.
    expect(chief.page.locator(".doings a[href$='/request-review/']")).to_have_count(0)
    papers = chief.papers()
    assert [name for name, _text in papers] == [
        "Letter of transfer",
        "Notice of acceptance",
        "Written opinion",
        "Proof of delivery",
    ]
    assert "信访建议答复意见书" in papers[2][1]


def test_an_accusation_passes_by_the_accused(open_page, shots, at):
    citizen = Citizen(open_page, shots).write(
        name="居民卯",
        topic="housing",
        to="L02",
        leader="L02",
        department="D15",
        matter="反映住建局审批施工许可时索要咨询费，县长乙打过招呼。",
        wish="请查清并处理。",
    )
    number = citizen.number
    clerk = at("clerk", number).open()
    clerk.do("screen", check=("[name=kind][value=accusation]",))
    clerk.page.click(".doings a[href$='/transfer/']")
    assert "县住房和城乡建设局" not in clerk.page.locator("[name=department]").inner_text()
    clerk.page.go_back()
    clerk.do("transfer", select={"department": "县人力资源和社会保障局"})
    address = clerk.page.url
    for username in ("officer", "department-head"):
        accused = at(username, number)
        _sees_nothing(accused, address, "咨询费")
    leader = at_the_desk(open_page, "demo-leader")
    assert number not in leader.content()
    officer = at("labour-officer", number).pick("/cases/unit/")
    officer.do("accept").do("handle", check=("[name=handler]",))
    said = {
        "facts": "调取了近三年的审批卷宗，逐件核对。",
        "basis": "《中国共产党纪律处分条例》。",
        "text0": "已按管理权限移送处理，结果将依规告知。",
    }
    officer.do("draft-opinion", said, select={"outcome0": "解释说明"})
    clerk.open().do("check-opinion", check=CHECKED)
    at("labour-head", number).pick().do("issue-opinion")
    officer.open().do("deliver", {"delivered_on": day(0), "proof": "送达回证，本人签名"}, check=("[name=way][value=handed]",))
    clerk.open().do("close")
    citizen.track("closed")
    assert "信访事项答复意见书" in dict(citizen.papers())["下载处理意见书（PDF）"]
    _sees_nothing(accused, address, "咨询费")
    assert number not in at_the_desk(open_page, "demo-secretary").content()
    assert stands(number) == ("closed", {})
    assert [name for name, _text in at("chief", number).open().papers()] == ["转送函", "受理告知书", "处理意见书", "送达回证"]


def _sees_nothing(desk, address, words):
    """Not in a list, not found by its number or its words, and nothing at its address."""
    for said in (desk.number, words):
        assert desk.found(said).count() == 0
    desk.look("searched")
    for path in ("cases/unit/", "petitions/case/"):
        desk.page.goto(desk.home + path)
        assert desk.number not in desk.page.content()
    answer = desk.page.request.get(address)
    assert (answer.status, desk.number in answer.text()) == (404, False)
