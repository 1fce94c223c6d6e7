"""The difference between two releases: named changes, and the laws of applying it."""

import copy

from hypothesis import given
from hypothesis import strategies as st

from scheduling.releases import OF_ITSELF, apply, difference, with_sequences

UIDS = ["a", "b", "c", "d"]
SITTING = {"uid": "s1", "sequence": 0, "leader": {"name": {"zh": "甲", "en": "A"}}, "from": "08:30", "state": "published"}
DAY = {"uid": "a", "day": "2026-02-24", "status": "confirmed", "state": "published", "sittings": [SITTING]}
FIRST = {"schema": "1", "number": 1, "county": {"name": "澄河县"}, "note": {"zh": "首期"}, "years": [], "days": [DAY]}


@st.composite
def documents(draw):
    days = [
        {
            "uid": uid,
            "day": f"2026-{draw(st.integers(1, 12)):02}-15",
            "status": draw(st.sampled_from(["confirmed", "provisional"])),
            "state": draw(st.sampled_from(["published", "cancelled"])),
            "sittings": [
                {
                    "uid": f"{uid}{n}",
                    "sequence": draw(st.integers(0, 3)),
                    "leader": draw(st.sampled_from("甲乙丙")),
                    "substitutes": draw(st.sampled_from([None, "丁"])),
                }
                for n in range(draw(st.integers(0, 2)))
            ],
        }
        for uid in draw(st.lists(st.sampled_from(UIDS), unique=True))
    ]
    document = {
        "number": draw(st.integers(1, 9)),
        "note": {"zh": draw(st.text(max_size=3))},
        "county": draw(st.sampled_from(["澄河", "临河"])),
    }
    return document | {
        "years": draw(st.lists(st.integers(2026, 2028), max_size=2)),
        "days": sorted(days, key=lambda day: (day["day"], day["uid"])),
    }


def compared(document):
    """The content that counts, without what a release says of itself and the running numbers."""
    kept = {key: value for key, value in copy.deepcopy(document).items() if key not in OF_ITSELF}
    days = copy.deepcopy(document["days"])
    for day in days:
        for sitting in day["sittings"]:
            del sitting["sequence"]
    return kept | {"days": days}


def without_numbers(document):
    return compared({**document, "days": document["days"]})


def test_a_leader_changed_is_one_change_of_one_sitting():
    second = copy.deepcopy(FIRST)
    second["days"][0]["sittings"][0]["leader"]["name"] = {"zh": "乙", "en": "B"}
    (day,) = difference(FIRST, second).days
    (sitting,) = day.sittings
    assert (day.changes, [change.field for change in sitting.changes]) == ((), ["leader"])


def test_the_first_release_is_all_new():
    found = difference(None, FIRST)
    assert ([day.uid for day in found.added], found.removed, found.changed) == (["a"], (), ())


def test_a_day_moved_gives_all_its_sittings_a_new_number():
    second = copy.deepcopy(FIRST)
    second["days"][0]["day"] = "2026-02-25"
    assert with_sequences(FIRST, second)["days"][0]["sittings"][0]["sequence"] == 1


@given(st.one_of(st.none(), documents()), documents())
def test_the_differences_applied_to_the_old_give_the_new(old, new):
    assert without_numbers(apply(old, difference(old, new))) == compared(new)


@given(documents())
def test_nothing_differs_from_itself(document):
    assert difference(document, document).is_empty


@given(documents(), documents())
def test_only_what_a_release_says_of_itself_may_differ_when_nothing_does(old, new):
    assert difference(old, new).is_empty == (compared(old) == compared(new))


@given(documents(), documents())
def test_what_is_added_one_way_is_removed_the_other(old, new):
    there, back = difference(old, new), difference(new, old)
    assert {d.uid for d in there.added} == {d.uid for d in back.removed}
    assert {d.uid for d in there.changed} == {d.uid for d in back.changed}


@given(documents(), documents())
def test_neither_document_is_touched(old, new):
    before = copy.deepcopy((old, new))
    apply(old, difference(old, new))
    with_sequences(old, new)
    assert (old, new) == before


@given(documents(), documents())
def test_a_running_number_grows_by_one_exactly_where_something_changed(old, new):
    was = {s["uid"]: (day, s) for day in old["days"] for s in day["sittings"]}
    for day in with_sequences(old, new)["days"]:
        for sitting in day["sittings"]:
            if sitting["uid"] not in was:
                assert sitting["sequence"] == 0
                continue
            old_day, old_sitting = was[sitting["uid"]]
            moved = any(old_day[name] != day[name] for name in ("day", "status", "state"))
            differs = {**old_sitting, "sequence": 0} != {**sitting, "sequence": 0}
            assert sitting["sequence"] == old_sitting["sequence"] + (moved or differs)


@given(documents(), documents())
def test_days_are_told_in_the_order_they_fall(old, new):
    told = [(change.new or change.old)["day"] for change in difference(old, new).days]
    assert told == sorted(told)
