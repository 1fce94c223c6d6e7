"""Draft, submit, approve, publish: what is published is what was approved, once, for ever."""

import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from reception import documents, scope
from reception.actions import journal, planning, releases
from reception.errors import Forbidden, MovedOn, NothingNew, Refused
from reception.models import Entry, Message, ReceptionDay, Release, Sitting, Tenure, User
from reception.roles import Role
from scheduling.releases import difference
from tests.reception import builders
from tests.reception.builders import NOW


@pytest.fixture
def office(db):
    return builders.bureau()


def approved(office, at=NOW):
    planning.plan_year(county=office.county, year=2026, by=office.clerk, at=at)
    draft = releases.draft(county=office.county, by=office.clerk, at=at)
    releases.submit(release=draft, county=office.county, by=office.clerk, at=at)
    return releases.approve(release=draft, county=office.county, by=office.chief, at=at)


def test_the_first_release_says_everything_and_closes(office):
    release = builders.published(office, note="公布全年安排")
    document = release.document
    assert (release.number, document["previous"], document["number"]) == (1, None, 1)
    assert release.hash == journal.digest(document)
    assert [day["day"] for day in document["days"]][:2] == ["2026-01-15", "2026-02-24"]
    assert {day["state"] for day in document["days"]} == {"published"}
    first = document["days"][0]["sittings"][0]
    assert (first["leader"]["name"]["zh"], first["rotation"]["key"], first["from"], first["sequence"]) == (
        "县委书记甲",
        "R1",
        "08:30",
        0,
    )
    with scope.county(office.county):
        assert set(ReceptionDay.objects.values_list("state", flat=True)) == {"published"}
        assert set(Sitting.objects.values_list("state", flat=True)) == {"published"}
        assert list(Entry.objects.order_by("n").values_list("act", flat=True)) == [
            "roster.plan",
            "release.draft",
            "release.submit",
            "release.approve",
            "release.publish",
        ]
        assert list(journal.faults()) == []


def test_the_next_release_holds_the_hash_before_it_and_only_what_changed_is_new(office):
    first = builders.published(office)
    second = builders.published(office, year=2027, at=NOW + timedelta(days=1))
    assert (second.number, second.document["previous"]) == (2, first.hash)
    changes = difference(first.document, second.document)
    assert {day.new["day"][:4] for day in changes.added} == {"2027"}
    assert changes.removed == changes.changed == ()


def test_the_past_is_not_rewritten_when_a_leader_is_renamed(office):
    builders.published(office)
    with scope.county(office.county):
        leader = Tenure.objects.get(post__code="P1").leader
        leader.name = "县委书记改名"
        leader.save()
    later = NOW + timedelta(days=60)
    draft = releases.draft(county=office.county, by=office.clerk, at=later)
    names = [day["sittings"][0]["leader"]["name"]["zh"] for day in draft.document["days"]]
    assert (names[0], names[4]) == ("县委书记甲", "县委书记改名")


def test_private_reasons_do_not_reach_the_document(office):
    release = builders.published(office)
    text = str(release.document)
    assert "L1" not in text
    assert all(set(s["turn"]) == {"passed_over", "first_in_queue"} for day in release.document["days"] for s in day["sittings"])


def test_everyone_concerned_is_told_once(office):
    leader = builders.user("leader", office.county, Role.LEADER)
    builders.user("auditor", office.county, Role.AUDITOR)
    builders.published(office)
    with scope.county(office.county):
        told = list(Message.objects.values_list("recipient", "kind", "state"))
    assert [row for row in told if row[1] == "release_published"] == [(leader.pk, "release_published", "waiting")]


def test_nothing_new_is_refused(office):
    builders.published(office)
    with pytest.raises(NothingNew, match="没有变化"):
        releases.draft(county=office.county, by=office.clerk, at=NOW)


def test_nobody_approves_what_they_drafted(office):
    planning.plan_year(county=office.county, year=2026, by=office.chief, at=NOW)
    draft = releases.draft(county=office.county, by=office.chief, at=NOW)
    with pytest.raises(Forbidden, match="不能审定自己办理"):
        releases.submit(release=draft, county=office.county, by=office.clerk, at=NOW)
        releases.approve(release=draft, county=office.county, by=office.chief, at=NOW)


def test_one_release_on_its_way_at_a_time(office):
    approved(office)
    with pytest.raises(MovedOn, match="chenghe-clerk"):
        releases.draft(county=office.county, by=office.clerk, at=NOW)


def test_a_draft_is_not_published_before_it_is_approved(office):
    planning.plan_year(county=office.county, year=2026, by=office.clerk, at=NOW)
    draft = releases.draft(county=office.county, by=office.clerk, at=NOW)
    with pytest.raises(MovedOn, match="拟定"):
        releases.publish(release=draft, county=office.county, by=office.chief, at=NOW)


def test_what_changed_after_the_approval_is_not_published_unseen(office):
    draft = approved(office)
    with scope.county(office.county):
        office.county.phone = "0000-7654321"
        office.county.save()
    with pytest.raises(MovedOn, match="又有改动"):
        releases.publish(release=draft, county=office.county, by=office.chief, at=NOW)


def test_a_discarded_release_can_neither_be_approved_nor_published(office):
    draft = approved(office)
    releases.discard(release=draft, county=office.county, by=office.clerk, at=NOW)
    for verb in (releases.approve, releases.publish, releases.discard):
        with pytest.raises(MovedOn, match="已作废"):
            verb(release=draft, county=office.county, by=office.chief, at=NOW)


@pytest.mark.parametrize(
    ("verb", "role"), [(releases.approve, Role.CLERK), (releases.publish, Role.CLERK), (releases.discard, Role.AUDITOR)]
)
def test_every_step_asks_who(office, verb, role):
    draft = approved(office)
    person = builders.user("someone", office.county, role)
    with pytest.raises(Forbidden):
        verb(release=draft, county=office.county, by=person, at=NOW)


@pytest.mark.parametrize("field", ["hash", "note", "document", "state"])
def test_the_database_itself_refuses_to_change_a_published_release(office, field):
    release = builders.published(office)
    setattr(release, field, {"days": []} if field == "document" else "draft")
    with pytest.raises(DatabaseError, match="published"), scope.county(office.county):
        release.save()


def test_the_database_itself_refuses_to_remove_a_published_release(office):
    builders.published(office)
    with pytest.raises(DatabaseError), scope.county(office.county), transaction.atomic():
        Release.objects.all().delete()


def at_once(*work):
    """Run the pieces of work in threads of their own and give back what each returned or raised."""
    outcomes = [None] * len(work)

    def run(index, piece):
        try:
            outcomes[index] = piece()
        except Exception as error:  # noqa: BLE001  whatever came is the outcome
            outcomes[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(work)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def publisher(office, draft):
    return lambda: releases.publish(release=draft, county=office.county, by=office.chief, at=NOW)


def test_two_people_publish_at_once_and_one_is_told_so(committed_db):
    office = builders.bureau()
    draft = approved(office)
    outcomes = at_once(publisher(office, draft), publisher(office, draft))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["MovedOn", "Release"]
    with scope.county(office.county):
        assert [release.number for release in Release.objects.published()] == [1]
        assert list(journal.faults()) == []


def test_without_the_lock_the_same_race_is_open(committed_db, monkeypatch):
    """The guard off: both find the release approved, and the second runs into the database's own refusal, not into a sentence."""
    office = builders.bureau()
    draft = approved(office)
    both = threading.Barrier(2)

    def unguarded(release, county, action):
        now = Release.objects.get(pk=release.pk)
        assert (action, now.state) == ("publish", "approved")
        both.wait(5)
        return now

    monkeypatch.setattr(releases, "_locked", unguarded)
    outcomes = at_once(publisher(office, draft), publisher(office, draft))
    assert sum(isinstance(outcome, Release) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, DatabaseError) for outcome in outcomes) == 1


def test_two_people_draft_at_once_and_one_is_told_who_was_first(committed_db):
    office = builders.bureau()
    planning.plan_year(county=office.county, year=2026, by=office.clerk, at=NOW)
    outcomes = at_once(
        lambda: releases.draft(county=office.county, by=office.clerk, at=NOW),
        lambda: releases.draft(county=office.county, by=office.chief, at=NOW),
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["MovedOn", "Release"]


def test_two_counties_publish_at_once_and_neither_waits_for_the_other(committed_db):
    here, there = builders.bureau("chenghe"), builders.bureau("linhe")
    drafts = [approved(here), approved(there)]
    outcomes = at_once(publisher(here, drafts[0]), publisher(there, drafts[1]))
    assert [outcome.number for outcome in outcomes] == [1, 1]


def test_the_console_acts_alone_and_says_so(office):
    system = User.objects.system()
    planning.plan_year(county=office.county, year=2026, by=system, at=NOW)
    draft = releases.draft(county=office.county, by=system, at=NOW)
    releases.submit(release=draft, county=office.county, by=system, at=NOW)
    releases.approve(release=draft, county=office.county, by=system, at=NOW)
    releases.publish(release=draft, county=office.county, by=system, at=NOW)
    with scope.county(office.county):
        assert set(Entry.objects.values_list("actor", flat=True)) == {"system"}
        assert documents.latest().published_by == system


def test_a_refusal_half_way_leaves_nothing_behind(office, monkeypatch):
    draft = approved(office)
    with scope.county(office.county):
        before = Entry.objects.count()

    def broken(*args):
        raise Refused("没有了")

    monkeypatch.setattr(releases, "_settle", broken)
    with pytest.raises(Refused, match="没有了"):
        releases.publish(release=draft, county=office.county, by=office.chief, at=NOW)
    with scope.county(office.county):
        assert (Entry.objects.count(), Release.objects.published().count()) == (before, 0)
