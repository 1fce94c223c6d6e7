"""Minutes: one transaction from called to the case with its clock; refused in words; corrected by a new version; walled."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from petitions.actions import receptions as act
from petitions.models import Case, CaseStep, Deadline, Decision, Ground, Minutes, Stop, Task
from reception import scope
from reception.actions import identities, journal
from reception.errors import Forbidden, MovedOn, Refused
from reception.models import Booking, Entry, Leader, RoleGrant
from reception.roles import Role
from tests.petitions.receptions import AT, BEGUN, DAY, called, conclude, correct, department, task
from tests.reception import bookers, builders


@pytest.fixture
def office(standing):
    return standing


def counts(office):
    with scope.county(office.county):
        return tuple(model.objects.count() for model in (Case, CaseStep, Deadline, Stop, Minutes, Task))


def test_instructed_makes_a_case_under_screening_with_its_tasks_and_clock(office):
    booking = called(office)
    minutes = conclude(
        office, booking, tasks=(task(office, "D03", lead=False), task(office, "D02")), asked="漏水", said="请住建局牵头"
    )
    with scope.county(office.county):
        case = Case.objects.get()
        assert (case.number, case.code_hash, case.status, case.kind, case.received_on) == (
            booking.number,
            booking.code_hash,
            "under_screening",
            "claim",
            DAY,
        )
        assert list(case.steps.values_list("n", "action", "before", "after", "actor")) == [
            (1, "register", "", "registered", "chenghe-clerk"),
            (2, "screen", "registered", "under_screening", "chenghe-clerk"),
        ]
        clock = Deadline.objects.running().get()
        assert (clock.kind, clock.started_on, clock.due_on, clock.target_on) == ("D1", DAY, date(2026, 3, 11), date(2026, 3, 11))
        assert "第二十二条" in clock.article
        assert list(minutes.tasks.values_list("position", "department__code", "is_lead")) == [(1, "D02", True), (2, "D03", False)]
        assert Booking.objects.get().state == "received"
        assert (minutes.version, minutes.leader, minutes.corrects) == (1, booking.leader, None)
        assert list(journal.faults()) == []
        assert list(act.faults()) == []
    assert scope.county_of_number(case.number) == office.county.pk


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"decision": Decision.RESOLVED_ON_SPOT}, "resolved_on_spot"),
        ({"decision": Decision.GUIDED, "path": "向县劳动人事争议仲裁委员会申请，一年内"}, "guided"),
        ({"decision": Decision.NOT_ACCEPTED, "ground": Ground.COURT}, "not_accepted"),
    ],
)
def test_what_is_decided_at_once_stops_the_clock_on_the_day(office, more, status):
    conclude(office, called(office), **more)
    with scope.county(office.county):
        case = Case.objects.get()
        stop = Stop.objects.get()
        assert (case.status, stop.deadline.kind, stop.stopped_on, stop.step.n) == (status, "D1", DAY, 3)
        assert stop.step.acting_for.startswith("leader L")
        assert not Deadline.objects.running().exists()


def test_an_instruction_may_leave_the_kind_open_and_the_case_then_waits_registered(office):
    conclude(office, called(office), kind=None)
    with scope.county(office.county):
        assert (Case.objects.get().status, Case.objects.get().kind) == ("registered", None)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"asked": " "}, "反映了什么"),
        ({"ended_at": BEGUN - timedelta(minutes=1)}, "不能早于"),
        ({"ended_at": AT + timedelta(minutes=1)}, "还没有到"),
        ({"begun_at": BEGUN - timedelta(days=1)}, "2026-02-24 当天"),
        ({"decision": Decision.NOT_ACCEPTED}, "从列表中选择理由"),
        ({"decision": Decision.GUIDED}, "写明向哪里"),
        ({"decision": Decision.RESOLVED_ON_SPOT, "ground": Ground.COURT}, "不填不予受理"),
        ({"decision": Decision.RESOLVED_ON_SPOT, "kind": None}, "选择性质"),
        ({"tasks": ()}, "一个牵头单位"),
    ],
)
def test_refused_in_words_and_nothing_is_left_behind(office, more, words):
    booking = called(office)
    with pytest.raises(Refused, match=words):
        conclude(office, booking, **more)
    assert counts(office) == (0, 0, 0, 0, 0, 0)
    with scope.county(office.county):
        assert Booking.objects.get().state == "called"


@pytest.mark.parametrize(
    ("tasks", "words"),
    [
        (lambda o: (task(o), task(o, "D03")), "一个牵头单位"),
        (lambda o: (task(o), task(o, lead=False)), "不能重复"),
        (lambda o: (task(o, due_on=date(2026, 4, 26)),), "2026-04-25"),
        (lambda o: (task(o, due_on=date(2026, 2, 23)),), "2026-02-24"),
        (lambda o: (task(o, deliverable=" "),), "要办什么"),
    ],
)
def test_tasks_have_one_lead_something_to_do_and_a_day_within_the_law(office, tasks, words):
    booking = called(office)
    with pytest.raises(Refused, match=words):
        conclude(office, booking, tasks=tasks(office))
    assert counts(office) == (0, 0, 0, 0, 0, 0)


def test_the_last_legal_day_is_still_possible(office):
    conclude(office, called(office), tasks=(task(office, due_on=date(2026, 4, 25)),))
    assert counts(office)[4:] == (1, 1)


def test_the_accused_department_gets_no_task(office):
    accused = department(office)
    booking = called(office, accused_department=accused)
    with pytest.raises(Refused, match="所反映的部门"):
        conclude(office, booking)


def test_the_same_form_again_is_the_same_minutes_and_another_content_is_told_so(office):
    booking, key = called(office), uuid.uuid4()
    first = conclude(office, booking, key=key)
    assert conclude(office, booking, key=key) == first
    with pytest.raises(MovedOn, match="内容与这次不同"):
        conclude(office, booking, key=key, said="另一个说法")
    with pytest.raises(MovedOn, match="已经有记录"):
        conclude(office, booking)
    assert counts(office) == (1, 2, 1, 0, 1, 1)


def test_who_was_not_called_has_no_minutes(office):
    booking = bookers.book(office, at=builders.NOW).booking
    with pytest.raises(MovedOn, match="已确认"):
        conclude(office, booking)


def test_only_the_bureau_records(office):
    booking = called(office)
    for role in set(Role) - {Role.SYSTEM, Role.SECRETARY, Role.CLERK, Role.CHIEF, Role.COORDINATOR}:
        with pytest.raises(Forbidden):
            conclude(office, booking, by=builders.user(f"as-{role}", office.county, role))
    assert counts(office) == (0, 0, 0, 0, 0, 0)


def test_a_clerk_who_is_the_accused_leader_s_secretary_steps_back(office):
    with scope.county(office.county):
        accused = Leader.objects.exclude(pk=bookers.sitting(office).leader_id).first()
        RoleGrant.objects.create(user=office.clerk, role=Role.SECRETARY.value, leader=accused, starts_on=date(2020, 1, 1))
    booking = called(office, accused_leader=accused)
    with pytest.raises(Refused, match="回避"):
        conclude(office, booking)


def second(office, **more):
    """The same person again, as a walk-in: the rule of one booking a leader does not hold for those."""
    return called(office, way="walk_in", **more)


def test_the_same_matter_again_joins_the_running_case_and_its_clock_runs_on(office):
    conclude(office, called(office))
    again = second(office)
    with scope.county(office.county):
        main = Case.objects.get()
        (proposed,) = act.earlier(again, office.clerk, on=DAY)
        assert (proposed.case, proposed.is_open, proposed.is_alike, proposed.likeness) == (main, True, True, 1.0)
    conclude(office, again, joins=main)
    with scope.county(office.county):
        joined = Case.objects.get(booking=again)
        assert (joined.status, joined.joins) == ("merged", main)
        assert Deadline.objects.running().get().case == main


def test_a_decision_at_the_second_visit_is_the_main_case_s(office):
    conclude(office, called(office), kind=None)
    with scope.county(office.county):
        main = Case.objects.get()
    conclude(office, second(office), joins=main, decision=Decision.RESOLVED_ON_SPOT)
    with scope.county(office.county):
        main.refresh_from_db()
        assert main.status == "resolved_on_spot"
        assert not Deadline.objects.running().exists()


def test_only_a_running_case_of_the_same_person_can_be_joined(office):
    conclude(office, called(office), decision=Decision.RESOLVED_ON_SPOT)
    conclude(office, called(office, 2))
    again = second(office)
    with scope.county(office.county):
        settled = Case.objects.get(status="resolved_on_spot")
        other = Case.objects.get(status="under_screening")
        assert [(one.case, one.is_open) for one in act.earlier(again, office.clerk, on=DAY)] == [(settled, False)]
    with pytest.raises(Refused, match="已有结果"):
        conclude(office, again, joins=settled)
    with pytest.raises(Refused, match="同一来访人"):
        conclude(office, again, joins=other)


def test_a_correction_is_a_new_version_that_points_to_the_old(office):
    first = conclude(office, called(office))
    fresh = correct(office, first, said="请住建局牵头，三月十五日前修好。", reason="记错了日期")
    with scope.county(office.county):
        assert (fresh.version, fresh.corrects, fresh.reason) == (2, first, "记错了日期")
        assert list(Minutes.objects.current()) == [fresh]
        assert Minutes.objects.get(pk=first.pk).said == "请住建局牵头，月底前修好并回访。"
        assert fresh.hash != first.hash
        assert list(act.faults()) == []
        entry = Entry.objects.order_by("-n")[0]
        assert (entry.act, entry.facts["version"], entry.facts["hash"]) == ("minutes.correct", 2, fresh.hash)


def test_corrections_that_are_none_are_refused(office):
    first = conclude(office, called(office))
    with pytest.raises(Refused, match="理由"):
        correct(office, first, said="另一个", reason=" ")
    with pytest.raises(Refused, match="没有改动"):
        correct(office, first)
    correct(office, first, said="另一个")
    with pytest.raises(MovedOn, match="第 2 版"):
        correct(office, first, said="又一个")


def test_an_instruction_can_become_an_outcome_but_an_outcome_is_not_taken_back(office):
    first = conclude(office, called(office))
    solved = correct(office, first, decision=Decision.RESOLVED_ON_SPOT)
    with scope.county(office.county):
        assert Case.objects.get().status == "resolved_on_spot"
    with pytest.raises(Refused, match="不能改"):
        correct(office, solved, decision=Decision.INSTRUCTED)


def test_the_journal_and_the_steps_hold_no_personal_data(office):
    conclude(office, called(office), asked="反映楼道漏水，联系人居民1，电话13800000001")
    with connection.cursor() as cursor, scope.county(office.county):
        cursor.execute("SELECT string_agg(t::text, '') FROM reception_entry t")
        (entries,) = cursor.fetchone()
        cursor.execute("SELECT string_agg(t::text, '') FROM petitions_casestep t")
        (steps,) = cursor.fetchone()
    for text in (entries, steps):
        assert "居民1" not in text
        assert "13800000001" not in text
        assert "漏水" not in text


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text("甲乙丙丁", min_size=1, max_size=6), min_size=1, max_size=5))
def test_any_row_of_corrections_is_a_whole_chain(office, words):
    with transaction.atomic():
        last = conclude(office, called(office))
        made = [last]
        for said in words:
            try:
                last = correct(office, last, said=said)
            except Refused:
                assert said == last.said
                continue
            made.append(last)
        with scope.county(office.county):
            rows = list(Minutes.objects.order_by("version"))
            assert rows == made
            assert [row.version for row in rows] == list(range(1, len(rows) + 1))
            assert [row.corrects for row in rows] == [None, *rows[:-1]]
            assert list(Minutes.objects.current()) == [rows[-1]]
            assert list(act.faults()) == []
        transaction.set_rollback(True)


def test_a_destroyed_identity_proposes_nobody(office):
    conclude(office, called(office))
    again = second(office)
    with scope.county(office.county):
        case = Case.objects.get()
        identities.shred(identity=case.identity, county=office.county, by=office.chief, at=AT, reason="期满")
        assert act.earlier(again, office.clerk, on=DAY) == []
