"""``manage.py import_template [FILE]``: an empty workbook to fill in, with an explanation of every column."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from reception.management import arguments
from reception.workbooks import writing


class Command(BaseCommand):
    help = "Write an empty workbook for import_county, with an explanation of every column."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=Path("county.xlsx"), help="where to write it (county.xlsx)")
        parser.add_argument("--force", action="store_true", help="overwrite the file")
        arguments.language(parser)

    def handle(self, *args: Any, file: Path, force: bool, language: str, **options: Any) -> None:
        with translation.override(language):
            if file.exists() and not force:
                raise CommandError(_("文件 %(name)s 已存在。换一个名字，或加 --force 覆盖。") % {"name": file})
            if not file.parent.is_dir():
                raise CommandError(_("没有文件夹 %(name)s。") % {"name": file.parent})
            writing.write(file, english=language == "en")
            self.stdout.write(_("已写入 %(name)s。") % {"name": file})
