"""Put open texts into their month's lists, so that a search reads few of them. Nothing a search finds depends on when this is done."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from petitions.models import CaseText, Gram
from petitions.models.text import MOST_IN_A_MONTH
from petitions.search import DENSE, RARE, SHARED_BEGINS, grams, shared
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


@dataclass
class Lists:
    """The lists of one month: places by gram, and those that rare pairs share, each place with its mark."""

    own: dict[str, list[int]]
    shared: dict[str, list[tuple[int, int]]]


def lists(texts: Iterable[tuple[int, str]]) -> Lists:
    """The lists of one month, from its texts by place."""
    # A text of before may hold the character that begins the names of shared lists; no search asks for it.
    kept = [(place, text.replace(SHARED_BEGINS, "")) for place, text in texts]
    own: dict[str, list[int]] = defaultdict(list)
    for place, text in kept:
        for gram in {*text, *grams(text, 2)}:
            own[gram].append(place)
    dense = {gram for gram, places in own.items() if len(gram) == 2 and len(places) >= DENSE}
    for place, text in kept:
        for gram in grams(text, 3):
            if gram[:2] in dense and gram[1:] in dense:
                own[gram].append(place)
    together: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for gram in [gram for gram, places in own.items() if len(gram) == 2 and len(places) < RARE]:
        name, mark = shared(gram)
        together[name] += [(place, mark) for place in own.pop(gram)]
    return Lists(own, together)


def _month(month: int) -> int:
    """Give each text of a month its place and make the month's lists; how many texts were open."""
    texts = CaseText.objects.select_for_update().filter(month=month).order_by("received_on", "case_id")
    kept = list(texts.values_list("case_id", "place", "text"))
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
        names = [*found.own, *found.shared]
        places = [_array(places) for places in found.own.values()]
        places += [_array(place for place, _mark in rows) for rows in found.shared.values()]
        marks = [*[None] * len(found.own), *(_array(mark for _place, mark in rows) for rows in found.shared.values())]
        cursor.execute(
            "INSERT INTO petitions_gram (county_id, gram, month, count, places, marks)"
            " SELECT %s, gram, %s, cardinality(places::smallint[]), places::smallint[], marks::smallint[]"
            " FROM unnest(%s::text[], %s::text[], %s::text[]) AS u (gram, places, marks)",
            [scope.current(), month, names, places, marks],
        )
    return sum(place is None for place in moved.values())


def _array(numbers: Iterable[int]) -> str:
    """As PostgreSQL reads an array."""
    return f"{{{','.join(map(str, numbers))}}}"
