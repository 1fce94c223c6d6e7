"""Cases on their way, with fixed parts: a letter of 12 January 2026, screened, and sent to units whose people exist."""

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from petitions.actions import cases, handling, objections, referrals
from petitions.actions.received import Received
from petitions.actions.receptions import Assigned
from petitions.models import Case, Kind, WayIn
from reception import scope
from reception.models import County, Department, RoleGrant, User
from reception.roles import Role
from tests.reception import bookers, builders

# A Monday morning; the letter came that day.
AT = datetime(2026, 1, 12, 1, 0, tzinfo=UTC)
TODAY = date(2026, 1, 12)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Unit:
    """A unit with an officer and a head."""

    department: Department
    officer: User
    head: User


def employed(office, department, role, username):
    person = builders.user(username, office.county)
    with scope.county(office.county):
        RoleGrant.objects.create(user=person, role=role.value, department=department, starts_on=date(2020, 1, 1))
    return person


def unit(office, code="D02", name="住房和城乡建设局", *, superior=None, kind="department"):
    with scope.county(office.county):
        made = Department.objects.create(code=code, name=name, name_en=name, superior=superior, kind=kind, phone="0000-7654321")
    officer = employed(office, made, Role.OFFICER, f"officer-{code}".lower())
    head = employed(office, made, Role.DEPARTMENT_HEAD, f"head-{code}".lower())
    return Unit(made, officer, head)


def received(office, n=1, **more):
    parts = {
        "way_in": WayIn.LETTER,
        "person": bookers.person(n),
        "topic": bookers.topic(office),
        "matter": "三号楼楼道长期漏水，多次反映未修。",
        "wish": "请督促维修。",
        "received_on": TODAY,
    }
    return Received(**{**parts, **more})


def register(office, n=1, *, key=None, by=None, at=AT, files=(), **more):
    with scope.county(office.county):
        return cases.register(
            said=received(office, n, **more),
            key=key or uuid.uuid4(),
            county=office.county,
            by=by or office.clerk,
            at=at,
            files=files,
        )


def screened(office, n=1, *, kind=Kind.CLAIM, at=AT, urgent=False, simple=False, **more) -> Case:
    case = register(office, n, at=at, **more).case
    with scope.county(office.county):
        case = cases.locked(case)
        cases.screen(case=case, kind=kind, county=office.county, by=office.clerk, at=at, urgent=urgent, simple=simple)
        return case


def do(office, action, case, *, by=None, at=AT, **more):
    """An action on a case, locked first as the edges do."""
    with scope.county(office.county):
        return action(case=cases.locked(case), county=office.county, by=by or office.clerk, at=at, **more)


def transfer(office, case, to, *, at=AT, received_on=None, **more):
    more = {"department": to.department, "received_on": received_on or at.date(), **more}
    return do(office, referrals.transfer, case, at=at, **more)


def task(to, *, lead=True, due_on=date(2026, 2, 12), deliverable="查明漏水原因并维修"):
    return Assigned(to.department, deliverable, due_on, is_lead=lead)


def assign(office, case, *tasks, at=AT, received_on=None, **more):
    return do(office, referrals.assign, case, at=at, tasks=tasks, received_on=received_on or at.date(), **more)


def accept(office, case, to, *, at=AT, on=None, by=None):
    return do(office, handling.accept, case, by=by or to.officer, at=at, on=on or at.date())


def in_handling(office, case, to, *, at=AT):
    """From under screening to the unit's officer."""
    transfer(office, case, to, at=at)
    accept(office, case, to, at=at)
    return do(office, handling.handle, case, by=to.officer, at=at, handler=to.officer)


def object_to(office, case, to, *, at=AT, reasons="该小区由物业公司管理，依据物业管理条例不属于我局职权。", **more):
    return do(office, objections.raise_one, case, by=to.officer, at=at, reasons=reasons, **more)


def now(office, case) -> Case:
    with scope.county(office.county):
        return Case.objects.select_related("department", "handler", "repeats", "joins").get(pk=case.pk)


def county_of(office) -> County:
    return office.county
