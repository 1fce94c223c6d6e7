"""A province at work: the bureaus' lists, searches and cases at twenty requests a second, while everyone reads the rosters.

Requests are due by the clock, and each is timed from when it was due, so a server that stands still can't hide it. BENCH_SECONDS=1800
is the soak. The province (`manage.py make_province`) is made once in a database of its own and kept for the next run. The servers are started as the image starts them.
"""

import json
import os
import random
import re
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Self

import psycopg2

from bench import databases
from bench.table import Row

ROOT = Path(__file__).resolve().parent.parent
# COUNTIES, CASES and ENTRIES make it smaller.
MADE = {
    name: int(os.environ.get(name.upper(), most))
    for name, most in (("counties", 120), ("cases", 1_000_000), ("entries", 5_000_000))
}
SECONDS = int(os.environ.get("BENCH_SECONDS", "60"))
PORT = int(os.environ.get("BENCH_PORT", "8170"))
STAFF_EACH_SECOND, PUBLIC_EACH_SECOND, CLERKS = 20, 20, 40
# What is asked for, so many times in ten.
STAFF = (("list", 3), ("filter", 1), ("search", 2), ("case", 4))
PUBLIC = ("/{}/", "/en/{}/", "/{}/roster.ics", "/{}/releases/")
WORDS = ("路灯", "水管漏水", "补偿", "噪音", "学校", "公路")
STAFF_LIMIT, PUBLIC_LIMIT, GROWTH = 300.0, 50.0, 2.0
# What is held back and filled up at first is no growth: it is weighed from this share of the run on.
WARM = 0.2


@dataclass
class Load:
    """One kind of asking: what, how often, over how many connections; how long each took in ms, by what it was, and what came wrong."""

    each_second: int
    ask: Callable[[HTTPConnection, random.Random], str]
    connections: int = 16
    took: dict[str, list[float]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def run(self, seconds: float) -> None:
        due: SimpleQueue[float] = SimpleQueue()
        began = time.monotonic() + 0.5
        for n in range(int(seconds * self.each_second)):
            due.put(began + n / self.each_second)
        threads = [threading.Thread(target=self._go_on, args=(due, n)) for n in range(self.connections)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _go_on(self, due: SimpleQueue[float], seed: int) -> None:
        chance, line = random.Random(seed), HTTPConnection("127.0.0.1", PORT, timeout=60)
        while True:
            try:
                at = due.get_nowait()
            except Empty:
                break
            time.sleep(max(0.0, at - time.monotonic()))
            try:
                name = self.ask(line, chance)
            except (OSError, HTTPException, AssertionError) as error:
                self.wrong.append(f"{type(error).__name__}: {error}")
                line.close()
                continue
            self.took.setdefault(name, []).append((time.monotonic() - at) * 1000)
        line.close()

    def percentile(self, share: float) -> float:
        return statistics.quantiles([each for took in self.took.values() for each in took], n=1000)[int(share * 1000) - 1]

    def __str__(self) -> str:
        told = []
        for name, took in sorted(self.took.items()):
            cut = statistics.quantiles(took, n=100)
            told.append(f"{name} {len(took):,}: {cut[49]:.0f} / {cut[98]:.0f} / {max(took):.0f} ms")
        return "; ".join(told)


def rows() -> Iterator[Row]:
    with databases.own("province") as superuser:
        yield from _measured(superuser)


def _measured(superuser: str) -> Iterator[Row]:
    from reception.models import County

    # What is there is left as it is; anew it takes most of an hour.
    told = [f"--{name}={number}" for name, number in MADE.items()]
    for command in (["collectstatic", "--noinput", "--verbosity", "0"], ["make_province", *told]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=_environment(), check=True)
    slugs = list(
        County.objects.filter(slug__startswith="county-").order_by("code").values_list("slug", flat=True)[: MADE["counties"]]
    )
    clerks = list(_clerks(slugs))
    print(f"{len(slugs)} counties, {_counted(superuser)}; median / p99 / slowest", flush=True)
    with _Web() as web:
        _warm(slugs)
        alone = Load(PUBLIC_EACH_SECOND, _public(slugs))
        alone.run(min(30, SECONDS))
        print(f"the public alone: {alone}", flush=True)
        staff, public = Load(STAFF_EACH_SECOND, _staff(clerks)), Load(PUBLIC_EACH_SECOND, _public(slugs))
        loads = [threading.Thread(target=load.run, args=(SECONDS,)) for load in (staff, public)]
        weights = []
        for load in loads:
            load.start()
        began = told = time.monotonic()
        while any(load.is_alive() for load in loads):
            time.sleep(1)
            if time.monotonic() - began > SECONDS * WARM:
                weights.append(web.weight())
            if time.monotonic() - told > 60:
                told = time.monotonic()
                print(f"{told - began:5.0f} s of {SECONDS} s, {web.weight():.0f} MB: {staff}", flush=True)
    print(f"the staff: {staff}", flush=True)
    print(f"the public meanwhile: {public}", flush=True)
    for load in (alone, staff, public):
        if load.wrong:
            print(f"wrong: {load.wrong[:5]}", flush=True)
    tenth = max(1, len(weights) // 10)
    growth = (statistics.median(weights[-tenth:]) / statistics.median(weights[:tenth]) - 1) * 100
    print(f"the web processes: {weights[0]:.0f} MB, in the end {weights[-1]:.0f} MB", flush=True)
    yield Row("staff's lists, searches and cases, p99 at 20 requests a second", staff.percentile(0.99), STAFF_LIMIT, "ms")
    yield Row("public pages, p99 without the staff's work", alone.percentile(0.99), None, "ms")
    yield Row("public pages, p99 meanwhile", public.percentile(0.99), PUBLIC_LIMIT, "ms")
    yield Row("answers that were none", len(alone.wrong) + len(staff.wrong) + len(public.wrong), 0, "")
    yield Row(f"memory of the web processes, grown over the last {SECONDS * (1 - WARM) / 60:.1f} minutes", growth, GROWTH, "%")


def _counted(superuser: str) -> str:
    server = psycopg2.connect(superuser)
    with server.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM petitions_case), (SELECT count(*) FROM reception_entry), pg_database_size(current_database())"
        )
        cases, entries, size = cursor.fetchone()
    server.close()
    return f"{cases:,} cases, {entries:,} entries of the journal, {size / 2**30:.1f} GB"


def _environment() -> dict[str, str]:
    """Of the programs that work in the province's database. Its accounts are the demo's."""
    addresses = {name: os.environ[name].rsplit("/", 1)[0] + "/province" for name in ("DATABASE_URL", "OWNER_DATABASE_URL")}
    return {**os.environ, **addresses, "SITE_URL": f"http://127.0.0.1:{PORT}", "DEMO": "1"}


@dataclass(frozen=True)
class Clerk:
    """Somebody signed in: their cookie, and some of their county's cases."""

    cookie: str
    token: str
    cases: tuple[int, ...]


def _clerks(slugs: list[str]) -> Iterator[Clerk]:
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from petitions.models import Case
    from reception import scope
    from reception.models import County, User

    chance = random.Random(1)
    for slug in chance.sample(slugs, min(CLERKS, len(slugs))):
        county = County.objects.get(slug=slug)
        with scope.county(county):
            user = User.objects.get(username=f"demo-clerk-{slug[-3:]}")
            newest = Case.objects.visible_to(user, on=timezone.localdate()).order_by("-pk").values_list("pk", flat=True)
            cases = tuple(newest[:200]) + tuple(newest[1000:1200])
        client = Client()
        with scope.accounts():
            client.force_login(user)
        token = "x" * 32
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        yield Clerk(f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={token}", token, cases)


def _staff(clerks: list[Clerk]) -> Callable[[HTTPConnection, random.Random], str]:
    names = [name for name, many in STAFF for _n in range(many)]

    def ask(line: HTTPConnection, chance: random.Random) -> str:
        clerk, name = chance.choice(clerks), chance.choice(names)
        headers = {"Cookie": clerk.cookie, "Host": f"127.0.0.1:{PORT}"}
        if name == "search":
            body = f"csrfmiddlewaretoken={clerk.token}&q={urllib.request.quote(chance.choice(WORDS))}"
            more = {"Origin": f"http://127.0.0.1:{PORT}", "Content-Type": "application/x-www-form-urlencoded"}
            line.request("POST", "/admin/petitions/case/", body, {**headers, **more})
        else:
            address = {
                "list": "/admin/petitions/case/",
                "filter": f"/admin/petitions/case/?colour={chance.choice(('overdue', 'seven', 'later'))}",
                "case": f"/admin/cases/{chance.choice(clerk.cases)}/",
            }[name]
            line.request("GET", address, headers=headers)
        return _read(line, name)

    return ask


def _public(slugs: list[str]) -> Callable[[HTTPConnection, random.Random], str]:
    def ask(line: HTTPConnection, chance: random.Random) -> str:
        line.request("GET", chance.choice(PUBLIC).format(chance.choice(slugs)), headers={"Host": f"127.0.0.1:{PORT}"})
        return _read(line, "page")

    return ask


def _warm(slugs: list[str]) -> None:
    """Each page is made once, as by those who asked before."""
    line = HTTPConnection("127.0.0.1", PORT, timeout=60)
    for _process in range(4):
        for slug in slugs:
            for page in PUBLIC:
                line.request("GET", page.format(slug))
                _read(line, "page")
        line.close()


def _read(line: HTTPConnection, name: str) -> str:
    answer = line.getresponse()
    body = answer.read()
    assert (answer.status, len(body) > 100) == (200, True), f"{name} {answer.status} {answer.getheader('Location', '')}"
    return name


class _Web:
    """The portal's web processes, as the image starts them."""

    def __enter__(self) -> Self:
        (line,) = (line for line in (ROOT / "config" / "Dockerfile").read_text().splitlines() if line.startswith("CMD "))
        words = json.loads(line.removeprefix("CMD "))
        words[words.index("--host") + 1], words[words.index("--port") + 1] = "127.0.0.1", str(PORT)
        self.process = subprocess.Popen([sys.executable, *words[1:]], cwd=ROOT, env=_environment())
        for _patience in range(300):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz/live", timeout=2):
                    return self
            except OSError:
                time.sleep(0.2)
        raise SystemExit("the portal did not start")

    def __exit__(self, *error: object) -> None:
        self.process.terminate()
        self.process.wait(60)

    def weight(self) -> float:
        """Resident memory of all its processes, in MB: each page of memory counted for those that share it in shares."""
        children = [
            int(pid) for task in Path(f"/proc/{self.process.pid}/task").glob("*/children") for pid in task.read_text().split()
        ]
        found = 0
        for pid in (self.process.pid, *children):
            said = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
            found += int(said[1]) if said else 0
        return found / 1024
