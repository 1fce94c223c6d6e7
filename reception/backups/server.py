"""A PostgreSQL of its own for what was restored: beside the running one, reached by a socket in its own folder only, gone afterwards."""

import contextlib
import shutil
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import psycopg2
from django.conf import settings
from django.utils.translation import gettext as _

from reception.backups import papers, programs, restoring
from reception.backups.folder import Base, Folder
from reception.errors import Refused

# Nothing of the running server's own configuration: not its address, not its libraries, and not its archive, which this one must not touch.
CONFIGURATION = """
listen_addresses = ''
unix_socket_directories = '{place}'
hba_file = '{place}/pg_hba.conf'
archive_mode = off
hot_standby = off
fsync = off
full_page_writes = off
max_connections = 20
shared_buffers = 128MB
log_line_prefix = '%m '
lc_messages = 'C'
"""
# The files that were sent, beside the data folder.
FILES = "files"
TRUST = "local all all trust\n"
PATIENCE = 3600
# What a server says that will serve in a while.
COMING = "the database system is"
SHORT = "recovery ended before configured recovery target was reached"


@dataclass(frozen=True)
class Restored:
    """A restored database that is up: where it is, what it came from, and how long it took to open the backup and to come up."""

    place: Path
    base: Base
    unpacked: float
    recovered: float

    def address(self, role: str, database: str = "") -> str:
        return f"postgresql://{role}@{quote(str(self.place), safe='')}/{database or self.base.database}"


def start(folder: Folder, *, to: datetime | None) -> Restored:
    """Restore into a folder of its own and start a server on it, up to a moment or the end. Raises `Refused`, `streams.Damaged`;
    then nothing is left."""
    place = Path(tempfile.mkdtemp(prefix="drill-"))
    try:
        began = time.monotonic()
        base = restoring.restore(folder, place / "data", to=to)
        papers.unpack(folder, place / FILES)
        (place / "data" / "postgresql.auto.conf").write_text(restoring.recovery(to))
        (place / "data" / "postgresql.conf").write_text(CONFIGURATION.format(place=place))
        (place / "pg_hba.conf").write_text(TRUST)
        programs.given_to_server(place)
        unpacked = time.monotonic()
        _started(Restored(place, base, 0, 0))
    except BaseException:
        stop(place)
        raise
    return Restored(place, base, unpacked - began, time.monotonic() - unpacked)


def stop(place: Path) -> None:
    """Stop the server of a folder, if it runs, and remove everything."""
    with contextlib.suppress(programs.Failed):
        if (place / "data" / "postmaster.pid").exists():
            _control(place, "--mode=immediate", "stop")
    shutil.rmtree(place, ignore_errors=True)


def _started(restored: Restored) -> None:
    place = restored.place
    try:
        _control(place, "--wait", f"--timeout={PATIENCE}", f"--log={place / 'log'}", "start")
    except programs.Failed as error:
        raise _ended(place) from error
    # It counts as started while it still recovers.
    deadline = time.monotonic() + PATIENCE
    while not _serves(restored):
        if not (place / "data" / "postmaster.pid").exists() or time.monotonic() > deadline:
            raise _ended(place)
        time.sleep(0.05)


def _serves(restored: Restored) -> bool:
    try:
        connection = psycopg2.connect(restored.address(str(settings.DATABASES["default"]["USER"])))
    except psycopg2.OperationalError as error:
        if why := _fatal(str(error)):
            raise _unstarted(why) from error
        return False
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT NOT pg_is_in_recovery()")
            return bool(cursor.fetchone()[0])
    finally:
        connection.close()


def _ended(place: Path) -> Refused:
    """Why a server did not come up, from what it wrote into its log."""
    log = place / "log"
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    fatal = [why for line in lines if (why := _fatal(line))]
    if any(SHORT in line for line in fatal):
        return Refused(_("备份没有到那个时刻：归档的 WAL 在此之前就结束了。请先运行 backup --wal，或选更早的时刻。"))
    return _unstarted((fatal or lines or [""])[-1])


def _fatal(said: str) -> str:
    """Why a server does not serve, from what it said; nothing where it will in a while: whoever asks meanwhile is told FATAL too."""
    why = said.partition("FATAL:")[2].strip()
    return "" if why.startswith(COMING) else why


def _unstarted(why: str) -> Refused:
    return Refused(_("恢复的数据库没有启动：%(why)s") % {"why": why})


def _control(place: Path, *arguments: str) -> None:
    # Its output goes to no pipe: a server that is started holds it open as long as it runs.
    programs.run_quietly("pg_ctl", f"--pgdata={place / 'data'}", *arguments, cwd=place, **programs.as_server())
