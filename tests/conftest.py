"""The databases of the suite. Tests run as the application's role, which owns nothing; the owner only makes the tables.

One template database is migrated for each run; every worker, and every test that needs real commits, gets a copy of it
(`tests/databases.py`).
"""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import argon2
import django
import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.utils import translation
from whitenoise.base import WhiteNoise

from tests.databases import QUICK, ROLES, WORKER, administer, create, durable, own_database, pointed_at, shared

# The folders of tests with browsers, servers and worlds of their own. (Without a word here those that make their own database come last.)
LONG = ("journeys", "faults", "access", "config")


def pytest_configure(config: pytest.Config) -> None:
    """Pages name static files by their fingerprint, so the files are collected once, before any worker starts."""
    if not hasattr(config, "workerinput"):
        django.setup()
        call_command("collectstatic", interactive=False, verbosity=0)
        durable(not os.environ.get("HASTY"))


def pytest_collection_finish() -> None:
    """All that is loaded by now stays: it is not looked through again and again for what could go."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files are handed out in this order, whole, to whoever is free: the long ones first, or in the end two workers wait for a third."""
    tests = Path(__file__).parent
    items.sort(key=lambda item: LONG.index(folder) if (folder := item.path.relative_to(tests).parts[0]) in LONG else len(LONG))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that asks for `standing` runs where the county stands."""
    WORKER.want("standing" if "standing" in item.fixturenames else "empty")


@pytest.fixture(scope="session")
def template_database(testrun_uid: str, django_db_blocker: pytest.FixtureRequest) -> str:
    """A migrated database, to be copied; nothing ever connects to it to write."""

    def make(name: str) -> None:
        create(name, None)
        administer(ROLES.read_text(), name)
        with pointed_at(name, django_db_blocker):
            call_command("migrate", database="owner", verbosity=0)

    return shared("template", testrun_uid, make)


@pytest.fixture(scope="session", autouse=True)
def static_files_are_looked_through_once() -> Iterator[None]:
    """Each browser of Django's loads the portal anew, and the middleware of the static files would go through all of them again."""
    look, known = WhiteNoise.update_files_dictionary, {}

    def once(self: WhiteNoise, root: str, prefix: str) -> None:
        key = type(self), root, prefix, self.max_age
        if key not in known:
            look(self, root, prefix)
            known[key] = dict(self.files)
        self.files.update(known[key])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoise, "update_files_dictionary", once)
        yield


@pytest.fixture(autouse=True)
def chinese_first() -> Iterator[None]:
    """A page in English leaves its language behind in the thread; the next test begins in Chinese."""
    translation.activate("zh-hans")
    yield
    translation.activate("zh-hans")


@pytest.fixture(autouse=True)
def quick_passwords(settings: pytest.FixtureRequest) -> None:
    """Argon2 is slow by design, and hundreds of people are made here; `tests/config/test_settings.py` holds that it is used."""
    settings.PASSWORD_HASHERS = [QUICK, *settings.PASSWORD_HASHERS]


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
def django_db_setup(
    template_database: str, testrun_uid: str, worker_id: str, django_db_blocker: pytest.FixtureRequest
) -> Iterator[None]:
    """What `django_db` tests use: copies in which every test's transaction is rolled back."""
    with WORKER.open(template_database, testrun_uid, worker_id, django_db_blocker):
        yield


@pytest.fixture
def committed_db(template_database: str, django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    """A database of the test's own."""
    with own_database(template_database, django_db_blocker) as name:
        yield name


@pytest.fixture
def as_superuser(committed_db: str) -> Callable[[str], None]:
    """Run SQL in the test's own database as the superuser: what someone with the machine in their hands could do."""
    return lambda statement: administer(statement, committed_db)


@pytest.fixture
def folder() -> Iterator[Path]:
    """For other programs: nginx, PgBouncer and PostgreSQL are other users and must pass through, each new session of pytest shuts its own
    folders against others, and a socket's name must be short."""
    made = Path(tempfile.mkdtemp(prefix="portal-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)
