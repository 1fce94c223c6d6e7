"""``manage.py make_province``: counties, cases and journals as many as a province has, to try a machine with."""

import os
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections
from django.utils import timezone

from petitions.actions import indexing
from petitions.models import Case, CaseStep, CaseText, Deadline
from petitions.province import cases, counties, entries
from petitions.province.cases import Made
from reception import scope
from reception.demo import PASSWORD
from reception.models import County, Entry

AT_ONCE = 2_000


class Command(BaseCommand):
    help = (
        "Make a province that does not exist, to try a machine with: counties with a published year, cases of ten years, and the journal. "
        "Its logins have a known password, so it is refused without DEMO=1. What is there already is left as it is: go on by the same line."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--counties", type=int, default=120, help="how many counties (120)")
        parser.add_argument("--cases", type=int, default=1_000_000, help="how many cases in all (1,000,000)")
        parser.add_argument("--entries", type=int, default=5_000_000, help="at least so many journal entries in all (5,000,000)")
        parser.add_argument(
            "--share", default="", help="N/M: only every M-th county from the N-th, counted from 0; for a process of several"
        )
        parser.add_argument(
            "--processes", type=int, default=os.cpu_count() or 1, help="how many processes work at once (one for each processor)"
        )

    def handle(self, *args: Any, share: str, processes: int, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("the province's logins have a known password: set DEMO=1 to have them, and never on a real server")
        if not 1 <= options["counties"] <= 999:
            raise CommandError("--counties is from 1 to 999")
        if share or processes == 1:
            at, of = (int(part) for part in (share or "0/1").split("/"))
            self._share(range(at + 1, options["counties"] + 1, of), options)
        else:
            self._together(processes, options)

    def _together(self, processes: int, options: dict[str, Any]) -> None:
        told = [f"--{name}={options[name]}" for name in ("counties", "cases", "entries")]
        command = [sys.executable, "manage.py", "make_province", *told]
        running = [
            subprocess.Popen([*command, f"--share={n}/{processes}"], cwd=settings.BASE_DIR)  # noqa: S603  our own command
            for n in range(processes)
        ]
        if any([process.wait() for process in running]):  # noqa: C419  all are waited for
            raise CommandError("a share was not made; the lines above say why. Go on by the same line.")

    def _share(self, numbers: range, options: dict[str, Any]) -> None:
        now, password, began = timezone.now(), make_password(PASSWORD), time.monotonic()
        for number in numbers:
            county = counties.make(number, year=now.year, password=password, at=now)
            each, rest = divmod(options["cases"], options["counties"])
            made = self._fill(county, number, each + (number <= rest), -(-options["entries"] // options["counties"]), now)
            self.stdout.write(f"  province | {number:3} {county.name}: {made} ({time.monotonic() - began:.0f} s)")
            self.stdout.flush()
            # A session plans what its triggers ask only once, and the first plan is for tables that were empty.
            if not connection.in_atomic_block:
                connection.close()

    def _fill(self, county: County, number: int, most: int, least: int, now: datetime) -> str:
        with scope.county(county):
            desk, done, told = cases.desk(county, number=number, at=now), Case.objects.count(), Entry.objects.count()
        for batch, deeds in enumerate(
            cases.make(desk, most, done=done, last=timezone.localdate(timezone=county.zone), seed=number)
        ):
            told += entries.tell(deeds)
            if batch == 1:
                _looked_over()
        visits = _visits(desk, now)
        while told < least:
            with scope.county(county):
                told += entries.tell(islice(visits, min(AT_ONCE, least - told)))
        with scope.county(county):
            indexing.index()
        return f"{most} cases, {told} entries"


def _looked_over() -> None:
    """The database plans with this county's rows from its second batch on: of a county it has not heard of it expects one row at most."""
    if "owner" in connections:
        with connections["owner"].cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(model._meta.db_table for model in (Case, CaseStep, CaseText, Deadline))}")


def _visits(desk: cases.Desk, now: datetime) -> Iterator[Made]:
    """What a journal is full of: people signing in."""
    while True:
        yield Made("account.signed_in", f"user {desk.clerk.pk}", desk.clerk.username, now)
