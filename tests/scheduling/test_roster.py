"""Held beats substituted, substituted beats planned."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.roster import Held, Planned, Substitution, build_roster, served

DAY = date(2026, 2, 24)
PLANNED = Planned("s1", DAY, "R", "书记", "甲")
INSTEAD = Substitution("s1", "县长", "乙", "meeting")
HAPPENED = Held("s1", "副书记", "丙")


@pytest.mark.parametrize(
    ("substitutions", "held", "person"),
    [([], [], "甲"), ([INSTEAD], [], "乙"), ([], [HAPPENED], "丙"), ([INSTEAD], [HAPPENED], "丙")],
)
def test_the_highest_layer_receives(substitutions, held, person):
    (duty,) = build_roster([PLANNED], substitutions=substitutions, held=held)
    assert (duty.person, duty.planned) == (person, PLANNED)


@pytest.mark.parametrize(
    ("substitutions", "held", "words"),
    [
        ([INSTEAD, INSTEAD], [], "two substitutions in force"),
        ([], [HAPPENED, HAPPENED], "two outcomes"),
        ([Substitution("s9", "县长", "乙", "")], [], "'s9' is not in the plan"),
        ([], [Held("s9", "县长", "乙")], "'s9' is not in the plan"),
    ],
)
def test_a_layer_that_fits_nothing_or_twice_is_refused(substitutions, held, words):
    with pytest.raises(ValueError, match=words):
        build_roster([PLANNED], substitutions=substitutions, held=held)


sittings = st.lists(
    st.builds(
        Planned,
        st.uuids().map(str),
        st.integers(0, 99).map(lambda n: DAY + timedelta(days=n)),
        st.sampled_from(["R", None]),
        st.just("书记"),
        st.just("甲"),
    ),
    max_size=8,
    unique_by=lambda planned: planned.sitting,
)


@given(sittings, st.data())
def test_every_sitting_comes_once_and_in_order_and_counts_for_who_receives(planned, data):
    over = [Substitution(s.sitting, "县长", "乙", "leave") for s in planned if data.draw(st.booleans())]
    roster = build_roster(planned, substitutions=over)
    assert [duty.planned for duty in roster] == sorted(planned, key=lambda s: (s.day, s.sitting))
    instead = {row.sitting for row in over}
    turns = served(roster)
    assert [turn.post for turn in turns] == [
        "县长" if d.planned.sitting in instead else "书记" for d in roster if d.planned.rotation
    ]
    assert all(turn.rotation == "R" for turn in turns)
