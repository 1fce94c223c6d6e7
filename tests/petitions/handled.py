"""A case that a unit has, step by step, as the way of a case needs it: registered, screened, assigned, accepted, in handling."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from petitions.actions import cases, clocks
from petitions.models import Case, CaseStep, Kind, Referral
from petitions.workflow import Action
from reception import codes, scope
from reception.models import Department, RoleGrant, User
from reception.roles import Role
from tests.petitions.receptions import called, conclude, department
from tests.reception import bookers, builders
from tests.reception.builders import NOW


def moment(day: date, hour: int = 10) -> datetime:
    """So late on a day in the county, which is eight hours ahead."""
    return datetime.combine(day, time(hour - 8), UTC)


@dataclass(frozen=True)
class Unit:
    """A responsible unit with its officer and its head."""

    department: Department
    officer: User
    head: User


def unit(office, code="D02", **names):
    found = department(office, code, **names)
    people = []
    for role in (Role.OFFICER, Role.DEPARTMENT_HEAD):
        person = builders.user(f"{office.county.slug}-{code}-{role}".lower(), office.county)
        with scope.county(office.county):
            RoleGrant.objects.create(user=person, role=role.value, department=found, starts_on=date(2020, 1, 1))
        people.append(person)
    return Unit(found, *people)


def move(office, case, action, by, on, **more):
    with scope.county(office.county):
        return cases.move(cases.locked(case), action, county=office.county, by=by, at=moment(on), on=on, **more)


def letter(office, day, *, n=1):
    """A case that came by a letter on a day, registered that day."""
    with scope.county(office.county):
        first = bookers.book(office, n, at=NOW).booking
        case = Case.objects.create(
            number=codes.new_number(year=day.year),
            code_hash="x",
            status="registered",
            way_in="letter",
            topic=first.topic,
            matter="反映楼道长期漏水",
            wish="要求维修",
            identity=first.identity,
            received_on=day,
            registered_at=moment(day),
        )
        step = CaseStep.objects.create(
            case=case, n=1, action="register", before="", after="registered", actor=office.clerk.username, at=moment(day)
        )
        clocks.start(step=step, kind="D1", on=day, county=office.county)
    return case


def assigned(office, of, *, on=None, due_on=None, kind=Kind.CLAIM, n=1, letter_of=None):
    """A case assigned to a unit, which received it that day; its clocks D3, D4 and D11 run."""
    on = on or letter_of or date(2026, 3, 2)
    due_on = due_on or on + timedelta(days=49)
    case = letter(office, letter_of, n=n) if letter_of else conclude(office, called(office, n), kind=kind).case
    with scope.county(office.county):
        case = Case.objects.get(pk=case.pk)
        if case.status == "registered":
            cases.screen(case=cases.locked(case), kind=kind, county=office.county, by=office.clerk, at=moment(on))
    step = move(office, case, Action.ASSIGN, office.clerk, on)
    with scope.county(office.county):
        referral = Referral.objects.create(
            case=case,
            step=step,
            round=1,
            department=of.department,
            is_lead=True,
            is_assigned=True,
            received_on=on,
            due_on=due_on,
        )
        for kind_of in ("D3", "D4"):
            clocks.start(step=step, kind=kind_of, on=on, county=office.county, referral=referral)
        clocks.start_set(step=step, on=on, due_on=due_on, county=office.county, referral=referral)
        case = cases.locked(case)
        case.department = of.department
        case.save(update_fields=["department"])
        clocks.remember_due(case)
        return Case.objects.get(pk=case.pk)


def accepted(office, of, *, on=date(2026, 3, 4), **more):
    case = assigned(office, of, **more)
    move(office, case, Action.ACCEPT, of.officer, on)
    with scope.county(office.county):
        Referral.objects.filter(case=case).update(state="accepted")
        return Case.objects.get(pk=case.pk)


def in_handling(office, of, *, on=date(2026, 3, 4), **more):
    """Accepted on a day and in handling: the clock D5 runs from that day."""
    case = accepted(office, of, on=on, **more)
    move(office, case, Action.HANDLE, of.officer, on)
    with scope.county(office.county):
        return Case.objects.get(pk=case.pk)
