"""``manage.py check_restored``: whether a restored database is this code's, whole, and holds its messages until a person lets them go."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from reception.backups import restored
from reception.management import arguments, looks


class Command(BaseCommand):
    help = (
        "Look at a restored database before it serves: migrations, journal, releases, rows, and that messages wait for a person. Exit "
        "status 1 where something is wrong. On a database that was never restored, the last look sends what is due, and says so."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="a line of JSON for each look")
        arguments.language(parser)

    def handle(self, *args: Any, language: str, **options: Any) -> None:
        with translation.override(language):
            found = []
            for look in restored.looks():
                found.append(look)
                if options["json"]:
                    self.stdout.write(json.dumps(asdict(look)))
            if not options["json"]:
                looks.show(found, self.stdout)
        if not all(look.is_well for look in found):
            sys.exit(1)
