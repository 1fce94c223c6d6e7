"""Checking a backup where it lies: every seal, what PostgreSQL's own `pg_verifybackup` says, and that no segment and no file is missing.

A base backup is opened into a folder that only we can read, and which is gone afterwards.
"""

import shutil
import tempfile
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from reception.backups import papers, programs, restoring, segments
from reception.backups.folder import Base, Folder, shown
from reception.backups.segments import Segment
from reception.backups.streams import Damaged


@dataclass(frozen=True)
class Checked:
    """One thing that was looked at, what is wrong with it (nothing, if it is well), and what there is of it."""

    what: str
    faults: tuple[str, ...]
    found: str = ""


def check(folder: Folder) -> Iterator[Checked]:
    """Look at everything in a folder, base backup by base backup. Raises `Refused` for a wrong key and a folder without a backup."""
    try:
        bases = folder.bases()
        folder.newest()
        files = len(folder.files())
    except Damaged as error:
        yield Checked(_("备份说明"), (str(error),))
        return
    if not bases:
        raise folder.empty()
    damaged = yield from _log(folder, bases)
    for base in bases:
        yield _base(folder, base, damaged)
    yield Checked(_("材料文件"), tuple(papers.faults(folder)), _("%(count)d 个") % {"count": files})


def _log(folder: Folder, bases: list[Base]) -> Generator[Checked, None, bool]:
    """Every segment opens, is the server's own and the one it is named for; those missing. Gives back whether any is damaged."""
    faults, count = [], 0
    for name in folder.archived():
        count += 1
        try:
            faults += _segment(folder, bases[-1], name)
        except Damaged as error:
            faults.append(str(error))
    damaged = bool(faults)
    # What an older backup lacks is told with it.
    faults += [_("缺少 WAL：%(names)s") % {"names": name} for name in folder.missing(bases[0])]
    yield Checked("WAL", tuple(faults), _("%(count)d 段") % {"count": count})
    return damaged


def _segment(folder: Folder, base: Base, name: str) -> list[str]:
    head, length = b"", 0
    for piece in folder.opened_archived(name):
        head = head if len(head) >= segments.SAYS.size else head + piece[:64]
        length += len(piece)
    if not segments.NAME.fullmatch(name):
        return []
    if length != base.segment_bytes:
        return [_("wal/%(name)s：长度不对") % {"name": name}]
    begins = Segment.named(name, length).number * length
    if segments.said(head)[0] != base.system or int.from_bytes(head[8:16], "little") != begins:
        return [_("wal/%(name)s：不是这个数据库服务器的这一段") % {"name": name}]
    return []


def _base(folder: Folder, base: Base, is_log_damaged: bool) -> Checked:
    """What `pg_verifybackup` says of a base backup, its log included where that can be opened."""
    what, place = _("基础备份 %(name)s") % {"name": base.name}, Path(tempfile.mkdtemp(prefix="verify-"))
    try:
        restoring.unpack(folder, base, place / "data")
        more = ["--no-parse-wal"]
        if not is_log_damaged and not folder.missing(base):
            restoring.add_log(folder, base, place / "wal")
            more = [f"--wal-directory={place / 'wal'}"]
        programs.run("pg_verifybackup", *more, place / "data")
    except Damaged as error:
        return Checked(what, (str(error),))
    except programs.Failed as error:
        return Checked(what, (str(error),))
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return Checked(what, (), _("%(mb)d MB，完成于 %(at)s") % {"mb": base.size >> 20, "at": shown(base.ended_at)})
