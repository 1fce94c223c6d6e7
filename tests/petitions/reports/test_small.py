"""No public table lets anyone work out a small number: against everything that could have been published."""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.reports.small import LEAST, may_be_told, pooled

TOPICS = "ABCD"


def published(told):
    """What a reader has: nothing, or the counts that are named and the sum of the rest."""
    return told and (tuple(sorted(told.each.items())), told.others)


def test_no_small_count_follows_from_what_is_told_whatever_it_was():
    """Every table of four topics, up to the most that four small ones make together: those that read alike leave each small count in doubt."""
    alike = defaultdict(list)
    for counts in product(range(4 * LEAST - 3), repeat=len(TOPICS)):
        alike[published(pooled(dict(zip(TOPICS, counts, strict=True))))].append(counts)
    assert len(alike) > 5000
    for told, tables in alike.items():
        for at, topic in enumerate(TOPICS):
            possible = {table[at] for table in tables}
            assert len(possible) > 1 or not 0 < min(possible) < LEAST, (told, topic, possible)


@given(st.dictionaries(st.integers(0, 30), st.integers(0, 400), max_size=20))
def test_all_are_told_once_and_none_is_small(counts):
    told, whole = pooled(counts), sum(counts.values())
    if told is None:
        small = [count for count in counts.values() if count < LEAST]
        assert 0 < whole < LEAST or (len(small) > 1 and set(small) == {LEAST - 1})
        return
    assert told.total == whole
    assert all(count >= LEAST and counts[key] == count for key, count in told.each.items())
    hidden = [key for key in counts if key not in told.each]
    assert told.others == sum(counts[key] for key in hidden)
    assert told.others == 0 or (told.others >= LEAST and len(hidden) > 1)


@pytest.mark.parametrize(
    ("counts", "each", "others"),
    [
        ({}, {}, 0),
        ({"A": 9, "B": 0}, {"A": 9}, 0),
        ({"A": 9, "B": 3}, {}, 12),
        ({"A": 9, "B": 4}, {}, 13),
        ({"A": 9, "B": 3, "C": 5}, {"A": 9}, 8),
        ({"A": 9, "B": 3, "C": 2}, {"A": 9}, 5),
        ({"A": 9, "B": 3, "C": 9, "D": 10}, {"D": 10}, 21),
        ({"A": 9, "B": 4, "C": 4, "D": 0}, {"A": 9}, 8),
    ],
)
def test_what_is_told(counts, each, others):
    told = pooled(counts)
    assert (dict(told.each), told.others) == (each, others)


@pytest.mark.parametrize("counts", [{"A": 4}, {"A": 1, "B": 3}, {"A": 9, "B": 4, "C": 4}])
def test_too_few_are_not_told_at_all(counts):
    assert pooled(counts) is None


@pytest.mark.parametrize(
    ("whole", "part", "told"),
    [(0, 0, False), (4, 4, False), (5, 5, True), (5, 0, True), (9, 5, False), (10, 5, True), (12, 11, False), (12, 1, False)],
)
def test_a_part_of_a_whole_is_told_where_neither_it_nor_the_rest_is_small(whole, part, told):
    assert may_be_told(whole, part) is told
