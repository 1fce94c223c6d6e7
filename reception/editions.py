"""Where public pages find a county and its releases: in the database, or in what the process holds of it.

A page is made of one edition: the county's row, its newest release, the heads of all and the results by month, read in one go. The
number of the edition is counted up by the database with every change of these (migrations 0008_edition and 0021_results).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Protocol

from reception import scope
from reception.actions import journal
from reception.models import County, Release, Result
from reception.published import Head, Roster

PATIENCE = 5


@dataclass(frozen=True)
class Dossier:
    """One edition of a county: the row and the roster belong together."""

    county: County
    roster: Roster | None


class Source(Protocol):
    """Where public pages find what they are made of."""

    def county(self, slug: str) -> County | None: ...

    def counties(self) -> list[County]: ...

    def dossier(self, county: County, *, fresh: bool = False) -> Dossier: ...

    def release(self, county: County, roster: Roster, number: int) -> Roster:
        """A release that `roster` knows of, by its number. Releases never change, so it fits every edition that has it."""
        ...


class Unavailable(Exception):
    """Neither the database nor what is held has what a page is made of."""


class Database:
    """Asks the database each time."""

    def county(self, slug: str) -> County | None:
        # PostgreSQL takes no NUL in a text; no slug has one.
        return County.objects.filter(slug=slug).first() if "\0" not in slug else None

    def counties(self) -> list[County]:
        return list(County.objects.all())

    def dossier(self, county: County, *, fresh: bool = False) -> Dossier:
        return load(county)

    def release(self, county: County, roster: Roster, number: int) -> Roster:
        if number == roster.number:
            return roster
        with scope.county(county):
            row = Release.objects.published().get(number=number)
        return Roster(row.document, row.hash)


def load(county: County) -> Dossier:
    """One edition of a county from the database: read again where a release came out between two reads."""
    with scope.county(county):
        before = County.objects.get(pk=county.pk)
        for _attempt in range(PATIENCE):
            newest = Release.objects.published().first()
            rows = Release.objects.published().defer("document")
            heads = tuple(
                Head(row.number, row.hash, journal.moment(row.published_at), {"zh": row.note, "en": row.note_en}) for row in rows
            )
            results = tuple(Result.objects.order_by("-month").values_list("document", flat=True))
            after = County.objects.get(pk=county.pk)
            if after.edition == before.edition:
                return Dossier(after, Roster(newest.document, newest.hash, heads, results) if newest else None)
            before = after
    raise Unavailable(f"{county.slug} changes faster than it can be read")


_source: ContextVar[Source | None] = ContextVar("source", default=None)
_database = Database()


def source() -> Source:
    return _source.get() or _database


@contextmanager
def using(source: Source) -> Iterator[None]:
    """Let public pages find what they need in a source."""
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)


@dataclass
class Reading:
    """What a page was made of: the editions of counties, whether every county's row, whether of something that may be old."""

    editions: dict[int, int] = field(default_factory=dict)
    zone: str = ""
    every: bool = False
    aged: bool = False


_reading: ContextVar[Reading | None] = ContextVar("reading", default=None)


@contextmanager
def reading() -> Iterator[Reading]:
    """Note what the work inside reads."""
    noted = Reading()
    token = _reading.set(noted)
    try:
        yield noted
    finally:
        _reading.reset(token)


def current_reading() -> Reading | None:
    """What is noting at the moment, if anything is."""
    return _reading.get()
