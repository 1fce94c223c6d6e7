"""A leader can't come: every step by whose right it is, one at a time, and the public sees who receives instead."""

from datetime import date, timedelta

import pytest

from reception import scope
from reception.actions import journal, planning, releases, substitutions
from reception.errors import Forbidden, MovedOn, Refused
from reception.models import Absence, Entry, Leader, Message, Sitting, Substitution
from reception.roles import Role
from tests.reception import builders
from tests.reception.actions.test_releases import at_once
from tests.reception.builders import NOW

DAY = "2026-02-24"


def made():
    office = builders.bureau()
    builders.published(office)
    return office


@pytest.fixture
def office(db):
    return made()


def people(office):
    return {
        role: builders.user(f"as-{role}", office.county, role)
        for role in (Role.PARTY_OFFICE, Role.GOVERNMENT_OFFICE, Role.JOINT_OFFICE)
    }


def sitting(office, rotation="R2", day=DAY):
    with scope.county(office.county):
        return Sitting.objects.select_related("day", "post", "leader", "rotation").get(day__day=day, rotation__code=rotation)


def do(verb, office, by=None, **more):
    with scope.county(office.county):
        return getattr(substitutions, verb)(county=office.county, by=by or office.clerk, at=NOW, **more)


def propose(office, row, number=0):
    with scope.county(office.county):
        _candidate, tenure = substitutions.ranked(row.sitting)[number]
    do("propose", office, substitution=row, post=tenure.post, leader=tenure.leader, coordinators="信访局接访科科长")
    return tenure


def in_force(office, row, endorser):
    tenure = propose(office, row)
    do("endorse", office, by=endorser, substitution=row)
    do("accept", office, substitution=row)
    draft = do("settle", office, substitution=row)
    return tenure, draft


def state(office, row):
    with scope.county(office.county):
        return Substitution.objects.get(pk=row.pk).state


def published_leader(office, rotation="R2", day=DAY):
    release = builders_latest(office)
    found = next(d for d in release.document["days"] if d["day"] == day)
    return next(s for s in found["sittings"] if s["rotation"]["key"] == rotation)


def builders_latest(office):
    from reception import documents

    with scope.county(office.county):
        return documents.latest()


def test_the_whole_way_from_a_request_to_the_public_record(office):
    row = do("request", office, sitting=sitting(office), reason="meeting")
    tenure, draft = in_force(office, row, people(office)[Role.GOVERNMENT_OFFICE])
    releases.submit(release=draft, county=office.county, by=office.clerk, at=NOW)
    releases.approve(release=draft, county=office.county, by=office.chief, at=NOW)
    releases.publish(release=draft, county=office.county, by=office.chief, at=NOW)
    shown = published_leader(office)
    assert (shown["leader"]["name"]["zh"], shown["substitutes"]["leader"]["name"]["zh"], shown["substitutes"]["reason"]) == (
        tenure.leader.name,
        "副县长丁",
        "meeting",
    )
    assert (shown["sequence"], shown["coordinators"]) == (1, [{"zh": "信访局接访科科长", "en": ""}])
    with scope.county(office.county):
        acts = list(Entry.objects.filter(act__startswith="substitution").order_by("n").values_list("act", "actor", "acting_for"))
        assert list(journal.faults()) == []
    assert acts == [
        ("substitution.request", "chenghe-clerk", ""),
        ("substitution.propose", "chenghe-clerk", ""),
        ("substitution.endorse", "as-government_office", ""),
        ("substitution.accept", "chenghe-clerk", f"leader {tenure.leader.code}"),
        ("substitution.settle", "chenghe-clerk", ""),
    ]


def test_the_substitute_goes_to_the_back_of_the_queue_and_the_one_substituted_is_due_next(office):
    row = do("request", office, sitting=sitting(office, day="2026-12-15"), reason="leave")
    tenure, draft = in_force(office, row, people(office)[Role.GOVERNMENT_OFFICE])
    releases.discard(release=draft, county=office.county, by=office.clerk, at=NOW)
    planning.plan_year(county=office.county, year=2027, by=office.clerk, at=NOW)
    with scope.county(office.county):
        order = list(
            Sitting.objects.filter(day__day__year=2027, rotation__code="R2")
            .order_by("day__day")
            .values_list("post__code", flat=True)
        )
    planned = sitting(office, day="2026-12-15").post.code
    assert tenure.post.code not in order[:3]
    assert planned in order[:3]


@pytest.mark.parametrize(
    ("rotation", "day", "right", "wrong"),
    [("R1", "2026-01-15", Role.PARTY_OFFICE, Role.GOVERNMENT_OFFICE), ("R2", DAY, Role.GOVERNMENT_OFFICE, Role.PARTY_OFFICE)],
)
def test_the_right_office_endorses_and_the_joint_meetings_may_for_both(office, rotation, day, right, wrong):
    offices = people(office)
    for able in (right, Role.JOINT_OFFICE):
        row = do("request", office, sitting=sitting(office, rotation, day), reason="meeting")
        propose(office, row)
        for unable in (offices[wrong], office.clerk, office.chief):
            with pytest.raises(Forbidden):
                do("endorse", office, by=unable, substitution=row)
        do("endorse", office, by=offices[able], substitution=row)
        assert state(office, row) == "endorsed"
        do("withdraw", office, substitution=row, reason="改由本人接访")


def test_only_who_can_attend_is_proposed_and_never_without_coordinators(office):
    row = do("request", office, sitting=sitting(office), reason="meeting")
    with scope.county(office.county):
        candidates = substitutions.ranked(row.sitting)
        # 县长乙 has the other sitting of that day; 副县长丁 is the one who can't come.
        assert {tenure.leader.code for _c, tenure in candidates} == {"L1", "L3", "L5", "L6"}
        busy = Leader.objects.get(code="L2")
        post, leader = candidates[0][1].post, candidates[0][1].leader
        busy_post = busy.tenures.get().post
    with pytest.raises(Refused, match="县长乙当日不能出席"):
        do("propose", office, substitution=row, post=busy_post, leader=busy, coordinators="某科")
    with pytest.raises(Refused, match="协调人员"):
        do("propose", office, substitution=row, post=post, leader=leader, coordinators="  ")
    assert state(office, row) == "requested"


def test_a_substitute_who_falls_ill_before_it_is_in_force_is_noticed(office):
    row = do("request", office, sitting=sitting(office), reason="meeting")
    tenure = propose(office, row)
    do("endorse", office, by=people(office)[Role.JOINT_OFFICE], substitution=row)
    do("accept", office, substitution=row)
    with scope.county(office.county):
        Absence.objects.create(
            leader=tenure.leader,
            starts_on=date(2026, 2, 20),
            ends_on=date(2026, 3, 1),
            kind="illness",
            recorded_by=office.clerk,
            recorded_at=NOW,
        )
    with pytest.raises(Refused, match="当日不能出席"):
        do("settle", office, substitution=row)


def test_a_chain_supersedes_what_was_in_force(office):
    endorser = people(office)[Role.GOVERNMENT_OFFICE]
    first = do("request", office, sitting=sitting(office), reason="meeting")
    tenure, draft = in_force(office, first, endorser)
    releases.discard(release=draft, county=office.county, by=office.clerk, at=NOW)
    with scope.county(office.county):
        absence = Absence.objects.create(
            leader=tenure.leader,
            starts_on=date(2026, 2, 20),
            ends_on=date(2026, 3, 1),
            kind="illness",
            recorded_by=office.clerk,
            recorded_at=NOW,
        )
    (second,) = do("request_for", office, absence=absence)
    in_force(office, second, endorser)
    assert (state(office, first), state(office, second)) == ("superseded", "in_force")


def test_a_decline_goes_on_as_a_new_request(office):
    row = do("request", office, sitting=sitting(office), reason="meeting")
    propose(office, row)
    again = do("decline", office, substitution=row)
    assert (state(office, row), state(office, again), again.sitting_id) == ("declined", "requested", row.sitting_id)


@pytest.mark.parametrize("verbs", [[], ["propose"], ["propose", "endorse"], ["propose", "endorse", "accept"]])
def test_it_can_be_withdrawn_until_it_is_in_force_and_then_nothing_more(office, verbs):
    joint = people(office)[Role.JOINT_OFFICE]
    row = do("request", office, sitting=sitting(office), reason="meeting")
    for verb in verbs:
        if verb == "propose":
            propose(office, row)
        else:
            do(verb, office, by=joint if verb == "endorse" else None, substitution=row)
    do("withdraw", office, substitution=row, reason="改由本人接访")
    for verb, by in (("withdraw", None), ("endorse", joint), ("accept", None), ("settle", None), ("decline", None)):
        with pytest.raises(MovedOn, match="撤回"):
            do(verb, office, by=by, substitution=row, **({"reason": "再撤"} if verb == "withdraw" else {}))


def test_steps_are_not_skipped(office):
    row = do("request", office, sitting=sitting(office), reason="meeting")
    for verb, by in (("endorse", people(office)[Role.JOINT_OFFICE]), ("accept", None), ("settle", None)):
        with pytest.raises(MovedOn, match="申请"):
            do(verb, office, by=by, substitution=row)


def test_one_substitution_of_a_sitting_is_under_way_at_a_time(office):
    do("request", office, sitting=sitting(office), reason="meeting")
    with pytest.raises(MovedOn, match="已在办理中"):
        do("request", office, sitting=sitting(office), reason="leave")


def test_two_people_ask_at_once_and_one_is_told_so(committed_db):
    office = made()

    def ask():
        return do("request", office, sitting=sitting(office), reason="meeting")

    assert sorted(type(outcome).__name__ for outcome in at_once(ask, ask)) == ["MovedOn", "Substitution"]


def test_two_people_put_it_in_force_at_once_and_one_is_told_so(committed_db):
    office = made()
    row = do("request", office, sitting=sitting(office), reason="meeting")
    propose(office, row)
    do("endorse", office, by=people(office)[Role.JOINT_OFFICE], substitution=row)
    do("accept", office, substitution=row)

    def settle():
        return do("settle", office, substitution=row)

    assert sorted(type(outcome).__name__ for outcome in at_once(settle, settle)) == ["MovedOn", "Release"]


def test_what_is_not_published_or_is_over_needs_none(office):
    planning.plan_year(county=office.county, year=2027, by=office.clerk, at=NOW)
    with pytest.raises(Refused, match="重新排班"):
        do("request", office, sitting=sitting(office, day="2027-01-15"), reason="meeting")
    with scope.county(office.county), pytest.raises(Refused):
        substitutions.request(
            sitting=sitting(office, day="2026-01-15"),
            reason="meeting",
            county=office.county,
            by=office.clerk,
            at=NOW + timedelta(days=30),
        )


def test_the_office_whose_step_is_next_is_told(office):
    offices = people(office)
    row = do("request", office, sitting=sitting(office), reason="meeting")
    propose(office, row)
    with scope.county(office.county):
        told = list(Message.objects.filter(kind="substitution_step").values_list("recipient", flat=True))
    assert told == [offices[Role.GOVERNMENT_OFFICE].pk]
