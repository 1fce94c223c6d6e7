"""The table of a choice is total, and every answer of the model is a state of it."""

import pytest

from reception.models import ChoiceAnswer
from reception.workflows.choice import BY_BOOKING, OPEN, STATES, WORKFLOW


def test_the_answers_are_the_states():
    assert set(ChoiceAnswer.values) == set(STATES)


@pytest.mark.parametrize("state", STATES)
def test_only_an_open_choice_is_answered(state):
    assert bool(WORKFLOW.possible(state)) == (state == OPEN)


def test_actions_on_the_booking_lead_to_transitions():
    assert set(BY_BOOKING.values()) <= set(WORKFLOW.actions)
