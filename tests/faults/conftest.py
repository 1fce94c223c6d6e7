"""A folder for servers of a test's own; and what the simulated counties lived through, told at the end of the run: tests in other
processes can't print it themselves."""

from collections import Counter

import pytest

from config import embedded

TOGETHER = ("events", "releases")
EACH = ("outcomes", "done", "seen")


@pytest.fixture
def folder(folder):
    """Where servers of the test's own keep their data, and end with it."""
    yield folder
    embedded.stop(folder)


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
