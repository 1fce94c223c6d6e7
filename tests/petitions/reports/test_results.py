"""What is told of a month to everybody, against cases that are known."""

from datetime import date

from petitions.models import Case, Grade, Rating
from petitions.models.opinions import RatedBody
from petitions.reports import results
from petitions.workflow import Status
from reception import scope
from reception.models import Result, Topic
from scheduling import periods
from tests.petitions import lives
from tests.petitions.letters import letter
from tests.petitions.lives import DELIVERED, life
from tests.reception import bookers
from tests.reception.builders import NOW

ON = date(2026, 4, 10)


def told(office, month, on=ON):
    """The document of a month, kept as the months before it were."""
    with scope.county(office.county):
        document = results.document(county=office.county, month=periods.parse(month), on=on)
        Result.objects.create(month=periods.parse(month).first, document=document, published_at=NOW)
    return document


def letters(office, count, month, *, first=1, **more):
    return [letter(office, "水管漏水", n=first + n, on=date(2026, month, 5), **more) for n in range(count)]


def test_what_came_is_told_by_field_and_the_small_ones_together(office):
    bookers.topic(office)
    with scope.county(office.county):
        roads = Topic.objects.create(code="T8", name="交通", name_en="Roads", position=8)
        noise = Topic.objects.create(code="T9", name="噪声", position=9)
    cases = letters(office, 16, 1)
    with scope.county(office.county):
        Case.objects.filter(pk__in=[case.pk for case in cases[:6]]).update(topic=roads)
        Case.objects.filter(pk__in=[case.pk for case in cases[6:9]]).update(topic=noise)
        Case.objects.filter(pk__in=[case.pk for case in cases[9:11]]).update(topic=Topic.objects.create(code="T7", name="水"))
    housing = {"name": {"zh": cases[0].topic.name, "en": cases[0].topic.name_en}, "count": 5}
    assert told(office, "2026-01") == {
        "month": "2026-01",
        "received": {"total": 16, "topics": [{"name": {"zh": "交通", "en": "Roads"}, "count": 6}, housing], "others": 5},
        "in_time": None,
        "satisfied": None,
    }
    letters(office, 4, 2, first=20)
    assert told(office, "2026-02")["received"] is None
    assert told(office, "2026-03")["received"] == {"total": 0, "topics": [], "others": 0}


def test_what_complains_of_somebody_is_not_counted(office):
    cases = letters(office, 6, 1, status=Status.RESOLVED_ON_SPOT)
    with scope.county(office.county):
        Case.objects.filter(pk__in=[case.pk for case in cases[:2]]).update(accused_user=office.clerk)
    assert told(office, "2026-01")["received"] is None


def test_small_shares_wait_for_a_later_month_and_are_told_with_it(office):
    one = life(office).delivered()
    with scope.county(office.county):
        for at, grade in ((lives.moment(DELIVERED), Grade.SATISFIED), (lives.moment(date(2026, 3, 2)), Grade.DISSATISFIED)):
            for body, number in ((RatedBody.BUREAU, 1), (RatedBody.DEPARTMENT, 2)):
                of = {"department": one.unit.department} if body is RatedBody.DEPARTMENT else {}
                for n in range(3):
                    Rating.objects.create(case=one.case, round=10 * number + 3 * at.month + n, body=body, grade=grade, at=at, **of)
    assert told(office, "2026-01")["satisfied"] is None
    assert told(office, "2026-02")["satisfied"] == {"since": "2026-01", "whole": 6, "part": 6}
    assert told(office, "2026-03")["satisfied"] == {"since": "2026-03", "whole": 6, "part": 0}
    assert told(office, "2026-04")["satisfied"] is None
    with scope.county(office.county):
        shares = [row.document["in_time"] for row in Result.objects.all()]
    assert shares == [None] * 4, "one opinion is too few, however long one waits"


def test_a_share_counts_every_month_it_waited(office, monkeypatch):
    """Two months of three in time and one month of two late: told in the month in which neither part is small any more."""
    counts = {"2026-01": (3, 3), "2026-02": (5, 3), "2026-03": (3, 0), "2026-04": (9, 9)}
    monkeypatch.setitem(results.SHARES, "in_time", lambda asked: counts[asked.period.key])
    found = [told(office, month)["in_time"] for month in counts]
    assert found == [
        None,
        None,
        {"since": "2026-01", "whole": 11, "part": 6},
        {"since": "2026-04", "whole": 9, "part": 9},
    ]
