"""Put open texts into their month's lists, so that a search reads few of them. Nothing a search finds depends on when this is done."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from petitions.grams import DENSE, RARE, SHARED_BEGINS, grams, shared
from petitions.models import CaseText, Gram
from petitions.models.text import MOST_IN_A_MONTH
from petitions.places import kept, numbers
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
    there = list(texts.values_list("case_id", "place", "text"))
    wanted = {case: at if at < MOST_IN_A_MONTH else None for at, (case, _place, _text) in enumerate(there)}
    moved = {case: place for case, place, _text in there if place != wanted[case]}
    if not moved:
        return 0
    # Where one came late, those after it move up: first none holds a place that another is to have.
    CaseText.objects.filter(pk__in=[case for case, place in moved.items() if place is not None]).update(place=None)
    placed = [(case, wanted[case]) for case in moved if wanted[case] is not None]
    found = lists((place, there[place][2]) for place in range(min(len(there), MOST_IN_A_MONTH)))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE petitions_casetext t SET place = wanted.place FROM unnest(%s::bigint[], %s::smallint[]) AS wanted (case_id, place)"
            " WHERE t.case_id = wanted.case_id",
            [[case for case, _place in placed], [place for _case, place in placed]],
        )
        Gram.objects.filter(month=month).delete()
        rows: list[tuple[str, int, bytes, bytes | None]]
        rows = [(gram, len(places), kept(places), None) for gram, places in found.own.items()]
        rows += [
            (name, len(marked), numbers([place for place, _mark in marked]), numbers([mark for _place, mark in marked]))
            for name, marked in found.shared.items()
        ]
        cursor.execute(
            "INSERT INTO petitions_gram (county_id, gram, month, count, places, marks) SELECT %s, gram, %s, count, places, marks"
            " FROM unnest(%s::text[], %s::smallint[], %s::bytea[], %s::bytea[]) AS u (gram, count, places, marks)",
            [scope.current(), month, *([row[at] for row in rows] for at in range(4))],
        )
    return sum(place is None for place in moved.values())
