"""The bound on memory, and that one county's pages go without another's."""

import random

from hypothesis import given
from hypothesis import strategies as st

from reception.shelf import OVERHEAD, Page, Shelf


def page(county=1, size=100, zone="Asia/Shanghai", seed=0):
    body = random.Random(seed).randbytes(size)
    return Page(body, [("Content-Type", "application/pdf")], county=county, zone=zone, open_query=True)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 4000), st.sampled_from(["put", "find"])), max_size=80))
def test_it_never_weighs_more_than_its_bound(steps):
    shelf = Shelf(40_000)
    for path, size, step in steps:
        if step == "put":
            shelf.put(f"/{path}/", page(size=size))
        else:
            shelf.find(f"/{path}/")
        really = sum(each.weight for half in (shelf.young, shelf.old) for each in half.values())
        assert shelf.weight == really <= shelf.limit + OVERHEAD + 4000


def test_what_is_asked_for_now_and_then_stays_and_what_is_not_goes():
    shelf = Shelf(20 * (OVERHEAD + 100))
    shelf.put("/often/", page())
    shelf.put("/once/", page())
    for number in range(100):
        shelf.put(f"/{number}/", page())
        assert shelf.find("/often/")
    assert shelf.find("/once/") is None
    assert len(shelf) <= 21


def test_one_county_goes_and_the_others_stay():
    shelf = Shelf(10**6)
    shelf.put("/a/", page(county=1))
    shelf.put("/b/", page(county=2))
    shelf.put("/", page(county=None))
    shelf.drop([1, None])
    assert list(shelf.young) == ["/b/"]


def test_a_midnight_takes_the_pages_of_its_zone_and_those_of_every_county():
    shelf = Shelf(10**6)
    shelf.put("/a/", page())
    shelf.put("/b/", page(county=2, zone="Asia/Urumqi"))
    shelf.put("/", page(county=None, zone=""))
    shelf.drop_zones({"Asia/Urumqi"})
    assert list(shelf.young) == ["/a/"]
