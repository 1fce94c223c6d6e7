"""The table of a case's way is whole: every state is reached and left, every row leads somewhere, each has who may and what it is called."""

import pytest

from petitions import words
from petitions.models.cases import STATUSES
from petitions.workflow import BY_ACTION, ENDED, RUNNING, SETTLED, TRANSITIONS, Action, Status, allows, possible
from reception.roles import PERMISSIONS

# The last is a correction, which is no step of the way.
NUMBERS = {f"T{n}" for n in range(1, 30)} | {"–"}
KNOWN_CLOCKS = {f"D{n}" for n in range(1, 15)}


def test_every_row_of_the_paper_is_there_and_every_action_once():
    assert {row.number for row in TRANSITIONS} == NUMBERS
    assert sorted(row.action for row in TRANSITIONS) == sorted(Action)
    assert len(BY_ACTION) == len(TRANSITIONS)


def test_every_state_is_running_settled_or_ended_and_has_a_name():
    assert set(Status) == RUNNING | SETTLED | ENDED
    for one, other in ((RUNNING, SETTLED), (RUNNING, ENDED), (SETTLED, ENDED)):
        assert not one & other
    assert [value for value, _label in STATUSES] == [status.value for status in Status]


def test_every_state_can_be_reached_from_nothing_and_every_running_one_can_be_left():
    reached, frontier = set(), {""}
    while frontier:
        state = frontier.pop()
        for row in TRANSITIONS:
            if row.after and row.after not in reached and (state in row.before if state else not row.before):
                reached.add(row.after)
                frontier.add(row.after)
    assert reached == set(Status)
    for status in RUNNING:
        assert any(status in row.before and row.after not in (None, status) for row in TRANSITIONS), status


@pytest.mark.parametrize("status", ["", *Status])
@pytest.mark.parametrize("action", Action)
def test_an_action_is_possible_exactly_where_the_table_says(status, action):
    row = BY_ACTION[action]
    expected = status in row.before if status else not row.before
    assert allows(action, status) == expected
    assert (action in possible(status)) == expected


def test_every_action_has_a_permission_that_exists_and_a_name():
    assert {row.permission for row in TRANSITIONS} <= set(PERMISSIONS)
    assert set(words.ACTIONS) == set(Action)


def test_clocks_are_those_of_the_law_and_each_that_starts_is_stopped_somewhere():
    starts = {kind for row in TRANSITIONS for kind in row.starts}
    stops = {kind for row in TRANSITIONS for kind in row.stops}
    assert starts | stops <= KNOWN_CLOCKS
    # D9 is the petitioner's right and simply runs out where no one asks.
    assert starts - stops == set()
