"""The table of limits: one proposes, another approves, and what runs already is not moved."""

from datetime import date

import pytest

from petitions import terms
from petitions.actions import cases, extensions, limits
from petitions.models import Deadline, Limit
from reception import scope
from reception.errors import Forbidden, MovedOn, NothingNew, Refused
from reception.models import Entry
from reception.roles import Role
from scheduling.deadlines import Roll, Term, Unit
from tests.petitions import handled
from tests.reception import builders

ON = date(2026, 3, 10)
AT = handled.moment(ON)
TEN = Term(10, Unit.DAYS, Roll.NONE, "县规第一条")


@pytest.fixture
def office(standing):
    return standing


def propose(office, by=None, **changes):
    said = {"kind": "D1", "term": TEN, "valid_from": date(2026, 4, 1), "is_confirmed": True, "reason": "县委常委会决定"}
    with scope.county(office.county):
        return limits.propose(**{**said, **changes}, county=office.county, by=by or office.clerk, at=AT)


def do(office, act, limit, by, **more):
    with scope.county(office.county):
        return act(limit=limit, county=office.county, by=by, at=AT, **more)


def counts(office, kind="D1", on=date(2026, 4, 1)):
    with scope.county(office.county):
        return terms.in_force(kind, on).term.amount


def test_what_is_proposed_counts_once_another_approves_it(office):
    row = propose(office)
    assert counts(office) == 15
    do(office, limits.approve, row, office.chief)
    assert (counts(office), counts(office, on=date(2026, 3, 31))) == (10, 15)
    with scope.county(office.county):
        acts = list(Entry.objects.filter(object=f"limit {row.pk}").order_by("n").values_list("act", "actor", "reason"))
    assert acts == [
        ("limit.propose", "chenghe-clerk", "县委常委会决定"),
        ("limit.approve", "chenghe-chief", "县委常委会决定"),
    ]


def test_a_clock_that_runs_keeps_its_edition_and_a_new_one_takes_the_new(office):
    unit = handled.unit(office)
    old = handled.assigned(office, unit, on=date(2026, 3, 30))
    row = propose(office, kind="D3")
    with scope.county(office.county):
        seen = limits.preview(row, county=office.county, on=ON)
        assert (str(seen.before.due), str(seen.after.due), seen.running) == ("2026-04-16", "2026-04-11", 1)
    do(office, limits.approve, row, office.chief)
    new = handled.assigned(office, unit, on=date(2026, 4, 1), n=2)
    with scope.county(office.county):
        found = [(c.case_id, str(c.due_on), c.rule) for c in Deadline.objects.running().filter(kind="D3").order_by("pk")]
    assert found == [(old.pk, "2026-04-14", "2022-05-01/1"), (new.pk, "2026-04-11", f"2026-04-01/limit {row.pk}")]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": "D99"}, "没有这样的期限"),
        ({"kind": "D11"}, "没有这样的期限"),
        ({"reason": " "}, "写明修改的理由"),
        ({"term": Term(10, article=" ")}, "写明依据"),
        ({"term": Term(1001, article="x")}, "1 至 1000"),
        ({"valid_from": date(2022, 4, 30)}, "不能早于"),
        ({"kind": "D6", "term": Term(31, article="x")}, "不得超过 30 日"),
        ({"kind": "D6", "term": Term(20, Unit.WORKING_DAYS, article="x")}, "不得超过 30 日"),
        ({"kind": "D7", "term": Term(29, roll=Roll.NEXT_WORKDAY, article="x")}, "信访人的权利"),
        ({"kind": "D9", "term": Term(30, roll=Roll.PREVIOUS_WORKDAY, article="x")}, "信访人的权利"),
    ],
)
def test_what_no_county_can_say(office, changes, sentence):
    with pytest.raises(Refused, match=sentence):
        propose(office, **changes)
    with scope.county(office.county):
        assert not Limit.objects.exists()


def test_what_counts_already_and_what_waits_already(office):
    with pytest.raises(NothingNew):
        propose(office, term=terms.TERMS["D1"])
    propose(office)
    with pytest.raises(Refused, match="待审定"):
        propose(office, term=Term(9, article="x"))


def test_nobody_approves_their_own_and_only_the_chief_approves(office):
    row = propose(office, by=office.chief)
    with pytest.raises(Forbidden, match="自己提出"):
        do(office, limits.approve, row, office.chief)
    with pytest.raises(Forbidden):
        do(office, limits.approve, row, office.clerk)
    with pytest.raises(Forbidden):
        propose(office, by=builders.user("officer", office.county, Role.OFFICER), kind="D3")
    other = builders.user("chief-2", office.county, Role.CHIEF)
    do(office, limits.approve, row, other)
    assert counts(office) == 10


def test_a_refusal_has_a_reason_and_a_decision_is_made_once(office):
    row = propose(office)
    with pytest.raises(Refused, match="不同意的理由"):
        do(office, limits.refuse, row, office.chief, reason=" ")
    do(office, limits.refuse, row, office.chief, reason="条文不符")
    for act, by, more in (
        (limits.approve, office.chief, {}),
        (limits.refuse, office.chief, {"reason": "x"}),
        (limits.take_back, office.clerk, {}),
    ):
        with pytest.raises(MovedOn):
            do(office, act, row, by, **more)
    assert counts(office) == 15


def test_whoever_proposed_takes_it_back_and_nobody_else(office):
    row = propose(office)
    with pytest.raises(Refused, match="只有提出人"):
        do(office, limits.take_back, row, office.chief)
    do(office, limits.take_back, row, office.clerk)
    propose(office)


def test_a_day_has_one_row(office):
    do(office, limits.approve, propose(office), office.chief)
    with pytest.raises(Refused, match="另选适用日期"):
        propose(office, term=Term(8, article="x"))


def test_the_most_that_may_be_extended_follows_the_table(office):
    unit = handled.unit(office)
    case = handled.in_handling(office, unit, on=date(2026, 4, 2))
    row = propose(office, kind="D6", term=Term(20, article="县规第二条"))
    do(office, limits.approve, row, office.chief)
    with scope.county(office.county), pytest.raises(Refused, match="1 至 20 日"):
        extensions.extend(
            case=cases.locked(case), days=21, reason="x", county=office.county, by=unit.head, at=handled.moment(date(2026, 4, 9))
        )
