"""Lists of places: kept and read again, whichever way they are kept, and what several have in common."""

from hypothesis import given
from hypothesis import strategies as st

from petitions.places import Places, how_many, in_all, kept, numbers, read

# Some of few places and some of many, near and far, so that both ways of keeping them come up beside each other.
LISTS = st.one_of(
    st.sets(st.integers(0, 31_999), min_size=1, max_size=30),
    st.sets(st.integers(0, 200), min_size=1),
    st.integers(1, 400).map(lambda end: set(range(end))),
)


def held(places):
    return Places(len(places), kept(sorted(places)))


@given(st.lists(LISTS, min_size=1, max_size=4))
def test_what_lists_have_in_common_is_what_their_sets_have(lists):
    common = set.intersection(*lists)
    assert list(in_all([held(places) for places in lists])) == sorted(common, reverse=True)
    assert how_many([held(places) for places in lists]) == len(common)


@given(LISTS)
def test_a_list_never_takes_more_than_two_bytes_for_a_place_and_both_ways_are_told_apart(places):
    each = held(places)
    assert len(each.kept) <= 2 * len(places)
    assert each.is_bits == (max(places) // 8 + 1 < 2 * len(places))


def test_nowhere_is_in_no_list_and_has_nothing_in_common():
    nowhere = Places(0, kept([]))
    assert (nowhere.kept, nowhere.is_bits, list(in_all([nowhere])), list(in_all([nowhere, held({0, 1, 2, 3})]))) == (
        b"",
        False,
        [],
        [],
    )


def test_numbers_are_read_as_they_were():
    assert read(numbers([0, 1, 255, 256, 65_535])) == (0, 1, 255, 256, 65_535)
