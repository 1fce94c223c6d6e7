"""What time does: late ones go to the joint meeting's office once, those whose day is gone lapse; and what the offices say."""

from datetime import UTC, date, datetime, timedelta

import pytest

from reception import mail, scope, tasks
from reception.actions import days, substitution_sweeps, substitutions
from reception.errors import Forbidden, MovedOn, Refused
from reception.models import County, Entry, Leader, Message, RoleGrant, Substitution, User
from reception.roles import Role
from tests.reception import builders
from tests.reception.actions.test_substitutions import DAY, do, in_force, people, propose, sitting, state
from tests.reception.builders import NOW

MORNING = datetime(2026, 2, 24, 0, 0, tzinfo=UTC)


@pytest.fixture
def office(standing):
    return standing


def sweep(verb, office, at, by=None):
    with scope.county(office.county):
        return [row.pk for row in getattr(substitution_sweeps, verb)(county=office.county, by=by or User.objects.system(), at=at)]


def test_so_many_days_before_the_joint_meetings_office_is_told_once(office):
    joint = people(office)[Role.JOINT_OFFICE]
    row = do("request", office, sitting=sitting(office), reason="meeting")
    assert sweep("escalate_due", office, MORNING - timedelta(days=3)) == []
    assert sweep("escalate_due", office, MORNING - timedelta(days=2)) == [row.pk]
    assert sweep("escalate_due", office, MORNING - timedelta(days=1)) == []
    with scope.county(office.county):
        assert list(Message.objects.filter(recipient=joint, kind="substitution_step").values_list("facts__day", flat=True)) == [DAY]
        assert Entry.objects.filter(act="substitution.escalate", actor="system").count() == 1


def test_the_county_says_how_many_days(office):
    do("request", office, sitting=sitting(office), reason="meeting")
    County.objects.filter(pk=office.county.pk).update(substitutes_escalate_days_before=5)
    office.county.refresh_from_db()
    assert len(sweep("escalate_due", office, MORNING - timedelta(days=5))) == 1


def test_what_is_in_force_is_not_late(office):
    row = do("request", office, sitting=sitting(office), reason="meeting")
    in_force(office, row, people(office)[Role.JOINT_OFFICE])
    assert sweep("escalate_due", office, MORNING) == sweep("lapse_due", office, MORNING + timedelta(days=1)) == []


def test_it_lapses_when_its_sitting_is_over_and_not_a_minute_before(office):
    row = do("request", office, sitting=sitting(office), reason="meeting")
    end = MORNING + timedelta(hours=3, minutes=30)
    assert sweep("lapse_due", office, end - timedelta(minutes=1)) == []
    assert sweep("lapse_due", office, end) == [row.pk]
    assert state(office, row) == "lapsed"
    assert sweep("lapse_due", office, end) == []


def test_past_days_are_not_edited(office):
    row = do("request", office, sitting=sitting(office), reason="meeting")
    with scope.county(office.county), pytest.raises(MovedOn, match="已经结束"):
        substitutions.withdraw(
            substitution=row, reason="晚了", county=office.county, by=office.clerk, at=MORNING + timedelta(hours=4)
        )


@pytest.mark.parametrize("state_of_day", ["held", "cancelled"])
def test_held_and_cancelled_days_are_not_edited(office, state_of_day):
    row = do("request", office, sitting=sitting(office), reason="meeting")
    with scope.county(office.county):
        day = sitting(office).day
        day.state = state_of_day
        day.save()
    with pytest.raises(MovedOn, match="已经取消、结束"):
        propose(office, row)
    with pytest.raises(Refused, match="还没有举行"):
        do("request", office, sitting=sitting(office, "R1"), reason="meeting")


def test_people_do_not_sweep(office):
    for verb in ("escalate_due", "lapse_due"):
        with pytest.raises(Forbidden):
            sweep(verb, office, MORNING, by=office.chief)


def test_the_task_does_both_in_every_county(office, clock):
    other = builders.bureau("linhe")
    builders.published(other)
    rows = [do("request", one, sitting=sitting(one), reason="meeting") for one in (office, other)]
    clock.move_to(MORNING)
    tasks.settle()
    for one, row in zip((office, other), rows, strict=True):
        with scope.county(one.county):
            assert Substitution.objects.get(pk=row.pk).escalated_at == MORNING
    clock.move_to(MORNING + timedelta(days=1))
    tasks.settle()
    assert [state(one, row) for one, row in zip((office, other), rows, strict=True)] == ["lapsed", "lapsed"]


@pytest.mark.parametrize("verb", ["cancel", "move"])
def test_a_decision_on_the_day_ends_what_is_under_way_with_its_reason(office, verb):
    row = do("request", office, sitting=sitting(office), reason="meeting")
    more = {"to": date(2026, 2, 25)} if verb == "move" else {}
    with scope.county(office.county):
        getattr(days, verb)(
            day=sitting(office).day, reason="会议室停电", reason_en="", county=office.county, by=office.chief, at=NOW, **more
        )
        said = Entry.objects.get(act="substitution.lapse")
    assert (state(office, row), said.reason, said.actor) == ("lapsed", "会议室停电", "chenghe-chief")


def test_a_refused_decision_ends_nothing(office):
    row = do("request", office, sitting=sitting(office), reason="meeting")
    with scope.county(office.county), pytest.raises(Refused):
        days.move(
            day=sitting(office).day,
            to=date(2026, 3, 16),
            reason="停电",
            reason_en="",
            county=office.county,
            by=office.chief,
            at=NOW,
        )
    assert state(office, row) == "requested"


def test_the_responsible_office_passes_it_on_and_then_the_joint_meetings_alone_agrees(office):
    offices = people(office)
    row = do("request", office, sitting=sitting(office), reason="meeting")
    propose(office, row)
    with pytest.raises(Forbidden):
        do("refer", office, by=offices[Role.JOINT_OFFICE], substitution=row, reason="无法协调")
    do("refer", office, by=offices[Role.GOVERNMENT_OFFICE], substitution=row, reason="涉及两办，无法协调")
    for verb, more in (("endorse", {}), ("object", {"reason": "不妥"})):
        with pytest.raises(Forbidden, match="联席会议办公室"):
            do({"object": "object_to"}.get(verb, verb), office, by=offices[Role.GOVERNMENT_OFFICE], substitution=row, **more)
    with pytest.raises(MovedOn, match="已转"):
        do("refer", office, by=offices[Role.GOVERNMENT_OFFICE], substitution=row, reason="再转")
    do("endorse", office, by=offices[Role.JOINT_OFFICE], substitution=row)
    with scope.county(office.county):
        told = Message.objects.filter(kind="substitution_step", recipient=offices[Role.JOINT_OFFICE]).count()
        reason = Entry.objects.get(act="substitution.refer").reason
    assert (told, reason, state(office, row)) == (1, "涉及两办，无法协调", "endorsed")


def test_an_office_objects_and_the_bureau_proposes_another(office):
    offices = people(office)
    row = do("request", office, sitting=sitting(office), reason="meeting")
    first = propose(office, row)
    do("object_to", office, by=offices[Role.GOVERNMENT_OFFICE], substitution=row, reason="另有任务")
    assert state(office, row) == "requested"
    second = propose(office, row, number=1)
    assert first.leader != second.leader
    do("endorse", office, by=offices[Role.GOVERNMENT_OFFICE], substitution=row)
    assert state(office, row) == "endorsed"


def test_the_leader_asks_and_takes_back_the_secretary_answers_and_each_deed_says_for_whom(office):
    with scope.county(office.county):
        planned, stand_in = sitting(office).leader, Leader.objects.get(code="L5")
    leader, secretary = builders.user("leader", office.county, Role.LEADER), builders.user("secretary", office.county)
    with scope.county(office.county):
        planned.user = leader
        planned.save()
        RoleGrant.objects.create(user=secretary, role=Role.SECRETARY.value, leader=stand_in, starts_on=date(2020, 1, 1))
    row = do("request", office, by=leader, sitting=sitting(office), reason="meeting")
    with pytest.raises(Forbidden):
        do("request", office, by=leader, sitting=sitting(office, "R1"), reason="meeting")
    do("withdraw", office, by=leader, substitution=row, reason="会议取消")
    row = do("request", office, by=leader, sitting=sitting(office), reason="meeting")
    with scope.county(office.county):
        tenure = stand_in.tenures.select_related("post").get()
    do("propose", office, substitution=row, post=tenure.post, leader=stand_in, coordinators="某科")
    do("endorse", office, by=people(office)[Role.GOVERNMENT_OFFICE], substitution=row)
    with scope.county(office.county):
        assert list(Message.objects.filter(kind="substitution_asked").values_list("recipient", flat=True)) == [secretary.pk]
        letter = mail.write(Message.objects.get(kind="substitution_asked"), office.county)
    assert "拟请副县长戊于2026年2月24日（星期二） 08:30–11:30 在人民来访接待中心代为接访" in letter.body
    with pytest.raises(Forbidden):
        do("accept", office, by=leader, substitution=row)
    do("accept", office, by=secretary, substitution=row)
    with scope.county(office.county):
        deeds = list(Entry.objects.filter(object=f"substitution {row.pk}").order_by("n").values_list("act", "actor", "acting_for"))
    assert deeds[0] == ("substitution.request", "leader", "")
    assert deeds[-1] == ("substitution.accept", "secretary", "leader L5")
