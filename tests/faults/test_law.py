"""Random attempts, legal and illegal, against an independent model of the law: the portal lets happen exactly what the model does.

After each attempt the state, the round, every running clock with its last day, and the last day kept beside the case are compared. Small
in the suite; ``make law`` runs a million (ATTEMPTS, SEED, SHARES).
"""

import os
import random
import sys
import uuid
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection, transaction

from petitions.actions import cases
from petitions.actions.received import Received
from petitions.models import Case, Deadline, WayIn
from reception import scope
from reception.actions import tracking
from reception.errors import Refused
from reception.models import Department, Leader, RoleGrant
from reception.models.calendar import work_calendar
from reception.roles import Role
from tests.petitions.attempts import Portal, draw
from tests.petitions.law import OVER, TOLD, UNITS, Law
from tests.reception import bookers, builders

ATTEMPTS, SEED = int(os.environ.get("ATTEMPTS", "800")), os.environ.get("SEED", "1")
SHARES = int(os.environ.get("SHARES", "2"))
EACH = 100
FIRST = date(2026, 1, 12)
ROLES = {
    "clerk": Role.CLERK,
    "clerk2": Role.CLERK,
    "chief": Role.CHIEF,
    "coordinator": Role.COORDINATOR,
    "joint": Role.JOINT_OFFICE,
    "reviewer": Role.REVIEWER,
    "auditor": Role.AUDITOR,
}


@pytest.fixture
def portal(committed_db, as_superuser, monkeypatch):
    as_superuser(f'ALTER DATABASE "{committed_db}" SET synchronous_commit = off')
    connection.close()
    # A code's slow hash is not what is tried here.
    monkeypatch.setattr(tracking, "hashed", lambda code: f"not a hash of {code}"[:20])
    office = builders.bureau()
    county = office.county
    county.upper_government = "上级人民政府"
    county.save(update_fields=["upper_government"])
    people = {name: builders.user(f"law-{name}", county, role) for name, role in ROLES.items()}
    with scope.county(county):
        leader = Leader.objects.order_by("code").first()
        leader.user = builders.user("law-leader", county, Role.LEADER)
        leader.save()
        people["leader"] = leader.user
        people["secretary"] = builders.user("law-secretary", county)
        RoleGrant.objects.create(user=people["secretary"], role="secretary", leader=leader, starts_on=date(2020, 1, 1))
        people["system"] = people["clerk"].__class__.objects.system()
        units = {letter: Department.objects.create(code=f"U{letter}", name=f"单位{letter}") for letter in UNITS}
        for letter, members in UNITS.items():
            for name in sorted(members):
                role = Role.DEPARTMENT_HEAD if name.startswith("head") else Role.OFFICER
                people[name] = builders.user(f"law-{name}", county)
                RoleGrant.objects.create(user=people[name], role=role.value, department=units[letter], starts_on=date(2020, 1, 1))
    made = Portal(county, people, units, leader)
    made.topic = bookers.topic(office)
    return made


@pytest.mark.parametrize("share", range(SHARES))
def test_the_portal_lets_happen_exactly_what_the_law_does(portal, share, capsys):
    drawn, counts = random.Random(f"{SEED} {share}"), Counter()
    calendar = _calendar(portal)
    n = 0
    while sum(counts.values()) < ATTEMPTS // SHARES:
        n += 1
        with scope.county(portal.county):
            _one_case(portal, drawn, n, calendar, counts)
    with capsys.disabled():
        done = sum(number for (_verb, happened), number in counts.items() if happened)
        verbs = {verb: number for (verb, happened), number in sorted(counts.items()) if happened}
        sys.stdout.write(f"\nlaw share {share}: {sum(counts.values())} attempts, {done} done: {verbs}\n")
    assert done > sum(counts.values()) / 10


def _calendar(portal):
    with scope.county(portal.county):
        return work_calendar(portal.county)


def _one_case(portal, drawn, n, calendar, counts):
    on = FIRST + timedelta(days=drawn.randint(0, 60))
    accused = "C" if drawn.random() < 0.3 else None
    received_on = on - timedelta(days=drawn.randint(0, 3))
    said = Received(
        way_in=WayIn.LETTER,
        person=bookers.person(n),
        topic=portal.topic,
        matter="楼道长期漏水，多次反映未修。",
        wish="请安排维修。",
        received_on=received_on,
        accused_department=portal.units[accused] if accused else None,
    )
    case = cases.register(said=said, key=uuid.uuid4(), county=portal.county, by=portal.people["clerk"], at=_at(on)).case
    law = Law(received=received_on, worked=calendar.is_workday, accused=accused)
    history = []
    over = 0
    for _turn in range(EACH):
        # What is over stays so; that is tried too, but not for the rest of the turns.
        over += law.status in OVER | TOLD - {"closed", "review_decided"}
        if over > 8:
            break
        if drawn.random() < 0.3:
            on += timedelta(days=drawn.choice([1, 1, 2, 3, 7, 20]))
        attempt = draw(drawn, law, on)
        history.append((str(on), attempt))
        lawful, refusal = law.allows(attempt, on), _refusal(portal, case, attempt, _at(on))
        happened = not refusal
        counts[attempt.verb, happened] += 1
        assert happened == lawful, f"{_told(history)}\nthe portal: {refusal or 'done'}"
        if happened:
            _same(case, law, history)


def _refusal(portal, case, attempt, at):
    """What the portal says against it; nothing where it is done."""
    try:
        with transaction.atomic():
            portal.do(case, attempt, at)
    except (Refused, LookupError) as refusal:
        return str(refusal) or "refused"
    return ""


def _same(case, law, history):
    now = Case.objects.get(pk=case.pk)
    clocks = dict(Deadline.objects.running().filter(case=case).values_list("kind", "due_on").order_by("due_on"))
    portals = (now.status, now.round, clocks, now.due_on)
    assert portals == (law.status, law.round, law.running, law.owed), _told(history)


def _at(on):
    """Ten in the morning in the county."""
    return datetime.combine(on, time(2), UTC)


def _told(history):
    return "\n".join(f"{on} {attempt.who} {attempt.verb} {attempt.said}" for on, attempt in history)
