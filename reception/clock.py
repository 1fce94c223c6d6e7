"""The time by which messages fall due: the database's, through the one function that says it, so that every process has the same."""

from datetime import UTC, datetime

from django.db import connection


def now() -> datetime:
    """The moment it is, by the database's clock (`portal_now()`), which tests can move."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT portal_now()")
        moment: datetime = cursor.fetchone()[0]
    return moment.astimezone(UTC)
