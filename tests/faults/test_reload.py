"""F35: the portal is reloaded and ended while people use it, through nginx as it is shipped; nothing that was begun is lost.

The suite reloads once or twice; ``RELOADS=100 REQUESTS=10000`` (`make reload`) is the whole.
"""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psycopg2
import pytest

from reception import scope
from reception.models import Booking
from tests.config.test_nginx import NGINX, templated
from tests.faults import crowd, figures, portal
from tests.faults.receivers import free_port

RELOADS = int(os.environ.get("RELOADS", "1"))
REQUESTS = int(os.environ.get("REQUESTS", "200"))
PEOPLE = 8
PLACES, FORMS = 30, 100
# Of everyone's requests one in so many sends a form, which books, or is told that no place is left.
EVERY = 5
PATIENCE = 30


@pytest.fixture
def county(committed_db):
    office, sitting = portal.world(PLACES)
    return office, portal.forms(office, sitting, FORMS)


@pytest.fixture
def web(committed_db, county):
    """As the image starts it, but for the time it gives a new process to load: the image's fits any machine, and would make this long."""
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", "import config.wsgi"], cwd=portal.ROOT, env=os.environ, check=True)
    running = portal.Portal(database=committed_db)
    at = running.command.index("--respawn-interval") + 1
    running.command[at] = str(round(max(2.0, 2 * (time.monotonic() - began)), 1))
    assert float(running.command[at]) < 15
    with running:
        yield running


@pytest.fixture
def nginx(web, folder):
    port = free_port()
    (folder / "static").mkdir()
    path = folder / "nginx.conf"
    path.write_text(templated(folder, http=port, upstream=web.port, static=folder / "static"))
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(path), "-g", "daemon off;"], stderr=log)
    deadline = time.monotonic() + 20
    while True:
        try:
            with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as line:
                if look(line) == "page":
                    break
        except OSError:
            assert process.poll() is None
            assert time.monotonic() < deadline
        time.sleep(0.1)
    yield port
    process.terminate()
    process.wait(20)


def workers(web):
    return portal.workers(web.process)


def catches_the_end(pid):
    """Whether a process has a handler for SIGTERM, so that it does not end by it."""
    caught = re.search(r"^SigCgt:\s*(\w+)$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)[1]
    return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)


def look(line):
    """A page that nginx keeps nothing of. What came back, in a word."""
    line.request("GET", "/track/")
    answer = line.getresponse()
    body = answer.read()
    return "page" if (answer.status, body.endswith(b"</html>\n")) == (200, True) else f"page {answer.status}"


def book(line, port, address):
    """A form filled in to its last page is sent; `port` is the portal's own. What came back, in a word."""
    line.request("POST", address, body=portal.BODY, headers=portal.headers(port))
    answer = line.getresponse()
    body = answer.read()
    if answer.status == 302 and answer.getheader("Location", "").endswith("/receipt/"):
        return "booked"
    return "told" if crowd.TOLD in body else f"form {answer.status}"


class People:
    """So many people who go on asking, a few times a second each, over connections that stay; what came back."""

    def __init__(self, port, web, addresses, pause):
        self.port, self.web, self.addresses, self.pause = port, web, addresses, pause
        self.came, self.booked, self.ended, self.slowest = Counter(), set(), threading.Event(), 0.0
        self.threads = [threading.Thread(target=self.go_on, args=(n,)) for n in range(PEOPLE)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self.ended.set()
        for thread in self.threads:
            thread.join(60)

    def go_on(self, n):
        line = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        while not self.ended.wait(self.pause):
            n += 1
            began, address = time.monotonic(), self.addresses[n // EVERY % len(self.addresses)]
            try:
                came = look(line) if n % EVERY else book(line, self.web, address)
                if came == "booked":
                    self.booked.add(address)
            except (OSError, HTTPException) as error:
                came = type(error).__name__
                line.close()
            self.came[came] += 1
            self.slowest = max(self.slowest, time.monotonic() - began)
        line.close()


def wait(wanted, seconds, what):
    deadline = time.monotonic() + seconds
    while not wanted():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def test_f35_reloads_under_a_steady_load_lose_no_request(web, nginx, county):
    took, (office, addresses) = [], county
    with People(nginx, web.port, addresses, 0.2 if RELOADS > 1 else 0.05) as people:
        for n in range(1, RELOADS + 1):
            before, began = workers(web), time.monotonic()
            os.kill(web.process.pid, signal.SIGHUP)
            wait(lambda before=before: not workers(web) & before and len(workers(web)) == len(before), 90, people.came)
            took.append(time.monotonic() - began)
            figures.progress("reloads", n * 1000, RELOADS * 1000)
        wait(lambda: sum(people.came.values()) >= REQUESTS, 300, people.came)
    figures.tell(
        f"{RELOADS} reloads, {sum(people.came.values()):,} requests: {dict(people.came)}; a reload took {sum(took) / len(took):.1f} s, "
        f"{max(took):.1f} s at most; the slowest answer {people.slowest:.1f} s"
    )
    assert {"page", "booked"} <= set(people.came) <= {"page", "booked", "told"}
    with scope.county(office.county):
        assert 0 < Booking.objects.count() == len(people.booked) <= PLACES


def test_f35_what_is_under_way_when_the_portal_is_told_to_end_is_done_and_answered(web, county, committed_db):
    """The booking waits for the journal, which somebody holds, while the web server is told to end."""
    office, addresses = county
    holder = psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"], dbname=committed_db)
    with holder.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('journal'), %s)", [office.county.pk])
    answers = []

    def send():
        with closing(HTTPConnection("127.0.0.1", web.port, timeout=PATIENCE)) as line:
            answers.append(book(line, web.port, addresses[0]))

    def waiting():
        with holder.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            return cursor.fetchone()[0] > 0

    booking = threading.Thread(target=send)
    booking.start()
    wait(waiting, 20, "nobody waits for the journal")
    began = time.monotonic()
    web.process.send_signal(signal.SIGTERM)
    time.sleep(1.5)
    assert (answers, web.process.poll()) == ([], None)
    # Nobody new is let in meanwhile.
    with closing(HTTPConnection("127.0.0.1", web.port, timeout=5)) as line, pytest.raises((ConnectionError, HTTPException)):
        look(line)
    holder.rollback()
    holder.close()
    booking.join(PATIENCE)
    assert answers == ["booked"]
    web.process.wait(PATIENCE - (time.monotonic() - began))
    with scope.county(office.county):
        assert Booking.objects.count() == 1


def test_f35_what_is_told_to_end_while_it_still_loads_ends(committed_db):
    """There is nothing under way yet, so it takes no time; without the guard in config/wsgi.py the processes would serve on for ever."""
    starting = portal.Portal(database=committed_db)
    starting.process = subprocess.Popen(starting.command, cwd=portal.ROOT, env=starting.environment)
    wait(lambda: len(workers(starting)) == 2, 20, "no processes")
    loading = workers(starting)
    wait(lambda: not any(map(catches_the_end, loading)), 20, "each has its parent's handler")
    starting.process.send_signal(signal.SIGTERM)
    try:
        assert starting.process.wait(15) == 0
    finally:
        for pid in loading:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        starting.process.wait(5)
