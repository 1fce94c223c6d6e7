"""Where a booking stands, in words: whatever can have happened to one has words for its owner and for the bureau."""

from datetime import timedelta

import pytest
from django.test import Client

from reception import deeds, standing
from reception.actions import tracking
from reception.models import BookingState
from reception.workflows.booking import WORKFLOW
from tests.reception import days
from tests.reception.bookers import book
from tests.reception.builders import NOW
from tests.reception.days import MORNING

# Written beside the table of steps: a booking's first ones, and a new code.
BESIDES = {"submit", "walk_in", "reissue"}


def page(number, code, prefix=""):
    client = Client()
    client.post(f"{prefix}/track/", {"number": number, "code": code})
    return client.get(f"{prefix}/track/case/")


def test_every_step_and_every_state_has_words_for_its_owner_and_every_step_for_the_bureau():
    steps = set(WORKFLOW.actions) | BESIDES
    assert set(standing.STEPS) == steps <= set(deeds.ACTS["booking"])
    assert set(standing.NEXT) == set(BookingState)


@pytest.mark.parametrize(("prefix", "said"), [("", "换发了查询码"), ("/en", "A new tracking code was issued")])
def test_whoever_got_a_new_code_sees_their_booking(office, prefix, said):
    booking = book(office, at=NOW).booking
    code = tracking.reissue(booking=booking, **days.who(office, at=NOW))
    shown = page(booking.number, code, prefix)
    assert (shown.status_code, said in shown.content.decode()) == (200, True)


@pytest.mark.parametrize(("prefix", "said"), [("", "没有接访到您"), ("/en", "You were not received")])
def test_whoever_came_and_was_not_received_sees_that_and_can_choose_another_day(office, clock, prefix, said):
    receipt = book(office, at=NOW)
    days.begun(office)
    days.came(office, receipt.booking)
    days.do(office, receipt.booking, "leave", reason="停电")
    clock.move_to(MORNING + timedelta(hours=1))
    shown = page(receipt.booking.number, receipt.code, prefix)
    body = shown.content.decode()
    assert (shown.status_code, said in body, "停电" in body) == (200, True, True)
    assert "/track/case/move/" in body
