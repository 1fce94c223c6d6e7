"""F14: somebody holds what everyone needs, a lock or every connection: nobody waits for ever, nothing is left half done.

What is set for each connection of ours is shorter here, so that it can be waited for; and it is taken off, to see what it is good for.
"""

import os
import subprocess
import time
from contextlib import contextmanager
from urllib.parse import quote

import psycopg2
import pytest
from django.db import connections

from reception import scope
from reception.models import Draft
from tests.faults import portal, senders
from tests.faults.test_lost_answers import booked, world_of
from tests.faults.test_message_faults import KEYED, MAIL

__all__ = ["world_of"]


def address(database, **settings):
    """The database's address with other patience than ours, in milliseconds."""
    said = quote(" ".join(f"-c {name}={value}" for name, value in settings.items()))
    return f"{os.environ['DATABASE_URL'].rsplit('/', 1)[0]}/{database}?options={said}"


@contextmanager
def locked(database, table):
    """Somebody has a table for themselves, as a change of the table would."""
    holder = psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"], dbname=database)
    with holder.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
    yield
    holder.close()


@contextmanager
def every_connection_taken(database, as_superuser):
    as_superuser(f"ALTER DATABASE {database} CONNECTION LIMIT 6")
    taken = []
    with pytest.raises(psycopg2.OperationalError, match="too many connections"):
        while True:
            taken.append(psycopg2.connect(f"{os.environ['DATABASE_URL'].rsplit('/', 1)[0]}/{database}"))
    yield
    for one in taken:
        one.close()


def is_unsent(office):
    with scope.county(office.county):
        return booked(office) == (0, 0, 0, 0) and Draft.objects.get().booking is None


@pytest.fixture
def form(committed_db):
    office, sitting = portal.world(5)
    return office, portal.forms(office, sitting, 1)[0]


@pytest.mark.parametrize(
    ("alias", "lock", "statement"),
    [("default", 10_000, 30_000), pytest.param("owner", 2_000, 3_600_000, id="who migrates holds nobody up")],
)
def test_f14_no_connection_of_ours_waits_for_ever(committed_db, alias, lock, statement):
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT name, setting::int FROM pg_settings WHERE name IN "
            "('lock_timeout', 'statement_timeout', 'idle_in_transaction_session_timeout')"
        )
        set_to = dict(cursor.fetchall())
    assert set_to == {"lock_timeout": lock, "statement_timeout": statement, "idle_in_transaction_session_timeout": 60_000}


def test_f14_a_booking_that_meets_a_long_lock_is_told_to_come_again_and_leaves_nothing(form, committed_db):
    office, check = form
    environment = {"DATABASE_URL": address(committed_db, lock_timeout=1200)}
    with portal.Portal(environment=environment, log=subprocess.DEVNULL) as servers:
        with locked(committed_db, "reception_booking"):
            status, when, seconds = portal.post(servers.port, check)
            assert (status, when) == (503, "60")
            assert 1 < seconds < 10
            assert is_unsent(office)
        assert portal.post(servers.port, check)[0] == 302
    assert booked(office) == (1, 1, 1, 1)


def test_f14_without_that_patience_it_waits_as_long_as_the_lock_is_held(form, committed_db):
    """What the other test would find."""
    office, check = form
    environment = {"DATABASE_URL": address(committed_db, lock_timeout=0, statement_timeout=0)}
    with portal.Portal(environment=environment, log=subprocess.DEVNULL) as servers, locked(committed_db, "reception_booking"):
        assert portal.post(servers.port, check, patience=4)[0] == 0
        assert is_unsent(office)


def test_f14_where_every_connection_is_taken_one_is_told_to_come_again_and_senders_wait(world_of, committed_db, as_superuser):
    world = world_of(KEYED)
    with scope.county(world.office.county):
        before = booked(world.office)
    (check,) = portal.forms(world.office, world.booked.sitting, 1)
    keys = world.queued(MAIL, 3) + world.queued(KEYED, 3)
    with (
        every_connection_taken(committed_db, as_superuser),
        portal.Portal(database=committed_db, log=subprocess.DEVNULL) as servers,
        senders.running(world.env) as (sender,),
    ):
        assert portal.post(servers.port, check)[:2] == (503, "60")
        assert booked(world.office) == before
        assert sender.process.poll() is None
        as_superuser(f"ALTER DATABASE {committed_db} CONNECTION LIMIT 40")
        assert portal.post(servers.port, check)[0] == 302
        senders.wait(lambda: world.states(keys) == {"sent"})
        assert sender.process.poll() is None
    assert {world.arrived(key) for key in keys} == {1}
    assert booked(world.office) == tuple(number + 1 for number in before)


def test_f14_a_sender_that_meets_a_long_lock_goes_on_afterwards(world_of, committed_db):
    world = world_of(KEYED)
    keys = world.queued(MAIL, 3) + world.queued(KEYED, 3)
    env = {**world.env, "DATABASE_URL": address(committed_db, lock_timeout=500)}
    with senders.running(env, FAILPOINT="before_send:sleep:0.2") as (sender,):
        senders.wait(lambda: world.mailbox.letters.total() + world.gateway.texts.total() > 0)
        with locked(committed_db, "reception_message"):
            # Longer than it waits for one lock, so that it asks again and again for what it has to write down.
            time.sleep(2)
            assert sender.process.poll() is None
        senders.wait(lambda: world.states(keys) == {"sent"})
    assert {world.arrived(key) for key in keys} == {1}


@pytest.mark.parametrize("is_ended", [True, False])
def test_f14_whoever_began_something_and_says_no_more_is_hung_up_on(world_of, committed_db, is_ended):
    """A process is stopped in the middle of its sweep: what it was about to say, another says once its session is ended, and not before."""
    world = world_of(KEYED)
    world.occasions(5)
    stopped = {**world.env, "DATABASE_URL": address(committed_db, idle_in_transaction_session_timeout=2000 if is_ended else 0)}
    other = {**world.env, "DATABASE_URL": address(committed_db, lock_timeout=6000 if is_ended else 1000)}
    with senders.running(stopped, 1, "--once", FAILPOINT="in_sweep:stop") as (sleeper,):
        senders.wait(sleeper.is_stopped)
        senders.once(other)
        assert len(world.within()) == (5 if is_ended else 0)
        sleeper.go_on()
        assert sleeper.ended() == (1 if is_ended else 0)
    assert len(world.within()) == len(set(world.within())) == 5
