"""Guessing at numbers and codes, much and from everywhere, one in twenty through the page: nothing is found, no owner locked out.

`GUESSES` says how many; the suite makes 1,000, a release of the portal is tried with 100,000.
"""

import os
import random
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from reception import codes
from reception.actions import opening, tracking
from tests.faults import figures
from tests.reception import builders
from tests.reception.bookers import book
from tests.reception.builders import NOW

GUESSES = int(os.environ.get("GUESSES", "1000"))
PAGE_EVERY = 20


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def receipts(db, clock):
    """Five bookings in each of two counties."""
    made = []
    for slug in ("chenghe", "linhe"):
        office = builders.bureau(slug)
        builders.published(office)
        made += [book(office, n, at=NOW) for n in range(5)]
    return made


def test_nothing_is_found_and_the_owner_gets_in(receipts, clock, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    chance = random.Random(7)
    owned = receipts[0]
    owner = Client()
    assert owner.post("/track/", {"number": owned.booking.number, "code": owned.code}).status_code == 302
    attacker = Client()
    known = [receipt.booking.number for receipt in receipts]
    shapes, at = set(), NOW
    for n in range(GUESSES):
        # Numbers that exist, mostly the owner's, and numbers that don't; from more networks than any crowd has.
        figures.progress("guesses", n, GUESSES)
        number = chance.choice([*known, known[0], known[0], codes.new_number(year=2026)])
        address = f"{chance.randrange(1, 224)}.{chance.randrange(256)}.{chance.randrange(256)}.{chance.randrange(256)}"
        if n % PAGE_EVERY:
            with pytest.raises((tracking.WrongCode, tracking.Resting)):
                opening.open_row(number=number, code=codes.new_code(), address=address, known=False, at=at)
        else:
            page = attacker.post("/track/", {"number": number, "code": codes.new_code()}, HTTP_X_FORWARDED_FOR=address)
            shapes.add((page.status_code, page.headers.get("Location"), page.headers["Cache-Control"], len(page.content)))
            assert browser_has_nothing(attacker)
        if n % 50 == 49:
            at += timedelta(minutes=5)
            clock.move_to(at)
    # One shape for wrong codes, one for rests, and nothing else: neither tells what exists.
    assert {shape[:3] for shape in shapes} == {(200, None, "no-store")}
    assert len(shapes) <= 2
    # The owner's browser has opened it before, and opens it now whatever the others did.
    assert owner.post("/track/", {"number": owned.booking.number, "code": owned.code}).status_code == 302
    # From a browser that never did, as soon as the longest rest is over.
    clock.move_to(at + tracking.LONGEST_REST + timedelta(seconds=1))
    elsewhere = {"HTTP_X_FORWARDED_FOR": "192.0.2.77"}
    response = Client().post("/track/", {"number": owned.booking.number, "code": owned.code}, **elsewhere)
    assert response.status_code == 302
    figures.tell(
        f"{GUESSES:,} guesses at numbers and codes, {GUESSES // PAGE_EVERY:,} of them through the page: none found, the owner got in"
    )


def browser_has_nothing(client):
    return "booking" not in client.session and "known" not in client.cookies
