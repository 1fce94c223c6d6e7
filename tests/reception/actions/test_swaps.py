"""Two leaders swap days: two sittings in one release, each served once, taken back together."""

from datetime import date, timedelta

import pytest

from reception import facts, scope
from reception.actions import days, journal, planning, releases, substitutions
from reception.actions.candidates import swappable
from reception.errors import MovedOn, Refused
from reception.models import Absence, Entry, Message, Release, Sitting, Substitution
from reception.roles import Role
from scheduling.releases import difference
from tests.reception import builders
from tests.reception.actions.test_substitutions import DAY, do, people, sitting, state
from tests.reception.builders import NOW

LATER = "2026-03-16"


@pytest.fixture
def office(standing):
    return standing


def away(office, leader, on):
    with scope.county(office.county):
        Absence.objects.create(
            leader=leader, starts_on=on, ends_on=on + timedelta(days=1), kind="leave", recorded_by=office.clerk, recorded_at=NOW
        )


def swapped(office, endorser=None, until="settle"):
    """The sitting of 24 February swapped with that of 16 March, up to a step."""
    row = do("request", office, sitting=sitting(office), reason="business_trip")
    do("propose_swap", office, substitution=row, other=sitting(office, day=LATER), coordinators="信访局接访科科长")
    if until == "propose":
        return row, None
    do("endorse", office, by=endorser or people(office)[Role.GOVERNMENT_OFFICE], substitution=row)
    do("accept", office, substitution=row)
    return row, do("settle", office, substitution=row) if until == "settle" else None


def pair(office, row):
    with scope.county(office.county):
        return Substitution.objects.get(pair=row)


def out(office, draft):
    releases.submit(release=draft, county=office.county, by=office.clerk, at=NOW)
    releases.approve(release=draft, county=office.county, by=office.chief, at=NOW)
    return releases.publish(release=draft, county=office.county, by=office.chief, at=NOW)


def test_one_release_changes_both_days_and_each_names_the_other(office):
    with scope.county(office.county):
        before = Release.objects.get().document
    _row, draft = swapped(office)
    changes = difference(before, out(office, draft).document)
    told = {
        day.new["day"]: (s.old["leader"]["name"]["zh"], s.new["leader"]["name"]["zh"], s.new["substitutes"]["swapped_with"])
        for day in changes.days
        for s in day.sittings
    }
    assert told == {DAY: ("副县长丁", "副县长戊", LATER), LATER: ("副县长戊", "副县长丁", DAY)}
    reasons = {day.new["day"]: day.sittings[0].new["substitutes"].get("reason") for day in changes.days}
    assert reasons == {DAY: "business_trip", LATER: None}, "the other leader isn't away"
    assert draft.note == f"{DAY} 与 {LATER} 对调：{DAY} 由副县长戊接访，{LATER} 由副县长丁接访。"
    with scope.county(office.county):
        assert list(journal.faults()) == []
        assert Entry.objects.filter(act="substitution.settle").count() == 2


def test_only_who_can_take_each_others_day_is_offered(office):
    row = do("request", office, sitting=sitting(office), reason="meeting")

    def offered():
        with scope.county(office.county):
            return [str(other.day.day) for other in swappable(sitting(office))]

    assert offered() == [LATER, "2026-04-15", "2026-05-15"]
    away(office, sitting(office, day=LATER).leader, date(2026, 2, 24))
    away(office, sitting(office).leader, date(2026, 4, 15))
    # March's leader, whose turn is July's too, is away on 24 February; in April the one substituted is; June is their own turn again.
    assert offered() == ["2026-05-15", "2026-08-17", "2026-09-15"]
    for day in (LATER, "2026-04-15", "2026-06-15", "2026-01-15"):
        with pytest.raises(Refused, match="不能与"):
            do("propose_swap", office, substitution=row, other=sitting(office, day=day), coordinators="某科")
    assert state(office, row) == "requested"


def test_a_swap_is_one_turn_served_by_each(office):
    with scope.county(office.county):
        before = {turn.day: turn.post for turn in facts.served(before=date(2027, 1, 1)) if turn.rotation == "R2"}
    swapped(office)
    with scope.county(office.county):
        after = {turn.day: turn.post for turn in facts.served(before=date(2027, 1, 1)) if turn.rotation == "R2"}
    first, second = date(2026, 2, 24), date(2026, 3, 16)
    assert (after[first], after[second]) == (before[second], before[first])
    assert sorted(after.values()) == sorted(before.values())


def test_the_queue_after_a_swap_at_the_years_end_is_that_of_the_days_as_received(office):
    """November and December swapped: whoever received in November is due before whoever received in December."""
    row = do("request", office, sitting=sitting(office, day="2026-11-16"), reason="meeting")
    do("propose_swap", office, substitution=row, other=sitting(office, day="2026-12-15"), coordinators="某科")
    party = people(office)[Role.JOINT_OFFICE]
    do("endorse", office, by=party, substitution=row)
    do("accept", office, substitution=row)
    releases.discard(release=do("settle", office, substitution=row), county=office.county, by=office.clerk, at=NOW)
    planning.plan_year(county=office.county, year=2027, by=office.clerk, at=NOW)
    with scope.county(office.county):
        order = list(
            Sitting.objects.filter(day__day__year=2027, rotation__code="R2")
            .order_by("day__day")
            .values_list("post__code", flat=True)
        )
    november, december = (sitting(office, day=d).post.code for d in ("2026-11-16", "2026-12-15"))
    assert order.index(december) < order.index(november), "the later leader came in November, so is due first"


@pytest.mark.parametrize("until", ["propose", "accept", "settle"])
def test_it_is_withdrawn_as_one_from_either_page(office, until):
    row, draft = swapped(office, until=until)
    other = pair(office, row)
    assert state(office, row) == state(office, other)
    if draft:
        out(office, draft)
    back = do("withdraw", office, substitution=other, reason="会议取消")
    assert (state(office, row), state(office, other)) == ("withdrawn", "withdrawn")
    if draft:
        assert back.note == f"{DAY} 与 {LATER} 不再对调，恢复原定安排。"
        assert all(s["substitutes"] is None for day in out(office, back).document["days"] for s in day["sittings"])
    else:
        assert back is None


def test_what_was_never_published_is_withdrawn_without_a_release(office):
    row, draft = swapped(office)
    releases.discard(release=draft, county=office.county, by=office.clerk, at=NOW)
    assert do("withdraw", office, substitution=row, reason="会议取消") is None


def test_another_proposal_frees_the_other_day(office):
    row, _draft = swapped(office, until="propose")
    first = pair(office, row)
    do("propose_swap", office, substitution=row, other=sitting(office, day="2026-04-15"), coordinators="某科")
    assert state(office, first) == "withdrawn"
    with scope.county(office.county):
        tenure = substitutions.ranked(sitting(office))[0][1]
        second = Substitution.objects.get(pair=row, state="proposed")
    do("propose", office, substitution=row, post=tenure.post, leader=tenure.leader, coordinators="某科")
    assert (state(office, second), state(office, row)) == ("withdrawn", "proposed")
    with scope.county(office.county):
        row.refresh_from_db()
        assert (row.way, row.pair) == ("substitute", None)


def test_a_chain_ends_one_day_and_who_came_forward_still_comes(office):
    endorser = people(office)[Role.GOVERNMENT_OFFICE]
    row, draft = swapped(office, endorser)
    out(office, draft)
    other = pair(office, row)
    again = do("request", office, sitting=sitting(office, day=LATER), reason="illness")
    with scope.county(office.county):
        tenure = substitutions.ranked(sitting(office, day=LATER))[0][1]
    do("propose", office, substitution=again, post=tenure.post, leader=tenure.leader, coordinators="某科")
    do("endorse", office, by=endorser, substitution=again)
    do("accept", office, substitution=again)
    document = out(office, do("settle", office, substitution=again)).document
    assert [state(office, one) for one in (row, other, again)] == ["in_force", "superseded", "in_force"]
    said = {day["day"]: day["sittings"][1] for day in document["days"]}
    assert (said[DAY]["leader"]["name"]["zh"], "swapped_with" in said[DAY]["substitutes"]) == ("副县长戊", False)
    assert said[LATER]["leader"]["name"]["zh"] == tenure.leader.name


def test_a_leader_who_can_no_longer_take_the_other_day_stops_it(office):
    row, _draft = swapped(office, until="accept")
    away(office, sitting(office).leader, date(2026, 3, 16))
    with pytest.raises(Refused, match="不能与 2026-03-16 对调"):
        do("settle", office, substitution=row)
    assert state(office, row) == state(office, pair(office, row)) == "accepted"


def test_a_decision_on_the_other_day_asks_anew(office):
    swapped(office, until="propose")
    with scope.county(office.county):
        days.cancel(day=sitting(office, day=LATER).day, reason="停电", reason_en="", county=office.county, by=office.chief, at=NOW)
        states = list(Substitution.objects.order_by("pk").values_list("sitting__day__day", "state"))
    assert states == [(date(2026, 2, 24), "lapsed"), (date(2026, 3, 16), "lapsed"), (date(2026, 2, 24), "requested")]


def test_both_leaders_hear_of_it_once_each(office):
    accounts = {}
    for day in (DAY, LATER):
        leader = sitting(office, day=day).leader
        accounts[day] = builders.user(f"leader-{leader.code}", office.county, Role.LEADER)
        with scope.county(office.county):
            leader.user = accounts[day]
            leader.save()
    swapped(office)
    with scope.county(office.county):
        told = sorted(Message.objects.filter(kind="substitution_in_force").values_list("recipient", "facts__day"))
    assert told == sorted((accounts[who].pk, day) for who in accounts for day in (DAY, LATER))


def test_a_swap_of_what_moved_on_is_refused(office):
    row, _draft = swapped(office, until="propose")
    do("withdraw", office, substitution=row, reason="本人可到")
    with pytest.raises(MovedOn, match="撤回"):
        do("endorse", office, by=people(office)[Role.JOINT_OFFICE], substitution=pair(office, row))
