"""Taking a backup of the running server: a base backup while everybody works on, the write-ahead segments it has archived since, and the
files that its rows name.

The base backup goes from the server's own protocol through the seal to the disk; nothing of it is ever there in clear. Segments are put
into the spool by the server's `archive_command`, on its own disk, and leave it sealed.
"""

import contextlib
import json
import subprocess
import tarfile
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import psycopg2
from django.conf import settings
from django.utils.translation import gettext as _

from reception.backups import key, papers, programs, segments, streams
from reception.backups.folder import Base, Folder
from reception.errors import Refused

# So long the server may say nothing, as while it waits for its last segment to be archived.
SILENT = 600.0


@dataclass(frozen=True)
class Taken:
    """What was put into the folder: the base backup, if one was asked for, and how many segments and files; how many base backups were
    removed."""

    base: Base | None
    segments: int
    files: int = 0
    forgotten: int = 0


@dataclass
class _Server:
    """What a server says of itself."""

    system: int
    version: str
    segment_bytes: int
    data: str
    at: datetime
    does_archive: bool
    failed: str


def take(path: Path, *, at: datetime, with_base: bool = True, but: int | None = None) -> Taken:
    """Put a base backup, what is in the spool and the files that are new into a folder; without a base backup the other two. Raises `Refused`.

    Once the new one is whole, all but the newest `but` are removed. `at` is now.
    """
    sealed = key.load()
    spool = _spool()
    folder = Folder(path, sealed)
    _keys_apart(path, spool)
    known = folder.bases()
    if not with_base and not known:
        raise folder.empty()
    base = _base(folder, known[-1] if known else None) if with_base else known[-1]
    with folder.alone():
        taken = _kept(folder, spool, base, with_base, but)
        # After the log: a file is there before its row is.
        files = papers.take(folder, at=at, oldest=folder.bases()[0].began_at, is_whole=with_base)
        return replace(taken, files=files)


def _kept(folder: Folder, spool: Path, base: Base, is_new: bool, but: int | None) -> Taken:
    count = seal_spool(folder, spool, base)
    if is_new:
        gone = folder.missing(base)
        if gone:
            raise Refused(
                _("归档目录 %(spool)s 中没有 %(name)s：请检查 archive_command 是否写到这个目录。")
                % {"spool": spool, "name": gone[0]}
            )
        folder.note(base)
    return Taken(base if is_new else None, count, forgotten=folder.forget(but=but) if is_new and but else 0)


def seal_spool(folder: Folder, spool: Path, base: Base) -> int:
    """Seal what PostgreSQL has archived, and take it out of the spool; how many files. Raises `Refused` for another server's."""
    count = 0
    for file in sorted(one for one in spool.iterdir() if segments.is_archived(one.name)):
        if segments.NAME.fullmatch(file.name):
            with file.open("rb") as opened:
                system, _size = segments.said(opened.read(segments.SAYS.size))
            if system != base.system:
                raise Refused(_("%(name)s 是另一个数据库服务器的，不属于这份备份。请检查 WAL_SPOOL_DIR。") % {"name": file.name})
        folder.keep_archived(file.name, file)
        file.unlink()
        count += 1
    return count


def _spool() -> Path:
    spool = settings.WAL_SPOOL_DIR
    if spool is None:
        raise Refused(_("没有设置 WAL_SPOOL_DIR：请指定 PostgreSQL 归档 WAL 的目录。"))
    if not spool.is_dir():
        raise Refused(_("归档目录不存在：%(path)s。") % {"path": spool})
    return Path(spool)


def _keys_apart(*folders: Path) -> None:
    """Whoever gets the backup must not get a key with it: neither the backup's own nor those of the vault."""
    for name in ("BACKUP_KEY_FILE", "KEYS_FILE"):
        file = Path(getattr(settings, name)).resolve()
        for folder in folders:
            if file.is_relative_to(folder.resolve()):
                raise Refused(
                    _("密钥文件 %(name)s 在 %(folder)s 之内，会与备份放在一起。请移到别处。") % {"name": name, "folder": folder}
                )


def _base(folder: Folder, before: Base | None) -> Base:
    url = programs.address()
    server = _asked(url)
    if not server.does_archive:
        raise Refused(_("数据库没有归档 WAL（archive_mode），备份不能恢复到任一时刻。请按 docs/deployment.md 设置后再备份。"))
    if server.failed:
        raise Refused(
            _("数据库归档 WAL 失败，最近一次是 %(name)s：请看数据库的日志，检查 archive_command。") % {"name": server.failed}
        )
    if before and before.system != server.system:
        raise Refused(_("%(path)s 中是另一个数据库服务器的备份。请换一个目录。") % {"path": folder.path})
    if server.data:
        _keys_apart(Path(server.data))
    name = f"{server.at:%Y%m%dT%H%M%SZ}"
    found = _Found()
    base = Base(
        name=name,
        system=server.system,
        version=server.version,
        history=0,
        start=0,
        end=0,
        segment_bytes=server.segment_bytes,
        began_at=server.at,
        ended_at=server.at,
        size=0,
        database=str(settings.DATABASES["default"]["NAME"]),
    )
    folder.keep_base(base, _streamed(url, name, found))
    told = found.manifest["WAL-Ranges"][-1]
    return replace(
        base,
        history=told["Timeline"],
        start=segments.lsn(told["Start-LSN"]),
        end=segments.lsn(told["End-LSN"]),
        ended_at=_asked(url).at,
        size=found.size,
    )


@dataclass
class _Found:
    """What goes by on the way to the seal."""

    size: int = 0
    manifest: dict[str, Any] = field(default_factory=dict)


class _Passing:
    """A pipe that is read as a tar archive, and keeps what was read of it for the seal."""

    def __init__(self, pipe: IO[bytes], watch: "_Watch") -> None:
        self.pipe, self.watch, self.read_so_far = pipe, watch, bytearray()

    def read(self, size: int) -> bytes:
        block = self.pipe.read(size)
        self.watch.heard()
        self.read_so_far += block
        return block

    def taken(self) -> bytes:
        block = bytes(self.read_so_far)
        self.read_so_far.clear()
        return block


class _Watch:
    """Ends a program that says nothing for too long."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process, self.timer = process, threading.Timer(SILENT, process.kill)

    def heard(self) -> None:
        self.timer.cancel()
        self.timer = threading.Timer(SILENT, self.process.kill)
        self.timer.daemon = True
        self.timer.start()


def _streamed(url: str, label: str, found: _Found) -> Iterator[bytes]:
    """The base backup as one tar archive, which is looked through on its way. Raises `Refused` unless it came whole."""
    command = [programs.program("pg_basebackup"), "--pgdata=-", "--format=tar", "--wal-method=none", "--checkpoint=fast"]
    command += ["--manifest-checksums=SHA256", f"--label={label}", "--no-password"]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603  a program of PostgreSQL's, with arguments of ours
            command, env=programs.environment(url), stdout=subprocess.PIPE, stderr=said, stdin=subprocess.DEVNULL
        )
        watch = _Watch(process)
        try:
            assert process.stdout is not None
            passing = _Passing(process.stdout, watch)
            with contextlib.suppress(tarfile.ReadError):
                for block in _looked_through(passing, found):
                    found.size += len(block)
                    yield block
            failed = process.wait() != 0
        finally:
            watch.timer.cancel()
            if process.poll() is None:
                process.kill()
                process.wait()
            process.stdout.close()  # type: ignore[union-attr]
        said.seek(0)
        words = said.read().decode(errors="replace").strip().splitlines()
    if failed or not found.manifest:
        raise Refused(_("基础备份没有完成，没有留下任何内容：%(why)s") % {"why": words[-1] if words else "pg_basebackup"})


def _looked_through(passing: _Passing, found: _Found) -> Iterator[bytes]:
    with tarfile.open(fileobj=passing, mode="r|", bufsize=streams.CHUNK) as archive:  # type: ignore[call-overload]
        for member in archive:
            if member.name == "backup_manifest":
                file = archive.extractfile(member)
                assert file is not None
                found.manifest = json.loads(file.read())
            # Else the archive would keep a description of every file.
            archive.members = []
            yield passing.taken()
    while passing.read(streams.CHUNK):
        yield passing.taken()
    yield passing.taken()


def _asked(url: str) -> _Server:
    """What a server says. Raises `Refused` where it does not answer."""
    try:
        connection = psycopg2.connect(url, connect_timeout=10)
    except psycopg2.Error as error:
        why = str(error).strip().splitlines()[-1:] or [""]
        raise Refused(_("连接不上数据库（BACKUP_DATABASE_URL）：%(why)s") % {"why": why[0]}) from error
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT (pg_control_system()).system_identifier, current_setting('server_version_num')::int / 10000, "
                "pg_size_bytes(current_setting('wal_segment_size')), current_setting('archive_mode') <> 'off', now(), "
                "coalesce((SELECT last_failed_wal FROM pg_stat_archiver "
                "WHERE last_failed_time > coalesce(last_archived_time, '-infinity')), ''), "
                "(SELECT setting FROM pg_settings WHERE name = 'data_directory')"
            )
            system, version, size, archives, at, failed, data = cursor.fetchone()
    finally:
        connection.close()
    return _Server(int(system), str(version), int(size), data or "", at.astimezone(UTC), archives, failed)
