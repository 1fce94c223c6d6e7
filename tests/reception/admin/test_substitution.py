"""A substitution in the staff's site, from the absence that opens it to the draft that will publish it."""

import re

import pytest
from django.urls import reverse

from reception import scope
from reception.models import Leader, Release, Substitution
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
        return Substitution.objects.get()


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
