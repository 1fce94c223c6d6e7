"""Receptions with fixed parts: who was called, what was said, who does what."""

import uuid
from datetime import UTC, date, datetime, timedelta

from petitions.actions import receptions
from petitions.actions.receptions import Account, Assigned
from petitions.models import Decision, Kind
from reception import scope
from reception.actions import booking_steps, bookings
from reception.models import Department
from tests.reception import bookers
from tests.reception.builders import NOW

DAY = date(2026, 2, 24)
# Half past nine in the county, and when the reception is over.
BEGUN = datetime(2026, 2, 24, 1, 30, tzinfo=UTC)
ENDED = BEGUN + timedelta(minutes=20)
AT = ENDED + timedelta(minutes=5)


def department(office, code="D02", name="住房和城乡建设局"):
    with scope.county(office.county):
        return Department.objects.get_or_create(code=code, defaults={"name": name, "name_en": "Housing Bureau"})[0]


def called(office, n=1, **more):
    """A citizen who booked, came and was called."""
    booking = bookers.book(office, n, at=NOW, **more).booking
    with scope.county(office.county):
        row = booking_steps.locked(booking)
        for action in ("check_in", "call"):
            bookings.change(row, action, county=office.county, by=office.clerk, at=BEGUN)
    return row


def task(office, code="D02", *, lead=True, due_on=date(2026, 3, 31), deliverable="查明漏水原因并维修"):
    return Assigned(
        department(office, code, f"部门{code}" if code != "D02" else "住房和城乡建设局"), deliverable, due_on, is_lead=lead
    )


def account(office, **more):
    parts = {
        "asked": "反映楼道长期漏水，要求维修。",
        "said": "请住建局牵头，月底前修好并回访。",
        "decision": Decision.INSTRUCTED,
        "begun_at": BEGUN,
        "ended_at": ENDED,
        "read_back": True,
        "kind": Kind.CLAIM,
        "present": "县信访局局长",
    }
    if "tasks" not in more and more.get("decision", Decision.INSTRUCTED) == Decision.INSTRUCTED:
        parts["tasks"] = (task(office),)
    return Account(**{**parts, **more})


def conclude(office, booking, *, by=None, at=AT, key=None, joins=None, **more):
    with scope.county(office.county):
        return receptions.conclude(
            booking=booking,
            account=account(office, **more),
            key=key or uuid.uuid4(),
            county=office.county,
            by=by or office.clerk,
            at=at,
            joins=joins,
        )


def correct(office, minutes, *, reason="笔误", by=None, at=AT + timedelta(hours=1), key=None, **more):
    with scope.county(office.county):
        return receptions.correct(
            minutes=minutes,
            account=account(office, **more),
            reason=reason,
            key=key or uuid.uuid4(),
            county=office.county,
            by=by or office.clerk,
            at=at,
        )
