"""The table of answers is total: every state × action × role is allowed or refused, and nothing else exists."""

import pytest

from reception.models import AnswerState
from reception.roles import PERMISSIONS, Role
from reception.workflows.answer import ANSWER, CURRENT, State

ALLOWED = {
    ("asked", "accept"): "accepted",
    ("asked", "decline"): "declined",
    ("accepted", "decline"): "declined",
    ("asked", "lapse"): "lapsed",
    ("accepted", "lapse"): "lapsed",
    ("declined", "lapse"): "lapsed",
}
BUREAU = {Role.CLERK, Role.CHIEF, Role.COORDINATOR}
WHO = {
    "accept": BUREAU | {Role.LEADER, Role.SECRETARY, Role.SYSTEM},
    "decline": BUREAU | {Role.LEADER, Role.SECRETARY, Role.SYSTEM},
    "lapse": {Role.SYSTEM},
}


def test_the_states_are_those_of_the_table_and_the_current_ones_those_of_the_constraint():
    assert set(AnswerState.values) == set(ANSWER.states)
    assert {str(state) for state in CURRENT} == set(ANSWER.states) - {"lapsed"}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("action", ANSWER.actions)
def test_every_action_in_every_state(state, action):
    allowed = (str(state), action) in ALLOWED
    assert ANSWER.allows(action, state=state) == allowed
    if allowed:
        assert ANSWER.transition(action).after == ALLOWED[str(state), action]


@pytest.mark.parametrize("action", ANSWER.actions)
def test_who_may(action):
    may = frozenset().union(*(PERMISSIONS[name] for name in ANSWER.transition(action).permissions))
    assert may == WHO[action]
