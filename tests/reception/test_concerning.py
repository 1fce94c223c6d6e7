"""The letter about a release: each person reads what it changes for them."""

import pytest
from django.utils import translation

from reception import concerning, mail, scope
from reception.actions import days, messages, planning, releases
from reception.models import Leader, Message, ReceptionDay, RoleGrant, Sitting
from reception.roles import Role
from tests.reception import builders
from tests.reception.builders import NOW


@pytest.fixture
def people(office):
    """A leader who signs in, their secretary, and an office."""
    leader = builders.user("leader", office.county, Role.LEADER)
    secretary = builders.user("secretary", office.county)
    with scope.county(office.county):
        Leader.objects.filter(code="L1").update(user=leader)
        RoleGrant.objects.create(user=secretary, role="secretary", leader=Leader.objects.get(code="L1"), starts_on="2020-01-01")
    return {"leader": leader, "secretary": secretary, "office": builders.user("office", office.county, Role.PARTY_OFFICE)}


def cancelled(office, on):
    other = builders.user("other-chief", office.county, Role.CHIEF)
    with scope.county(office.county):
        said = {"reason": "停电", "reason_en": "power cut", "county": office.county, "by": office.chief, "at": NOW}
        draft = days.cancel(day=ReceptionDay.objects.get(day=on), **said)
    releases.submit(release=draft, county=office.county, by=office.clerk, at=NOW)
    releases.approve(release=draft, county=office.county, by=other, at=NOW)
    return releases.publish(release=draft, county=office.county, by=other, at=NOW)


def read(office, number, person):
    with scope.county(office.county):
        return concerning.sentences(number, person, on=NOW.date())


def test_a_leader_and_their_secretary_read_of_the_leaders_own_days_alone(office, people):
    with scope.county(office.county):
        own = [s.day.day for s in Sitting.objects.filter(leader__code="L1").select_related("day").order_by("day__day")]
        others = [s.day.day for s in Sitting.objects.filter(leader__code="L2").select_related("day").order_by("day__day")]
    cancelled(office, own[1])
    for name in ("leader", "secretary"):
        (told,) = read(office, 2, people[name])
        assert "接访取消" in told
        assert "停电" in told
    assert len(read(office, 2, people["office"])) == 1
    with scope.county(office.county):
        ReceptionDay.objects.get(day=others[1])
        draft = Sitting.objects.filter(day__day=others[1], rotation__code="R1")
        draft.update(capacity=1)
    builders.published(office)
    assert read(office, 3, people["leader"]) == []
    assert "可预约批次调整" in read(office, 3, people["office"])[0]


def test_a_year_published_first_tells_a_leader_their_own_days(office, people):
    told = read(office, 1, people["leader"])
    assert len(told) == 6
    assert told[0] == "2026年1月15日（星期四） 08:30–11:30，人民来访接待中心 人民路1号，由县委书记甲（县委书记）接访。"
    assert read(office, 1, people["office"]) == []


def test_the_letter_says_it_in_both_languages(office, people):
    cancelled(office, "2026-01-15")
    with scope.county(office.county):
        message = Message.objects.get(kind="release_published", recipient=people["office"])
    with translation.override("en"):
        body = mail.write(message, office.county).body
    assert "- 2026年1月15日（星期四）：接访取消。原定：2026年1月15日（星期四）。调整为：取消。原因：停电。" in body
    assert "- 15 January 2026 (Thursday): Reception cancelled." in body
    assert "Reason: power cut." in body
    assert "/releases/2/" in body


def test_the_letter_of_a_step_says_the_reason_as_it_was_typed(office):
    planning.plan_year(county=office.county, year=2027, by=office.clerk, at=NOW)
    draft = releases.draft(county=office.county, by=office.clerk, at=NOW)
    with scope.county(office.county):
        facts = {"draft": draft.pk, "step": "sent_back", "reason": "地点 <A> & 时间有误"}
        messages.queue(kind="release_step", cause=f"draft {draft.pk}", to=office.clerk, due_at=NOW, facts=facts)
        message = Message.objects.get(kind="release_step", facts__draft=draft.pk)
    letter = mail.write(message, office.county)
    assert "原因：地点 <A> & 时间有误" in letter.body
    assert f"/admin/roster/release/{draft.pk}/" in letter.body
    assert letter.subject == "澄河县接访安排被退回 / A roster release was sent back"
