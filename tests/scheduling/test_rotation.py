"""Who receives in turn: named people in small cases, laws over random counties, a second implementation as twin."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.rotation import Away, Holding, Rotation, Served, Turn, Why, fairness, plan, queue
from tests.scheduling.worlds import ADMISSIBLE, World, worlds

DAYS = [date(2026, month, 15) for month in range(1, 7)]
THREE = Rotation("R", ("书记", "县长", "副书记"))
HOLDERS = [
    Holding("书记", "甲", date(2020, 1, 1)),
    Holding("县长", "乙", date(2020, 1, 1)),
    Holding("副书记", "丙", date(2020, 1, 1)),
]


def posts(turns):
    return [turn.post for turn in turns]


def test_in_turn():
    turns = plan([THREE], DAYS, holdings=HOLDERS, away=[], served=[])
    assert posts(turns) == ["书记", "县长", "副书记"] * 2
    assert all(turn.first_in_queue for turn in turns)


def test_who_is_passed_over_is_due_first_next_time():
    away = [Away("甲", date(2026, 1, 1), date(2026, 2, 1), "leave")]
    first, second, *_rest = plan([THREE], DAYS, holdings=HOLDERS, away=away, served=[])
    assert (first.post, [(p.post, p.person, p.reason) for p in first.passed_over]) == ("县长", [("书记", "甲", Why.ABSENT)])
    assert (second.post, second.passed_over) == ("书记", ())


def test_a_vacant_post_is_passed_over_and_keeps_its_place():
    holders = [*HOLDERS[1:], Holding("书记", "甲", date(2026, 3, 1))]
    turns = plan([THREE], DAYS, holdings=holders, away=[], served=[])
    assert posts(turns)[:3] == ["县长", "副书记", "书记"]
    assert turns[0].passed_over[0].reason is Why.VACANT


def test_who_sits_in_the_first_rotation_is_taken_for_the_second():
    both = [Rotation("R1", ("书记",)), Rotation("R2", ("书记", "县长"))]
    first, second = plan(both, DAYS[:1], holdings=HOLDERS, away=[], served=[])
    assert (first.post, second.post, second.passed_over[0].reason) == ("书记", "县长", Why.TAKEN)


def test_nobody_can_attend():
    away = [Away(person, date(2026, 1, 1), date(2026, 2, 1), "meeting") for person in "甲乙丙"]
    turn = plan([THREE], DAYS[:1], holdings=HOLDERS, away=away, served=[])[0]
    assert (turn.post, turn.person, len(turn.passed_over)) == (None, None, 3)


def test_a_substitute_goes_to_the_back_and_the_one_substituted_stays_in_front():
    # In January the magistrate received in the secretary's place.
    turns = plan([THREE], DAYS[1:], holdings=HOLDERS, away=[], served=[Served(DAYS[0], "R", "县长")])
    assert posts(turns)[:3] == ["书记", "副书记", "县长"]


def test_the_last_day_of_an_absence_is_the_day_before_its_end():
    away = [Away("甲", DAYS[0], DAYS[0] + timedelta(days=1), "leave"), Away("甲", DAYS[1] - timedelta(days=9), DAYS[1], "leave")]
    assert posts(plan([THREE], DAYS[:2], holdings=HOLDERS, away=away, served=[])) == ["县长", "书记"]


@pytest.mark.parametrize(("names", "words"), [((), "has no posts"), (("书记", "书记"), "names a post twice")])
def test_a_rotation_that_can_not_turn_is_refused(names, words):
    with pytest.raises(ValueError, match=words):
        Rotation("R", names)


def twin(world: World) -> list[tuple]:
    """The same rule, written again the slow way: for each seat, sort everyone by their last turn and take the first who can come."""
    known, found = list(world.served), []
    for day in sorted(world.days):
        busy = {holder(world, turn.post, day) for turn in world.served if turn.day == day}
        for rotation in world.rotations:
            if any(turn.rotation == rotation.key and turn.day == day for turn in world.served):
                continue
            last = {
                post: max((t.day for t in known if t.rotation == rotation.key and t.post == post and t.day < day), default=date.min)
                for post in rotation.posts
            }
            order = sorted(rotation.posts, key=lambda post: (last[post], rotation.posts.index(post)))
            free = [post for post in order if can_come(world, post, day) and holder(world, post, day) not in busy]
            found.append((day, rotation.key, free[0] if free else None))
            if free:
                busy.add(holder(world, free[0], day))
                known.append(Served(day, rotation.key, free[0]))
    return found


def holder(world: World, post: str, day: date) -> str | None:
    return next(
        (h.person for h in world.holdings if h.post == post and h.starts_on <= day and (h.ends_on is None or day < h.ends_on)), None
    )


def can_come(world: World, post: str, day: date) -> bool:
    person = holder(world, post, day)
    return person is not None and not any(a.person == person and a.starts_on <= day < a.ends_on for a in world.away)


def planned(world: World) -> tuple[Turn, ...]:
    return plan(world.rotations, world.days, **world.facts())


@given(worlds())
def test_the_twin_agrees(world):
    assert [(turn.day, turn.rotation, turn.post) for turn in planned(world)] == twin(world)


@given(worlds())
def test_every_turn_is_held_by_someone_who_can_come(world):
    for turn in planned(world):
        if turn.post:
            assert turn.person == holder(world, turn.post, turn.day)
            assert can_come(world, turn.post, turn.day)


@given(worlds())
def test_nobody_sits_twice_on_one_day(world):
    seats = Counter((turn.day, turn.person) for turn in planned(world) if turn.person)
    assert set(seats.values()) <= {1}


@given(worlds())
def test_a_seat_stays_empty_only_when_nobody_could_come(world):
    for turn in planned(world):
        if turn.post is None:
            rotation = next(r for r in world.rotations if r.key == turn.rotation)
            assert {passed.post for passed in turn.passed_over} == set(rotation.posts)


@given(worlds())
def test_who_was_passed_over_could_not_come(world):
    for turn in planned(world):
        for passed in turn.passed_over:
            if passed.reason is Why.VACANT:
                assert holder(world, passed.post, turn.day) is None
            if passed.reason is Why.ABSENT:
                assert not can_come(world, passed.post, turn.day)
                assert passed.away is not None
                assert passed.away.starts_on <= turn.day < passed.away.ends_on


@given(worlds(), st.randoms())
def test_the_order_in_which_facts_are_given_does_not_matter(world, random):
    shuffled = World(world.rotations, *([*rows] for rows in (world.days, world.holdings, world.away, world.served)))
    for rows in (shuffled.days, shuffled.holdings, shuffled.served):
        random.shuffle(rows)
    assert [(t.day, t.rotation, t.post) for t in planned(shuffled)] == [(t.day, t.rotation, t.post) for t in planned(world)]


@given(worlds(), st.integers(0, 14))
def test_the_beginning_of_a_plan_does_not_depend_on_how_far_it_goes(world, cut):
    short = World(world.rotations, world.days[:cut], world.holdings, world.away, world.served)
    beginning = planned(short)
    assert planned(world)[: len(beginning)] == beginning


@given(worlds(), st.integers(0, 14))
def test_planning_twice_is_planning_once(world, cut):
    """What was planned first may be settled and folded in: the rest comes out the same, and what is settled is not planned again."""
    whole = planned(world)
    settled = [Served(t.day, t.rotation, t.post) for t in whole if t.post and t.day in world.days[:cut]]
    again = plan(world.rotations, world.days[cut:], holdings=world.holdings, away=world.away, served=[*world.served, *settled])
    assert again == tuple(turn for turn in whole if turn.day in world.days[cut:])


@given(worlds())
def test_a_plan_never_touches_what_is_settled(world):
    settled = {(turn.rotation, turn.day) for turn in world.served}
    assert not settled & {(turn.rotation, turn.day) for turn in planned(world)}


@given(worlds())
def test_the_first_of_the_queue_is_who_the_plan_looks_at_first(world):
    first = min(world.days)
    for turn in planned(world):
        if turn.day == first:
            rotation = next(r for r in world.rotations if r.key == turn.rotation)
            looked_at = [*(passed.post for passed in turn.passed_over), turn.post]
            due = queue(rotation, world.served, before=first)
            assert looked_at[: len(due)] == list(due)[: len(looked_at)]


@given(st.integers(1, 9), st.integers(1, 40))
def test_without_absences_everyone_comes_round(size, length):
    rotation = Rotation("R", tuple(f"P{n}" for n in range(size)))
    holders = [Holding(post, post, date(2020, 1, 1)) for post in rotation.posts]
    days = [ADMISSIBLE + timedelta(days=30 * n) for n in range(length)]
    turns = plan([rotation], days, holdings=holders, away=[], served=[])
    counted = Counter(posts(turns))
    assert max(counted.values()) - min(counted[post] for post in rotation.posts) <= 1
    assert posts(turns) == [rotation.posts[n % size] for n in range(length)]


@given(worlds())
def test_a_post_passed_over_never_falls_behind_one_that_was_due_after_it(world):
    for rotation in world.rotations:
        known = [turn for turn in world.served if turn.rotation == rotation.key]
        for turn in (t for t in planned(world) if t.rotation == rotation.key):
            before = queue(rotation, known, before=turn.day)
            if turn.post:
                known.append(Served(turn.day, rotation.key, turn.post))
            after = [post for post in queue(rotation, known, before=turn.day + timedelta(days=1)) if post != turn.post]
            settled_today = {s.post for s in world.served if s.day == turn.day and s.rotation == rotation.key}
            assert [p for p in after if p not in settled_today] == [p for p in before if p != turn.post and p not in settled_today]


@given(worlds(with_served=False))
def test_shares_count_turns_and_days_that_could_be_attended(world):
    rotation = world.rotations[0]
    turns = [Served(t.day, t.rotation, t.post) for t in planned(world) if t.post]
    shares, gap = fairness(rotation, world.days, holdings=world.holdings, away=world.away, served=turns)
    assert [share.post for share in shares] == list(rotation.posts)
    assert sum(share.turns for share in shares) == sum(turn.rotation == rotation.key for turn in turns)
    assert all(share.turns <= share.available == sum(can_come(world, share.post, day) for day in world.days) for share in shares)
    ratios = [share.ratio for share in shares if share.available]
    assert gap == (max(ratios) - min(ratios) if ratios else 0)
