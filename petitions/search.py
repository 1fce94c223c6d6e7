"""Find cases by what they say, the newest first, as fast for one or two characters as for a sentence.

PostgreSQL's trigram index knows nothing of one or two Chinese characters, and no index of texts works behind row-level security: only a
leakproof comparison may come before the wall's, and of those there is equality. So the lists that find a text are rows of their own,
found by equality (`petitions.models.Gram`), each in the order of the answer; reading stops when enough is found.

What is found is exactly what ``LIKE '%words%'`` finds in the folded text; every text is read before it counts.
"""

from dataclasses import dataclass
from typing import Any
from zlib import crc32

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Subquery, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import StrIndex

from petitions.models import CaseText, Gram
from petitions.models.cases import CaseQuerySet
from reception import scope

# A pair of characters that is in so many texts of a month is read through no more: three characters have a list of their own there.
# Lists are made by this figure; after raising it nothing is to be done, after lowering it they must be made anew.
DENSE = 8
# A pair that is in fewer texts of a month has no list of its own there; pairs as rare share one of so many lists, each place with its mark.
RARE, SHARED = 4, 16_384
SHARED_BEGINS = "\x01"

LISTS = """
SELECT g.month, k.gram, k.mark,
    CASE WHEN k.mark IS NULL THEN g.count ELSE (SELECT count(*) FROM unnest(g.marks) AS m (mark) WHERE m.mark = k.mark) END
FROM unnest(%s::text[], %s::text[], %s::smallint[]) AS k (gram, list, mark)
JOIN petitions_gram g ON g.county_id = %s AND g.gram = k.list
"""
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
            SELECT month, list, mark FROM unnest(%s::int[], %s::text[], %s::smallint[]) AS u (month, list, mark) ORDER BY month DESC
        ) AS chosen
        CROSS JOIN LATERAL (
            SELECT t.case_id, t.received_on, t.place
            FROM petitions_casetext t
            WHERE t.county_id = %s AND t.month = chosen.month AND t.place = ANY ((
                SELECT CASE WHEN chosen.mark IS NULL THEN g.places ELSE ARRAY(
                    SELECT m.place FROM unnest(g.places, g.marks) AS m (place, mark) WHERE m.mark = chosen.mark
                ) END
                FROM petitions_gram g
                WHERE g.county_id = %s AND g.gram = chosen.list AND g.month = chosen.month
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


@dataclass(frozen=True, order=True)
class List:
    """One list of a month: of how many texts, under which name, and by which mark where it is shared."""

    count: int
    name: str
    mark: int | None = None


def newest(words: str, rows: CaseQuerySet, *, most: int) -> list[int]:
    """The ids of up to `most` of these cases whose matter or wish holds the words, the newest first.

    Capitals and compatibility forms make no difference; every other character counts, a percent sign too. Empty words find nothing.
    """
    said = folded(words)
    if not said or most < 1:
        return []
    chosen = _chosen(said)
    months = sorted(chosen, reverse=True)
    names, marks = [chosen[month].name for month in months], [chosen[month].mark for month in months]
    try:
        seen, of = rows.filter(pk=RawSQL("t.case_id", [])).order_by().values("pk")[:1].query.sql_with_params()
    except EmptyResultSet:
        return []
    county = scope.current()
    values: list[Any] = [county, said, *of, most, months, names, marks, county, county, said, *of, most, most, most]
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


def shared(pair: str) -> tuple[str, int]:
    """The list that a rare pair of characters shares with others, and its mark there. No text holds the list's first character."""
    value = crc32(pair.encode())
    return f"{SHARED_BEGINS}{chr(0x4E00 + value % SHARED)}", (value >> 16) - 0x8000


def _chosen(said: str) -> dict[int, List]:
    """For each month in which the words may be, the shortest list to read. Of long words one piece of three characters is asked for."""
    if len(said) < 3:
        return {month: lists[said] for month, lists in _lists([said]).items() if said in lists}
    piece = _rarest(grams(said, 3))
    pairs = grams(piece, 2)
    found: dict[int, List] = {}
    for month, lists in _lists([*pairs, piece]).items():
        if not all(pair in lists for pair in pairs):
            continue
        shortest = min(lists[pair] for pair in pairs)
        if piece in lists:
            found[month] = lists[piece]
        elif shortest.count < DENSE:
            found[month] = shortest
    return found


def _lists(wanted: list[str]) -> dict[int, dict[str, List]]:
    """For each month the lists of these grams that it has."""
    rare = {gram: shared(gram) for gram in wanted if len(gram) == 2}
    names = [*wanted, *(name for name, _mark in rare.values())]
    marks = [*[None] * len(wanted), *(mark for _name, mark in rare.values())]
    months: dict[int, dict[str, List]] = {}
    with connection.cursor() as cursor:
        cursor.execute(LISTS, [[*wanted, *rare], names, marks, scope.current()])
        for month, gram, mark, count in cursor.fetchall():
            lists = months.setdefault(month, {})
            if count and (mark is None or gram not in lists):
                lists[gram] = List(count, gram if mark is None else rare[gram][0], mark)
    return months


def _rarest(pieces: list[str]) -> str:
    """The piece that promises the shortest lists: the rarest in the newest month that has any."""
    if len(pieces) == 1:
        return pieces[0]
    newest = CaseText.objects.filter(place__isnull=False).order_by("-month").values("month")[:1]
    pairs = {pair for piece in pieces for pair in grams(piece, 2)}
    rows = Gram.objects.filter(month=Subquery(newest), gram__in=[*pieces, *pairs]).order_by()
    counts = dict(rows.values_list("gram", "count"))

    def texts(piece: str) -> int:
        first, second = counts.get(piece[:2], 0), counts.get(piece[1:], 0)
        return counts.get(piece, 0) if min(first, second) >= DENSE else min(first, second)

    return min(pieces, key=texts)


def among(words: str, rows: CaseQuerySet, *, most: int) -> list[int]:
    """The same where these cases are few: each is read."""
    said = folded(words)
    if not said or most < 1:
        return []
    texts = CaseText.objects.annotate(at=StrIndex("text", Value(said))).filter(at__gt=0).order_by()
    found = rows.filter(pk__in=texts.values("pk")).order_by("-received_on", "-pk")
    return list(found.values_list("pk", flat=True)[:most])
