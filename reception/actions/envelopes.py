"""The keys as they are now, and rows sealed under a data key of their own, which is wrapped under the county's: identities and what
else is personal."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from reception import vault


@dataclass(frozen=True)
class Envelope:
    """A data key and where it belongs: what it seals opens nowhere else."""

    key: bytes
    place: str

    def __repr__(self) -> str:
        return f"<Envelope {self.place}>"

    def seal(self, plain: bytes, part: str = "") -> bytes:
        return vault.seal(plain, key=self.key, place=f"{self.place}{part}")

    def unseal(self, sealed: bytes, part: str = "") -> bytes:
        """Raises `vault.Unreadable`."""
        return vault.unseal(sealed, key=self.key, place=f"{self.place}{part}")


@lru_cache(maxsize=4)
def _loaded(path: Path, changed: int) -> vault.Keyring:
    return vault.load(path)


def keyring() -> vault.Keyring:
    """The keys as the key file has them now: a rotation is seen without a restart. Raises `vault.NoKeys`."""
    path = Path(settings.KEYS_FILE)
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        changed = 0
    return _loaded(path, changed)


def new(row: Any) -> Envelope:
    """A new key for a row that keeps one, wrapped into it."""
    key = vault.new_key()
    _wrap(row, key)
    return Envelope(key, _place(row))


def of(row: Any) -> Envelope:
    """The key that is wrapped in a row. Raises `vault.Unreadable`."""
    key = keyring().unwrap(bytes(row.wrapped or b""), name=row.key_name, county=row.county_id, place=_place(row))
    return Envelope(key, _place(row))


def rewrap(rows: Iterable[Any]) -> int:
    """Wrap the keys of locked rows anew under the current master; how many they were. What they seal stays as it is."""
    found = list(rows)
    for row in found:
        _wrap(row, of(row).key)
        row.save(update_fields=["key_name", "wrapped"])
    return len(found)


def _wrap(row: Any, key: bytes) -> None:
    row.key_name, row.wrapped = keyring().wrap(key, county=row.county_id, place=_place(row))


def _place(row: Any) -> str:
    return f"county {row.county_id} {row._meta.model_name} {row.uid}"
