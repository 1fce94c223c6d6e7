"""Secrets that come as files: ``NAME_FILE`` names a file that holds what ``NAME`` would say, so that it stands in no environment.

An environment is inherited by every program that is started, and shown by the tools that look after containers; a file is read by
whoever may. `environment` is the one place that knows this: whoever asks it sees addresses with their passwords in them.
"""

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from django.core.exceptions import ImproperlyConfigured

# An address whose password may stand apart from it, in NAME_PASSWORD or its file, so that it has to be kept only once.
ADDRESSES = {
    "DATABASE_URL": "DATABASE_PASSWORD",
    "OWNER_DATABASE_URL": "OWNER_DATABASE_PASSWORD",
    "REPLICA_DATABASE_URL": "REPLICA_DATABASE_PASSWORD",
    "BACKUP_DATABASE_URL": "BACKUP_DATABASE_PASSWORD",
    "REDIS_URL": "REDIS_PASSWORD",
}
SECRETS = ("SECRET_KEY", "ENCRYPTION_KEY", "ENCRYPTION_KEY_BEFORE", *ADDRESSES, *ADDRESSES.values(), "EMAIL_URL", "SMS_URL")
LARGEST = 8192


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """What is given, with each secret that a file is named for, and each address with its password.

    Raises `ImproperlyConfigured` with a sentence that names the setting, never the secret: both NAME and NAME_FILE are given; the file
    can't be read, is empty, has more than one line, or everybody on the machine may read it; a password has no address, or two.
    """
    found = dict(given)
    for name in SECRETS:
        path = given.get(f"{name}_FILE", "")
        if path:
            if given.get(name):
                raise ImproperlyConfigured(f"both {name} and {name}_FILE are set: take one of them away.")
            found[name] = _read(f"{name}_FILE", Path(path))
    for address, password in ADDRESSES.items():
        if found.get(password):
            found[address] = _together(address, found.get(address, ""), password, found[password])
    return found


def _read(setting: str, path: Path) -> str:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise ImproperlyConfigured(f"{setting}: {path} can't be read ({error.strerror}).") from error
    if mode & stat.S_IROTH:
        raise ImproperlyConfigured(f"{setting}: everybody on the machine may read {path}; take that away (chmod o= {path}).")
    try:
        # One end of line: editors put it there. Everything else belongs to the secret.
        secret = content.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError as error:
        raise ImproperlyConfigured(f"{setting}: {path} is no text.") from error
    if not secret.strip():
        raise ImproperlyConfigured(f"{setting}: {path} is empty.")
    if len(content) > LARGEST or not secret.isprintable():
        raise ImproperlyConfigured(f"{setting}: {path} must hold the secret alone, on one line.")
    return secret


def _together(name: str, address: str, password_name: str, password: str) -> str:
    if not address:
        raise ImproperlyConfigured(f"{password_name} is set but {name} is not: it says whose password that is.")
    parts = urlsplit(address)
    who, _at, where = parts.netloc.rpartition("@")
    if ":" in who:
        raise ImproperlyConfigured(f"both {name} and {password_name} have a password: take one of them away.")
    return urlunsplit(parts._replace(netloc=f"{who}:{quote(password, safe='')}@{where}"))
