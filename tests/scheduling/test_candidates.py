"""Who could receive instead: only who can attend, each once, and in the order that was promised."""

from datetime import date, timedelta

from hypothesis import given

from scheduling.candidates import LATELY, candidates
from scheduling.rotation import Away, Holding, Rotation, Served
from tests.scheduling.test_rotation import can_come, holder
from tests.scheduling.worlds import worlds

DAY = date(2026, 3, 16)
ROTATIONS = [Rotation("R1", ("书记", "县长")), Rotation("R2", ("副书记", "常务", "副县长"))]
HELD = [
    Holding(post, person, date(2020, 1, 1))
    for post, person in zip(("书记", "县长", "副书记", "常务", "副县长"), "甲乙丙丁戊", strict=True)
]


def ranked(**facts):
    given_facts = {"taken": ["丙"], "holdings": HELD, "away": [], "served": []} | facts
    return candidates(DAY, rotation="R2", rotations=ROTATIONS, **given_facts)


def test_the_same_rotation_comes_first_then_the_lists_order():
    assert [(c.person, c.same_rotation) for c in ranked()] == [("丁", True), ("戊", True), ("甲", False), ("乙", False)]


def test_fewest_turns_come_first_then_who_waited_longest():
    served = [
        Served(DAY - timedelta(days=30), "R2", "常务"),
        Served(DAY - timedelta(days=60), "R1", "书记"),
        Served(DAY - timedelta(days=90), "R1", "县长"),
    ]
    assert [(c.person, c.turns) for c in ranked(served=served)] == [("戊", 0), ("丁", 1), ("乙", 1), ("甲", 1)]


def test_turns_of_more_than_a_year_ago_do_not_count():
    assert ranked(served=[Served(DAY - LATELY - timedelta(days=1), "R2", "常务")])[0].person == "丁"


def test_who_is_away_or_sits_already_is_not_offered():
    away = [Away("丁", DAY, DAY + timedelta(days=1), "leave")]
    assert [c.person for c in ranked(away=away, taken=["丙", "甲"])] == ["戊", "乙"]


def test_a_person_with_two_posts_is_offered_once():
    both = [*HELD, Holding("书记", "丁", date(2020, 1, 1))]
    assert [c.person for c in ranked(holdings=both)].count("丁") == 1


@given(worlds())
def test_everyone_who_can_come_is_offered_once_and_nobody_else(world):
    day, rotation = world.days[0], world.rotations[0]
    taken = {"甲"}
    found = candidates(day, rotation=rotation.key, rotations=world.rotations, taken=taken, **world.facts())
    able = {holder(world, post, day) for known in world.rotations for post in known.posts if can_come(world, post, day)}
    assert sorted(c.person for c in found) == sorted(able - taken)
    assert [not c.same_rotation for c in found] == sorted(not c.same_rotation for c in found)
    for group in (True, False):
        turns = [c.turns for c in found if c.same_rotation is group]
        assert turns == sorted(turns)
