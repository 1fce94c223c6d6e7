"""What stands in a backup's folder: base backups, each with a note of what it is; the write-ahead segments; how far they go; files.

Everything is a sealed stream (`streams`). The newest segment is noted too, so that segments missing at the end are missed.
"""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from reception.backups import segments, streams
from reception.backups.key import Key
from reception.backups.segments import Segment
from reception.errors import Refused

END = ".sealed"


@dataclass(frozen=True)
class Base:
    """A base backup. It can be restored to any moment from `ended_at` on, with the segments from that of `start` on.

    `system` is the number PostgreSQL gave the server when it was made; `start` and `end` are places of the log; `size` is in bytes.
    """

    name: str
    system: int
    version: str
    history: int
    start: int
    end: int
    segment_bytes: int
    began_at: datetime
    ended_at: datetime
    size: int
    database: str

    @property
    def first(self) -> Segment:
        return Segment.at(self.history, self.start, self.segment_bytes)

    @property
    def last(self) -> Segment:
        """The segment that the backup itself can't do without."""
        return Segment.at(self.history, self.end - 1, self.segment_bytes)


class Folder:
    """A backup's folder, read and written with one key."""

    def __init__(self, path: Path, key: Key) -> None:
        self.path, self.key = path, key

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Wait until nobody else puts segments here or takes anything away, as the cron lines of a minute and of a day may."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.path / ".lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def bases(self) -> list[Base]:
        """The base backups, the oldest first. Raises `Refused`, `streams.Damaged`."""
        names = sorted(one.name.removesuffix(f".note{END}") for one in (self.path / "base").glob(f"*.note{END}"))
        return [_read(self._told(f"base/{name}.note")) for name in names]

    def empty(self) -> Refused:
        """What is said where there is no base backup."""
        return Refused(_("%(path)s 中没有基础备份。请先运行 backup。") % {"path": self.path})

    def base_for(self, to: datetime | None) -> Base:
        """The newest base backup that was done by a moment; the newest of all for the end. Raises `Refused` where there is none."""
        found = self.bases()
        if not found:
            raise self.empty()
        done = [base for base in found if to is None or base.ended_at <= to]
        if not done:
            raise Refused(_("最早的备份完成于 %(first)s，不能恢复到更早的时刻。") % {"first": shown(found[0].ended_at)})
        return done[-1]

    def keep_base(self, base: Base, chunks: Iterator[bytes]) -> None:
        streams.seal(chunks, self._file(f"base/{base.name}"), key=self.key, place=f"base/{base.name}")

    def note(self, base: Base) -> None:
        """Say that a base backup is whole: what has no note is none."""
        told = {**asdict(base), "began_at": base.began_at.isoformat(), "ended_at": base.ended_at.isoformat()}
        self._tell(f"base/{base.name}.note", told)

    def opened_base(self, name: str) -> Iterator[bytes]:
        return streams.unseal(self._file(f"base/{name}"), key=self.key, place=f"base/{name}")

    def forget(self, *, but: int) -> int:
        """Remove all base backups but the newest so many, and the segments that only those removed needed; how many base backups."""
        bases = self.bases()
        old, kept = bases[:-but], bases[-but:]
        for base in old:
            # The note first: without it there is no base backup, whatever is left of it.
            self._file(f"base/{base.name}.note").unlink()
            self._file(f"base/{base.name}").unlink()
        first = kept[0].first.name(kept[0].segment_bytes)[8:]
        for name in self.archived():
            if old and segments.NAME.match(name) and name[8:24] < first:
                self._file(f"wal/{name}").unlink()
        return len(old)

    def archived(self) -> list[str]:
        """The names of the segments, and of the beginnings of histories, that are kept."""
        found = (one.name.removesuffix(END) for one in (self.path / "wal").glob(f"*{END}"))
        return sorted(name for name in found if segments.is_archived(name))

    def keep_archived(self, name: str, source: Path) -> None:
        streams.seal(_blocks(source), self._file(f"wal/{name}"), key=self.key, place=f"wal/{name}")
        if segments.NAME.fullmatch(name) and name[8:] > self.newest().get(name[:8], ""):
            self._tell("wal/newest", {**self.newest(), name[:8]: name[8:]})

    def opened_archived(self, name: str) -> Iterator[bytes]:
        return streams.unseal(self._file(f"wal/{name}"), key=self.key, place=f"wal/{name}")

    def files(self) -> dict[str, str]:
        """The files that should be here, by county and name; with the moment since which one is gone from the portal. Raises `Damaged`."""
        if not self._file("files/list").exists() and any((self.path / "files").glob(f"*/*{END}")):
            raise streams.Damaged(_("%(part)s：缺少这一部分") % {"part": "files/list"})
        return dict(self._told("files/list")) if self._file("files/list").exists() else {}

    def list_files(self, listed: dict[str, str]) -> None:
        self._tell("files/list", listed)

    def keep_file(self, name: str, source: Path) -> None:
        """Raises `FileNotFoundError` where the file has gone meanwhile."""
        streams.seal(_blocks(source), self._file(f"files/{name}"), key=self.key, place=f"files/{name}")

    def has_file(self, name: str) -> bool:
        return self._file(f"files/{name}").exists()

    def opened_file(self, name: str) -> Iterator[bytes]:
        return streams.unseal(self._file(f"files/{name}"), key=self.key, place=f"files/{name}")

    def forget_file(self, name: str) -> None:
        self._file(f"files/{name}").unlink(missing_ok=True)

    def newest(self) -> dict[str, str]:
        """Of each history the newest segment that was ever kept here."""
        return dict(self._told("wal/newest")) if self._file("wal/newest").exists() else {}

    def missing(self, base: Base) -> list[str]:
        """The segments that a base backup needs, to be restored to any moment, and that are not there."""
        size, newest = base.segment_bytes, self.newest()
        there = [Segment.named(name, size) for name in self.archived() if segments.NAME.fullmatch(name)]
        gone = []
        for history in sorted({one.history for one in there if one.history >= base.history} | {base.history}):
            mine = [one.number for one in there if one.history == history and one.number >= base.first.number]
            noted = newest.get(f"{history:08X}")
            last = Segment.named(f"{history:08X}{noted}", size).number if noted else 0
            first = base.first.number if history == base.history else min(mine, default=last + 1)
            last = max(last, base.last.number if history == base.history else 0)
            gone += segments.missing(there, first=Segment(history, first), last=Segment(history, last))
        return [one.name(size) for one in gone]

    def _file(self, place: str) -> Path:
        return self.path / f"{place}{END}"

    def _told(self, place: str) -> dict[str, Any]:
        return dict(json.loads(b"".join(streams.unseal(self._file(place), key=self.key, place=place))))

    def _tell(self, place: str, told: dict[str, Any]) -> None:
        streams.seal([json.dumps(told).encode()], self._file(place), key=self.key, place=place)


def shown(moment: datetime) -> str:
    """A moment as the people of the server's zone write it."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}"


def _read(told: dict[str, Any]) -> Base:
    moments = {name: datetime.fromisoformat(told[name]) for name in ("began_at", "ended_at")}
    return Base(**{**told, **moments})


def _blocks(source: Path) -> Iterator[bytes]:
    with source.open("rb") as file:
        while block := file.read(streams.CHUNK):
            yield block
