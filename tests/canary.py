"""Through the whole suite: no citizen of the tests stands in a line of the log, an address that was asked for, the broker, what PostgreSQL
says, or a file beside the databases. `tests/access/test_canary.py` goes every way with marks of its own, and looks into every table.

The tests' citizens have numbers and names of these shapes (`tests/reception/bookers.py`), which nothing else here has.
"""

import io
import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from urllib.parse import quote

import pytest
import structlog
from django.test import Client

PHONE = "(?<![0-9])13[89]0000[0-9]{4}(?![0-9])"
# A name as it is, in an address, and as JSON and Django's own log write it.
NAMES = (
    "居民[0-9甲乙丙丁]",
    f"{quote('居民')}(?:[0-9]|{'|'.join(map(quote, '甲乙丙丁'))})",
    rf"\\+u5c45\\+u6c11(?:[0-9]|\\+u(?:{'|'.join(f'{ord(sign):04x}' for sign in '甲乙丙丁')}))",
)
CITIZEN = re.compile("|".join((PHONE, *NAMES)))


def found(said: str) -> set[str]:
    """Which citizens a text holds."""
    return set(CITIZEN.findall(said))


def beside(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every file in a folder, with what is in it; of a database its log alone."""
    for place, folders, files in os.walk(folder):
        is_database = "PG_VERSION" in files
        if is_database:
            folders.clear()
        for path in (Path(place) / name for name in (["log"] if is_database else files)):
            if path.is_file() and not path.is_symlink():
                yield path, path.read_bytes().decode(errors="replace")


class Lines(logging.StreamHandler):
    """The log as the settings' own handler would write it."""

    def __init__(self) -> None:
        super().__init__(io.StringIO())
        for console in logging.getLogger().handlers:
            if isinstance(console.formatter, structlog.stdlib.ProcessorFormatter):
                self.setFormatter(console.formatter)
                for one in console.filters:
                    self.addFilter(one)
        assert self.formatter, "the settings' handler is there"


@contextmanager
def watched() -> Iterator[None]:
    """Raises `AssertionError` at the end where the log or an address that was asked for meanwhile holds a citizen."""
    asked: list[str] = []
    request = Client.request

    def noted(self: Client, **environ: object) -> object:
        # As WSGI has it: bytes in the dress of Latin-1.
        asked.append(
            f"{environ.get('PATH_INFO')}?{environ.get('QUERY_STRING')}".encode("latin-1", "replace").decode(errors="replace")
        )
        return request(self, **environ)

    lines = Lines()
    logging.getLogger().addHandler(lines)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "request", noted)
        try:
            yield
        finally:
            logging.getLogger().removeHandler(lines)
    assert not found(lines.stream.getvalue()), "the log holds a citizen"
    assert not found("\n".join(asked)), "an address holds a citizen"


@pytest.fixture(autouse=True)
def nobody_is_told_of(request: pytest.FixtureRequest) -> Iterator[None]:
    with nullcontext() if request.node.get_closest_marker("planted") else watched():
        yield


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Once every worker is done."""
    if hasattr(session.config, "workerinput"):
        return
    from tests.access import marks

    told = {"the broker": found(marks.valkey().decode(errors="replace"))}
    made = session.config._tmp_path_factory.getbasetemp()
    told |= {str(path): found(said) for folder in (Path(os.environ["DATA_DIR"]), made) for path, said in beside(folder)}
    where = sorted(place for place, names in told.items() if names)
    say = session.config.pluginmanager.get_plugin("terminalreporter").write_line
    say(f"\n{len(told)} places beside the databases looked into: {where or 'no citizen'}")
    if where:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
