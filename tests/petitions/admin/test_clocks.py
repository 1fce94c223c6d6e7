"""The pages of clocks and limits, and what is done about them: happy, refused with what was typed, and invisible."""

import re
from datetime import date

import pytest
from django.urls import reverse

from petitions.models import Case, Deadline, Limit
from reception import scope
from reception.roles import Role
from tests.petitions import handled
from tests.reception import builders

LIMITS = "admin:petitions_limit_changelist"


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.fixture
def unit(office):
    return handled.unit(office)


@pytest.fixture
def case(office, unit, clock):
    made = handled.in_handling(office, unit, on=date(2026, 3, 4))
    clock.move_to(handled.moment(date(2026, 4, 1)))
    return made


def doing(case, verb):
    return reverse("admin:case_do", args=[case.pk, verb])


def submit(client, case, verb, **said):
    with scope.county(case.county):
        last = case.steps.count()
    return client.post(doing(case, verb), {"seen": last, **said})


def clock_of(office, case, kind="D5"):
    with scope.county(office.county):
        return Deadline.objects.running().get(case=case, kind=kind)


def test_an_officer_asks_and_the_head_signs_on_their_pages(office, unit, case, sign_in):
    officer, head = sign_in(unit.officer), sign_in(unit.head)
    page = text(officer.get(doing(case, "ask_extension")))
    assert "1 至 30 日，只能延长一次" in page
    assert "到 2026年5月3日届满" in page
    assert submit(officer, case, "ask_extension", days=20, reason="需要鉴定").status_code == 302
    assert "待签批：延长办理期限" in text(head.get(reverse("admin:index")))
    page = text(head.get(doing(case, "sign_extension")))
    assert "申请延长 20 日，理由：需要鉴定" in page
    assert submit(head, case, "sign_extension").status_code == 302
    assert str(clock_of(office, case, "D6").due_on) == "2026-05-23"
    shown = text(head.get(reverse("admin:case", args=[case.pk])))
    assert "2026年4月1日批准延长 20 日" in shown
    assert "延期告知书" in shown


def test_what_is_refused_keeps_what_was_typed(office, unit, case, sign_in):
    head = sign_in(unit.head)
    page = text(submit(head, case, "extend", days=31, reason="案情复杂，需要鉴定"))
    assert "延长日数应为 1 至 30 日" in page
    assert "案情复杂，需要鉴定" in page
    assert 'value="31"' in page
    page = text(submit(head, case, "extend", days="三十", reason="x"))
    assert "没有保存" in page
    assert clock_of(office, case).kind == "D5"


def test_the_second_time_and_after_the_end_are_said_in_words(office, unit, case, sign_in, clock):
    clock.move_to(handled.moment(date(2026, 5, 4)))
    head = sign_in(unit.head)
    assert "已于 2026年5月3日届满" in text(submit(head, case, "extend", days=5, reason="x"))
    clock.move_to(handled.moment(date(2026, 5, 3)))
    head = sign_in(unit.head)
    assert submit(head, case, "extend", days=5, reason="x").status_code == 302
    assert "只能延长一次（《信访工作条例》第三十四条）。已于 2026年5月3日延长 5 日，至 2026年5月8日" in text(
        submit(head, case, "extend", days=5, reason="x")
    )
    assert clock_of(office, case, "D6").extended_by == 5


def test_a_head_of_another_unit_finds_no_such_case(office, case, sign_in):
    stranger = sign_in(handled.unit(office, "D05").head)
    assert stranger.get(doing(case, "extend")).status_code == 404
    assert stranger.get(reverse("admin:clock", args=[clock_of(office, case).pk])).status_code == 404


def test_a_refused_request_and_one_taken_back(office, unit, case, sign_in):
    officer, head = sign_in(unit.officer), sign_in(unit.head)
    submit(officer, case, "ask_extension", days=20, reason="需要鉴定")
    assert "请写明不同意的理由" in text(submit(head, case, "refuse_extension", decision=" "))
    assert submit(head, case, "refuse_extension", decision="可以按期办结").status_code == 302
    submit(officer, case, "ask_extension", days=10, reason="需要鉴定")
    assert submit(officer, case, "take_back_extension").status_code == 302
    assert clock_of(office, case).extended_by == 0


def test_a_hearing_stops_the_clock_on_the_page(office, unit, case, sign_in, clock):
    head = sign_in(unit.head)
    assert submit(head, case, "pause", reason="4月2日上午在住建局听证").status_code == 302
    assert "听证中止计时" in text(head.get(reverse("admin:case", args=[case.pk])))
    clock.move_to(handled.moment(date(2026, 4, 6)))
    assert submit(sign_in(unit.head), case, "resume").status_code == 302
    assert str(clock_of(office, case).due_on) == "2026-05-08"


def test_a_clocks_page_says_how_day_by_day(office, unit, case, sign_in):
    for who in (unit.officer, office.clerk, office.chief):
        page = text(sign_in(who).get(reverse("admin:clock", args=[clock_of(office, case).pk])))
        assert "自次日起 60 日，节假日计算在内" in page
        assert "规则版本：2022-05-01/1（法规基准）" in page
        assert "第 1 日" in page
        assert "第 60 日" in page
        assert "第 61 日" not in page
    english = sign_in(office.clerk).get("/en" + reverse("admin:clock", args=[clock_of(office, case).pk]))
    assert english.status_code == 200


def test_a_clock_of_working_days_names_the_days_off(office, unit, sign_in, clock):
    case = handled.assigned(office, unit, on=date(2026, 2, 25), letter_of=date(2026, 2, 13))
    clock.move_to(handled.moment(date(2026, 2, 26)))
    with scope.county(office.county):
        first = Deadline.objects.get(case=case, kind="D1")
    page = text(sign_in(office.clerk).get(reverse("admin:clock", args=[first.pk])))
    assert "县级转送内部目标：2026-02-17" in page
    page = text(sign_in(office.clerk).get(reverse("admin:clock", args=[clock_of(office, case, "D4").pk])))
    assert "第 5 日" in page
    assert "休息日" in page


def test_the_old_clock_leads_to_the_one_that_counts(office, unit, case, sign_in):
    old = clock_of(office, case)
    submit(sign_in(unit.head), case, "extend", days=5, reason="鉴定")
    page = text(sign_in(office.clerk).get(reverse("admin:clock", args=[old.pk])))
    assert "<del>2026-05-03</del>" in page
    assert "<strong>2026-05-08</strong>" in page


def test_every_clock_of_a_case_has_its_page(office, unit, case, sign_in):
    client = sign_in(office.clerk)
    with scope.county(office.county):
        keys = list(Deadline.objects.values_list("pk", flat=True))
    assert {client.get(reverse("admin:clock", args=[pk])).status_code for pk in keys} == {200}
    assert client.get(reverse("admin:clock", args=[max(keys) + 1])).status_code == 404
    assert client.post(reverse("admin:clock", args=[keys[0]])).status_code == 405


def test_the_accused_unit_does_not_find_the_clock(office, unit, case, sign_in):
    with scope.county(office.county):
        Case.objects.filter(pk=case.pk).update(accused_department=unit.department)
    assert sign_in(unit.head).get(reverse("admin:clock", args=[clock_of(office, case).pk])).status_code == 404


def limit(**changes):
    said = {"do": "propose", "kind": "D1", "amount": "10", "unit": "days", "roll": "none", "article": "县规第一条"}
    return {**said, "is_confirmed": "on", "valid_from": "2026-05-01", "reason": "常委会决定", **changes}


def test_the_table_shows_every_clock_with_its_article_and_mark(office, sign_in):
    page = text(sign_in(office.clerk).get(reverse(LIMITS)))
    for kind in [f"D{n}" for n in range(1, 15)] + ["L6"]:
        assert f'<th scope="row">{kind}</th>' in page
    assert page.count("<strong>未核对原文</strong>") == 4
    assert "《信访工作条例》第三十四条" in page


def test_a_limit_is_proposed_by_one_and_approved_by_another_on_the_page(office, sign_in, clock):
    clerk, chief = sign_in(office.clerk), sign_in(office.chief)
    assert 'value="15"' in text(clerk.get(reverse(LIMITS), {"kind": "D1"}))
    assert clerk.post(reverse(LIMITS), limit()).status_code == 302
    assert "期限规则待审定：D1" in text(chief.get(reverse("admin:index")))
    page = text(chief.get(reverse(LIMITS)))
    assert "例如 2026-05-01 起算的，届满日由 2026-05-16 变为 2026-05-11。" in page
    with scope.county(office.county):
        row = Limit.objects.get()
    assert "须由另一位" in text(clerk.get(reverse(LIMITS)))
    assert "权限" in text(clerk.post(reverse(LIMITS), {"do": "approve", "limit": row.pk}))
    assert chief.post(reverse(LIMITS), {"do": "approve", "limit": row.pk}).status_code == 302
    assert "2026-05-01 起：10 日" in text(chief.get(reverse(LIMITS)))
    assert "已有审定结果" in text(chief.post(reverse(LIMITS), {"do": "approve", "limit": row.pk}))


def test_a_proposal_is_refused_on_the_page_and_taken_back(office, sign_in):
    clerk, chief = sign_in(office.clerk), sign_in(office.chief)
    for deed, client, more in (("refuse", chief, {"reason": "条文不符"}), ("take_back", clerk, {})):
        assert clerk.post(reverse(LIMITS), limit()).status_code == 302
        with scope.county(office.county):
            row = Limit.objects.waiting().get()
        assert client.post(reverse(LIMITS), {"do": deed, "limit": row.pk, **more}).status_code == 302
    with scope.county(office.county):
        assert Limit.objects.count() == 2
        assert not Limit.objects.filter(is_approved=True).exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "D7", "amount": "10"}, "信访人的权利"),
        ({"kind": "D99"}, "没有提出"),
        ({"amount": "x"}, "没有提出"),
        ({"amount": "99999999999999999999"}, "没有提出"),
        ({"valid_from": "2026-13-45"}, "没有提出"),
        ({"unit": "hours"}, "没有提出"),
        ({"reason": ""}, "没有提出"),
    ],
)
def test_a_bad_proposal_keeps_what_was_typed(office, sign_in, changes, words):
    response = sign_in(office.clerk).post(reverse(LIMITS), limit(**changes))
    assert response.status_code == 200
    assert words in text(response)
    assert "县规第一条" in text(response)
    with scope.county(office.county):
        assert not Limit.objects.exists()


@pytest.mark.parametrize("row", ["", "x", "-1", "99999999999999999999", "²"])
def test_a_row_that_is_none_is_not_found(office, sign_in, row):
    assert sign_in(office.chief).post(reverse(LIMITS), {"do": "approve", "limit": row}).status_code == 404


def test_who_sees_the_table_and_who_can_t_propose(office, unit, sign_in):
    assert "可以办理的角色" in text(sign_in(unit.officer).get(reverse(LIMITS)))
    assert "权限" in text(sign_in(unit.officer).post(reverse(LIMITS), limit()))
    outsider = builders.user("security", office.county, Role.SECURITY_ADMIN)
    assert sign_in(outsider).get(reverse(LIMITS)).status_code == 403


def test_another_countys_limit_is_not_found(office, sign_in):
    other = builders.bureau("linhe")
    sign_in(other.clerk).post(reverse(LIMITS), limit())
    with scope.county(other.county):
        row = Limit.objects.get()
    response = sign_in(office.chief).post(reverse(LIMITS), {"do": "approve", "limit": row.pk})
    assert response.status_code == 404


def test_what_is_due_within_three_days_is_on_the_index_in_a_word(office, unit, case, sign_in, clock):
    clock.move_to(handled.moment(date(2026, 5, 1)))
    page = text(sign_in(unit.head).get(reverse("admin:index")))
    assert "办理期限 2026-05-03：即将到期（还有 2 天）" in page
    submit(sign_in(unit.head), case, "pause", reason="听证")
    assert "办理期限 2026-05-03" not in text(sign_in(unit.head).get(reverse("admin:index")))
