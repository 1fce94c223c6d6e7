"""The report's tables against cases whose every step is known, and against what the reader is kept from."""

from datetime import date

import pytest

from petitions.models import Case, Grade, Rating
from petitions.models.opinions import RatedBody
from petitions.reports import rising, whole
from petitions.workflow import Status
from reception import scope
from reception.roles import Role
from scheduling import periods
from tests.petitions import lives
from tests.petitions.letters import letter
from tests.petitions.lives import DELIVERED, life
from tests.reception import builders

ON = date(2026, 4, 1)


def tables(office, person, period="2026", on=ON):
    """Each table's rows that are not all noughts, by the table's name."""
    with scope.county(office.county):
        person.held = person.roles(on=on)
        found = whole.tables(user=person, county=office.county, period=periods.parse(period), on=on)
    return {table.key: {row.words: row.numbers for row in table.rows if any(row.numbers)} for table in found}


def test_what_came_is_counted_by_way_kind_field_and_month(office):
    letter(office, "水管漏水", n=1, on=date(2026, 1, 5))
    letter(office, "噪声扰民", n=2, on=date(2026, 2, 5), status=Status.RESOLVED_ON_SPOT, people=6)
    letter(office, "去年的事", n=3, on=date(2025, 12, 31))
    found = tables(office, office.chief)
    assert found["way"] == {"来信": (2, 7, 1, 0)}
    assert found["kind"] == {"申诉求决": (1, 6, 1, 0), "（待定）": (1, 1, 0, 0)}
    assert sum(numbers[0] for numbers in found["topic"].values()) == 2
    assert found["month"] == {"2025-12": (1,), "2026-01": (1,), "2026-02": (1,)}
    assert tables(office, office.chief, "2026-02")["way"] == {"来信": (1, 6, 1, 0)}
    assert tables(office, office.chief, "2026-03")["way"] == {}


@pytest.mark.parametrize(
    ("end", "rows"),
    [
        (lambda case: case.delivered(), {"按期（60 日内）": (1,)}),
        (lambda case: case.draft(on=date(2026, 3, 16)).check(on=date(2026, 3, 16)).issue(on=date(2026, 3, 16)), {"超期办结": (1,)}),
        (lambda case: case, {"已超期、尚未办结": (1,)}),
    ],
)
def test_a_handling_period_ends_in_time_or_late_or_is_over_and_runs(office, end, rows):
    end(life(office))
    assert tables(office, office.chief)["periods"] == rows


def test_by_unit_steps_reviews_and_ratings_of_one_life(office):
    case = life(office).delivered().ask_for_review().review(lives.Ruling.SET_ASIDE)
    with scope.county(office.county):
        Rating.objects.create(
            case=case.case,
            round=1,
            body=RatedBody.DEPARTMENT,
            department=case.unit.department,
            grade=Grade.DISSATISFIED,
            at=lives.moment(DELIVERED),
        )
    found = tables(office, office.chief)
    # Sent twice, since the review set the first handling aside; ended in time once; one dissatisfied.
    assert found["unit"] == {"住房和城乡建设局": (2, 0, 0, 1, 0, 0, 0, 0, 0, 1)}
    assert found["reviews"] == {"复查": (1, 0, 0, 1)}
    assert found["ratings"] == {"责任单位": (0, 0, 1)}
    for step in ("转送", "予以受理", "签发处理意见", "送达"):
        assert any(words.startswith(step) for words in found["steps"]), (step, found["steps"])


def test_what_the_reader_is_kept_from_is_not_counted(office):
    case = life(office)
    letter(office, "水管漏水", n=2)
    with scope.county(office.county):
        Case.objects.filter(pk=case.case.pk).update(accused_user=office.clerk)
    assert tables(office, office.clerk)["way"] == {"来信": (1, 1, 0, 0)}
    assert tables(office, office.chief)["way"] == {"来信": (2, 2, 0, 0)}
    # A unit counts what was referred to it, and reads nothing of the county's receptions.
    own = tables(office, case.unit.officer)
    assert own["way"] == {"来信": (1, 1, 0, 0)}
    assert "leader" not in own
    other = builders.bureau("linhe")
    assert tables(other, other.chief)["way"] == {}


def test_who_received_and_who_has_not_yet(office):
    found = tables(office, office.chief)
    with scope.county(office.county):
        person = builders.user("reads", office.county, Role.AUDITOR)
        person.held = person.roles(on=ON)
        said = whole.tables(user=person, county=office.county, period=periods.parse("2026"), on=ON)
    leaders = next(table for table in said if table.key == "leader")
    assert leaders.rows
    assert all(row.numbers == (0, 0, 0, 0, 0) for row in leaders.rows)
    assert found["leader"] == {}


@pytest.mark.parametrize(
    ("now", "before", "is_so"),
    [(4, 0, False), (5, 0, True), (5, 10, True), (5, 11, False), (20, 41, False), (20, 40, True), (0, 0, False)],
)
def test_what_is_much(now, before, is_so):
    assert rising.is_rising(now, before) is is_so


def test_the_radar_shows_fields_and_counts(office):
    for n in range(5):
        letter(office, f"水管漏水{n}", n=n + 1, on=date(2026, 3, 1))
    letter(office, "早先的事", n=9, on=date(2025, 10, 1))
    with scope.county(office.county):
        (row,) = rising.found(Case.objects.all(), on=ON)
        assert (row.now, row.before, row.usual) == (5, 1, 0.25)
        assert rising.found(Case.objects.filter(pk=0), on=ON) == []
