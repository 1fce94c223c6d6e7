"""The databases of the suite. Tests run as the application's role, which owns nothing; the owner only makes the tables.

One template database is migrated for each run; every worker, and every test that needs real commits, gets a copy of it.
"""

import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import argon2
import django
import fasteners
import psycopg2
import pytest
from django.conf import settings
from django.core.cache import caches
from django.core.management import call_command
from django.db import connections
from django.utils import translation
from psycopg2 import sql
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

ROLES = Path(__file__).resolve().parent.parent / "config" / "roles.sql"
# The folders of tests with browsers, servers and worlds of their own. (Without a word here those that make their own database come last.)
LONG = ("journeys", "faults", "access", "config")
# So many times five seconds a database may be in use that is to be copied.
COPYING = 12


def pytest_configure(config: pytest.Config) -> None:
    """Pages name static files by their fingerprint, so the files are collected once, before any worker starts."""
    if not hasattr(config, "workerinput"):
        django.setup()
        call_command("collectstatic", interactive=False, verbosity=0)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files are handed out in this order, whole, to whoever is free: the long ones first, or in the end two workers wait for a third."""
    tests = Path(__file__).parent
    items.sort(key=lambda item: LONG.index(folder) if (folder := item.path.relative_to(tests).parts[0]) in LONG else len(LONG))


def _administer(statement: sql.Composable | str, database: str = "postgres") -> None:
    """Run one statement as the superuser of the test server, outside a transaction."""
    server = psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"], dbname=database)
    server.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
    with server.cursor() as cursor:
        cursor.execute(statement)
    server.close()


def _point_at(database: str) -> None:
    for alias in connections:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = database
        settings.DATABASES[alias]["NAME"] = database


def _create(database: str, template: str | None) -> None:
    _administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))
    statement = sql.SQL(
        "CREATE DATABASE {} OWNER reception_owner TEMPLATE {} ENCODING 'UTF8' LOCALE_PROVIDER builtin "
        "BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C.UTF-8'"
    ).format(sql.Identifier(database), sql.Identifier(template or "template0"))
    for attempt in range(COPYING, -1, -1):
        try:
            _administer(statement)
        except psycopg2.errors.ObjectInUse:
            # PostgreSQL copies nothing that somebody is connected to, and waits five seconds itself; another worker may be reading it.
            if not attempt:
                raise
        else:
            return


def _databases(like: str) -> list[str]:
    server = psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"], dbname="postgres")
    with server.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [like])
        found = [name for (name,) in cursor.fetchall()]
    server.close()
    return found


def shared(kind: str, run: str, make: Callable[[str], None]) -> str:
    """One database for all workers of a run, to be copied: whoever comes first makes it, the others wait. The next run drops it."""
    name = f"{kind}_{run[:12]}"
    with fasteners.InterProcessLock(Path(os.environ["DATA_DIR"]) / f"{kind}.lock"):
        if not _databases(name):
            for old in _databases(f"{kind}\\_%"):
                _administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(old)))
            begun = f"{name}_begun"
            make(begun)
            _administer(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(begun), sql.Identifier(name)))
    return name


@pytest.fixture(scope="session")
def template_database(testrun_uid: str, django_db_blocker: pytest.FixtureRequest) -> str:
    """A migrated database, to be copied; nothing ever connects to it to write."""

    def make(name: str) -> None:
        _create(name, None)
        _administer(ROLES.read_text(), name)
        with django_db_blocker.unblock():
            before = settings.DATABASES["default"]["NAME"]
            _point_at(name)
            call_command("migrate", database="owner", verbosity=0)
            _point_at(before)

    return shared("template", testrun_uid, make)


@pytest.fixture(autouse=True)
def chinese_first() -> Iterator[None]:
    """A page in English leaves its language behind in the thread; the next test begins in Chinese."""
    translation.activate("zh-hans")
    yield
    translation.activate("zh-hans")


@pytest.fixture(autouse=True)
def quick_passwords(settings: pytest.FixtureRequest) -> None:
    """Argon2 is slow by design, and hundreds of people are made here; `tests/config/test_settings.py` holds that it is used."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


@pytest.fixture(autouse=True)
def own_counters(settings: pytest.FixtureRequest) -> Iterator[None]:
    """Each test counts wrong passwords from nothing."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    yield
    caches["default"].clear()


@pytest.fixture(autouse=True)
def own_boards(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a process remembers for a second, of what is free and of a county: clocks stand still here, and databases resemble each
    other. `tests/reception/test_quiet.py` holds that the county is remembered."""
    from reception import quiet
    from reception.actions import offers

    monkeypatch.setattr(quiet, "REMEMBERED", 0.0)
    yield
    offers._boards.clear()
    quiet._counties.clear()


@pytest.fixture(autouse=True)
def no_rests() -> Iterator[None]:
    """A way of sending on which nobody answered is left alone for a while by the process: not from one test to the next."""
    from reception import sending

    sending._rests.clear()
    yield
    sending._rests.clear()


@pytest.fixture(autouse=True)
def quick_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for tracking codes; `tests/reception/actions/test_tracking.py` holds what the real ones cost."""
    from reception.actions import tracking

    monkeypatch.setattr(tracking, "HASHER", argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture(scope="session")
def django_db_setup(template_database: str, worker_id: str, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """What `django_db` tests use: a copy of the template in which every test's transaction is rolled back."""
    name = f"{template_database}_{worker_id}"
    _create(name, template_database)
    with django_db_blocker.unblock():
        _point_at(name)
    yield
    with django_db_blocker.unblock():
        for alias in connections:
            connections[alias].close()
    _administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def own_database(template: str, blocker: pytest.FixtureRequest) -> Iterator[str]:
    """A database for real commits, several connections, other processes. Gone afterwards.

    The usual emptying of tables after such a test is impossible here: the application may not truncate, and the journal
    refuses it of anyone.
    """
    before = settings.DATABASES["default"]["NAME"]
    name = f"{template}_{secrets.token_hex(4)}"
    _create(name, template)
    with blocker.unblock():
        _point_at(name)
        yield name
        _point_at(before)
    _administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def committed_db(template_database: str, django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    """A database of the test's own."""
    with own_database(template_database, django_db_blocker) as name:
        yield name


@pytest.fixture
def as_superuser(committed_db: str) -> Callable[[str], None]:
    """Run SQL in the test's own database as the superuser: what someone with the machine in their hands could do."""
    return lambda statement: _administer(statement, committed_db)


@pytest.fixture
def folder() -> Iterator[Path]:
    """For other programs: nginx, PgBouncer and PostgreSQL are other users and must pass through, each new session of pytest shuts its own
    folders against others, and a socket's name must be short."""
    made = Path(tempfile.mkdtemp(prefix="portal-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)
