"""Two clicks at once, and two windows at once: one reception, and the second is told or gets the same."""

import threading
import uuid

import pytest
from django.db import connection

from petitions.models import Case, Minutes
from reception import scope
from reception.actions import booking_steps
from reception.errors import Refused
from reception.models import Booking
from tests.petitions.receptions import called, conclude, department
from tests.reception import builders


@pytest.fixture
def office(committed_db):
    made = builders.bureau()
    builders.published(made)
    return made


def at_once(office, booking, keys):
    """Conclude in as many threads as there are keys, all starting together; what each got, a version or a refusal."""
    gate, got = threading.Barrier(len(keys)), []

    def run(key):
        try:
            gate.wait(10)
            got.append(conclude(office, booking, key=key).pk)
        except Exception as error:  # noqa: BLE001  whatever it is, is the result
            got.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return got


def rows(office):
    with scope.county(office.county):
        return Minutes.objects.count(), Case.objects.count()


def test_a_double_click_at_once_gets_the_same_minutes(office):
    key = uuid.uuid4()
    got = at_once(office, called(office), [key, key, key])
    assert len(set(got)) == 1
    assert rows(office) == (1, 1)


def test_two_windows_at_once_are_one_reception_and_the_other_is_told(office):
    got = at_once(office, called(office), [uuid.uuid4(), uuid.uuid4()])
    refused = [one for one in got if isinstance(one, Refused)]
    assert len(refused) == 1
    assert "已经有记录" in refused[0].sentence
    assert rows(office) == (1, 1)


def test_without_the_lock_the_second_click_is_not_answered_in_words(office, monkeypatch):
    """With the guard off the table's own constraint still lets in only one, but the second click is refused."""
    booking, gate = called(office), threading.Barrier(2)
    # Made beforehand: two who made it at once would wait for each other, and not for the lock that is off.
    department(office)

    def unlocked(row):
        found = Booking.objects.select_related("sitting__day", "sitting__leader").get(pk=row.pk)
        gate.wait(10)
        return found

    monkeypatch.setattr(booking_steps, "locked", unlocked)
    key = uuid.uuid4()
    got = at_once(office, booking, [key, key])
    assert sum(isinstance(one, Exception) for one in got) == 1, got
    assert rows(office) == (1, 1)
