"""T8 to T14: to whom, with which clocks and letters; objections in five working days; two units in dispute; whoever handles it."""

from datetime import date, timedelta

import pytest

from petitions.actions import handling, objections, proposals, recusals, referrals, units
from petitions.models import Case, Deadline, Document, Ground, Kind, Objection, Progress, Recusal, Referral
from reception import scope
from reception.actions import journal
from reception.errors import Forbidden, MovedOn, Refused
from reception.models import Department, Leader, RoleGrant
from reception.roles import Role
from tests.petitions import receptions as told
from tests.petitions.referring import (
    AT,
    ONE_DAY,
    TODAY,
    accept,
    assign,
    do,
    employed,
    in_handling,
    now,
    object_to,
    screened,
    task,
    transfer,
    unit,
)
from tests.reception import bookers, builders


@pytest.fixture
def office(db):
    return builders.bureau()


@pytest.fixture
def housing(office):
    return unit(office)


@pytest.fixture
def labour(office):
    return unit(office, "D05", "人力资源和社会保障局")


def clocks(office, case):
    """The running clocks: kind, whose, from when, until when."""
    with scope.county(office.county):
        rows = Deadline.objects.running().filter(case=case).order_by("kind", "due_on", "pk")
        return [
            (row.kind, row.referral.department.code if row.referral else "", str(row.started_on), str(row.due_on)) for row in rows
        ]


def rows(office, case):
    with scope.county(office.county):
        found = Referral.objects.filter(case=case).order_by("round", "-is_lead", "department__code")
        return [(row.round, row.department.code, row.is_lead, row.is_assigned, row.state) for row in found]


def documents(office, case):
    with scope.county(office.county):
        return list(case.documents.order_by("pk").values_list("kind", "for_petitioner", "issuer__code"))


def last(office, case):
    with scope.county(office.county):
        assert list(journal.faults()) == []
        step = case.steps.order_by("n").last()
        return step.action, step.before, step.after, step.actor


def test_transferred_to_the_unit_with_power(office, housing):
    case = screened(office)
    transfer(office, case, housing)
    found = now(office, case)
    assert (found.status, found.department, found.round, found.due_on) == ("transferred", housing.department, 1, date(2026, 1, 19))
    assert last(office, case) == ("transfer", "under_screening", "transferred", "chenghe-clerk")
    assert rows(office, case) == [(1, "D02", True, False, "sent")]
    # Monday 12 January: five working days are the next Monday, fifteen days the 27th.
    assert clocks(office, case) == [("D3", "D02", "2026-01-12", "2026-01-27"), ("D4", "D02", "2026-01-12", "2026-01-19")]
    assert documents(office, case) == [("transfer", False, None)]
    with scope.county(office.county):
        said = str(Document.objects.get().said)
        assert "住房和城乡建设局" in said
        assert "2026年1月19日" in said


def test_assigned_with_tasks_a_lead_and_the_leaders_words(office, housing, labour):
    case = screened(office)
    with scope.county(office.county):
        leader = Leader.objects.get(code="L1")
    assign(
        office,
        case,
        task(labour, lead=False, deliverable="配合核定"),
        task(housing),
        instruction="请住建局牵头，一个月内修好。",
        instructed_by=leader,
    )
    found = now(office, case)
    assert (found.status, found.department, found.instructed_by_id) == ("assigned", housing.department, leader.pk)
    assert rows(office, case) == [(1, "D02", True, True, "sent"), (1, "D05", False, True, "sent")]
    assert clocks(office, case) == [
        ("D11", "D02", "2026-01-12", "2026-02-12"),
        ("D11", "D05", "2026-01-12", "2026-02-12"),
        ("D3", "D02", "2026-01-12", "2026-01-27"),
        ("D4", "D02", "2026-01-12", "2026-01-19"),
    ]
    assert documents(office, case) == [("assignment", False, None), ("assignment", False, None)]
    with scope.county(office.county):
        step = case.steps.order_by("n").last()
        assert step.acting_for == "leader L1"
        assert step.facts == {"to": "D02", "assisting": ["D05"]}
        assert "一个月内修好" in str(Document.objects.first().said)


@pytest.mark.parametrize(
    ("tasks", "words"),
    [
        (lambda *_u: (), "一个牵头单位"),
        (lambda *u: (task(u[0]), task(u[1])), "一个牵头单位"),
        (lambda *u: (task(u[0]), task(u[0], lead=False)), "不能重复"),
        (lambda *u: (task(u[0], deliverable=" "),), "要办什么"),
        (lambda *u: (task(u[0], due_on=date(2026, 1, 11)),), "2026-01-12 和法定办理期限 2026-03-13"),
        (lambda *u: (task(u[0], due_on=date(2026, 3, 14)),), "2026-01-12 和法定办理期限 2026-03-13"),
    ],
)
def test_tasks_that_cannot_be_are_refused_in_words(office, housing, labour, tasks, words):
    case = screened(office)
    with pytest.raises(Refused, match=words):
        assign(office, case, *tasks(housing, labour))
    assert (rows(office, case), now(office, case).status) == ([], "under_screening")


@pytest.mark.parametrize("day", [date(2026, 1, 12), date(2026, 3, 13)])
def test_the_first_and_the_last_legal_day_are_possible(office, housing, day):
    case = screened(office)
    assign(office, case, task(housing, due_on=day))
    assert rows(office, case) == [(1, "D02", True, True, "sent")]


def test_where_the_sixty_days_are_over_they_count_from_the_units_receipt(office, housing):
    case = screened(office, received_on=date(2025, 10, 1))
    with scope.county(office.county):
        assert referrals.latest(case, TODAY, office.county) == date(2026, 3, 13)
        assert referrals.latest(case, date(2025, 10, 2), office.county) == date(2025, 11, 30)


@pytest.mark.parametrize("day", [date(2026, 1, 11), date(2026, 1, 13)])
def test_the_day_of_the_units_receipt_is_between_the_cases_and_today(office, housing, day):
    case = screened(office)
    with pytest.raises(Refused, match="单位收到日期"):
        transfer(office, case, housing, received_on=day)


def test_instruction_and_leader_come_together_and_the_accused_leader_gives_none(office, housing):
    with scope.county(office.county):
        leader = Leader.objects.get(code="L1")
    case = screened(office, accused_leader=leader)
    for more, words in (
        ({"instruction": "请办"}, "两项都不填"),
        ({"instructed_by": leader}, "两项都不填"),
        ({"instruction": "请办", "instructed_by": leader}, "应当回避"),
    ):
        with pytest.raises(Refused, match=words):
            assign(office, case, task(housing), **more)


def test_never_to_the_accused_unit_nor_one_below_it(office, housing):
    inner = unit(office, "D0201", "住建局物业科", superior=housing.department)
    inmost = unit(office, "D0202", "物业科窗口", superior=inner.department)
    case = screened(office, accused_department=housing.department)
    for one in (housing, inner, inmost):
        with pytest.raises(Refused, match="所反映的单位或其下属"):
            transfer(office, case, one)
        with pytest.raises(Refused, match="所反映的单位或其下属"):
            assign(office, case, task(one))
    assert rows(office, case) == []


def test_not_where_the_only_head_is_the_one_accused(office, housing):
    case = screened(office, accused_user=housing.head)
    with pytest.raises(Refused, match="负责人就是"):
        transfer(office, case, housing)
    employed(office, housing.department, Role.DEPARTMENT_HEAD, "second-head")
    transfer(office, case, housing)
    assert rows(office, case) == [(1, "D02", True, False, "sent")]


def test_what_a_leader_instructed_at_a_reception_is_proposed_and_assigned_so(office, housing, labour):
    builders.published(office)
    minutes = told.conclude(office, told.called(office), tasks=(told.task(office, "D02"), told.task(office, "D05", lead=False)))
    case, at = minutes.case, told.AT
    with scope.county(office.county):
        found, tasks = referrals.proposed(case)
        assert found == minutes
        assert [(one.department.code, one.is_lead) for one in tasks] == [("D02", True), ("D05", False)]
    with pytest.raises(Refused, match="请按批示“交办”"):
        transfer(office, case, housing, at=at)
    with pytest.raises(Refused, match="的批示"):
        assign(office, case, *tasks, at=at)
    assign(office, case, *tasks, at=at, instruction=minutes.said, instructed_by=minutes.leader)
    assert now(office, case).instructed_by_id == minutes.leader_id
    with scope.county(office.county):
        assert referrals.proposed(case) == (None, [])


# T10, T11


@pytest.mark.parametrize(("days", "possible"), [(0, True), (7, True), (8, False)])
def test_an_objection_within_five_working_days(office, housing, days, possible):
    case = screened(office)
    transfer(office, case, housing)
    at = AT + timedelta(days=days)
    if not possible:
        with pytest.raises(Refused, match="2026年1月19日"):
            object_to(office, case, housing, at=at)
        assert now(office, case).status == "transferred"
        return
    object_to(office, case, housing, at=at)
    assert (now(office, case).status, rows(office, case)) == ("objected", [(1, "D02", True, False, "objected")])
    assert last(office, case) == ("object", "transferred", "objected", "officer-d02")
    assert [kind for kind, *_rest in clocks(office, case)] == ["D3"]


def test_received_on_friday_before_the_spring_festival_the_fifth_working_day_is_after_it(office, housing):
    # Saturday the 14th is worked, the 15th to the 23rd are off.
    at = AT.replace(month=2, day=13)
    case = screened(office, at=at, received_on=date(2026, 2, 13))
    transfer(office, case, housing, at=at)
    with scope.county(office.county):
        assert Deadline.objects.running().get(case=case, kind="D4").due_on == date(2026, 2, 27)


@pytest.mark.parametrize("reasons", ["", "   ", "不归我们"])
def test_an_objection_says_why_in_detail(office, housing, reasons):
    case = screened(office)
    transfer(office, case, housing)
    with pytest.raises(Refused, match="详细说明理由"):
        object_to(office, case, housing, reasons=reasons)


def test_it_suggests_another_unit_but_not_itself_nor_the_accused(office, housing, labour):
    case = screened(office, accused_department=labour.department)
    transfer(office, case, housing)
    for one in (housing, labour):
        with pytest.raises(Refused, match="建议的单位"):
            object_to(office, case, housing, suggests=one.department)


def test_agreed_the_case_is_screened_again_in_the_next_round(office, housing, labour):
    case = screened(office)
    assign(office, case, task(housing), task(labour, lead=False))
    object_to(office, case, housing, at=AT + ONE_DAY, suggests=labour.department)
    with pytest.raises(Refused, match="请写明决定的理由"):
        do(office, objections.agree, case, decision=" ", at=AT + ONE_DAY)
    do(office, objections.agree, case, decision="确不属于其职权。", at=AT + 2 * ONE_DAY)
    found = now(office, case)
    assert (found.status, found.round, found.department, found.handler) == ("under_screening", 2, None, None)
    assert rows(office, case) == [(1, "D02", True, True, "returned"), (1, "D05", False, True, "returned")]
    assert clocks(office, case) == []
    # The unit whose objection was agreed to sees it no more; the next one does.
    transfer(office, case, labour, at=AT + 2 * ONE_DAY)
    with scope.county(office.county):
        assert not Case.objects.visible_to(housing.officer, on=TODAY).exists()
        assert Case.objects.visible_to(labour.officer, on=TODAY).get() == case
    assert clocks(office, case) == [("D3", "D05", "2026-01-14", "2026-01-29"), ("D4", "D05", "2026-01-14", "2026-01-21")]
    with scope.county(office.county):
        # The legal total is that of the receipt, whatever unit has it.
        assert case.deadlines.get(kind="D1").started_on == TODAY


def test_rejected_the_days_under_decision_do_not_count_and_the_unit_objects_no_more(office, housing):
    case = screened(office)
    transfer(office, case, housing)
    object_to(office, case, housing, at=AT + 2 * ONE_DAY)
    do(office, objections.reject, case, decision="物业监管属于住建局职责。", at=AT + 5 * ONE_DAY)
    assert (now(office, case).status, rows(office, case)) == ("assigned", [(1, "D02", True, False, "sent")])
    # Three days, the 14th to the 16th, are not counted.
    assert clocks(office, case) == [("D3", "D02", "2026-01-12", "2026-01-30")]
    assert now(office, case).due_on == date(2026, 1, 30)
    with pytest.raises(Refused, match="不能再次提出。决定是：物业监管"):
        object_to(office, case, housing, at=AT + 5 * ONE_DAY)
    accept(office, case, housing, at=AT + 5 * ONE_DAY)


def test_objected_and_rejected_on_the_day_of_receipt_no_day_is_left_out(office, housing):
    case = screened(office)
    transfer(office, case, housing)
    object_to(office, case, housing)
    do(office, objections.reject, case, decision="属于住建局职责。")
    assert clocks(office, case) == [("D3", "D02", "2026-01-12", "2026-01-27")]


@pytest.mark.parametrize(
    ("superior", "offices", "decides"),
    [
        ("both", ("D90",), "D80"),
        ("one", ("D90", "D91"), "D90"),
        ("none", ("D91",), "D91"),
        ("none", (), None),
        ("accused", ("D90",), "D90"),
    ],
)
def test_two_units_in_dispute_have_their_common_superior_decide(office, superior, offices, decides):
    kinds = {"D90": "joint_meeting", "D91": "government_office"}
    with scope.county(office.county):
        above = Department.objects.create(code="D80", name="县住建交通委", kind="department")
        for code in offices:
            Department.objects.create(code=code, name=code, kind=kinds[code])
    both = superior in ("both", "accused")
    one = unit(office, superior=above if both or superior == "one" else None)
    other = unit(office, "D05", "人社局", superior=above if both else None)
    case = screened(office)
    transfer(office, case, one)
    assert object_to(office, case, one).superior is None
    do(office, objections.agree, case, decision="同意退回。")
    transfer(office, case, other)
    if superior == "accused":
        with scope.county(office.county):
            case.refresh_from_db()
            case.accused_department = above
            case.save(update_fields=["accused_department"])
    made = object_to(office, case, other)
    assert (made.superior.code if made.superior else None, made.suggests) == (decides, one.department)
    do(office, objections.agree, case, decision="由住建局办理。")
    with scope.county(office.county):
        assert case.steps.order_by("n").last().acting_for == (f"department {decides}" if decides else "")
        assert Objection.objects.filter(is_agreed=True).count() == 2
    if superior != "accused":
        # The first has it again, and has had its say.
        transfer(office, case, one)
        with pytest.raises(Refused, match="已于 2026-01-12 就这一事项提出过异议"):
            object_to(office, case, one)
        assert now(office, case).round == 3


# T12 to T14


def test_accepted_from_the_day_with_a_notice_and_the_handling_period(office, housing):
    case = screened(office)
    transfer(office, case, housing)
    accept(office, case, housing, at=AT + 3 * ONE_DAY, on=TODAY + ONE_DAY)
    assert (now(office, case).status, rows(office, case)) == ("accepted", [(1, "D02", True, False, "accepted")])
    assert clocks(office, case) == [("D5", "", "2026-01-13", "2026-03-14")]
    assert now(office, case).due_on == date(2026, 3, 14)
    assert documents(office, case)[1:] == [("acceptance", True, "D02")]
    with scope.county(office.county):
        said = str(Document.objects.get(kind="acceptance").said)
        assert all(words in said for words in ("2026年1月13日", "2026年3月14日", "60日"))
        stops = case.deadlines.filter(kind__in=("D3", "D4")).values_list("stop__stopped_on", flat=True)
        assert set(stops) == {TODAY + ONE_DAY}


def test_a_simple_case_has_ten_working_days_and_a_suggestion_no_handling_period(office, housing):
    case = screened(office, simple=True)
    transfer(office, case, housing)
    accept(office, case, housing)
    assert [(kind, due) for kind, _whose, _from, due in clocks(office, case)] == [("D12", "2026-01-26"), ("D5", "2026-03-13")]
    other = screened(office, 2, kind=Kind.SUGGESTION)
    transfer(office, other, housing)
    accept(office, other, housing)
    assert clocks(office, other) == []


@pytest.mark.parametrize("day", [TODAY - ONE_DAY, TODAY + ONE_DAY])
def test_accepted_between_receipt_and_today(office, housing, day):
    case = screened(office)
    transfer(office, case, housing)
    with pytest.raises(Refused, match="受理日期应在"):
        accept(office, case, housing, on=day)


def test_only_the_lead_accepts_and_an_assisting_unit_takes_its_part_and_reports(office, housing, labour):
    case = screened(office)
    assign(office, case, task(housing), task(labour, lead=False))
    with pytest.raises(Forbidden, match="牵头"):
        accept(office, case, labour)
    with pytest.raises(Refused, match="请用“受理”"):
        do(office, handling.accept_part, case, by=housing.officer)
    with pytest.raises(MovedOn, match="受理以后"):
        do(office, handling.report, case, by=labour.officer, text="已核定。", is_result=False)
    do(office, handling.accept_part, case, by=labour.officer)
    with pytest.raises(MovedOn, match="已经答复过"):
        do(office, handling.accept_part, case, by=labour.officer)
    do(office, handling.report, case, by=labour.officer, text="正在核定。", is_result=False)
    do(office, handling.report, case, by=labour.officer, text="已核定，送住建局。", is_result=True)
    assert rows(office, case) == [(1, "D02", True, True, "sent"), (1, "D05", False, True, "done")]
    assert now(office, case).status == "assigned"
    with pytest.raises(Forbidden):
        do(office, handling.report, case, by=labour.officer, text="还有。", is_result=False)
    accept(office, case, housing)
    with pytest.raises(Refused, match="写进处理意见"):
        do(office, handling.report, case, by=housing.officer, text="已修好。", is_result=True)
    with pytest.raises(Refused, match="请写明进展"):
        do(office, handling.report, case, by=housing.officer, text=" ", is_result=False)
    with scope.county(office.county):
        assert list(Progress.objects.order_by("pk").values_list("text", "is_result")) == [
            ("正在核定。", False),
            ("已核定，送住建局。", True),
        ]
        assert list(journal.faults()) == []


def test_a_unit_that_would_not_accept_asks_and_the_bureau_agrees(office, housing):
    case = screened(office)
    assign(office, case, task(housing))
    with pytest.raises(Refused, match="请写明"):
        do(office, handling.ask_to_refuse, case, by=housing.officer, ground=Ground.COURT, reason="")
    asked = do(office, handling.ask_to_refuse, case, by=housing.officer, ground=Ground.COURT, reason="法院已受理。")
    assert now(office, case).status == "assigned"
    with scope.county(office.county):
        proposals.sign(proposal=asked, county=office.county, by=office.chief, at=AT + 2 * ONE_DAY)
    assert (now(office, case).status, rows(office, case)) == ("not_accepted", [(1, "D02", True, True, "refused")])
    assert clocks(office, case) == []
    assert last(office, case) == ("refuse", "assigned", "not_accepted", "officer-d02")
    assert documents(office, case)[1:] == [("non_acceptance", True, "D02")]
    with scope.county(office.county):
        # The unit's duty was met on the day it decided.
        assert set(case.deadlines.exclude(kind="D1").values_list("stop__stopped_on", flat=True)) == {TODAY}


def test_the_bureau_orders_acceptance_instead(office, housing):
    case = screened(office)
    transfer(office, case, housing)
    asked = do(office, handling.ask_to_refuse, case, by=housing.officer, ground=Ground.COURT, reason="法院已受理。")
    with scope.county(office.county):
        who = {"proposal": asked, "county": office.county, "by": office.chief, "at": AT}
        proposals.refuse(**who, decision="法院未受理，属于你局职权，请受理。")
    assert (now(office, case).status, rows(office, case)) == ("transferred", [(1, "D02", True, False, "sent")])
    with pytest.raises(Refused, match="责成受理"):
        do(office, handling.ask_to_refuse, case, by=housing.officer, ground=Ground.COURT, reason="还是不受理。")
    accept(office, case, housing)


def test_a_handler_is_named_from_the_units_people(office, housing, labour):
    case = screened(office)
    transfer(office, case, housing)
    accept(office, case, housing)
    with pytest.raises(Refused, match="工作人员"):
        do(office, handling.handle, case, by=housing.officer, handler=labour.officer)
    do(office, handling.handle, case, by=housing.head, handler=housing.officer)
    found = now(office, case)
    assert (found.status, found.handler) == ("in_handling", housing.officer)
    do(office, handling.handle, case, by=housing.head, handler=housing.head)
    assert (now(office, case).handler, now(office, case).status) == (housing.head, "in_handling")
    assert last(office, case)[0] == "handle"


@pytest.mark.parametrize("why", ["accused", "accused leader", "recused", "same name"])
def test_whoever_has_an_interest_does_not_handle_it(office, housing, why):
    more = {}
    with scope.county(office.county):
        leader = Leader.objects.get(code="L3")
        if why == "accused leader":
            leader.user = housing.officer
            leader.save()
            more = {"accused_leader": leader}
    if why == "accused":
        more = {"accused_user": housing.officer}
    if why == "same name":
        more = {"person": bookers.person(1, name=housing.officer.name)}
    case = screened(office, **more)
    transfer(office, case, housing)
    accept(office, case, housing, by=housing.head)
    if why == "recused":
        do(office, recusals.recuse, case, by=housing.head, user=housing.officer, reason="与信访人是亲属")
    with pytest.raises(Refused, match="应当回避"):
        do(office, handling.handle, case, by=housing.head, handler=housing.officer)
    do(office, handling.handle, case, by=housing.head, handler=housing.head)


def test_who_steps_back_has_nothing_more_to_do_with_it(office, housing, labour):
    case = screened(office)
    in_handling(office, case, housing)
    with pytest.raises(Refused, match="理由"):
        do(office, recusals.recuse, case, by=housing.officer, user=housing.officer, reason=" ")
    for person in (labour.head, housing.officer):
        with pytest.raises((Forbidden, Refused)):
            do(office, recusals.recuse, case, by=person, user=housing.head, reason="与信访人是亲属")
    with pytest.raises(Refused, match="本单位工作人员"):
        do(office, recusals.recuse, case, by=housing.head, user=labour.officer, reason="与信访人是亲属")
    do(office, recusals.recuse, case, by=housing.officer, user=housing.officer, reason="与信访人是亲属")
    found = now(office, case)
    assert (found.handler, found.status) == (None, "in_handling")
    with scope.county(office.county):
        assert Referral.objects.get(case=case).handler is None
        assert Recusal.objects.get().by == housing.officer
        with pytest.raises(Forbidden, match="已回避"):
            units.own_referral(case=case, permission="case.handle", county=office.county, by=housing.officer, at=AT)
    with pytest.raises(Refused, match="已经回避"):
        do(office, recusals.recuse, case, by=housing.head, user=housing.officer, reason="再次")
    do(office, recusals.recuse, case, by=office.chief, user=housing.head, reason="与信访人是同学")


def test_a_unit_that_does_not_have_the_case_does_nothing_in_it(office, housing, labour):
    case = screened(office)
    transfer(office, case, housing)
    for action, more in (
        (handling.accept, {"on": TODAY}),
        (handling.accept_part, {}),
        (handling.ask_to_refuse, {"ground": Ground.COURT, "reason": "x"}),
        (handling.handle, {"handler": labour.officer}),
        (handling.report, {"text": "x", "is_result": False}),
        (objections.raise_one, {"reasons": "x" * 20}),
    ):
        with pytest.raises(Forbidden):
            do(office, action, case, by=labour.officer, **more)
    for action, more in (
        (referrals.transfer, {"department": labour.department, "received_on": TODAY}),
        (objections.agree, {"decision": "x"}),
    ):
        with pytest.raises((Forbidden, MovedOn)):
            do(office, action, case, by=labour.officer, **more)
    assert last(office, case)[0] == "transfer"


def test_a_role_that_ended_ends_the_power(office, housing):
    case = screened(office)
    transfer(office, case, housing)
    with scope.county(office.county):
        RoleGrant.objects.filter(user=housing.officer).update(ends_on=TODAY)
    with pytest.raises(Forbidden):
        accept(office, case, housing)
