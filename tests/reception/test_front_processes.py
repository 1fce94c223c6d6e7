"""Two real web processes: a release is in both within two seconds, and no page ever says two releases at once."""

import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest
import schemathesis
from django.conf import settings
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis

from tests.databases import own_database
from tests.reception import builders

ROOT = Path(__file__).resolve().parents[2]
PATHS = ["/chenghe/", "/chenghe/roster/2026/", "/en/chenghe/days/2026-12-15/", "/chenghe/releases/", "/chenghe/changes.atom"]


@pytest.fixture(scope="module")
def office(template_database, django_db_setup, django_db_blocker):
    with own_database(template_database, django_db_blocker) as database:
        made = builders.bureau()
        builders.published(made)
        yield made, database


@pytest.fixture(scope="module")
def webs(office, tmp_path_factory):
    """The addresses of two web processes."""
    environment = {**os.environ, "SNAPSHOT_DIR": str(tmp_path_factory.mktemp("snapshot")), "STATIC_ROOT": str(settings.STATIC_ROOT)}
    for name in ("DATABASE_URL", "OWNER_DATABASE_URL"):
        environment[name] = os.environ[name].rsplit("/", 1)[0] + f"/{office[1]}"
    processes, addresses = [], []
    for _process in range(2):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--blocking-threads", "4"]
        command += ["--log-level", "warning", "config.wsgi:application"]
        log = subprocess.DEVNULL
        processes.append(subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log))
        addresses.append(f"http://127.0.0.1:{port}")
    for address in addresses:
        deadline = time.monotonic() + 60
        while True:
            try:
                get(address, "/healthz/ready")
                break
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.1)
    yield addresses
    for process in processes:
        process.terminate()
        process.wait(15)


def get(address, path):
    with urllib.request.urlopen(address + path, timeout=20) as answer:
        return answer.read().decode()


def said(path, page):
    """The numbers of the newest release that a page says, wherever it says one."""
    if path.endswith(".atom"):
        return {re.search(r"接访安排第 (\d+) 期", page)[1]}
    numbers = set(re.findall(r"依据接访安排第 (\d+) 期|release (\d+) of the roster", page)) or set()
    footer = re.search(r"<footer.*?/releases/(\d+)/", page, re.DOTALL)[1]
    found = {footer} | {number for pair in numbers for number in pair if number}
    if path.endswith("/releases/"):
        found.add(re.search(r"<tbody>.*?/releases/(\d+)/", page, re.DOTALL)[1])
    return found


def test_a_release_is_everywhere_within_two_seconds_and_no_page_mixes_two(office, webs):
    stop, wrong, seen = threading.Event(), [], []

    def hammer(address):
        while not stop.is_set():
            for path in PATHS:
                began = time.monotonic()
                numbers = said(path, get(address, path))
                seen.append((began, address, path, numbers))
                if len(numbers) != 1:
                    wrong.append((path, numbers))

    threads = [threading.Thread(target=hammer, args=(address,)) for address in webs]
    for thread in threads:
        thread.start()
    came_out = []
    for year in (2027, 2028, 2029):
        builders.published(office[0], year=year)
        came_out.append(time.monotonic())
        time.sleep(2.2)
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(seen) > 100
    for number, moment in enumerate(came_out, start=2):
        until = came_out[number - 1] - 0.5 if number - 1 < len(came_out) else float("inf")
        late = [row for row in seen if moment + 2 <= row[0] < until and row[3] != {str(number)}]
        assert late == [], "two seconds after a release every process says it"
        assert {row[1] for row in seen if row[0] > moment and row[3] == {str(number)}} == set(webs)


def test_no_request_of_the_interface_for_programs_breaks_it(webs):
    schema = schemathesis.openapi.from_url(f"{webs[0]}/api/v1/openapi.json")
    asked = []
    for operation in schema.get_all_operations():

        @hypothesis(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
        @given(case=operation.ok().as_strategy())
        def call(case):
            response = case.call(base_url=webs[0])
            asked.append(response.status_code)
            assert response.status_code < 500

        call()
    assert len(asked) > 100


# What Python's own client would not send.
RAW = [
    b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1",
    b"GET /\xe4\xb8\xad HTTP/1.1",
    b"GET /%ff%fe/%00 HTTP/1.1",
    b"GET //chenghe/ HTTP/1.1",
    b"GET /chenghe;/ HTTP/1.1",
    b"GET /chenghe/?" + b"a" * 8000 + b" HTTP/1.1",
    b"HEAD /chenghe/?%00=%ff HTTP/1.1",
    b"BREW /chenghe/ HTTP/1.1",
    b"OPTIONS * HTTP/1.1",
    b"GET http://evil.example/chenghe/ HTTP/1.1",
    b"GET /admin/%0d%0aSet-Cookie:a=b HTTP/1.1",
]


@pytest.mark.parametrize("line", RAW)
@pytest.mark.parametrize(
    "headers",
    [b"", b"Host: \xff\r\nCookie: \xff=\x01\r\n", b'Accept-Encoding: \xff;q=9\r\nIf-None-Match: "\xff\r\nRange: bytes=9-1\r\n'],
)
def test_nothing_raw_breaks_it(webs, line, headers):
    port = int(webs[0].rsplit(":", 1)[1])
    given = headers if b"Host" in headers else b"Host: 127.0.0.1\r\n" + headers
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(line + b"\r\n" + given + b"Connection: close\r\n\r\n")
        answer = connection.recv(4096)
    assert re.match(rb"HTTP/1\.1 [1234]\d\d ", answer) or answer == b"", answer[:200]
