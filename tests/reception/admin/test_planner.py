"""From a plan to a published roster in the staff's site, each by whose right it is; and tables that lose nothing typed."""

from datetime import date

import pytest
from django.urls import reverse

from reception import scope
from reception.models import Absence, Entry, Leader, ReceptionDay, Release, RoleGrant, Sitting, Tenure, User
from reception.roles import Role
from tests.reception import builders


@pytest.fixture
def bureau(db, clock):
    return builders.bureau()


def page(response):
    return response.content.decode()


def test_plan_draft_approve_publish(bureau, sign_in):
    clerk, chief = sign_in(bureau.clerk), sign_in(bureau.chief)
    planner = reverse("admin:planner", args=[2026])
    assert "改动 36 处" in page(clerk.post(planner, {"do": "plan"}, follow=True))
    assert "排在最前，轮到。" in page(clerk.get(planner))
    drafted = clerk.post(planner, {"do": "draft", "note": "公布全年安排"})
    release = drafted["Location"]
    assert "没有办理此事的权限" in page(clerk.post(release, {"do": "approve"}))
    assert "还没有送审" in page(chief.post(release, {"do": "approve"}))
    clerk.post(release, {"do": "submit"})
    assert page(clerk.get(release)).count("可以办理的角色：信访局局长、联席会议办公室。") == 2
    chief.post(release, {"do": "approve"})
    chief.post(release, {"do": "publish"})
    with scope.county(bureau.county):
        (published,) = Release.objects.all()
    assert (published.state, published.number, published.note) == ("published", 1, "公布全年安排")
    assert published.hash in page(chief.get(release))
    assert "没有变化" in page(clerk.post(planner, {"do": "draft", "note": "又一期"}))


def test_a_refused_draft_keeps_the_words_typed(bureau, sign_in):
    clerk = sign_in(bureau.clerk)
    answer = page(clerk.post(reverse("admin:planner", args=[2026]), {"do": "draft", "note": "说明" * 200}))
    assert "说明" * 200 in answer
    assert "300" in answer
    with scope.county(bureau.county):
        assert not Release.objects.exists()


def test_the_index_says_what_is_next(bureau, sign_in):
    assert "还没有排出下一个接访日" in page(sign_in(bureau.clerk).get("/admin/"))
    builders.published(bureau)
    index = page(sign_in(bureau.clerk).get("/admin/"))
    assert "下一个接访日：2026-01-15" in index
    assert "节假日与调休（2026 年）" in index
    assert "尚未确认" not in index, "the next year's notice is asked for from October"


def test_an_absence_is_recorded_with_its_last_day_included(bureau, sign_in):
    with scope.county(bureau.county):
        leader = Leader.objects.get(code="L3")
    typed = {"leader": leader.pk, "starts_on": "2026-03-10", "ends_on": "2026-03-20", "kind": "leave", "note": "探亲"}
    assert sign_in(bureau.clerk).post(reverse("admin:reception_absence_add"), typed).status_code == 302
    with scope.county(bureau.county):
        absence, entry = Absence.objects.get(), Entry.objects.get()
    assert (absence.starts_on, absence.ends_on, absence.recorded_by_id) == (date(2026, 3, 10), date(2026, 3, 21), bureau.clerk.pk)
    assert (entry.act, entry.facts["note"]) == ("absence.add", "…")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"starts_on": "2026-03-20", "ends_on": "2026-03-10"}, "最后一天不能早于第一天"),
        ({"starts_on": "2026-03-01", "ends_on": "2026-03-31"}, "已有请假记录"),
        ({"starts_on": "三月", "ends_on": "2026-03-31"}, "日期不对，请写成 2027-03-20 这样"),
    ],
)
def test_a_wrong_absence_says_why_and_loses_nothing(bureau, sign_in, typed, words):
    with scope.county(bureau.county):
        leader = Leader.objects.get(code="L3")
        Absence.objects.create(
            leader=leader,
            starts_on=date(2026, 3, 5),
            ends_on=date(2026, 3, 8),
            kind="leave",
            recorded_by=bureau.clerk,
            recorded_at=builders.NOW,
        )
    answer = page(
        sign_in(bureau.clerk).post(
            reverse("admin:reception_absence_add"), {"leader": leader.pk, "kind": "leave", "note": "探亲访友", **typed}
        )
    )
    assert words in answer
    assert "探亲访友" in answer
    with scope.county(bureau.county):
        assert Absence.objects.count() == 1


def test_an_absence_over_a_published_sitting_warns(bureau, sign_in):
    builders.published(bureau)
    with scope.county(bureau.county):
        leader = Leader.objects.get(code="L1")
    typed = {"leader": leader.pk, "starts_on": "2026-01-10", "ends_on": "2026-01-20", "kind": "meeting", "note": ""}
    answer = page(sign_in(bureau.clerk).post(reverse("admin:reception_absence_add"), typed, follow=True))
    assert "2026-01-15 已公布由这位领导接访" in answer


def test_two_holders_of_a_post_at_once_are_refused_in_words(bureau, sign_in):
    with scope.county(bureau.county):
        tenure, other = Tenure.objects.get(post__code="P1"), Leader.objects.get(code="L2")
    typed = {
        "post": tenure.post_id,
        "leader": other.pk,
        "starts_on": "2026-01-01",
        "ends_on": "",
        "portfolio": "",
        "portfolio_en": "",
    }
    assert "已有任职者" in page(sign_in(bureau.clerk).post(reverse("admin:reception_tenure_add"), typed))


def test_an_extra_day_is_added_with_its_sitting_and_published(bureau, sign_in):
    clerk = sign_in(bureau.clerk)
    with scope.county(bureau.county):
        leader = Leader.objects.get(code="L4")
        tenure = leader.tenures.get()
        place = tenure.post._meta.apps.get_model("reception", "Place").objects.get()
    management = {
        "sittings-TOTAL_FORMS": 1,
        "sittings-INITIAL_FORMS": 0,
        "sittings-MIN_NUM_FORMS": 0,
        "sittings-MAX_NUM_FORMS": 1000,
    }
    sitting = {
        "post": tenure.post_id,
        "leader": leader.pk,
        "portfolio": "",
        "portfolio_en": "",
        "place": place.pk,
        "starts": "09:00",
        "ends": "11:00",
        "capacity": 5,
    }
    typed = {
        "day": "2026-02-05",
        "title": "下访",
        "title_en": "",
        **management,
        **{f"sittings-0-{key}": value for key, value in sitting.items()},
    }
    response = clerk.post(reverse("admin:reception_receptionday_add"), typed)
    assert response.status_code == 302, page(response)
    with scope.county(bureau.county):
        day, found = ReceptionDay.objects.get(), Sitting.objects.get()
    assert (str(day.day), day.kind, str(day.month), found.leader_id, found.rotation_id) == (
        "2026-02-05",
        "extra",
        "2026-02-01",
        leader.pk,
        None,
    )
    again = clerk.post(reverse("admin:reception_receptionday_add"), typed)
    assert "已是接访日" in page(again) or "已存在" in page(again)


def test_a_published_day_is_only_looked_at(bureau, sign_in):
    builders.published(bureau)
    with scope.county(bureau.county):
        day = ReceptionDay.objects.order_by("day").first()
    response = sign_in(bureau.clerk).get(reverse("admin:reception_receptionday_change", args=[day.pk]))
    assert (response.status_code, b'name="_save"' in response.content) == (200, False)


def test_an_account_is_made_with_a_role_and_the_three_powers_stay_apart(bureau, sign_in):
    security = sign_in(builders.user("security", bureau.county, Role.SECURITY_ADMIN))
    management = {"grants-TOTAL_FORMS": 2, "grants-INITIAL_FORMS": 0, "grants-MIN_NUM_FORMS": 0, "grants-MAX_NUM_FORMS": 1000}
    grants = {}
    for number, role in enumerate(["auditor", "system_admin"]):
        grants |= {
            f"grants-{number}-role": role,
            f"grants-{number}-starts_on": "2026-01-01",
            f"grants-{number}-ends_on": "",
            f"grants-{number}-department": "",
            f"grants-{number}-leader": "",
        }
    typed = {
        "username": "new",
        "name": "新人",
        "email": "",
        "is_active": "on",
        **management,
    }
    refused = security.post(reverse("admin:reception_user_add"), {**typed, **grants})
    assert "三者不能由一人兼任" in page(refused)
    with scope.county(bureau.county):
        assert not User.objects.filter(username="new").exists()
    made = security.post(reverse("admin:reception_user_add"), {**typed, **grants, "grants-TOTAL_FORMS": 1})
    assert made.status_code == 302, page(made)
    with scope.county(bureau.county):
        assert [grant.role for grant in RoleGrant.objects.filter(user__username="new")] == ["auditor"]
        assert "password" not in str([entry.facts for entry in Entry.objects.all()])
        person = User.objects.get(username="new")
    assert (made["Location"], person.has_usable_password()) == (reverse("admin:account", args=[person.pk]), False)
    assert "账号已建立，还没有密码" in page(security.get(made["Location"]))


def test_the_history_of_a_row_is_the_journals(bureau, sign_in):
    clerk = sign_in(bureau.clerk)
    with scope.county(bureau.county):
        leader = Leader.objects.get(code="L1")
    clerk.post(reverse("admin:reception_leader_change", args=[leader.pk]), {"code": "L1", "name": "县委书记改", "name_en": ""})
    assert "leader.change" in page(clerk.get(reverse("admin:reception_leader_history", args=[leader.pk])))


def test_the_staffs_site_changes_passwords_where_everyone_does(bureau, sign_in):
    assert sign_in(bureau.clerk).get(reverse("admin:password_change"))["Location"] == "/accounts/password/change/"
