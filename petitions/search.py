"""Find cases by what they say, the newest first, as fast for one or two characters as for a sentence.

PostgreSQL's trigram index knows nothing of one or two Chinese characters, and no index of texts works behind row-level security: only a
leakproof comparison may come before the wall's, and of those there is equality. So the lists that find a text are rows of their own,
found by equality (`petitions.models.Gram`), each in the order of the answer; reading stops when enough is found.

What is found is exactly what ``LIKE '%words%'`` finds in the folded text; every text is read before it counts.
"""

from collections.abc import Iterable
from typing import Any
from zlib import crc32

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import StrIndex

from petitions.models import CaseText, Gram
from petitions.models.cases import CaseQuerySet
from reception import scope

# A pair of characters that is in so many texts of a month is read through no more: three characters have a list of their own there.
# Lists are made by this figure; after raising it nothing is to be done, after lowering it they must be made anew.
DENSE = 24
# A pair that is in fewer texts of a month has no list of its own there; pairs as rare share one of so many lists.
RARE, SHARED = 4, 16_384
# Of long words the lists of so many pieces of three characters are looked at, spread over them.
PIECES = 3

FIND = """
SELECT id FROM (
    (
        SELECT t.case_id AS id, t.received_on
        FROM petitions_casetext t
        WHERE t.county_id = %s AND t.place IS NULL AND strpos(t.text, %s) > 0 AND ({seen}) IS NOT NULL
        ORDER BY t.received_on DESC, t.case_id DESC
        LIMIT %s
    )
    UNION ALL
    (
        SELECT found.case_id, found.received_on
        FROM (
            SELECT month, gram, other FROM unnest(%s::int[], %s::text[], %s::text[]) AS u (month, gram, other) ORDER BY month DESC
        ) AS chosen
        CROSS JOIN LATERAL (
            SELECT t.case_id, t.received_on, t.place
            FROM petitions_casetext t
            WHERE t.county_id = %s AND t.month = chosen.month AND t.place = ANY ((
                SELECT g.places FROM petitions_gram g
                WHERE g.county_id = %s AND g.gram = chosen.gram AND g.month = chosen.month
            )::smallint[]) AND t.place = ANY ((
                SELECT g.places FROM petitions_gram g
                WHERE g.county_id = %s AND g.gram = chosen.other AND g.month = chosen.month
            )::smallint[]) AND strpos(t.text, %s) > 0 AND ({seen}) IS NOT NULL
            ORDER BY t.place DESC
            LIMIT %s
        ) found
        ORDER BY chosen.month DESC, found.place DESC
        LIMIT %s
    )
) either
ORDER BY received_on DESC, id DESC
LIMIT %s
"""


def newest(words: str, rows: CaseQuerySet, *, most: int) -> list[int]:
    """The ids of up to `most` of these cases whose matter or wish holds the words, the newest first.

    Capitals and compatibility forms make no difference; every other character counts, a percent sign too. Empty words find nothing.
    """
    said = folded(words)
    if not said or most < 1:
        return []
    chosen = sorted(_lists(said), reverse=True)
    try:
        seen, of = rows.filter(pk=RawSQL("t.case_id", [])).order_by().values("pk")[:1].query.sql_with_params()
    except EmptyResultSet:
        return []
    months, first, second = [[row[column] for row in chosen] for column in range(3)]
    county = scope.current()
    values: list[Any] = [county, said, *of, most, months, first, second, *[county] * 3, said, *of, most, most, most]
    with connection.cursor() as cursor:
        cursor.execute(FIND.format(seen=seen), values)
        return [row[0] for row in cursor.fetchall()]


def folded(words: str) -> str:
    """The words as texts are kept: compatibility forms and capitals aside, by the database itself, so that both are folded alike."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT petitions_folded(%s)", [words.replace("\x00", "").strip()])
        return str(cursor.fetchone()[0])


def grams(said: str, size: int) -> list[str]:
    """Every run of `size` characters, once each, in their order."""
    return list(dict.fromkeys(said[at : at + size] for at in range(len(said) - size + 1)))


def shared(pair: str) -> str:
    """The name of the list that a rare pair of characters shares with others."""
    return f"\x01{chr(0x4E00 + crc32(pair.encode()) % SHARED)}"


def _lists(said: str) -> Iterable[tuple[int, str, str]]:
    """For each month in which the words may be, the two grams with the shortest lists; twice the same where there is one."""
    pieces = grams(said, 3)
    if len(pieces) > PIECES:
        pieces = [pieces[at * (len(pieces) - 1) // (PIECES - 1)] for at in range(PIECES)]
    needed = list(dict.fromkeys(gram for piece in pieces or [said] for gram in grams(piece, min(len(said), 2))))
    rare = {gram: shared(gram) for gram in needed if len(gram) == 2}
    threes = [(three, three[:2], three[1:]) for three in pieces]
    wanted = [*needed, *rare.values(), *(three for three, _first, _second in threes)]
    months: dict[int, dict[str, int]] = {}
    for month, gram, count in Gram.objects.filter(gram__in=wanted).order_by().values_list("month", "gram", "count"):
        months.setdefault(month, {})[gram] = count
    for month, counts in months.items():
        lists = [gram if gram in counts else rare.get(gram, gram) for gram in needed]
        if any(gram not in counts for gram in lists):
            continue
        if any(three not in counts and min(counts.get(one, 0), counts.get(other, 0)) >= DENSE for three, one, other in threes):
            continue
        lists += [three for three, _one, _other in threes if three in counts]
        shortest = sorted(set(lists), key=lambda gram: (counts[gram], gram))
        yield month, shortest[0], shortest[min(1, len(shortest) - 1)]


def among(words: str, rows: CaseQuerySet, *, most: int) -> list[int]:
    """The same where these cases are few: each is read."""
    said = folded(words)
    if not said or most < 1:
        return []
    texts = CaseText.objects.annotate(at=StrIndex("text", Value(said))).filter(at__gt=0).order_by()
    found = rows.filter(pk__in=texts.values("pk")).order_by("-received_on", "-pk")
    return list(found.values_list("pk", flat=True)[:most])
