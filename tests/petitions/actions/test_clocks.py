"""Clocks as they are kept: what is left out of them, what takes their place, and that nothing else moves."""

from datetime import date

import pytest

from petitions.actions import clocks
from petitions.models import Deadline, Pause, Referral
from petitions.workflow import Action
from reception import scope
from tests.petitions import handled


@pytest.fixture
def office(standing):
    return standing


@pytest.fixture
def unit(office):
    return handled.unit(office)


def running(office, case):
    with scope.county(office.county):
        return {clock.kind: (str(clock.due_on), clock.paused_by) for clock in Deadline.objects.running().filter(case=case)}


def test_days_of_an_objection_are_left_out_of_the_units_clocks(office, unit):
    case = handled.assigned(office, unit, on=date(2026, 3, 2))
    before = running(office, case)
    assert before == {"D3": ("2026-03-17", 0), "D4": ("2026-03-09", 0), "D11": ("2026-04-20", 0)}
    handled.move(office, case, Action.OBJECT, unit.officer, date(2026, 3, 5))
    step = handled.move(office, case, Action.REJECT_OBJECTION, office.clerk, date(2026, 3, 9))
    with scope.county(office.county):
        referral = Referral.objects.get(case=case)
        made = clocks.exclude(
            step=step,
            kinds=("D3", "D11"),
            starts_on=date(2026, 3, 5),
            ends_on=date(2026, 3, 9),
            county=office.county,
            referral=referral,
        )
        assert [(clock.kind, clock.supersedes.kind, clock.began_by_id) for clock in made] == [
            ("D3", "D3", referral.step_id),
            ("D11", "D11", referral.step_id),
        ]
        assert {(pause.ground, str(pause.starts_on), str(pause.ends_on)) for pause in Pause.objects.all()} == {
            ("objection", "2026-03-05", "2026-03-09")
        }
    assert running(office, case) == {"D3": ("2026-03-21", 4), "D11": ("2026-04-24", 4)}
    with scope.county(office.county):
        case.refresh_from_db()
        assert str(case.due_on) == "2026-03-21"


@pytest.mark.parametrize(
    ("starts", "ends", "due"),
    [
        ("2026-03-02", "2026-03-03", "2026-03-17"),  # the day of the start is not counted anyway
        ("2026-03-02", "2026-03-04", "2026-03-18"),
        ("2026-03-17", "2026-03-19", "2026-03-19"),  # the last day is still the unit's
        ("2026-03-18", "2026-03-20", "2026-03-17"),  # the period was over
        ("2026-03-09", "2026-03-09", "2026-03-17"),
    ],
)
def test_only_days_that_were_counted_are_left_out(office, unit, starts, ends, due):
    case = handled.assigned(office, unit, on=date(2026, 3, 2))
    with scope.county(office.county):
        referral = Referral.objects.get(case=case)
        clocks.exclude(
            step=referral.step,
            kinds=("D3",),
            starts_on=date.fromisoformat(starts),
            ends_on=date.fromisoformat(ends),
            county=office.county,
            referral=referral,
        )
    assert running(office, case)["D3"][0] == due
