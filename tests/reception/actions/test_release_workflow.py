"""A release from hand to hand: every action in every state by every role; sent back, told, and late only with a reason."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError

from reception import documents, scope
from reception.actions import days, journal, lateness, planning, releases
from reception.errors import Forbidden, MovedOn, Refused
from reception.models import Entry, Leader, Message, ReceptionDay, Release, ReleaseState, RoleGrant, Sitting, User
from reception.roles import PERMISSIONS, Role
from reception.workflows.release import OPEN, RELEASE
from tests.reception import builders
from tests.reception.builders import NOW

# The county's 13 January at noon: the first day, 15 January, is two days ahead; a day later it is one.
IN_TIME, LATE = datetime(2026, 1, 13, 4, tzinfo=UTC), datetime(2026, 1, 14, 4, tzinfo=UTC)


@pytest.fixture
def office(db):
    return builders.bureau()


def drafted(office, at=NOW):
    planning.plan_year(county=office.county, year=2026, by=office.clerk, at=at)
    return releases.draft(county=office.county, by=office.clerk, at=at)


def brought_to(state, office, at=NOW):
    """A release that has come to a state as the people of the office would bring it there."""
    release, said = drafted(office, at), {"county": office.county, "at": at}
    if state in ("submitted", "approved", "published"):
        release = releases.submit(release=release, by=office.clerk, **said)
    if state in ("approved", "published"):
        release = releases.approve(release=release, by=office.chief, **said)
    if state == "published":
        release = releases.publish(release=release, by=office.chief, **said)
    if state == "discarded":
        release = releases.discard(release=release, by=office.clerk, **said)
    return release


ACTIONS = {name: getattr(releases, name) for name in RELEASE.actions}
MORE = {"send_back": {"reason": "第三场地点有误"}}


def everyone(office):
    """Someone of every role."""
    people = {role: builders.user(f"as-{role}", office.county, role) for role in Role if role not in (Role.SYSTEM, Role.SECRETARY)}
    people[Role.SECRETARY] = builders.user("as-secretary", office.county)
    with scope.county(office.county):
        leader = Leader.objects.get(code="L1")
        RoleGrant.objects.create(user=people[Role.SECRETARY], role=Role.SECRETARY.value, leader=leader, starts_on=date(2020, 1, 1))
    return people


@pytest.mark.parametrize("action", RELEASE.actions)
@pytest.mark.parametrize("state", RELEASE.states)
def test_every_action_in_every_state_by_every_role(office, state, action):
    """It leads where the table says, and only there; everyone else is refused, and nothing moves."""
    people = everyone(office)
    release, able = brought_to(state, office), PERMISSIONS[RELEASE.transition(action).permissions[0]]
    for role, person in sorted(people.items(), key=lambda pair: pair[0] in able):
        said = {"release": release, "county": office.county, "by": person, "at": NOW, **MORE.get(action, {})}
        if role not in able:
            with pytest.raises(Forbidden):
                ACTIONS[action](**said)
        elif not RELEASE.allows(action, state=state):
            with pytest.raises(MovedOn):
                ACTIONS[action](**said)
    with scope.county(office.county):
        assert Release.objects.get().state == state
    person = next(person for role, person in people.items() if role in able)
    if RELEASE.allows(action, state=state):
        ACTIONS[action](release=release, county=office.county, by=person, at=NOW, **MORE.get(action, {}))
        with scope.county(office.county):
            assert Release.objects.get().state == RELEASE.transition(action).after
            assert Entry.objects.order_by("-n")[0].act == f"release.{action}"
            assert list(journal.faults()) == []


def test_the_table_knows_the_states_of_the_model_and_the_open_ones():
    assert set(RELEASE.states) == set(ReleaseState.values)
    assert set(OPEN) == {state for state in RELEASE.states if RELEASE.possible(state)}


@pytest.mark.parametrize("state", RELEASE.states)
@pytest.mark.parametrize("after", RELEASE.states)
def test_the_database_itself_lets_no_step_be_skipped(office, state, after):
    """Whatever writes to the table: a state follows only where the workflow's table has a row for it (publishing needs its number too)."""
    if state == after or any(RELEASE.allows(a, state=state) and RELEASE.transition(a).after == after for a in RELEASE.actions):
        return
    release = brought_to(state, office)
    release.state = after
    with pytest.raises(DatabaseError), scope.county(office.county):
        release.save()


def test_a_draft_is_approved_only_after_it_was_submitted(office):
    with pytest.raises(MovedOn, match="还没有送审"):
        releases.approve(release=drafted(office), county=office.county, by=office.chief, at=NOW)


def test_whoever_submitted_does_not_approve_either(office):
    release = drafted(office)
    releases.submit(release=release, county=office.county, by=office.chief, at=NOW)
    with pytest.raises(Forbidden, match="送审人不能审定"):
        releases.approve(release=release, county=office.county, by=office.chief, at=NOW)


def test_sent_back_it_needs_a_reason_which_the_drafter_is_told_and_can_come_again(office):
    release = brought_to("submitted", office)
    said = {"release": release, "county": office.county, "at": NOW}
    with pytest.raises(Refused, match="退回的原因"):
        releases.send_back(by=office.chief, reason="  ", **said)
    back = releases.send_back(by=office.chief, reason="第三场地点有误", **said)
    assert (back.state, back.sent_back_reason, back.document) == ("draft", "第三场地点有误", release.document)
    with scope.county(office.county):
        (told,) = Message.objects.filter(kind="release_step", recipient=office.clerk)
        assert (told.facts["step"], told.facts["reason"]) == ("sent_back", "第三场地点有误")
    again = releases.submit(by=office.clerk, **said)
    assert (again.state, again.sent_back_reason) == ("submitted", "")


def test_the_chief_is_told_of_a_submission_and_the_drafter_of_what_came_of_it(office):
    brought_to("published", office)
    with scope.county(office.county):
        told = [(m.recipient.username, m.facts["step"]) for m in Message.objects.filter(kind="release_step").order_by("pk")]
    assert told == [("chenghe-chief", "submitted"), ("chenghe-clerk", "approved"), ("chenghe-clerk", "published")]


def test_the_chief_is_not_told_of_their_own_draft(office):
    other = builders.user("other-chief", office.county, Role.CHIEF)
    planning.plan_year(county=office.county, year=2026, by=office.clerk, at=NOW)
    draft = releases.draft(county=office.county, by=office.chief, at=NOW)
    releases.submit(release=draft, county=office.county, by=office.clerk, at=NOW)
    with scope.county(office.county):
        assert list(Message.objects.values_list("recipient", flat=True)) == [other.pk]


def test_two_days_ahead_is_in_time(office):
    release = builders.published(office, at=IN_TIME)
    assert "late" not in release.document
    assert release.late_reason == ""


def test_later_than_promised_it_says_why_or_is_not_published(office):
    release = brought_to("approved", office, at=LATE)
    said = {"release": release, "county": office.county, "by": office.chief, "at": LATE}
    with pytest.raises(Refused, match=r"至少提前 2 天公布；本期最早改动 2026-01-15 的安排，今天公布只提前 1 天"):
        releases.publish(late_reason="  ", **said)
    told = releases.publish(late_reason="防汛应急，临时调整", late_reason_en="Flood emergency", **said)
    reason = {"zh": "防汛应急，临时调整", "en": "Flood emergency"}
    assert told.document["late"] == {"days": 2, "reason": reason}
    assert (told.late_reason, told.late_reason_en) == (reason["zh"], reason["en"])
    assert told.hash == journal.digest(told.document)


def test_a_reason_is_not_kept_where_none_was_needed(office):
    release = brought_to("approved", office)
    told = releases.publish(release=release, county=office.county, by=office.chief, at=NOW, late_reason="多余")
    assert ("late" in told.document, told.late_reason) == (False, "")


@pytest.mark.parametrize(("ahead", "late"), [(0, False), (1, False), (2, True)])
def test_the_county_says_how_many_days_ahead(office, ahead, late):
    office.county.publish_days_ahead = ahead
    office.county.save()
    release = brought_to("approved", office, at=LATE)
    with scope.county(office.county):
        assert (lateness.of(release, documents.latest(), county=office.county, on=LATE.date()) is not None) is late


def test_what_changes_no_coming_day_is_never_late(office):
    builders.published(office, at=IN_TIME)
    office.county.phone = "0000-7654321"
    office.county.save()
    draft = releases.draft(county=office.county, by=office.clerk, at=LATE)
    releases.submit(release=draft, county=office.county, by=office.clerk, at=LATE)
    releases.approve(release=draft, county=office.county, by=office.chief, at=LATE)
    assert releases.publish(release=draft, county=office.county, by=office.chief, at=LATE).number == 2


def test_a_day_moved_away_from_tomorrow_is_late_however_far_it_goes(office):
    builders.published(office, at=IN_TIME)
    with scope.county(office.county):
        draft = days.move(
            day=ReceptionDay.objects.get(day="2026-01-15"),
            to=(NOW + timedelta(days=20)).date(),
            reason="停电",
            reason_en="",
            county=office.county,
            by=office.chief,
            at=LATE,
        )
        found = lateness.of(draft, documents.latest(), county=office.county, on=LATE.date())
    assert (str(found.day), found.ahead, found.due) == ("2026-01-15", 1, 2)


def test_a_published_sitting_can_not_disappear(office):
    builders.published(office)
    with scope.county(office.county):
        Sitting.objects.get(day__day="2026-12-15", rotation__code="R2").delete()
    with pytest.raises(Refused, match=r"请取消它，而不是删除。涉及：2026-12-15"):
        releases.draft(county=office.county, by=office.clerk, at=NOW)


def test_the_console_submits_to_itself(office):
    system = User.objects.system()
    planning.plan_year(county=office.county, year=2026, by=system, at=NOW)
    draft = releases.draft(county=office.county, by=system, at=NOW)
    releases.submit(release=draft, county=office.county, by=system, at=NOW)
    assert releases.approve(release=draft, county=office.county, by=system, at=NOW).state == "approved"


def test_another_countys_release_is_not_there(office):
    other = builders.bureau("linhe")
    release = drafted(other)
    for action, verb in ACTIONS.items():
        with pytest.raises((Release.DoesNotExist, Forbidden)):
            verb(release=release, county=office.county, by=office.chief, at=NOW, **MORE.get(action, {}))
    with scope.county(other.county):
        assert Release.objects.get().state == "draft"
