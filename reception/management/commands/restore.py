"""``manage.py restore DIR TARGET [--to MOMENT]``: a data folder that PostgreSQL comes up on as of a moment. For the day it is needed."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from reception.backups import key, papers, programs, restoring
from reception.backups.folder import Folder
from reception.backups.streams import Damaged
from reception.errors import Refused
from reception.management import arguments


class Command(BaseCommand):
    help = (
        "Unpack a backup into an empty folder, on which a PostgreSQL of the same version comes up as of a moment, or of the backup's end. "
        "Starts nothing. What is there afterwards is in clear."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="the backup's folder")
        parser.add_argument("target", type=Path, help="an empty folder, or one that is not there yet")
        arguments.moment(parser, "--to", "as of which moment, as 2026-11-27T15:04:05; without it the end of the backup")
        parser.add_argument(
            "--files", type=Path, metavar="DIR", help="an empty folder for the files that were sent, to be UPLOADS_DIR"
        )
        arguments.language(parser)

    def handle(
        self, *args: Any, folder: Path, target: Path, to: datetime | None, files: Path | None, language: str, **options: Any
    ) -> None:
        with translation.override(language):
            try:
                backup = Folder(folder.resolve(), key.load())
                count = papers.unpack(backup, files.resolve()) if files else 0
                restoring.restore(backup, target.resolve(), to=to)
            except Refused as refusal:
                raise CommandError(refusal.sentence) from refusal
            except (Damaged, programs.Failed) as damage:
                raise CommandError(str(damage)) from damage
            self.stdout.write(
                _("已解开到 %(path)s。交给 PostgreSQL 的用户后启动，恢复完成后运行 check_restored，再删去其中的 %(log)s。")
                % {"path": target, "log": restoring.LOG}
            )
            if files:
                self.stdout.write(
                    _("材料文件 %(count)d 个已放到 %(path)s，把 UPLOADS_DIR 指向这里。") % {"count": count, "path": files}
                )
            else:
                self.stdout.write(_("材料文件没有恢复；需要时加上 --files 目录。"))
