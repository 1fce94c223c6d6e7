"""A sealed stream: compressed, cut into chunks, each sealed by AES-256-GCM. What is opened is whole, in order, and what was put in its place.

Every stream has a key of its own, derived from the backup's key, a random salt and the stream's place. A chunk's nonce is its number and
whether it is the last: so a changed, missing, repeated or exchanged chunk does not open, nor does a stream that was cut short
or renamed.
"""

import os
import secrets
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils.translation import gettext as _

from reception.backups.key import Key
from reception.errors import Refused

MAGIC, SALT, NAME, TAG = b"RDB1", 16, 8, 16
HEADER = len(MAGIC) + NAME + SALT
CHUNK = 1 << 20
# A write-ahead segment is mostly nothing; more costs more time than it saves space.
LEVEL = 1


class Damaged(Exception):
    """A part of a backup can't be opened with the right key: it was changed, cut short, or is another's. The words name it."""


def seal(chunks: Iterable[bytes], path: Path, *, key: Key, place: str) -> None:
    """Write a stream to a file, whole or not at all. Whatever `chunks` raises is raised, and nothing is left."""
    salt = secrets.token_bytes(SALT)
    header = MAGIC + bytes.fromhex(key.name) + salt
    cipher = AESGCM(key.derived(salt, place))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(header)
            for number, (chunk, is_last) in enumerate(_cut(_compressed(chunks))):
                file.write(cipher.encrypt(_nonce(number, is_last), chunk, header))
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    synced(path.parent)


def unseal(path: Path, *, key: Key, place: str) -> Iterator[bytes]:
    """The stream's content, each piece only once it is known to be right. Raises `Refused` for another key, `Damaged`."""
    try:
        with path.open("rb") as file:
            yield from _unsealed(file, key, place)
    except FileNotFoundError:
        raise Damaged(_("%(part)s：缺少这一部分") % {"part": place}) from None


def _unsealed(file: IO[bytes], key: Key, place: str) -> Iterator[bytes]:
    header = file.read(HEADER)
    if len(header) < HEADER or not header.startswith(MAGIC):
        raise Damaged(_("%(part)s：开头损坏，无法识别") % {"part": place})
    named = header[len(MAGIC) : len(MAGIC) + NAME].hex()
    if named != key.name:
        words = _(
            "%(part)s 是用另一把备份密钥（%(named)s）封存的，现有的密钥是 %(name)s。请把 BACKUP_KEY_FILE 指向那把密钥；没有打开任何内容。"
        )
        raise Refused(words % {"part": place, "named": named, "name": key.name})
    cipher = AESGCM(key.derived(header[-SALT:], place))
    opened = zlib.decompressobj()
    number, sealed = 0, file.read(CHUNK + TAG)
    while True:
        following = file.read(CHUNK + TAG)
        try:
            chunk = cipher.decrypt(_nonce(number, not following), sealed, header)
        except InvalidTag:
            raise Damaged(_("%(part)s：第 %(n)d 块被改动或截断") % {"part": place, "n": number + 1}) from None
        # By and by: a chunk of nothing but zeros is a thousand times as long.
        while chunk:
            yield opened.decompress(chunk, CHUNK)
            chunk = opened.unconsumed_tail
        if not following:
            break
        number, sealed = number + 1, following
    yield opened.flush()


def synced(folder: Path) -> None:
    """A new name in a folder is on the disk only once the folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _compressed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(LEVEL)
    for chunk in chunks:
        yield packer.compress(chunk)
    yield packer.flush()


def _cut(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Chunks of one size, and whether each is the last, which alone may be shorter."""
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) > CHUNK:
            yield bytes(held[:CHUNK]), False
            del held[:CHUNK]
    yield bytes(held), True


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])
