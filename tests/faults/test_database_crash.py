"""PostgreSQL is stopped at once while people book, again and again: what was acknowledged is there, and sending again gives the same receipt.

``CRASHES=20`` stops it so often. The server is the test's own, under a folder of its own, so that nothing else is stopped.
"""

import http.client
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from queue import Empty, SimpleQueue

import psycopg2
import pytest

from config import embedded
from tests.databases import own_database
from tests.faults import copies, figures, portal
from tests.faults.test_everything_down import start_servers

CRASHES = int(os.environ.get("CRASHES", "1"))
# So many bookings are acknowledged between two crashes, at least.
BETWEEN = 8
AT_ONCE = 6
FORMS = (CRASHES + 1) * (BETWEEN + AT_ONCE) * 2
PATIENCE = 60
NUMBER, CODE = re.compile(r'class="receipt-number">([^<]+)<'), re.compile(r'class="receipt-code"[^>]*>([^<]+)<')


class Server:
    """A PostgreSQL of its own, with what stands in a database of the suite's server."""

    def __init__(self, folder, database):
        self.folder = folder
        self.addresses = start_servers(folder)
        self.host = Path(self.addresses["DATABASE_URL"].split("@")[1].split("/")[0].replace("%2F", "/"))
        copies.copy(database, self.host)

    def crash(self):
        """What `pg_ctl -m immediate stop` does: every process of the server ends at once, and nothing is written any more."""
        pid = int((self.folder / "postgresql" / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGQUIT)
        deadline = time.monotonic() + PATIENCE
        while embedded._serves_from(pid, self.folder):
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def back(self):
        start_servers(self.folder)

    def careless(self):
        """Commits wait for the disk no more, and what they leave unwritten is written every ten seconds only."""
        server = psycopg2.connect(host=str(self.host), user="postgres", dbname="reception")
        server.autocommit = True
        with server.cursor() as cursor:
            for setting in ("synchronous_commit = off", "wal_writer_delay = '10s'", "wal_writer_flush_after = 0"):
                cursor.execute(f"ALTER SYSTEM SET {setting}")
            cursor.execute("SELECT pg_reload_conf()")
        server.close()

    def asked(self, statement):
        with psycopg2.connect(host=str(self.host), user="postgres", dbname="reception") as server, server.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()


class Crowd:
    """People who send their form until they see that it was taken, as their browsers or they themselves do."""

    def __init__(self, port, addresses):
        self.port, self.waiting, self.acknowledged, self.met = port, SimpleQueue(), [], Counter()
        self.lock = threading.Lock()
        self.tired = threading.Event()
        for address in addresses:
            self.waiting.put(address)
        self.threads = [threading.Thread(target=self._send_on) for _n in range(AT_ONCE)]

    def ask(self, method, address):
        """The status and the page, or the place that the answer leads to; 0 where there was no answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, address, portal.BODY if method == "POST" else None, portal.headers(self.port))
            answer = connection.getresponse()
            return answer.status, answer.headers.get("Location") or answer.read().decode()
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            connection.close()

    def taken(self, address):
        """Send a form until its receipt is promised."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and not self.tired.is_set():
            status, said = self.ask("POST", address)
            with self.lock:
                self.met[status] += 1
            if status == 302 and said.endswith("/receipt/"):
                return said
            time.sleep(0.2)
        assert self.tired.is_set(), f"{address}: {status} {said[:2000]}"
        return ""

    def receipt(self, place):
        """The number and the code."""
        status, said = self.ask("GET", place)
        assert status == 200, said
        return NUMBER.search(said)[1], CODE.search(said)[1]

    def _send_on(self):
        while True:
            try:
                address = self.waiting.get_nowait()
            except Empty:
                return
            if self.taken(address):
                with self.lock:
                    self.acknowledged.append(address)
            else:
                return

    def acknowledge(self, so_many):
        """Wait until so many more forms were acknowledged, or all are."""
        wanted, deadline = len(self.acknowledged) + so_many, time.monotonic() + PATIENCE
        while len(self.acknowledged) < wanted and any(thread.is_alive() for thread in self.threads):
            assert time.monotonic() < deadline, self.met
            time.sleep(0.005)


def crashed(server, crowd):
    """Stop the server in the middle of it and start it again: how many bookings that were acknowledged are not there, and the seconds."""
    crowd.acknowledge(BETWEEN)
    assert not crowd.waiting.empty(), "nobody was left to be interrupted"
    promised = set(crowd.acknowledged)
    began = time.monotonic()
    server.crash()
    server.back()
    seconds = time.monotonic() - began
    kept = {f"/chenghe/book/{key}/check/" for (key,) in server.asked("SELECT key FROM reception_booking")}
    return len(promised - kept), seconds


@pytest.fixture
def world(template_database, django_db_setup, django_db_blocker, folder):
    """A server of one's own with the county and forms filled in, and the forms' addresses."""
    with own_database(template_database, django_db_blocker) as database:
        office, sitting = portal.world(FORMS)
        addresses = portal.forms(office, sitting, FORMS)
        return Server(folder, database), addresses


def test_f11_what_was_acknowledged_is_there_after_every_crash(world):
    server, addresses = world
    with portal.Portal(environment=server.addresses, log=subprocess.DEVNULL, processes=1) as servers:
        crowd = Crowd(servers.port, addresses)
        for thread in crowd.threads:
            thread.start()
        lost, seconds = 0, []
        for n in range(1, CRASHES + 1):
            figures.progress("crashes", n * 1000, CRASHES * 1000)
            gone, after = crashed(server, crowd)
            lost += gone
            seconds.append(after)
        for thread in crowd.threads:
            thread.join()
        receipts = {address: crowd.receipt(address.replace("/check/", "/receipt/")) for address in addresses}
        again = {address: crowd.receipt(crowd.taken(address)) for address in addresses}
    figures.tell(
        f"{CRASHES} crashes, back after {max(seconds):.1f} s at most: {FORMS} bookings acknowledged, {lost} lost, answers {dict(crowd.met)}"
    )
    assert lost == 0
    assert again == receipts
    assert len(set(receipts.values())) == FORMS
    assert server.asked("SELECT state, count(*) FROM reception_booking GROUP BY state") == [("confirmed", FORMS)]
    assert server.asked("SELECT count(*), count(DISTINCT booking_id), count(DISTINCT n) FROM reception_slot") == [(FORMS,) * 3]
    assert server.asked("SELECT count(*) FROM reception_entry WHERE act = 'booking.submit'") == [(FORMS,)]
    assert server.asked("SELECT count(*) FROM reception_identity") == [(FORMS,)]
    # Whoever sent into the gap was told to come back, and the portal made no mistake of its own.
    assert set(crowd.met) <= {0, 302, 503}
    verified = [sys.executable, "manage.py", "verify_journal"]
    subprocess.run(verified, cwd=portal.ROOT, env={**os.environ, **server.addresses}, check=True, stdout=subprocess.DEVNULL)


def test_f11_where_the_database_acknowledges_before_it_has_written_bookings_are_lost(world):
    """What the other test would find: the same crash, where a commit does not wait for the disk."""
    server, addresses = world
    server.careless()
    with portal.Portal(environment=server.addresses, log=subprocess.DEVNULL, processes=1) as servers:
        crowd = Crowd(servers.port, addresses)
        for thread in crowd.threads:
            thread.start()
        # The server may have written everything in the very moment of one crash, but hardly of ten.
        for _crash in range(10):
            lost, _seconds = crashed(server, crowd)
            if lost:
                break
        crowd.tired.set()
        for thread in crowd.threads:
            thread.join()
    assert lost > 0
