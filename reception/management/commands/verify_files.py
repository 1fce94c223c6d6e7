"""``manage.py verify_files``: open every sealed file of every county, and say which is not there or is not what was sealed."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from reception import scope
from reception.actions import uploads
from reception.management import arguments


class Command(BaseCommand):
    help = (
        "Read and open every file of one county, or of all: what citizens sent, what belongs to cases, exports. "
        "Exit status 1 and a line for each that is not there, can't be read or was changed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("county", nargs="?", help="the county's slug; all counties without it")

    def handle(self, *args: Any, county: str | None, **options: Any) -> None:
        faulty = False
        for found in arguments.one_or_all(county):
            with scope.county(found):
                faults = list(uploads.faults())
                count = uploads.count()
            for fault in faults:
                self.stderr.write(f"{found.slug}: {fault}")
            self.stdout.write(f"{found.slug}: {count} files, {len(faults)} faults")
            faulty = faulty or bool(faults)
        if faulty:
            sys.exit(1)
