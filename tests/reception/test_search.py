"""A county is found by whatever people type of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reception import search

CHENGHE = search.Place("chenghe", "139901", "澄河县", "Chenghe County")
LINHE = search.Place("linhe", "139902", "临河县", "Linhe County")
CHENGXI = search.Place("chengxi", "149903", "澄溪县", "")
ALL = [CHENGHE, LINHE, CHENGXI]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("澄河", [CHENGHE]),
        ("澄", [CHENGHE, CHENGXI]),
        ("河县", [CHENGHE, LINHE]),
        ("chenghe", [CHENGHE]),
        ("ChengHe Xian", [CHENGHE]),
        ("CHENGHE", [CHENGHE]),
        ("cheng", [CHENGHE, CHENGXI]),
        ("chx", [CHENGHE]),
        ("cxx", [CHENGXI]),
        ("lhx", [LINHE]),
        ("Linhe County", [LINHE]),
        ("139901", [CHENGHE]),
        ("13", [CHENGHE, LINHE]),
        ("１４", [CHENGXI]),
        ("999999", []),
        ("北京", []),
        ("", []),
        ("  -- ", []),
    ],
)
def test_found(typed, found):
    assert search.find(ALL, typed) == found


@pytest.mark.parametrize(("typed", "first"), [("chenhe", CHENGHE), ("澄何县", CHENGHE), ("linghe", LINHE), ("chengxxi", CHENGXI)])
def test_the_nearest_comes_first(typed, first):
    assert search.find(ALL, typed) == []
    assert search.nearest(ALL, typed)[0] == first


def test_nothing_is_near_to_nonsense():
    assert search.nearest(ALL, "qqqqzzzz") == []
    assert search.nearest(ALL, "") == []


@given(st.text(max_size=200))
def test_whatever_is_typed_finds_counties_or_none(typed):
    assert set(search.find(ALL, typed)) <= set(ALL)
    assert set(search.nearest(ALL, typed)) <= set(ALL)


@given(st.sampled_from(ALL))
def test_each_county_is_found_by_each_of_its_keys(place):
    for key in (*search.keys(place.name, place.name_en, place.slug), place.code):
        assert place in search.find(ALL, key)
