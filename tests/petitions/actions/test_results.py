"""A month's results are told on the tenth of the next, once, for ever."""

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, transaction

from petitions.actions import results
from reception import scope, tasks
from reception.models import County, Entry, Result
from tests.petitions.letters import letter
from tests.reception import builders


def publish(office, on):
    """As at noon of a day in the county."""
    with scope.county(office.county):
        at = datetime(on.year, on.month, on.day, 4, tzinfo=UTC)
        return results.publish_due(county=office.county, by=office.clerk.__class__.objects.system(), at=at)


def test_each_month_is_told_on_the_tenth_of_the_next_and_once(office):
    assert publish(office, date(2026, 3, 10)) == 0, "no case, nothing to tell"
    for n in range(6):
        letter(office, "水管漏水", n=n + 1, on=date(2026, 1, 5))
    before = County.objects.get(pk=office.county.pk).edition
    assert publish(office, date(2026, 2, 9)) == 0
    assert publish(office, date(2026, 2, 10)) == 1
    assert publish(office, date(2026, 2, 10)) == 0
    with scope.county(office.county):
        row = Result.objects.get()
        entry = Entry.objects.get(act="results.publish")
    assert (row.month, row.document["received"]["total"], entry.object) == (date(2026, 1, 1), 6, "results 2026-01")
    assert County.objects.get(pk=office.county.pk).edition > before, "public pages are made anew"


def test_months_that_were_missed_are_told_in_their_order(office):
    letter(office, "水管漏水", on=date(2025, 11, 5))
    assert publish(office, date(2026, 2, 28)) == 3
    with scope.county(office.county):
        assert [f"{row:%Y-%m}" for row in Result.objects.order_by("pk").values_list("month", flat=True)] == [
            "2025-11",
            "2025-12",
            "2026-01",
        ]


def test_what_was_told_stays(office):
    letter(office, "水管漏水", on=date(2026, 1, 5))
    publish(office, date(2026, 2, 10))
    with scope.county(office.county):
        for change in (lambda: Result.objects.update(document={}), Result.objects.all().delete):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()
        assert Result.objects.get().document["month"] == "2026-01"


def test_another_countys_results_are_not_seen(office):
    letter(office, "水管漏水", on=date(2026, 1, 5))
    publish(office, date(2026, 2, 10))
    other = builders.bureau("linhe")
    with scope.county(other.county):
        assert not Result.objects.exists()
    assert publish(other, date(2026, 2, 10)) == 0


def test_a_round_of_the_clock_tells_them_by_itself(office, clock):
    letter(office, "水管漏水", on=date(2026, 1, 5))
    clock.move_to(datetime(2026, 2, 10, 4, tzinfo=UTC))
    tasks.settle()
    with scope.county(office.county):
        assert Result.objects.get().month == date(2026, 1, 1)
