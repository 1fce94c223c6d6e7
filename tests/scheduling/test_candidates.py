"""Who could receive instead: only who can attend, each once, and in the order that was promised."""

from datetime import date, timedelta

from hypothesis import given

from scheduling.candidates import LATELY, Turn, candidates, swaps
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


def test_who_is_in_charge_of_what_is_booked_comes_before_fewer_turns_but_not_before_the_rotation():
    served = [Served(DAY - timedelta(days=30), "R2", "副县长"), Served(DAY - timedelta(days=60), "R1", "县长")]
    texts = {("副县长", "戊"): "教育、卫生健康", ("县长", "乙"): "全面工作，卫生健康、教育、住房", ("常务", "丁"): "财政"}
    found = ranked(served=served, topics=["卫生健康", "教育", "", "教育"], portfolios=texts)
    assert [(c.person, c.matched) for c in found] == [
        ("戊", ("卫生健康", "教育")),
        ("丁", ()),
        ("乙", ("卫生健康", "教育")),
        ("甲", ()),
    ]


def test_reasons_are_data_in_the_order_of_the_ranking_and_only_what_speaks():
    served = [Served(DAY - timedelta(days=30), "R2", "副县长")]
    found = {c.person: c.reasons for c in ranked(served=served, topics=["教育"], portfolios={("副县长", "戊"): "教育"})}
    assert found["戊"] == (
        ("can_attend", True),
        ("same_rotation", True),
        ("portfolio_match", ("教育",)),
        ("turns", 1),
        ("last", DAY - timedelta(days=30)),
    )
    assert found["甲"] == (("can_attend", True), ("same_rotation", False), ("turns", 0))


def swapped(later, away=(), others=(), most=3):
    found = swaps(DAY, post="副书记", person="丙", others=others, later=later, holdings=HELD, away=away, most=most)
    return [turn.sitting for turn in found]


def turn(name, days, post, person, others=()):
    return Turn(name, DAY + timedelta(days=days), post, person, frozenset(others))


def test_whoever_declined_before_comes_last_and_says_so():
    plain = ranked()
    asked = ranked(declined=[plain[0].person])
    assert [c.person for c in asked] == [*(c.person for c in plain[1:]), plain[0].person]
    assert asked[-1].reasons[0] == ("declined", True)


def test_swaps_are_with_the_nearest_turn_of_someone_else():
    later = [
        turn("c", 90, "副县长", "戊"),
        turn("a", 30, "常务", "丁"),
        turn("own", 60, "副书记", "丙"),
        turn("past", -30, "常务", "丁"),
    ]
    assert swapped(later) == ["a", "c"]
    assert swapped(later, most=1) == ["a"]


def test_a_swap_needs_both_on_each_others_day():
    month = DAY + timedelta(days=30)
    one = [turn("a", 30, "常务", "丁")]
    assert swapped(one, away=[Away("丁", DAY, DAY + timedelta(days=1), "leave")]) == []
    assert swapped(one, away=[Away("丙", month, month + timedelta(days=1), "leave")]) == []
    assert swapped(one, others=["丁"]) == [], "they sit on this day already"
    assert swapped([turn("a", 30, "常务", "丁", others=["丙"])]) == [], "the one substituted sits on that day already"
    assert swapped([turn("a", 30, "常务", "别人")]) == [], "no longer the holder of the post"


@given(worlds())
def test_every_swap_is_one_that_both_can_keep(world):
    rotation, (day, *rest) = world.rotations[0], world.days
    post = rotation.posts[0]
    person = holder(world, post, day)
    if person is None:
        return
    later = [
        Turn(str(on), on, other, holder(world, other, on))
        for on in rest
        for other in rotation.posts[:2]
        if holder(world, other, on) is not None
    ]
    found = swaps(day, post=post, person=person, others=(), later=later, holdings=world.holdings, away=world.away, most=99)
    for one in found:
        assert one.day > day
        assert one.person != person
        assert (holder(world, one.post, day), holder(world, post, one.day)) == (one.person, person)
        assert can_come(world, one.post, day)
        assert can_come(world, post, one.day)
    assert [one.day for one in found] == sorted(one.day for one in found)
