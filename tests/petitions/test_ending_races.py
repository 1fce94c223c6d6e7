"""Two people at once at a case's end: one does it, the other is told; numbers have no gap, and nothing is there twice."""

import threading

import pytest
from django.db import connection

from petitions.actions import closing, deliveries, opinions, reviews
from petitions.models import Delivery, Document, Opinion, Review
from reception import scope
from reception.errors import MovedOn, Refused
from tests.petitions import lives, referring
from tests.petitions.lives import DELIVERED, DRAFTED, ISSUED, life, moment
from tests.reception import builders


@pytest.fixture
def office(committed_db):
    made = builders.bureau()
    builders.published(made)
    return made


def at_once(case, action, people, on, **more):
    """The same action by several people who start together; what each got, a row or a refusal."""
    gate, got, county = threading.Barrier(len(people)), [], case.office.county

    def run(person):
        try:
            gate.wait(10)
            with scope.county(county):
                got.append(action(case=case.case, county=county, by=person, at=moment(on), **more))
        except Exception as error:  # noqa: BLE001  whatever it is, is the result
            got.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return got


def told(got):
    return [one for one in got if isinstance(one, MovedOn | Refused)]


def test_of_two_at_once_one_does_it_and_the_other_is_told_at_every_step(office):
    case = life(office)
    officer, head = case.unit.officer, case.unit.head
    steps = (
        (opinions.draft, [officer, officer], DRAFTED, {"said": lives.said()}),
        (opinions.check, [office.clerk, office.chief], DRAFTED, {}),
        (opinions.issue, [head, head], ISSUED, {}),
        (deliveries.deliver, [officer, officer], DELIVERED, {"handed": lives.handed()}),
        (closing.close, [office.clerk, office.chief], DELIVERED, {}),
        (reviews.request, [office.clerk, office.chief], DELIVERED, {"text": "不服"}),
    )
    for action, people, on, more in steps:
        got = at_once(case, action, people, on, **more)
        assert len(told(got)) == 1, (action, got)
        assert sum(isinstance(one, Exception) for one in got) == 1, (action, got)
        case.case = referring.now(office, case.case)
    with scope.county(office.county):
        assert [Opinion.objects.count(), Delivery.objects.count(), Review.objects.count()] == [1, 1, 1]
        assert list(Document.objects.filter(kind="opinion").values_list("n", flat=True)) == [1]
    assert case.facts["status"] == "under_review"
