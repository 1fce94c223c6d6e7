"""Number and code open a case; guessing is counted, tells nothing, and never locks the owner out."""

from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from reception import codes, scope
from reception.actions import tracking
from reception.models import Guess
from tests.reception.bookers import book
from tests.reception.builders import NOW

REAL = tracking.HASHER
HOME, FAR = "192.0.2.7", "198.51.100.9"


@pytest.fixture
def receipt(standing):
    return book(standing, at=NOW)


def unlock(number, code, *, address=HOME, known=False, at=NOW):
    return tracking.unlock(number=number, code=code, address=address, known=known, at=at)


def wrong(number, times=1, **more):
    said = []
    for _again in range(times):
        try:
            unlock(number, codes.new_code(), **more)
        except (tracking.WrongCode, tracking.Resting) as refusal:
            said.append(type(refusal).__name__)
    return said


def test_the_right_code_opens_it_from_any_county_and_no_other_does(receipt):
    number = receipt.booking.number
    assert unlock(number, receipt.code).pk == receipt.booking.pk
    assert wrong(number) == ["WrongCode"]
    other = codes.new_number(year=2026)
    assert wrong(other) == ["WrongCode"]
    assert scope.county_of_number(other) is None


def test_what_exists_and_what_does_not_are_refused_alike(receipt):
    words = set()
    for number in (receipt.booking.number, codes.new_number(year=2026)):
        with pytest.raises(tracking.WrongCode) as refusal:
            unlock(number, codes.new_code())
        words.add(refusal.value.sentence)
    assert len(words) == 1


def test_after_five_wrong_codes_a_number_rests_and_each_round_is_longer(receipt):
    number = receipt.booking.number
    assert wrong(number, 7) == ["WrongCode"] * 5 + ["Resting"] * 2
    with pytest.raises(tracking.Resting):
        unlock(number, receipt.code, address=FAR)
    later = NOW + timedelta(minutes=15, seconds=1)
    assert wrong(number, 6, address=FAR, at=later) == ["WrongCode"] * 5 + ["Resting"]
    assert wrong(number, 1, address="203.0.113.1", at=later + timedelta(minutes=29)) == ["Resting"]
    assert unlock(number, receipt.code, address="203.0.113.1", at=later + timedelta(minutes=31)).pk == receipt.booking.pk


def test_the_owners_browser_gets_in_while_everyone_else_rests(receipt):
    number = receipt.booking.number
    wrong(number, 6, address=FAR)
    assert unlock(number, receipt.code, known=True).pk == receipt.booking.pk


def test_one_network_rests_after_twenty_over_many_numbers_and_others_go_on(receipt):
    said = [wrong(codes.new_number(year=2026))[0] for _n in range(22)]
    assert said == ["WrongCode"] * 20 + ["Resting"] * 2
    with pytest.raises(tracking.Resting):
        unlock(receipt.booking.number, receipt.code, address="192.0.2.200")
    assert unlock(receipt.booking.number, receipt.code, address=FAR).pk == receipt.booking.pk


def test_codes_are_hashed_slowly_enough():
    """At least what OWASP advises for Argon2id: 19 MiB, two rounds."""
    assert (REAL.type.name, REAL.memory_cost >= 19 * 1024, REAL.time_cost >= 2) == ("ID", True, True)


def test_an_old_count_is_forgotten(receipt):
    number = receipt.booking.number
    wrong(number, 4)
    assert wrong(number, 2, at=NOW + timedelta(hours=2)) == ["WrongCode"] * 2


def test_neither_number_nor_address_stands_in_the_counts(receipt):
    wrong(receipt.booking.number, 2)
    rows = list(Guess.objects.values_list("bucket", flat=True))
    assert len(rows) == 4
    assert all(receipt.booking.number not in row and "192.0.2" not in row for row in rows)


def test_each_wrong_try_and_each_while_it_rests_is_in_the_log_without_number_or_network(receipt):
    with capture_logs() as lines:
        wrong(receipt.booking.number, 6)
        wrong(codes.new_number(year=2026), 1)
    assert [line.pop("event") for line in lines] == [
        *["tracking refused: wrong number or code"] * 5,
        "tracking refused: too many wrong codes",
        "tracking refused: wrong number or code",
    ]
    assert all(line == {"log_level": "warning"} for line in lines)


def test_the_door_by_number_shows_one_row_and_lists_none(receipt, django_db_blocker):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM reception_booking")
        assert cursor.fetchone() == (0,)
    assert scope.county_of_number(receipt.booking.number) == receipt.booking.county_id
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM reception_booking")
        assert cursor.fetchone() == (0,)


@given(st.ip_addresses())
def test_a_network_is_the_same_for_its_addresses(address):
    assert tracking.network(str(address)) == tracking.network(str(address + 0))
    assert "/" in tracking.network(str(address))


def test_what_is_no_address_is_its_own_network():
    assert tracking.network("unknown") == "unknown"
