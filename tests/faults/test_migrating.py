"""F33, F34: the database is migrated to an imagined next release and back while people use the portal of before; and whoever migrates dies.

``REQUESTS=10000`` is the whole of the first, ``FAULTS=whole`` of the second (`make migrating`).
"""

import io
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager, nullcontext, suppress
from unittest.mock import patch

import psycopg2
import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connections, models
from django.db.migrations.loader import MigrationLoader

from reception import scope
from reception.growing import AddIndexBeside
from reception.management.commands import migrate
from reception.models import Booking
from tests.config.additive import objections
from tests.databases import ROLES, administer, create
from tests.faults import copies, figures, portal
from tests.faults.next_release import LAST, r9001_expand, r9002_index, r9003_look
from tests.faults.senders import environment
from tests.faults.test_long_locks import address
from tests.faults.test_message_faults import WHOLE
from tests.faults.test_reload import People, wait

REQUESTS = int(os.environ.get("REQUESTS", "60"))
SEED = int(os.environ.get("SEED", "1"))
KILLS = 40 if WHOLE else 1
PLACES, FORMS = 30, 100
# When each migration was done, and the system's own account, of which only the moment is looked away from: its number may be another.
OF_A_MOMENT = ("django_migrations", "reception_user")
WELL = {"page", "booked", "told"}
ADDED = (
    "SELECT count(*) FROM information_schema.columns WHERE table_name = 'reception_booking' AND column_name LIKE 'next%'",
    "SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass('next_note_find') AND indisvalid",
)


def migrating(database, *to, **owner):
    """Somebody migrates to the next release, or to where is said; `owner` says another patience than theirs."""
    told = environment(database, DJANGO_SETTINGS_MODULE="tests.faults.next_settings")
    if owner:
        told["OWNER_DATABASE_URL"] = address(database, **owner).replace("reception_app", "reception_owner")
    command = [sys.executable, "manage.py", "migrate", "--database", "owner", "--verbosity", "0", *to]
    return subprocess.Popen(command, cwd=portal.ROOT, env=told, stderr=subprocess.PIPE, text=True)


def done(process, seconds=120):
    _said, errors = process.communicate(timeout=seconds)
    assert process.returncode == 0, errors
    return errors


def added(database):
    with psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"], dbname=database) as server, server.cursor() as cursor:
        found = []
        for statement in ADDED:
            cursor.execute(statement)
            found.append(cursor.fetchone()[0])
    server.close()
    return found


class Writer:
    """Somebody in the middle of writing bookings: their table can't be changed meanwhile."""

    def __init__(self, database):
        self.database = database

    def __enter__(self):
        self.line = psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"], dbname=self.database)
        with self.line.cursor() as cursor:
            cursor.execute("LOCK TABLE reception_booking IN ROW EXCLUSIVE MODE")
        return self

    def __exit__(self, *error):
        self.line.close()


@contextmanager
def endless(database):
    """Somebody waits for the table as long as it takes, and whoever comes after waits behind."""
    line = psycopg2.connect(os.environ["OWNER_DATABASE_URL"].rsplit("/", 1)[0] + f"/{database}")

    def wait_for_it():
        with line.cursor() as cursor, suppress(psycopg2.Error):
            cursor.execute("LOCK TABLE reception_booking IN ACCESS EXCLUSIVE MODE")

    waiting = threading.Thread(target=wait_for_it)
    waiting.start()
    yield
    line.cancel()
    waiting.join(20)
    line.close()


def test_f33_to_the_next_release_and_back_no_request_fails_and_who_waits_without_end_for_a_table_makes_some_fail(committed_db):
    office, sitting = portal.world(PLACES)
    forms = portal.forms(office, sitting, FORMS)
    # Less than what the portal waits for a lock, for both, so that it can be waited for.
    told = {"DATABASE_URL": address(committed_db, lock_timeout=5000 if WHOLE else 4000)}
    quick = {"lock_timeout": 2000 if WHOLE else 600}
    rounds = 0
    with (
        portal.Portal(environment=told, log=subprocess.DEVNULL, processes=1) as servers,
        People(servers.port, servers.port, forms, 0.2) as people,
    ):

        def there():
            with Writer(committed_db):
                process = migrating(committed_db, **quick)
                # It meets the table taken, says so, and lets everybody pass.
                said = process.stderr.readline()
                time.sleep(0.5)
            assert "表被占用" in said
            done(process)

        def back():
            done(migrating(committed_db, "reception", LAST, **quick))

        while not rounds or people.came.total() < REQUESTS:
            there()
            assert added(committed_db) == [2, 1]
            back()
            assert added(committed_db) == [0, 0]
            rounds += 1
            figures.progress("requests", people.came.total() // 500 * 500, REQUESTS)
        came = Counter(people.came)
        figures.tell(
            f"{rounds} times to the next release and back, {came.total():,} requests: {dict(came)}; slowest {people.slowest:.1f} s"
        )

        without = Counter(people.came)
        with Writer(committed_db), endless(committed_db):
            wait(lambda: people.came["form 503"] > without["form 503"], 30, people.came)
    assert set(came) <= WELL, came
    assert came["page"] > 0
    assert came["booked"] > 0
    with scope.county(office.county):
        assert Booking.objects.count() == len(people.booked) > 0


def test_f33_the_imagined_release_is_one_that_only_adds():
    state = MigrationLoader(None).project_state(("reception", LAST))
    for module in (r9001_expand, r9002_index, r9003_look):
        migration = module.Migration(module.__name__.rsplit(".", 1)[1], "reception")
        assert objections(migration, state) == []
        state = migration.mutate_state(state)


def contents(database):
    """Tables and rows, as `pg_dump` says them, without its own marks and what has the moment in it at which it was made."""
    command = [copies.BIN / "pg_dump", "--inserts", *(f"--exclude-table-data={table}" for table in OF_A_MOMENT)]
    address_ = f"{os.environ['SUPERUSER_DATABASE_URL'].rsplit('/', 1)[0]}/{database}"
    said = subprocess.check_output([*command, f"--dbname={address_}"], text=True)
    # What the last number given was is no part of it: what is undone gives none back.
    return re.sub(r"^(\\(un)?restrict |SELECT pg_catalog.setval).*$", "", said, flags=re.MULTILINE)


@pytest.fixture
def empty(template_database, django_db_setup):
    """A new database without a table."""
    name = f"{template_database}_killed"
    create(name, None)
    administer(ROLES.read_text(), name)
    yield name
    administer(f"DROP DATABASE {name} WITH (FORCE)")


def people(database):
    with psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"], dbname=database) as server, server.cursor() as cursor:
        cursor.execute("SELECT username, is_active FROM reception_user")
        found = cursor.fetchall()
    server.close()
    return found


def migrated(database):
    with psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"], dbname=database) as server, server.cursor() as cursor:
        cursor.execute("SELECT to_regclass('django_migrations') IS NOT NULL")
        if cursor.fetchone()[0]:
            cursor.execute("SELECT count(*) FROM django_migrations")
            return cursor.fetchone()[0]
    return 0


def first(database, kill=""):
    """Somebody sets a new database up, and dies after so many operations and so many seconds more."""
    command = [sys.executable, "-m", "tests.faults.mortal", kill]
    return subprocess.Popen(command, cwd=portal.ROOT, env=environment(database), stderr=subprocess.PIPE, text=True)


def test_f34_who_sets_a_new_database_up_is_killed_again_and_again_and_the_tables_are_the_same(empty, template_database):
    chance, came_to = random.Random(SEED), []
    for _kill in range(KILLS):
        process = first(empty, f"{chance.randint(*(1, 60) if WHOLE else (300, 600))}:{chance.choice(['now', 'after'])}")
        process.wait(120)
        assert process.returncode in (0, -signal.SIGKILL), process.stderr.read()
        process.stderr.close()
        came_to.append(migrated(empty))
    done(first(empty))
    figures.tell(f"{KILLS} times killed, after {came_to} migrations; whole with {migrated(empty)}")
    assert min(came_to) < migrated(empty) == migrated(template_database)
    assert [people(each) for each in (empty, template_database)] == [[("system", False)]] * 2
    assert contents(empty).splitlines() == contents(template_database).splitlines()


class Unfinished:
    """An index whose maker died in the middle of it: somebody held it up, and it was given up."""

    def __init__(self, database):
        line = psycopg2.connect(os.environ["OWNER_DATABASE_URL"].rsplit("/", 1)[0] + f"/{database}", options="-c lock_timeout=300")
        line.autocommit = True
        with Writer(database), line.cursor() as cursor, pytest.raises(psycopg2.errors.LockNotAvailable):
            cursor.execute("CREATE INDEX CONCURRENTLY next_note_find ON reception_booking (state)")
        line.close()


@pytest.mark.parametrize(("operation", "finishes"), [(AddIndexBeside, True), (AddIndexConcurrently, False)])
def test_f34_an_index_that_was_left_unfinished_is_made_again(committed_db, operation, finishes):
    """Django's own finds it there, and fails; and whatever failed once fails again."""
    Unfinished(committed_db)
    assert added(committed_db)[1] == 0
    state = MigrationLoader(None).project_state(("reception", LAST))
    making, after = operation("booking", models.Index(fields=["state"], name="next_note_find")), state.clone()
    making.state_forwards("reception", after)
    told = nullcontext() if finishes else pytest.raises(ProgrammingError, match="already exists")
    with told, connections["owner"].schema_editor(atomic=False) as editor:
        making.database_forwards("reception", editor, state, after)
    assert added(committed_db)[1] == (1 if finishes else 0)


def test_f34_two_who_migrate_at_once_go_one_after_the_other(committed_db):
    """The second waits for its turn and finds nothing left to do."""
    holder = psycopg2.connect(os.environ["OWNER_DATABASE_URL"].rsplit("/", 1)[0] + f"/{committed_db}")
    with holder.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [migrate.TURN])
    said = io.StringIO()

    def let_go(_seconds):
        holder.close()

    with patch.object(migrate.time, "sleep", let_go):
        call_command("migrate", database="owner", stdout=said, stderr=said)
    assert "表被占用" in said.getvalue()
    assert "No migrations to apply" in said.getvalue()


def test_f34_who_never_gets_a_turn_says_who_is_in_the_way(committed_db):
    holder = psycopg2.connect(os.environ["OWNER_DATABASE_URL"].rsplit("/", 1)[0] + f"/{committed_db}")
    with holder.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [migrate.TURN])
    with patch.object(migrate, "TRIES", 1), pytest.raises(CommandError, match=r"reception_owner \(\d+\)"):
        call_command("migrate", database="owner", verbosity=0)
    holder.close()
