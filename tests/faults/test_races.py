"""Two people at once, on connections of their own: first with the guard off, to see the race, then 200 times with it on.

The guard is the county's lock, taken before anything is looked at; behind it stand constraints and triggers of the database.
"""

import os
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection

from reception import documents, scope
from reception.actions import emergency, journal, planning, releases, substitutions
from reception.actions import substitution_steps as steps
from reception.errors import MovedOn, Refused
from reception.models import County, Entry, Release, ReleaseState, Sitting, Substitution, SubstitutionState
from reception.roles import Role
from reception.workflows.substitution import UNDER_WAY
from tests.reception import builders

RUNS = int(os.environ.get("RACES", "60"))
# Late in the year, so that the roster is one day long; and early on that day, so that an emergency is possible too.
PLANNED = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
AT = datetime(2026, 12, 14, 23, 0, tzinfo=UTC)


class Pair:
    """Two workers, each with a thread and a connection that stay; they start together."""

    def __enter__(self):
        self.start = threading.Barrier(2)
        self.pools = [ThreadPoolExecutor(1), ThreadPoolExecutor(1)]
        return self

    def __exit__(self, *error):
        for pool in self.pools:
            pool.submit(lambda: connection.close()).result()  # noqa: PLW0108  the thread's own connection
            pool.shutdown()

    def __call__(self, *work):
        return [future.result() for future in [pool.submit(self._run, piece) for pool, piece in zip(self.pools, work, strict=True)]]

    def _run(self, piece):
        self.start.wait(20)
        try:
            return piece()
        except (Refused, DatabaseError) as error:
            return error


class World:
    """A county with one day published, the two sittings of that day, and a second chief."""

    def __init__(self):
        self.office = builders.bureau()
        builders.published(self.office, at=PLANNED)
        self.county = self.office.county
        self.other = builders.user("other-chief", self.county, Role.CHIEF)
        self.joint = builders.user("joint", self.county, Role.JOINT_OFFICE)
        with scope.county(self.county):
            self.sittings = list(Sitting.objects.select_related("day", "leader", "post", "rotation").order_by("rotation__position"))
        self.calls, self.first, self.stand_in = 0, None, None

    def who(self, by=None):
        return {"county": self.county, "by": by or self.office.clerk, "at": AT}

    def request(self, by):
        return lambda: substitutions.request(sitting=self.sittings[1], reason="meeting", **self.who(by))

    def accepted(self):
        """A substitution of each sitting of the day, both by the same leader, both needing only to be put in force."""
        rows = []
        for sitting in self.sittings:
            row = substitutions.request(sitting=sitting, reason="meeting", **self.who())
            with scope.county(self.county):
                tenures = {tenure.leader.code: tenure for _c, tenure in substitutions.ranked(sitting)}
            tenure = tenures["L6" if sitting.leader.code != "L6" and "L6" in tenures else "L5"]
            substitutions.propose(substitution=row, post=tenure.post, leader=tenure.leader, coordinators="某科", **self.who())
            substitutions.endorse(substitution=row, **self.who(self.joint))
            substitutions.accept(substitution=row, **self.who())
            rows.append(row)
        with scope.county(self.county):
            assert Substitution.objects.values("leader").distinct().count() == 1
        return rows

    def settle(self, row):
        return lambda: substitutions.settle(substitution=row, **self.who())

    def approved(self):
        """A release that says something new, needing only to be published. The first goes through every step; each later one is a
        row like it with another telephone number, which publishing compares with the tables as it does any other."""
        self.calls += 1
        phone = f"0000-{self.calls}"
        County.objects.filter(pk=self.county.pk).update(phone=phone)
        self.county.phone = phone
        if self.first is None:
            draft = releases.submit(release=releases.draft(**self.who()), **self.who())
            self.first = releases.approve(release=draft, **self.who(self.other))
            return self.first
        with scope.county(self.county):
            last = documents.latest()
            kept = {key: last.document[key] for key in self.first.document}
            return Release.objects.create(
                state=ReleaseState.APPROVED,
                based_on=last.number,
                document=kept | {"county": kept["county"] | {"phone": phone}},
                drafted_by=self.office.clerk,
                drafted_at=AT,
                approved_by=self.other,
                approved_at=AT,
            )

    def publish(self, release, by=None):
        return lambda: releases.publish(release=release, **self.who(by or self.office.chief))

    def emergency(self):
        if self.stand_in is None:
            with scope.county(self.county):
                self.stand_in = substitutions.ranked(self.sittings[1])[0][1]
        return lambda: emergency.emergency(
            sitting=self.sittings[1],
            post=self.stand_in.post,
            leader=self.stand_in.leader,
            coordinators="某科",
            reason="illness",
            **self.who(self.office.chief),
        )

    def under_way(self):
        return Substitution.objects.filter(state__in=UNDER_WAY)

    def reset(self, rows):
        """As before the race: nothing in force, nothing drafted, the substitutions ready again."""
        with scope.county(self.county):
            Release.objects.open().update(state=ReleaseState.DISCARDED)
            Substitution.objects.filter(state=SubstitutionState.IN_FORCE).update(state=SubstitutionState.WITHDRAWN)
            Substitution.objects.filter(pk__in=[row.pk for row in rows]).update(state=SubstitutionState.ACCEPTED)


@pytest.fixture
def world(committed_db, as_superuser):
    as_superuser(f'ALTER DATABASE "{committed_db}" SET synchronous_commit = off')
    connection.close()
    return World()


@pytest.fixture
def unguarded(monkeypatch):
    """The county's lock does nothing."""
    for module in (planning, releases):
        monkeypatch.setattr(module, "lock", lambda *_county: None)


def meeting(monkeypatch, module, name):
    """Both look, and neither goes on before both have looked."""
    both, looked = threading.Barrier(2), getattr(module, name)

    def look(*args, **kwargs):
        seen = looked(*args, **kwargs)
        both.wait(20)
        return seen

    monkeypatch.setattr(module, name, look)


def kinds(outcomes):
    return sorted(type(outcome).__name__ for outcome in outcomes)


def test_two_requests_with_the_guard_off(world, unguarded, monkeypatch, as_superuser):
    meeting(monkeypatch, steps, "is_under_way")
    with Pair() as at_once:
        first = at_once(world.request(world.office.clerk), world.request(world.other))
        assert kinds(first) == ["IntegrityError", "Substitution"], "the database's own refusal, in no words for people"
        as_superuser("DROP INDEX substitution_one_under_way")
        with scope.county(world.county):
            world.under_way().update(state=SubstitutionState.WITHDRAWN)
        second = at_once(world.request(world.office.clerk), world.request(world.other))
    assert kinds(second) == ["Substitution", "Substitution"], "with neither, both are under way"


def test_two_requests(world):
    won = Counter()
    with Pair() as at_once:
        for _run in range(RUNS):
            outcomes = at_once(world.request(world.office.clerk), world.request(world.other))
            assert kinds(outcomes) == ["MovedOn", "Substitution"]
            assert "已在办理中" in next(str(outcome) for outcome in outcomes if isinstance(outcome, MovedOn))
            made = next(outcome for outcome in outcomes if isinstance(outcome, Substitution))
            won[made.requested_by_id] += 1
            substitutions.withdraw(substitution=made, reason="再来", **world.who())
    assert sum(won.values()) == RUNS
    with scope.county(world.county):
        assert list(journal.faults()) == []


def test_one_leader_for_two_sittings_with_the_guard_off(world, unguarded, monkeypatch, as_superuser):
    rows = world.accepted()
    meeting(monkeypatch, substitutions, "able")
    with Pair() as at_once:
        first = at_once(*map(world.settle, rows))
        assert any(isinstance(outcome, (IntegrityError, MovedOn)) for outcome in first)
        world.reset(rows)
        as_superuser("DROP INDEX release_one_open")
        monkeypatch.setattr(releases, "draft", lambda **_said: None)
        second = at_once(*map(world.settle, rows))
    assert second == [None, None]
    with scope.county(world.county):
        in_force = Substitution.objects.filter(state=SubstitutionState.IN_FORCE, sitting__day=world.sittings[0].day)
        assert in_force.count() == 2
        assert in_force.values("leader").distinct().count() == 1, "one leader in two places"


def test_one_leader_for_two_sittings(world):
    rows = world.accepted()
    won = Counter()
    with Pair() as at_once:
        for _run in range(RUNS):
            outcomes = at_once(*map(world.settle, rows))
            assert sum(isinstance(outcome, Release) for outcome in outcomes) == 1
            assert "已有另一场接访" in next(str(outcome) for outcome in outcomes if isinstance(outcome, Refused))
            with scope.county(world.county):
                won[Substitution.objects.get(state=SubstitutionState.IN_FORCE).pk] += 1
            world.reset(rows)
    assert sum(won.values()) == RUNS
    with scope.county(world.county):
        assert list(journal.faults()) == []


def without_row_lock(monkeypatch):
    """A release is read as it is, without being taken."""
    both = threading.Barrier(2)

    def read(release, _county, action):
        now = Release.objects.get(pk=release.pk)
        assert releases.RELEASE.allows(action, state=now.state)
        both.wait(20)
        return now

    monkeypatch.setattr(releases, "_locked", read)


def test_two_publications_with_the_guard_off(world, unguarded, monkeypatch):
    release = world.approved()
    without_row_lock(monkeypatch)
    # Neither publishes before both have found that nothing changed: else the later one would see the earlier one's number.
    meeting(monkeypatch, releases, "_unchanged")
    with Pair() as at_once:
        outcomes = at_once(world.publish(release), world.publish(release, world.other))
    assert sum(isinstance(outcome, Release) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, DatabaseError) for outcome in outcomes) == 1


def test_two_publications(world):
    with Pair() as at_once:
        for run in range(RUNS):
            release = world.approved()
            outcomes = at_once(world.publish(release), world.publish(release, world.other))
            assert kinds(outcomes) == ["MovedOn", "Release"]
            assert next(outcome for outcome in outcomes if isinstance(outcome, Release)).number == run + 2
    with scope.county(world.county):
        assert Entry.objects.filter(act="release.publish").count() == RUNS + 1
        assert list(journal.faults()) == []


def test_publishing_against_a_substitution_with_the_guard_off(world, unguarded, monkeypatch, as_superuser):
    rows = world.accepted()
    as_superuser("ALTER TABLE reception_release DISABLE TRIGGER release_stays")
    as_superuser("DROP INDEX release_one_open")
    with Pair() as at_once:
        # One may be through before the other begins; that they meet takes a few tries.
        for _try in range(RUNS):
            release, stand_in = world.approved(), world.emergency()
            with monkeypatch.context() as unlocked:
                without_row_lock(unlocked)
                outcomes = at_once(world.publish(release), stand_in)
            if kinds(outcomes) == ["Release", "Release"]:
                break
            world.reset(rows)
    with scope.county(world.county):
        assert Substitution.objects.filter(state=SubstitutionState.IN_FORCE).exists()
        now = Release.objects.get(pk=release.pk)
        other = next((outcome for outcome in outcomes if isinstance(outcome, Release) and outcome.pk != release.pk), None)
        # Both believe they won: one published what the other discarded.
        assert kinds(outcomes) == ["Release", "Release"]
        assert now.state in (ReleaseState.PUBLISHED, ReleaseState.DISCARDED)
        assert other is not None
        assert (
            Entry.objects.filter(
                act__in=["release.publish", "release.discard"], object__in=[f"draft {release.pk}", "release 2"]
            ).count()
            == 2
        )


def test_publishing_against_a_substitution(world):
    """Whichever is first: what is published is what was approved, and a substitution in force is either in it or in the next draft."""
    rows = world.accepted()
    seen = Counter()
    with Pair() as at_once:
        for run in range(RUNS):
            release = world.approved()
            stand_in = world.settle(rows[1]) if run % 2 else world.emergency()
            published, substituted = at_once(world.publish(release), stand_in)
            with scope.county(world.county):
                now = Release.objects.get(pk=release.pk)
                in_force = Substitution.objects.filter(state=SubstitutionState.IN_FORCE).count()
                open_now = list(Release.objects.open())
            assert isinstance(published, Release) == (now.state == ReleaseState.PUBLISHED)
            assert isinstance(substituted, Release) == (in_force == 1) == (len(open_now) == 1)
            if isinstance(published, Release):
                unapproved = ("number", "previous", "published_at", "journal")
                assert {k: v for k, v in now.document.items() if k not in unapproved} == {
                    k: v for k, v in release.document.items() if k not in unapproved
                }
            if isinstance(substituted, Release):
                assert any(s["substitutes"] for day in substituted.document["days"] for s in day["sittings"])
            for outcome in (published, substituted):
                assert isinstance(outcome, Release) or (isinstance(outcome, Refused) and outcome.sentence), "a sentence, no error"
            seen[type(published).__name__, type(substituted).__name__] += 1
            world.reset(rows)
    assert ("MovedOn", "MovedOn") not in seen
    assert sum(seen.values()) == RUNS
    with scope.county(world.county):
        assert list(journal.faults()) == []
