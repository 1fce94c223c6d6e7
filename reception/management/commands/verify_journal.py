"""``manage.py verify_journal``: check every county's journal and releases, link by link, and what else is kept for ever."""

import re
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reception import scope
from reception.actions import proofs
from reception.management import arguments
from reception.models import Entry, Release


class Command(BaseCommand):
    help = (
        "Verify the journal and the releases of one county, or of all, and the minutes, documents and results that the journal tells of. "
        "Exit status 1 and a line for each fault found."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("county", nargs="?", help="the county's slug; all counties without it")
        parser.add_argument(
            "--witness",
            action="append",
            default=[],
            metavar="N:HASH",
            help="a head of this county's journal that was told in public and kept elsewhere; may be given several times",
        )

    def handle(self, *args: Any, county: str | None, witness: list[str], **options: Any) -> None:
        if witness and not county:
            raise CommandError("--witness is of one county: name the county.")
        heads = [_head(one) for one in witness]
        faulty = False
        for found in arguments.one_or_all(county):
            with scope.county(found):
                faults = list(proofs.faults()) + [fault for head in heads if (fault := proofs.witnessed(*head))]
                counted = f"{Entry.objects.count()} entries, {Release.objects.published().count()} releases"
            for fault in faults:
                self.stderr.write(f"{found.slug}: {fault}")
            self.stdout.write(f"{found.slug}: {counted}, {len(faults)} faults")
            faulty = faulty or bool(faults)
        if faulty:
            sys.exit(1)


def _head(said: str) -> tuple[int, str]:
    number, _colon, digest = said.partition(":")
    if not (number.isascii() and number.isdigit() and re.fullmatch(r"[0-9a-f]{64}", digest)):
        raise CommandError(
            f"{said!r} is no head: it is a number, a colon and 64 of 0-9 and a-f, as /api/v1/counties/…/journal gives them."
        )
    return int(number), digest
