"""Minutes of receptions that the hall, or the paper, has marked as received already; they are the day's usual way."""

import pytest
from django.urls import reverse

from petitions.models import Case, Minutes
from reception import scope
from reception.actions import booking_steps, bookings
from reception.errors import MovedOn
from reception.models import BookingStep
from tests.petitions.actions.test_receptions import conclude
from tests.petitions.receptions import AT, BEGUN, called


@pytest.fixture
def received(office):
    booking = called(office)
    with scope.county(office.county):
        row = booking_steps.locked(booking)
        bookings.change(row, "receive", county=office.county, by=office.clerk, at=BEGUN)
    return row


def test_they_are_written_and_make_the_case_and_the_step_is_not_taken_twice(office, received):
    made = conclude(office, received)
    with scope.county(office.county):
        assert (Minutes.objects.get(), Case.objects.get()) == (made, made.case)
        assert made.case.deadlines.filter(kind="D1").exists()
        assert BookingStep.objects.filter(booking=received, action="receive").count() == 1
    with pytest.raises(MovedOn, match="已经有记录"):
        conclude(office, received)


def test_the_page_is_open_and_the_index_asks_for_them(office, received, sign_in, clock):
    clock.move_to(AT)
    browser = sign_in(office.clerk)
    page = browser.get(reverse("admin:minutes", args=[received.pk])).content.decode()
    assert "保存记录，结束这次接访</button>" in page
    assert "disabled" not in page.split("保存记录")[0].rsplit("<button", 1)[1]
    assert reverse("admin:minutes", args=[received.pk]) in browser.get("/admin/").content.decode()
    conclude(office, received)
    assert reverse("admin:minutes", args=[received.pk]) not in browser.get("/admin/").content.decode()
