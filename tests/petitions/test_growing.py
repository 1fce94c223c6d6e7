"""Tables that only grow, attacked as the application and as the superuser; numbers that are one of a kind; the counties' wall."""

import uuid

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction

from petitions.actions import receptions as act
from petitions.models import Case, CaseStep, Minutes
from reception import codes, scope
from reception.models import Booking
from tests.petitions.receptions import AT, called, conclude, correct
from tests.reception import bookers, builders
from tests.reception.builders import NOW

REFUSAL = r"only grows|never deleted|never changes"
GROWING = ["casestep", "deadline", "stop", "minutes", "task"]
COLUMNS = {"casestep": "actor = 'x'", "deadline": "due_on = '2030-01-01'", "stop": "stopped_on = '2030-01-01'"}
COLUMNS |= {"minutes": "said = 'x'", "task": "deliverable = 'x'"}


@pytest.fixture
def office(committed_db):
    made = builders.bureau()
    builders.published(made)
    first = conclude(made, called(made))
    correct(made, first, said="改")
    conclude(made, called(made, 2), decision="resolved_on_spot")
    return made


def count(office, table):
    with scope.county(office.county), connection.cursor() as cursor:
        cursor.execute(f"SELECT string_agg(t::text, '|' ORDER BY id) FROM petitions_{table} t")
        return cursor.fetchone()[0]


@pytest.mark.parametrize("table", GROWING)
def test_neither_the_application_nor_the_superuser_rewrites(office, as_superuser, table):
    before = count(office, table)
    assert before
    attacks = [
        f"UPDATE petitions_{table} SET {COLUMNS[table]}",
        f"DELETE FROM petitions_{table}",
        f"TRUNCATE petitions_{table} CASCADE",
    ]
    for attack in attacks:
        refused = pytest.raises((ProgrammingError, InternalError, IntegrityError))
        with refused, scope.county(office.county), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(attack)
        with pytest.raises(Exception, match=REFUSAL):
            as_superuser(attack)
        with pytest.raises(Exception, match=REFUSAL):
            as_superuser(f"SET session_replication_role = replica; {attack}")
    assert count(office, table) == before


@pytest.mark.parametrize(
    "attack",
    [
        "DELETE FROM petitions_case",
        "TRUNCATE petitions_case CASCADE",
        "UPDATE petitions_case SET matter = 'x'",
        "UPDATE petitions_case SET received_on = '2030-01-01'",
        "UPDATE petitions_case SET number = '00000000000'",
        "UPDATE petitions_case SET booking_id = NULL",
    ],
)
def test_what_a_case_was_registered_with_stays(office, as_superuser, attack):
    before = count(office, "case")
    with pytest.raises(Exception, match=REFUSAL):
        as_superuser(attack)
    assert count(office, "case") == before


def test_a_superuser_who_takes_the_triggers_away_is_found_by_the_hash(office, as_superuser):
    as_superuser(
        "ALTER TABLE petitions_minutes DISABLE TRIGGER ALL; UPDATE petitions_minutes SET said = '没说过' WHERE version = 1"
    )
    with scope.county(office.county):
        assert len(list(act.faults())) == 2


def test_steps_and_versions_follow_each_other(office):
    with scope.county(office.county):
        case, minutes = Case.objects.order_by("pk")[0], Minutes.objects.current().order_by("pk")[0]
    same = {"case": case, "actor": "x", "at": AT, "action": "guide", "after": "guided"}
    for wrong in ({"n": 9, "before": "under_screening"}, {"n": 3, "before": "registered"}):
        with pytest.raises(IntegrityError, match="does not follow"), scope.county(office.county):
            CaseStep.objects.create(**same, **wrong)
    for wrong in ({"version": 9}, {"corrects": None}, {"version": 1, "corrects": None, "reason": ""}):
        with pytest.raises(IntegrityError), scope.county(office.county):
            row = Minutes.objects.get(pk=minutes.pk)
            row.pk, row.uid, row.key, row.corrects = None, uuid.uuid4(), uuid.uuid4(), minutes
            row.version, row.reason = minutes.version + 1, "again"
            for name, value in wrong.items():
                setattr(row, name, value)
            row.save(force_insert=True)


def test_a_case_has_its_booking_s_number_and_a_number_is_one_of_a_kind_in_all_counties(office):
    other = builders.bureau("linhe")
    builders.published(other)
    with scope.county(office.county):
        case = Case.objects.order_by("pk")[0]
    assert scope.county_of_number(case.number) == office.county.pk
    foreign = bookers.book(other, at=NOW).booking

    def lone(number, county):
        with scope.county(county):
            row = Case.objects.order_by("pk").first() or case
            again = Case(
                number=number,
                code_hash="x",
                status="registered",
                way_in="letter",
                topic=foreign.topic,
                matter="m",
                wish="w",
                identity=foreign.identity,
                received_on=row.received_on,
                registered_at=AT,
            )
            again.save(force_insert=True)
        return again

    # A letter's case in the other county: not with a booking's number, whichever county that is of.
    for taken in (foreign.number, case.number):
        with pytest.raises(IntegrityError):
            lone(taken, other.county)
    free = lone(codes.new_number(year=2026), other.county)
    assert scope.county_of_number(free.number) == other.county.pk
    assert scope.county_of_number("00000000000") is None
    with pytest.raises(IntegrityError, match="is a case's"), scope.county(office.county):
        row = Booking.objects.order_by("pk")[0]
        row.pk, row.uid, row.key, row.number, row.state, row.ticket = (
            None,
            uuid.uuid4(),
            uuid.uuid4(),
            free.number,
            "cancelled",
            None,
        )
        row.save(force_insert=True)
    with pytest.raises(IntegrityError, match="number of its booking"), scope.county(office.county):
        booking = bookers.book(office, 7, at=NOW).booking
        fresh = Case.objects.order_by("pk")[0]
        fresh.pk, fresh.uid, fresh.booking, fresh.number = None, uuid.uuid4(), booking, codes.new_number(year=2026)
        fresh.save(force_insert=True)
