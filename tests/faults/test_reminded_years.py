"""Years of reminders in simulated time, county by county, beside a ledger that knows nothing of the sweep: everyone told what they were
to be told, once, whatever was missed, stopped, handed on or swept twice.

Small in the suite; ``make reminded`` runs the whole (YEARS, COUNTIES, SEED).
"""

import os
import random
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection

from petitions.models import Case, CaseStep, Deadline, Stop
from reception import scope, sending
from reception.actions import deriving
from reception.models import Channel, County, Department, Identity, Leader, Message, RoleGrant, Topic, User
from reception.models.calendar import work_calendar
from reception.roles import Role
from tests.faults import figures
from tests.reception import builders

YEARS, COUNTIES, SEED = float(os.environ.get("YEARS", "0.2")), int(os.environ.get("COUNTIES", "2")), os.environ.get("SEED", "1")
START = date(2022, 6, 1)
ONE_DAY = timedelta(days=1)
KINDS = ("D2", "D3", "D12", "D14")
LADDERS = (
    {},
    {"remind_days_before": [10, 2], "remind_half_way": False},
    {"remind_days_before": [], "remind_leader_days_after": None},
    {"remind_days_before": [5, 4, 3, 2, 1, 0], "remind_head_days_after": 2, "remind_chief_days_after": 2},
)


class Taken:
    """A mail server that takes every letter, and counts it."""

    knows_keys = asks_first = False

    def __init__(self):
        self.letters = []

    def prepare(self, message, county):
        return message.key

    def send(self, prepared):
        self.letters.append(prepared)

    def close(self):
        pass


class Life:
    """One county with a unit of two, its chief, its leader and the joint meeting's office; clocks that begin, stop and change hands."""

    def __init__(self, index):
        self.chance = random.Random(f"{SEED} {index}")
        self.county = County.objects.create(
            slug=f"c{index}", code=f"14{index:04}", name=f"第{index}县", bureau="信访局", **LADDERS[index % len(LADDERS)]
        )
        self.people = {
            role: builders.user(f"c{index}-{role}".replace("_", "-"), self.county, role)
            for role in (Role.CLERK, Role.CHIEF, Role.JOINT_OFFICE)
        }
        with scope.county(self.county):
            self.unit = Department.objects.create(code="U1", name="住房和城乡建设局")
            for role in (Role.OFFICER, Role.DEPARTMENT_HEAD):
                person = self.people[role] = builders.user(f"c{index}-{role}".replace("_", "-"), self.county)
                RoleGrant.objects.create(user=person, role=role.value, department=self.unit, starts_on=date(2020, 1, 1))
            leader = self.people[Role.LEADER] = builders.user(f"c{index}-leader", self.county, Role.LEADER)
            self.leader = Leader.objects.create(code="L1", name="县长乙", user=leader)
            self.topic = Topic.objects.create(code="T1", name="其他")
            blank = "0" * 24
            at = datetime.combine(START, time(0), UTC)
            self.identity = Identity.objects.create(sealed=b"", shredded_at=at, kept_at=at, name_index=blank, person_index=blank)
            self.calendar = work_calendar(self.county)
        self.index, self.today, self.swept, self.cases = index, START, None, 0
        self.clocks, self.ledger, self.mail = {}, set(), Taken()

    def live(self, until):
        while self.today < until:
            with scope.county(self.county):
                for _n in range(self.chance.choice((0, 0, 0, 1, 1, 2))):
                    self.begin()
                for clock in list(self.clocks.values()):
                    self.happen(clock)
            # Now and then nobody looks for days.
            if self.chance.random() < 0.9:
                self.look()
            self.today += ONE_DAY

    def begin(self):
        self.cases += 1
        at = datetime.combine(self.today, time(1), UTC)
        handler = self.chance.choice((None, None, self.people[Role.OFFICER]))
        leader = self.chance.choice((None, self.leader))
        case = Case.objects.create(
            number=f"{self.index % 100:02}{self.cases:09}", code_hash="x", status="in_handling", kind="claim", way_in="letter",
            topic=self.topic, matter="提醒", wish="提醒", identity=self.identity, received_on=self.today, registered_at=at,
            department=self.chance.choice((None, self.unit, self.unit)), handler=handler, instructed_by=leader,
        )  # fmt: skip
        step = CaseStep.objects.create(case=case, n=1, action="register", before="", after="registered", actor="clerk", at=at)
        length = self.chance.randint(3, 70)
        clock = Deadline.objects.create(
            case=case, kind=self.chance.choice(KINDS), start="register", began_by=step, started_on=self.today, amount=length, unit="days",
            roll="none", article="", rule="", calendar="", due_on=self.today + timedelta(days=length), target_on=self.today,
        )  # fmt: skip
        self.clocks[clock.pk] = (clock, step, case)

    def happen(self, known):
        """A clock is stopped, or its case changes hands."""
        clock, step, case = known
        late = (self.today - clock.due_on).days
        if self.chance.random() < (0.03 if late < 0 else 0.08 if late < 18 else 0.5):
            Stop.objects.create(deadline=clock, step=step, stopped_on=self.today)
            del self.clocks[clock.pk]
        elif self.chance.random() < 0.01:
            case.handler = self.chance.choice((None, self.people[Role.OFFICER], self.people[Role.DEPARTMENT_HEAD]))
            case.save(update_fields=["handler"])

    def look(self):
        """One or more sweeps of this day, some with what was not sent lost before; then the ledger's own account of it."""
        hour = self.chance.choice((0, 3, 9, 14))
        at = datetime.combine(self.today, time(hour), UTC) - timedelta(hours=8) + timedelta(hours=1)
        for _n in range(self.chance.choice((1, 1, 2))):
            if self.chance.random() < 0.1:
                with scope.county(self.county):
                    Message.objects.filter(state="waiting").delete()
            deriving.sweep(county=self.county, by=User.objects.system(), at=at)
        sending.send_due(self.county, now=lambda: at, by={Channel.EMAIL: self.mail})
        since = min(filter(None, (self.swept, self.today - timedelta(days=3))))
        self.swept = at.astimezone(self.county.zone).date()
        assert self.swept == self.today
        for clock, _step, case in self.clocks.values():
            self.ledger |= self.told(clock, case, since)

    # The ledger: one clock at a time, day by day, from the settings as they were typed.

    def told(self, clock, case, since):
        found, before = set(), sorted(self.county.remind_days_before)
        reached = [n for n in before if self.back(clock.due_on - timedelta(days=n)) <= self.today]
        if reached:
            n = reached[0]
            if self.back(clock.due_on - timedelta(days=n)) >= since and clock.due_on - timedelta(days=n) > clock.started_on:
                found |= {(f"-{n}" if n else "+0", person) for person in self.handlers(case)}
        elif self.county.remind_half_way:
            half = clock.started_on + timedelta(days=(clock.due_on - clock.started_on).days // 2)
            if since <= self.back(half) <= self.today and half > clock.started_on:
                found |= {("half", person) for person in self.handlers(case)}
        chief, head = self.people[Role.CHIEF], self.people[Role.DEPARTMENT_HEAD]
        for days, person in (
            (self.county.remind_head_days_after, head if case.department_id else chief),
            (self.county.remind_chief_days_after, chief),
            (self.county.remind_leader_days_after, self.people[Role.LEADER] if case.instructed_by_id else None),
            (self.county.remind_joint_days_after, self.people[Role.JOINT_OFFICE]),
        ):
            if days and person and since <= self.forth(clock.due_on + timedelta(days=days)) <= self.today:
                found.add((f"+{days}", person))
        return {(clock.pk, rule, person.pk) for rule, person in found}

    def handlers(self, case):
        if case.handler_id:
            return [case.handler]
        return [self.people[Role.OFFICER], self.people[Role.DEPARTMENT_HEAD]] if case.department_id else [self.people[Role.CLERK]]

    def back(self, day):
        while not self.calendar.is_workday(day):
            day -= ONE_DAY
        return day

    def forth(self, day):
        while not self.calendar.is_workday(day):
            day += ONE_DAY
        return day


@pytest.mark.parametrize("index", range(COUNTIES))
def test_f44_everyone_is_told_once_what_the_ledger_says(index, committed_db, as_superuser):
    as_superuser(f'ALTER DATABASE "{committed_db}" SET synchronous_commit = off')
    connection.close()
    life = Life(index)
    life.live(START + timedelta(days=int(365.25 * YEARS)))
    with scope.county(life.county):
        rows = list(Message.objects.filter(kind="clock").values_list("facts__deadline", "rule", "recipient"))
        letters = list(Message.objects.filter(kind="digest").values_list("key", "state", "recipient", "cause"))
    assert len(rows) == len(set(rows))
    assert set(rows) == life.ledger
    assert len(rows) > 100 * YEARS
    # One letter a person and day at the most, and none taken twice.
    assert len(life.mail.letters) == len(set(life.mail.letters))
    assert set(life.mail.letters) == {key for key, state, _person, _cause in letters if state == "sent"}
    assert len({(person, cause) for _key, _state, person, cause in letters}) == len(letters)
    figures.progress("counties reminded", index + 1, COUNTIES)
