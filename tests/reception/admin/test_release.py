"""A release's page for staff: every step by whose right it is, sent back with a reason, late with one; and what the planner adds."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from reception import scope
from reception.actions import planning, releases
from reception.models import Absence, Leader, Release, Sitting
from reception.roles import Role
from tests.reception import builders
from tests.reception.builders import NOW


@pytest.fixture
def bureau(db, clock):
    return builders.bureau()


def page(response):
    return response.content.decode()


def drafted(bureau, at=NOW):
    planning.plan_year(county=bureau.county, year=2026, by=bureau.clerk, at=at)
    draft = releases.draft(county=bureau.county, by=bureau.clerk, at=at)
    return draft, reverse("admin:release", args=[draft.pk])


def test_sent_back_and_submitted_again(bureau, sign_in):
    draft, url = drafted(bureau)
    clerk, chief = sign_in(bureau.clerk), sign_in(bureau.chief)
    clerk.post(url, {"do": "submit"})
    assert "请写明退回的原因" in page(chief.post(url, {"do": "send_back", "reason": " "}))
    assert chief.post(url, {"do": "send_back", "reason": "第三场地点有误"}).status_code == 302
    back = page(clerk.get(url))
    assert "第三场地点有误" in back
    assert "这一份被退回" in back
    clerk.post(url, {"do": "submit"})
    with scope.county(bureau.county):
        assert Release.objects.get(pk=draft.pk).state == "submitted"


def test_a_draft_that_was_overtaken_says_what_changed_since(bureau, sign_in):
    _draft, url = drafted(bureau)
    clerk = sign_in(bureau.clerk)
    assert "拟定之后又有的改动" not in page(clerk.get(url))
    with scope.county(bureau.county):
        Sitting.objects.filter(day__day="2026-02-24").update(capacity=27)
    shown = page(clerk.get(url)).split("拟定之后又有的改动")[1].split("</section>")[0]
    assert "2026-02-24" in shown
    assert ">27<" in shown
    assert "重新拟定" in shown


def test_a_late_release_asks_for_its_reason_and_loses_nothing_typed(bureau, sign_in):
    with time_machine.travel(datetime(2026, 1, 14, 4, tzinfo=UTC), tick=False):
        _draft, url = drafted(bureau)
        clerk, chief = sign_in(bureau.clerk), sign_in(bureau.chief)
        clerk.post(url, {"do": "submit"})
        chief.post(url, {"do": "approve"})
        shown = page(chief.get(url))
        assert "今天公布只提前 1 天" in shown
        assert 'name="late_reason"' in shown
        refused = page(chief.post(url, {"do": "publish", "late_reason": "", "late_reason_en": "Flood"}))
        assert "请填写未能提前公布的原因" in refused
        assert 'value="Flood"' in refused
        assert chief.post(url, {"do": "publish", "late_reason": "防汛", "late_reason_en": "Flood"}).status_code == 302
        assert "防汛" in page(chief.get(url))
    with scope.county(bureau.county):
        assert Release.objects.get().document["late"]["reason"] == {"zh": "防汛", "en": "Flood"}


def test_a_release_in_time_asks_for_nothing(bureau, sign_in):
    _draft, url = drafted(bureau)
    sign_in(bureau.clerk).post(url, {"do": "submit"})
    sign_in(bureau.chief).post(url, {"do": "approve"})
    assert 'name="late_reason"' not in page(sign_in(bureau.chief).get(url))


def test_whoever_drafted_sees_why_they_can_not_approve(bureau, sign_in):
    planning.plan_year(county=bureau.county, year=2026, by=bureau.clerk, at=NOW)
    draft = releases.draft(county=bureau.county, by=bureau.chief, at=NOW)
    releases.submit(release=draft, county=bureau.county, by=bureau.clerk, at=NOW)
    shown = page(sign_in(bureau.chief).get(reverse("admin:release", args=[draft.pk])))
    assert "须由另一位有审定权限的人审定" in shown
    assert '<button type="submit" name="do" value="approve" class="button default" disabled>' in shown


@pytest.mark.parametrize("role", [Role.LEADER, Role.OFFICER, Role.SYSTEM_ADMIN])
def test_who_may_not_read_the_roster_sees_no_release(bureau, sign_in, role):
    _draft, url = drafted(bureau)
    assert sign_in(builders.user("someone", bureau.county, role)).get(url).status_code == 403


def test_another_countys_release_is_not_there(bureau, sign_in):
    _draft, url = drafted(bureau)
    other = builders.bureau("linhe")
    assert sign_in(other.chief).get(url).status_code == 404
    assert sign_in(other.chief).post(url, {"do": "approve"}).status_code == 404


def test_a_step_that_does_not_exist_does_nothing(bureau, sign_in):
    _draft, url = drafted(bureau)
    assert sign_in(bureau.chief).post(url, {"do": "delete"}).status_code == 200
    with scope.county(bureau.county):
        assert Release.objects.get().state == "draft"


def test_the_planner_shows_what_a_release_would_change_and_writes_nothing(bureau, sign_in):
    builders.published(bureau)
    planner, clerk = reverse("admin:planner", args=[2026]), sign_in(bureau.clerk)
    assert "没有不同。" in page(clerk.get(planner))
    bureau.county.phone = "0000-7654321"
    bureau.county.save()
    shown = page(clerk.get(planner))
    assert "现在拟定一期，与第 1 期相比会改变" in shown
    assert "<ins>0000-7654321</ins>" in shown
    with scope.county(bureau.county):
        assert Release.objects.count() == 1


def test_the_planner_groups_conflicts_with_a_word_a_shape_and_where_to_mend(bureau, sign_in):
    builders.published(bureau)
    with scope.county(bureau.county):
        leader = Leader.objects.get(code="L1")
        said = {"kind": "meeting", "recorded_by": bureau.clerk, "recorded_at": NOW}
        Absence.objects.create(leader=leader, starts_on=date(2026, 1, 10), ends_on=date(2026, 1, 20), **said)
    shown = page(sign_in(bureau.clerk).get(reverse("admin:planner", args=[2026])))
    assert '<span class="shape shape-LeaderAway" aria-hidden="true">▲</span> 领导请假 <span class="count">1</span>' in shown
    assert f'<a href="{reverse("admin:reception_substitution_add")}">去处理</a>' in shown
    provisional = page(sign_in(bureau.clerk).get(reverse("admin:planner", args=[2027])))
    assert "年度暂定" not in provisional, "nothing is planned there yet"


def test_the_planner_shows_who_received_how_often(bureau, sign_in):
    builders.published(bureau)
    shown = page(sign_in(bureau.clerk).get(reverse("admin:planner", args=[2026])))
    assert "轮值是否均衡" in shown
    assert "党政主要领导 · 接访日 12 天 · 最大差距 0.00" in shown


def test_days_that_are_over_are_visibly_closed(bureau, sign_in):
    builders.published(bureau)
    with time_machine.travel(datetime(2026, 3, 1, tzinfo=UTC), tick=False):
        shown = page(sign_in(bureau.clerk).get(reverse("admin:planner", args=[2026])))
    assert shown.count("已过，不再改动") == 2
    assert shown.count('class="state-published closed"') == 2
