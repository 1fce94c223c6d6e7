"""A county's journal continued in bulk: each entry sealed and linked as ever, and checked by the database as it is put in."""

from collections.abc import Iterable
from datetime import datetime
from itertools import count

from django.db import connection

from petitions.province.cases import Made
from reception import scope
from reception.actions import journal
from reception.models import Entry

INSERT = """
INSERT INTO reception_entry (county_id, n, at, actor, acting_for, act, object, reason, facts, previous, hash)
SELECT %s, n, at, actor, '', act, object, '', '{}', previous, hash
FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
    AS u (n, at, actor, act, object, previous, hash)
ORDER BY n
"""


def tell(deeds: Iterable[Made]) -> int:
    """Append these deeds to the journal of the county in scope; how many."""
    county = scope.current()
    last, previous = Entry.objects.order_by("-n").values_list("n", "hash").first() or (0, journal.FIRST)
    rows: list[tuple[int, datetime, str, str, str, str, str]] = []
    for n, deed in zip(count(last + 1), deeds, strict=False):
        entry = Entry(
            county_id=county, n=n, at=deed.at, actor=deed.actor, act=deed.act, object=deed.object, facts={}, previous=previous
        )
        entry.hash = journal.seal(entry)
        rows.append((n, deed.at, deed.actor, deed.act, deed.object, previous, entry.hash))
        previous = entry.hash
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(INSERT, [county, *(list(column) for column in zip(*rows, strict=True))])
    return len(rows)
