"""``manage.py migrate``: Django's own, that stands in nobody's way and waits for nobody for long."""

import time
from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections
from django.utils.translation import gettext as _
from psycopg2.errors import LockNotAvailable

# One migrates at a time: this lock of the session is nobody else's. "migrate" as four letters and four.
TURN = int.from_bytes(b"migrate")
# Whoever waits for a table holds up everybody who comes after; so it waits for a moment (the owner's lock_timeout), lets the others pass for
# a longer one, in seconds, and tries again.
REST = 3.0
TRIES = 60

IN_THE_WAY = """
SELECT pid, usename, (extract(epoch FROM now() - xact_start))::int FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL ORDER BY xact_start LIMIT 3
"""


class Command(migrate.Command):
    """What was migrated stays; a migration that met a lock is begun again from its own beginning."""

    def handle(self, *args: Any, database: str, **options: Any) -> None:
        for left in reversed(range(TRIES)):
            try:
                self._in_turn(*args, database=database, **options)
            except OperationalError as error:
                if not isinstance(error.__cause__, LockNotAvailable):
                    raise
                connections[database].close()
                who = self._in_the_way(database)
                if not left:
                    raise CommandError(
                        _("表一直被占用，没有改完；已完成的迁移都在。最早的事务：%(who)s。等它结束后再运行一次。") % {"who": who}
                    ) from error
                self.stderr.write(_("表被占用，稍后再试。最早的事务：%(who)s") % {"who": who})
                time.sleep(REST)
            else:
                return

    def _in_turn(self, *args: Any, database: str, **options: Any) -> None:
        connection = connections[database]
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [TURN])
        super().handle(*args, database=database, **options)
        # Whoever fails says so and ends, and the lock with it.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [TURN])

    @staticmethod
    def _in_the_way(database: str) -> str:
        with connections[database].cursor() as cursor:
            cursor.execute(IN_THE_WAY)
            return ", ".join(f"{user} ({pid}) {seconds} s" for pid, user, seconds in cursor.fetchall()) or "-"
