"""The day's table and the clerk's part of the booking's table are total: every state × action is allowed or refused."""

import pytest

from reception.models import BookingState, DayState
from reception.roles import PERMISSIONS, Role
from reception.workflows import booking, day

DAY = {
    ("planned", "publish"): "published",
    ("published", "move"): "published",
    ("published", "cancel"): "cancelled",
    ("published", "begin"): "in_progress",
    ("in_progress", "end"): "held",
}
HALL = {
    "check_in": ({"confirmed", "waitlisted", "no_show"}, "checked_in"),
    "park": ({"checked_in", "called"}, "parked"),
    "unpark": ({"parked"}, "checked_in"),
    "call": ({"checked_in"}, "called"),
    "call_again": ({"called"}, "called"),
    "receive": ({"called"}, "received"),
    "miss": ({"confirmed", "parked", "called"}, "no_show"),
    "leave": ({"checked_in", "parked", "called"}, "not_received"),
    "lapse": ({"waitlisted"}, "not_received"),
    "correct": ({"checked_in"}, "confirmed"),
    "correct_waiting": ({"checked_in"}, "waitlisted"),
}
BUREAU = {Role.CLERK, Role.CHIEF, Role.COORDINATOR}


def test_the_states_are_those_of_the_tables():
    assert set(DayState.values) == set(day.STATES)
    assert set(BookingState.values) == set(booking.STATES)


@pytest.mark.parametrize("state", day.STATES)
def test_every_action_of_a_day_in_every_state(state):
    for action in day.WORKFLOW.actions:
        allowed = (state, action) in DAY
        assert day.WORKFLOW.allows(action, state=state) == allowed
        if allowed:
            assert day.WORKFLOW.transition(action).after == DAY[state, action]


@pytest.mark.parametrize("action", HALL)
def test_every_step_of_the_hall_in_every_state_and_who_may(action):
    before, after = HALL[action]
    found = booking.WORKFLOW.transition(action)
    assert (set(found.before), found.after) == (before, after)
    assert set().union(*(PERMISSIONS[name] for name in found.permissions)) == BUREAU


def test_whoever_was_not_received_can_be_moved_to_another_day():
    assert {"no_show", "not_received"} <= booking.WORKFLOW.transition("move").before


def test_everything_that_can_happen_in_the_hall_is_tested_here():
    assert {a for a in booking.WORKFLOW.actions if booking.WORKFLOW.transition(a).permissions == ("day.run",)} == set(HALL)
