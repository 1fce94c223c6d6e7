"""A published day to come is never left to a leader who is away: in whatever way it comes about, a substitute is asked for."""

from datetime import UTC, date, datetime, timedelta

import openpyxl
import pytest

from reception import scope
from reception.actions import absences, calendar, days, emergency, planning, releases, substitution_needs, substitution_sweeps
from reception.actions.candidates import ranked, receives
from reception.actions.proposals import Line
from reception.models import Absence, Entry, Leader, Message, Sitting, Substitution, User
from reception.roles import Role
from tests.reception import builders
from tests.reception.actions.test_substitutions import DAY, do, in_force, people, propose, sitting, state
from tests.reception.actions.test_swaps import LATER, away, out, swapped
from tests.reception.builders import NOW
from tests.reception.workbooks.test_import import AT, DEMO, put, stored

ON, ON_LATER = date(2026, 2, 24), date(2026, 3, 16)
MORNING = datetime(2026, 2, 24, 0, 0, tzinfo=UTC)


@pytest.fixture
def office(standing):
    return standing


def under_way(office):
    """The day, the leader who can't come and the reason of everything that is asked for."""
    with scope.county(office.county):
        rows = Substitution.objects.filter(state__in=["requested", "proposed", "endorsed", "accepted"]).select_related(
            "sitting__day"
        )
        return sorted((str(row.sitting.day.day), receives(row.sitting).code, row.reason) for row in rows)


def moved(office, to):
    with scope.county(office.county):
        days.move(day=sitting(office).day, to=to, reason="停电", reason_en="", county=office.county, by=office.chief, at=NOW)


def test_a_day_moved_onto_an_absence(office):
    leader = sitting(office).leader
    away(office, leader, date(2026, 2, 25))
    away(office, sitting(office, "R1").leader, date(2026, 2, 26))
    assert under_way(office) == []
    moved(office, date(2026, 2, 25))
    assert under_way(office) == [("2026-02-25", leader.code, "leave")]
    with scope.county(office.county):
        assert Entry.objects.get(act="substitution.request").actor == "chenghe-chief"


def test_what_was_under_way_for_the_old_day_ends_and_the_new_days_own_begins(office):
    leader = sitting(office).leader
    away(office, leader, date(2026, 2, 25))
    row = do("request", office, sitting=sitting(office), reason="meeting")
    moved(office, date(2026, 2, 25))
    assert (state(office, row), under_way(office)) == ("lapsed", [("2026-02-25", leader.code, "leave")])


def test_an_absence_recorded_after_the_approval_and_before_the_publication(db):
    office = builders.bureau()
    coordinator = builders.user("coordinator", office.county, Role.COORDINATOR)
    planning.plan_year(county=office.county, year=2026, by=office.clerk, at=NOW)
    draft = releases.draft(county=office.county, by=office.clerk, at=NOW)
    releases.submit(release=draft, county=office.county, by=office.clerk, at=NOW)
    releases.approve(release=draft, county=office.county, by=office.chief, at=NOW)
    leader = sitting(office).leader
    with scope.county(office.county):
        _row, opened = absences.record(
            leader=leader,
            starts_on=ON,
            ends_on=ON + timedelta(days=1),
            kind="illness",
            county=office.county,
            by=office.clerk,
            at=NOW,
        )
    assert opened == [], "nothing is published yet"
    releases.publish(release=draft, county=office.county, by=office.chief, at=NOW)
    assert under_way(office) == [(DAY, leader.code, "illness")]
    with scope.county(office.county):
        assert Message.objects.filter(kind="substitution_step", recipient=coordinator).count() == 1


def test_a_decree_moves_a_day_onto_an_absence(office):
    leader = sitting(office).leader
    away(office, leader, date(2026, 2, 25))
    change = calendar.propose(
        document="通知", lines=(Line(ON, False, "放假", "off"),), county=office.county, by=office.clerk, at=NOW
    )
    with scope.county(office.county):
        seen = calendar.preview(change, county=office.county, on=NOW.date()).digest
    calendar.approve(change=change, seen=seen, county=office.county, by=office.chief, at=NOW)
    assert under_way(office) == [("2026-02-25", leader.code, "leave")]


def test_a_withdrawn_request_goes_on_as_a_new_one_while_the_leader_is_away(office):
    leader = sitting(office).leader
    away(office, leader, ON)
    row = do("request", office, sitting=sitting(office), reason="leave")
    propose(office, row)
    again = do("withdraw", office, substitution=row, reason="改由他人")
    assert (state(office, row), again.state, again.sitting_id) == ("withdrawn", "requested", row.sitting_id)
    with scope.county(office.county):
        Absence.objects.all().delete()
    assert do("withdraw", office, substitution=again, reason="会议取消") is None
    assert under_way(office) == []


def test_one_in_force_gives_the_day_back_only_for_it_to_be_asked_for(office):
    leader = sitting(office).leader
    away(office, leader, ON)
    row = do("request", office, sitting=sitting(office), reason="leave")
    _tenure, draft = in_force(office, row, people(office)[Role.GOVERNMENT_OFFICE])
    out(office, draft)
    release = do("withdraw", office, substitution=row, reason="替代者另有任务")
    assert (release.state, under_way(office)) == ("draft", [(DAY, leader.code, "leave")])


def test_withdrawn_before_it_was_published_there_is_no_release_but_a_new_request(office):
    away(office, sitting(office).leader, ON)
    row = do("request", office, sitting=sitting(office), reason="leave")
    _tenure, draft = in_force(office, row, people(office)[Role.GOVERNMENT_OFFICE])
    releases.discard(release=draft, county=office.county, by=office.clerk, at=NOW)
    again = do("withdraw", office, substitution=row, reason="替代者另有任务")
    assert (type(again), again.state) == (Substitution, "requested")


def other_proposed(office, row):
    propose(office, row)


def objected(office, row):
    do("object_to", office, by=people(office)[Role.GOVERNMENT_OFFICE], substitution=row, reason="不妥")


def declined(office, row):
    do("decline", office, substitution=row)


def withdrawn(office, row):
    do("withdraw", office, substitution=row, reason="会议取消")


def first_day_cancelled(office, row):
    with scope.county(office.county):
        days.cancel(day=sitting(office).day, reason="停电", reason_en="", county=office.county, by=office.chief, at=NOW)


def emergency_of_the_day(office, row):
    with scope.county(office.county):
        tenure = ranked(sitting(office))[0][1]
        said = {"post": tenure.post, "leader": tenure.leader, "coordinators": "信访局", "reason": "meeting"}
        emergency.emergency(sitting=sitting(office), **said, county=office.county, by=office.chief, at=MORNING)


def lapsed(office, row):
    with scope.county(office.county):
        said = {"county": office.county, "by": User.objects.system(), "at": MORNING + timedelta(hours=5)}
        substitution_sweeps.lapse_due(**said)


@pytest.mark.parametrize(
    "ends",
    [other_proposed, objected, declined, withdrawn, first_day_cancelled, emergency_of_the_day, lapsed],
    ids=lambda one: one.__name__,
)
def test_the_other_day_of_a_swap_that_comes_to_nothing(office, ends):
    """While it was under way an absence of the other day's leader opened nothing: somebody was to come in their place."""
    leader = sitting(office, day=LATER).leader
    row, _draft = swapped(office, until="propose")
    with scope.county(office.county):
        _row, opened = absences.record(
            leader=leader,
            starts_on=ON_LATER,
            ends_on=ON_LATER + timedelta(days=1),
            kind="training",
            county=office.county,
            by=office.clerk,
            at=NOW,
        )
    assert opened == []
    ends(office, row)
    assert (LATER, leader.code, "training") in under_way(office)


def test_an_absence_that_is_imported(db, tmp_path):
    system = User.objects.system()
    county = stored(DEMO).county
    planning.plan_year(county=county, year=2027, by=system, at=AT)
    draft = releases.draft(county=county, by=system, at=AT)
    for step in (releases.submit, releases.approve, releases.publish):
        step(release=draft, county=county, by=system, at=AT)
    with scope.county(county):
        row = Sitting.objects.filter(day__day__gte="2027-06-01").select_related("day", "leader").order_by("day__day", "pk")[0]
        assert not Substitution.objects.filter(sitting=row).exists()
    book, at = openpyxl.load_workbook(DEMO), None
    for header, value in (("领导代码", row.leader.code), ("自", row.day.day), ("至（含）", row.day.day), ("事由", "training")):
        at = put(book, "请假", at, header, value)
    book.save(tmp_path / "again.xlsx")
    stored(tmp_path / "again.xlsx")
    with scope.county(county):
        assert (Substitution.objects.get(sitting=row).state, Substitution.objects.get(sitting=row).reason) == (
            "requested",
            "training",
        )


def test_the_sweep_asks_for_whatever_was_left_and_once(office):
    leader = sitting(office).leader
    away(office, leader, ON)
    said = {"county": office.county, "by": User.objects.system(), "at": NOW}
    with scope.county(office.county):
        for _again in range(2):
            substitution_sweeps.lapse_due(**said)
            assert under_way(office) == [(DAY, leader.code, "leave")]


def test_a_substitute_in_force_who_is_away_is_the_one_who_can_not_come(office):
    row = do("request", office, sitting=sitting(office), reason="meeting")
    tenure, _draft = in_force(office, row, people(office)[Role.GOVERNMENT_OFFICE])
    away(office, sitting(office).leader, ON)
    with scope.county(office.county):
        assert substitution_needs.unmet(county=office.county, at=NOW) == []
    away(office, tenure.leader, ON)
    with scope.county(office.county):
        (found,) = substitution_needs.unmet(county=office.county, at=NOW)
    assert (found[0].pk, found[1]) == (row.sitting_id, "leave")


def test_nothing_is_asked_for_what_is_over_cancelled_not_published_or_another_countys(office):
    planned = builders.bureau("linhe")
    with scope.county(office.county):
        for leader in Leader.objects.all():
            Absence.objects.create(
                leader=leader, starts_on=ON, ends_on=ON_LATER, kind="leave", recorded_by=office.clerk, recorded_at=NOW
            )
        said = {"county": office.county, "at": MORNING}
        assert [str(row.day.day) for row, _kind in substitution_needs.unmet(**said)] == [DAY, DAY]
        one = Leader.objects.get(pk=sitting(office).leader_id)
        assert [row.leader_id for row, _kind in substitution_needs.unmet(**said, leader=one)] == [one.pk]
        assert substitution_needs.unmet(county=office.county, at=MORNING + timedelta(hours=3, minutes=30)) == []
        Sitting.objects.filter(day__day=ON, rotation__code="R1").update(state="planned")
        Sitting.objects.filter(day__day=ON, rotation__code="R2").update(state="cancelled")
        assert substitution_needs.unmet(**said) == []
    with scope.county(planned.county):
        assert substitution_needs.unmet(county=planned.county, at=MORNING) == []
