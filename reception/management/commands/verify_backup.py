"""``manage.py verify_backup DIR``: every seal, every segment, and what PostgreSQL's own verifier says. Exit status 1 for a fault."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from reception.backups import checking, key
from reception.backups.folder import Folder
from reception.errors import Refused
from reception.management import arguments, ending


class Command(BaseCommand):
    help = (
        "Verify the backups in a folder: a changed byte, a missing or truncated part, missing log. Exit status 1 and a line for each fault "
        "found. Needs free space for one base backup in the folder for temporary files."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="the backup's folder")
        arguments.language(parser)

    def handle(self, *args: Any, folder: Path, language: str, **options: Any) -> None:
        faulty = 0
        with translation.override(language), ending.tidily():
            try:
                for checked in checking.check(Folder(folder.resolve(), key.load())):
                    for fault in checked.faults:
                        self.stderr.write(fault)
                    faulty += len(checked.faults)
                    self.stdout.write(f"{checked.what}：{_('有问题') if checked.faults else checked.found}")
            except Refused as refusal:
                raise CommandError(refusal.sentence) from refusal
            if faulty:
                self.stderr.write(_("备份有 %(count)d 处问题，请立即重新备份，并查明原因。") % {"count": faulty})
                sys.exit(1)
            self.stdout.write(_("备份完好。"))
