"""Who waits comes before newcomers, however a place became free; and one person is one person, however they write themselves down."""

from datetime import timedelta

import pytest

from reception import scope
from reception.actions import offers, places
from reception.errors import Refused
from reception.models import Booking, BookingState, Sitting
from tests.reception import bookers
from tests.reception.actions.test_drafts import World
from tests.reception.builders import NOW

LATER = NOW + timedelta(minutes=11)


@pytest.fixture
def world(db):
    """One place at the sitting, held by somebody's form; and somebody who waits."""
    made = World(capacity=1)
    made.holder = made.filled("holder")
    made.waits = bookers.book(made.office, 7, at=NOW, wait=True).booking
    assert made.waits.state == BookingState.WAITLISTED
    return made


def state(world):
    with scope.county(world.county):
        return Booking.objects.get(pk=world.waits.pk).state


def free(world, at):
    with scope.county(world.county):
        return next(one.free for one in offers.coming(county=world.county, at=at) if one.sitting.pk == world.sitting.pk)


def test_a_form_given_up_gives_its_place_to_who_waits(world):
    world.do("give_up", draft=world.holder)
    assert state(world) == BookingState.CONFIRMED


def test_a_hold_that_ran_out_is_not_the_newcomers(world):
    assert free(world, LATER) == 0
    with pytest.raises(places.Full):
        world.start("newcomer", at=LATER)
    # The refusal takes back what was done in its transaction; the newcomer who waits, too, comes after the first.
    second = bookers.book(world.office, 8, at=LATER, wait=True).booking
    assert (state(world), second.state) == (BookingState.CONFIRMED, BookingState.WAITLISTED)


def test_the_periodic_work_finds_it_too(world):
    assert state(world) == BookingState.WAITLISTED
    world.do("sweep", at=LATER)
    assert state(world) == BookingState.CONFIRMED


def test_whoever_fills_in_a_form_keeps_the_place_it_holds(world):
    assert world.do("submit", draft=world.holder, wait=False).booking.state == BookingState.CONFIRMED
    assert state(world) == BookingState.WAITLISTED


def test_where_more_is_free_than_wait_newcomers_get_the_rest(world):
    with scope.county(world.county):
        Sitting.objects.filter(pk=world.sitting.pk).update(capacity=3)
        world.sitting.refresh_from_db()
    assert free(world, NOW) == 1
    world.start("newcomer")
    assert state(world) == BookingState.CONFIRMED
    with pytest.raises(places.Full):
        world.start("another")


def test_people_known_by_a_name_alone_are_not_taken_for_each_other(db):
    world = World()
    for n in (1, 2):
        alone = bookers.person(n, name="居民同名", phone="")
        assert bookers.book(world.office, n, at=NOW, person=alone).booking.state == BookingState.CONFIRMED
    same = bookers.person(3)
    bookers.book(world.office, 3, at=NOW, person=same)
    with pytest.raises(Refused):
        bookers.book(world.office, 3, at=NOW, person=same)


def test_one_who_gives_an_identity_number_once_and_once_not_is_one_person(db):
    world = World()
    number = "11010519491231002X"
    bookers.book(world.office, 1, at=NOW, person=bookers.person(1))
    with pytest.raises(Refused, match="三十天内"):
        bookers.book(world.office, 1, at=NOW, person=bookers.person(1, id_number=number))
    # Two numbers are two people, whatever else they share.
    bookers.book(world.office, 2, at=NOW, person=bookers.person(2, id_number=number))
    other = bookers.person(2, id_number="110101199003070038")
    assert bookers.book(world.office, 2, at=NOW, person=other).booking.state == BookingState.CONFIRMED
