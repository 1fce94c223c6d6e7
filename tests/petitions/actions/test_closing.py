"""The closing guard with every subset of what can be missing, the nightly proposals, reopening: states, clocks, documents, journal."""

from dataclasses import fields
from datetime import date
from itertools import product

import pytest
from django.db import IntegrityError

from petitions.actions import cases, closing, documents, proposals, ratings, reviews
from petitions.actions.closing import ReopenGround, Standing, missing, standing
from petitions.models import Answer, Case, Delivery, Document, DocumentKind, Grade, Opinion, Proposal, RatedBody, Referral
from petitions.workflow import Action
from reception import scope
from reception.errors import Forbidden, MovedOn, Refused
from reception.models import RoleGrant, User
from reception.roles import Role
from tests.petitions import lives, referring
from tests.petitions.lives import D7_ENDS, D7_OVER, DELIVERED, ISSUED, life, moment

PARTS = [part.name for part in fields(Standing)]
# What each missing thing is told as: words that no other sentence has.
TOLD = {
    "opinion": "还没有出具处理意见书",
    "check": "还没有审核处理意见的形式",
    "look": "批示领导还没有审阅",
    "remedy": "没有写明复查机关",
    "delivery": "还没有送达",
    "plan": "没有承诺兑现的日期",
    "report": "还没有提交办结报告",
}


@pytest.mark.parametrize("there", list(product([True, False], repeat=len(PARTS))))
def test_the_guard_names_exactly_what_is_missing_and_nothing_else(there):
    said = missing(Standing(**dict(zip(PARTS, there, strict=True))))
    assert len(said) == there.count(False)
    for part, is_there in zip(PARTS, there, strict=True):
        assert any(TOLD[part] in sentence for sentence in said) == (not is_there), part


def put(office, case, actor, has):
    """Rows as they would be with these parts and without the others, in a case that the table has brought to `delivered`."""
    at, county = moment(DELIVERED), office.county
    with scope.county(county):
        row = cases.locked(case.case)
        for action, by in ((Action.DRAFT_OPINION, case.unit.officer), (Action.ISSUE_OPINION, case.unit.head)):
            step = cases.move(row, action, county=county, by=by, at=at)
        issued = {"county": county, "by": case.unit.head, "at": at, "on": DELIVERED, "case": row, "step": step}
        if has["opinion"]:
            opinion = Opinion.objects.create(
                case=row,
                referral=Referral.objects.get(case=row, is_lead=True),
                version=1,
                facts="事实",
                basis="依据",
                remedy_body="澄河县人民政府" if has["remedy"] else "",
                carries_out_by=date(2026, 3, 31) if has["plan"] else None,
                drafted_by=case.unit.officer,
                drafted_at=at,
                state="issued",
                checked_by=office.clerk,
                checked_at=at,
                seen_by=actor if has["look"] else None,
                seen_at=at if has["look"] else None,
                signed_by=case.unit.head,
                issued_on=DELIVERED,
                document=documents.issue(kind=DocumentKind.OPINION, said={"title": "意见"}, **issued),
            )
            Answer.objects.create(opinion=opinion, position=1, matter="维修", outcome="supported", text="同意")
            if has["delivery"]:
                Delivery.objects.create(
                    document=opinion.document,
                    case=row,
                    way="handed",
                    delivered_on=DELIVERED,
                    proof="签收",
                    by=case.unit.officer,
                    at=at,
                )
        if has["report"]:
            documents.issue(kind=DocumentKind.CLOSING_REPORT, said={"title": "报告"}, **issued)
        cases.move(row, Action.DELIVER, county=county, by=case.unit.officer, at=at)
    case.case = referring.now(office, case.case)


def test_what_is_missing_is_read_from_the_case_itself_and_closing_refuses_with_all_of_it(office):
    """Every subset that the rows of an assigned and instructed case can be in; without an opinion nothing of it can be there."""
    whose = lives.leader(office)
    unit = referring.unit(office)
    names = ("look", "remedy", "delivery", "plan", "report")
    subsets = [{"opinion": True, **dict(zip(names, there, strict=True))} for there in product([True, False], repeat=5)]
    subsets.append({"opinion": False, **dict.fromkeys(names, False)})
    for n, has in enumerate(subsets, start=1):
        case = lives.assigned(office, n, leader=whose, unit=unit)
        put(office, case, whose.user, has)
        lacking = {name for name in names if not has[name]}
        if not has["opinion"]:
            # No promise without an opinion, so no plan is missing.
            lacking = (lacking - {"plan"}) | {"opinion", "check"}
        with scope.county(office.county):
            stands = standing(Case.objects.get(pk=case.case.pk))
        assert {part for part in PARTS if not getattr(stands, part)} == lacking, has
        before = case.facts
        if lacking:
            with pytest.raises(Refused) as refused:
                case.close()
            assert {part for part in PARTS if TOLD[part] in refused.value.sentence} == lacking
            assert case.facts == before
        else:
            assert case.close().case.status == "closed"


def test_an_opinion_without_the_bureaus_check_cannot_even_be_stored_as_issued(office):
    case = life(office).draft()
    with pytest.raises(IntegrityError, match="opinion_issued_is_checked_and_signed"), scope.county(office.county):
        Opinion.objects.filter(case=case.case).update(state="issued", signed_by=case.unit.head, issued_on=ISSUED)


def test_the_bureau_closes_and_the_petitioner_can_still_ask_and_both_days_show(office):
    case = life(office).delivered()
    assert case.changed(closing.close, by=office.clerk, on=date(2026, 2, 10)) == {
        "status": "closed",
        "steps": ["close"],
        "documents": [],
        "journal": ["case.close"],
    }
    assert case.facts["clocks"] == {"D7": D7_ENDS}
    with scope.county(office.county):
        step = case.case.steps.get(action="close")
        assert case.case.deadlines.get(kind="D5").stop.stopped_on == ISSUED
        assert list(Referral.objects.values_list("state", flat=True)) == ["done"]
    assert (step.facts["issued_on"], step.at.date()) == ("2026-02-03", date(2026, 2, 10))


def test_a_unit_never_closes_alone_not_even_with_a_role_at_the_bureau(office):
    case = life(office).delivered()
    for person in (case.unit.officer, case.unit.head, case.reviewer):
        with pytest.raises(Forbidden):
            case.do(closing.close, by=person, on=DELIVERED)
    with scope.county(office.county):
        for person in (case.unit.officer, case.unit.head):
            RoleGrant.objects.create(user=person, role=Role.CLERK.value, starts_on=date(2020, 1, 1))
    for person in (case.unit.officer, case.unit.head):
        with pytest.raises(Forbidden, match="不能自己办结"):
            case.do(closing.close, by=person, on=DELIVERED)


@pytest.mark.parametrize("stage", ["in_handling", "opinion_drafted", "opinion_issued", "closed"])
def test_what_is_not_delivered_is_not_closed(office, stage):
    case = life(office)
    ways = {"in_handling": lambda: case, "opinion_drafted": case.draft, "opinion_issued": case.issued}
    ways["closed"] = lambda: case.delivered().close()
    ways[stage]()
    assert case.case.status == stage
    with pytest.raises(MovedOn, match="“办结”不能在"):
        case.close()


def test_an_assigned_case_is_reported_as_done_before_it_is_closed(office):
    case = lives.assigned(office)
    case.delivered()
    with pytest.raises(Refused, match="还没有提交办结报告"):
        case.close()
    with pytest.raises(Refused, match="请写明落实的情况"):
        case.do(closing.report, by=case.unit.officer, on=DELIVERED, result=" ")
    with pytest.raises(Forbidden):
        case.do(closing.report, by=office.clerk, on=DELIVERED, result="已修好。")
    assert case.changed(closing.report, by=case.unit.officer, on=DELIVERED, result="已修好。") == {
        "steps": [],
        "documents": ["closing_report"],
        "journal": ["document.issue"],
    }
    with pytest.raises(Refused, match="已经提交"):
        case.do(closing.report, by=case.unit.officer, on=DELIVERED, result="已修好。")
    case.close()
    with scope.county(office.county):
        said = Document.objects.get(kind="closing_report").said
    assert "已修好。" in said["paragraphs"]
    transferred = life(office, 2, unit=case.unit).delivered()
    with pytest.raises(Refused, match="不需要办结报告"):
        transferred.do(closing.report, by=case.unit.officer, on=DELIVERED, result="已修好。")


def propose(office, on):
    with scope.county(office.county):
        return closing.propose_due(county=office.county, by=User.objects.system(), at=moment(on, 9))


def settle(office, how, by, on, **more):
    with scope.county(office.county):
        return how(proposal=Proposal.objects.latest("pk"), county=office.county, by=by, at=moment(on), **more)


def test_the_night_proposes_once_what_nobody_asked_to_review_and_a_clerk_confirms(office):
    case = life(office).delivered()
    assert propose(office, D7_ENDS) == 0
    assert propose(office, D7_OVER) == 1
    assert propose(office, D7_OVER) == 0
    assert case.facts["status"] == "delivered"
    before = case.facts
    settle(office, proposals.sign, office.clerk, D7_OVER)
    after = case.facts
    assert after["status"] == "closed"
    assert after["clocks"] == {}
    assert after["steps"] == [*before["steps"], "close_finally"]
    assert after["journal"][len(before["journal"]) :] == ["proposal.sign", "case.close_finally"]
    assert propose(office, date(2026, 3, 9)) == 0


def test_what_a_clerk_did_not_agree_to_is_not_proposed_again(office):
    life(office).delivered()
    assert propose(office, D7_OVER) == 1
    settle(office, proposals.refuse, office.clerk, D7_OVER, decision="信访人正在准备申请")
    assert propose(office, date(2026, 3, 9)) == 0


def test_nothing_is_proposed_that_lacks_something_or_is_closed_already(office):
    case = lives.assigned(office)
    case.delivered()
    life(office, 2, unit=case.unit).delivered().close()
    assert propose(office, D7_OVER) == 0


def test_only_the_machine_and_the_bureau_propose_and_only_a_person_confirms(office):
    case = life(office).delivered()
    assert propose(office, D7_OVER) == 1
    with scope.county(office.county), pytest.raises(Forbidden):
        closing.propose_due(county=office.county, by=case.unit.officer, at=moment(D7_OVER))
    for person in (case.unit.officer, case.unit.head):
        with pytest.raises(Forbidden):
            settle(office, proposals.sign, person, D7_OVER)
    with scope.county(office.county):
        system = User.objects.system()
    with pytest.raises(Refused):
        settle(office, proposals.sign, system, D7_OVER)


def test_a_review_asked_for_meanwhile_wins_over_the_nights_proposal(office):
    case = life(office).delivered()
    propose(office, D7_OVER)
    case.do(reviews.request, by=office.clerk, on=D7_OVER, text="不服", requested_on=D7_ENDS)
    with pytest.raises(MovedOn):
        settle(office, proposals.sign, office.clerk, D7_OVER)
    assert case.facts["status"] == "under_review"


def reopened(case, **more):
    parts = {"ground": ReopenGround.NOT_CARRIED_OUT, "reason": "月底前没有修好", "due_on": date(2026, 4, 30)}
    return case.do(closing.reopen, by=more.pop("by", case.office.chief), on=date(2026, 4, 2), **{**parts, **more})


def test_the_head_of_the_bureau_reopens_with_a_new_desk_clock_and_the_legal_clocks_stay_as_they_were(office):
    case = life(office).delivered().close()
    before = case.facts
    with scope.county(office.county):
        clocks = list(case.case.deadlines.order_by("pk").values_list("kind", "due_on", "stop__stopped_on"))
    reopened(case)
    after = case.facts
    assert (after["status"], after["round"], after["due_on"]) == ("in_handling", 2, date(2026, 4, 30))
    assert after["clocks"] == {"D11": date(2026, 4, 30)}
    assert after["steps"] == [*before["steps"], "reopen"]
    assert after["journal"][-1] == "case.reopen"
    with scope.county(office.county):
        now = list(case.case.deadlines.order_by("pk").values_list("kind", "due_on", "stop__stopped_on"))
        rounds = list(Referral.objects.order_by("round").values_list("round", "state", "is_assigned", "due_on", "department__code"))
    # What had stopped is as it was; the petitioner's time to ask about the old opinion ends with the reopening.
    assert [one for one in now if one in clocks] == [one for one in clocks if one[0] != "D7"]
    assert rounds == [(1, "done", False, None, "D02"), (2, "accepted", True, date(2026, 4, 30), "D02")]
    # A new opinion of the new round is needed before it is closed again.
    case.draft(on=date(2026, 4, 10), carries_out_by=date(2026, 4, 20)).check(on=date(2026, 4, 10)).issue(on=date(2026, 4, 10))
    case.deliver(on=date(2026, 4, 11))
    with pytest.raises(Refused, match="还没有提交办结报告"):
        case.close(on=date(2026, 4, 12))
    case.do(closing.report, by=case.unit.officer, on=date(2026, 4, 12), result="已修好。")
    case.close(on=date(2026, 4, 12))
    assert case.facts["status"] == "closed"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reason": " "}, "请写明重新办理的理由"),
        ({"due_on": date(2026, 4, 2)}, "应在明天至"),
        ({"due_on": date(2026, 6, 2)}, "应在明天至 2026-06-01"),
        ({"ground": ReopenGround.DISSATISFIED}, "没有作出“不满意”的评价"),
    ],
)
def test_reopening_needs_a_ground_that_is_there_a_reason_and_a_day(office, change, words):
    case = life(office).delivered().close()
    before = case.facts
    with pytest.raises(Refused, match=words):
        reopened(case, **change)
    assert case.facts == before


def test_a_dissatisfied_rating_found_true_reopens_and_nobody_but_the_head_does(office):
    case = life(office).delivered().close()
    with scope.county(office.county):
        system = User.objects.system()
    case.do(ratings.rate, by=system, on=date(2026, 3, 1), body=RatedBody.DEPARTMENT, grade=Grade.DISSATISFIED, comment="没修")
    for person in (office.clerk, case.unit.head, case.reviewer):
        with pytest.raises(Forbidden):
            reopened(case, by=person)
    reopened(case, ground=ReopenGround.DISSATISFIED)
    assert case.facts["status"] == "in_handling"


def test_an_open_case_is_not_reopened(office):
    case = life(office).delivered()
    with pytest.raises(MovedOn, match="重新办理"):
        reopened(case)
