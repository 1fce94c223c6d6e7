"""``manage.py verify_journal``: check every county's journal and releases, link by link."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from reception import scope
from reception.actions import journal
from reception.management import arguments
from reception.models import County, Entry, Release


class Command(BaseCommand):
    help = "Verify the journal and the releases of one county, or of all. Exit status 1 and a line for each fault found."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("county", nargs="?", help="the county's slug; all counties without it")

    def handle(self, *args: Any, county: str | None, **options: Any) -> None:
        counties = [arguments.find(county)] if county else list(County.objects.all())
        faulty = False
        for found in counties:
            with scope.county(found):
                faults = list(journal.faults())
                counted = f"{Entry.objects.count()} entries, {Release.objects.published().count()} releases"
            for fault in faults:
                self.stderr.write(f"{found.slug}: {fault}")
            self.stdout.write(f"{found.slug}: {counted}, {len(faults)} faults")
            faulty = faulty or bool(faults)
        if faulty:
            sys.exit(1)
