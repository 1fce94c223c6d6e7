"""T17 and T18: what an opinion must say, who looks at it, who signs; every refusal and everything that follows."""

from datetime import date

import pytest
from django.db import IntegrityError

from petitions.actions import opinions
from petitions.actions.opinions import Answered
from petitions.models import Document, Kind, Opinion, OpinionKind, Outcome, Recusal
from reception import scope
from reception.errors import Forbidden, MovedOn, Refused
from reception.models import Department, RoleGrant
from reception.roles import Role
from tests.petitions import lives, referring
from tests.petitions.lives import D5_ENDS, DRAFTED, ISSUED, life, said
from tests.reception import builders

ONE = said().answers[0]


def test_an_officer_of_the_lead_unit_drafts_with_an_answer_to_every_matter(office):
    case = life(office)
    assert case.changed(opinions.draft, by=case.unit.officer, on=DRAFTED, said=said()) == {
        "status": "opinion_drafted",
        "steps": ["draft_opinion"],
        "documents": [],
        "journal": ["case.draft_opinion"],
    }
    with scope.county(office.county):
        opinion = Opinion.objects.get()
        rows = list(opinion.answers.order_by("position").values_list("position", "matter", "outcome"))
    assert rows == [(1, "请督促维修。", "supported"), (2, "请减免物业费。", "not_supported")]
    assert (opinion.version, opinion.state, opinion.kind, opinion.remedy_body, opinion.drafted_by_id) == (
        1,
        "drafted",
        "opinion",
        "澄河县人民政府",
        case.unit.officer.pk,
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"facts": "  "}, "请写明查明的事实和依据"),
        ({"basis": ""}, "请写明查明的事实和依据"),
        ({"answers": ()}, "至少一项"),
        ({"answers": (ONE,) * 9}, "最多逐项答复 8 项"),
        ({"answers": (Answered("", Outcome.EXPLAINED, "说明"),)}, "第 1 项请写明"),
        ({"answers": (ONE, Answered("请减免。", Outcome.EXPLAINED, " "))}, "第 2 项请写明"),
        ({"remedy_body": " "}, "请写明不服意见时可以向哪个机关申请复查"),
        ({"kind": OpinionKind.REPLY, "remedy_body": ""}, "申诉求决应当出具处理意见"),
        ({"kind": OpinionKind.MEDIATION}, "没有复查程序"),
        ({"carries_out_by": None}, "请写明承诺兑现的日期"),
        ({"carries_out_by": date(2026, 2, 1)}, "不能早于今天 2026-02-02"),
    ],
)
def test_an_opinion_that_lacks_something_is_refused_in_words_and_nothing_is_kept(office, change, words):
    case = life(office)
    before = case.facts
    with pytest.raises(Refused, match=words):
        case.draft(words=said(**change))
    with scope.county(office.county):
        assert not Opinion.objects.exists()
    assert case.facts == before


def test_a_suggestion_gets_a_reply_and_a_settled_dispute_its_agreement_both_without_a_remedy(office):
    suggestion = life(office, kind=Kind.SUGGESTION)
    suggestion.draft(words=lives.reply())
    claim = life(office, 2, unit=suggestion.unit)
    claim.draft(kind=OpinionKind.MEDIATION, remedy_body="")
    with scope.county(office.county):
        assert list(Opinion.objects.order_by("pk").values_list("kind", "remedy_body")) == [("reply", ""), ("mediation", "")]


def test_only_the_lead_unit_drafts_and_nobody_who_stepped_back(office):
    case = life(office)
    other = referring.unit(office, "D03", "人力资源和社会保障局")
    for person in (other.officer, office.clerk, case.reviewer):
        with pytest.raises(Forbidden):
            case.do(opinions.draft, by=person, on=DRAFTED, said=said())
    with scope.county(office.county):
        Recusal.objects.create(case=case.case, user=case.unit.officer, reason="亲属", by=office.clerk, at=lives.moment(DRAFTED))
    with pytest.raises(Forbidden, match="回避"):
        case.draft()


def test_the_bureau_checks_the_form_once_and_never_its_own_draft(office):
    case = life(office).draft()
    assert case.changed(opinions.check, by=office.clerk, on=DRAFTED) == {
        "steps": [],
        "documents": [],
        "journal": ["opinion.check"],
    }
    with pytest.raises(MovedOn, match="已经审核过"):
        case.check()
    for person in (case.unit.officer, case.unit.head):
        with pytest.raises(Forbidden):
            case.do(opinions.check, by=person, on=DRAFTED)
    # Someone who works for both: what they drafted, another checks.
    both = life(office, 2, unit=case.unit)
    with scope.county(office.county):
        RoleGrant.objects.create(user=case.unit.officer, role=Role.CLERK.value, starts_on=date(2020, 1, 1))
    both.draft()
    with pytest.raises(Forbidden, match="起草人不能审核"):
        both.do(opinions.check, by=case.unit.officer, on=DRAFTED)


def test_issuing_waits_for_the_check_and_for_the_leader_who_instructed(office):
    leader = lives.leader(office)
    case = lives.assigned(office, leader=leader).draft()
    with pytest.raises(Refused, match="信访部门还没有审核"):
        case.issue()
    case.check()
    with pytest.raises(Refused, match="批示领导还没有审阅"):
        case.issue()
    assert case.changed(opinions.look, by=leader.user, on=DRAFTED)["journal"] == ["opinion.look"]
    with pytest.raises(MovedOn, match="已经审阅过"):
        case.do(opinions.look, by=leader.user, on=DRAFTED)
    case.issue()
    assert case.case.status == "opinion_issued"


def test_a_secretary_looks_for_the_leader_and_the_bureaus_head_only_with_words_about_the_paper(office):
    leader = lives.leader(office)
    case = lives.assigned(office, leader=leader).draft()
    other = lives.leader(office, "L6")
    for person in (office.clerk, case.unit.head, other.user):
        with pytest.raises(Forbidden):
            case.do(opinions.look, by=person, on=DRAFTED)
    with pytest.raises(Refused, match="请写明领导何时、怎样审阅"):
        case.do(opinions.look, by=office.chief, on=DRAFTED)
    secretary = builders.user("secretary", office.county)
    with scope.county(office.county):
        RoleGrant.objects.create(user=secretary, role=Role.SECRETARY.value, leader=leader, starts_on=date(2020, 1, 1))
    case.do(opinions.look, by=secretary, on=DRAFTED)
    with scope.county(office.county):
        opinion = Opinion.objects.get()
    assert opinion.seen_by_id == secretary.pk


def test_what_nobody_instructed_no_leader_looks_at(office):
    case = life(office).draft()
    with pytest.raises(Refused, match="没有领导批示"):
        case.do(opinions.look, by=lives.leader(office).user, on=DRAFTED)


def test_the_head_issues_another_than_drafted_and_the_handling_period_ends_that_day(office):
    case = life(office).draft().check()
    assert case.facts["clocks"] == {"D5": D5_ENDS}
    with pytest.raises(Forbidden):
        case.do(opinions.issue, by=case.unit.officer, on=ISSUED)
    assert case.changed(opinions.issue, by=case.unit.head, on=ISSUED) == {
        "status": "opinion_issued",
        "due_on": None,
        "clocks": {},
        "steps": ["issue_opinion"],
        "documents": ["opinion"],
        "journal": ["case.issue_opinion", "document.issue"],
    }
    with scope.county(office.county):
        opinion, document = Opinion.objects.get(), Document.objects.get(kind="opinion")
        stop = case.case.deadlines.get(kind="D5").stop
    assert (opinion.state, opinion.signed_by_id, opinion.issued_on) == ("issued", case.unit.head.pk, ISSUED)
    assert (opinion.document_id, document.issuer_id, document.for_petitioner, document.n) == (
        document.pk,
        case.unit.department.pk,
        True,
        1,
    )
    assert document.said["remedy"]["body"] == "澄河县人民政府"
    assert [row[0] for row in document.said["items"]] == ["请督促维修。", "请减免物业费。"]
    assert stop.stopped_on == ISSUED


def test_who_drafted_does_not_sign_even_as_the_head(office):
    case = life(office)
    case.do(opinions.draft, by=case.unit.head, on=DRAFTED, said=said())
    case.check()
    with pytest.raises(Forbidden, match="起草人不能签发"):
        case.issue()


def test_the_database_lets_no_opinion_be_issued_unchecked_or_signed_by_its_drafter(office):
    case = life(office).draft()
    with scope.county(office.county):
        opinion = Opinion.objects.get()
    for change in ({"state": "issued"}, {"signed_by": case.unit.officer}):
        with pytest.raises(IntegrityError), scope.county(office.county):
            Opinion.objects.filter(pk=opinion.pk).update(**change)


@pytest.mark.parametrize("who", ["clerk", "chief", "head", "leader"])
def test_it_is_sent_back_with_a_reason_and_the_next_draft_is_a_new_version(office, who):
    leader = lives.leader(office)
    case = lives.assigned(office, leader=leader).draft()
    person = {"clerk": office.clerk, "chief": office.chief, "head": case.unit.head, "leader": leader.user}[who]
    with pytest.raises(Refused, match="请写明退回的理由"):
        case.do(opinions.send_back, by=person, on=DRAFTED, reason=" ")
    assert case.changed(opinions.send_back, by=person, on=DRAFTED, reason="第二项没有写依据") == {
        "status": "in_handling",
        "steps": ["return_opinion"],
        "documents": [],
        "journal": ["case.return_opinion"],
    }
    case.draft()
    with scope.county(office.county):
        rows = list(Opinion.objects.order_by("version").values_list("version", "state", "returned_reason"))
    assert rows == [(1, "returned", "第二项没有写依据"), (2, "drafted", "")]


def test_nobody_else_sends_it_back(office):
    case = life(office).draft()
    stranger = referring.unit(office, "D03", "人力资源和社会保障局").head
    for person in (stranger, case.unit.officer, lives.leader(office).user, case.reviewer):
        with pytest.raises(Forbidden):
            case.do(opinions.send_back, by=person, on=DRAFTED, reason="退回")


def test_what_is_not_drafted_is_neither_checked_nor_issued_nor_sent_back(office):
    case = life(office)
    with pytest.raises(MovedOn, match="现在可以办理"):
        case.check()
    with pytest.raises(MovedOn, match="办理流程 T18"):
        case.issue()
    with pytest.raises(MovedOn):
        case.do(opinions.send_back, by=office.clerk, on=DRAFTED, reason="退回")


def test_the_remedy_is_the_unit_above_else_the_countys_government(office):
    with scope.county(office.county):
        above = Department.objects.create(code="D20", name="教育局")
        below = Department.objects.create(code="D21", name="第一中学", superior=above)
        assert opinions.remedy_body(below, office.county) == "教育局"
        assert opinions.remedy_body(above, office.county) == "澄河县人民政府"
        office.county.government = "澄河县人民政府（本级）"
        assert opinions.remedy_body(above, office.county) == "澄河县人民政府（本级）"


def test_what_was_promised_is_entered_as_done_once_with_its_proof(office):
    case = life(office).issued()
    done = {"by": case.unit.officer, "on": date(2026, 3, 10), "proof": "维修验收单"}
    with pytest.raises(Refused, match="兑现日期应在"):
        case.do(opinions.carry_out, **done, day=date(2026, 2, 1))
    with pytest.raises(Refused, match="兑现日期应在"):
        case.do(opinions.carry_out, **done, day=date(2026, 3, 11))
    assert case.changed(opinions.carry_out, **done, day=date(2026, 3, 9))["journal"] == ["opinion.carry_out"]
    with pytest.raises(MovedOn, match="已登记于 2026-03-09 兑现"):
        case.do(opinions.carry_out, **done, day=date(2026, 3, 9))
    with pytest.raises(Forbidden):
        life(office, 2, unit=case.unit).issued().do(
            opinions.carry_out, by=referring.unit(office, "D03", "人社局").officer, on=ISSUED, day=ISSUED, proof="凭证"
        )
