"""``manage.py export_site COUNTY DIR``: the public site of a county as static files, for the government's own host.

What stands in the folder afterwards is this site and nothing else; until then the folder is as it was.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.handlers.base import BaseHandler
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from reception.export import Export, NotOurs


class Command(BaseCommand):
    help = "Write the whole public site of a county as static files: pages, calendar, feed, table, releases, in both languages."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("county", help="the county's slug, as chenghe")
        parser.add_argument("folder", type=Path, help="the folder to write; it is replaced as a whole")
        parser.add_argument(
            "--address", default="", help="where the folder will be served, as https://www.example.gov.cn/reception/"
        )

    def handle(self, *args: Any, county: str, folder: Path, address: str, **options: Any) -> None:
        handler = BaseHandler()
        handler.load_middleware()
        try:
            export = Export(handler, county, folder.resolve(), address=address)
            for number, total, page in export.write():
                if number % 25 == 0:
                    self.stdout.write(f"export | {number} / {total}  {page}")
        except NotOurs as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(_("已导出 %(pages)d 个文件到 %(folder)s。") % {"pages": export.written, "folder": folder})
