"""A crowd for thirty places, all at once, to real web server processes: thirty are booked, the others are told, nothing breaks.

``CROWD=10000`` makes the crowd as large as that, ``ROUNDS=10`` sends ten of them. The same crowd against the portal without its guard
oversells.
"""

import os
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest
from django.db import connection
from django.utils import timezone

from reception import scope
from reception.actions import drafts
from reception.models import Booking, Draft, Slot, User
from tests.databases import own_database
from tests.faults import figures, portal

CROWD = int(os.environ.get("CROWD", "150"))
ROUNDS = int(os.environ.get("ROUNDS", "1"))
PLACES = 30
# So long may the whole crowd take on two processors.
SECONDS = 60
UNGUARDED = 300


def booked(office, sitting):
    with scope.county(office.county):
        taken = Slot.objects.filter(sitting=sitting, booking__isnull=False).count()
        return Booking.objects.filter(sitting=sitting, state="confirmed").count(), taken


@pytest.fixture
def burst(template_database, django_db_setup, django_db_blocker):
    """Send a crowd to the portal as `application` is; what it was told, what it was told when it sent again, and what was booked."""

    def run(application, count, title):
        with own_database(template_database, django_db_blocker) as database:
            office, sitting = portal.world(PLACES)
            addresses = portal.forms(office, sitting, count)
            before = portal.database_seconds()
            with portal.Portal(application, database=database) as servers:
                found = portal.send(servers.port, addresses)
                again = portal.send(servers.port, addresses[:20])
            figures.tell(
                f"{title}: {count} forms for {PLACES} places in {found['seconds']:.1f} s ({count / found['seconds']:.0f} a second), "
                f"half had their answer after {found['median']:.1f} s (processor: portal {servers.processor_seconds:.0f} s, "
                f"database {portal.database_seconds() - before:.0f} s, crowd {found['processor']:.0f} s): {found['words']}"
            )
            return found, again, *booked(office, sitting)

    return run


@pytest.mark.parametrize("n", range(1, ROUNDS + 1))
def test_thirty_are_booked_and_everyone_else_is_told(burst, n):
    found, again, confirmed, taken = burst("config.wsgi:application", CROWD, f"burst {n} of {ROUNDS}")
    assert found["words"] == {"booked": PLACES, "told": CROWD - PLACES}
    assert (confirmed, taken) == (PLACES, PLACES)
    # Sent again, nothing more is booked; whoever was is led to the receipt.
    assert set(again["words"]) <= {"booked", "told"}
    assert found["seconds"] < SECONDS


def test_without_the_guard_the_same_crowd_is_oversold(burst):
    found, _again, confirmed, _taken = burst("tests.faults.unguarded:application", UNGUARDED, "without the guard")
    assert confirmed > PLACES, found


def test_the_crowd_s_forms_are_whole(committed_db):
    office, sitting = portal.world()
    (address,) = portal.forms(office, sitting, 1)
    with scope.county(office.county):
        row = Draft.objects.get()
        assert drafts.missing(drafts.contents(row, county=office.county)) == ""
        sent = drafts.submit(draft=row, wait=False, county=office.county, by=User.objects.system(), at=timezone.now())
        assert str(uuid.UUID(address.split("/")[3])) == str(sent.booking.key)


def test_the_same_form_sent_twice_at_once_gives_one_receipt(committed_db):
    """A double click, to two processes: the second waits for the first, and is given what became of it."""
    office, sitting = portal.world(2)
    portal.forms(office, sitting, 1)
    by, at = User.objects.system(), timezone.now()
    with scope.county(office.county):
        row = Draft.objects.get()

    def send(_n):
        try:
            with scope.county(office.county):
                return drafts.submit(draft=row, wait=False, county=office.county, by=by, at=at)
        finally:
            connection.close()

    holder = psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"], dbname=committed_db)
    with holder.cursor() as cursor, ThreadPoolExecutor(2) as pool:
        cursor.execute("SELECT 1 FROM reception_draft FOR UPDATE")
        sent = [pool.submit(send, n) for n in range(2)]
        waiting = "SELECT count(*) = 2 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        deadline = time.monotonic() + 10
        while cursor.execute(waiting) or not cursor.fetchone()[0]:
            assert time.monotonic() < deadline
            time.sleep(0.02)
            # What a transaction sees of the others stays as it was first seen, unless it is asked for anew.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
        holder.rollback()
        first, second = (told.result(20) for told in sent)
    holder.close()
    assert (first.booking.pk, first.code) == (second.booking.pk, second.code)
    assert booked(office, sitting) == (1, 1)
