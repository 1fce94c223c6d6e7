"""Years of several counties, simulated: every invariant after every event, every published document verified.

Small in the suite; ``make simulate`` runs the whole (YEARS, COUNTIES, SEED). What was lived through is told at the end of the run.
"""

import gc
import os
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection

from reception import scope
from reception.models import Release
from tests.faults.simulation import START, Life

YEARS, COUNTIES = float(os.environ.get("YEARS", "0.3")), int(os.environ.get("COUNTIES", "1"))
SEED = os.environ.get("SEED", "1")


@pytest.mark.parametrize("index", range(COUNTIES))
def test_f44_years_of_a_county(index, committed_db, as_superuser, record_property):
    as_superuser(f'ALTER DATABASE "{committed_db}" SET synchronous_commit = off')
    connection.close()
    gc.freeze()
    life = Life(index, SEED)
    try:
        life.live(START + timedelta(days=int(365.25 * YEARS)))
    finally:
        record_property("life", _told(life))
    assert life.counts["publish", "done"] >= YEARS
    assert life.moved_on > 0, "nobody came late"
    assert sum(number for (_name, outcome), number in life.counts.items() if outcome == "done") > 250 * YEARS


def _told(life):
    kinds = Counter()
    for (_name, outcome), number in life.counts.items():
        kinds[outcome] += number
    with scope.county(life.county):
        releases = Release.objects.published().count()
    return {
        "county": life.county.slug,
        "until": str(life.today),
        "events": sum(kinds.values()),
        "releases": releases,
        "outcomes": dict(kinds),
        "done": {name: number for (name, outcome), number in sorted(life.counts.items()) if outcome == "done"},
        "seen": {str(key): number for key, number in sorted(life.invariants.seen.items(), key=str)},
    }
