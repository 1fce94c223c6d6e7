"""The journal: linked, and no change goes unseen, not even by whoever owns the machine."""

import pytest
from django.db import DatabaseError, connection

from reception import scope
from reception.actions import journal
from reception.models import Entry
from tests.reception import builders


@pytest.fixture
def office(committed_db):
    office = builders.bureau()
    builders.published(office)
    return office


def faults(office):
    with scope.county(office.county):
        return list(journal.faults())


def test_a_whole_journal_has_no_faults(office):
    assert faults(office) == []


@pytest.mark.parametrize(
    "statement", ["UPDATE reception_entry SET act = 'x'", "DELETE FROM reception_entry", "TRUNCATE reception_entry"]
)
def test_the_application_can_neither_change_nor_remove_an_entry(office, statement):
    with pytest.raises(DatabaseError, match="permission denied"), scope.county(office.county), connection.cursor() as cursor:
        cursor.execute(statement)


FORCED = "SET session_replication_role = replica; ALTER TABLE {0} DISABLE TRIGGER USER; {1}; ALTER TABLE {0} ENABLE TRIGGER USER"


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE reception_entry SET facts = '{}' WHERE n = 1", ["journal: entry 1 was changed"]),
        ("UPDATE reception_entry SET actor = 'nobody' WHERE n = 3", ["journal: entry 3 was changed"]),
        ("DELETE FROM reception_entry WHERE n = 2", ["journal: entry 2 is missing (the next one there is 3)"]),
        ("DELETE FROM reception_entry WHERE n = 5", ["releases: number 1 names journal entry 5, which is not there any more"]),
        (
            "UPDATE reception_entry SET previous = repeat('0', 64) WHERE n = 2",
            ["journal: entry 2 does not follow entry 1", "journal: entry 2 was changed"],
        ),
    ],
)
def test_whoever_forces_the_database_is_found_out(office, as_superuser, statement, expected):
    as_superuser(FORCED.format("reception_entry", statement))
    assert faults(office) == expected


def test_a_release_changed_by_force_is_found_out(office, as_superuser):
    change = "UPDATE reception_release SET document = jsonb_set(document, '{days,0,day}', '\"2026-01-16\"')"
    as_superuser(FORCED.format("reception_release", change))
    assert faults(office) == ["releases: number 1 was changed"]


def test_the_triggers_hold_even_for_a_replica_session(office, as_superuser):
    with pytest.raises(Exception, match="journal"):
        as_superuser("SET session_replication_role = replica; UPDATE reception_entry SET act = 'x'")
    assert faults(office) == []


def test_the_journal_of_one_county_knows_nothing_of_the_other(office):
    other = builders.bureau("linhe")
    builders.published(other)
    with scope.county(other.county):
        assert list(Entry.objects.order_by("n").values_list("n", flat=True)) == [1, 2, 3, 4, 5]
    assert faults(other) == faults(office) == []
