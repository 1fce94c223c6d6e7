"""A place is booked once, moved new place first, given up without a penalty; who waits comes in the order of coming."""

import itertools
import threading
import uuid
from datetime import timedelta

import psycopg2
import pytest
from django.db import connection

from reception import codes, scope, vault
from reception.actions import bookings, identities, journal, keys, places, tracking, windows
from reception.errors import MovedOn, Refused
from reception.models import Booking, BookingStep, Entry, Identity, Leader, Sitting, Slot, User
from tests.reception import bookers, builders
from tests.reception.bookers import book
from tests.reception.builders import NOW


def made(capacity=None):
    office = builders.bureau()
    builders.published(office)
    if capacity:
        with scope.county(office.county):
            Sitting.objects.filter(rotation__code="R2").update(capacity=capacity)
    return office


@pytest.fixture
def office(db):
    return made()


def as_system(office, verb, **more):
    with scope.county(office.county):
        return getattr(bookings, verb)(county=office.county, by=User.objects.system(), at=NOW, **more)


def states(office):
    with scope.county(office.county):
        return list(Booking.objects.order_by("submitted_at", "pk").values_list("state", flat=True))


def steps(office, booking):
    with scope.county(office.county):
        return list(BookingStep.objects.filter(booking=booking).order_by("pk").values_list("action", "before", "after", "actor"))


def test_a_booking_has_a_place_a_number_and_a_code_that_is_kept_hashed(office):
    receipt = book(office, at=NOW)
    booking = receipt.booking
    assert (booking.state, codes.read_number(booking.number), codes.read_code(receipt.code)) == (
        "confirmed",
        booking.number,
        receipt.code,
    )
    assert receipt.code not in booking.code_hash
    assert tracking.fits(receipt.code, booking.code_hash)
    assert steps(office, booking) == [("submit", "", "submitted", "petitioner"), ("confirm", "submitted", "confirmed", "system")]
    with scope.county(office.county):
        assert Slot.objects.get(booking=booking).n == 1
        assert Slot.objects.count() == booking.sitting.capacity
        assert list(journal.faults()) == []


def test_who_it_is_stands_nowhere_in_clear(office):
    book(office, at=NOW, representatives=(bookers.person(2),), people=3)
    with connection.cursor() as cursor, scope.county(office.county):
        cursor.execute("SELECT string_agg(t::text, '') FROM reception_booking t")
        (rows,) = cursor.fetchone()
        cursor.execute("SELECT string_agg(t::text, '') FROM reception_entry t")
        (entries,) = cursor.fetchone()
        cursor.execute(
            "SELECT count(*), string_agg(encode(sealed, 'escape') || encode(wrapped, 'escape'), '') FROM reception_identity"
        )
        count, sealed = cursor.fetchone()
    assert count == 2
    for text in (rows, entries, sealed):
        assert "居民" not in text
        assert "13800000001" not in text


def test_a_reading_is_in_the_journal_with_its_reason_and_needs_one(office):
    identity = book(office, at=NOW).booking.identity
    with scope.county(office.county):
        with pytest.raises(Refused, match="理由"):
            identities.read(identity=identity, reason=" ", county=office.county, by=office.clerk, at=NOW)
        person = identities.read(identity=identity, reason="电话通知改期", county=office.county, by=office.clerk, at=NOW)
        entry = Entry.objects.order_by("-n")[0]
    assert (person.name, person.phone) == ("居民1", "13800000001")
    assert (entry.act, entry.object, entry.reason, entry.actor) == (
        "identity.read",
        f"identity {identity.uid}",
        "电话通知改期",
        "chenghe-clerk",
    )
    assert person.masked == {"name": "居**", "phone": "****0001", "id_number": ""}


def test_equal_people_are_found_and_shredded_ones_never_again(office):
    identity = book(office, at=NOW).booking.identity
    with scope.county(office.county):
        assert identities.find(county=office.county, phone="１３８ 00000001") == [identity]
        assert identities.find(county=office.county, name="居民1", phone="13800000001") == [identity]
        assert identities.find(county=office.county) == []
        identities.shred(identity=identity, county=office.county, by=office.chief, at=NOW, reason="保存期满")
        assert identities.find(county=office.county, phone="13800000001") == []
        with pytest.raises(Refused, match="销毁"):
            identities.opened(Identity.objects.get(), county=office.county)


def test_keys_rotate_while_identities_are_read(office, settings, tmp_path, monkeypatch):
    settings.KEYS_FILE = tmp_path / "keys.json"
    ring = vault.new_keyring()
    vault.store(ring, settings.KEYS_FILE)
    kept = [book(office, n, at=NOW).booking.identity for n in range(1, 4)]
    ring = ring.rotated()
    vault.store(ring, settings.KEYS_FILE)
    monkeypatch.setattr(keys, "BATCH", 2)
    rewrapped = keys.rewrap(county=office.county, at=NOW)
    assert next(rewrapped) == 2
    with scope.county(office.county):
        assert {identities.opened(row, county=office.county).name for row in Identity.objects.all()} == {"居民1", "居民2", "居民3"}
    assert list(rewrapped) == [1]
    with scope.county(office.county):
        vault.store(ring.without("k1"), settings.KEYS_FILE)
        assert (
            len({identities.opened(row, county=office.county).name for row in Identity.objects.filter(pk__in=[k.pk for k in kept])})
            == 3
        )


def test_the_same_form_twice_is_one_booking_with_one_receipt(office):
    key = uuid.uuid4()
    first, second = book(office, at=NOW, key=key), book(office, at=NOW + timedelta(minutes=5), key=key)
    assert (first.booking.pk, first.code) == (second.booking.pk, second.code)
    with pytest.raises(MovedOn, match="内容与这次不同"):
        book(office, at=NOW, key=key, wish="另一个诉求")
    assert states(office) == ["confirmed"]


def test_one_person_books_one_leader_once_in_thirty_days_and_another_leader_freely(office):
    book(office, at=NOW)
    with pytest.raises(Refused, match="三十天内"):
        book(office, at=NOW)
    book(office, at=NOW, where=bookers.sitting(office, "R1"))
    assert states(office) == ["confirmed", "confirmed"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"representatives": tuple(bookers.person(n) for n in range(2, 8)), "people": 9}, "最多五人"),
        ({"people": 5}, "请推选代表"),
        ({"people": 1, "representatives": tuple(bookers.person(n) for n in range(2, 5))}, "不能少于代表人数"),
        ({"people": 0}, "不能少于代表人数"),
    ],
)
def test_groups_come_by_representatives(office, more, words):
    with pytest.raises(Refused, match=words):
        book(office, at=NOW, **more)
    assert states(office) == []


def test_nobody_is_received_by_the_leader_they_complain_of(office):
    where = bookers.sitting(office)
    with pytest.raises(Refused, match="所反映的领导"):
        book(office, at=NOW, accused_leader=where.leader)
    with scope.county(office.county):
        other = Leader.objects.exclude(pk=where.leader.pk).first()
    assert book(office, at=NOW, accused_leader=other).booking.state == "confirmed"


def test_the_window_opens_and_closes_by_the_countys_rule(office):
    zone = office.county.zone
    where = bookers.sitting(office)
    with scope.county(office.county):
        found = windows.window_of(where, office.county)
    # 24 February follows the Spring Festival: the working day before is Saturday the 14th, a make-up day.
    assert (f"{found.opens:%m-%d %H:%M}", f"{found.closes:%m-%d %H:%M}", found.closes.tzinfo) == (
        "12-26 00:00",
        "02-14 17:00",
        zone,
    )
    assert book(office, 1, at=found.closes - timedelta(seconds=1)).booking.state == "confirmed"
    with pytest.raises(Refused, match="02-14 17:00 截止"):
        book(office, 2, at=found.closes)
    with pytest.raises(Refused, match="起接受预约"):
        book(office, 3, at=found.opens - timedelta(seconds=1))


def test_a_full_sitting_lets_one_wait_and_the_first_who_waits_gets_the_place(db):
    office = made(capacity=1)
    first = book(office, 1, at=NOW).booking
    with pytest.raises(places.Full, match="候补"):
        book(office, 2, at=NOW)
    for n, minute in ((3, 1), (4, 2)):
        book(office, n, at=NOW + timedelta(minutes=minute), wait=True)
    assert states(office) == ["confirmed", "waitlisted", "waitlisted"]
    as_system(office, "cancel", booking=first, reason="")
    assert states(office) == ["cancelled", "confirmed", "waitlisted"]
    with scope.county(office.county):
        assert Slot.objects.filter(booking__isnull=False).count() == 1


def test_a_held_place_is_the_forms_own_for_ten_minutes(db):
    office = made(capacity=1)
    form, where = uuid.uuid4(), bookers.sitting(office)
    with scope.county(office.county):
        until = places.hold(sitting=where, holder=form, at=NOW)
        assert until == NOW + timedelta(minutes=10)
        assert places.free(where, at=NOW) == 0
    with pytest.raises(places.Full):
        book(office, 2, at=NOW + timedelta(minutes=9))
    assert book(office, 1, at=NOW + timedelta(minutes=9), holder=form).booking.state == "confirmed"


def test_a_hold_that_ran_out_is_anyones_and_its_form_may_still_be_lucky(db):
    office = made(capacity=1)
    form, where = uuid.uuid4(), bookers.sitting(office)
    later = NOW + timedelta(minutes=11)
    with scope.county(office.county):
        places.hold(sitting=where, holder=form, at=NOW)
        assert places.free(where, at=later) == 1
    assert book(office, 1, at=later, holder=form).booking.state == "confirmed"
    with pytest.raises(places.Full):
        book(office, 2, at=later)


def test_moving_takes_the_new_place_first_and_loses_nothing_when_there_is_none(db):
    office = made(capacity=1)
    booking = book(office, 1, at=NOW).booking
    march = bookers.sitting(office, day="2026-03-16")
    april = NOW + timedelta(days=20)
    blocker = book(office, 2, at=april, where=march).booking
    with scope.county(office.county), pytest.raises(places.Full):
        bookings.move(booking=booking, to=march, key=uuid.uuid4(), county=office.county, by=User.objects.system(), at=april)
    assert states(office) == ["confirmed", "confirmed"]
    as_system(office, "cancel", booking=blocker, reason="")
    key = uuid.uuid4()
    with scope.county(office.county):
        for _again in range(2):
            fresh = bookings.move(booking=booking, to=march, key=key, county=office.county, by=User.objects.system(), at=april)
        booking.refresh_from_db()
        assert (booking.state, booking.moved_to_id, fresh.code_hash, fresh.state) == (
            "moved",
            fresh.pk,
            booking.code_hash,
            "confirmed",
        )
        assert Slot.objects.filter(booking__isnull=False).count() == 1


def test_the_database_refuses_a_second_place_and_a_changed_step_whatever_the_code_does(committed_db, as_superuser):
    office = made()
    book(office, at=NOW)
    for statement in (
        "UPDATE reception_bookingstep SET actor = 'x'",
        "DELETE FROM reception_bookingstep",
        "UPDATE reception_identity SET sealed = 'x'",
    ):
        with pytest.raises(psycopg2.errors.RestrictViolation):
            as_superuser(statement)


def racing(office, people, take):
    """So many threads at once, each with a connection of its own; how many got a place."""
    barrier, outcomes = threading.Barrier(people), []

    def run(n):
        barrier.wait()
        try:
            take(n)
            outcomes.append("booked")
        except Refused:
            outcomes.append("full")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes.count("booked")


def test_twelve_at_once_for_three_places_are_three_and_without_the_guard_they_are_more(committed_db, as_superuser, monkeypatch):
    office = made(capacity=3)
    where, another = bookers.sitting(office), bookers.sitting(office, day="2026-03-16")
    bookers.topic(office)
    with scope.county(office.county):
        places.lay_out(another)
    assert racing(office, 12, lambda n: book(office, n, at=NOW, where=where)) == 3
    with scope.county(office.county):
        assert sorted(Slot.objects.filter(booking__isnull=False).values_list("n", flat=True)) == [1, 2, 3]

    def naive(sitting, at):
        """Count, then insert: what everyone writes first."""
        taken = Slot.objects.filter(sitting=sitting, booking__isnull=False).count()
        if taken >= sitting.capacity:
            raise places.Full("full")
        gate.wait(timeout=5)
        return Slot(sitting=sitting, n=100 + next(numbers))

    numbers, gate = itertools.count(), threading.Barrier(6)
    monkeypatch.setattr(places, "_take_free", naive)
    monkeypatch.setattr(
        Slot, "save", lambda self, **kwargs: super(Slot, self).save() if self.pk is None else super(Slot, self).save(**kwargs)
    )
    assert racing(office, 6, lambda n: book(office, n, at=NOW + timedelta(days=10), where=another)) == 6
