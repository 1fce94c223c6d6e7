"""The reader of what a form sets tells chance from what nobody asked for."""

from random import Random

from tests.access import unasked


def test_what_comes_by_chance_is_no_finding():
    chance = Random(1)

    def send(more):
        # A key never comes twice; a length has three sides.
        return {"export": [{"key": str(chance.random()), "size": str(chance.choice([401, 402, 403])), "name": "a"}]}

    assert [unasked.differences(send, {"name": "unasked"}) for _time in range(1_000)] == [({"export"}, [])] * 1_000


def test_what_nobody_asked_for_is_found_beside_chance():
    chance = Random(1)

    def send(more):
        found = {
            "export": [{"key": str(chance.random()), "size": str(chance.choice([401, 402, 403])), "name": more.get("name", "a")}]
        }
        return found | ({"journal": [{"key": "1"}]} if more else {})

    seen = [unasked.differences(send, {"name": "unasked"}) for _time in range(1_000)]
    assert seen == [({"export"}, ["journal is changed only so", "export.name"])] * 1_000


def test_a_form_that_is_refused_for_it_sets_nothing():
    def send(more):
        return {"case": [{"name": "a"}], "journal": [{"act": "a"}, {"act": "b"}]} if not more else {"journal": [{"act": "c"}]}

    assert unasked.differences(send, {"name": "unasked"}) == ({"case", "journal"}, [])
