"""A database of a benchmark's own in the servers that all share, kept for the next run, with the memory that a large one is given."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import psycopg2

# As the guide to deployment gives one with a million cases.
BUFFERS = "2GB"


@contextmanager
def own(name: str) -> Iterator[str]:
    """Django works in the database of this name, with its tables up to date; its address as the superuser."""
    from config import embedded

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    folder = Path(os.environ["DATA_DIR"])
    servers = embedded.start(folder, database=name)
    assert servers.database_url.endswith(f"/{name}")
    if _buffers(servers.superuser_database_url) != BUFFERS:
        embedded.stop_postgresql(folder)
        embedded.start(folder, database=name)
    django.setup()
    from django.core.management import call_command
    from django.db import connections

    before = connections["default"].settings_dict["NAME"]
    _point_at(name)
    try:
        call_command("migrate", database="owner", verbosity=0)
        yield servers.superuser_database_url.rsplit("/", 1)[0] + f"/{name}"
    finally:
        _point_at(before)


def _buffers(superuser: str) -> str:
    """The server's memory for pages; from its next start it is `BUFFERS`."""
    server = psycopg2.connect(superuser)
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute("SHOW shared_buffers")
        (now,) = cursor.fetchone()
        cursor.execute("ALTER SYSTEM SET shared_buffers = %s", [BUFFERS])
    server.close()
    return str(now)


def _point_at(database: str) -> None:
    from django.db import connections

    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = database
