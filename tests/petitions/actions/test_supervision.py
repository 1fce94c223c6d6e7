"""T27, the joint meeting's agenda, proposals for improvement: grounds, rules, who may, what is frozen, what is answered."""

from datetime import date, timedelta

import pytest

from petitions.actions import agendas, improvements, supervision
from petitions.actions.agendas import hard_cases
from petitions.models import Agenda, AgendaItem, Case, Document, Improvement, Kind, Ruling, Supervision, SupervisionGround
from reception import scope
from reception.errors import Forbidden, MovedOn, Refused
from reception.models import Entry, Leader, RoleGrant
from reception.roles import Role
from tests.petitions import lives, referring
from tests.petitions.lives import life, moment
from tests.reception import bookers, builders

DAY = date(2026, 2, 4)
MEETS = date(2026, 2, 20)


@pytest.fixture
def joint(office):
    """Someone of the joint meeting's office."""
    return builders.user("joint", office.county, Role.JOINT_OFFICE)


def begin(case, *, by=None, **more):
    parts = {
        "department": case.unit.department,
        "ground": SupervisionGround.SHIRKING,
        "text": "请说明拖延的原因，尽快办理。",
        "due_on": date(2026, 2, 13),
    }
    return case.do(supervision.begin, by=by or case.clerk, on=DAY, **{**parts, **more})


def after(office, action, *, by, on=DAY, **more):
    with scope.county(office.county):
        return action(county=office.county, by=by, at=moment(on), **more)


def test_supervision_is_a_letter_with_a_ground_and_a_day_and_moves_nothing(office):
    case = life(office)
    before = case.facts
    begin(case)
    now = case.facts
    assert now["steps"] == [*before["steps"], "supervise"]
    assert now["documents"] == [*before["documents"], "supervision"]
    assert (now["status"], now["clocks"]) == (before["status"], before["clocks"])
    with scope.county(office.county):
        row, document = Supervision.objects.get(), Document.objects.get(kind="supervision")
    assert (row.ground, row.due_on, row.is_listed, row.document_id) == ("shirking", date(2026, 2, 13), False, document.pk)
    assert document.said["to"].endswith(case.unit.department.name)
    assert not document.for_petitioner


@pytest.mark.parametrize(
    ("change", "words"),
    [({"text": " "}, "请写明督办要求"), ({"due_on": date(2026, 2, 3)}, "反馈期限不能早于今天")],
)
def test_a_letter_without_words_or_for_a_day_that_is_over_is_refused(office, change, words):
    case = life(office)
    with pytest.raises(Refused, match=words):
        begin(case, **change)


def test_who_supervises_and_who_lists_and_whom(office, joint):
    case = life(office)
    other = referring.unit(office, "D03", "人力资源和社会保障局")
    with pytest.raises(Refused, match="现在不承办这一事项"):
        begin(case, department=other.department)
    for person in (case.unit.head, case.reviewer):
        with pytest.raises(Forbidden):
            begin(case, by=person)
    with pytest.raises(Forbidden):
        begin(case, is_listed=True)
    begin(case)
    with pytest.raises(Refused, match="尚未反馈"):
        begin(case)
    begin(case, by=joint, is_listed=True)
    with pytest.raises(MovedOn):
        begin(life(office, 2, unit=case.unit).delivered().close())


def test_the_unit_answers_once_and_another_person_ends_it(office):
    case = life(office)
    row = begin(case)
    with pytest.raises(Refused, match="还没有反馈"):
        after(office, supervision.end, supervision=row, by=office.clerk)
    stranger = referring.unit(office, "D03", "人力资源和社会保障局").head
    for person in (office.clerk, stranger):
        with pytest.raises(Forbidden):
            after(office, supervision.feed_back, supervision=row, text="已办理", by=person)
    with pytest.raises(Refused, match="请写明办理和整改"):
        after(office, supervision.feed_back, supervision=row, text=" ", by=case.unit.officer)
    after(office, supervision.feed_back, supervision=row, text="已办理", by=case.unit.officer)
    with pytest.raises(MovedOn, match="已经提交"):
        after(office, supervision.feed_back, supervision=row, text="再补充", by=case.unit.head)
    with scope.county(office.county):
        RoleGrant.objects.create(user=case.unit.officer, role=Role.CLERK.value, starts_on=date(2020, 1, 1))
    with pytest.raises(Forbidden, match="反馈人不能自己销号"):
        after(office, supervision.end, supervision=row, by=case.unit.officer)
    after(office, supervision.end, supervision=row, by=office.clerk, on=date(2026, 2, 6))
    with pytest.raises(MovedOn, match="已经销号"):
        after(office, supervision.end, supervision=row, by=office.clerk)
    assert case.facts["journal"][-2:] == ["supervision.feed_back", "supervision.end"]
    # It was not enough: again, with another letter.
    begin(case)
    with scope.county(office.county):
        assert list(Document.objects.filter(kind="supervision").values_list("n", flat=True)) == [1, 2]


def test_listed_supervision_is_ended_by_those_who_list(office, joint):
    case = life(office)
    row = begin(case, by=joint, is_listed=True)
    after(office, supervision.feed_back, supervision=row, text="已办理", by=case.unit.officer)
    with pytest.raises(Forbidden):
        after(office, supervision.end, supervision=row, by=office.clerk)
    after(office, supervision.end, supervision=row, by=joint)


def rules_of(office, user, on):
    with scope.county(office.county):
        return {one.case.pk: set(one.rules) for one in hard_cases(user, on=on)}


def test_hard_cases_are_those_of_the_stated_rules_and_no_other(office, joint):
    """Overdue by more than fifteen days, listed, three times, five people, redone; each alone, at its edge and within it."""
    plain = life(office)
    unit = plain.unit
    listed, many, few, redone = (life(office, n, unit=unit) for n in (2, 3, 4, 5))
    begin(plain)
    begin(listed, by=joint, is_listed=True)
    with scope.county(office.county):
        Case.objects.filter(pk=many.case.pk).update(people=5)
        Case.objects.filter(pk=few.case.pk).update(people=4)
    redone.delivered().ask_for_review().review(Ruling.SET_ASIDE)
    on = date(2026, 3, 2)
    expected = {listed.case.pk: {"listed"}, many.case.pk: {"many"}, redone.case.pk: {"redone"}}
    assert rules_of(office, joint, on) == expected
    assert rules_of(office, office.chief, on) == expected
    # The last day is 13 March: fifteen days later is not more than fifteen, the sixteenth is.
    last = lives.D5_ENDS
    late = {case.case.pk for case in (plain, listed, many, few)}
    assert not {pk for pk, rules in rules_of(office, joint, last + timedelta(days=15)).items() if "overdue" in rules}
    assert {pk for pk, rules in rules_of(office, joint, last + timedelta(days=16)).items() if "overdue" in rules} == late


@pytest.mark.parametrize("chained", [False, True])
def test_a_matter_raised_three_times_is_hard_twice_is_not(office, joint, chained):
    first = life(office)
    second, third, apart = (life(office, n, unit=first.unit) for n in (2, 3, 4))
    with scope.county(office.county):
        Case.objects.filter(pk=second.case.pk).update(repeats=first.case)
    assert rules_of(office, joint, DAY) == {}
    with scope.county(office.county):
        Case.objects.filter(pk=third.case.pk).update(repeats=second.case if chained else first.case)
    found = rules_of(office, joint, DAY)
    assert found[third.case.pk] == {"often"}
    assert apart.case.pk not in found


def test_no_accusation_is_proposed_and_what_is_over_is_not_hard(office, joint):
    case = life(office)
    accusation = life(office, 2, unit=case.unit, kind=Kind.ACCUSATION)
    with scope.county(office.county):
        Case.objects.update(people=9)
        named = life(office, 3, unit=case.unit, accused_leader=Leader.objects.get(code="L6"))
        Case.objects.update(people=9)
    assert set(rules_of(office, joint, DAY)) == {case.case.pk}
    with scope.county(office.county), pytest.raises(Refused, match="检举控告"):
        agendas.make(meets_on=MEETS, cases=[(accusation.case, "集体访")], county=office.county, by=joint, at=moment(DAY))
    with scope.county(office.county), pytest.raises(Refused, match="检举控告"):
        agendas.make(meets_on=MEETS, cases=[(named.case, "集体访")], county=office.county, by=joint, at=moment(DAY))
    case.delivered().close()
    assert rules_of(office, joint, DAY) == {}


def test_the_joint_office_sees_hard_cases_and_no_other(office, joint):
    plain = life(office)
    many = life(office, 2, unit=plain.unit)
    with scope.county(office.county):
        Case.objects.filter(pk=many.case.pk).update(people=5)
        assert set(Case.objects.visible_to(joint, on=DAY).values_list("pk", flat=True)) == {many.case.pk}
    begin(plain, by=office.clerk)
    with scope.county(office.county):
        assert Case.objects.visible_to(joint, on=DAY).filter(pk=plain.case.pk).exists()


def agenda(office, by, *cases, **more):
    parts = {"meets_on": MEETS, "cases": [(case.case, "集体访，久拖未决") for case in cases]}
    return after(office, agendas.make, by=by, **{**parts, **more})


def test_an_agenda_is_numbered_and_frozen_in_the_chosen_order_and_its_outcomes_are_written_once(office, joint):
    one = life(office)
    two = life(office, 2, unit=one.unit)
    made = agenda(office, joint, two, one)
    with scope.county(office.county):
        items = list(AgendaItem.objects.order_by("position"))
        document = Document.objects.get(kind="agenda")
        entry = Entry.objects.get(act="agenda.make")
    assert [item.case_id for item in items] == [two.case.pk, one.case.pk]
    assert (made.document_id, document.n, document.case_id, len(document.said["items"])) == (document.pk, 1, None, 2)
    assert entry.facts["cases"] == [two.case.number, one.case.number]
    decide = {"action": agendas.conclude, "item": items[0], "by": joint}
    with pytest.raises(Refused, match="会议还没有开"):
        after(office, **decide, outcome="由住建局牵头")
    with pytest.raises(Refused, match="请写明会议的决定"):
        after(office, **decide, outcome=" ", on=MEETS)
    with pytest.raises(Forbidden):
        after(office, agendas.conclude, item=items[0], by=office.clerk, outcome="由住建局牵头", on=MEETS)
    after(office, **decide, outcome="由住建局牵头", on=MEETS)
    with pytest.raises(MovedOn, match="不能再改"):
        after(office, **decide, outcome="改由他人", on=MEETS)
    with scope.county(office.county):
        assert AgendaItem.objects.get(pk=items[0].pk).outcome == "由住建局牵头"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"meets_on": date(2026, 2, 3)}, "不能早于今天"),
        ({"cases": []}, "至少选择一件"),
        ({"cases": "twice"}, "只能列入一次"),
        ({"cases": "unsaid"}, "列入的理由"),
    ],
)
def test_an_agenda_that_cannot_be_is_refused_and_takes_no_number(office, joint, change, words):
    case = life(office)
    given = {"twice": [(case.case, "一"), (case.case, "二")], "unsaid": [(case.case, " ")]}
    change = {
        name: given.get(value, value) if name == "cases" and isinstance(value, str) else value for name, value in change.items()
    }
    with pytest.raises(Refused, match=words):
        agenda(office, joint, case, **change)
    with scope.county(office.county):
        assert not Agenda.objects.exists()
        assert not Document.objects.filter(kind="agenda").exists()
    with pytest.raises(Forbidden):
        agenda(office, office.clerk, case)


def propose(office, unit, *, by=None, **more):
    return after(
        office, improvements.make, by=by or office.clerk, **{"department": unit.department, "text": "建议公开维修流程。", **more}
    )


def test_a_proposal_is_numbered_runs_thirty_days_and_the_unit_reports_once(office):
    case = life(office)
    row = propose(office, case.unit, case=case.case)
    topic = propose(office, case.unit, topic=bookers.topic(office))
    with scope.county(office.county):
        documents = list(Document.objects.filter(kind="improvement").order_by("n").values_list("n", "case"))
    assert (row.due_on, documents) == (date(2026, 3, 6), [(1, case.case.pk), (2, None)])
    stranger = referring.unit(office, "D03", "人力资源和社会保障局").head
    for person in (office.clerk, stranger):
        with pytest.raises(Forbidden):
            after(office, improvements.report, improvement=row, text="已采纳", by=person)
    with pytest.raises(Refused, match="请写明采纳"):
        after(office, improvements.report, improvement=row, text="", by=case.unit.officer)
    after(office, improvements.report, improvement=row, text="已采纳", by=case.unit.officer)
    with pytest.raises(MovedOn, match="已经反馈"):
        after(office, improvements.report, improvement=row, text="已采纳", by=case.unit.head)
    with scope.county(office.county):
        acts = list(Entry.objects.filter(act__startswith="improvement.").order_by("n").values_list("act", flat=True))
        assert Improvement.objects.get(pk=topic.pk).reported_on is None
    assert acts == ["improvement.make", "improvement.make", "improvement.report"]


def test_a_proposal_needs_words_and_never_tells_a_unit_of_what_accuses_it(office):
    unit = referring.unit(office)
    with scope.county(office.county):
        accusing = referring.screened(office, 7, kind=Kind.ACCUSATION, accused_department=unit.department)
    with pytest.raises(Refused, match="请写明建议改进什么"):
        propose(office, unit, text=" ")
    with pytest.raises(Refused, match="建议书不能提到它"):
        propose(office, unit, case=accusing)
    with pytest.raises(Forbidden):
        propose(office, unit, by=unit.head)
