"""Releases of ten years of the demo county: how fast, and how much room they take. In a transaction that is taken back."""

import json
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

from bench.table import Row

WORKBOOK = Path(__file__).resolve().parent.parent / "reception" / "demo" / "chenghe.xlsx"
FIRST, YEARS, MEASURED = 2027, 10, 12


def rows() -> Iterator[Row]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.core.management import call_command
    from django.db import transaction

    from reception.models import County

    call_command("migrate", database="owner", verbosity=0)
    assert not County.objects.exists(), "the benchmark needs an empty database: make clean"
    with transaction.atomic():
        found = list(_ten_years())
        transaction.set_rollback(True)
    yield from found


def _ten_years() -> Iterator[Row]:
    """Plan ten years, change a sitting and publish, some times; the room is reckoned for one release in each of the 120 months."""
    from django.db import connection

    from reception import scope
    from reception.actions import imports, planning, releases
    from reception.models import Release, Sitting, User
    from reception.workbooks import checking, reading

    at = datetime(FIRST - 1, 12, 1, tzinfo=UTC)
    clean, _problems = checking.check(reading.read(WORKBOOK), known={})
    system = User.objects.system()
    county = imports.store(clean=clean, by=system, at=at).county
    for year in range(FIRST, FIRST + YEARS):
        planning.plan_year(county=county, year=year, by=system, at=at)
    said = {"county": county, "by": system}
    slowest = whole = own = 0.0
    with scope.county(county):
        sittings = list(Sitting.objects.filter(rotation__isnull=False, day__day__gte=at).order_by("-day__day", "pk"))
        for month in range(MEASURED):
            now = at + timedelta(days=month)
            Sitting.objects.filter(pk=sittings[month % len(sittings)].pk).update(capacity=30 + month)
            began, spent = time.perf_counter(), time.process_time()
            release = releases.draft(at=now, **said)
            for step in (releases.submit, releases.approve):
                step(release=release, at=now, **said)
            releases.publish(release=release, at=now, late_reason="测算", **said)
            took = time.perf_counter() - began
            slowest, whole, own = max(slowest, took), whole + took, own + time.process_time() - spent
        documents = list(Release.objects.published().values_list("document", flat=True))
        with connection.cursor() as cursor:
            cursor.execute("SELECT sum(pg_column_size(document)) FROM reception_release WHERE county_id = %s", [county.pk])
            stored = cursor.fetchone()[0]
    size = sum(len(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()) for document in documents)
    count, days = len(documents), len(documents[0]["days"])
    what, scale = f"releases of {days} days", 12 * YEARS / count / 2**20
    yield Row(f"{what}, drafted, submitted, approved and published", count / whole, None, "/s")
    yield Row("the slowest of them", slowest, None, "s")
    # Others on the machine don't count in this one; nor does the database's own work, some third more.
    yield Row("the same by the portal's own processor time", count / own, 5, "/s", floor=True)
    yield Row(f"{12 * YEARS} {what}: their documents in JSON", size * scale, 100, "MB")
    yield Row(f"{12 * YEARS} {what}: their documents as PostgreSQL keeps them", float(stored) * scale, 30, "MB")
