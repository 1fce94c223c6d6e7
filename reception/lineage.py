"""Which history the database server lives: whoever restores a backup to a moment begins another, whatever tool they use.

PostgreSQL numbers its histories (timelines) and names its write-ahead log by them. So a database that came out of a backup is known by
itself: it is not on the history that its counties' messages were last looked through on.
"""

from django.db import connection


def history() -> int:
    """The number of the history: 1, and a higher one after each restore to a moment and each failover."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8)")
        return int(cursor.fetchone()[0], 16)
