"""A substitution in the staff's site, from the absence that opens it to the draft that will publish it."""

import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from reception import scope
from reception.actions import releases
from reception.models import Absence, County, Leader, ReceptionDay, Release, Sitting, Substitution
from reception.roles import Role
from tests.reception import builders


def page(response):
    return response.content.decode()


@pytest.fixture
def opened(office, sign_in):
    """An absence over the published sitting of 15 January, and the substitution it opened."""
    with scope.county(office.county):
        leader = Leader.objects.get(code="L1")
    typed = {"leader": leader.pk, "starts_on": "2026-01-10", "ends_on": "2026-01-20", "kind": "meeting", "note": ""}
    answer = sign_in(office.clerk).post(reverse("admin:reception_absence_add"), typed, follow=True)
    assert "2026-01-15 已公布由这位领导接访，已为该场次发起替代。" in page(answer)
    with scope.county(office.county):
        return Substitution.objects.select_related("sitting__day").get()


def test_from_the_absence_to_the_draft(office, opened, sign_in):
    clerk, party = sign_in(office.clerk), sign_in(builders.user("party", office.county, Role.PARTY_OFFICE))
    address = reverse("admin:substitution", args=[opened.pk])
    assert "替代待办" in page(clerk.get("/admin/"))
    shown = page(clerk.get(address))
    choices = re.findall(r'name="tenure" value="(\d+)"', shown)
    assert len(choices) == 4
    lost = page(clerk.post(address, {"do": "propose", "tenure": choices[1], "coordinators": ""}))
    assert f'value="{choices[1]}" checked' in lost
    clerk.post(address, {"do": "propose", "tenure": choices[0], "coordinators": "信访局接访科科长"})
    assert "可以办理的角色：县委办、联席会议办公室。" in page(clerk.get(address))
    assert "没有办理此事的权限" in page(clerk.post(address, {"do": "endorse"}))
    party.post(address, {"do": "endorse"})
    clerk.post(address, {"do": "accept"})
    settled = clerk.post(address, {"do": "settle"})
    with scope.county(office.county):
        draft = Release.objects.open().get()
        opened.refresh_from_db()
    assert settled["Location"] == reverse("admin:release", args=[draft.pk])
    assert (opened.state, draft.note) == ("in_force", f"2026-01-15 调整为{opened_leader(office, opened)}接访。")
    shown = page(clerk.get(address))
    assert "<strong>会商同意</strong> party" in shown, "deeds and people in words"
    assert "substitution." not in shown.split('class="history"')[1].split("</ol>")[0]
    assert "不能再这样处理" in page(clerk.post(address, {"do": "accept"}))


def test_the_days_page_list_and_chooser_name_who_really_receives(office, opened, sign_in):
    address, clerk = to(office, opened, sign_in, 3)
    clerk.post(address, {"do": "settle"})
    instead = opened_leader(office, opened)
    with scope.county(office.county):
        day = Sitting.objects.get(pk=opened.sitting_id).day_id
    head = page(clerk.get(reverse("admin:day", args=[day])))
    assert f"<h2>{instead} " in head
    assert "原定 县委书记甲" in head
    listed = page(clerk.get(reverse("admin:reception_receptionday_changelist")))
    assert f"{instead}（原定县委书记甲）" in listed
    days = re.findall(r"field-day[^>]*><a [^>]*>([^<]+)<", listed)
    assert days[0].startswith("2026年12月"), "the newest first"
    assert f"{instead}（原定县委书记甲）" in page(clerk.get(reverse("admin:reception_substitution_add")))


def test_the_site_one_goes_to_is_in_the_pages_language(office, sign_in):
    clerk = sign_in(office.clerk)
    assert '<a href="/en/">' in page(clerk.get("/en/admin/"))
    assert '<a href="/">' in page(clerk.get("/admin/"))


def test_a_day_that_was_held_today_is_not_the_next_one(office, sign_in, clock):
    clock.move_to(datetime(2026, 1, 15, 8, 0, tzinfo=UTC))
    with scope.county(office.county):
        ReceptionDay.objects.filter(day="2026-01-15").update(state="held")
    assert "下一个接访日：2026-02-24" in page(sign_in(office.clerk).get("/admin/"))


def opened_leader(office, row):
    with scope.county(office.county):
        return Substitution.objects.select_related("leader").get(pk=row.pk).leader.name


def test_it_can_be_asked_for_by_hand_and_only_once(office, sign_in):
    clerk = sign_in(office.clerk)
    form = page(clerk.get(reverse("admin:reception_substitution_add")))
    choices = re.findall(r'<option value="(\d+)">', form.split('name="sitting"')[1].split("</select>")[0])
    assert len(choices) == 24
    typed = {"sitting": choices[0], "reason": "business_trip"}
    made = clerk.post(reverse("admin:reception_substitution_add"), typed)
    assert made.status_code == 302
    assert "已在办理中" in page(clerk.post(reverse("admin:reception_substitution_add"), typed))


def test_the_other_county_and_the_unknown_step_are_refused(office, opened, sign_in):
    other = builders.bureau("linhe")
    address = reverse("admin:substitution", args=[opened.pk])
    assert sign_in(other.chief).get(address).status_code == 404
    assert sign_in(builders.user("leader", office.county, Role.LEADER)).get(address).status_code == 403
    assert "没有这个操作" in page(sign_in(office.clerk).post(address, {"do": "burn"}))


def row(office, pk):
    with scope.county(office.county):
        return Substitution.objects.get(pk=pk)


def to(office, opened, sign_in, step):
    """Bring the opened substitution up to a step, by its page."""
    address = reverse("admin:substitution", args=[opened.pk])
    clerk, joint = sign_in(office.clerk), sign_in(builders.user("joint", office.county, Role.JOINT_OFFICE))
    tenure = re.findall(r'name="tenure" value="(\d+)"', page(clerk.get(address)))[0]
    steps = [
        (clerk, {"do": "propose", "tenure": tenure, "coordinators": "某科"}),
        (joint, {"do": "endorse"}),
        (clerk, {"do": "accept"}),
    ]
    for client, said in steps[:step]:
        client.post(address, said)
    return address, clerk


def test_a_refusal_half_way_leaves_the_state_as_it_was(office, opened, sign_in):
    """The page shows the refusal within its own transaction; what the action had changed before must not stay."""
    address, clerk = to(office, opened, sign_in, 3)
    with scope.county(office.county):
        County.objects.filter(pk=office.county.pk).update(phone="0000-7654321")
        office.county.refresh_from_db()
    releases.draft(county=office.county, by=office.clerk, at=builders.NOW)
    assert "还没有公布" in page(clerk.post(address, {"do": "settle"}))
    assert row(office, opened.pk).state == "accepted"


def test_a_decision_of_a_day_that_is_refused_half_way_leaves_the_day(office, sign_in):
    with scope.county(office.county):
        day = Sitting.objects.select_related("day").get(day__day="2026-02-24", rotation__code="R2").day
        County.objects.filter(pk=office.county.pk).update(phone="0000-7654321")
        office.county.refresh_from_db()
    releases.draft(county=office.county, by=office.clerk, at=builders.NOW)
    said = {"do": "cancel", "to": "", "reason": "停电", "reason_en": ""}
    assert "还没有公布" in page(sign_in(office.chief).post(reverse("admin:decide", args=[day.pk]), said))
    with scope.county(office.county):
        day.refresh_from_db()
        assert day.state == "published"


@pytest.mark.parametrize("typed", ["", "   "])
def test_a_reason_left_empty_is_a_sentence(office, opened, sign_in, typed):
    address, clerk = to(office, opened, sign_in, 0)
    assert "请写明原因。" in page(clerk.post(address, {"do": "withdraw", "reason": typed}))
    assert row(office, opened.pk).state == "requested"
    clerk.post(address, {"do": "withdraw", "reason": "会议取消"})
    shown = page(clerk.get(address))
    assert row(office, opened.pk).state == "withdrawn"
    assert "会议取消" in shown
    assert "<button" not in shown.split('id="content"')[1].split("</section>")[0], "nothing is left to do"


def test_withdrawn_while_the_leader_is_away_the_page_goes_on_to_the_new_request_and_says_why(office, opened, sign_in):
    address, clerk = to(office, opened, sign_in, 0)
    answer = clerk.post(address, {"do": "withdraw", "reason": "另选"}, follow=True)
    assert answer.redirect_chain[-1][0] != address
    assert "当日仍登记请假，已为该场次重新发起替代" in page(answer)
    assert row(office, opened.pk).state == "withdrawn"


def test_what_was_typed_for_a_refused_step_is_kept(office, opened, sign_in):
    address, _clerk = to(office, opened, sign_in, 1)
    wrong = sign_in(builders.user("government", office.county, Role.GOVERNMENT_OFFICE))
    shown = page(wrong.post(address, {"do": "object", "reason": "我办不同意"}))
    assert "没有办理此事的权限" in shown
    assert 'value="我办不同意"' in shown
    assert row(office, opened.pk).state == "proposed"


def test_a_proposal_from_an_old_tab_is_refused_in_words_and_what_was_typed_is_shown(office, opened, sign_in):
    address, clerk = to(office, opened, sign_in, 0)
    old = page(clerk.get(address))
    seen = re.search(r'name="seen" value="([^"]+)"', old).group(1)
    tenures = re.findall(r'name="tenure" value="(\d+)"', old)
    said = {"do": "propose", "seen": seen, "tenure": tenures[1], "coordinators": "信访局综合科科长"}
    clerk.post(address, said | {"tenure": tenures[0], "coordinators": "某科"})
    shown = page(clerk.post(address, said))
    assert "已有新的进展，现在是“拟替”" in shown
    assert 'value="信访局综合科科长"' in shown
    party = sign_in(builders.user("party", office.county, Role.PARTY_OFFICE))
    party.post(address, {"do": "endorse"})
    shown = page(clerk.post(address, said))
    assert "已有新的进展，现在是“会商同意”" in shown
    assert "<q>信访局综合科科长</q>" in shown
    assert "现在是“会商同意”，不能再这样处理" in page(clerk.post(address, {"do": "propose", "coordinators": ""}))
    assert row(office, opened.pk).coordinators == "某科"


def test_a_decline_from_an_old_tab_is_refused_and_who_declined_stands_last(office, opened, sign_in):
    address, clerk = to(office, opened, sign_in, 2)
    seen = re.search(r'name="seen" value="([^"]+)"', page(clerk.get(address))).group(1)
    clerk.post(address, {"do": "accept", "seen": seen})
    stale = page(clerk.post(address, {"do": "decline", "seen": seen}))
    assert "已有新的进展，现在是“已确认”" in stale
    assert row(office, opened.pk).state == "accepted"
    again = clerk.post(address, {"do": "decline"}, follow=True)
    rows = re.findall(r'name="tenure" value="\d+".*?</tr>', page(again), re.DOTALL)
    assert ["此前已谢绝这一场" in one for one in rows] == [False, False, False, True]


def test_a_swap_by_its_page_shows_both_days_on_both_pages(office, opened, sign_in):
    address, clerk = to(office, opened, sign_in, 0)
    shown = page(clerk.get(address))
    others = re.findall(r'name="other" value="(\d+)"', shown)
    assert len(others) == 3
    lost = page(clerk.post(address, {"do": "propose_swap", "other": others[1], "coordinators": ""}))
    assert f'name="other" value="{others[1]}" checked' in lost
    told = {"do": "propose_swap", "other": others[0], "coordinators": "某科", "coordinating": [office.chief.pk]}
    clerk.post(address, told)
    with scope.county(office.county):
        other = Substitution.objects.get(pair=opened)
        assert list(other.coordinating.all()) == [office.chief]
    for one in (opened, other):
        shown = page(clerk.get(reverse("admin:substitution", args=[one.pk])))
        assert "2026-01-15" in shown
        assert "2026-02-24" in shown
        assert "对调后" in shown


def test_when_nobody_can_the_page_leads_to_the_decision(office, opened, sign_in):
    with scope.county(office.county):
        for leader in Leader.objects.exclude(code="L1"):
            Absence.objects.create(
                leader=leader,
                starts_on="2026-01-15",
                ends_on="2026-01-16",
                kind="training",
                recorded_by=office.clerk,
                recorded_at=builders.NOW,
            )
        day = opened.sitting.day_id
    shown = page(sign_in(office.clerk).get(reverse("admin:substitution", args=[opened.pk])))
    assert "没有人能出席，也没有可以对调的日期" in shown
    assert reverse("admin:decide", args=[day]) in shown


def test_a_late_one_is_marked_on_the_list_and_on_its_page(office, opened, sign_in):
    with scope.county(office.county):
        Substitution.objects.update(escalated_at=builders.NOW)
    clerk = sign_in(office.clerk)
    assert "已提请联席会议办公室协调" in page(clerk.get("/admin/"))
    assert "已提请联席会议办公室协调" in page(clerk.get(reverse("admin:substitution", args=[opened.pk])))


def test_the_emergency_on_the_day(office, opened, sign_in, clock):
    chief, clerk = sign_in(office.chief), sign_in(office.clerk)
    with scope.county(office.county):
        sitting = opened.sitting
    address = reverse("admin:emergency", args=[sitting.pk])
    assert "只用于当天" in page(chief.get(address))
    clock.move_to(datetime(2026, 1, 14, 23, 0, tzinfo=UTC))
    chief, clerk = sign_in(office.chief), sign_in(office.clerk)
    assert address in page(chief.get("/admin/"))
    assert address in page(clerk.get(reverse("admin:substitution", args=[opened.pk])))
    choices = re.findall(r'name="tenure" value="(\d+)"', page(chief.get(address)))
    said = {"tenure": choices[1], "reason": "illness", "coordinators": ""}
    assert f'value="{choices[1]}" checked' in page(chief.post(address, said))
    said["coordinators"] = "值班室"
    assert "没有办理此事的权限" in page(clerk.post(address, said))
    made = chief.post(address, said)
    with scope.county(office.county):
        draft = Release.objects.open().get()
        row = Substitution.objects.get(state="in_force")
    assert made["Location"] == reverse("admin:release", args=[draft.pk])
    clerk.post(made["Location"], {"do": "submit"})
    chief.post(made["Location"], {"do": "approve"})
    chief.post(made["Location"], {"do": "publish"})
    own = reverse("admin:substitution", args=[row.pk])
    assert "应急替代，待补会商同意" in page(clerk.get("/admin/"))
    assert "应急替代，待补会商同意" in page(clerk.get(own))
    party = sign_in(builders.user("party", office.county, Role.PARTY_OFFICE))
    party.post(own, {"do": "endorse_later"})
    assert "待补会商同意" not in page(clerk.get("/admin/"))
    assert "应急调整" in page(clerk.get("/chenghe/days/2026-01-15/"))
