"""The table of answers before the day is total: every state × action × role is allowed or refused, and nothing else exists."""

import pytest

from reception.models import EarlyAnswerState
from reception.roles import PERMISSIONS, Role
from reception.workflows.early_answer import NOTHING, OPEN, SHOWN, STATES, WORKFLOW

ALLOWED = {
    ("nothing", "write"): "proposed",
    ("proposed", "write"): "proposed",
    ("sent_back", "write"): "proposed",
    ("approved", "write"): "proposed",
    ("kept", "write"): "proposed",
    ("proposed", "approve"): "approved",
    ("proposed", "send_back"): "sent_back",
    ("approved", "accept"): "accepted",
    ("approved", "keep"): "kept",
    ("proposed", "supersede"): "superseded",
    ("sent_back", "supersede"): "superseded",
    ("approved", "supersede"): "superseded",
    ("kept", "supersede"): "superseded",
}
BUREAU = {Role.CLERK, Role.CHIEF, Role.COORDINATOR}
WHO = {
    "write": BUREAU | {Role.OFFICER, Role.DEPARTMENT_HEAD},
    "approve": BUREAU,
    "send_back": BUREAU,
    "accept": {Role.SYSTEM},
    "keep": {Role.SYSTEM},
    "supersede": BUREAU | {Role.OFFICER, Role.DEPARTMENT_HEAD},
}


def test_the_states_are_those_of_the_table():
    assert {NOTHING, *EarlyAnswerState.values} == set(STATES)
    assert set(OPEN) | set(SHOWN) <= set(STATES)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("action", WORKFLOW.actions)
def test_every_action_in_every_state(state, action):
    allowed = (state, action) in ALLOWED
    assert WORKFLOW.allows(action, state=state) == allowed
    if allowed:
        assert WORKFLOW.transition(action).after == ALLOWED[state, action]


@pytest.mark.parametrize("action", WORKFLOW.actions)
def test_who_may(action):
    may = frozenset().union(*(PERMISSIONS[name] for name in WORKFLOW.transition(action).permissions))
    assert may == WHO[action]
