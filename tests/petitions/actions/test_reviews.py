"""T21 to T24: who may ask and until when, who decides, and what each ruling does, as a table of effects."""

from datetime import date

import pytest

from petitions.actions import closing, deliveries, opinions, proposals, reviews
from petitions.actions.reviews import Hearing
from petitions.models import Document, OpinionKind, Proposal, Referral, Review, Ruling
from reception import scope
from reception.errors import Forbidden, MovedOn, Refused
from reception.models import RoleGrant, User
from reception.roles import Role
from tests.petitions import lives, referring
from tests.petitions.lives import D7_ENDS, D7_OVER, DELIVERED, life, moment

ASKED = date(2026, 2, 20)
DECIDED = date(2026, 3, 2)
CITY = "澄河市人民政府"


def system(office):
    with scope.county(office.county):
        return User.objects.system()


def ask(case, *, on=ASKED, by=None, **more):
    return case.do(reviews.request, by=by or case.clerk, on=on, **{"text": "没有说明为什么不减免。", **more})


def decide(case, ruling, *, on=DECIDED, by=None, **more):
    parts = {"text": "查明的情况和理由。", "remedy_body": "" if ruling == Ruling.SET_ASIDE else CITY}
    return case.do(reviews.decide, by=by or case.reviewer, on=on, ruling=ruling, **{**parts, **more})


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("who", ["petitioner", "clerk"])
def test_in_time_it_is_under_review_at_once_by_the_body_the_opinion_named(office, closed, who):
    case = life(office).delivered()
    if closed:
        case.close()
    by = system(office) if who == "petitioner" else office.clerk
    assert case.changed(reviews.request, by=by, on=ASKED, text="没有说明为什么不减免。") == {
        "status": "under_review",
        "due_on": date(2026, 3, 22),
        "clocks": {"D8": date(2026, 3, 22)},
        "steps": ["request_review"],
        "documents": [],
        "journal": ["case.request_review"],
    }
    with scope.county(office.county):
        row = Review.objects.get()
    assert (row.level, row.body, row.requested_on, row.is_late, row.request) == (
        "review",
        "澄河县人民政府",
        ASKED,
        False,
        "没有说明为什么不减免。",
    )


@pytest.mark.parametrize(("on", "requested_on", "late"), [(D7_ENDS, None, False), (D7_OVER, None, True), (D7_OVER, D7_ENDS, False)])
def test_the_last_day_is_in_time_the_next_is_for_a_person_to_decide(office, on, requested_on, late):
    case = life(office).delivered()
    got = ask(case, on=on, requested_on=requested_on)
    assert isinstance(got, Proposal) == late
    assert case.facts["status"] == ("delivered" if late else "under_review")


def late(office):
    case = life(office).delivered()
    proposal = ask(case, on=date(2026, 4, 1), by=system(office))
    return case, proposal


def settle(office, how, proposal, by, **more):
    with scope.county(office.county):
        return how(proposal=proposal, county=office.county, by=by, at=moment(date(2026, 4, 2)), **more)


def test_a_late_request_is_taken_with_a_reason_and_its_clock_runs_from_the_request(office):
    case, proposal = late(office)
    before = case.facts
    with pytest.raises(Refused, match="同意受理也请写明理由"):
        settle(office, proposals.sign, proposal, office.clerk)
    assert case.facts == before
    settle(office, proposals.sign, proposal, office.clerk, decision="意见书没有写明期限")
    after = case.facts
    assert (after["status"], after["clocks"]) == ("under_review", {"D8": date(2026, 5, 1)})
    with scope.county(office.county):
        row = Review.objects.get()
    assert (row.is_late, row.late_reason, row.requested_on) == (True, "意见书没有写明期限", date(2026, 4, 1))


def test_a_late_request_can_be_refused_with_a_reason_and_nobody_decides_their_own(office):
    case, proposal = late(office)
    with pytest.raises(Refused, match="请写明不同意的理由"):
        settle(office, proposals.refuse, proposal, office.clerk, decision=" ")
    settle(office, proposals.refuse, proposal, office.clerk, decision="没有不可抗力")
    assert case.facts["status"] == "delivered"
    again = ask(case, on=date(2026, 4, 3))
    with pytest.raises(Refused, match="不能自己签批"):
        settle(office, proposals.sign, again, office.clerk, decision="同意")
    with pytest.raises(Refused, match="已经提出，正在等待"):
        ask(case, on=date(2026, 4, 3))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"text": " "}, "请写明不服的是哪一项"),
        ({"requested_on": date(2026, 2, 21)}, "申请日期应在 2026-02-04 至今天 2026-02-20"),
        ({"requested_on": date(2026, 2, 3)}, "申请日期应在 2026-02-04"),
    ],
)
def test_a_request_without_a_reason_or_on_a_day_that_cannot_be_is_refused(office, change, words):
    case = life(office).delivered()
    before = case.facts
    with pytest.raises(Refused, match=words):
        ask(case, **change)
    assert case.facts == before


def test_what_has_no_review_says_so_and_what_is_not_delivered_is_not_reviewed(office):
    settled = life(office).delivered(kind=OpinionKind.SETTLEMENT, remedy_body="")
    with pytest.raises(Refused, match="“和解协议”没有复查程序"):
        ask(settled)
    with pytest.raises(MovedOn, match="申请复查"):
        ask(life(office, 2, unit=settled.unit))
    for person in (settled.unit.officer, settled.unit.head, office.chief):
        other = life(office, 3 + person.pk, unit=settled.unit).delivered()
        if person == office.chief:
            ask(other, by=person)
        else:
            with pytest.raises(Forbidden):
                ask(other, by=person)


# What each ruling of a review does: the state, the round, the clocks that run, the units' state, the new steps and documents.
EFFECTS = {
    Ruling.UPHELD: ("review_decided", 1, {}, ["done"], ["decide_review"]),
    Ruling.CHANGED: ("review_decided", 1, {}, ["done"], ["decide_review"]),
    Ruling.SET_ASIDE: ("in_handling", 2, {"D5": date(2026, 5, 1)}, ["done", "accepted"], ["decide_review", "redo"]),
}


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("ruling", Ruling)
def test_what_each_ruling_does(office, ruling, closed):
    case = life(office).delivered()
    if closed:
        case.close()
    case.ask_for_review()
    before = case.facts
    decide(case, ruling)
    after = case.facts
    status, turn, clocks, referrals, steps = EFFECTS[ruling]
    assert (after["status"], after["round"], after["clocks"]) == (status, turn, clocks)
    assert after["steps"] == [*before["steps"], *steps]
    assert after["documents"] == [*before["documents"], "review"]
    with scope.county(office.county):
        assert list(Referral.objects.order_by("round").values_list("state", flat=True)) == referrals
        row, document = Review.objects.get(), Document.objects.get(kind="review")
        stop = case.case.deadlines.get(kind="D8").stop
    assert (row.ruling, row.decided_on, row.decided_by_id, row.document_id) == (
        ruling.value,
        DECIDED,
        case.reviewer.pk,
        document.pk,
    )
    assert document.for_petitioner
    assert stop.stopped_on == DECIDED
    assert (document.said.get("remedy", {}).get("body") == CITY) == (ruling != Ruling.SET_ASIDE)


def test_set_aside_the_same_unit_handles_it_again_with_sixty_days_and_a_new_opinion_can_be_reviewed_anew(office):
    case = life(office).delivered().ask_for_review().review(Ruling.SET_ASIDE)
    with scope.county(office.county):
        assert opinions.current(case.case) is None
    again = date(2026, 3, 20)
    case.draft(on=again).check(on=again).issue(on=again)
    case.deliver(on=again)
    assert case.facts["clocks"] == {"D7": date(2026, 4, 20)}
    case.ask_for_review(on=date(2026, 3, 25))
    with scope.county(office.county):
        assert list(Review.objects.order_by("pk").values_list("opinion__version", "level")) == [(1, "review"), (2, "review")]


@pytest.mark.parametrize("closed", [False, True])
def test_set_aside_a_unit_that_assists_and_had_not_taken_its_part_has_it_again_too_closed_or_not(office, closed):
    other = referring.unit(office, "D03", "教育局")
    case = lives.assigned(office, assisting=[other]).delivered()
    if closed:
        case.do(closing.report, by=case.unit.officer, on=DELIVERED, result="已修复并回访。")
        case.close()
    case.ask_for_review().review(Ruling.SET_ASIDE)
    with scope.county(office.county):
        rows = Referral.objects.filter(case=case.case, round=2).order_by("-is_lead")
        assert list(rows.values_list("department__code", "state")) == [("D02", "accepted"), ("D03", "accepted")]


def test_a_second_review_of_the_same_opinion_is_refused_and_told_what_is_possible(office):
    case = life(office).delivered().ask_for_review()
    with pytest.raises(Refused, match=r"已经申请过复查.*可以申请复核"):
        ask(case)


def test_only_a_reviewer_who_had_no_part_decides_with_words_and_a_named_body(office):
    case = life(office).delivered().ask_for_review()
    before = case.facts
    for person in (office.clerk, office.chief, case.unit.head):
        with pytest.raises(Forbidden):
            decide(case, Ruling.UPHELD, by=person)
    for person in (case.unit.officer, case.unit.head, office.clerk):
        with scope.county(office.county):
            RoleGrant.objects.create(user=person, role=Role.REVIEWER.value, starts_on=date(2020, 1, 1))
        with pytest.raises(Forbidden, match="应当回避"):
            decide(case, Ruling.UPHELD, by=person)
    with pytest.raises(Refused, match="请写明复查（复核）查明的情况和理由"):
        decide(case, Ruling.UPHELD, text=" ")
    with pytest.raises(Refused, match="向哪个机关申请复核"):
        decide(case, Ruling.UPHELD, remedy_body=" ")
    assert case.facts == before


def reviewed(office, *, received=date(2026, 3, 4)):
    """A review that upheld, and arrived on a day."""
    case = life(office).delivered().ask_for_review().review()
    with scope.county(office.county):
        document = Document.objects.get(kind="review")
        deliveries.record(
            document=document, handed=lives.handed(received), county=office.county, by=case.reviewer, at=moment(received)
        )
    return case


def test_the_time_for_a_rereview_begins_when_the_reviews_opinion_is_received(office):
    case = reviewed(office)
    assert case.facts["clocks"] == {"D9": date(2026, 4, 3)}
    assert case.facts["due_on"] is None
    assert case.changed(reviews.request, by=office.clerk, on=date(2026, 4, 3), text="仍不服。") == {
        "status": "under_rereview",
        "due_on": date(2026, 5, 3),
        "clocks": {"D10": date(2026, 5, 3)},
        "steps": ["request_rereview"],
        "documents": [],
        "journal": ["case.request_rereview"],
    }
    with scope.county(office.county):
        assert Review.objects.get(level="rereview").body == CITY


def test_how_the_reviews_opinion_arrived_stands_on_a_slip_with_the_last_day_for_a_rereview(office):
    reviewed(office)
    with scope.county(office.county):
        document, slip = Document.objects.get(kind="review"), Document.objects.get(kind="delivery_slip", said__of__0="review")
    assert slip.said["of"] == ["review", document.year, document.n]
    assert (slip.case_id, slip.step_id, slip.for_petitioner) == (document.case_id, document.step_id, False)
    facts = dict(slip.said["facts"])
    assert (facts["送达文书"], facts["送达日期"]) == (document.said["title"], "2026年3月4日")
    assert "2026年4月3日" in slip.said["remedy"]["text"]
    assert "复核" in slip.said["remedy"]["text"]


def test_a_late_rereview_waits_for_a_person_too(office):
    case = reviewed(office)
    proposal = ask(case, on=date(2026, 4, 4))
    assert case.facts["status"] == "review_decided"
    with scope.county(office.county):
        proposals.sign(proposal=proposal, decision="住院", county=office.county, by=office.chief, at=moment(date(2026, 4, 7)))
    assert case.facts["status"] == "under_rereview"


def test_a_review_that_was_set_aside_and_arrives_late_starts_no_clock(office):
    case = life(office).delivered().ask_for_review().review(Ruling.SET_ASIDE)
    with scope.county(office.county):
        document = Document.objects.get(kind="review")
        deliveries.record(
            document=document,
            handed=lives.handed(date(2026, 3, 3)),
            county=office.county,
            by=case.reviewer,
            at=moment(date(2026, 3, 4)),
        )
    assert set(case.facts["clocks"]) == {"D5"}


def conclude(case, ruling=Ruling.UPHELD, *, on=date(2026, 4, 20), **more):
    return case.do(reviews.conclude, by=case.reviewer, on=on, **{"ruling": ruling, "text": "复核查明的情况。", **more})


def rereviewed(office):
    case = reviewed(office)
    ask(case, on=date(2026, 3, 10))
    return case


@pytest.mark.parametrize("ruling", [Ruling.UPHELD, Ruling.CHANGED])
def test_a_rereview_concludes_for_good(office, ruling):
    case = rereviewed(office)
    before = case.facts
    conclude(case, ruling)
    after = case.facts
    assert (after["status"], after["clocks"], after["due_on"]) == ("concluded", {}, None)
    assert after["steps"] == [*before["steps"], "conclude"]
    assert after["documents"] == [*before["documents"], "rereview"]
    with pytest.raises(Refused, match="已经申请过复核"):
        ask(case, on=date(2026, 4, 21))


def test_a_hearings_days_are_not_counted(office):
    case = rereviewed(office)
    assert case.facts["clocks"] == {"D10": date(2026, 4, 9)}
    conclude(case, hearing=Hearing(date(2026, 4, 1), date(2026, 4, 5)), on=date(2026, 4, 12))
    with scope.county(office.county):
        rows = list(case.case.deadlines.filter(kind="D10").order_by("pk").values_list("due_on", "paused_by", "stop__stopped_on"))
    assert rows == [(date(2026, 4, 9), 0, None), (date(2026, 4, 14), 5, date(2026, 4, 12))]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ruling": Ruling.SET_ASIDE}, "复核意见是终结意见"),
        ({"text": ""}, "请写明复查（复核）查明"),
        ({"hearing": Hearing(date(2026, 3, 9), date(2026, 3, 12))}, "听证的日期应在申请之日 2026-03-10"),
        ({"hearing": Hearing(date(2026, 4, 18), date(2026, 4, 21))}, "至今天 2026-04-20"),
        ({"hearing": Hearing(date(2026, 4, 5), date(2026, 4, 4))}, "结束不早于开始"),
    ],
)
def test_a_conclusion_that_cannot_be_is_refused(office, change, words):
    case = rereviewed(office)
    before = case.facts
    with pytest.raises(Refused, match=words):
        conclude(case, **change)
    assert case.facts == before


def test_without_a_named_body_nobody_can_take_a_rereview_and_the_way_out_is_said(office):
    case = life(office).delivered().ask_for_review().review()
    with scope.county(office.county):
        assert reviews.next_body("澄河县人民政府", office.county) == ""
        office.county.upper_government = "某市人民政府"
        assert reviews.next_body("澄河县人民政府", office.county) == "某市人民政府"
        below = referring.unit(office, "D30", "第一中学", superior=case.unit.department)
        assert reviews.next_body(below.department.name, office.county) == case.unit.department.name
        assert reviews.body_of(case.case, office.county) == CITY
