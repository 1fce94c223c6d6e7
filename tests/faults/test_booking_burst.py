"""A crowd for thirty places, over HTTP, to real web server processes: thirty are booked, the others are told, nothing breaks.

``BURST=10000`` makes the crowd as large as that. The same crowd against the portal without its guard oversells.
"""

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from collections import Counter
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from reception import scope
from reception.actions import drafts, offers
from reception.models import Booking, Draft, ReceptionDay, Sitting, Slot, User
from tests.conftest import own_database
from tests.reception import bookers, builders
from tests.reception.actions.test_drafts import MATTER

ROOT = Path(__file__).resolve().parents[2]
CROWD = int(os.environ.get("BURST", "300"))
PLACES = 30
AT_ONCE = 48
SECRET, TOKEN = "a browser of the crowd", "x" * 32


def world():
    """A county with one sitting of thirty places, in three weeks' time by the real clock: the servers read no other."""
    office = builders.bureau()
    builders.published(office)
    bookers.topic(office)
    day = timezone.localdate() + timedelta(days=20)
    with scope.county(office.county):
        sitting = Sitting.objects.select_related("day").filter(rotation__code="R2").order_by("day__day").first()
        ReceptionDay.objects.filter(day=day).exclude(pk=sitting.day_id).delete()
        ReceptionDay.objects.filter(pk=sitting.day_id).update(day=day)
        Sitting.objects.filter(pk=sitting.pk).update(capacity=PLACES)
        assert sitting.pk in {offer.sitting.pk for offer in offers.coming(county=office.county, at=timezone.now())}
        sitting.refresh_from_db()
    return office, sitting


def forms(office, sitting, count):
    """That many forms filled in to the last page, none of which holds a place; their addresses."""
    county, now = office.county, timezone.now()
    rows = []
    with scope.county(county):
        owner = drafts.fingerprint(SECRET, county=county)
        told = {"waits": False, "day": str(sitting.day.day), "leader": sitting.leader.code, "done": list(drafts.PAGES)}
        for n in range(count):
            row = Draft(owner=owner, sitting=sitting, started_at=now, expires_at=now + timedelta(hours=4))
            person = {"name": f"居民{n}", "phone": f"139{n:08}", "no_phone": False}
            drafts._seal(row, {**told, **MATTER, **person, "people": 1, "representatives": []}, county)
            rows.append(row)
        Draft.objects.bulk_create(rows, batch_size=500)
    return [f"/chenghe/book/{row.uid}/check/" for row in rows]


class Servers:
    """The portal on a port of its own, with real processes and threads."""

    def __init__(self, database, application):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        environment = {**os.environ, "SITE_URL": f"http://127.0.0.1:{self.port}"}
        for name in ("DATABASE_URL", "OWNER_DATABASE_URL"):
            environment[name] = os.environ[name].rsplit("/", 1)[0] + f"/{database}"
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port)]
        command += ["--workers", "2", "--blocking-threads", "4", "--backlog", "2048", "--log-level", "warning", application]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment)

    def __enter__(self):
        for _patience in range(150):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz/live", timeout=2):
                    return self
            except OSError:
                time.sleep(0.2)
        pytest.fail("the portal did not start")

    def __exit__(self, *error):
        self.process.terminate()
        self.process.wait(20)


def crowd(port, addresses):
    """Everyone sends their form; how often each answer was given, and how long it took."""
    waiting = list(reversed(addresses))
    answers, lock, start = Counter(), threading.Lock(), threading.Barrier(AT_ONCE + 1)
    headers = {
        "Cookie": f"booking={SECRET}; csrftoken={TOKEN}",
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": f"http://127.0.0.1:{port}",
    }
    body = f"csrfmiddlewaretoken={TOKEN}&do=send"

    def send():
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        start.wait(60)
        with closing(connection):
            send_on(connection)

    def send_on(connection):
        while True:
            with lock:
                if not waiting:
                    return
                address = waiting.pop()
            connection.request("POST", address, body, headers)
            answer = connection.getresponse()
            said = answer.read().decode()
            place = answer.headers.get("Location", "")
            word = "booked" if place.endswith("/receipt/") else "told" if "刚刚约满" in said else f"{answer.status} {place}"
            with lock:
                answers[answer.status, word] += 1

    threads = [threading.Thread(target=send) for _one in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    start.wait(60)
    began = time.monotonic()
    for thread in threads:
        thread.join()
    return answers, time.monotonic() - began


def booked(office, sitting):
    with scope.county(office.county):
        taken = Slot.objects.filter(sitting=sitting, booking__isnull=False).count()
        return Booking.objects.filter(sitting=sitting, state="confirmed").count(), taken


@pytest.fixture
def burst(template_database, django_db_setup, django_db_blocker):
    """Send a crowd to the portal as `application` is; what it was told, and what was booked."""

    def run(application, count):
        with own_database(template_database, django_db_blocker) as database:
            office, sitting = world()
            addresses = forms(office, sitting, count)
            with Servers(database, application) as servers:
                answers, seconds = crowd(servers.port, addresses)
                again, _seconds = crowd(servers.port, addresses[:20])
            sys.stderr.write(
                f"\n{count} forms for {PLACES} places in {seconds:.1f} s ({count / seconds:.0f} a second): {dict(answers)}\n"
            )
            return answers, again, *booked(office, sitting)

    return run


def test_thirty_are_booked_and_everyone_else_is_told(burst):
    answers, again, confirmed, taken = burst("config.wsgi:application", CROWD)
    assert answers == {(302, "booked"): PLACES, (200, "told"): CROWD - PLACES}
    assert (confirmed, taken) == (PLACES, PLACES)
    # Sent again, nothing more is booked; whoever was is led to the receipt.
    assert {word for _status, word in again} <= {"booked", "told"}


def test_without_the_guard_the_same_crowd_is_oversold(burst):
    answers, _again, confirmed, _taken = burst("tests.faults.unguarded:application", min(CROWD, 300))
    assert confirmed > PLACES, answers


def test_the_crowd_s_forms_are_whole(committed_db):
    office, sitting = world()
    (address,) = forms(office, sitting, 1)
    with scope.county(office.county):
        row = Draft.objects.get()
        assert drafts.missing(drafts.contents(row, county=office.county)) == ""
        sent = drafts.submit(draft=row, wait=False, county=office.county, by=User.objects.system(), at=timezone.now())
        assert str(uuid.UUID(address.split("/")[3])) == str(sent.booking.key)
