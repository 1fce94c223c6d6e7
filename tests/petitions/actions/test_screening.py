"""T2 to T7: each with its state, step, clocks, documents and journal; what is refused is refused in words."""

from datetime import timedelta

import pytest

from petitions.actions import cases, proposals, repeats, screening
from petitions.models import Case, Deadline, Document, Ground, Kind, Proposal, Stop
from reception import scope
from reception.actions import journal
from reception.errors import Forbidden, MovedOn, Refused
from reception.models import Entry
from reception.roles import Role
from tests.petitions.referring import AT, ONE_DAY, TODAY, do, now, register, screened
from tests.reception import bookers, builders

PATH = {"path": "劳动争议仲裁", "body": "县劳动人事争议仲裁委员会", "by_when": "自知道权利被侵害之日起一年内"}


@pytest.fixture
def office(db):
    return builders.bureau()


def left(office, case):
    """Everything that a settled case leaves behind."""
    with scope.county(office.county):
        assert list(journal.faults()) == []
        step = case.steps.order_by("n").last()
        stops = list(Stop.objects.filter(deadline__case=case).values_list("deadline__kind", "stopped_on", "step"))
        assert stops == [("D1", TODAY, step.pk)]
        assert not Deadline.objects.running().filter(case=case).exists()
        return step, list(Document.objects.filter(case=case).values_list("kind", "n", "for_petitioner", "step"))


def test_screened_with_its_marks(office):
    case = screened(office, kind=Kind.SUGGESTION, urgent=True, simple=True)
    found = now(office, case)
    assert (found.status, found.kind, found.is_urgent, found.is_simple) == ("under_screening", "suggestion", True, True)
    with scope.county(office.county):
        assert case.steps.get(n=2).facts == {"kind": "suggestion", "urgent": True, "simple": True}
        assert Deadline.objects.running().get().kind == "D1"


def test_an_accusation_and_a_repeat_are_never_simple(office):
    with pytest.raises(Refused, match="简易办理只用于"):
        screened(office, kind=Kind.ACCUSATION, simple=True)
    first, second = register(office).case, register(office, at=AT + ONE_DAY, received_on=TODAY + ONE_DAY).case
    do(office, repeats.mark, second, of=first, at=AT + ONE_DAY)
    with pytest.raises(Refused, match="简易办理只用于"):
        do(office, cases.screen, second, kind=Kind.CLAIM, simple=True)


def test_guided_in_writing(office):
    case = screened(office)
    do(office, screening.guide, case, **PATH)
    step, documents = left(office, case)
    assert (now(office, case).status, step.action, step.reason) == ("guided", "guide", PATH["path"])
    assert documents == [("guidance", 1, True, step.pk)]
    with scope.county(office.county):
        said = Document.objects.get().said
        assert all(words in str(said) for words in PATH.values())
        assert "居民1" not in str(said)


@pytest.mark.parametrize("missing", sorted(PATH))
def test_guiding_names_path_body_and_time(office, missing):
    case = screened(office)
    with pytest.raises(Refused, match="法定途径、受理机关和期限"):
        do(office, screening.guide, case, **{**PATH, missing: " "})
    assert now(office, case).status == "under_screening"


def test_not_accepted_only_once_the_chief_has_signed(office):
    case = screened(office)
    asked = do(office, screening.ask_not_to_accept, case, ground=Ground.COURT, reason="已有生效判决。")
    assert now(office, case).status == "under_screening"
    with scope.county(office.county):
        who = {"proposal": asked, "county": office.county, "at": AT}
        with pytest.raises(Forbidden):
            proposals.sign(**who, by=office.clerk)
        proposals.sign(**who, by=office.chief)
        with pytest.raises(MovedOn):
            proposals.sign(**who, by=office.chief)
    step, documents = left(office, case)
    assert (now(office, case).status, step.actor, step.facts) == (
        "not_accepted",
        "chenghe-chief",
        {"ground": "court", "round": 1, "asked_by": "chenghe-clerk"},
    )
    assert documents == [("non_acceptance", 1, True, step.pk)]
    with scope.county(office.county):
        assert "已有生效判决" in str(Document.objects.get().said)
        assert "法院" in str(Document.objects.get().said)
        acts = Entry.objects.filter(object=f"case {case.number}").order_by("n").values_list("act", flat=True)
        assert list(acts)[-4:] == ["proposal.ask", "proposal.sign", "case.not_accept", "document.issue"]


def test_who_asked_does_not_sign_and_a_refusal_leaves_the_case(office):
    case = screened(office)
    asked = do(office, screening.ask_not_to_accept, case, by=office.chief, ground=Ground.SKIPPED, reason="越级。")
    with scope.county(office.county):
        who = {"proposal": asked, "county": office.county, "at": AT}
        with pytest.raises(Refused, match="不能自己签批"):
            proposals.sign(**who, by=office.chief)
        second = builders.user("chief-two", office.county, Role.CHIEF)
        proposals.refuse(**who, by=second, decision="属于本县职权。")
        assert Proposal.objects.get().state == "refused"
        assert not Document.objects.exists()
    assert now(office, case).status == "under_screening"
    with pytest.raises(Refused, match="请写明"):
        do(office, screening.ask_not_to_accept, case, ground=Ground.SKIPPED, reason=" ")


def test_no_longer_accepted_needs_an_earlier_concluded_case_of_the_same_person(office):
    first, other = register(office).case, register(office, 2).case
    later = AT + timedelta(days=1)
    case = screened(office, at=later, received_on=TODAY + ONE_DAY)
    for earlier, words in ((first, "没有经过复核终结"), (other, "同一信访人"), (case, "同一信访人")):
        with pytest.raises(Refused, match=words):
            do(office, screening.ask_no_longer, case, at=later, earlier=earlier, reason="同一事实和理由。")
    assert now(office, case).status == "under_screening"


def test_merged_into_a_running_case_of_the_same_person_only(office):
    first, other = register(office).case, register(office, 2).case
    case = screened(office, at=AT + ONE_DAY, received_on=TODAY + ONE_DAY)
    with pytest.raises(Refused, match="同一信访人"):
        do(office, repeats.merge, case, into=other)
    do(office, repeats.merge, case, into=first)
    found = now(office, case)
    assert (found.status, found.joins_id) == ("merged", first.pk)
    with scope.county(office.county):
        assert [clock.case_id for clock in Deadline.objects.running().exclude(case=other)] == [first.pk]
        assert first.deadlines.get().started_on == TODAY


def test_merging_into_what_has_an_outcome_is_refused(office):
    first = screened(office)
    do(office, screening.guide, first, **PATH)
    case = screened(office, at=AT + ONE_DAY, received_on=TODAY + ONE_DAY)
    with pytest.raises(Refused, match="已有结果"):
        do(office, repeats.merge, case, into=first)


def test_settled_at_once_when_the_petitioner_signed(office):
    case = screened(office)
    for more, words in (({"result": " ", "is_signed": True}, "怎样解决"), ({"result": "已修好", "is_signed": False}, "签字")):
        with pytest.raises(Refused, match=words):
            do(office, screening.resolve, case, **more)
    do(office, screening.resolve, case, result="物业当场维修，已修好。", is_signed=True)
    step, documents = left(office, case)
    assert (now(office, case).status, step.reason, step.facts, documents) == (
        "resolved_on_spot",
        "物业当场维修，已修好。",
        {"signed": True},
        [],
    )


def test_what_is_settled_is_not_settled_again(office):
    case = screened(office)
    do(office, screening.guide, case, **PATH)
    for deed in (
        lambda: do(office, screening.guide, case, **PATH),
        lambda: do(office, screening.resolve, case, result="已修好", is_signed=True),
        lambda: do(office, screening.ask_not_to_accept, case, ground=Ground.COURT, reason="判决。"),
    ):
        with pytest.raises(MovedOn, match="已引导法定途径"):
            deed()


def test_only_the_bureau_screens(office):
    case = screened(office)
    with pytest.raises(Forbidden):
        do(office, screening.guide, case, by=builders.user("officer", office.county, Role.OFFICER), **PATH)


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        # Shown a paper once, and once not: name and telephone are the same.
        ({"person": bookers.person(1, id_number="11010519491231002X")}, {"person": bookers.person(1)}, True),
        # The same paper, another telephone and name.
        (
            {"person": bookers.person(1, id_number="11010519491231002X")},
            {"person": bookers.person(8, id_number="11010519491231002X")},
            True,
        ),
        ({}, {"person": bookers.person(8), "people": 2, "representatives": (bookers.person(1),)}, True),
        ({"person": bookers.person(8), "people": 2, "representatives": (bookers.person(1),)}, {}, True),
        ({}, {"person": bookers.person(1, phone="13900000000")}, False),
        ({}, {"person": bookers.person(2, phone=bookers.person(1).phone)}, False),
    ],
)
def test_the_same_person_by_paper_or_by_name_and_number_also_among_representatives(office, first, second, alike):
    one = register(office, **first).case
    case = register(office, at=AT + ONE_DAY, received_on=TODAY + ONE_DAY, **second).case
    with scope.county(office.county):
        found = repeats.proposed(case=case, user=office.clerk, on=TODAY)
        assert [(row.case.pk, row.is_alike, row.is_open) for row in found] == ([(one.pk, True, True)] if alike else [])
        # Nothing is proposed backwards.
        assert repeats.proposed(case=one, user=office.clerk, on=TODAY) == []


def test_the_most_alike_comes_first_and_a_destroyed_identity_is_nobodys(office):
    other = register(office, matter="孩子入学被要求提供房产证。", wish="请安排入学。").case
    same = register(office).case
    case = register(office, at=AT + ONE_DAY, received_on=TODAY + ONE_DAY, matter="楼道还是漏水，反映多次没有修。").case
    with scope.county(office.county):
        found = repeats.proposed(case=case, user=office.clerk, on=TODAY)
        assert [(row.case, row.is_alike) for row in found] == [(same, True), (other, False)]
        case.identity.person_index = case.identity.name_index = repeats.NOBODY
        assert repeats.proposed(case=case, user=office.clerk, on=TODAY) == []


def test_marked_as_a_repeat_and_taken_back_in_the_journal(office):
    first = register(office).case
    case = screened(office, at=AT + ONE_DAY, received_on=TODAY + ONE_DAY, simple=True)
    do(office, repeats.mark, case, of=first)
    assert (now(office, case).repeats, now(office, case).is_simple) == (first, False)
    do(office, repeats.mark, case, of=first)
    do(office, repeats.mark, case, of=None)
    assert now(office, case).repeats is None
    with scope.county(office.county):
        facts = Entry.objects.filter(act="case.repeats").order_by("n").values_list("facts", flat=True)
        assert list(facts) == [{"of": first.number}, {"of": None}]
        assert Case.objects.get(pk=case.pk).status == "under_screening"
