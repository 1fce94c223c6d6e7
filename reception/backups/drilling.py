"""The restore drill: open the backup, bring it up beside the running portal, look at it, and take it away again."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from reception.backups import server
from reception.backups.folder import Folder, shown
from reception.backups.restored import Look
from reception.backups.server import Restored
from reception.errors import Refused


@dataclass(frozen=True)
class Up:
    """The restored database is up."""

    restored: Restored


def drill(folder: Folder, *, to: datetime | None, keep: bool, language: str) -> Iterator[Look | Up]:
    """Restore and look; what was found, one after the other, and once what was restored. Raises `Refused`, `streams.Damaged`.

    The server is gone afterwards, whatever happens, unless it is to be kept and came up.
    """
    restored = server.start(folder, to=to)
    try:
        yield Up(restored)
        yield Look(_("解开备份"), _("基础备份 %(name)s") % {"name": restored.base.name}, True, restored.unpacked)
        moment = _("到 %(moment)s") % {"moment": shown(to)} if to else _("到备份的末尾")
        yield Look(_("恢复数据库"), moment, True, restored.recovered)
        yield from _looked_at(restored, language)
    finally:
        if not keep:
            server.stop(restored.place)


def environment(restored: Restored) -> dict[str, str]:
    """What a process of the portal needs to work on the restored database. Whatever it sends goes nowhere."""
    # Nothing of the running database's or of the ways out comes along, not as a file or a password of its own either.
    ours = ("DATABASE_", "OWNER_DATABASE_", "EMAIL_URL", "SMS_URL")
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(ours)},
        "DATABASE_URL": restored.address(str(settings.DATABASES["default"]["USER"])),
        "EMAIL_URL": "dummymail://",
        "SMS_URL": "null://",
        "UPLOADS_DIR": str(restored.place / server.FILES),
    }


def _looked_at(restored: Restored, language: str) -> Iterator[Look]:
    """A process of its own, for this one's settings name the running database."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "check_restored", "--json", "--language", language]
    done = subprocess.run(  # noqa: S603  our own command
        command, check=False, env=environment(restored), capture_output=True, text=True
    )
    told: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    yield from (Look(**one) for one in told)
    if not told or done.returncode not in (0, 1):
        last = done.stderr.strip().splitlines()[-1:] or [""]
        raise Refused(_("恢复的数据库没有查完：%(why)s") % {"why": last[0]})
