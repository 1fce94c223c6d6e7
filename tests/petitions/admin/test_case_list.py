"""The list of cases: one box, filters, counts that stop counting, few queries, and nothing of what the reader is kept from."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from petitions.actions import finding, indexing
from petitions.models import Case
from petitions.workflow import Status
from reception import codes, scope
from reception.models import Entry
from reception.roles import Role
from tests.petitions.asked import own
from tests.petitions.letters import letter
from tests.petitions.receptions import department
from tests.reception import bookers, builders

URL = "/admin/petitions/case/"


@pytest.fixture
def clerk(office, sign_in):
    return sign_in(office.clerk)


def listed(response):
    """The numbers on the page."""
    with_numbers = [codes.show_number(number) for number in Case.objects.values_list("number", flat=True)]
    return {number for number in with_numbers if number in response.content.decode()}


def shown(office, response, *rows):
    with scope.county(office.county):
        assert response.status_code == 200
        assert listed(response) == {codes.show_number(row.number) for row in rows}
    return True


def test_the_box_understands_a_number_a_phone_an_identity_number_a_name_and_words(office, clerk):
    one = letter(office, "水管漏水", person=bookers.person(7, id_number="11010519491231002X"))
    other = letter(office, "路灯不亮", n=8)

    def ask(said):
        return clerk.post(URL, {"q": said})

    for said in (one.number, codes.show_number(one.number), "138 0000 0007", "11010519491231002x", "居民7", "漏", "管漏", "水管漏"):
        assert shown(office, ask(said), one), said
    assert shown(office, ask("居民"))
    assert shown(office, ask("不亮"), other)
    assert "没有符合条件的事项" in ask("没有人说过的话").content.decode()
    assert ask("长" * 61).status_code == 200


def test_words_never_come_by_an_address(office, clerk):
    one, other = letter(office, "水管漏水"), letter(office, "路灯不亮", n=2)
    assert shown(office, clerk.get(URL, {"q": "路灯"}), one, other)


def test_a_search_for_a_person_is_on_record_without_the_person(office, clerk):
    letter(office, "水管漏水", n=7)
    clerk.post(URL, {"q": "居民7"})
    clerk.post(URL, {"q": "水管"})
    with scope.county(office.county):
        entries = list(Entry.objects.filter(act="case.find").values_list("object", "facts"))
    assert entries == [("cases", {"by": ["name"], "found": 1})]


def test_whoever_may_not_read_identities_finds_numbers_and_words_only(office, sign_in):
    case = letter(office, "水管漏水", n=7)
    auditor = sign_in(builders.user("auditor", office.county, Role.AUDITOR))
    assert shown(office, auditor.post(URL, {"q": "居民7"}))
    assert shown(office, auditor.post(URL, {"q": "13800000007"}))
    assert shown(office, auditor.post(URL, {"q": "水管"}), case)


def test_each_filter_leaves_what_it_says(office, clerk):
    today, unit = date(2026, 1, 9), department(office)
    due = {"late": -1, "today": 0, "three": 3, "four": 4, "seven": 7, "eight": 8}
    rows = {name: letter(office, name, n=n, due_on=today + timedelta(days=days)) for n, (name, days) in enumerate(due.items(), 1)}
    rows["none"] = letter(office, "none", n=20)
    rows["unit"] = letter(office, "unit", n=21, department=unit, status=Status.TRANSFERRED)
    rows["again"] = letter(office, "again", n=22, repeats=rows["none"])

    def named(**given):
        with scope.county(office.county):
            response = clerk.get(URL, given)
            numbers = listed(response)
            return {name for name, row in rows.items() if codes.show_number(row.number) in numbers}

    assert named(colour="pressing") == {"late", "today", "three"}
    assert named(colour="overdue") == {"late"}
    assert named(colour="three") == {"today", "three"}
    assert named(colour="seven") == {"four", "seven"}
    assert named(colour="later") == {"eight"}
    assert named(colour="none") == {"none", "unit", "again"}
    assert named(status="transferred") == named(department=unit.pk) == named(kind="claim") == {"unit"}
    assert named(repeat="on") == {"again"}
    assert named(way_in="letter") == set(rows)
    assert named(supervised="on") == set()
    assert named(status="nonsense") == set()


def test_counts_stop_at_a_thousand_and_pages_keep_the_words(office, clerk, monkeypatch):
    monkeypatch.setattr(finding, "MOST", 60)
    monkeypatch.setattr("petitions.admin.case_list.MOST", 60)
    for n in range(61):
        letter(office, f"水管漏水{n}", n=n + 1)
    assert "（60+ 件）" in clerk.get(URL).content.decode()
    found = clerk.post(URL, {"q": "漏水"}).content.decode()
    assert "（60+ 件）" in found
    assert 'name="q" value="漏水"' in found
    second = clerk.post(URL, {"q": "漏水", "page": "2"})
    with scope.county(office.county):
        assert len(listed(second)) == 10


@pytest.mark.parametrize("said", ["", "漏水", "居民7", "漏", "水管漏水"])
def test_the_list_asks_at_most_twelve_things_however_long_it_is(office, clerk, said):
    for n in range(30):
        letter(office, f"水管漏水{n}", n=n + 1)
    with scope.county(office.county):
        indexing.index()
    with CaptureQueriesContext(connection) as asked:
        clerk.post(URL, {"q": said}) if said else clerk.get(URL)
    # That somebody looked for a person is written into the journal besides.
    written = ("reception_entry", "pg_advisory_xact_lock")
    assert len(own([query for query in asked if not any(word in query["sql"] for word in written)])) <= 12
