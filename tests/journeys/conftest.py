"""The portal as its users meet it: the demo county in a database of its own, a real web server, a real browser."""

import io
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings
from playwright.sync_api import sync_playwright

from tests.databases import create, own_database, pointed_at, shared
from tests.journeys.browser import environment, find

# Playwright's loop runs in this thread, which Django takes for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
ROOT = Path(__file__).resolve().parents[2]
# The last ones keep the browser from calling anywhere but the page it is shown.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def demo_database(template_database, django_db_setup, django_db_blocker, testrun_uid):
    """A database with the demo county, to be copied; nothing is connected to it any more, and nothing points to it."""

    def make(name):
        create(name, template_database)
        with pointed_at(name, django_db_blocker), override_settings(DEMO=True):
            call_command("demo", stdout=io.StringIO())

    return shared("demo", testrun_uid, make)


@pytest.fixture(scope="module")
def portal(demo_database, django_db_blocker):
    """The address of a running portal with the demo county, for the journeys of one file."""
    with own_database(demo_database, django_db_blocker) as database:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        address = f"http://127.0.0.1:{port}"
        environment = {**os.environ, "DEMO": "1", "SITE_URL": address, "STATIC_ROOT": str(settings.STATIC_ROOT)}
        for name in ("DATABASE_URL", "OWNER_DATABASE_URL"):
            environment[name] = os.environ[name].rsplit("/", 1)[0] + f"/{database}"
        server = [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
            "--log-level",
            "warning",
        ]
        process = subprocess.Popen([*server, "config.wsgi:application"], cwd=ROOT, env=environment)
        try:
            _wait(f"{address}/healthz/ready")
            yield address
        finally:
            process.terminate()
            process.wait(15)


def _wait(address):
    for _patience in range(100):
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"{address} did not answer")


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=find(), args=FLAGS, env=environment(tmp_path_factory.mktemp("fonts")))
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser, portal):
    """Open a page as someone new: its width, its language's addresses, light or dark. Whatever the browser complains of is kept."""
    contexts, complaints = [], []

    def opener(path="/", *, width=1280, height=900, scheme="light", script=True):
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, java_script_enabled=script)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console",
            lambda message: complaints.append(f"{page.url}: {message.text}") if message.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on(
            "request",
            lambda request: None if request.url.startswith((portal, "data:")) else complaints.append(f"foreign: {request.url}"),
        )
        page.goto(portal + path)
        return page

    yield opener
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def shoot(tmp_path):
    """Take a screenshot. Those that the folder SCREENSHOTS names already has are taken anew there (`make screenshots`); every other
    one goes into the folder LOOK names, for whoever wants to look at all of them, else where the test's files go."""
    elsewhere = Path(os.environ.get("LOOK") or tmp_path)
    elsewhere.mkdir(parents=True, exist_ok=True)

    def shot(page, name, *, full=True):
        kept = Path(os.environ.get("SCREENSHOTS", "")) / f"{name}.png"
        path = kept if "SCREENSHOTS" in os.environ and kept.exists() else elsewhere / kept.name
        page.screenshot(path=path, full_page=full)
        assert path.stat().st_size > 5_000

    return shot
