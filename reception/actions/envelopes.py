"""Sealed rows that are no identities: a data key of their own, wrapped under the county's key, as in the vault."""

from dataclasses import dataclass

from reception import vault
from reception.actions import identities
from reception.models import County, Draft, Upload


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


def new(row: Draft | Upload, place: str, *, county: County) -> Envelope:
    """A new key for a row, wrapped into it."""
    key = vault.new_key()
    row.key_name, row.wrapped = identities.keyring().wrap(key, county=county.pk, place=place)
    return Envelope(key, place)


def of(row: Draft | Upload, place: str, *, county: County) -> Envelope:
    """The key that is wrapped in a row. Raises `vault.Unreadable`."""
    key = identities.keyring().unwrap(bytes(row.wrapped or b""), name=row.key_name, county=county.pk, place=place)
    return Envelope(key, place)
