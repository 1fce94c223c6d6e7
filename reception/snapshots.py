"""The published releases and results as files beside the process, so that one started while the database is down can serve them.

`counties.json` holds what is public of every county; its time of change is when it was last known to be right. Each county has
`<slug>/heads.json`, with the results, and `<slug>/<number>.json.gz`; a release is believed only when its document has its hash.
"""

import errno
import gzip
import json
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from django.core import serializers

from reception.actions import journal
from reception.models import County
from reception.published import Head, Roster

log = structlog.get_logger(__name__)


class Snapshot:
    """Where the releases are kept. Without a folder nothing is kept and nothing is found.

    Writing never raises `OSError`: it says whether it went well, and whoever asked comes back to it.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._trouble = ""

    def keep_counties(self, counties: Iterable[County]) -> bool:
        return self._write("counties.json", serializers.serialize("json", counties).encode())

    def confirm(self, at: datetime) -> None:
        """Note that what is kept was right at a moment."""
        if self.folder:
            try:
                os.utime(self.folder / "counties.json", (at.timestamp(), at.timestamp()))
            except OSError as error:
                log.warning("snapshot", problem=str(error))

    def counties(self) -> tuple[list[County], datetime | None]:
        """The counties, and when they were last known to be right; none and None where nothing is kept."""
        if self.folder is None:
            return [], None
        path = self.folder / "counties.json"
        try:
            found = [row.object for row in serializers.deserialize("json", path.read_text(), ignorenonexistent=True)]
            return [row for row in found if isinstance(row, County)], datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except (OSError, ValueError, serializers.base.DeserializationError) as error:
            log.warning("snapshot", problem=str(error))
            return [], None

    def keep(self, county: County, roster: Roster | None) -> bool:
        """Keep a county's newest release, the heads of all and the results."""
        if self.folder is None:
            return True
        heads = [vars(head) for head in roster.heads] if roster else []
        if roster and not self.keep_release(county, roster):
            return False
        kept = {"edition": county.edition, "heads": heads, "results": roster.results if roster else []}
        return self._write(f"{county.slug}/heads.json", json.dumps(kept, ensure_ascii=False).encode())

    def keep_release(self, county: County, roster: Roster) -> bool:
        if self.has_release(county, roster.number):
            return True
        document = json.dumps({"hash": roster.hash, "document": roster.document}, ensure_ascii=False)
        return self._write(f"{county.slug}/{roster.number}.json.gz", gzip.compress(document.encode(), 6, mtime=0))

    def has_release(self, county: County, number: int) -> bool:
        return self.folder is not None and (self.folder / county.slug / f"{number}.json.gz").exists()

    def edition(self, county: County) -> int | None:
        """The edition that is kept of a county."""
        found = self._heads(county)
        return int(found["edition"]) if found else None

    def roster(self, county: County) -> Roster | None:
        """The newest release kept of a county. Raises `LookupError` where none is kept, or it is not what was published."""
        found = self._heads(county)
        if found is None:
            raise LookupError(county.slug)
        heads = tuple(Head(**head) for head in found["heads"])
        if not heads:
            return None
        roster = self.release(county, heads[0].number)
        if roster.hash != heads[0].hash:
            raise LookupError(county.slug)
        return Roster(roster.document, roster.hash, heads, tuple(found.get("results", ())))

    def release(self, county: County, number: int) -> Roster:
        """A release by its number. Raises `LookupError` where it is not kept, or is not what was published."""
        path = (self.folder or Path()) / county.slug / f"{number}.json.gz"
        if self.folder is None or not path.exists():
            raise LookupError(number)
        try:
            kept = json.loads(gzip.decompress(path.read_bytes()))
            right = journal.digest(kept["document"]) == kept["hash"] and kept["document"]["county"]["slug"] == county.slug
        except (OSError, EOFError, ValueError, KeyError, TypeError):
            right = False
        if not right:
            log.error("snapshot", problem="a release is not what its hash says", file=path.name, county=county.slug)
            raise LookupError(number)
        return Roster(kept["document"], kept["hash"])

    def _heads(self, county: County) -> dict[str, Any] | None:
        if self.folder is None:
            return None
        try:
            return dict(json.loads((self.folder / county.slug / "heads.json").read_text()))
        except (OSError, ValueError):
            return None

    def _write(self, name: str, content: bytes) -> bool:
        """Write a file whole or not at all: other processes read and write the same folder. Whether that went well."""
        if self.folder is None:
            return True
        path = self.folder / name
        passing = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            passing.write_bytes(content)
            passing.replace(path)
        except OSError as error:
            with suppress(OSError):
                passing.unlink(missing_ok=True)
            self._tell(type(error).__name__ if error.errno is None else errno.errorcode.get(error.errno, str(error.errno)))
            return False
        self._tell("")
        return True

    def _tell(self, trouble: str) -> None:
        """Log when the trouble begins and when it is over, not each of the many tries between."""
        if trouble != self._trouble:
            self._trouble = trouble
            log.warning("snapshot", problem=trouble or "over")
