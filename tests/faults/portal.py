"""The portal with real processes, as its image starts them, and forms filled in to the last page for a crowd to send."""

import http.client
import json
import os
import resource
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from reception import scope
from reception.actions import drafts, offers
from reception.models import Draft, ReceptionDay, Sitting
from tests.faults.receivers import free_port
from tests.reception import bookers, builders
from tests.reception.actions.test_drafts import MATTER

ROOT = Path(__file__).resolve().parents[2]
SECRET, TOKEN = "a browser of the crowd", "x" * 32
BODY = f"csrfmiddlewaretoken={TOKEN}&do=send"


def world(places=30, slug="chenghe"):
    """A county with one sitting of so many places, in three weeks' time by the real clock: the servers read no other."""
    office = builders.bureau(slug)
    builders.published(office)
    bookers.topic(office)
    day = timezone.localdate() + timedelta(days=20)
    with scope.county(office.county):
        sitting = Sitting.objects.select_related("day").filter(rotation__code="R2").order_by("day__day").first()
        ReceptionDay.objects.filter(day=day).exclude(pk=sitting.day_id).delete()
        ReceptionDay.objects.filter(pk=sitting.day_id).update(day=day)
        Sitting.objects.filter(pk=sitting.pk).update(capacity=places)
        assert sitting.pk in {offer.sitting.pk for offer in offers.coming(county=office.county, at=timezone.now())}
        sitting.refresh_from_db()
    return office, sitting


def forms(office, sitting, count, *, by_telephone=True):
    """That many forms filled in to the last page, none of which holds a place; their addresses. Of whoever gives no telephone nothing is
    known but a name, which is nobody's identity."""
    county, now = office.county, timezone.now()
    rows = []
    with scope.county(county):
        owner = drafts.fingerprint(SECRET, county=county)
        told = {"waits": False, "day": str(sitting.day.day), "leader": sitting.leader.code, "done": list(drafts.PAGES)}
        for n in range(count):
            row = Draft(owner=owner, sitting=sitting, started_at=now, expires_at=now + timedelta(hours=4))
            person = {"name": f"居民{n}", "phone": f"139{n:08}" if by_telephone else "", "no_phone": not by_telephone}
            drafts._seal(row, {**told, **MATTER, **person, "people": 1, "representatives": []}, county)
            rows.append(row)
        Draft.objects.bulk_create(rows, batch_size=500)
    return [f"/{county.slug}/book/{row.uid}/check/" for row in rows]


def headers(port):
    """What the browser of those forms sends."""
    return {
        "Host": f"127.0.0.1:{port}",
        "Origin": f"http://127.0.0.1:{port}",
        "Cookie": f"booking={SECRET}; csrftoken={TOKEN}",
        "Content-Type": "application/x-www-form-urlencoded",
    }


def started_as():
    """How the image starts the web server: what follows the program's name, without the address."""
    (line,) = (line for line in (ROOT / "config" / "Dockerfile").read_text().splitlines() if line.startswith("CMD "))
    command = json.loads(line.removeprefix("CMD "))
    assert command[:3] == ["python", "-m", "granian"]
    assert command[-1] == "config.wsgi:application"
    return [word for word in command[3:-1] if word not in ("--host", "0.0.0.0", "--port", "8000")]


class Portal:
    """The portal on a port of its own, over the database of an address or, without one, over a database of the suite's own server.

    `processes` is how many serve; without it as many as in the image. One is enough, and starts sooner, where nothing is asked of two.
    """

    def __init__(self, application="config.wsgi:application", *, database="", environment=(), log=None, processes=None):
        self.log = log
        self.port = free_port()
        self.environment = {**os.environ, "SITE_URL": f"http://127.0.0.1:{self.port}", **dict(environment)}
        for name in ("DATABASE_URL", "OWNER_DATABASE_URL") if database else ():
            self.environment[name] = os.environ[name].rsplit("/", 1)[0] + f"/{database}"
        address = ["--host", "127.0.0.1", "--port", str(self.port), "--log-level", "warning"]
        self.command = [sys.executable, "-m", "granian", *started_as(), *address, application]
        if processes:
            self.command[self.command.index("--workers") + 1] = str(processes)

    def __enter__(self):
        self.process = subprocess.Popen(self.command, cwd=ROOT, env=self.environment, stdout=self.log, stderr=self.log)
        for _patience in range(300):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz/live", timeout=2):
                    return self
            except OSError:
                time.sleep(0.2)
        pytest.fail("the portal did not start")

    def kill(self):
        """All its processes at once, as a machine does that goes down."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for pid in [self.process.pid, *map(int, children)]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait(20)

    def __exit__(self, *error):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.process.terminate()
        self.process.wait(20)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        # Of all its processes, from the start on.
        self.processor_seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def workers(process):
    """The web server's processes that serve, by number; what multiprocessing keeps beside them is none."""
    listed = Path(f"/proc/{process.pid}/task").glob("*/children")
    children = {int(pid) for task in listed for pid in task.read_text().split()}
    found = set()
    for pid in children:
        # One may end while it is looked at.
        with suppress(OSError):
            if "resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_text():
                found.add(pid)
    return found


def database_seconds():
    """The processor time that the suite's PostgreSQL and all its processes have had so far."""
    postmaster = int((Path(os.environ["DATA_DIR"]) / "postgresql" / "postmaster.pid").read_text().split()[0])
    family = [postmaster, *map(int, Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split())]
    ticks = 0
    for pid in family:
        with suppress(OSError):
            told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            # The postmaster's own, and of those of its children that have ended; of the others what each has had.
            ticks += sum(map(int, told[11:15] if pid == postmaster else told[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def send(port, addresses):
    """Everyone of a crowd sends their form at once; what they were told, by word, and how long it took."""
    told = {"port": port, "headers": headers(port), "body": BODY, "addresses": addresses}
    command = [sys.executable, "-m", "tests.faults.crowd"]
    done = subprocess.run(command, input=json.dumps(told).encode(), stdout=subprocess.PIPE, cwd=ROOT, check=True)
    return json.loads(done.stdout)


def post(port, form, patience=30.0):
    """Send one form: the status, when to come again, and the seconds. A status of 0 is no answer in time."""
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=patience)
    try:
        connection.request("POST", form, BODY, headers(port))
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers.get("Retry-After"), time.monotonic() - began
    except TimeoutError:
        return 0, None, time.monotonic() - began
    finally:
        connection.close()
