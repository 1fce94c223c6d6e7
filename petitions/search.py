"""Find cases by what they say, the newest first, as fast for one or two characters as for a sentence.

PostgreSQL's trigram index knows nothing of one or two Chinese characters, and no index of texts works behind row-level security: only a
leakproof comparison may come before the wall's, and of those there is equality. So the lists that find a text are rows of their own,
found by equality (`petitions.models.Gram`), a month at a time. Of a long word several lists are laid over one another, and the places
that are in all of them are read, from the newest month backwards, till enough is found.

What is found is exactly what ``LIKE '%words%'`` finds in the folded text; every text is read before it counts.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import StrIndex

from petitions.grams import grams, months, narrowest
from petitions.models import CaseText
from petitions.models.cases import CaseQuerySet
from petitions.places import in_all
from reception import scope

# So many of the newest months are looked at first, then all before them: what is frequent is found in the newest.
NEWEST_MONTHS = 3

OPEN = """
SELECT t.case_id, t.received_on
FROM petitions_casetext t
WHERE t.county_id = %s AND t.place IS NULL AND strpos(t.text, %s) > 0 AND ({seen}) IS NOT NULL
ORDER BY t.received_on DESC, t.case_id DESC
LIMIT %s
"""
MONTHS = """
SELECT
    (SELECT min(month) FROM petitions_casetext WHERE county_id = %s AND place IS NOT NULL),
    (SELECT max(month) FROM petitions_casetext WHERE county_id = %s AND place IS NOT NULL)
"""
PLACED = """
SELECT t.case_id, t.received_on
FROM unnest(%s::int[], %s::smallint[]) AS at (month, place)
JOIN petitions_casetext t ON t.county_id = %s AND t.month = at.month AND t.place = at.place
WHERE strpos(t.text, %s) > 0 AND ({seen}) IS NOT NULL
ORDER BY t.received_on DESC, t.case_id DESC
LIMIT %s
"""


def newest(words: str, rows: CaseQuerySet, *, most: int) -> list[int]:
    """The ids of up to `most` of these cases whose matter or wish holds the words, the newest first.

    Capitals and compatibility forms make no difference; every other character counts, a percent sign too. Empty words find nothing.
    """
    said = folded(words)
    if not said or most < 1:
        return []
    try:
        seen, of = rows.filter(pk=RawSQL("t.case_id", [])).order_by().values("pk")[:1].query.sql_with_params()
    except EmptyResultSet:
        return []
    county = scope.current()
    with connection.cursor() as cursor:

        def asked(sql: str, *values: Any) -> list[tuple[int, Any]]:
            cursor.execute(sql, values)
            return list(cursor.fetchall())

        lying_open = asked(OPEN.format(seen=seen), county, said, *of, most)
        placed: list[tuple[int, Any]] = []
        where, size = _where(said), 2 * most
        while len(placed) < most and (some := list(islice(where, size))):
            at = [[month for month, _place in some], [place for _month, place in some]]
            placed += asked(PLACED.format(seen=seen), *at, county, said, *of, most - len(placed))
            size *= 8
    return [case for _day, case in sorted(((day, case) for case, day in lying_open + placed), reverse=True)[:most]]


def folded(words: str) -> str:
    """The words as texts are kept: compatibility forms and capitals aside, by the database itself, so that both are folded alike."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT petitions_folded(%s)", [words.replace("\x00", "").strip()])
        return str(cursor.fetchone()[0])


def _where(said: str) -> Iterator[tuple[int, int]]:
    """The months and places that may hold the words, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(MONTHS, [scope.current()] * 2)
        ((first, last),) = cursor.fetchall()
    if last is None:
        return
    pieces, upto = grams(said, min(len(said), 3)), last
    for size in (NEWEST_MONTHS, upto):
        since = max(upto - size + 1, first)
        block = months(pieces, since, upto)
        for number in sorted(block, reverse=True):
            for place in in_all(list(block[number].values())):
                yield number, place
        if since == first:
            return
        pieces, upto = narrowest(pieces, block), since - 1


def among(words: str, rows: CaseQuerySet, *, most: int) -> list[int]:
    """The same where these cases are few: each is read."""
    said = folded(words)
    if not said or most < 1:
        return []
    texts = CaseText.objects.annotate(at=StrIndex("text", Value(said))).filter(at__gt=0).order_by()
    found = rows.filter(pk__in=texts.values("pk")).order_by("-received_on", "-pk")
    return list(found.values_list("pk", flat=True)[:most])
