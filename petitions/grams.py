"""The lists of a month that find a text: which there are, under which names, and what they say of a word's pieces.

Every character has a list of the places that hold it, and every pair of characters side by side that is not rare; rare pairs share lists.
Three characters have one where both pairs in them are frequent; elsewhere the rarer pair's list is short enough to be read through.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias
from zlib import crc32

from django.db import connection

from petitions.places import Places, how_many, in_all, numbers
from reception import scope

# A pair of characters that is in so many texts of a month is read through no more: three characters have a list of their own there.
# Lists are made by this figure; after raising it nothing is to be done, after lowering it they must be made anew.
DENSE = 8
# A pair that is in fewer texts of a month has no list of its own there; pairs as rare share one of so many lists, each place with its mark.
RARE, SHARED = 4, 16_384
SHARED_BEGINS = "\x01"
NOWHERE = Places(0, b"")
MANY = 65_536
KEPT = """
SELECT month, gram, count, CASE WHEN count < %s OR marks IS NOT NULL THEN places END, marks
FROM petitions_gram
WHERE county_id = %s AND gram = ANY (%s) AND month BETWEEN %s AND %s
"""

Lists: TypeAlias = dict[str, Places]


def grams(said: str, size: int) -> list[str]:
    """Every run of `size` characters, once each, in their order."""
    return list(dict.fromkeys(said[at : at + size] for at in range(len(said) - size + 1)))


def shared(pair: str) -> tuple[str, int]:
    """The list that a rare pair of characters shares with others, and its mark there. No text holds the list's first character."""
    value = crc32(pair.encode())
    return f"{SHARED_BEGINS}{chr(0x4E00 + value % SHARED)}", value >> 16


def months(pieces: Sequence[str], since: int, upto: int, *, few: bool = False) -> dict[int, Lists]:
    """For each month from `since` to `upto`, both included, that has lists of any of these pieces: what may hold each of them.

    The pieces are of one length, of one to three characters. Of a few months everything is fetched at once, of many only what is wanted.
    """
    size = len(pieces[0])
    pairs = list(dict.fromkeys(pair for piece in pieces for pair in grams(piece, 2)))
    found = _kept([*pieces, *pairs] if few else pieces, pairs if few else (), since, upto)
    lacking = {piece: [month for month in range(since, upto + 1) if piece not in found.get(month, {})] for piece in pieces}
    lacking = {piece: at for piece, at in lacking.items() if at}
    if lacking and size > 1:
        if few:
            kept = found
        else:
            pairs = list(dict.fromkeys(pair for piece in lacking for pair in grams(piece, 2)))
            some = [month for at in lacking.values() for month in at]
            kept = _kept(pairs if size > 2 else (), pairs, min(some), max(some), below=DENSE if size > 2 else MANY)
        for piece, at in lacking.items():
            for month in at:
                if lists := kept.get(month):
                    found.setdefault(month, {})[piece] = _read_through(piece, lists)
    return {month: {piece: lists.get(piece, NOWHERE) for piece in pieces} for month, lists in found.items()}


def _read_through(piece: str, lists: Lists) -> Places:
    """What may hold this piece, which has no list of its own, by its pairs': the shorter one, or what both have in common if both are short."""
    pairs = grams(piece, 2)
    both = [lists.get(pair) or lists.get(SHARED_BEGINS + pair) or NOWHERE for pair in pairs]
    if all(pair in lists and lists[pair].length >= DENSE for pair in pairs):
        return NOWHERE
    if len(both) > 1 and all(each.kept for each in both):
        common = sorted(in_all(both))
        return Places(len(common), numbers(common))
    return min(both, key=lambda each: each.length)


def narrowest(pieces: Sequence[str], block: Mapping[int, Lists]) -> list[str]:
    """The fewest of these pieces, the rarest first, that leave as few places in these months as all of them do."""

    def left(some: Sequence[str]) -> int:
        return sum(how_many([lists[piece] for piece in some]) for lists in block.values())

    alone = {piece: left([piece]) for piece in pieces}
    first, *others = sorted(pieces, key=alone.__getitem__)
    chosen, now, fewest = [first], alone[first], left(pieces)
    for piece in others:
        if now == fewest:
            break
        then = left([*chosen, piece])
        if then < now:
            chosen, now = [*chosen, piece], then
    return chosen


def _kept(own: Sequence[str], rare: Sequence[str], since: int, upto: int, *, below: int = MANY) -> dict[int, Lists]:
    """By month the lists of these grams, and what is theirs of the lists that rare pairs share, after `SHARED_BEGINS`.

    Of a list of as many places as `below`, or more, only the length is told.
    """
    of: dict[str, list[tuple[str, bytes]]] = {}
    for pair in rare:
        name, number = shared(pair)
        of.setdefault(name, []).append((pair, numbers([number])))
    found: dict[int, Lists] = {}
    with connection.cursor() as cursor:
        cursor.execute(KEPT, [below, scope.current(), [*own, *of], since, upto])
        for month, gram, length, places, marks in cursor.fetchall():
            lists = found.setdefault(month, {})
            if marks is None:
                lists[gram] = Places(length, bytes(places or b""))
                continue
            for pair, mark in of[gram]:
                if mine := _marked(bytes(places), bytes(marks), mark):
                    lists[SHARED_BEGINS + pair] = Places(len(mine) // 2, mine)
    return found


def _marked(places: bytes, marks: bytes, mark: bytes) -> bytes:
    """Of the places those with this mark, both two bytes each."""
    mine, at = b"", marks.find(mark)
    while at >= 0:
        if at % 2 == 0:
            mine += places[at : at + 2]
        at = marks.find(mark, at + 1)
    return mine
