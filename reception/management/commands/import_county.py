"""``manage.py import_county FILE``: check a county's workbook, and with ``--write`` store it, all or nothing."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from reception.actions import imports
from reception.errors import Refused
from reception.management import arguments
from reception.models import User
from reception.workbooks import checking, reading
from reception.workbooks.columns import SHEETS


class Command(BaseCommand):
    help = "Check a county's workbook (XLSX, or a folder of CSVs) and print every problem. With --write, store it: all or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="an XLSX file or a folder of CSV files")
        parser.add_argument("--write", action="store_true", help="store the county; without it nothing is written")
        arguments.language(parser)

    def handle(self, *args: Any, file: Path, write: bool, language: str, **options: Any) -> None:
        with translation.override(language):
            try:
                raw = reading.read(file)
            except reading.Unreadable as unreadable:
                raise CommandError(str(unreadable), returncode=2) from unreadable
            slugs = [str(row.cells.get("slug", "")).strip() for row in raw.sheets.get("county", [])]
            clean, problems = checking.check(raw, known=imports.known_codes(slugs[0]) if slugs else {})
            if problems:
                self._show(problems)
                self.stderr.write(_("发现 %(count)d 处问题，没有写入任何内容。") % {"count": len(problems)})
                sys.exit(1)
            for sheet in SHEETS:
                if clean.rows(sheet.key):
                    self.stdout.write(_("%(sheet)s：%(count)d 行") % {"sheet": sheet.zh, "count": len(clean.rows(sheet.key))})
            if not write:
                self.stdout.write(_("没有发现问题。这是试运行，没有写入；加 --write 正式导入。"))
                return
            try:
                stored = imports.store(clean=clean, by=User.objects.system(), at=timezone.now())
            except Refused as refusal:
                raise CommandError(refusal.sentence) from refusal
            made, changed = sum(stored.made.values()), sum(stored.changed.values())
            if not made and not changed:
                self.stdout.write(_("与库中已有内容相同，没有改动。"))
            else:
                self.stdout.write(_("已导入：新增 %(made)d 行，更新 %(changed)d 行。") % {"made": made, "changed": changed})

    def _show(self, problems: list[reading.Problem]) -> None:
        table = Table(show_lines=False)
        for title in (_("工作表"), _("行"), _("列"), _("问题和办法")):
            table.add_column(title, overflow="fold")
        for problem in problems:
            table.add_row(problem.sheet, str(problem.row or ""), problem.column, problem.sentence)
        Console(file=cast("IO[str]", self.stdout), width=None if sys.stdout.isatty() else 140).print(table)
