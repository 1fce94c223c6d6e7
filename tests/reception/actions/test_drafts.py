"""A form on its way: its owner's alone, sealed, its place held; sent once, and gone when its time is over."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection, transaction

from reception import scope, vault
from reception.actions import bookings, drafts, offers, places, uploads
from reception.errors import MovedOn, Refused
from reception.materials import Material
from reception.models import Booking, Draft, Entry, Identity, ReceptionDay, Sitting, Slot, Upload, User
from tests.reception import bookers, builders
from tests.reception.builders import NOW

MATTER = {
    "topic": "T1",
    "matter": "楼道漏水",
    "wish": "请维修",
    "earlier_number": "",
    "accused_leader": "",
    "accused_department": "",
}
PERSON = {"name": "居民甲", "phone": "13800000001", "no_phone": False, "address": ""}
PEOPLE = {"people": 1, "representatives": []}


class World:
    """澄河 with its year published, and a browser with a form."""

    def __init__(self, capacity=10):
        self.office = builders.bureau()
        builders.published(self.office)
        bookers.topic(self.office)
        self.county = self.office.county
        with scope.county(self.county):
            Sitting.objects.filter(rotation__code="R2").update(capacity=capacity)
        self.sitting = bookers.sitting(self.office)

    def do(self, verb, *, at=NOW, **more):
        with scope.county(self.county):
            return getattr(drafts, verb)(county=self.county, by=User.objects.system(), at=at, **more)

    def start(self, secret="s", *, wait=False, network="", at=NOW, sitting=None):
        return self.do("start", sitting=sitting or self.sitting, wait=wait, secret=secret, network=network, at=at)

    def filled(self, secret="s", *, at=NOW, name="居民甲", **more):
        draft = self.start(secret, at=at, **more)
        for page, typed in (("matter", MATTER), ("person", {**PERSON, "name": name}), ("people", PEOPLE), ("material", {})):
            draft, why = self.do("write", draft=draft, page=page, typed=typed, at=at)
            assert why == ""
        return draft

    def find(self, draft, secret="s", *, at=NOW):
        with scope.county(self.county):
            return drafts.find(uid=draft.uid, secret=secret, county=self.county, at=at)

    def typed(self, draft):
        with scope.county(self.county):
            return drafts.contents(Draft.objects.get(pk=draft.pk), county=self.county)

    def held(self):
        with scope.county(self.county):
            return list(Slot.objects.filter(held_by__isnull=False).values_list("sitting__rotation__code", "held_by"))

    def count(self, table):
        with scope.county(self.county):
            return table.objects.count()


@pytest.fixture
def world(db, settings, tmp_path):
    settings.UPLOADS_DIR = tmp_path
    return World()


def test_it_is_sealed_and_only_its_owner_finds_it(world):
    draft = world.filled()
    with scope.county(world.county), connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, '') || string_agg(encode(sealed, 'escape'), '') FROM reception_draft t")
        (row,) = cursor.fetchone()
    assert "居民" not in row
    assert "13800000001" not in row
    assert world.find(draft) == draft
    assert world.find(draft, "another") is None
    assert world.find(draft, at=NOW + drafts.KEPT) is None
    twin = builders.county("linhe")
    with scope.county(twin):
        assert drafts.find(uid=draft.uid, secret="s", county=twin, at=NOW) is None


def test_what_is_sealed_opens_in_no_other_row(world):
    one, other = world.filled("a"), world.filled("b", name="居民乙")
    with scope.county(world.county):
        Draft.objects.filter(pk=one.pk).update(sealed=other.sealed, wrapped=other.wrapped)
        with pytest.raises(vault.Unreadable):
            drafts.contents(Draft.objects.get(pk=one.pk), county=world.county)


def test_pages_are_asked_in_order_and_the_place_is_held_on(world):
    draft = world.start()
    assert draft.held_until == NOW + places.HOLD
    assert drafts.missing(world.typed(draft)) == "matter"
    later = NOW + timedelta(minutes=8)
    draft, _why = world.do("write", draft=draft, page="matter", typed=MATTER, at=later)
    assert (draft.held_until, draft.expires_at) == (later + places.HOLD, later + drafts.KEPT)
    assert drafts.missing(world.typed(draft)) == "person"
    assert world.held() == [("R2", draft.uid)]


def test_another_sitting_lets_go_of_the_first_and_a_full_one_does_not(db):
    world = World(capacity=1)
    other = bookers.sitting(world.office, "R1")
    draft = world.start(sitting=other)
    taken = world.start("someone else")
    with pytest.raises(places.Full):
        world.do("choose", draft=draft, sitting=world.sitting, wait=False)
    assert sorted(world.held()) == sorted([("R1", draft.uid), ("R2", taken.uid)])
    world.do("choose", draft=draft, sitting=world.sitting, wait=True)
    assert world.typed(draft)["waits"] is True
    assert world.held() == [("R2", taken.uid)]


def test_the_leader_complained_of_is_not_offered_and_nothing_is_lost(world):
    draft = world.filled()
    accused = {**MATTER, "accused_leader": world.sitting.leader.code}
    draft, why = world.do("write", draft=draft, page="matter", typed=accused)
    typed = world.typed(draft)
    assert (why, drafts.missing(typed), typed["name"], world.held()) == ("accused", "sitting", "居民甲", [])
    with scope.county(world.county):
        offered = offers.coming(county=world.county, at=NOW, accused=world.sitting.leader)
        assert {offer.leader.pk for offer in offered} & {world.sitting.leader.pk} == set()
        assert offered
    with pytest.raises(Refused, match="您所反映的领导"):
        world.do("choose", draft=draft, sitting=world.sitting, wait=False)


def test_a_hold_that_ran_out_is_renewed_unless_someone_was_quicker(db):
    world = World(capacity=1)
    slow = world.filled()
    late = NOW + places.HOLD + timedelta(minutes=1)
    draft, why = world.do("write", draft=slow, page="people", typed=PEOPLE, at=late)
    assert why == ""
    later = late + places.HOLD + timedelta(minutes=1)
    world.start("quick", at=later)
    draft, why = world.do("write", draft=slow, page="people", typed={**PEOPLE, "people": 2}, at=later)
    typed = world.typed(draft)
    assert (why, typed["people"], typed["matter"], drafts.missing(typed)) == ("full", 2, "楼道漏水", "sitting")


def test_a_place_is_not_held_for_ever_nor_for_a_crowd_of_one_network(world, monkeypatch):
    monkeypatch.setattr(drafts, "HELD_FOR_ONE_NETWORK", 2)
    crowd = [world.start(f"s{n}", network="192.0.2.0/24") for n in range(3)]
    assert [bool(draft.held_until) for draft in crowd] == [True, True, False]
    assert world.start("elsewhere", network="198.51.100.0/24").held_until is not None
    long = crowd[0]
    for minutes in range(9, 70, 9):
        long, why = world.do("write", draft=long, page="matter", typed=MATTER, at=NOW + timedelta(minutes=minutes))
        assert why == ""
    assert long.held_until is None


def test_it_is_sent_once_and_its_contents_are_gone(world):
    draft = world.filled()
    first = world.do("submit", draft=draft, wait=False)
    again = world.do("submit", draft=draft, wait=False, at=NOW + timedelta(minutes=29))
    assert (first.booking.pk, first.code) == (again.booking.pk, again.code)
    assert world.count(Booking) == 1
    with scope.county(world.county):
        row = Draft.objects.get(pk=draft.pk)
        assert (row.wrapped, bytes(row.sealed), row.expires_at) == (None, b"", NOW + drafts.RECEIPT_KEPT)
        assert drafts.receipt(row, county=world.county) == first
        assert Slot.objects.get(booking=first.booking).held_by is None
    assert first.booking.state == "confirmed"
    assert world.held() == []
    with pytest.raises(MovedOn, match="已经提交"):
        world.do("write", draft=draft, page="matter", typed=MATTER)
    with pytest.raises(MovedOn, match="已经提交"):
        world.do("choose", draft=draft, sitting=world.sitting, wait=False)


def test_unfinished_it_is_not_sent(world):
    draft = world.start()
    with pytest.raises(drafts.Gone):
        world.do("submit", draft=draft, wait=False)
    assert world.count(Booking) == 0


def test_a_day_that_moved_meanwhile_is_shown_first(world):
    draft = world.filled()
    with scope.county(world.county):
        ReceptionDay.objects.filter(pk=world.sitting.day_id).update(day=world.sitting.day.day + timedelta(days=1))
    with pytest.raises(drafts.Gone, match="已改到 2026-02-25"):
        world.do("submit", draft=draft, wait=False)
    assert (world.count(Booking), world.typed(draft)["matter"]) == (0, "楼道漏水")


def test_a_sitting_that_was_cancelled_meanwhile_is_refused(world):
    draft = world.filled()
    with scope.county(world.county):
        Sitting.objects.filter(pk=world.sitting.pk).update(state="cancelled")
    with pytest.raises(Refused, match="不接受预约"):
        world.do("submit", draft=draft, wait=False)
    assert world.typed(draft)["name"] == "居民甲"


def test_full_it_says_so_and_whoever_wants_to_waits(db):
    world = World(capacity=1)
    slow = world.filled("slow", at=NOW)
    later = NOW + places.HOLD + timedelta(minutes=1)
    quick = world.filled("quick", at=later, name="居民乙")
    world.do("submit", draft=quick, wait=False, at=later)
    with scope.county(world.county), pytest.raises(places.Full), transaction.atomic():
        drafts.submit(draft=slow, wait=False, county=world.county, by=User.objects.system(), at=later)
    assert world.typed(slow)["matter"] == "楼道漏水"
    receipt = world.do("submit", draft=slow, wait=True, at=later)
    assert receipt.booking.state == "waitlisted"


def material(content=b"a picture", media_type="image/jpeg"):
    return Material(media_type, content)


def test_material_goes_with_the_booking_and_with_whatever_it_is_moved_to(world):
    draft = world.filled()
    with scope.county(world.county):
        uploads.add(draft=draft, name="a.jpg", material=material(), county=world.county, by=User.objects.system(), at=NOW)
    booking = world.do("submit", draft=draft, wait=False).booking
    with scope.county(world.county):
        row = Upload.objects.get()
        assert (row.booking_id, row.draft_id) == (booking.pk, None)
        fresh = bookings.move(
            booking=booking,
            to=bookers.sitting(world.office, "R1"),
            key=uuid.uuid4(),
            county=world.county,
            by=User.objects.system(),
            at=NOW,
        )
        assert Upload.objects.get().booking_id == fresh.pk


def test_given_up_it_is_gone_with_its_place_and_its_files(world, tmp_path, django_capture_on_commit_callbacks):
    draft = world.filled()
    with scope.county(world.county):
        uploads.add(draft=draft, name="a.jpg", material=material(), county=world.county, by=User.objects.system(), at=NOW)
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1
    with django_capture_on_commit_callbacks(execute=True):
        world.do("give_up", draft=draft)
    assert (world.count(Draft), world.count(Upload), world.held()) == (0, 0, [])
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    with pytest.raises(MovedOn):
        world.do("write", draft=draft, page="matter", typed=MATTER)


def test_the_sweep_forgets_what_is_over_and_nothing_else(world):
    old = world.filled("old")
    sent = world.filled("sent", name="居民乙")
    booking = world.do("submit", draft=sent, wait=False).booking
    fresh = world.start("fresh", at=NOW + timedelta(minutes=30))
    later = NOW + drafts.KEPT
    assert world.do("sweep", at=later) == 2
    with scope.county(world.county):
        assert list(Draft.objects.all()) == [fresh]
        assert Booking.objects.get() == booking
        assert not Slot.objects.filter(held_by=old.uid).exists()
    assert world.do("sweep", at=later) == 0


def test_who_it_is_goes_into_the_vault_and_not_into_the_journal(world):
    world.do("submit", draft=world.filled(), wait=False)
    with scope.county(world.county):
        assert Identity.objects.count() == 1
        assert "居民" not in str(list(Entry.objects.values_list("facts", "object", "reason")))


# The first look, before anything is locked.


def test_a_form_sent_twice_at_once_never_hears_that_its_own_place_is_gone(db):
    world = World(capacity=1)
    draft = world.filled()
    twin = world.find(draft)
    sent = world.do("submit", draft=draft, wait=False)
    assert twin.booking_id is None, "loaded before the first was sent"
    assert world.do("submit", draft=twin, wait=False).booking.pk == sent.booking.pk


def test_a_board_of_a_second_ago_decides_nothing(db):
    world = World(capacity=1)
    draft = world.filled(at=NOW)
    late = NOW + places.HOLD + timedelta(minutes=1)
    other = world.filled("t", name="居民乙", at=late)
    with pytest.raises(places.Full):
        world.do("submit", draft=draft, wait=False, at=late)
    # The board says full for the rest of the second; the place that was given back is had all the same.
    world.do("give_up", draft=other, at=late)
    assert world.do("submit", draft=draft, wait=False, at=late).booking.state == "confirmed"
    # And where it says that there are places, none is given twice.
    third = world.filled("u", name="居民丙", at=late, wait=True)
    with pytest.raises(places.Full):
        bookers.book(world.office, 9, at=late)
    assert world.do("submit", draft=third, wait=True, at=late).booking.state == "waitlisted"
