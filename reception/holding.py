"""What the process holds of the counties, and keeps up with the database: one query for all, every now and then.

The front asks it instead of the database, and is told when pages made of it must go.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, connections

from reception.editions import Database, Dossier, Reading, Unavailable, current_reading, load
from reception.models import County
from reception.published import Roster
from reception.replica import GONE, REPLICA, Places
from reception.snapshots import Snapshot

HELD = 48
# In the last minutes of a day answers must not be kept beyond midnight: see `Period`.
LATE = timedelta(minutes=11)
_database = Database()


@dataclass(frozen=True)
class Period:
    """A stretch of a county's day in which its pages stay the same: the day until late, and the last minutes before midnight."""

    day: date
    late: bool


def period(zone: str, *, at: datetime) -> Period:
    here = at.astimezone(ZoneInfo(zone))
    return Period(here.date(), (here + LATE).date() != here.date())


class Listener(Protocol):
    """Who keeps pages. Each is called with the editions' lock held."""

    def changed(self, counties: set[int]) -> None: ...

    def turned(self, zones: set[str]) -> None: ...

    def went_down(self) -> None: ...

    def came_up(self) -> None: ...


class Editions:
    """What the process holds of the counties, kept up with the database by `look()`: one query for all counties."""

    def __init__(self, *, folder: Path | None, clock: Callable[[], datetime], listener: Listener) -> None:
        self.snapshot = Snapshot(folder)
        self.clock = clock
        self.listener = listener
        self.lock = threading.RLock()
        self.editions: dict[int, int] = {}
        # Counts up whenever any county changes.
        self.version = 0
        self.periods: dict[str, Period] = {}
        self.down = False
        self.looked_at: datetime | None = None
        self._by_slug: dict[str, County] = {}
        self._dossiers: OrderedDict[int, Dossier] = OrderedDict()
        self._to_keep: set[int] = set()
        self._places = Places()
        # What could not be written, as on a full disk: it is tried again, and until then the files are not said to be right.
        self._is_told = True
        self._unkept: set[int] = set()

    def look(self) -> None:
        """Ask the database which counties have a new edition. Never raises for a database that doesn't answer."""
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT id, edition FROM reception_county")
                now = dict(cursor.fetchall())
            changed = {pk for pk in now.keys() | self.editions.keys() if now.get(pk) != self.editions.get(pk)}
            rows = list(County.objects.filter(pk__in=changed)) if changed else []
        except GONE:
            connection.close()
            self._went_down()
            return
        at = self.clock()
        with self.lock:
            if self.down:
                self.down = False
                self.listener.came_up()
            self.looked_at = at
            if changed:
                self._take(changed, rows)
        if changed or not self._is_told:
            self._is_told = self.snapshot.keep_counties(self.counties())
        if self._is_told and not self._unkept:
            self.snapshot.confirm(at)

    def _take(self, changed: set[int], rows: list[County]) -> None:
        kept = {slug: county for slug, county in self._by_slug.items() if county.pk not in changed}
        kept |= {county.slug: county for county in rows}
        self._by_slug = dict(sorted(kept.items(), key=lambda pair: pair[1].code))
        self.editions = {county.pk: county.edition for county in self._by_slug.values()}
        self.version += 1
        self._to_keep |= changed & self.editions.keys()
        self.turn()
        self.listener.changed(changed)

    def _went_down(self) -> None:
        counties, right_at = ([], None) if self.looked_at else self._replicated() or self.snapshot.counties()
        with self.lock:
            if counties:
                self._take({county.pk for county in counties}, counties)
                self.looked_at = right_at
            if not self.down:
                self.down = True
                self.listener.went_down()

    def _replicated(self) -> tuple[list[County], datetime | None] | None:
        """The counties as the replica has them, and as of when."""

        def read() -> tuple[list[County], datetime | None]:
            with connections[REPLICA].cursor() as cursor:
                cursor.execute("SELECT pg_last_xact_replay_timestamp()")
                (at,) = cursor.fetchone()
            return list(County.objects.all()), at

        return self._places.read(read, fits=lambda found: bool(found[0]), down=True)

    def turn(self) -> None:
        """Let the pages of a county go when its day, or its evening, ends. Asks nobody."""
        at = self.clock()
        with self.lock:
            zones = {county.time_zone for county in self._by_slug.values()} | {settings.TIME_ZONE}
            now = {zone: period(zone, at=at) for zone in zones}
            turned = {zone for zone, stretch in now.items() if self.periods.get(zone, stretch) != stretch}
            if now != self.periods:
                self.periods = now
            if turned:
                self.listener.turned(turned)

    def keep_some(self, at_most: int) -> None:
        """Bring some counties' files up to date; the counties that are asked for are brought up by being asked for."""
        for _number in range(at_most):
            with self.lock:
                if self.down or not self._to_keep or self.snapshot.folder is None:
                    return
                pk = self._to_keep.pop()
            county = next((each for each in self._by_slug.values() if each.pk == pk), None)
            if county is None or self.snapshot.edition(county) == county.edition:
                self._unkept.discard(pk)
                continue
            found = self._load(county)
            is_kept = None if found is None else self._keep(found)
            with self.lock:
                if is_kept:
                    self._unkept.discard(pk)
                    continue
                self._to_keep.add(pk)
                if is_kept is False:
                    self._unkept.add(pk)
            return

    def _load(self, county: County) -> Dossier | None:
        """The newest edition of a county that is known of, or None where no database has it."""
        least = self.editions.get(county.pk, 0)
        return self._places.read(lambda: load(county), fits=lambda found: found.county.edition >= least, down=self.down)

    def _read_release(self, county: County, roster: Roster, number: int) -> Roster | None:
        return self._places.read(lambda: _database.release(county, roster, number), down=self.down)

    def _keep(self, dossier: Dossier) -> bool | None:
        """Write an edition and its releases to files: whether all were written, or None where not all could be read."""
        is_kept = True
        for head in dossier.roster.heads[1:] if dossier.roster else ():
            if not self.snapshot.has_release(dossier.county, head.number):
                assert dossier.roster is not None
                earlier = self._read_release(dossier.county, dossier.roster, head.number)
                if earlier is None:
                    return None
                is_kept = self.snapshot.keep_release(dossier.county, earlier) and is_kept
        # The heads last: they say which edition is kept.
        return is_kept and self.snapshot.keep(dossier.county, dossier.roster)

    def unchanged(self, noted: Reading, version: int) -> bool:
        """Whether a page made of what was noted is of the newest editions."""
        return (not noted.every or version == self.version) and all(
            self.editions.get(pk) == edition for pk, edition in noted.editions.items()
        )

    # What `Source` asks.

    def county(self, slug: str) -> County | None:
        return self._by_slug.get(slug)

    def counties(self) -> list[County]:
        noted = current_reading()
        if noted:
            noted.every = True
        return list(self._by_slug.values())

    def dossier(self, county: County, *, fresh: bool = False) -> Dossier:
        found = self._find(county, fresh)
        noted = current_reading()
        if noted:
            noted.editions[county.pk] = found.county.edition
            noted.zone = found.county.time_zone
        return found

    def _find(self, county: County, fresh: bool) -> Dossier:
        with self.lock:
            known = self._dossiers.get(county.pk)
            if known and not fresh and (self.down or known.county.edition >= self.editions.get(county.pk, 0)):
                self._dossiers.move_to_end(county.pk)
                return known
        loaded = self._load(county) if not (self.down and known) else None
        if loaded and not self.down:
            self._hold(loaded)
            with self.lock:
                self._to_keep.add(county.pk)
            return loaded
        noted = current_reading()
        if noted:
            noted.aged = True
        if known:
            return known
        try:
            found = loaded or Dossier(county, self.snapshot.roster(county))
        except LookupError as error:
            raise Unavailable(county.slug) from error
        self._hold(found)
        return found

    def _hold(self, dossier: Dossier) -> None:
        with self.lock:
            self._dossiers[dossier.county.pk] = dossier
            self._dossiers.move_to_end(dossier.county.pk)
            while len(self._dossiers) > HELD:
                self._dossiers.popitem(last=False)

    def release(self, county: County, roster: Roster, number: int) -> Roster:
        if number == roster.number:
            return roster
        found = self._read_release(county, roster, number)
        if found is not None:
            return found
        try:
            return self.snapshot.release(county, number)
        except LookupError as error:
            raise Unavailable(f"{county.slug} {number}") from error
