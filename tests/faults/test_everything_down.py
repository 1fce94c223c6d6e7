"""The database, the broker and the workers are really stopped, and the public site answers on, and says how old it is.

The servers here are the test's own, under a folder of its own, so that nothing else is stopped.
"""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from config import embedded
from tests.faults.receivers import free_port

ROOT = Path(__file__).resolve().parents[2]
SEEN = ["/", "/chenghe/", "/en/chenghe/", "/chenghe/roster.ics", "/api/v1/counties/chenghe/roster"]
# Never asked for while the database was up.
UNSEEN = ["/en/chenghe/roster.csv", "/chenghe/changes.atom", "/en/chenghe/releases/1/", "/chenghe/releases/2/", "/api/v1/counties"]
SERVER = [
    sys.executable,
    "-m",
    "granian",
    "--interface",
    "wsgi",
    "--host",
    "127.0.0.1",
    "--log-level",
    "warning",
    "--blocking-threads",
    "4",
]


class Web:
    """One web process on a port of its own."""

    def __init__(self, environment):
        self.port = free_port()
        command = [*SERVER, "--port", str(self.port), "config.wsgi:application"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
        self.wait("/healthz/live", lambda seen: seen[0] == 200)

    def get(self, path):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}")
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.read().decode(), answer.headers
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode(), refusal.headers

    def wait(self, path, wanted, seconds=30):
        deadline = time.monotonic() + seconds
        seen = None
        while time.monotonic() < deadline:
            try:
                seen = self.get(path)
                if wanted(seen):
                    return seen
            except OSError as error:
                seen = error
            time.sleep(0.1)
        pytest.fail(f"{path}: {seen}")

    def end(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(20)


@pytest.fixture
def environment(folder):
    return {**os.environ, **start_servers(folder), "SNAPSHOT_DIR": str(folder / "snapshot"), "DEMO": "1"}


def start_servers(folder):
    """Start the servers in a process that ends at once, so that this one holds nothing of theirs; their addresses."""
    command = [sys.executable, "-m", "config.embedded", "start", str(folder)]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return dict(re.findall(r"^([A-Z_]+)='(.*)'$", said, re.MULTILINE))


@pytest.fixture
def webs(environment):
    running = []

    def start():
        running.append(Web(environment))
        return running[-1]

    yield start
    for web in running:
        if web.process.poll() is None:
            web.end()


def test_the_public_site_answers_on_while_everything_behind_it_is_down(folder, environment, webs):
    for command in (["migrate", "--database", "owner", "--verbosity", "0"], ["demo"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "config", "worker", "--pool", "solo", "--loglevel", "error"]
    worker = subprocess.Popen(
        celery, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    web = webs()
    fresh = {path: web.get(path) for path in SEEN}
    assert {seen[0] for seen in fresh.values()} == {200}
    day = re.search(r'href="(/chenghe/days/[^"]+)"', fresh["/chenghe/"][1])[1]
    deadline = time.monotonic() + 20
    while (
        not (folder / "snapshot" / "chenghe" / "2.json.gz").exists() or not (folder / "snapshot" / "chenghe" / "1.json.gz").exists()
    ):
        assert time.monotonic() < deadline
        time.sleep(0.1)

    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait(10)
    embedded.stop(folder)
    web.wait("/chenghe/", lambda seen: "系统正在恢复" in seen[1])
    for path in SEEN:
        status, body, headers = web.get(path)
        assert (status, headers["Warning"]) == (200, '111 - "Revalidation Failed"')
        assert "max-age=5," in headers["Cache-Control"]
        if path.endswith("/") and "api" not in path:
            assert re.search(r"(本页为|as of) \d{4}-\d\d-\d\d \d\d:\d\d", body), path
            assert re.sub(r'<p class="note aged".*?</p>', "", body) == fresh[path][1]
        else:
            assert body == fresh[path][1]
    for path in [day, *UNSEEN]:
        assert web.get(path)[0] == 200, path
    assert web.get("/chenghe/roster/1999/")[0] == 404
    assert web.get("/nowhere/")[0] == 404
    ready = web.get("/healthz/ready")
    assert (ready[0], '"ready": false' in ready[1], '"broker": false' in ready[1]) == (503, True, True)
    assert web.get("/healthz/live")[0] == 200

    # A process that is started now has never seen the database.
    second = webs()
    for path in [*SEEN, day, *UNSEEN]:
        status, body, headers = second.get(path)
        assert (status, headers["Warning"]) == (200, '111 - "Revalidation Failed"'), path
    # A release whose file was tampered with is not believed.
    (folder / "snapshot" / "chenghe" / "1.json.gz").write_bytes((folder / "snapshot" / "chenghe" / "2.json.gz").read_bytes()[:-9])
    third = webs()
    assert third.get("/chenghe/releases/1/")[0] == 503
    assert third.get("/chenghe/")[0] == 200

    start_servers(folder)
    for each in (web, second):
        body = each.wait("/chenghe/", lambda seen: "系统正在恢复" not in seen[1])[1]
        assert body == fresh["/chenghe/"][1]
        assert each.wait("/healthz/ready", lambda seen: seen[0] == 200)
