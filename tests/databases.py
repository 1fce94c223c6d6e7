"""The databases of the suite: made, copied, pointed at and dropped, on the test server, as its superuser."""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import fasteners
import psycopg2
import pytest
import time_machine
from django.conf import settings
from django.db import connections
from django.test import override_settings
from django.utils import translation
from psycopg2 import sql
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

ROLES = Path(__file__).resolve().parent.parent / "config" / "roles.sql"
# So many times five seconds a database may be in use that is to be copied.
COPYING = 12
# Argon2 is slow by design.
QUICK = "django.contrib.auth.hashers.MD5PasswordHasher"


@contextmanager
def _superuser(database: str = "postgres") -> Iterator[psycopg2.extensions.cursor]:
    """The superuser of the test server, outside a transaction."""
    server = psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"], dbname=database)
    server.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
    with closing(server), server.cursor() as cursor:
        yield cursor


def administer(statement: sql.Composable | str, database: str = "postgres") -> None:
    """Run one statement as the superuser of the test server, outside a transaction."""
    with _superuser(database) as cursor:
        cursor.execute(statement)


def durable(wanted: bool) -> None:
    """Whether the test server waits for its disk. `make test` does without: nobody cuts its power, and it is made anew at will.

    A server that is not the tests' own stays as it is.
    """
    with _superuser() as cursor:
        cursor.execute("SHOW data_directory")
        if Path(cursor.fetchone()[0]).is_relative_to(Path(os.environ["DATA_DIR"]).resolve()):
            for setting in ("fsync", "full_page_writes"):
                cursor.execute(f"ALTER SYSTEM SET {setting} = {'on' if wanted else 'off'}")
            cursor.execute("SELECT pg_reload_conf()")


def point_at(database: str) -> None:
    for alias in connections:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = database
        settings.DATABASES[alias]["NAME"] = database


@contextmanager
def pointed_at(database: str, blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Within, the tests work on another database; afterwards on the one before, and nobody is connected to the other any more."""
    before = settings.DATABASES["default"]["NAME"]
    with blocker.unblock():
        point_at(database)
        yield
        point_at(before)


def drop(database: str) -> None:
    administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


def create(database: str, template: str | None) -> None:
    drop(database)
    statement = sql.SQL(
        "CREATE DATABASE {} OWNER reception_owner TEMPLATE {} ENCODING 'UTF8' LOCALE_PROVIDER builtin "
        "BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C.UTF-8'"
    ).format(sql.Identifier(database), sql.Identifier(template or "template0"))
    for attempt in range(COPYING, -1, -1):
        try:
            administer(statement)
        except psycopg2.errors.ObjectInUse:
            # PostgreSQL copies nothing that somebody is connected to, and waits five seconds itself; another worker may be reading it.
            if not attempt:
                raise
        else:
            return


def _databases(like: str) -> list[str]:
    with _superuser() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [like])
        return [name for (name,) in cursor.fetchall()]


def shared(kind: str, run: str, make: Callable[[str], None]) -> str:
    """One database for all workers of a run, to be copied: whoever comes first makes it, the others wait. The next run drops it."""
    name = f"{kind}_{run[:12]}"
    with fasteners.InterProcessLock(Path(os.environ["DATA_DIR"]) / f"{kind}.lock"):
        if not _databases(name):
            for old in _databases(f"{kind}\\_%"):
                drop(old)
            begun = f"{name}_begun"
            make(begun)
            administer(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(begun), sql.Identifier(name)))
    return name


@contextmanager
def own_database(template: str, blocker: pytest.FixtureRequest) -> Iterator[str]:
    """A database for real commits, several connections, other processes. Gone afterwards.

    The usual emptying of tables after such a test is impossible here: the application may not truncate, and the journal
    refuses it of anyone.
    """
    name = f"{template}_{secrets.token_hex(4)}"
    create(name, template)
    with pointed_at(name, blocker):
        yield name
    drop(name)


class Worker:
    """The two databases of a worker whose tests are rolled back: an empty one, and one in which 澄河 stands with its year published.

    To build the county takes longer than most tests that begin with it. Which database a test goes to must be known before its
    transaction begins, and so before any fixture; `tests/conftest.py` says it.
    """

    def __init__(self) -> None:
        self._makers: dict[str, Callable[[], str]] = {}
        self._made: dict[str, str] = {}
        self._wanted = "empty"

    @contextmanager
    def open(self, template: str, run: str, worker: str, blocker: pytest.FixtureRequest) -> Iterator[None]:
        def copied(of: str) -> str:
            name = f"{of}_{worker}"
            create(name, of)
            return name

        self._makers = {
            "empty": lambda: copied(template),
            "standing": lambda: copied(shared("standing", run, lambda name: _stand(name, template, blocker))),
        }
        point_at(self._there())
        yield
        self._makers = {}
        for alias in connections:
            connections[alias].close()
        for name in self._made.values():
            drop(name)

    def want(self, kind: str) -> None:
        """The next test is for the empty database, or for the standing one. A test within a database of its own stays there."""
        self._wanted = kind
        here = settings.DATABASES["default"]["NAME"]
        if self._makers and here in self._made.values() and here != self._made.get(kind):
            point_at(self._there())

    def stands(self) -> bool:
        """Whether the county stands where the tests point now."""
        return settings.DATABASES["default"]["NAME"] == self._made.get("standing")

    def _there(self) -> str:
        if self._wanted not in self._made:
            self._made[self._wanted] = self._makers[self._wanted]()
        return self._made[self._wanted]


WORKER = Worker()


def _stand(name: str, template: str, blocker: pytest.FixtureRequest) -> None:
    from tests.reception import builders

    create(name, template)
    with (
        pointed_at(name, blocker),
        override_settings(PASSWORD_HASHERS=[QUICK, *settings.PASSWORD_HASHERS]),
        translation.override("zh-hans"),
        time_machine.travel(builders.NOW, tick=False),
    ):
        builders.published(builders.bureau(), note=builders.FIRST, at=builders.NOW)
