"""``manage.py restore_drill DIR [--to MOMENT]``: restore the backup beside the running portal, look whether it is whole, take it away."""

import time
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from reception.backups import drilling, key, programs
from reception.backups.folder import Folder
from reception.backups.streams import Damaged
from reception.errors import Refused
from reception.management import arguments, ending, looks


class Command(BaseCommand):
    help = (
        "Restore a backup into a PostgreSQL of its own, beside the running one, to a moment or to the end; verify it; say in a table what "
        "was found; remove it. Exit status 1 where something is wrong. Nothing is sent from it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="the backup's folder")
        arguments.moment(parser, "--to", "restore to this moment, as 2026-11-27T15:04:05; without it to the end")
        parser.add_argument("--keep", action="store_true", help="leave the restored server running, and say where it is")
        arguments.language(parser)

    def handle(self, *args: Any, folder: Path, to: datetime | None, keep: bool, language: str, **options: Any) -> None:
        with translation.override(language), ending.tidily():
            began, found, place = time.monotonic(), [], None
            try:
                for step in drilling.drill(Folder(folder.resolve(), key.load()), to=to, keep=keep, language=language):
                    if isinstance(step, drilling.Up):
                        place = step.restored.place
                    else:
                        found.append(step)
            except Refused as refusal:
                raise CommandError(refusal.sentence) from refusal
            except (Damaged, programs.Failed) as damage:
                raise CommandError(str(damage)) from damage
            finally:
                if found:
                    looks.show(found, self.stdout)
                if keep and place:
                    self.stdout.write(_("恢复的数据库仍在 %(place)s 运行，用完请停止并删除这个目录。") % {"place": place})
            wrong = [look.what for look in found if not look.is_well]
            if wrong:
                raise CommandError(_("演练未通过：%(wrong)s。") % {"wrong": _("、").join(wrong)})
            seconds = time.monotonic() - began
            self.stdout.write(_("演练通过：%(count)d 项，%(seconds).1f 秒。") % {"count": len(found), "seconds": seconds})
