"""The demo county's workbook: read, checked and stored, in a transaction that is taken back."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import django

from bench.table import Row

WORKBOOK = Path(__file__).resolve().parent.parent / "reception" / "demo" / "chenghe.xlsx"


def rows() -> Iterator[Row]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.core.management import call_command
    from django.db import transaction
    from django.utils import timezone

    from reception.actions import imports
    from reception.models import County, User
    from reception.workbooks import checking, reading

    call_command("migrate", database="owner", verbosity=0)
    assert not County.objects.exists(), "the benchmark needs an empty database: make clean"
    with transaction.atomic():
        system = User.objects.system()
        began = time.perf_counter()
        clean, problems = checking.check(reading.read(WORKBOOK), known={})
        assert not problems
        stored = imports.store(clean=clean, by=system, at=timezone.now())
        took = time.perf_counter() - began
        count = sum(stored.made.values())
        transaction.set_rollback(True)
    yield Row(f"importing the demo county's workbook ({count} rows)", took, 3, "s")
