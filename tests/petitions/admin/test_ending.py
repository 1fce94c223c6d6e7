"""A case's end on the staff's site: every page in turn, with what is refused, what stays typed, and to whom nothing is there."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from petitions.actions import agendas, improvements, opinions, supervision
from petitions.models import (
    AgendaItem,
    Case,
    Delivery,
    Improvement,
    Kind,
    Opinion,
    Proposal,
    Review,
    Ruling,
    Supervision,
    SupervisionGround,
)
from reception import scope, tasks
from reception.models import Leader
from reception.roles import Role
from tests.petitions import lives, referring
from tests.petitions.lives import D7_OVER, DELIVERED, DRAFTED, ISSUED, life, moment
from tests.reception import builders


@pytest.fixture
def page(office, clock, sign_in):
    """Ask for, or send, one of the pages of a case, as a person on a day; what came back, as text."""

    def sent(case, verb, by, on, data=None, *, follow=True):
        clock.move_to(moment(on))
        browser, path = sign_in(by), reverse("admin:case_do", args=[case.case.pk, verb])
        if data is None:
            return browser.get(path)
        with scope.county(office.county):
            seen = Case.objects.get(pk=case.case.pk).steps.count()
        return browser.post(path, {"seen": seen, **data}, follow=follow)

    return sent


def text(response):
    return response.content.decode()


def now(case):
    case.case = referring.now(case.office, case.case)
    return case.case.status


OPINION = {
    "kind": "opinion",
    "facts": "现场勘查属实。",
    "basis": "《住宅专项维修资金管理办法》第二十条。",
    "matter0": "请督促维修。",
    "outcome0": "supported",
    "text0": "月底前修复。",
    "remedy_body": "澄河县人民政府",
    "carries_out_by": "2026-03-31",
}


def test_the_draft_begins_with_the_wish_and_the_named_body_and_what_is_refused_stays_typed(office, page):
    case = life(office)
    shown = text(page(case, "draft-opinion", case.unit.officer, DRAFTED))
    for words in ("请督促维修。", "澄河县人民政府", "逐项答复", "诉求 1", "诉求 8"):
        assert words in shown, words
    back = page(case, "draft-opinion", case.unit.officer, DRAFTED, {**OPINION, "carries_out_by": "", "text0": "金丝雀理由"})
    assert "请写明承诺兑现的日期" in text(back)
    assert "金丝雀理由" in text(back)
    back = page(case, "draft-opinion", case.unit.officer, DRAFTED, {**OPINION, "outcome0": ""})
    assert "请选择结论" in text(back)
    assert now(case) == "in_handling"
    page(
        case, "draft-opinion", case.unit.officer, DRAFTED, {**OPINION, "matter1": "减免", "outcome1": "explained", "text1": "说明"}
    )
    assert now(case) == "opinion_drafted"
    with scope.county(office.county):
        assert Opinion.objects.get().answers.count() == 2


def test_the_whole_end_of_a_case_page_by_page(office, page):
    """Sent back once, drafted again from what was there, checked, issued, delivered, closed, reopened."""
    case = life(office)
    page(case, "draft-opinion", case.unit.officer, DRAFTED, OPINION)
    page(case, "return-opinion", office.clerk, DRAFTED, {"reason": "依据没有写条款"})
    shown = text(page(case, "draft-opinion", case.unit.officer, DRAFTED))
    assert "依据没有写条款" in shown
    assert "现场勘查属实。" in shown
    page(case, "draft-opinion", case.unit.officer, DRAFTED, OPINION)
    ticks = dict.fromkeys(("matters", "grounds", "remedy", "plain"), "on")
    half = page(case, "check-opinion", office.clerk, DRAFTED, {**ticks, "plain": ""})
    assert "errornote" in text(half)
    page(case, "check-opinion", office.clerk, DRAFTED, ticks)
    page(case, "issue-opinion", case.unit.head, ISSUED, {})
    assert now(case) == "opinion_issued"
    late = page(case, "deliver", case.unit.officer, DELIVERED, {"way": "handed", "delivered_on": "2026-02-05", "proof": "回证"})
    assert "送达日期应在文书出具之日" in text(late)
    page(case, "deliver", case.unit.officer, DELIVERED, {"way": "handed", "delivered_on": "2026-02-04", "proof": "回证"})
    assert now(case) == "delivered"
    shown = text(page(case, "close", office.clerk, DELIVERED))
    assert "办结所需的都已具备" in shown
    done = text(page(case, "close", office.clerk, DELIVERED, {}))
    assert now(case) == "closed"
    for words in ("已办结", "2026-02-03", "处理意见书", "回证", "第 2 版", "第 1 版"):
        assert words in done, words
    page(case, "carry-out", case.unit.officer, date(2026, 3, 1), {"day": "2026-02-28", "proof": "验收单"})
    page(
        case,
        "reopen",
        office.chief,
        date(2026, 3, 2),
        {"ground": "not_carried_out", "reason": "复漏", "due_on": "2026-03-30"},
    )
    assert now(case) == "in_handling"
    assert case.case.round == 2


def test_the_head_is_told_what_only_the_signature_is_wanting_of_and_signs_what_is_in_sight(office, page, sign_in, clock):
    leader = lives.leader(office)
    plain, instructed = (
        life(office).draft(),
        lives.assigned(office, 2, unit=referring.unit(office, "D07", "水利局"), leader=leader).draft(),
    )

    def told(person):
        clock.move_to(moment(ISSUED))
        return text(sign_in(person).get(reverse("admin:index")))

    for case in (plain, instructed):
        assert "待签发" not in told(case.unit.head)
        shown = text(page(case, "check-opinion", office.clerk, DRAFTED))
        assert "现场勘查，漏水系" in shown
        case.check()
    assert f"{plain.case.number} 处理意见待签发" in told(plain.unit.head)
    assert instructed.case.number not in told(plain.unit.head)
    assert "待签发" not in told(plain.unit.officer)
    assert "待签发" not in told(instructed.unit.head)
    instructed.do(opinions.look, by=leader.user, on=DRAFTED)
    assert f"{instructed.case.number} 处理意见待签发" in told(instructed.unit.head)
    assert "现场勘查，漏水系" in text(page(plain, "issue-opinion", plain.unit.head, ISSUED))
    plain.issue()
    assert "待签发" not in told(plain.unit.head)


def test_closing_shows_everything_that_is_missing_and_refuses_it_too(office, page):
    case = lives.assigned(office)
    case.delivered()
    shown = page(case, "close", office.clerk, DELIVERED)
    assert "还没有提交办结报告" in text(shown)
    assert "还没有提交办结报告" in text(page(case, "close", office.clerk, DELIVERED, {}))
    assert now(case) == "delivered"
    page(case, "closing-report", case.unit.officer, DELIVERED, {"result": "已修好。"})
    page(case, "close", office.clerk, DELIVERED, {})
    assert now(case) == "closed"


def test_reviews_page_by_page_until_they_are_concluded(office, page):
    case = life(office).delivered()
    shown = text(page(case, "request-review", office.clerk, date(2026, 2, 20)))
    assert "澄河县人民政府" in shown
    assert "2026-03-06" in shown
    page(case, "request-review", office.clerk, date(2026, 2, 20), {"requested_on": "2026-02-20", "text": "金丝雀不服"})
    assert now(case) == "under_review"
    shown = text(page(case, "decide-review", case.reviewer, date(2026, 3, 2)))
    assert "金丝雀不服" in shown
    given = {"ruling": "upheld", "text": "事实清楚。", "remedy_body": ""}
    assert "向哪个机关申请复核" in text(page(case, "decide-review", case.reviewer, date(2026, 3, 2), given))
    page(case, "decide-review", case.reviewer, date(2026, 3, 2), {**given, "remedy_body": "澄河市人民政府"})
    with scope.county(office.county):
        document = Review.objects.get().document
    handed = {"document": document.pk, "way": "registered_mail", "delivered_on": "2026-03-04", "proof": "挂号信"}
    page(case, "deliver-document", case.reviewer, date(2026, 3, 5), handed)
    with scope.county(office.county):
        assert Delivery.objects.filter(document=document).exists()
    page(case, "request-rereview", office.clerk, date(2026, 3, 10), {"requested_on": "2026-03-10", "text": "仍不服"})
    given = {"ruling": "changed", "text": "变更第二项。", "hearing_first": "2026-03-12", "hearing_last": ""}
    assert "听证的起止日期" in text(page(case, "conclude", case.reviewer, date(2026, 3, 20), given))
    page(case, "conclude", case.reviewer, date(2026, 3, 20), {**given, "hearing_last": "2026-03-13"})
    assert now(case) == "concluded"


def test_a_late_request_waits_on_the_cases_page_for_another_person(office, page, sign_in):
    case = life(office).delivered()
    page(case, "request-review", office.clerk, date(2026, 4, 1), {"requested_on": "2026-04-01", "text": "金丝雀迟到"})
    assert now(case) == "delivered"
    shown = text(sign_in(office.chief).get(reverse("admin:case", args=[case.case.pk])))
    assert "金丝雀迟到" in shown
    own = page(case, "sign-request-review", office.clerk, date(2026, 4, 1), {"decision": "可以"})
    assert "不能自己签批" in text(own)
    page(case, "sign-request-review", office.chief, date(2026, 4, 2), {"decision": "没有告知期限"})
    assert now(case) == "under_review"


def test_withdrawal_needs_the_petitioners_own_hand_and_presses_nobody(office, page):
    case = life(office)
    shown = text(page(case, "withdraw", office.clerk, DELIVERED))
    assert "任何人不得要求、劝说信访人撤回" in shown
    page(case, "withdraw", office.clerk, DELIVERED, {"signed_on": "2026-02-03"})
    assert now(case) == "in_handling"
    page(case, "withdraw", office.clerk, DELIVERED, {"signed_on": "2026-02-03", "own_hand": "on"})
    assert now(case) == "withdrawn"


def test_a_step_is_corrected_beside_itself(office, page):
    case = life(office)
    with scope.county(office.county):
        step = case.case.steps.get(action="accept")
    done = text(page(case, "correct", office.clerk, DELIVERED, {"step": step.pk, "right": "受理日期应为 13 日"}))
    assert "受理日期应为 13 日" in done


def test_supervision_page_by_page(office, page, sign_in):
    case = life(office)
    letter = {"department": case.unit.department.pk, "ground": "shirking", "text": "请尽快办理", "due_on": "2026-02-10"}
    page(case, "supervise", office.clerk, DELIVERED, letter)
    with scope.county(office.county):
        row = Supervision.objects.get()
    listed = text(sign_in(case.unit.officer).get(reverse("admin:supervisions")))
    assert case.case.number in listed
    page(case, "supervision-feedback", case.unit.officer, DELIVERED, {"supervision": row.pk, "text": "已安排"})
    assert "待核对销号" in text(sign_in(office.clerk).get(reverse("admin:supervisions")))
    page(case, "supervision-end", office.clerk, DELIVERED, {"supervision": row.pk})
    assert case.case.number not in text(sign_in(office.clerk).get(reverse("admin:supervisions")))
    assert case.case.number in text(sign_in(office.clerk).get(reverse("admin:supervisions") + "?ended=1"))


def test_two_tabs_the_second_is_told_and_nothing_is_lost(office, page):
    case = life(office)
    page(case, "draft-opinion", case.unit.officer, DRAFTED, OPINION)
    back = page(case, "draft-opinion", case.unit.officer, DRAFTED, {**OPINION, "seen": "5", "facts": "金丝雀第二个窗口"})
    assert "有了新的办理" in text(back)
    assert "金丝雀第二个窗口" in text(back)


@pytest.mark.parametrize("bad", ["\0", "x" * 100_000, "\u202e反写", "𠮷野家"])
def test_odd_text_is_no_error_of_the_server(office, page, bad):
    case = life(office)
    odd = {**OPINION, "facts": bad, "matter0": bad, "remedy_body": bad, "outcome0": bad, "seen": bad}
    for verb in ("draft-opinion", "withdraw", "correct", "supervise"):
        by = case.unit.officer if verb == "draft-opinion" else office.clerk
        answer = page(case, verb, by, DRAFTED, {**odd, "text": bad, "step": bad, "department": bad, "ground": bad})
        assert answer.status_code == 200, verb


def test_who_may_not_is_told_who_may_and_behind_the_wall_there_is_nothing(office, page, sign_in):
    case = life(office).delivered()
    refused = page(case, "close", case.unit.head, DELIVERED, {})
    assert "信访局登记员" in text(refused)
    assert now(case) == "delivered"
    other = builders.bureau("linhe")
    with scope.county(office.county):
        walled = referring.screened(office, 9, kind=Kind.ACCUSATION, accused_department=case.unit.department)
    hidden = lives.Life(office, case.unit, walled)
    for row, person in ((case, other.chief), (hidden, case.unit.officer)):
        assert page(row, "close", person, DELIVERED).status_code == 404
        assert page(row, "supervise", person, DELIVERED, {}).status_code == 404


def test_a_cases_page_asks_the_database_no_more_for_more_opinions(office, page, sign_in):
    case = life(office).draft()
    page(case, "return-opinion", office.clerk, DRAFTED, {"reason": "改"})
    browser, path = sign_in(office.clerk), reverse("admin:case", args=[case.case.pk])
    with CaptureQueriesContext(connection) as one:
        browser.get(path)
        first = len(one)
    case.draft()
    page(case, "return-opinion", office.clerk, DRAFTED, {"reason": "再改"})
    with CaptureQueriesContext(connection) as two:
        browser.get(path)
        second = len(two)
    assert first == second > 0


# The pages across cases.


def test_the_meeting_is_made_from_what_the_rules_propose_and_its_outcome_is_kept(office, clock, sign_in):
    clock.move_to(moment(DELIVERED))
    joint = builders.user("joint", office.county, Role.JOINT_OFFICE)
    case = life(office)
    plain = life(office, 2, unit=case.unit)
    with scope.county(office.county):
        Case.objects.filter(pk=case.case.pk).update(people=6)
    browser, path = sign_in(joint), reverse("admin:meeting_propose")
    shown = text(browser.get(path))
    assert case.case.number in shown
    assert "5 人以上集体访" in shown
    assert plain.case.number not in shown
    nothing = browser.post(path, {"meets_on": "2026-02-20", f"why{case.case.pk}": "金丝雀理由"})
    assert "至少选择一件" in text(nothing)
    assert "金丝雀理由" in text(nothing)
    chosen = {"meets_on": "2026-02-20", f"take{case.case.pk}": "on", f"why{case.case.pk}": "金丝雀理由"}
    made = browser.post(path, chosen, follow=True)
    assert "金丝雀理由" in text(made)
    with scope.county(office.county):
        item = AgendaItem.objects.get()
    own = reverse("admin:meeting", args=[item.agenda_id])
    assert "会议还没有开" in text(browser.post(own, {"item": item.pk, "outcome": "由住建局牵头"}))
    clock.move_to(moment(date(2026, 2, 20)))
    assert "由住建局牵头" in text(sign_in(joint).post(own, {"item": item.pk, "outcome": "由住建局牵头"}, follow=True))
    assert sign_in(joint).post(own, {"item": "x", "outcome": "再议"}).status_code == 404
    assert sign_in(case.unit.head).get(own).status_code == 403
    assert sign_in(builders.bureau("linhe").chief).get(own).status_code == 404
    assert sign_in(office.clerk).get(reverse("admin:meetings")).status_code == 200


def test_an_item_of_a_case_that_became_invisible_shows_nothing_of_it(office, clock, sign_in):
    clock.move_to(moment(DELIVERED))
    case = life(office)
    with scope.county(office.county):
        leader = Leader.objects.get(code="L6")
        made = agendas.make(
            meets_on=date(2026, 2, 20),
            cases=[(case.case, "金丝雀理由")],
            county=office.county,
            by=office.chief,
            at=moment(DELIVERED),
        )
        leader.user = office.chief
        leader.save()
        Case.objects.filter(pk=case.case.pk).update(accused_leader=leader)
    shown = text(sign_in(office.chief).get(reverse("admin:meeting", args=[made.pk])))
    assert case.case.number not in shown
    assert "金丝雀理由" not in shown
    assert "不能查看" not in shown


def test_a_proposal_for_improvement_reaches_its_unit_alone_which_reports_back(office, clock, sign_in):
    clock.move_to(moment(DELIVERED))
    case = life(office)
    other = referring.unit(office, "D03", "人力资源和社会保障局")
    browser, path = sign_in(office.clerk), reverse("admin:improvement_make")
    given = {"department": case.unit.department.pk, "text": "金丝雀建议", "number": "00-0000"}
    wrong = text(browser.post(path, given))
    assert "没有找到这个编号" in wrong
    assert "金丝雀建议" in wrong
    browser.post(path, {**given, "number": case.case.number}, follow=True)
    with scope.county(office.county):
        row = Improvement.objects.get()
    own = reverse("admin:improvement", args=[row.pk])
    assert "金丝雀建议" in text(sign_in(case.unit.officer).get(reverse("admin:improvements")))
    assert "金丝雀建议" not in text(sign_in(other.officer).get(reverse("admin:improvements")))
    assert sign_in(other.officer).get(own).status_code == 404
    assert sign_in(case.unit.officer).get(path).status_code == 403
    refused = text(sign_in(office.clerk).post(own, {"text": "金丝雀采纳"}))
    assert "您没有办理此事的权限" in refused
    assert "金丝雀采纳" in refused
    assert "已采纳流程" in text(sign_in(case.unit.officer).post(own, {"text": "已采纳流程"}, follow=True))


def test_the_reviewers_list_has_what_waits_with_its_last_day_and_nothing_else(office, clock, sign_in):
    case = life(office).delivered().ask_for_review()
    done = life(office, 2, unit=case.unit).delivered().ask_for_review()
    done.people.update(case.people)
    done.review(Ruling.UPHELD)
    quiet = life(office, 3, unit=case.unit).delivered()
    clock.move_to(moment(date(2026, 3, 3)))
    shown = text(sign_in(done.reviewer).get(reverse("admin:reviews")))
    for words in (case.case.number, "2026-03-22", "自次日起 30 日", done.case.number, "维持"):
        assert words in shown, words
    assert quiet.case.number not in shown
    assert sign_in(case.unit.head).get(reverse("admin:reviews")).status_code == 403


def test_the_index_tells_each_what_waits_for_them(office, clock, sign_in):
    clock.move_to(moment(DRAFTED))
    case = life(office).draft()
    assert "处理意见待审核" in text(sign_in(office.clerk).get(reverse("admin:index")))
    with scope.county(office.county):
        supervision.begin(
            case=case.case,
            department=case.unit.department,
            ground=SupervisionGround.OVERDUE,
            text="请反馈",
            due_on=date(2026, 2, 10),
            county=office.county,
            by=office.clerk,
            at=moment(DRAFTED),
        )
        improvements.make(department=case.unit.department, text="建议", county=office.county, by=office.clerk, at=moment(DRAFTED))
    shown = text(sign_in(case.unit.officer).get(reverse("admin:index")))
    assert "督办，2026-02-10 前反馈" in shown
    assert "前反馈采纳情况" in shown
    case.check().issue().deliver()
    clock.move_to(moment(date(2026, 4, 1)))
    shown = text(sign_in(office.clerk).get(reverse("admin:index")))
    assert "到期未登记兑现" in shown
    assert "待办结的信访事项" in shown


@pytest.mark.parametrize("how", [tasks.settle, lambda: call_command("propose_closing")])
def test_the_nights_work_proposes_in_every_county_and_again_nothing(office, clock, how, capsys):
    life(office).delivered()
    clock.move_to(moment(D7_OVER))
    how()
    how()
    with scope.county(office.county):
        assert Proposal.objects.filter(action="close_finally").count() == 1
