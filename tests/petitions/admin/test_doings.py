"""Every thing that can be done to a case has its page: offered where it fits, done by POST, refused on the form with what was typed."""

from datetime import timedelta

import pytest
from django.urls import reverse

from petitions.actions import handling, objections
from petitions.admin.doing import DOINGS
from petitions.models import Ground, Referral
from reception import scope
from reception.roles import Role
from tests.petitions.referring import (
    AT,
    ONE_DAY,
    accept,
    assign,
    do,
    in_handling,
    now,
    object_to,
    register,
    screened,
    task,
    transfer,
    unit,
)
from tests.reception import builders


@pytest.fixture
def office(db, clock):
    made = builders.bureau()
    clock.move_to(AT)
    return made


@pytest.fixture
def housing(office):
    return unit(office)


@pytest.fixture
def labour(office):
    return unit(office, "D05", "人力资源和社会保障局")


def text(response):
    return response.content.decode()


def page_of(browser, case):
    return text(browser.get(reverse("admin:case", args=[case.pk])))


def offered(browser, case):
    """The doings that the case's page has a working button for."""
    page = page_of(browser, case)
    return {verb for verb in DOINGS if f'href="{reverse("admin:case_do", args=[case.pk, verb])}"' in page}


def post(office, browser, case, verb, **typed):
    with scope.county(office.county):
        seen = case.steps.count()
    return browser.post(reverse("admin:case_do", args=[case.pk, verb]), {"seen": seen, **typed})


def test_what_is_offered_to_whom_on_the_way(office, housing, labour, sign_in):
    clerk, officer, head, other = (sign_in(one) for one in (office.clerk, housing.officer, housing.head, labour.officer))
    case = register(office).case
    always = {"repeat", "recuse", "add-material"}
    assert offered(clerk, case) & set(DOINGS) >= {"screen", *always}
    assert "transfer" not in offered(clerk, case)
    assert post(office, clerk, case, "screen", kind="claim", urgent="on").status_code == 302
    assert (now(office, case).kind, now(office, case).is_urgent) == ("claim", True)
    assert offered(clerk, case) >= {"guide", "not-accept", "no-longer-accept", "merge", "resolve", "transfer", "assign", *always}
    assert sign_in(housing.officer).get(reverse("admin:case", args=[case.pk])).status_code == 404
    done = post(office, clerk, case, "transfer", department=housing.department.pk, received_on="2026-01-12", reason="")
    assert done.status_code == 302, text(done)
    assert offered(officer, case) >= {"accept", "refuse", "object", "recuse", "add-material"}
    assert {"handle", "report", "transfer"} & offered(officer, case) == set()
    assert other.get(reverse("admin:case", args=[case.pk])).status_code == 404
    assert other.get(reverse("admin:case_do", args=[case.pk, "accept"])).status_code == 404
    assert post(office, officer, case, "accept", accepted_on="2026-01-12").status_code == 302
    assert offered(head, case) >= {"handle", "report"}
    assert post(office, head, case, "handle", handler=housing.officer.pk).status_code == 302
    assert now(office, case).handler == housing.officer
    assert offered(officer, case) >= {"handler", "report"}
    assert post(office, officer, case, "report", text="已到现场查看。").status_code == 302
    page = page_of(clerk, case)
    for words in ("已到现场查看。", "住房和城乡建设局", "第 1 次", "承办人 officer-d02"):
        assert words in page, words


def test_assigned_from_the_form_and_what_is_wrong_is_said_with_all_that_was_typed(office, housing, labour, sign_in):
    clerk = sign_in(office.clerk)
    case = screened(office)
    typed = {
        "received_on": "2026-01-12",
        "instruction": "",
        "instructed_by": "",
        "task0-department": housing.department.pk,
        "task0-deliverable": "查明原因",
        "task0-due_on": "2026-05-01",
        "task1-department": labour.department.pk,
        "task1-deliverable": "配合",
        "task1-due_on": "2026-02-01",
    }
    page = text(post(office, clerk, case, "assign", **typed))
    assert "法定办理期限 2026-03-13" in page
    assert "查明原因" in page
    assert 'value="2026-05-01"' in page
    page = text(post(office, clerk, case, "assign", **{**typed, "task0-due_on": ""}))
    assert "请填写办结时限" in page
    assert post(office, clerk, case, "assign", **{**typed, "task0-due_on": "2026-03-13"}).status_code == 302
    with scope.county(office.county):
        assert Referral.objects.filter(case=case).count() == 2


def test_the_accused_unit_is_not_in_the_list_and_is_refused_when_sent_all_the_same(office, housing, labour, sign_in):
    clerk = sign_in(office.clerk)
    case = screened(office, accused_department=housing.department)
    for verb in ("transfer", "assign"):
        page = text(clerk.get(reverse("admin:case_do", args=[case.pk, verb])))
        assert f'<option value="{labour.department.pk}"' in page
        assert f'<option value="{housing.department.pk}"' not in page
    answer = post(office, clerk, case, "transfer", department=housing.department.pk, received_on="2026-01-12")
    assert answer.status_code == 200
    assert now(office, case).status == "under_screening"


def test_two_tabs_the_second_is_told_and_keeps_what_was_typed(office, housing, sign_in):
    clerk = sign_in(office.clerk)
    case = screened(office)
    transfer(office, case, housing)
    answer = clerk.post(
        reverse("admin:case_do", args=[case.pk, "guide"]),
        {"seen": 2, "path": "劳动仲裁", "body": "县仲裁委", "by_when": "一年内"},
    )
    assert "有了新的办理" in text(answer)
    assert "劳动仲裁" in text(answer)
    assert now(office, case).status == "transferred"


def test_asked_and_signed_by_another(office, sign_in):
    clerk, chief = sign_in(office.clerk), sign_in(office.chief)
    case = screened(office)
    assert post(office, clerk, case, "not-accept", ground=Ground.COURT.value, reason="已有生效判决。").status_code == 302
    assert "不予受理" in text(chief.get(reverse("admin:index")))
    assert "sign-not-accept" not in offered(clerk, case)
    assert "take-back-not-accept" in offered(clerk, case)
    assert {"sign-not-accept", "decline-not-accept"} <= offered(chief, case)
    refused = post(office, chief, case, "decline-not-accept", decision="")
    assert refused.status_code == 200
    assert post(office, chief, case, "sign-not-accept", decision="同意").status_code == 302
    assert now(office, case).status == "not_accepted"
    assert "已签批" in page_of(clerk, case)


def test_objected_decided_and_a_refusal_seen_by_the_bureau(office, housing, labour, sign_in):
    clerk, officer = sign_in(office.clerk), sign_in(housing.officer)
    case = screened(office)
    transfer(office, case, housing)
    page = text(post(office, officer, case, "object", reasons="不归我们", suggests=""))
    assert "详细说明理由" in page
    done = post(office, officer, case, "object", reasons="该小区由物业公司管理，不属于我局职权。", suggests=labour.department.pk)
    assert done.status_code == 302, text(done)
    assert "提出异议" in text(clerk.get(reverse("admin:index")))
    assert offered(clerk, case) >= {"agree", "reject"}
    assert post(office, clerk, case, "reject", decision="监管物业是你局职责。").status_code == 302
    assert "监管物业是你局职责" in page_of(officer, case)
    assert post(office, officer, case, "refuse", ground=Ground.COURT.value, reason="法院已受理。").status_code == 302
    assert {"sign-refuse", "decline-refuse"} <= offered(sign_in(office.chief), case)


def test_earlier_matters_and_their_answers_are_beside_the_new_one(office, sign_in):
    clerk = sign_in(office.clerk)
    first = screened(office)
    post(office, clerk, first, "resolve", result="物业已修好。", is_signed="on")
    case = register(office, at=AT + ONE_DAY, received_on=(AT + ONE_DAY).date(), matter="三号楼楼道又漏水，反映多次。").case
    page = page_of(clerk, case)
    assert first.number in page
    assert "可能是同一件事" in page
    merge = text(clerk.get(reverse("admin:case_do", args=[case.pk, "repeat"])))
    assert first.number in merge
    assert post(office, clerk, case, "repeat", of=first.pk).status_code == 302
    assert now(office, case).repeats == first
    assert f"与 {first.number} 重复" in page_of(clerk, case)


def test_the_units_desk_by_stage_and_colour(office, housing, labour, sign_in, clock):
    officer = sign_in(housing.officer)
    address = reverse("admin:unit_cases")
    assert "现在没有" in text(officer.get(address))
    first, second, third, fourth = (screened(office, n) for n in range(1, 5))
    transfer(office, first, housing)
    in_handling(office, second, housing)
    assign(office, third, task(labour), task(housing, lead=False))
    transfer(office, fourth, housing)
    object_to(office, fourth, housing)
    page = text(officer.get(address))
    for words in ("待受理", "办理中", "待接收的协办任务", "异议待决定", "临期，还有 7 天", "正常，还有 60 天", first.number):
        assert words in page, words
    assert "居民1" not in page
    assert "本单位待受理：1 件" in text(officer.get(reverse("admin:index")))
    clock.move_to(AT + timedelta(days=9))
    assert "已超期 2 天" in text(sign_in(housing.officer).get(address))
    assert third.number in text(sign_in(labour.officer).get(address))
    assert first.number not in text(sign_in(labour.officer).get(address))


def test_a_unit_that_is_accused_meanwhile_sees_nothing_of_it(office, housing, sign_in):
    case = screened(office)
    transfer(office, case, housing)
    with scope.county(office.county):
        case = now(office, case)
        case.accused_department = housing.department
        case.save(update_fields=["accused_department"])
    officer = sign_in(housing.officer)
    assert case.number not in text(officer.get(reverse("admin:unit_cases")))
    assert officer.get(reverse("admin:case", args=[case.pk])).status_code == 404


@pytest.mark.parametrize("role", [Role.CLERK, Role.CHIEF, Role.AUDITOR, Role.REVIEWER])
def test_the_units_desk_is_the_units(office, sign_in, role):
    assert sign_in(builders.user("someone", office.county, role)).get(reverse("admin:unit_cases")).status_code == 403


@pytest.mark.parametrize("verb", sorted(DOINGS))
def test_every_form_opens_and_an_empty_post_is_no_error_of_the_server(office, housing, sign_in, verb):
    case = screened(office)
    transfer(office, case, housing)
    object_to(office, case, housing)
    do(office, objections.reject, case, decision="属于你局职责。")
    accept(office, case, housing)
    do(office, handling.handle, case, by=housing.officer, handler=housing.officer)
    for person in (office.clerk, office.chief, housing.officer, housing.head):
        browser = sign_in(person)
        for answer in (browser.get(reverse("admin:case_do", args=[case.pk, verb])), post(office, browser, case, verb)):
            assert answer.status_code in (200, 302), (person, answer.status_code)


def test_an_unknown_verb_and_another_countys_case_are_not_there(office, sign_in):
    case = screened(office)
    other = builders.bureau("linhe")
    assert sign_in(office.clerk).get(f"/admin/cases/{case.pk}/nothing/").status_code == 404
    assert sign_in(other.clerk).get(reverse("admin:case_do", args=[case.pk, "guide"])).status_code == 404
