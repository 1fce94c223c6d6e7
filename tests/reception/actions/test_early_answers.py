"""A department answers before the day; the bureau checks the words; the citizen alone gives up the place."""

import uuid
from datetime import date, timedelta

import psycopg2
import pytest

from reception import scope
from reception.actions import bookings, early_answers, journal
from reception.errors import Forbidden, MovedOn, Refused
from reception.models import Booking, Department, EarlyAnswer, Entry, RoleGrant, Sitting, Slot, Topic, User
from reception.roles import Role
from tests.reception import bookers, builders
from tests.reception.bookers import book
from tests.reception.builders import NOW

LATER = NOW + timedelta(days=20)


class World:
    """A booked matter in the field of the housing bureau, which has an officer; the water bureau has one too."""

    def __init__(self, **more):
        self.office = builders.bureau()
        self.county = self.office.county
        builders.published(self.office)
        with scope.county(self.county):
            self.housing = Department.objects.create(code="D15", name="住建局", name_en="Housing Bureau")
            self.water = Department.objects.create(code="D17", name="水利局", name_en="Water Bureau")
            Sitting.objects.filter(rotation__code="R2").update(capacity=1)
        row = bookers.topic(self.office)
        with scope.county(self.county):
            Topic.objects.filter(pk=row.pk).update(department=self.housing)
        self.officer = self.named("housing", self.housing)
        self.stranger = self.named("water", self.water)
        accused = {"accused_department": self.housing} if more.get("accused") else {}
        self.booking = book(self.office, 1, at=NOW, **accused).booking

    def named(self, name, unit):
        person = builders.user(name, self.county)
        with scope.county(self.county):
            RoleGrant.objects.create(user=person, role=Role.OFFICER.value, department=unit, starts_on=date(2020, 1, 1))
        return person

    def act(self, verb, by, at=NOW, **more):
        with scope.county(self.county):
            return getattr(early_answers, verb)(county=self.county, by=by, at=at, **more)

    def write(self, by=None, unit=None, words="已安排维修，三月底前完工。", **more):
        said = {"text": words, "department": unit or self.housing, "contact": "王科长 0000-1"}
        return self.act("write", by or self.officer, booking=self.booking, **{**said, **more})

    def approved(self):
        return self.act("approve", self.office.clerk, answer=self.write())

    def state(self, row=None):
        with scope.county(self.county):
            return Booking.objects.get(pk=(row or self.booking).pk).state

    def versions(self):
        with scope.county(self.county):
            return list(EarlyAnswer.objects.order_by("version").values_list("version", "state"))

    def shown(self, booking=None):
        with scope.county(self.county):
            return early_answers.shown(booking or self.booking)


@pytest.fixture
def world(db):
    return World()


def system():
    return User.objects.system()


def test_the_citizens_yes_frees_the_place_for_whoever_waits_and_nothing_else_does(world):
    waiting = book(world.office, 2, at=NOW, wait=True).booking
    answer = world.write()
    assert world.shown() is None
    assert world.state() == "confirmed"
    world.act("approve", world.office.clerk, answer=answer)
    shown = world.shown()
    assert (shown.pk, shown.state, world.state(), world.state(waiting)) == (answer.pk, "approved", "confirmed", "waitlisted")
    for _again in range(2):
        world.act("accept", system(), answer=shown)
    assert (world.state(), world.state(waiting)) == ("early_answered", "confirmed")
    with scope.county(world.county):
        assert list(Slot.objects.filter(booking__isnull=False).values_list("booking", flat=True)) == [waiting.pk]
        acts = list(Entry.objects.filter(object=f"booking {world.booking.number}").order_by("n").values_list("act", "actor"))
        assert list(journal.faults()) == []
    assert acts == [
        ("booking.submit", "system"),
        ("early_answer.write", "housing"),
        ("early_answer.approve", "chenghe-clerk"),
        ("booking.answer_early", "system"),
        ("early_answer.accept", "system"),
    ]


def test_keeping_the_place_keeps_it_and_a_better_answer_may_follow(world):
    answer = world.approved()
    for _again in range(2):
        world.act("keep", system(), answer=answer)
    assert (world.state(), world.shown().state) == ("confirmed", "kept")
    with pytest.raises(MovedOn, match="来访人仍要当面反映"):
        world.act("accept", system(), answer=answer)
    world.write(words="已提前完工。")
    assert world.versions() == [(1, "superseded"), (2, "proposed")]
    assert world.shown() is None


def test_an_answer_that_is_rewritten_can_be_accepted_no_longer(world):
    old = world.approved()
    world.write(words="改为四月底。")
    with pytest.raises(MovedOn, match="已有新的答复"):
        world.act("accept", system(), answer=old)
    assert world.state() == "confirmed"


def test_nobody_checks_their_own_words_and_sending_back_needs_a_reason(world):
    own = world.write(by=world.office.clerk)
    with pytest.raises(Refused, match="自己拟的"):
        world.act("approve", world.office.clerk, answer=own)
    with pytest.raises(Refused, match="原因"):
        world.act("send_back", world.office.chief, answer=own, reason=" ")
    world.act("send_back", world.office.chief, answer=own, reason="没有写办结时间")
    with pytest.raises(MovedOn, match="退回修改"):
        world.act("approve", world.office.chief, answer=own)
    with pytest.raises(Forbidden):
        world.act("approve", world.officer, answer=world.write())


def test_only_the_unit_concerned_answers_and_only_in_its_own_name(world):
    with pytest.raises(Forbidden):
        world.write(by=world.stranger, unit=world.water)
    with pytest.raises(Forbidden):
        world.write(unit=world.water)
    with pytest.raises(Forbidden):
        world.write(by=builders.user("auditor", world.county, Role.AUDITOR))
    assert world.write(by=world.office.chief, unit=world.water).department == world.water


def test_a_unit_that_is_complained_of_does_not_answer_nor_does_the_bureau_in_its_name(db):
    world = World(accused=True)
    with pytest.raises(Forbidden):
        world.write()
    with pytest.raises(Forbidden):
        world.write(by=world.office.clerk)
    assert world.versions() == []


@pytest.mark.parametrize("more", [{"words": " "}, {"contact": " "}, {"words": "长" * 2001}])
def test_an_answer_has_words_and_someone_to_call(world, more):
    with pytest.raises(Refused):
        world.write(**more)


def test_on_the_day_itself_one_answers_in_person(world):
    assert world.write(at=NOW + timedelta(days=45)).version == 1
    with pytest.raises(MovedOn, match="接访日之前"):
        world.write(at=NOW.replace(month=2, day=24))


def test_a_cancelled_booking_is_neither_answered_nor_approved(world):
    answer = world.write()
    with scope.county(world.county):
        bookings.cancel(booking=world.booking, reason="", county=world.county, by=system(), at=NOW)
    with pytest.raises(MovedOn, match="已取消"):
        world.act("approve", world.office.clerk, answer=answer)
    with pytest.raises(MovedOn):
        world.write()


def test_a_booking_that_moves_brings_its_answer_along(world):
    answer = world.approved()
    with scope.county(world.county):
        to = bookers.sitting(world.office, day="2026-03-16")
        fresh = bookings.move(booking=world.booking, to=to, key=uuid.uuid4(), county=world.county, by=system(), at=LATER)
        assert early_answers.shown(fresh) == answer
        assert early_answers.undecided(early_answers.shown(fresh))
    world.act("accept", system(), answer=answer, at=LATER)
    assert (world.state(), world.state(fresh)) == ("moved", "early_answered")
    with scope.county(world.county):
        assert not Slot.objects.filter(booking__isnull=False).exists()


def test_what_an_answer_says_never_changes_whatever_the_code_does(committed_db, as_superuser):
    world = World()
    world.act("accept", system(), answer=world.approved())
    for statement in (
        "UPDATE reception_earlyanswer SET text = 'x'",
        "UPDATE reception_earlyanswer SET department_id = department_id + 1",
        "UPDATE reception_earlyanswer SET state = 'approved'",
        "DELETE FROM reception_earlyanswer",
        "TRUNCATE reception_earlyanswer",
    ):
        with pytest.raises(psycopg2.errors.RestrictViolation):
            as_superuser(statement)
