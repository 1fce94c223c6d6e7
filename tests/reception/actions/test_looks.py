"""Who looks at much is told of, and nobody else: a day of ordinary work with people planted in it who look around."""

import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reception import scope
from reception.actions import journal, looks
from reception.models import Message, User
from reception.roles import Role
from tests.reception import builders
from tests.reception.builders import NOW

SEED = 7


@pytest.fixture
def staff(office):
    """Forty clerks, two auditors, one who has no address, and the chief."""
    people = [builders.user(f"clerk-{n}", office.county, Role.CLERK) for n in range(40)]
    auditors = [builders.user(f"auditor-{n}", office.county, Role.AUDITOR) for n in range(2)]
    silent = builders.user("auditor-silent", office.county, Role.AUDITOR)
    with scope.county(office.county):
        User.objects.filter(pk=silent.pk).update(email="")
    return people, auditors


def look(person, county, moments, act="identity.read"):
    with scope.county(county):
        for moment in moments:
            journal.record(act=act, object="identity x", by=person, at=moment)


def tell(office, at=NOW):
    return looks.tell_of_many(county=office.county, by=User.objects.system(), at=at)


def told(office):
    with scope.county(office.county):
        rows = Message.objects.filter(kind="looked_much")
        return sorted((row.recipient.username, row.facts["person"], row.facts["count"]) for row in rows.select_related("recipient"))


def within(chance, count, minutes):
    """So many moments within so many minutes, the last of them at the end."""
    return [*sorted(NOW - timedelta(minutes=chance.uniform(0, minutes)) for _look in range(count - 1)), NOW]


def test_all_who_look_around_are_found_and_nobody_else(office, staff):
    chance, (people, auditors) = random.Random(SEED), staff
    snoopers = chance.sample(people, 5)
    moments = []
    for person in people:
        # As many as anybody, all day long; whoever looks around has them within the hour.
        count = chance.randrange(50, 70) if person in snoopers else chance.randrange(0, 50)
        moments += [(moment, person) for moment in within(chance, count, 59 if person in snoopers else 300)]
    for moment, person in sorted(moments, key=lambda one: one[0]):
        look(person, office.county, [moment], chance.choice(["identity.read", "material.read", "booking.find", "case.find"]))
    assert tell(office) == 5
    readers = sorted(reader.username for reader in [*auditors, office.chief])
    assert [(reader, person) for reader, person, _count in told(office)] == [
        (reader, pk) for reader in readers for pk in sorted(person.pk for person in snoopers)
    ]


@pytest.mark.parametrize(
    ("count", "act", "found"), [(49, "identity.read", 0), (50, "identity.read", 1), (60, "booking.confirm", 0)]
)
def test_fifty_looks_are_many_and_other_deeds_are_none(office, staff, count, act, found):
    look(staff[0][0], office.county, [NOW - timedelta(minutes=count - n) for n in range(count)], act)
    assert tell(office) == found


def test_it_is_said_once_for_a_day_and_never_to_who_did_it(office, staff):
    (_people, (auditor, other)) = staff
    look(auditor, office.county, [NOW - timedelta(seconds=60 - n) for n in range(55)])
    for _again in range(3):
        tell(office)
    assert {reader for reader, _person, _count in told(office)} == {other.username, office.chief.username}
    assert len(told(office)) == 2
    look(auditor, office.county, [NOW + timedelta(seconds=n) for n in range(60)])
    tell(office, at=NOW + timedelta(minutes=2))
    assert len(told(office)) == 2
    tomorrow = NOW + timedelta(days=1)
    look(auditor, office.county, [tomorrow + timedelta(seconds=n) for n in range(60)])
    tell(office, at=tomorrow + timedelta(minutes=2))
    assert len(told(office)) == 4


def test_another_county_is_told_nothing(office, staff):
    other = builders.bureau("linhe")
    look(staff[0][0], office.county, [NOW - timedelta(seconds=n) for n in reversed(range(60))])
    assert (tell(other), told(other)) == (0, [])


@given(st.lists(st.integers(0, 40_000), max_size=80))
def test_the_most_within_an_hour_beside_a_count_one_by_one(seconds):
    moments = [NOW + timedelta(seconds=second) for second in sorted(seconds)]
    counted = max((sum(first <= one <= first + timedelta(hours=1) for one in moments) for first in moments), default=0)
    assert looks.most_within_an_hour(moments) == counted
