"""Pages kept as bytes in the process, within a bound, so that a look-up is one dictionary's.

Two generations: what is asked for is in the young one. When the young one is half the bound, it becomes the old one and the former
old one is let go; a page found in the old one moves to the young. So a page asked for now and then stays, and answering one notes nothing.
"""

import threading
from collections.abc import Iterable
from hashlib import sha256

from reception import encodings
from reception.encodings import BROTLI, IDENTITY, NAMES, PACK, SUFFIXES, UNPACK

Headers = list[tuple[str, str]]
Answer = tuple[Headers, list[bytes]]
# What an entry weighs besides its bytes: objects, headers, keys.
OVERHEAD = 2500


class Page:
    """One page in the forms it has been asked for. `answers` has a place for each of `encodings.NAMES`, None until first asked for.

    `county` is whose page it is; None where it is made of every county's. `open_query` says that it is the same whatever the query.
    """

    __slots__ = ("answers", "core", "core_coding", "county", "fixed", "headers", "open_query", "tag", "zone")

    def __init__(self, body: bytes, headers: Headers, *, county: int | None, zone: str, open_query: bool) -> None:
        self.county, self.zone, self.open_query = county, zone, open_query
        given = {name.lower(): value for name, value in headers}
        dropped = ("content-length", "etag", "vary", "x-accel-expires")
        self.headers = [(name, value) for name, value in headers if name.lower() not in dropped]
        self.tag = sha256(body).hexdigest()[:24]
        # Pages that don't shrink have one form, and say nothing of codings.
        self.fixed = not encodings.shrinks(given.get("content-type", "")) or "content-encoding" in given
        self.core_coding = IDENTITY if self.fixed else BROTLI
        self.core = PACK[self.core_coding](body)
        self.answers: list[Answer | None] = [None] * len(NAMES)

    @property
    def weight(self) -> int:
        return (
            OVERHEAD
            + len(self.core)
            + sum(len(answer[1][0]) for answer in self.answers if answer and answer[1][0] is not self.core)
        )

    @property
    def body(self) -> bytes:
        """The page itself."""
        return UNPACK[self.core_coding](self.core)

    def etag(self, coding: int) -> str:
        """A strong tag: each form has its own, since their bytes differ (RFC 9110, 8.8.3.3)."""
        return f'"{self.tag}{SUFFIXES[coding]}"'

    def answer(self, coding: int) -> Answer:
        """The headers and bytes of a form, made when first asked for."""
        if self.fixed:
            coding = IDENTITY
        known = self.answers[coding]
        if known is None:
            body = self.core if coding == self.core_coding else PACK[coding](self.body)
            headers = [*self.headers, ("Content-Length", str(len(body))), ("ETag", self.etag(coding))]
            if not self.fixed:
                headers.append(("Vary", "Accept-Encoding"))
            if coding != IDENTITY:
                headers.append(("Content-Encoding", NAMES[coding]))
            # A page answers at once in the proxy in front and is asked for again after a second: see config/nginx.conf.
            headers.append(("X-Accel-Expires", "1"))
            known = (headers, [body])
            self.answers[coding] = known
            if self.fixed:
                self.answers[:] = [known] * len(NAMES)
        return known

    def not_modified(self, coding: int) -> Headers:
        """The headers of a 304: those of the 200 but for what describes the bytes."""
        return [
            (name, value)
            for name, value in self.answer(coding)[0]
            if name not in ("Content-Length", "Content-Type", "Content-Encoding")
        ]


class Shelf:
    """Pages by their path. Reading `young` needs no lock: the front does so for each request."""

    def __init__(self, limit: int) -> None:
        """`limit` is in bytes."""
        self.limit = limit
        self.young: dict[str, Page] = {}
        self.old: dict[str, Page] = {}
        self._weights = [0, 0]
        self._paths: dict[int | None, set[str]] = {}
        self._lock = threading.Lock()

    @property
    def weight(self) -> int:
        return sum(self._weights)

    def __len__(self) -> int:
        return len(self.young.keys() | self.old.keys())

    def find(self, path: str) -> Page | None:
        page = self.young.get(path)
        if page is None:
            page = self.old.get(path)
            if page is not None:
                self.put(path, page)
        return page

    def put(self, path: str, page: Page) -> None:
        with self._lock:
            self._out(path)
            self.young[path] = page
            self._paths.setdefault(page.county, set()).add(path)
            self._weights[0] += page.weight
            if self._weights[0] > self.limit // 2:
                self._turn()

    def grown(self, by: int) -> None:
        """A page in the young generation has one form more."""
        with self._lock:
            self._weights[0] += by
            if self._weights[0] > self.limit // 2:
                self._turn()

    def drop(self, counties: Iterable[int | None]) -> None:
        """Let go of the pages of some counties, and leave all others where they are."""
        with self._lock:
            for county in counties:
                for path in self._paths.pop(county, ()):
                    self._out(path)

    def drop_zones(self, zones: set[str]) -> None:
        """Let go of the pages of the counties in some time zones, and of those made of every county's."""
        with self._lock:
            gone = [
                path for half in (self.young, self.old) for path, page in half.items() if page.zone in zones or page.county is None
            ]
            for path in gone:
                self._out(path)

    def empty(self) -> dict[str, Page]:
        """Let go of everything; what there was."""
        with self._lock:
            was = self.old | self.young
            self.young, self.old = {}, {}
            self._weights = [0, 0]
            self._paths.clear()
            return was

    def _turn(self) -> None:
        # Only what is left of the old generation goes: a page that was asked for again is in the young one.
        for path, page in self.old.items():
            self._paths.get(page.county, set()).discard(path)
        self.old, self.young = self.young, {}
        self._weights = [0, self._weights[0]]

    def _out(self, path: str) -> None:
        for index, half in enumerate((self.young, self.old)):
            page = half.pop(path, None)
            if page is not None:
                self._weights[index] = max(0, self._weights[index] - page.weight)
                self._paths.get(page.county, set()).discard(path)
