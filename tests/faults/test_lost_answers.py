"""F13: the line to PostgreSQL is cut between a COMMIT and its answer, so that nobody who asked knows what became of it.

It is found out by looking the key up: a form sent again leads to the receipt of what it had booked, and what was sent is written down
again. ``SEED`` draws which transaction meets what; ``FAULTS=whole`` tries more of them, and each way of sending.
"""

import os
import random
import subprocess
import sys
from collections import Counter

import pytest

from reception import scope
from reception.models import Attempt, Booking, Entry, Identity, Slot
from tests.faults import portal, proxies, receivers, senders
from tests.faults.test_database_crash import Crowd
from tests.faults.test_message_faults import KEYED, KEYLESS, MAIL, WHOLE, World

SEED = int(os.environ.get("SEED", "1"))
FORMS, CUTS = (40, 30) if WHOLE else (10, 4)
BOOKS, SENDS = b'INSERT INTO "reception_booking"', b"reception_message"


def crowd_at(port, addresses):
    crowd = Crowd(port, addresses)
    for thread in crowd.threads:
        thread.start()
    return crowd


def joined(crowd, seconds=senders.PATIENCE):
    for thread in crowd.threads:
        thread.join(seconds)


def booked(office):
    """How many bookings, places taken, entries of the journal and people in the vault there are."""
    with scope.county(office.county):
        taken = Slot.objects.filter(booking__isnull=False).count()
        told = Entry.objects.filter(act="booking.submit").count()
        return Booking.objects.count(), taken, told, Identity.objects.count()


def test_f13_a_booking_whose_answer_was_lost_is_there_once_and_the_form_leads_to_its_receipt(committed_db):
    """People of whom only the name is known: no rule but the form's key keeps them from having two places."""
    office, sitting = portal.world(FORMS * 4)
    addresses = portal.forms(office, sitting, FORMS, by_telephone=False)
    planned = proxies.plan(random.Random(SEED), CUTS, FORMS)
    with (
        proxies.Proxy(planned, BOOKS) as proxy,
        portal.Portal(environment={"DATABASE_URL": proxy.address(committed_db)}, log=subprocess.DEVNULL) as servers,
    ):
        crowd = crowd_at(servers.port, addresses)
        joined(crowd)
        receipts = {address: crowd.receipt(address.replace("/check/", "/receipt/")) for address in addresses}
        again = {address: crowd.receipt(crowd.taken(address)) for address in addresses}
    met = Counter(proxy.met)
    assert (met[proxies.LOST] > 0, met[proxies.SWALLOWED] > 0) == (True, True), met
    assert sorted(crowd.acknowledged) == sorted(addresses)
    assert again == receipts
    assert len(set(receipts.values())) == FORMS
    assert booked(office) == (FORMS,) * 4
    # Each that was cut off is told to send again, and nothing else goes wrong.
    assert set(crowd.met) == {302, 503}
    assert crowd.met[503] == met[proxies.LOST] + met[proxies.SWALLOWED]


def test_f13_without_looking_the_key_up_the_same_people_have_two_places(committed_db):
    """What the other test would find."""
    office, sitting = portal.world(10)
    addresses = portal.forms(office, sitting, 1, by_telephone=False)
    with (
        proxies.Proxy([proxies.LOST], BOOKS) as proxy,
        portal.Portal(
            "tests.faults.keyless:application", environment={"DATABASE_URL": proxy.address(committed_db)}, log=subprocess.DEVNULL
        ) as servers,
    ):
        joined(crowd_at(servers.port, addresses))
    assert booked(office)[:2] == (2, 2)


@pytest.fixture
def world_of(committed_db, as_superuser, settings):
    opened = []

    def make(shape):
        mailbox, gateway = receivers.Mailbox().__enter__(), receivers.Gateway(shape).__enter__()
        opened.extend([mailbox, gateway])
        return World(committed_db, as_superuser, settings, mailbox, gateway)

    yield make
    for server in opened:
        server.__exit__()


@pytest.mark.parametrize("shape", [KEYED, KEYLESS] if WHOLE else [KEYLESS])
def test_f13_a_message_whose_writing_down_was_lost_is_neither_lost_nor_sent_twice(world_of, committed_db, shape):
    """A claim, a beginning or an outcome, whichever it is: the sender asks again as long as its lease lasts."""
    world = world_of(shape)
    count = CUTS * 2
    keys = world.queued(MAIL, count) + world.queued(shape, count)
    world.occasions(count)
    with proxies.Proxy(proxies.plan(random.Random(SEED), CUTS, CUTS * 6), SENDS) as proxy:
        env = {**world.env, "DATABASE_URL": proxy.address(committed_db), "MESSAGE_LEASE": "8"}
        with senders.running(env) as (sender,):
            senders.wait(lambda: world.states(keys) == {"sent"} and len(world.within()) == count)
            assert sender.process.poll() is None
    met = Counter(proxy.met)
    assert (met[proxies.LOST] > 1, met[proxies.SWALLOWED] > 1) == (True, True), met
    assert {world.arrived(key) for key in keys} == {1}
    assert len(set(world.within())) == count
    with scope.county(world.office.county):
        sent = Counter(Attempt.objects.filter(key__in=keys, outcome="sent").values_list("key", flat=True))
    assert set(sent.values()) == {1}


CARELESS = """
import django; django.setup()
from django.core.management import call_command
from reception import sending
sending._passes = lambda error: False
call_command("run_messages", "--once")
"""


@pytest.mark.parametrize("asks_again", [True, False])
def test_f13_a_sender_that_does_not_ask_the_database_again_sends_the_letter_twice(world_of, committed_db, asks_again):
    """What the other test would find; and the same moment with the asking."""
    world = world_of(KEYED)
    (key,) = world.queued(MAIL)
    with proxies.Proxy([proxies.SWALLOWED], b"INSERT INTO reception_attempt") as proxy:
        env = {**world.env, "DATABASE_URL": proxy.address(committed_db), "DJANGO_SETTINGS_MODULE": "config.settings"}
        command = ["manage.py", "run_messages", "--once"] if asks_again else ["-c", CARELESS]
        done = subprocess.run(
            [sys.executable, *command], check=False, cwd=senders.ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    assert (done.returncode == 0, proxy.met[:1], world.arrived(key)) == (asks_again, [proxies.SWALLOWED], 1)
    world.shift("3 minutes")
    world.look()
    assert world.arrived(key) == (1 if asks_again else 2)
