"""Restoring: a base backup unpacked into a folder of its own, with the segments it needs, told how far to go. Nothing is started here.

What can't be opened leaves nothing behind: a folder that is there afterwards is whole.
"""

import shutil
import tarfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _

from reception.backups import programs, segments
from reception.backups.folder import Base, Folder
from reception.backups.streams import Damaged
from reception.errors import Refused

# Inside the data folder, which is where the server's `restore_command` runs: so the folder may be moved before it is started.
LOG = "restored_wal"


def restore(folder: Folder, target: Path, *, to: datetime | None) -> Base:
    """Make a data folder that comes up as of a moment (or of the end of the backup) once a server is started on it; of which base backup.

    Raises `Refused`, `Damaged`; then there is no folder.
    """
    base = folder.base_for(to)
    whole(folder, base)
    if target.exists() and any(target.iterdir()):
        raise Refused(_("%(path)s 不是空目录。请换一个目录。") % {"path": target})
    try:
        unpack(folder, base, target)
        # The log that came before the backup, if any, is no part of it.
        add_log(folder, base, target / LOG)
        with (target / "postgresql.auto.conf").open("a") as file:
            file.write(recovery(to))
        (target / "recovery.signal").touch(mode=0o600)
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise
    return base


def unpack(folder: Folder, base: Base, target: Path) -> None:
    """Unpack a base backup. Raises `Refused`, `Damaged`."""
    target.mkdir(parents=True, exist_ok=True)
    target.chmod(0o700)
    try:
        with tarfile.open(fileobj=_Pieces(folder.opened_base(base.name)), mode="r|") as archive:  # type: ignore[call-overload]
            archive.extractall(target, filter=_as_the_server_wants)  # noqa: S202  filtered, and sealed by us
    except tarfile.TarError as error:
        raise Damaged(_("base/%(name)s：不是完整的备份（%(why)s）") % {"name": base.name, "why": error}) from error
    version = (target / "PG_VERSION").read_text().strip()
    ours = programs.run("postgres", "--version").split()[-1].split(".")[0]
    if version != ours:
        raise Refused(
            _("备份是 PostgreSQL %(version)s 的，这里的程序是 %(ours)s。请把 POSTGRESQL_BIN 设为同一版本的程序所在的目录。")
            % {"version": version, "ours": ours}
        )


def add_log(folder: Folder, base: Base, target: Path) -> int:
    """Unseal the segments from the beginning of a base backup on; how many. Raises `Damaged`."""
    target.mkdir(exist_ok=True)
    count = 0
    for name in needed(folder, base):
        with (target / name).open("wb") as file:
            for piece in folder.opened_archived(name):
                file.write(piece)
        count += 1
    return count


def whole(folder: Folder, base: Base) -> None:
    """Raises `Refused` where a segment is missing: a server would come up as of the gap, and say nothing."""
    gone = folder.missing(base)
    if gone:
        raise Refused(_("缺少 WAL：%(names)s。这些之后的内容不能恢复。") % {"names": _("、").join(gone[:5])})


def needed(folder: Folder, base: Base) -> list[str]:
    """The names of the archived files that a base backup is restored with."""
    first = base.first.name(base.segment_bytes)[8:]
    return [name for name in folder.archived() if segments.HISTORY.fullmatch(name) or name[8:24] >= first]


def recovery(to: datetime | None) -> str:
    """What tells a server on a restored folder how to come up: to which moment, and that it serves from there."""
    told = [f'restore_command = \'cp "{LOG}/%f" "%p"\'', "recovery_target_action = 'promote'"]
    return "\n".join(["", *told, *([f"recovery_target_time = '{to.isoformat()}'"] if to else []), ""])


def _as_the_server_wants(member: tarfile.TarInfo, target: str) -> tarfile.TarInfo | None:
    """Only files and folders below the target, for nobody else to read. A link would be a tablespace elsewhere: the portal has none."""
    if not (member.isfile() or member.isdir()):
        raise Refused(_("备份中有表空间的链接 %(name)s，不能恢复到一个目录中。") % {"name": member.name})
    inside = tarfile.data_filter(member, target)
    return inside.replace(mode=0o700 if member.isdir() else 0o600, deep=False) if inside else None


class _Pieces:
    """Pieces read as a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces, self.held = pieces, b""

    def read(self, size: int) -> bytes:
        parts, length = [self.held], len(self.held)
        while length < size:
            piece = next(self.pieces, None)
            if piece is None:
                break
            parts.append(piece)
            length += len(piece)
        whole = b"".join(parts)
        self.held = whole[size:]
        return whole[:size]
