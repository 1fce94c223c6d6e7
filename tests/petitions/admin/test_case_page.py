"""The page of a case asks the database twelve things at most, wherever the case stands, whoever looks, however much belongs to it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from petitions import casefile
from petitions.actions import supervision
from petitions.models import Case, SupervisionGround
from reception import scope
from reception.roles import Role
from tests.petitions import lives
from tests.petitions.asked import own
from tests.petitions.letters import letter
from tests.petitions.lives import D7_OVER, DELIVERED, assigned, life
from tests.reception import builders

MOST = 12

WAYS = {
    "registered": lambda office: letter(office, "水管漏水"),
    "in handling": lambda office: life(office).case,
    "drafted": lambda office: life(office).draft().case,
    "issued": lambda office: life(office).issued().case,
    "delivered": lambda office: life(office).delivered().case,
    "assigned, delivered": lambda office: assigned(office, leader=lives.leader(office)).draft().case,
    "closed": lambda office: life(office).delivered().close(on=D7_OVER).case,
    "under review": lambda office: life(office).delivered().ask_for_review().case,
    "set aside, begun again": lambda office: life(office).delivered().ask_for_review().review(lives.Ruling.SET_ASIDE).case,
}


def asked(browser, case):
    with CaptureQueriesContext(connection) as queries:
        page = browser.get(reverse("admin:case", args=[case.pk]))
    assert (page.status_code, "no-store" in page["Cache-Control"]) == (200, True)
    return own(queries)


@pytest.mark.parametrize("where", WAYS)
@pytest.mark.parametrize("role", ["clerk", "officer"])
def test_the_page_asks_at_most_twelve_things(office, clock, sign_in, where, role):
    case = WAYS[where](office)
    clock.move_to(lives.moment(D7_OVER))
    if role == "officer":
        # Before it is sent to a unit no unit sees it.
        handler = case.handler or office.clerk
        found = asked(sign_in(handler), case)
    else:
        found = asked(sign_in(builders.user("looks", office.county, Role(role))), case)
    assert len(found) <= MOST, "\n".join(found)


def test_it_asks_no_more_for_a_longer_case(office, clock, sign_in):
    clock.move_to(lives.moment(D7_OVER))
    case = life(office).draft()
    browser = sign_in(office.clerk)
    first = len(asked(browser, case.case))
    case.check().issue().deliver()
    said = {"ground": SupervisionGround.OVERDUE, "text": "请限期办结。", "due_on": lives.D7_ENDS}
    case.do(supervision.begin, by=office.chief, on=DELIVERED, department=case.unit.department, **said)
    assert len(asked(browser, case.case)) <= first


def test_what_is_at_hand_is_what_the_database_holds(office):
    case = life(office).delivered().ask_for_review().case
    with scope.county(office.county):
        opened = casefile.opened(Case.objects.get(pk=case.pk))
        with CaptureQueriesContext(connection) as queries:
            held = {name: list(getattr(opened, name).all()) for name in opened._prefetched_objects_cache}
        assert queries.captured_queries == []
        assert set(held) >= {"steps", "documents", "opinions", "deadlines", "referrals"}
        plain = Case.objects.get(pk=case.pk)
        for name, rows in held.items():
            same = {row.pk: row for row in getattr(plain, name).all()}
            assert {row.pk for row in rows} == set(same)
            for row in rows:
                for field in row._meta.concrete_fields:
                    assert getattr(row, field.attname) == getattr(same[row.pk], field.attname), (name, field.name)
