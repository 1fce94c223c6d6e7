"""Find cases by what they say, the newest first, as fast for one or two characters as for a sentence.

PostgreSQL's trigram index knows nothing of one or two Chinese characters, and no index of texts works behind row-level security: only a
leakproof comparison may come before the wall's, and of those there is equality. So the lists that find a text are rows of their own,
found by equality (`petitions.models.Gram`), a month at a time. Of a long word several lists are laid over one another, and the places
that are in all of them are read, from the newest month backwards, till enough is found.

What is found is exactly what ``LIKE '%words%'`` finds in the folded text; every text is read before it counts.
"""

from collections.abc import Iterator
from itertools import islice

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

BEGIN = """
SELECT
    petitions_folded(%s),
    (SELECT min(month) FROM petitions_casetext WHERE county_id = %s AND place IS NOT NULL),
    (SELECT max(month) FROM petitions_casetext WHERE county_id = %s AND place IS NOT NULL)
"""
OPEN = """
SELECT t.received_on, t.case_id, t.place IS NOT NULL
FROM petitions_casetext t
WHERE t.county_id = %s AND t.place IS NULL AND strpos(t.text, %s) > 0 AND ({seen}) IS NOT NULL
ORDER BY t.received_on DESC, t.case_id DESC
LIMIT %s
"""
PLACED = """
SELECT t.received_on, t.case_id, t.place IS NOT NULL
FROM unnest(%s::int[], %s::smallint[]) AS at (month, place)
JOIN petitions_casetext t ON t.county_id = %s AND t.month = at.month AND t.place = at.place
WHERE strpos(t.text, %s) > 0 AND ({seen}) IS NOT NULL
ORDER BY t.received_on DESC, t.case_id DESC
LIMIT %s
"""
BOTH = f"({PLACED}) UNION ALL ({OPEN})"


def newest(words: str, rows: CaseQuerySet, *, most: int) -> list[int]:
    """The ids of up to `most` of these cases whose matter or wish holds the words, the newest first.

    Capitals and compatibility forms make no difference; every other character counts, a percent sign too. Empty words find nothing.
    """
    try:
        seen, of = rows.filter(pk=RawSQL("t.case_id", [])).order_by().values("pk")[:1].query.sql_with_params()
    except EmptyResultSet:
        return []
    county = scope.current()
    with connection.cursor() as cursor:
        cursor.execute(BEGIN, [_clean(words), county, county])
        ((said, first, last),) = cursor.fetchall()
        if not said or most < 1:
            return []
        where, size = _where(said, first, last), 2 * most
        some = list(islice(where, size))
        # What lies open is asked for together with the first of what is placed; older than that, it does not end the search.
        cursor.execute(BOTH.format(seen=seen), [*_at(some), county, said, *of, most, county, said, *of, most])
        found = cursor.fetchall()
        while len(some) == size and (left := most - sum(is_placed for _day, _case, is_placed in found)) > 0:
            size *= 8
            some = list(islice(where, size))
            cursor.execute(PLACED.format(seen=seen), [*_at(some), county, said, *of, left])
            found += cursor.fetchall()
    return [case for _day, case, _is_placed in sorted(found, reverse=True)[:most]]


def _at(some: list[tuple[int, int]]) -> list[list[int]]:
    """Months and places, each in a list."""
    return [[month for month, _place in some], [place for _month, place in some]]


def _clean(words: str) -> str:
    return words.replace("\x00", "").strip()


def folded(words: str) -> str:
    """The words as texts are kept: compatibility forms and capitals aside, by the database itself, so that both are folded alike."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT petitions_folded(%s)", [_clean(words)])
        return str(cursor.fetchone()[0])


def _where(said: str, first: int | None, last: int | None) -> Iterator[tuple[int, int]]:
    """The months and places that may hold the words, from the last month that has places back to the first; none where none has."""
    if first is None or last is None:
        return
    pieces, upto = grams(said, min(len(said), 3)), last
    for size in (NEWEST_MONTHS, upto):
        since = max(upto - size + 1, first)
        block = months(pieces, since, upto, few=upto == last)
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
