"""The same day: the chief alone, at once, publicly so, and the office's word afterwards."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from reception import mail, scope
from reception.actions import emergency, journal, releases, substitutions
from reception.errors import Forbidden, MovedOn, Refused
from reception.models import County, Message, Release, Substitution, SubstitutionState
from reception.roles import Role
from reception.templatetags.words import day_in
from tests.reception import builders
from tests.reception.actions.test_substitutions import DAY, do, people, propose, sitting, state

# 8:00 on the day; the sittings are from 8:30 to 11:30.
MORNING = datetime(2026, 2, 24, 0, 0, tzinfo=UTC)


@pytest.fixture
def office(standing):
    return standing


def act(office, at=MORNING, by=None, number=0, **more):
    with scope.county(office.county):
        tenure = substitutions.ranked(sitting(office))[number][1]
        said = {"post": tenure.post, "leader": tenure.leader, "coordinators": "信访局值班室", "reason": "illness"} | more
        return emergency.emergency(sitting=sitting(office), county=office.county, by=by or office.chief, at=at, **said)


def later(verb, office, by, at=MORNING, **more):
    with scope.county(office.county):
        row = Substitution.objects.get(state="in_force")
        return getattr(emergency, verb)(substitution=row, county=office.county, by=by, at=at, **more)


def test_the_chief_alone_puts_it_in_force_and_publishes_it_as_an_emergency(office, client):
    draft = act(office)
    releases.submit(release=draft, county=office.county, by=office.clerk, at=MORNING)
    releases.approve(release=draft, county=office.county, by=office.chief, at=MORNING)
    releases.publish(release=draft, county=office.county, by=office.chief, at=MORNING)
    told = next(day for day in draft.document["days"] if day["day"] == DAY)["sittings"][1]
    assert (told["substitutes"]["emergency"], told["substitutes"]["leader"]["name"]["zh"]) == (True, "副县长丁")
    page = client.get(f"/chenghe/days/{DAY}/").content.decode()
    assert "应急调整" in page
    assert "当日应急决定" in page
    assert "应急调整，由信访部门负责人当日决定。" in client.get("/chenghe/roster.ics").content.decode().replace("\r\n ", "")
    with translation.override("zh-hans"):
        assert "Emergency change" in client.get(f"/en/chenghe/days/{DAY}/").content.decode()
    with scope.county(office.county):
        assert list(journal.faults()) == []
        assert Substitution.objects.get().is_unendorsed


def test_alone_only_in_what_says_nothing_else(office):
    with scope.county(office.county):
        County.objects.filter(pk=office.county.pk).update(phone="0000-7654321")
        office.county.refresh_from_db()
    draft = act(office)
    releases.submit(release=draft, county=office.county, by=office.clerk, at=MORNING)
    with pytest.raises(Forbidden, match="不能审定自己办理"):
        releases.approve(release=draft, county=office.county, by=office.chief, at=MORNING)


def test_an_emergency_of_another_day_is_not_approved_alone(office):
    draft = act(office)
    releases.submit(release=draft, county=office.county, by=office.clerk, at=MORNING)
    with pytest.raises(Forbidden, match="不能审定自己办理"):
        releases.approve(release=draft, county=office.county, by=office.chief, at=MORNING + timedelta(days=1))


@pytest.mark.parametrize(
    ("more", "error", "words"),
    [
        ({"at": MORNING - timedelta(hours=8, minutes=1)}, Refused, "只用于当天"),
        ({"at": MORNING + timedelta(hours=3, minutes=30)}, MovedOn, "已经结束"),
        ({"at": MORNING + timedelta(days=1)}, MovedOn, "已经结束"),
        ({"coordinators": " "}, Refused, "协调人员"),
        ({"reason": ""}, Refused, "请选择原因"),
    ],
)
def test_what_it_is_not_for(office, more, error, words):
    with pytest.raises(error, match=words):
        act(office, **more)
    with scope.county(office.county):
        assert not Substitution.objects.exists()
        assert not Release.objects.open().exists()


def test_it_is_possible_to_the_last_minute_of_the_sitting(office):
    assert act(office, at=MORNING + timedelta(hours=3, minutes=29)).state == "draft"


def test_nobody_who_is_away_or_sits_already(office):
    busy = sitting(office, "R1")
    with pytest.raises(Refused, match="不能出席"):
        act(office, post=busy.post, leader=busy.leader)


def test_it_takes_the_place_of_what_was_under_way_and_of_a_draft(office):
    row = do("request", office, sitting=sitting(office), reason="meeting")
    propose(office, row)
    with scope.county(office.county):
        County.objects.filter(pk=office.county.pk).update(phone="0000-7654321")
        office.county.refresh_from_db()
    stale = releases.draft(county=office.county, by=office.clerk, at=MORNING)
    draft = act(office)
    assert state(office, row) == "superseded"
    with scope.county(office.county):
        stale.refresh_from_db()
        assert (stale.state, Release.objects.open().get()) == ("discarded", draft)


def test_an_emergency_over_an_emergency(office):
    act(office)
    act(office)
    with scope.county(office.county):
        rows = list(Substitution.objects.order_by("pk").values_list("state", "leader__code"))
    assert [one for one, _code in rows] == ["superseded", "in_force"]
    assert rows[0][1] != rows[1][1], "whoever was in force is not proposed again"


def test_the_right_office_agrees_afterwards_once_also_when_the_day_is_over(office):
    act(office)
    offices = people(office)
    after = MORNING + timedelta(days=2)
    for unable in (offices[Role.PARTY_OFFICE], office.chief):
        with pytest.raises(Forbidden):
            later("endorse_later", office, unable, at=after)
    later("endorse_later", office, offices[Role.GOVERNMENT_OFFICE], at=after)
    with scope.county(office.county):
        row = Substitution.objects.get()
        assert (row.state, row.endorsed_at, row.is_unendorsed) == ("in_force", after, False)
    for verb, more in (("endorse_later", {}), ("object_later", {"reason": "未商"})):
        with pytest.raises(MovedOn, match="补过"):
            later(verb, office, offices[Role.JOINT_OFFICE], **more)


def test_an_objection_afterwards_is_kept_the_chief_is_told_and_the_office_may_still_agree(office):
    act(office)
    joint = people(office)[Role.JOINT_OFFICE]
    later("object_later", office, joint, reason="人选不妥")
    with scope.county(office.county):
        assert (Substitution.objects.get().state, Substitution.objects.get().objected_at) == ("in_force", MORNING)
        assert Message.objects.filter(kind="substitution_step", recipient=office.chief).count() == 1
    with pytest.raises(MovedOn, match="已提出过异议"):
        later("object_later", office, joint, reason="再次")
    later("endorse_later", office, joint)
    with scope.county(office.county):
        assert not Substitution.objects.get().is_unendorsed


def test_a_usual_substitution_needs_no_later_word(office):
    row = do("request", office, sitting=sitting(office), reason="meeting")
    propose(office, row)
    joint = people(office)[Role.JOINT_OFFICE]
    do("endorse", office, by=joint, substitution=row)
    do("accept", office, substitution=row)
    do("settle", office, substitution=row)
    with pytest.raises(MovedOn, match="无需补会商"):
        later("endorse_later", office, joint)


def test_it_is_withdrawn_until_the_sitting_begins(office):
    draft = act(office)
    releases.submit(release=draft, county=office.county, by=office.clerk, at=MORNING)
    releases.approve(release=draft, county=office.county, by=office.chief, at=MORNING)
    releases.publish(release=draft, county=office.county, by=office.chief, at=MORNING)
    with scope.county(office.county):
        row = Substitution.objects.get()
        said = {"substitution": row, "reason": "本人已赶回", "county": office.county, "by": office.clerk}
        with pytest.raises(MovedOn, match="已经开始"):
            substitutions.withdraw(at=MORNING + timedelta(minutes=30), **said)
        back = substitutions.withdraw(at=MORNING + timedelta(minutes=29), **said)
    assert back.note == "2026-02-24 恢复由副县长丁接访。"
    assert state(office, row) == SubstitutionState.WITHDRAWN


def test_the_office_the_two_leaders_and_the_coordinators_are_told_once(office):
    offices = people(office)
    desk = builders.user("desk", office.county, Role.COORDINATOR)
    leader = builders.user("leader-four", office.county, Role.LEADER)
    with scope.county(office.county):
        planned = sitting(office).leader
        planned.user = leader
        planned.save()
    act(office, coordinating=[desk])
    with scope.county(office.county):
        told = sorted(Message.objects.filter(kind__startswith="substitution").values_list("kind", "recipient"))
        assert list(Substitution.objects.get().coordinating.all()) == [desk]
        letters = [mail.write(message, office.county) for message in Message.objects.filter(kind="substitution_in_force")]
    assert all("当日应急决定" in letter.body and "decided on the day itself" in letter.body for letter in letters)
    assert {letter.subject for letter in letters} == {
        f"{day_in(DAY, 'zh')}的接访调整为副县长戊 / Deputy E receives on {day_in(DAY, 'en')}"
    }
    assert told == sorted(
        [
            ("substitution_in_force", desk.pk),
            ("substitution_in_force", leader.pk),
            ("substitution_step", offices[Role.GOVERNMENT_OFFICE].pk),
        ]
    )


def test_only_staff_of_the_county_coordinate(office):
    stranger = builders.bureau("linhe").clerk
    for nobody in (stranger, builders.user("auditor", office.county, Role.AUDITOR)):
        with pytest.raises(Refused, match="协调人员账号"):
            act(office, coordinating=[nobody])
