"""A changed calendar: the running clocks that would move are shown before it is approved, and move with the approval."""

from datetime import date

import pytest

from petitions import words
from petitions.actions import cases, clocks, pauses
from petitions.models import Deadline, Stop
from petitions.workflow import Action
from reception import effects, scope
from reception.actions import calendar
from reception.actions.proposals import Line
from reception.errors import MovedOn
from reception.models import Entry
from tests.petitions import handled
from tests.reception import builders

AT = handled.moment(date(2026, 3, 3))


@pytest.fixture
def office(standing):
    return standing


@pytest.fixture
def unit(office):
    return handled.unit(office)


def propose(office, *days, works=False):
    return calendar.propose(
        document="县政府办关于防汛放假的通知",
        lines=[Line(day, works, "防汛") for day in days],
        county=office.county,
        by=office.clerk,
        at=AT,
    )


def preview(office, change):
    with scope.county(office.county):
        return calendar.preview(change, county=office.county, on=AT.date())


def moves(seen):
    return [(move.old, move.new, move.stays) for move in seen.moves if move.kind is effects.Kind.DEADLINE]


def approve(office, change, seen=None):
    seen = seen or preview(office, change)
    return calendar.approve(change=change, seen=seen.digest, county=office.county, by=office.chief, at=AT)


def running(office, case):
    with scope.county(office.county):
        return {c.kind: (str(c.due_on), str(c.target_on)) for c in Deadline.objects.running().filter(case=case)}


def rows(office):
    with scope.county(office.county):
        return list(Deadline.objects.order_by("pk").values())


def test_what_would_move_is_shown_and_only_then_moved(office, unit):
    case = handled.assigned(office, unit, on=date(2026, 3, 2))
    before, kept = running(office, case), rows(office)
    assert before["D4"] == ("2026-03-09", "2026-03-09")
    change = propose(office, date(2026, 3, 9), date(2026, 3, 17))
    seen = preview(office, change)
    # Five working days end a day later; fifteen calendar days end as before, and the office aims at an earlier day.
    assert moves(seen) == [
        (date(2026, 3, 9), date(2026, 3, 10), False),
        (date(2026, 3, 17), date(2026, 3, 17), False),
    ]
    said = [move.words for move in seen.moves if move.kind is effects.Kind.DEADLINE]
    assert said[0].endswith("的异议期限：届满日由 2026年3月9日改到 2026年3月10日。")
    assert said[1].endswith("的受理告知期限：届满日仍为 2026年3月17日，内部目标日改为 2026年3月16日。")
    assert not any(case.matter in one or case.wish in one for one in said)
    assert rows(office) == kept
    approve(office, change, seen)
    assert running(office, case) == before | {"D4": ("2026-03-10", "2026-03-10"), "D3": ("2026-03-17", "2026-03-16")}
    with scope.county(office.county):
        fresh = Deadline.objects.running().get(case=case, kind="D4")
        old = fresh.supersedes
        same = ("began_by_id", "started_on", "amount", "unit", "roll", "article", "rule", "referral_id", "kind")
        assert [getattr(fresh, name) for name in same] == [getattr(old, name) for name in same]
        assert fresh.calendar != old.calendar
        assert words.how(fresh).endswith("工作日历变更后重新计算，由 2026年3月9日改为 2026年3月10日。")
        acts = Entry.objects.filter(act="clock.recount").order_by("n").values_list("object", "facts__kind", "facts__new")
        assert list(acts) == [(f"case {case.number}", "D3", "2026-03-17"), (f"case {case.number}", "D4", "2026-03-10")]
        assert not Stop.objects.filter(deadline=old).exists()


def test_a_change_that_touches_no_clock_moves_none(office, unit):
    case = handled.assigned(office, unit, on=date(2026, 3, 2))
    before = rows(office)
    change = propose(office, date(2026, 9, 9))
    assert moves(preview(office, change)) == []
    approve(office, change)
    assert rows(office) == before
    assert running(office, case)["D4"][0] == "2026-03-09"


def test_stopped_clocks_stay(office, unit):
    case = handled.in_handling(office, unit, on=date(2026, 3, 4))
    with scope.county(office.county):
        stopped = {c.pk for c in Deadline.objects.filter(stop__isnull=False)}
    approve(office, propose(office, date(2026, 3, 9)))
    with scope.county(office.county):
        assert not Deadline.objects.filter(supersedes__in=stopped).exists()
        assert {c.pk for c in Deadline.objects.filter(case=case, kind="D4")} <= stopped


def test_a_clock_moved_by_someone_else_in_between_is_shown_again(office, unit):
    case = handled.assigned(office, unit, on=date(2026, 3, 2))
    change = propose(office, date(2026, 3, 9))
    seen = preview(office, change)
    handled.move(office, case, Action.OBJECT, unit.officer, date(2026, 3, 3))
    with pytest.raises(MovedOn):
        approve(office, change, seen)


def test_what_the_petitioner_was_told_is_never_cut_short_by_itself(office, unit):
    case = handled.in_handling(office, unit)
    step = handled.move(office, case, Action.DRAFT_OPINION, unit.officer, date(2026, 3, 5))
    with scope.county(office.county):
        # Thirty days from Thursday 5 March end on a Saturday, so on Tuesday, after the festival of Monday.
        clock = clocks.start(step=step, kind="D7", on=date(2026, 3, 5), county=office.county)
        assert str(clock.due_on) == "2026-04-07"
    change = propose(office, date(2026, 4, 4), works=True)
    assert (date(2026, 4, 7), date(2026, 4, 4), True) in moves(preview(office, change))
    approve(office, change)
    assert running(office, case)["D7"][0] == "2026-04-07"
    later = propose(office, date(2026, 4, 7))
    # The Saturday is worked by now, so the right would still end on it: shown again, and still not cut short.
    assert (date(2026, 4, 7), date(2026, 4, 4), True) in moves(preview(office, later))


def test_a_right_moves_to_a_later_day(office, unit):
    case = handled.in_handling(office, unit)
    step = handled.move(office, case, Action.DRAFT_OPINION, unit.officer, date(2026, 3, 5))
    with scope.county(office.county):
        clocks.start(step=step, kind="D7", on=date(2026, 3, 5), county=office.county)
    approve(office, propose(office, date(2026, 4, 7)))
    assert running(office, case)["D7"][0] == "2026-04-08"


def test_no_duty_moves_to_a_day_that_is_over(office, unit):
    case = handled.assigned(office, unit, on=date(2026, 2, 25))
    # Saturday 28 February is worked in exchange for the festival; today is the last of the five days.
    assert running(office, case)["D4"][0] == "2026-03-03"
    # Sunday turns out to have been worked too: the five days would have ended yesterday.
    change = propose(office, date(2026, 3, 1), works=True)
    assert moves(preview(office, change)) == [(date(2026, 3, 3), date(2026, 3, 2), True)]
    approve(office, change)
    assert running(office, case)["D4"][0] == "2026-03-03"


def test_days_left_out_stay_left_out(office, unit):
    case = handled.assigned(office, unit, on=date(2026, 3, 2))
    with scope.county(office.county):
        referral = case.referrals.get()
        clocks.exclude(
            step=referral.step,
            kinds=("D4",),
            starts_on=date(2026, 3, 5),
            ends_on=date(2026, 3, 9),
            county=office.county,
            referral=referral,
        )
    # Thursday and Friday are left out; the five days are 3, 4, 9, 10, 11 March.
    assert running(office, case)["D4"][0] == "2026-03-11"
    # Friday, left out already, is a day off as well; Tuesday the 10th too.
    approve(office, propose(office, date(2026, 3, 6), date(2026, 3, 10)))
    assert running(office, case)["D4"][0] == "2026-03-12"
    with scope.county(office.county):
        assert Deadline.objects.running().get(case=case, kind="D4").paused_by == 1


def test_a_clock_that_a_hearing_stops_is_counted_anew_and_goes_on(office, unit):
    case = handled.in_handling(office, unit, on=date(2026, 3, 2))
    with scope.county(office.county):
        pauses.pause(case=cases.locked(case), reason="听证", county=office.county, by=unit.head, at=AT)
    due = running(office, case)["D5"]
    assert due == ("2026-05-01", "2026-04-30")
    approve(office, propose(office, date(2026, 4, 30)))
    assert running(office, case)["D5"] == ("2026-05-01", "2026-04-29")
    with scope.county(office.county):
        pauses.resume(case=cases.locked(case), county=office.county, by=unit.head, at=handled.moment(date(2026, 3, 5)))
    assert running(office, case)["D5"] == ("2026-05-03", "2026-04-29")


def test_another_countys_clocks_are_none_of_ours(office, unit):
    other = builders.bureau("linhe")
    builders.published(other)
    case = handled.assigned(other, handled.unit(other), on=date(2026, 3, 2))
    before = running(other, case)
    change = propose(office, date(2026, 3, 9))
    assert moves(preview(office, change)) == []
    approve(office, change)
    assert running(other, case) == before
