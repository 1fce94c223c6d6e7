"""Short secrets at rest, sealed: AES-256-GCM with a key that is derived from settings.ENCRYPTION_KEY for this purpose alone.

What was sealed under the key of before opens as long as that is named (settings.ENCRYPTION_KEY_BEFORE); only the new one seals.
"""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

VERSION = "1."
SECOND_FACTOR = "second factor"


class Unsealable(Exception):
    """The sealed text was changed, belongs to another purpose, or was sealed with another key."""


def seal(text: str, *, purpose: str) -> str:
    """The text sealed for a purpose: readable again only for the same purpose and under the same key."""
    nonce = os.urandom(12)
    body = AESGCM(_key(settings.ENCRYPTION_KEY, purpose)).encrypt(nonce, text.encode(), purpose.encode())
    return VERSION + base64.b64encode(nonce + body).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """The text that was sealed. Raises `Unsealable`."""
    try:
        return _opened(sealed, settings.ENCRYPTION_KEY, purpose)
    except Unsealable:
        if not settings.ENCRYPTION_KEY_BEFORE:
            raise
        return _opened(sealed, settings.ENCRYPTION_KEY_BEFORE, purpose)


def is_under_the_key(sealed: str, *, purpose: str) -> bool:
    """Whether the text is sealed under the key of now, and not under the one of before, or under none that is known."""
    try:
        _opened(sealed, settings.ENCRYPTION_KEY, purpose)
    except Unsealable:
        return False
    return True


def _opened(sealed: str, secret: str, purpose: str) -> str:
    if not sealed.startswith(VERSION):
        raise Unsealable(purpose)
    try:
        raw = base64.b64decode(sealed.removeprefix(VERSION), validate=True)
        return AESGCM(_key(secret, purpose)).decrypt(raw[:12], raw[12:], purpose.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise Unsealable(purpose) from error


def _key(secret: str, purpose: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"reception-day {purpose} v1".encode())
    return derived.derive(secret.encode())
