"""``manage.py backup DIR``: a base backup of PostgreSQL and the log it has archived, sealed. ``--wal`` only the log, as every minute."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from reception.backups import taking
from reception.backups.streams import Damaged
from reception.errors import Refused
from reception.management import arguments


class Command(BaseCommand):
    help = (
        "Back up PostgreSQL into a folder while everybody works on: a base backup and the archived write-ahead log, encrypted with the "
        "key in BACKUP_KEY_FILE. Needs BACKUP_DATABASE_URL and WAL_SPOOL_DIR; see docs/deployment.md."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="the backup's folder")
        parser.add_argument("--wal", action="store_true", help="only take over the archived log, without a base backup")
        parser.add_argument("--keep", type=arguments.count, metavar="N", help="then remove all base backups but the newest N")
        arguments.language(parser)

    def handle(self, *args: Any, folder: Path, wal: bool, keep: int | None, language: str, **options: Any) -> None:
        with translation.override(language):
            try:
                taken = taking.take(folder.resolve(), at=timezone.now(), with_base=not wal, but=keep)
            except Refused as refusal:
                raise CommandError(refusal.sentence) from refusal
            except Damaged as damage:
                raise CommandError(str(damage)) from damage
            if taken.base:
                self.stdout.write(
                    _("已备份 %(name)s：%(mb)d MB，WAL %(count)d 段。")
                    % {"name": taken.base.name, "mb": taken.base.size >> 20, "count": taken.segments}
                )
                if taken.forgotten:
                    self.stdout.write(_("已删去旧备份 %(count)d 份。") % {"count": taken.forgotten})
            else:
                self.stdout.write(_("已封存 WAL %(count)d 段。") % {"count": taken.segments})
            if taken.files:
                self.stdout.write(_("已封存材料文件 %(count)d 个。") % {"count": taken.files})
