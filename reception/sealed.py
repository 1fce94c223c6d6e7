"""Short secrets at rest, sealed: AES-256-GCM with a key that is derived from settings.ENCRYPTION_KEY for this purpose alone."""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

VERSION = "1."


class Unsealable(Exception):
    """The sealed text was changed, belongs to another purpose, or was sealed with another key."""


def seal(text: str, *, purpose: str) -> str:
    """The text sealed for a purpose: readable again only for the same purpose and under the same key."""
    nonce = os.urandom(12)
    body = AESGCM(_key(purpose)).encrypt(nonce, text.encode(), purpose.encode())
    return VERSION + base64.b64encode(nonce + body).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """The text that was sealed. Raises `Unsealable`."""
    if not sealed.startswith(VERSION):
        raise Unsealable(purpose)
    try:
        raw = base64.b64decode(sealed.removeprefix(VERSION), validate=True)
        return AESGCM(_key(purpose)).decrypt(raw[:12], raw[12:], purpose.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise Unsealable(purpose) from error


def _key(purpose: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"reception-day {purpose} v1".encode())
    return derived.derive(settings.ENCRYPTION_KEY.encode())
