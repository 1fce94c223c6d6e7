"""What citizens sent and what belongs to cases, in a backup: each file as it lies in UPLOADS_DIR, sealed once more, and a list of all.

A file never changes, so each is taken once. The list says which there should be, so that one that is missing is missed; and since when one is
gone from the portal, for it is kept as long as a base backup from before is.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from reception.backups.folder import Folder
from reception.backups.streams import Damaged
from reception.errors import Refused

NAME = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def take(folder: Folder, *, at: datetime, oldest: datetime, is_whole: bool) -> int:
    """Put the files that are new into the folder, or with `is_whole` also those that have got lost there; how many.

    To be called after the log was taken: a file is there before its row is. Files that were gone before `oldest`, when the oldest base
    backup began, are removed. Raises `Refused` where not one file is left: then the folder is not the one it was.
    """
    known, there = folder.files(), _there()
    if not there and any(not gone for gone in known.values()):
        raise Refused(_("材料目录 %(path)s 是空的，备份中却有文件：请检查 UPLOADS_DIR。") % {"path": settings.UPLOADS_DIR})
    taken = {}
    for name in sorted(there):
        if name not in known or (is_whole and not folder.has_file(name)):
            try:
                folder.keep_file(name, there[name])
            except FileNotFoundError:
                continue
            except PermissionError as error:
                raise _unreadable(error.filename) from error
            taken[name] = ""
    listed = taken | {name: "" if name in there else gone or at.isoformat() for name, gone in known.items()}
    over = [name for name, gone in listed.items() if gone and datetime.fromisoformat(gone) < oldest]
    kept = {name: gone for name, gone in listed.items() if name not in set(over)}
    if kept != known:
        folder.list_files(kept)
    for name in over:
        folder.forget_file(name)
    return len(taken)


def faults(folder: Folder) -> Iterator[str]:
    """What is wrong with the files of a backup. Raises `Refused` for another key."""
    for name in folder.files():
        try:
            for _piece in folder.opened_file(name):
                pass
        except Damaged as error:
            yield str(error)


def unpack(folder: Folder, target: Path) -> int:
    """Put every file back as it lay in UPLOADS_DIR, into an empty folder; how many. Those gone since are among them: `uploads.sweep` knows
    them. Raises `Refused`, `Damaged`."""
    if target.exists() and any(target.iterdir()):
        raise Refused(_("%(path)s 不是空目录。请换一个目录。") % {"path": target})
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    names = folder.files()
    for name in names:
        path = target / name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with path.open("wb") as file:
            for piece in folder.opened_file(name):
                file.write(piece)
    return len(names)


def _there() -> dict[str, Path]:
    """The files in UPLOADS_DIR, each as its county and name; what is still being written is none."""
    root = Path(settings.UPLOADS_DIR)
    try:
        counties = [one for one in root.iterdir() if one.name.isdecimal()] if root.exists() else []
        return {f"{county.name}/{one.name}": one for county in counties for one in county.iterdir() if NAME.fullmatch(one.name)}
    except PermissionError as error:
        raise _unreadable(error.filename) from error


def _unreadable(path: str) -> Refused:
    return Refused(_("材料 %(path)s 读不了：请让运行备份的用户属于门户用户的组。") % {"path": path})
