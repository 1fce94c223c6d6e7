from datetime import UTC, datetime, timedelta

import pytest

from petitions import sweeps as own
from reception import rounds
from reception.actions import sweeps
from tests.reception import builders

# Half past one at night in the county.
AT = datetime(2026, 2, 2, 17, 30, tzinfo=UTC)


@pytest.fixture
def office(db):
    return builders.bureau("chenghe")


def test_what_takes_its_time_is_done_from_two_to_four_at_night_and_everything_else_always(office):
    def works(**later):
        return sweeps.now_and_then(county=office.county, at=AT + timedelta(**later))

    ever = [*sweeps.DUE, *sweeps.PUT_AWAY]
    assert works() == works(hours=2, minutes=30) == works(hours=12) == ever
    assert works(minutes=30) == works(hours=2, minutes=29) == [*ever, *sweeps.AT_NIGHT]


def test_what_time_does_to_cases_is_among_it_once():
    for drawer in ("DUE", "WAITED_FOR", "PUT_AWAY", "AT_NIGHT"):
        assert getattr(own, drawer)
        assert [getattr(sweeps, drawer).count(work) for work in getattr(own, drawer)] == [1] * len(getattr(own, drawer))


def test_a_work_that_fails_stops_no_other_and_no_other_county(office, clock, monkeypatch):
    builders.bureau("linhe")
    clock.move_to(AT)
    done = []

    def fails(**_who):
        raise RuntimeError("not today")

    def notes(name):
        return lambda county, **_who: done.append((name, county.slug))

    for drawer, name in (("DUE", "due"), ("PUT_AWAY", "away"), ("WAITED_FOR", "waited for")):
        monkeypatch.setattr(sweeps, drawer, [fails, notes(name)])
    rounds.once(is_settling=True)
    assert done == [(name, slug) for slug in ("chenghe", "linhe") for name in ("due", "away", "waited for")]
    done.clear()
    rounds.once()
    assert done == [("waited for", "chenghe"), ("waited for", "linhe")]
    done.clear()
    rounds.once(is_sweeping=False)
    assert done == []
