"""The key of the backups: one file, outside the database and outside every backup. Without it a backup is worth nothing, to anybody."""

import base64
import os
import secrets
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _

from reception.errors import Refused

BYTES = 32


@dataclass(frozen=True)
class Key:
    """The key. Never logged: only its name is shown, from which nothing of the key can be learned."""

    secret: bytes = field(repr=False)

    @cached_property
    def name(self) -> str:
        """Sixteen hexadecimal digits that stand in every sealed part, so that a wrong key is told from a damaged part."""
        return self.derived(b"", "name", 8).hex()

    def derived(self, salt: bytes, purpose: str, length: int = BYTES) -> bytes:
        return HKDF(algorithm=SHA256(), length=length, salt=salt, info=f"reception-day backup {purpose}".encode()).derive(
            self.secret
        )


def path() -> Path:
    """Where the key file is. Raises `Refused` where none is named."""
    if settings.BACKUP_KEY_FILE is None:
        raise Refused(_("没有设置 BACKUP_KEY_FILE：请指定备份密钥文件的位置，放在数据库和备份目录之外。"))
    return Path(settings.BACKUP_KEY_FILE)


def make() -> Key:
    """Make the key file, once. Raises `Refused` where there is one: a new key would open none of the backups there are."""
    where, made = path(), Key(secrets.token_bytes(BYTES))
    try:
        with os.fdopen(os.open(where, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(base64.b64encode(made.secret).decode() + "\n")
    except FileExistsError:
        raise Refused(_("备份密钥文件已经存在，没有改动。要更换，请先把旧文件另存：旧的备份只有它能打开。")) from None
    except OSError as error:
        raise Refused(_("备份密钥文件写不了：%(why)s。") % {"why": error.strerror}) from error
    return made


def load() -> Key:
    """Read the key file. Raises `Refused`, which says what is wrong with it and nothing of what it holds."""
    where = path()
    try:
        secret = base64.b64decode(where.read_text().strip(), validate=True)
    except FileNotFoundError:
        raise Refused(_("备份密钥文件不存在：%(path)s。请从另存处取回；第一次使用请运行 backup_key。") % {"path": where}) from None
    except (OSError, ValueError) as error:
        raise Refused(_("备份密钥文件读不了：%(path)s。请从另存处取回。") % {"path": where}) from error
    if len(secret) != BYTES:
        raise Refused(_("备份密钥文件读不了：%(path)s。请从另存处取回。") % {"path": where})
    return Key(secret)
