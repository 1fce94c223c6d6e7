"""Put open texts into their month's lists, so that a search reads few of them. Nothing a search finds depends on when this is done."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import connection

from petitions.models import CaseText, Gram
from petitions.models.text import MOST_IN_A_MONTH
from petitions.search import DENSE, RARE, grams, shared
from reception import scope


def index(*, most: int = 0) -> int:
    """Make the lists of every month of the county in scope that has more than `most` open texts anew; how many texts were put in.

    One at a time in a county: the second finds nothing left to do.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('petitions index'), %s)", [scope.current()])
    waiting: dict[int, int] = defaultdict(int)
    for month in CaseText.objects.filter(place__isnull=True).order_by().values_list("month", flat=True):
        waiting[month] += 1
    return sum(_month(month) for month, count in sorted(waiting.items()) if count > most)


def lists(texts: Iterable[tuple[int, str]]) -> dict[str, list[int]]:
    """The lists of one month, from its texts by place."""
    kept = list(texts)
    found: dict[str, list[int]] = defaultdict(list)
    for place, text in kept:
        for gram in {*text, *grams(text, 2)}:
            found[gram].append(place)
    dense = {gram for gram, places in found.items() if len(gram) == 2 and len(places) >= DENSE}
    for place, text in kept:
        for gram in grams(text, 3):
            if gram[:2] in dense and gram[1:] in dense:
                found[gram].append(place)
    for gram in [gram for gram, places in found.items() if len(gram) == 2 and len(places) < RARE]:
        found[shared(gram)] += found.pop(gram)
    return {gram: sorted(set(places), reverse=True) for gram, places in found.items()}


def _month(month: int) -> int:
    """Give each text of a month its place and make the month's lists; how many texts were open."""
    rows = CaseText.objects.select_for_update().filter(month=month).order_by("received_on", "case_id")
    kept = list(rows.values_list("case_id", "place", "text"))
    wanted = {case: at if at < MOST_IN_A_MONTH else None for at, (case, _place, _text) in enumerate(kept)}
    moved = {case: place for case, place, _text in kept if place != wanted[case]}
    if not moved:
        return 0
    # Where one came late, those after it move up: first none holds a place that another is to have.
    CaseText.objects.filter(pk__in=[case for case, place in moved.items() if place is not None]).update(place=None)
    placed = [(case, wanted[case]) for case in moved if wanted[case] is not None]
    found = lists((place, kept[place][2]) for place in range(min(len(kept), MOST_IN_A_MONTH)))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE petitions_casetext t SET place = wanted.place FROM unnest(%s::bigint[], %s::smallint[]) AS wanted (case_id, place)"
            " WHERE t.case_id = wanted.case_id",
            [[case for case, _place in placed], [place for _case, place in placed]],
        )
        Gram.objects.filter(month=month).delete()
        cursor.execute(
            "INSERT INTO petitions_gram (county_id, gram, month, count, places)"
            " SELECT %s, gram, %s, cardinality(places), places"
            " FROM (SELECT gram, string_to_array(said, ',')::smallint[] AS places FROM unnest(%s::text[], %s::text[]) AS u (gram, said)) AS l",
            [scope.current(), month, list(found), [",".join(map(str, places)) for places in found.values()]],
        )
    return sum(place is None for place in moved.values())
