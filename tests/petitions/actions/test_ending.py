"""Ratings, withdrawal, corrections: small things at a case's end, each with what it changes and what it refuses."""

from datetime import date

import pytest

from petitions.actions import corrections, proposals, ratings, withdrawals
from petitions.models import CaseStep, Grade, Proposal, RatedBody, Rating, Referral, Ruling
from petitions.workflow import RUNNING
from reception import scope
from reception.errors import Forbidden, MovedOn, Refused
from reception.models import User
from tests.petitions import lives, referring
from tests.petitions.lives import DELIVERED, life, moment
from tests.petitions.states import stands

RATED = date(2026, 2, 10)


def system(office):
    with scope.county(office.county):
        return User.objects.system()


def rate(case, body=RatedBody.BUREAU, grade=Grade.SATISFIED, *, by=None, **more):
    return case.do(ratings.rate, by=by or system(case.office), on=RATED, body=body, grade=grade, **more)


def test_the_petitioner_rates_both_bodies_once_in_three_grades(office):
    case = life(office).delivered()
    with scope.county(office.county):
        assert ratings.open_to(case.case) == [RatedBody.BUREAU, RatedBody.DEPARTMENT]
    before = case.facts
    rate(case, RatedBody.BUREAU, Grade.BASICALLY_SATISFIED)
    rate(case, RatedBody.DEPARTMENT, Grade.DISSATISFIED, comment=" 还没修 ")
    after = case.facts
    assert after["journal"] == [*before["journal"], "case.rate", "case.rate"]
    assert {**after, "journal": 0} == {**before, "journal": 0}
    with scope.county(office.county):
        rows = list(Rating.objects.order_by("pk").values_list("body", "grade", "comment", "department__code", "round"))
        assert ratings.open_to(case.case) == []
    assert rows == [
        ("bureau", "basically_satisfied", "", None, 1),
        ("department", "dissatisfied", "还没修", "D02", 1),
    ]
    with pytest.raises(MovedOn, match="已经评价过"):
        rate(case, RatedBody.DEPARTMENT, Grade.SATISFIED)


def test_nobody_rates_before_the_opinion_arrived_and_nobody_for_the_petitioner(office):
    case = life(office).issued()
    with pytest.raises(Refused, match="收到处理意见书以后"):
        rate(case)
    case.deliver()
    for person in (office.clerk, office.chief, case.unit.head):
        with pytest.raises(Forbidden):
            rate(case, by=person)


def test_each_round_of_handling_is_rated_anew(office):
    case = life(office).delivered()
    rate(case)
    case.ask_for_review().review(Ruling.SET_ASIDE)
    with scope.county(office.county):
        assert ratings.open_to(case.case) == []
    again = date(2026, 3, 20)
    case.draft(on=again).check(on=again).issue(on=again)
    case.deliver(on=again)
    with scope.county(office.county):
        assert ratings.open_to(case.case) == [RatedBody.BUREAU, RatedBody.DEPARTMENT]


@pytest.mark.parametrize("status", sorted(RUNNING))
def test_a_case_can_be_withdrawn_from_every_state_in_which_something_is_owed(office, status):
    made = stands(office, status)
    with scope.county(office.county):
        withdrawals.enter(case=made.case, signed_on=made.on, county=office.county, by=office.clerk, at=made.at)
        case = made.case
        case.refresh_from_db()
        assert (case.status, case.due_on) == ("withdrawn", None)
        assert not case.deadlines.running().exists()
        assert not Referral.objects.filter(case=case, state__in=("sent", "objected", "accepted")).exists()


@pytest.mark.parametrize("status", ["closed", "concluded", "withdrawn", "guided", "review_decided"])
def test_what_is_settled_is_not_withdrawn(office, status):
    made = stands(office, status) if status != "withdrawn" else stands(office, "registered")
    with scope.county(office.county):
        given = {"signed_on": made.on, "county": office.county, "by": office.clerk, "at": made.at}
        if status == "withdrawn":
            withdrawals.enter(case=made.case, **given)
        with pytest.raises(MovedOn, match="撤回"):
            withdrawals.enter(case=made.case, **given)


def test_on_their_page_the_petitioner_asks_without_a_reason_and_a_clerk_confirms(office):
    case = life(office)
    before = case.facts
    asked = case.do(withdrawals.ask, by=system(office), on=DELIVERED)
    assert (asked.reason, case.facts["status"]) == ("", "in_handling")
    with pytest.raises(Refused, match="正在等待签批"):
        case.do(withdrawals.ask, by=system(office), on=DELIVERED)
    with pytest.raises(Forbidden), scope.county(office.county):
        proposals.sign(proposal=asked, county=office.county, by=case.unit.head, at=moment(DELIVERED))
    with scope.county(office.county):
        proposals.sign(proposal=asked, county=office.county, by=office.clerk, at=moment(DELIVERED))
    after = case.facts
    assert (after["status"], after["clocks"], after["due_on"]) == ("withdrawn", {}, None)
    assert after["journal"][len(before["journal"]) :] == ["proposal.ask", "proposal.sign", "case.withdraw"]
    # The same matter can be raised again: nothing stands in the way of it.
    assert life(office, unit=case.unit).facts["status"] == "in_handling"


@pytest.mark.parametrize("day", [date(2026, 1, 11), date(2026, 2, 5)])
def test_a_signature_of_a_day_that_cannot_be_is_refused(office, day):
    case = life(office)
    with pytest.raises(Refused, match="签名日期应在收到之日 2026-01-12 至今天 2026-02-04"):
        case.do(withdrawals.enter, by=office.clerk, on=DELIVERED, signed_on=day)
    with pytest.raises(Forbidden):
        case.do(withdrawals.enter, by=case.unit.officer, on=DELIVERED, signed_on=DELIVERED)


def test_a_step_that_was_wrong_stays_and_another_points_to_it(office):
    case = life(office)
    with scope.county(office.county):
        step = case.case.steps.get(action="accept")
    assert case.changed(corrections.correct, by=office.clerk, on=DELIVERED, step=step, words="受理日期应为 13 日") == {
        "steps": ["correct"],
        "documents": [],
        "journal": ["case.correct"],
    }
    with scope.county(office.county):
        made = CaseStep.objects.get(action="correct")
    assert (made.corrects_id, made.reason, made.before, made.after) == (step.pk, "受理日期应为 13 日", "in_handling", "in_handling")
    with pytest.raises(MovedOn, match="已经更正过"):
        case.do(corrections.correct, by=office.clerk, on=DELIVERED, step=step, words="再改")
    case.do(corrections.correct, by=office.clerk, on=DELIVERED, step=made, words="更正有误")


def test_others_correct_their_own_steps_alone_and_with_words(office):
    case = life(office)
    other = life(office, 2, unit=case.unit)
    with scope.county(office.county):
        theirs, own, elsewhere = (
            case.case.steps.get(action="screen"),
            case.case.steps.get(action="handle"),
            other.case.steps.get(action="handle"),
        )
    officer = case.unit.officer
    with pytest.raises(Forbidden, match="只能更正自己办理的步骤"):
        case.do(corrections.correct, by=officer, on=DELIVERED, step=theirs, words="改")
    with pytest.raises(Refused, match="请写明哪里有误"):
        case.do(corrections.correct, by=officer, on=DELIVERED, step=own, words=" ")
    with pytest.raises(Refused, match="不是这一事项的"):
        case.do(corrections.correct, by=officer, on=DELIVERED, step=elsewhere, words="改")
    case.do(corrections.correct, by=officer, on=DELIVERED, step=own, words="承办人应为另一人")
    with pytest.raises(Forbidden):
        case.do(corrections.correct, by=lives.leader(office).user, on=DELIVERED, step=theirs, words="改")


def test_a_proposal_with_long_words_is_kept_and_journalled(office):
    """What is longer than an entry of the journal holds is cut there and whole in its own row."""
    case = life(office)
    with scope.county(office.county):
        asked = case.do(withdrawals.ask, by=system(office), on=DELIVERED)
        proposals.refuse(proposal=asked, decision="字" * 480, county=office.county, by=office.clerk, at=moment(DELIVERED))
        assert len(Proposal.objects.get().decision) == 480
    assert referring.now(office, case.case).status == "in_handling"
