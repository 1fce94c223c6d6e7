"""The cryptography of personal data: envelopes, blind indexes, and the key file they rest on. Pure but for reading that file.

Every identity is sealed under a key of its own (the data key); the data key is wrapped under the county's key, which is derived from
a master key in the key file. So the masters can be rotated by wrapping anew, without touching what is sealed, and destroying
one data key makes one identity unreadable for ever. The key file lives outside the database and its backups.
"""

import base64
import fcntl
import hashlib
import hmac
import json
import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES, NONCE_BYTES, INDEX_BYTES = 32, 12, 12
VERSION = b"\x01"


class Unreadable(Exception):
    """What is sealed can't be opened: a wrong or missing key, a row moved elsewhere, or a changed byte. Nothing is half opened."""


class NoKeys(Exception):
    """The key file is missing or broken; the words say what to do."""


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def seal(plain: bytes, *, key: bytes, place: str) -> bytes:
    """Seal under a key, bound to a place (county, table, row): copied to another place it does not open. AES-256-GCM."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, plain, place.encode())


def unseal(sealed: bytes, *, key: bytes, place: str) -> bytes:
    """Open what `seal` closed. Raises `Unreadable`."""
    if sealed[:1] != VERSION or len(sealed) < 1 + NONCE_BYTES + 16:
        raise Unreadable("not a sealed text of a known version")
    try:
        return AESGCM(key).decrypt(sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :], place.encode())
    except InvalidTag as error:
        raise Unreadable("the key does not fit, or the text was changed or moved") from error


@dataclass(frozen=True)
class Keyring:
    """The master keys by name, which of them seals now, the index key and the pepper of codes. Never logged: see `__repr__`."""

    current: str
    masters: Mapping[str, bytes]
    index: bytes
    pepper: bytes

    def __repr__(self) -> str:
        return f"<Keyring {self.current} of {len(self.masters)}>"

    @cached_property
    def _derived(self) -> dict[tuple[str, int], bytes]:
        return {}

    def _county_key(self, name: str, county: int) -> bytes:
        try:
            master = self.masters[name]
        except KeyError as error:
            raise Unreadable(f"the key file has no key named {name!r}") from error
        found = self._derived.get((name, county))
        if found is None:
            found = _derive(master, f"county {county} wrapping")
            self._derived[name, county] = found
        return found

    def wrap(self, key: bytes, *, county: int, place: str) -> tuple[str, bytes]:
        """A data key wrapped under the county's current key, and that key's name."""
        return self.current, seal(key, key=self._county_key(self.current, county), place=place)

    def unwrap(self, wrapped: bytes, *, name: str, county: int, place: str) -> bytes:
        """The data key. Raises `Unreadable`."""
        return unseal(wrapped, key=self._county_key(name, county), place=place)

    def blind(self, value: str, *, county: int, purpose: str) -> str:
        """A blind index: equal values of one county and purpose give equal texts, and nothing else can be learned without the key.

        24 hexadecimal digits (96 bits). The value comes normalised.
        """
        key = _derive(self.index, f"county {county} {purpose}")
        return hmac.new(key, value.encode(), hashlib.sha256).digest()[:INDEX_BYTES].hex()

    def peppered(self, secret: str) -> str:
        """A secret mixed with the pepper, to be hashed slowly: a stolen table of hashes can't be searched without the key file."""
        return hmac.new(self.pepper, secret.encode(), hashlib.sha256).hexdigest()

    def rotated(self) -> "Keyring":
        """The same ring with a new current master. The old ones stay until nothing is wrapped under them."""
        name = f"k{max((int(known[1:]) for known in self.masters), default=0) + 1}"
        return replace(self, current=name, masters={**self.masters, name: new_key()})

    def without(self, name: str) -> "Keyring":
        """The ring without an old master. Raises `ValueError` for the current one."""
        if name == self.current:
            raise ValueError("the current key can't be removed: rotate first")
        return replace(self, masters={known: key for known, key in self.masters.items() if known != name})


def new_keyring() -> Keyring:
    return Keyring("k1", {"k1": new_key()}, new_key(), new_key())


def load(path: Path) -> Keyring:
    """Read the key file. Raises `NoKeys`."""
    try:
        told = json.loads(path.read_text())
        ring = Keyring(
            told["current"],
            {name: _decoded(key) for name, key in told["masters"].items()},
            _decoded(told["index"]),
            _decoded(told["pepper"]),
        )
    except FileNotFoundError as error:
        raise NoKeys("the key file is missing: set KEYS_FILE, and make it once with `manage.py keys init`") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise NoKeys(
            "the key file can't be read: restore it from where it is kept; a new one would not open what is sealed"
        ) from error
    if ring.current not in ring.masters:
        raise NoKeys("the key file names a current key that it does not hold")
    return ring


def store(ring: Keyring, path: Path) -> None:
    """Write the key file, whole or not at all, readable by its owner only."""
    told = {
        "current": ring.current,
        "masters": {name: _encoded(key) for name, key in ring.masters.items()},
        "index": _encoded(ring.index),
        "pepper": _encoded(ring.pepper),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, written = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "w") as file:
            json.dump(told, file)
            file.flush()
            os.fsync(file.fileno())
        Path(written).replace(path)
    except BaseException:
        Path(written).unlink(missing_ok=True)
        raise


@contextmanager
def alone_at(path: Path) -> Iterator[None]:
    """Nobody else changes the key file meanwhile: who read it before and writes it after would take the other's new key away for ever."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f"{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _derive(key: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode()).derive(key)


def _encoded(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _decoded(text: str) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != KEY_BYTES:
        raise ValueError("a key has the wrong length")
    return key
