"""Who may say that a leader is away, and what it brings about."""

from datetime import date, timedelta

import pytest

from reception import scope
from reception.actions import absences
from reception.errors import Forbidden, MovedOn, Refused
from reception.models import Absence, Entry, Leader, Substitution
from tests.reception import builders
from tests.reception.actions.test_answers import account, secretary, sitting
from tests.reception.builders import NOW

TODAY = date(2026, 1, 9)


def on(month, day):
    return date(2026, month, day)


@pytest.fixture
def office(standing):
    return standing


def record(office, by, code="L3", starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 5), kind="leave", **more):
    with scope.county(office.county):
        leader = Leader.objects.get(code=code)
        return absences.record(
            leader=leader, starts_on=starts_on, ends_on=ends_on, kind=kind, county=office.county, by=by, at=NOW, **more
        )


def change(office, row, by, at=NOW, **fields):
    with scope.county(office.county):
        row = Absence.objects.select_related("leader").get(pk=row.pk)
        typed = {name: getattr(row, name) for name in ("starts_on", "ends_on", "kind", "note")} | fields
        return absences.change(absence=row, county=office.county, by=by, at=at, **typed)


def test_the_leader_the_secretary_and_the_bureau_may_and_both_names_are_kept(office):
    people = [account(office, "L3"), secretary(office, "L3"), office.clerk]
    found = []
    for number, person in enumerate(people):
        row, _opened = record(office, person, starts_on=on(3, 1 + number), ends_on=on(3, 2 + number))
        found.append((row.recorded_by.username, row.acting_for))
    assert found == [("the-leader", ""), ("the-secretary", "leader L3"), ("chenghe-clerk", "leader L3")]
    with scope.county(office.county):
        assert list(Entry.objects.filter(act="absence.add").order_by("n").values_list("actor", "acting_for")) == found


def test_nobody_else_may(office):
    for person in (account(office, "L4"), secretary(office, "L4"), builders.user("nobody", office.county)):
        with pytest.raises(Forbidden):
            record(office, person)
    other = builders.bureau("linhe")
    with pytest.raises(Forbidden):
        record(office, other.clerk)
    with scope.county(office.county):
        assert not Absence.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"kind": ""}, "请选择事由"),
        ({"kind": "holiday"}, "请选择事由"),
        ({"ends_on": on(3, 2)}, "不能早于"),
        ({"ends_on": on(3, 1)}, "不能早于"),
        ({"starts_on": on(1, 8)}, "已经过去"),
        ({"starts_on": on(3, 19), "ends_on": on(3, 21)}, "已有请假记录"),
    ],
)
def test_what_is_wrong_is_refused_with_a_sentence(office, wrong, words):
    record(office, office.clerk, starts_on=on(3, 20), ends_on=on(3, 25))
    with pytest.raises(Refused, match=words):
        record(office, office.clerk, **wrong)
    with scope.county(office.county):
        assert Absence.objects.count() == 1


def test_today_is_not_past_and_the_day_after_the_last_is_free(office):
    record(office, office.clerk, starts_on=TODAY, ends_on=on(1, 12))
    record(office, office.clerk, starts_on=on(1, 12), ends_on=on(1, 13))
    with scope.county(office.county):
        assert Absence.objects.count() == 2


def test_over_a_published_sitting_it_opens_one_substitution_for_whoever_records_it(office):
    row = sitting(office)
    person = secretary(office, row.leader.code)
    _absence, opened = record(office, person, row.leader.code, on(2, 20), on(2, 28), "meeting")
    assert [(one.sitting_id, one.reason, one.state) for one in opened] == [(row.pk, "meeting", "requested")]
    with scope.county(office.county):
        assert Entry.objects.get(act="substitution.request").acting_for == f"leader {row.leader.code}"
    assert change(office, _absence, person, ends_on=on(3, 1))[1] == []
    with scope.county(office.county):
        assert Substitution.objects.count() == 1


def test_changing_an_absence_onto_a_sitting_opens_it_too(office):
    row = sitting(office)
    made, _opened = record(office, office.clerk, row.leader.code, on(2, 26), on(2, 28))
    _row, opened = change(office, made, office.clerk, starts_on=on(2, 24))
    assert [one.sitting_id for one in opened] == [row.pk]


def test_an_absence_under_way_can_end_sooner_but_not_begin_otherwise_nor_go(office):
    made, _opened = record(office, office.clerk, starts_on=on(3, 2), ends_on=on(3, 10))
    later = NOW + timedelta(days=55)  # 5 March
    for wrong in ({"starts_on": on(3, 6)}, {"starts_on": on(3, 1)}, {"ends_on": on(3, 4)}):
        with pytest.raises(Refused):
            change(office, made, office.clerk, at=later, **wrong)
    change(office, made, office.clerk, at=later, ends_on=on(3, 5))
    with pytest.raises(Refused, match="已经结束"):
        change(office, made, office.clerk, at=later, ends_on=on(3, 20))
    with scope.county(office.county), pytest.raises(Refused, match="已经开始"):
        absences.remove(absence=Absence.objects.get(), county=office.county, by=office.clerk, at=later)


def test_two_tabs_remove_one_absence(office):
    made, _opened = record(office, office.clerk)
    with scope.county(office.county):
        row = Absence.objects.select_related("leader").get(pk=made.pk)
        absences.remove(absence=row, county=office.county, by=office.clerk, at=NOW)
        row.pk = made.pk
        for again in (
            lambda: absences.remove(absence=row, county=office.county, by=office.clerk, at=NOW),
            lambda: absences.change(
                absence=row,
                starts_on=on(4, 1),
                ends_on=on(4, 2),
                kind="leave",
                note="",
                county=office.county,
                by=office.clerk,
                at=NOW,
            ),
        ):
            with pytest.raises(MovedOn, match="已被删除"):
                again()
