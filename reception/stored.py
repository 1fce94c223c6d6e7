"""Sealed files on the disk: each whole or not at all, under a name that says nothing, in a folder for each county.

A file is there before its row is and goes after it, so a row without its file can't come about. A file without a row can, where a process
dies between the two; `old` finds those.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from uuid import UUID

import structlog
from django.conf import settings

from reception.failpoints import failpoint

log = structlog.get_logger(__name__)
# What was written by the work in hand, for whoever undoes it.
_written: ContextVar[list[Path] | None] = ContextVar("written", default=None)


def folder_of(county: int) -> Path:
    return Path(settings.UPLOADS_DIR) / str(county)


def path_of(county: int, uid: UUID) -> Path:
    """Where a file lies, whether it is there or not."""
    return folder_of(county) / str(uid)


def write(path: Path, sealed: bytes) -> None:
    """Write a file that a machine which loses its power keeps. Raises `OSError`, and then nothing of it is left."""
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        _sync(path.parent.parent)
    handle, passing = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(sealed)
            file.flush()
            # For whoever makes the backups, in the portal's own group: what is in it is sealed.
            os.fchmod(file.fileno(), 0o640)
            os.fsync(file.fileno())
        Path(passing).replace(path)
        # Its name, too: a file that was synced under a name that was not is lost with the power.
        _sync(path.parent)
    except BaseException:
        for left in (Path(passing), path):
            with suppress(OSError):
                left.unlink(missing_ok=True)
        raise
    written = _written.get()
    if written is not None:
        written.append(path)
    failpoint("file_stored")


def remove(path: Path) -> bool:
    """Take a file away; whether that was done. What refers to it is gone by now, so a disk that refuses is no failure of the deed:
    whoever looks for old files comes back to it."""
    failpoint("before_unlink")
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        log.error("file_not_removed", errno=error.errno)
        return False
    return True


@contextmanager
def all_or_none() -> Iterator[None]:
    """Files written inside are taken away again where the work inside fails: else each try on a disk that is nearly full would leave some.

    To be opened inside the transaction that is undone with it, never around it: of a COMMIT that fails nobody knows what became of it.
    """
    mine: list[Path] = []
    outer = _written.get()
    token = _written.set(mine)
    try:
        yield
    except BaseException:
        for path in mine:
            remove(path)
        raise
    finally:
        _written.reset(token)
    if outer is not None:
        outer += mine


def old(county: int, before: datetime) -> list[Path]:
    """A county's files, and what is left of some, that were last written before a moment."""
    found = []
    with suppress(FileNotFoundError):
        for entry in os.scandir(folder_of(county)):
            with suppress(FileNotFoundError):
                if entry.stat().st_mtime < before.timestamp():
                    found.append(Path(entry.path))
    return found


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
