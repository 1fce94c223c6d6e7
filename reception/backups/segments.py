"""The names of PostgreSQL's write-ahead log: segments of one size, numbered without a gap on each history (timeline)."""

import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass

NAME = re.compile(r"[0-9A-F]{24}")
HISTORY = re.compile(r"[0-9A-F]{8}\.history")
# Where the first page of a segment says whose it is: the server's number, and the size of segments.
SAYS = struct.Struct("<24xQI")


@dataclass(frozen=True, order=True)
class Segment:
    """One segment: on which history, and its number there."""

    history: int
    number: int

    @classmethod
    def named(cls, name: str, size: int) -> "Segment":
        return cls(int(name[:8], 16), int(name[8:16], 16) * (2**32 // size) + int(name[16:], 16))

    @classmethod
    def at(cls, history: int, lsn: int, size: int) -> "Segment":
        """The segment that holds a place of the log."""
        return cls(history, lsn // size)

    def name(self, size: int) -> str:
        many = 2**32 // size
        return f"{self.history:08X}{self.number // many:08X}{self.number % many:08X}"


def is_archived(name: str) -> bool:
    """Whether a file is one that PostgreSQL archives: a segment, the start of a history, the mark of a backup, half a segment."""
    return bool(NAME.match(name)) or bool(HISTORY.fullmatch(name))


def lsn(text: str) -> int:
    """A place of the log as a number: ``0/2000028``."""
    high, low = text.split("/")
    return int(high, 16) * 2**32 + int(low, 16)


def missing(found: Iterable[Segment], *, first: Segment, last: Segment) -> list[Segment]:
    """What is not there of a history between two segments, both included."""
    there = {one.number for one in found if one.history == first.history}
    upto = max([last.number, *there])
    return [Segment(first.history, n) for n in range(first.number, upto + 1) if n not in there]


def said(head: bytes) -> tuple[int, int]:
    """The number of the server that wrote a segment, and the size of segments in bytes."""
    return SAYS.unpack_from(head)
