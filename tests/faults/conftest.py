"""A folder for servers of a test's own; and what the simulated counties lived through, told at the end of the run: tests in other
processes can't print it themselves."""

import shutil
import tempfile
from collections import Counter
from pathlib import Path

import pytest

from config import embedded

TOGETHER = ("events", "releases")
EACH = ("outcomes", "done", "seen")


@pytest.fixture
def folder():
    """Where servers of the test's own keep their data, and end with it. A short name: PostgreSQL's socket stands in it."""
    made = Path(tempfile.mkdtemp(prefix="servers-"))
    # PostgreSQL's own user passes through.
    made.chmod(0o711)
    yield made
    embedded.stop(made)
    shutil.rmtree(made, ignore_errors=True)


def pytest_terminal_summary(terminalreporter):
    reports = [report for state in ("passed", "failed") for report in terminalreporter.getreports(state) if report.when == "call"]
    lives = sorted(
        (value for report in reports for name, value in report.user_properties if name == "life"), key=lambda life: life["county"]
    )
    if not lives:
        return
    terminalreporter.section("the simulated counties")
    for life in lives:
        told = ", ".join(f"{name} {number}" for name, number in life["outcomes"].items())
        terminalreporter.line(
            f"{life['county']} until {life['until']}: {life['events']} events ({told}), {life['releases']} releases"
        )
    whole = {name: sum(life[name] for life in lives) for name in TOGETHER}
    for name in EACH:
        whole[name] = dict(sum((Counter(life[name]) for life in lives), Counter()))
    terminalreporter.line(f"{len(lives)} counties together:")
    for name, said in whole.items():
        terminalreporter.line(f"  {name}: {said}")
