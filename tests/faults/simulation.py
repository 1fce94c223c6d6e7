"""Years of one county's life, drawn by a seeded random: people plan, publish, fall ill, decline, move on; decrees arrive.

Everything goes through the actions, as the edges call them. A refusal is a fair outcome, and must leave no trace.
"""

import random
from collections import Counter
from datetime import date, datetime, time, timedelta

from django.db import connection

from reception import scope
from reception.actions import (
    absences,
    answers,
    asking,
    attendance,
    calendar,
    candidates,
    days,
    emergency,
    planning,
    proposals,
    records,
    releases,
    substitution_sweeps,
    substitutions,
    sweeps,
)
from reception.errors import MovedOn, Refused
from reception.models import (
    Absence,
    AbsenceKind,
    Answer,
    CalendarChange,
    CalendarRow,
    Department,
    Leader,
    Post,
    ReceptionDay,
    Release,
    RoleGrant,
    Sitting,
    Substitution,
    Tenure,
    User,
)
from reception.models.calendar import work_calendar
from reception.roles import Role
from reception.workflows.substitution import UNDER_WAY
from tests.faults.invariants import Invariants
from tests.reception import builders

START = date(2026, 1, 5)
KINDS = [kind for kind in AbsenceKind.values if kind != "recusal"]
SINGLE = (
    Role.CLERK,
    Role.CHIEF,
    Role.COORDINATOR,
    Role.PARTY_OFFICE,
    Role.GOVERNMENT_OFFICE,
    Role.JOINT_OFFICE,
)
TABLES = (
    "receptionday",
    "sitting",
    "substitution",
    "answer",
    "absence",
    "calendarchange",
    "calendarrow",
    "yearconfirmation",
    "tenure",
    "attendance",
    "release",
    "entry",
    "message",
)
# The versions of all rows: each writing of a row gives it a new one, so what reads the same here was not written.
PRINT = "SELECT " + ", ".join(
    f"(SELECT count(*) || ' ' || coalesce(sum(hashtextextended(id::text || ' ' || xmin::text, 0)), 0) FROM reception_{table})"
    for table in TABLES
)


class Life:
    """One county, its people, its random, and what is known of it so far."""

    def __init__(self, index, seed):
        self.random = random.Random(f"{seed} {index}")
        slug = f"sim{index:02}"
        builders.NAMES[slug] = (f"模拟{index:02}县", f"County {index:02}", f"14{index:04}")
        self.office = builders.bureau(slug)
        self.county = self.office.county
        self.by = {Role.CLERK: self.office.clerk, Role.CHIEF: self.office.chief, Role.SYSTEM: User.objects.system()}
        for role in SINGLE[2:]:
            self.by[role] = builders.user(f"{slug}-{role.value}", self.county, role)
        self.deputy = builders.user(f"{slug}-deputy", self.county, Role.CHIEF)
        self.officer = builders.user(f"{slug}-officer", self.county)
        self.people, self.secretaries, self.newcomers = {}, {}, 0
        with scope.county(self.county):
            department = Department.objects.create(code="D02", name="住建局", name_en="Housing", kind="town")
            grant = {"user": self.officer, "starts_on": date(2020, 1, 1)}
            RoleGrant.objects.create(role=Role.OFFICER.value, department=department, **grant)
            for number, leader in enumerate(Leader.objects.order_by("code")):
                if number % 3 != 2:
                    self._account(leader, slug)
        self.counts, self.today, self.at = Counter(), START, None
        self.stale = []
        self.checked = self.checked_whole = self.looked_on = None
        self.last_act = ""
        self.invariants = Invariants(self)
        with scope.county(self.county):
            self.state = self.trace()

    def _account(self, leader, slug):
        person = builders.user(f"{slug}-{leader.code}", self.county, Role.LEADER)
        secretary = builders.user(f"{slug}-{leader.code}-secretary", self.county)
        Leader.objects.filter(pk=leader.pk).update(user=person)
        RoleGrant.objects.create(user=secretary, role=Role.SECRETARY.value, leader=leader, starts_on=date(2020, 1, 1))
        self.people[leader.pk], self.secretaries[leader.pk] = person, secretary

    # ---- running

    def who(self, by):
        return {"county": self.county, "by": self.by[by] if isinstance(by, Role) else by, "at": self.at}

    def bureau(self):
        return self.by[self.random.choice([Role.CLERK, Role.CHIEF, Role.COORDINATOR])]

    def of(self, leader):
        """Somebody who may act for a leader: the leader, the secretary, or the bureau; at times somebody who may not."""
        who = [self.people.get(leader.pk), self.secretaries.get(leader.pk), self.bureau(), self.bureau()]
        if self.random.random() < 0.05:
            who = [self.officer, self.by[Role.JOINT_OFFICE], *self.secretaries.values()]
        return self.random.choice([person for person in who if person])

    def trace(self):
        with connection.cursor() as cursor:
            cursor.execute(PRINT)
            return cursor.fetchone()

    @staticmethod
    def wrote():
        """Whether the open transaction has written anything, also what it took back: only then PostgreSQL gives it a number."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
            return cursor.fetchone()[0]

    def attempt(self, name, call):
        """One event, inside the transaction of a page that shows a refusal and goes on."""
        self.last_act = f"{self.county.slug} {self.today} {name}"
        with scope.county(self.county):
            result = self._outcome(call)
            now = self.trace() if self.wrote() else self.state
            if isinstance(result, Refused):
                assert result.sentence, self.last_act
                assert now == self.state, f"{self.last_act}: refused ({result.sentence}) and changed something"
                self.counts[name, type(result).__name__] += 1
                return result
            self.counts[name, "done"] += 1
        if now != self.state or self.looked_on != self.today:
            # The invariants look at the county and at the date: where neither is another, neither are they.
            self.state, self.looked_on = now, self.today
            with scope.county(self.county):
                self.invariants.each()
        return result

    @staticmethod
    def _outcome(call):
        try:
            return call()
        except Refused as refused:
            return refused

    def live(self, until):
        """Day by day up to a day, not included."""
        while self.today < until:
            self.at = datetime.combine(self.today, time(7, 30), self.county.zone)
            self.routine()
            for _event in range(self.random.choices([0, 1, 2, 4], [45, 30, 15, 10])[0]):
                self.at += timedelta(minutes=self.random.randint(5, 90))
                self.event()
            with scope.county(self.county):
                # Nothing more can have gone wrong on a day on which nothing happened, except to what has just become past.
                assert self.trace() == self.state, f"{self.last_act}: something was written beside the events"
                now = (self.state, ReceptionDay.objects.filter(day__lt=self.today).count())
                if now != self.checked:
                    self.invariants.daily()
                if self.today.weekday() == 4 and now != self.checked_whole:
                    self.invariants.weekly()
                    self.checked_whole = now
                if (self.today.month, self.today.day) == (12, 31):
                    self.invariants.yearly()
                self.checked = now
            self.today += timedelta(days=1)
        self.at = datetime.combine(self.today, time(7, 30), self.county.zone)
        with scope.county(self.county):
            self.invariants.weekly()
            self.invariants.yearly()

    def routine(self):
        """What the machine does each morning, twice: the second time must find nothing."""
        system = self.who(Role.SYSTEM)
        with scope.county(self.county):
            near = ReceptionDay.objects.filter(day__range=(self.today - timedelta(days=1), self.today + timedelta(days=8))).exists()
        if near or self.today.day % 7 == 0:
            for again in (False, True) if self.random.random() < 0.3 else (False,):
                told = self.attempt("sweep", lambda: sweeps.remind(**system))
                raised = self.attempt("escalate", lambda: substitution_sweeps.escalate_due(**system))
                lapsed = self.attempt("lapse", lambda: substitution_sweeps.lapse_due(**system))
                if again:
                    assert (told, raised, lapsed) == ((0, 0, 0), [], []), self.last_act
            with scope.county(self.county):
                self.invariants.asked()
        if self.today.month >= 11 or self.today == START:
            year = self.today.year + (self.today.month >= 11)
            if self.random.random() < 0.2 or self.today == START:
                self.attempt("plan", lambda: planning.plan_year(year=year, **self.who(Role.CLERK)))
                with scope.county(self.county):
                    self.invariants.planned(year)
                self.publish_steps()

        elif self.random.random() < 0.15:
            with scope.county(self.county):
                open_now = Release.objects.open().exists()
            if open_now:
                self.publish_steps()

    def event(self):
        chosen = self.random.choices(*zip(*EVENTS, strict=True))[0]
        with scope.county(self.county):
            prepared = chosen(self)
        if prepared:
            name, call = prepared
            self.attempt(name, call)

    def pick(self, rows):
        rows = list(rows)
        return self.random.choice(rows) if rows else None

    def coming(self):
        return list(
            Sitting.objects.filter(state="published", day__day__gte=self.today)
            .select_related("day", "leader", "post", "rotation")
            .order_by("day__day", "pk")[:10]
        )

    # ---- releases

    def publish_steps(self):
        """All steps of a release, one after the other, by those who may."""
        with scope.county(self.county):
            release = Release.objects.open().first()
        release = release or self.attempt("draft", lambda: releases.draft(**self.who(Role.CLERK)))
        for name, step, by in (
            ("submit", releases.submit, Role.CLERK),
            ("approve", releases.approve, Role.JOINT_OFFICE),
            ("publish", releases.publish, Role.CHIEF),
        ):
            if isinstance(release, Release):
                late = {"late_reason": "情况有变"} if name == "publish" else {}
                row, run = release, step
                outcome = self.attempt(name, lambda run=run, row=row, by=by, late=late: run(release=row, **late, **self.who(by)))
        if isinstance(release, Release) and isinstance(outcome, Refused):
            self.attempt("discard", lambda: releases.discard(release=release, **self.who(Role.CLERK)))

    def release_step(self):
        release = Release.objects.open().first()
        if release is None:
            return "draft", lambda: releases.draft(**self.who(self.bureau()))
        self.stale.append(release)
        name = self.random.choice(["submit", "submit", "approve", "approve", "publish", "publish", "send_back", "discard"])
        return name, lambda: self.step_release(release, name)

    def step_release(self, release, name):
        by = self.by[self.random.choice([Role.CHIEF, Role.CHIEF, Role.JOINT_OFFICE, Role.CLERK])]
        by = self.deputy if self.random.random() < 0.4 else by
        more = {"send_back": {"reason": "请核对"}, "publish": {"late_reason": self.random.choice(["", "情况有变"])}}.get(name, {})
        return getattr(releases, name)(release=release, **more, **self.who(by))

    # ---- leaders away, asked and answering

    def away(self):
        leader = self.pick(Leader.objects.order_by("pk"))
        starts = self.today + timedelta(days=self.random.randint(-1, 60))
        ends = starts + timedelta(days=self.random.choice([1, 1, 2, 3, 7, 20]))
        kind, by = self.random.choice(KINDS), self.of(leader)
        return "absence", lambda: absences.record(leader=leader, starts_on=starts, ends_on=ends, kind=kind, **self.who(by))

    def away_changed(self):
        row = self.pick(Absence.objects.filter(ends_on__gt=self.today - timedelta(days=20)).select_related("leader"))
        if row is None:
            return None
        self.stale.append(row)
        by = self.of(row.leader)
        if self.random.random() < 0.4:
            return "absence removed", lambda: absences.remove(absence=row, **self.who(by))
        starts = row.starts_on + timedelta(days=self.random.randint(-3, 5))
        ends = starts + timedelta(days=self.random.randint(0, 9))
        said = {"starts_on": starts, "ends_on": ends, "kind": row.kind, "note": ""}
        return "absence changed", lambda: absences.change(absence=row, **said, **self.who(by))

    def answer(self):
        row = self.pick(
            Answer.objects.filter(day__gte=self.today - timedelta(days=3))
            .select_related("sitting__day", "leader__user")
            .order_by("pk")
        )
        if row is None:
            return None
        self.stale.append(row)
        by, kind = self.of(row.leader), self.random.choice(KINDS)
        if self.random.random() < 0.4:
            token, at = asking.token(row), self.at
            if self.random.random() < 0.6:
                return "accept by link", lambda: answers.accept_by_link(token=token, county=self.county, at=at)
            return "decline by link", lambda: answers.decline_by_link(token=token, reason=kind, county=self.county, at=at)
        if self.random.random() < 0.6:
            return "accept", lambda: answers.accept(answer=row, **self.who(by))
        ends = row.day + timedelta(days=self.random.randint(1, 4))
        return "decline", lambda: answers.decline(answer=row, reason=kind, ends_on=ends, **self.who(by))

    # ---- substitutions

    def request(self):
        sitting, kind = self.pick(self.coming()), self.random.choice(KINDS)
        if sitting is None:
            return None
        by = self.of(candidates.receives(sitting))
        return "request", lambda: substitutions.request(sitting=sitting, reason=kind, **self.who(by))

    def substitution(self):
        rows = Substitution.objects.filter(state__in=[*UNDER_WAY, "in_force"], sitting__day__day__gte=self.today)
        row = self.pick(
            rows.select_related("sitting__day", "sitting__leader", "sitting__post", "leader", "post").order_by("sitting__day__day")[
                :6
            ]
        )
        if row is None:
            return None
        self.stale.append(row)
        usual = {
            "requested": "propose",
            "proposed": "endorse",
            "endorsed": "accept_it",
            "accepted": "settle",
            "in_force": "withdraw",
        }
        odd = [
            "withdraw",
            "propose",
            "endorse",
            "accept_it",
            "settle",
            "object_to",
            "refer",
            "decline_it",
            "swap",
            "later",
            "object_later",
        ]
        usually = row.state in usual and self.random.random() < (0.75 if row.state != "in_force" else 0.15)
        name = usual[row.state] if usually else self.random.choice(odd)
        return self.step(row, name)

    def step(self, row, name):
        later = []
        if name == "swap" or (name == "propose" and self.random.random() < 0.3):
            with scope.county(self.county):
                later = candidates.swappable(row.sitting, besides=row)
            name = "swap" if later else name
        office = Role.PARTY_OFFICE if row.sitting.post.side == "party" else Role.GOVERNMENT_OFFICE
        office = self.by[self.random.choice([office, office, Role.JOINT_OFFICE])]
        bureau, said = self.bureau(), {"substitution": row}
        names = {"coordinators": "信访局某科", "coordinating": [self.by[Role.COORDINATOR]]}
        if name == "swap":
            other = self.random.choice(later or [row.sitting])
            return name, lambda: substitutions.propose_swap(other=other, **names, **said, **self.who(bureau))
        if name == "propose":
            with scope.county(self.county):
                ranked = candidates.ranked(row.sitting)
            if not ranked:
                return None
            tenure = self.random.choice(ranked[:3])[1]
            return name, lambda: substitutions.propose(post=tenure.post, leader=tenure.leader, **names, **said, **self.who(bureau))
        reason = {"reason": "另有安排"}
        simple = {
            "endorse": lambda: substitutions.endorse(**said, **self.who(office)),
            "object_to": lambda: substitutions.object_to(**reason, **said, **self.who(office)),
            "refer": lambda: substitutions.refer(**reason, **said, **self.who(office)),
            "accept_it": lambda: substitutions.accept(**said, **self.who(self.of(row.leader) if row.leader else bureau)),
            "decline_it": lambda: substitutions.decline(**said, **self.who(self.of(row.leader) if row.leader else bureau)),
            "settle": lambda: substitutions.settle(**said, **self.who(bureau)),
            "withdraw": lambda: substitutions.withdraw(**reason, **said, **self.who(bureau)),
            "later": lambda: emergency.endorse_later(**said, **self.who(office)),
            "object_later": lambda: emergency.object_later(**reason, **said, **self.who(office)),
        }
        return name, simple[name]

    def emergency(self):
        sitting = self.pick(s for s in self.coming() if s.day.day <= self.today + timedelta(days=self.random.choice([0, 0, 9])))
        found = candidates.ranked(sitting) if sitting else []
        if not found:
            return None
        tenure, kind = found[0][1], self.random.choice(KINDS)
        said = {"post": tenure.post, "leader": tenure.leader, "coordinators": "信访局", "reason": kind}
        return "emergency", lambda: emergency.emergency(sitting=sitting, **said, **self.who(Role.CHIEF))

    # ---- days and decrees

    def day(self):
        rows = ReceptionDay.objects.filter(day__gte=self.today - timedelta(days=2)).order_by("day")[:8]
        row, name = self.pick(rows), self.random.choice(["move", "cancel", "extra", "extra", "note"])
        if name == "extra" or row is None:
            fresh = ReceptionDay(day=self.today + timedelta(days=self.random.randint(0, 50)), title="下访", title_en="Visit")
            return "extra", lambda: self.extra(fresh)
        if name == "note":
            return name, lambda: attendance.annotate(day=row, text="备注", **self.who(Role.CLERK))
        said = {"day": row, "reason": "防汛", "reason_en": "Floods"}
        if name == "cancel":
            return name, lambda: days.cancel(**said, **self.who(Role.CHIEF))
        to = row.day + timedelta(days=self.random.randint(-6, 9))
        return name, lambda: days.move(to=to, **said, **self.who(Role.CHIEF))

    def extra(self, fresh):
        """An extra day with one sitting, whose hours may meet nothing else."""
        made = days.add_extra(day=fresh, **self.who(Role.CLERK))
        tenure = self.pick(Tenure.objects.on(made.day).select_related("post", "leader").order_by("pk"))
        if tenure:
            place = Sitting.objects.first().place if Sitting.objects.exists() else None
            hours = {"starts": time(14), "ends": time(17), "capacity": 5}
            if place:
                row = Sitting(day=made, post=tenure.post, leader=tenure.leader, portfolio="", place=place, **hours)
                records.save(row=row, changed=["day", "post", "leader"], **self.who(Role.CLERK))
        return made

    def decree(self):
        change = self.pick(CalendarChange.objects.filter(state="proposed").order_by("pk"))
        if change:
            self.stale.append(change)
            if self.random.random() < 0.15:
                return "decree withdrawn", lambda: calendar.withdraw(change=change, **self.who(Role.CLERK))
            by = self.by[Role.CHIEF] if self.random.random() < 0.8 else self.deputy
            seen = calendar.preview(change, county=self.county, on=self.today).digest if self.random.random() < 0.9 else "old"
            return "decree approved", lambda: calendar.approve(change=change, seen=seen, **self.who(by))
        lines, levels = [], [2, 3, 3, 4]
        for _line in range(self.random.randint(0, 4)):
            day = self.today + timedelta(days=self.random.randint(-5, 200))
            lines.append(proposals.Line(day, self.random.random() < 0.3, "临时安排", "Special", self.random.choice(levels)))
        unknown = [
            year
            for year in (self.today.year, self.today.year + 1)
            if str(work_calendar(self.county).year_status(year)) == "provisional"
        ]
        confirms = self.random.choice(unknown) if unknown and self.random.random() < 0.5 else None
        rows = list(CalendarRow.objects.in_force().order_by("pk"))
        withdraws = [self.random.choice(rows)] if rows and self.random.random() < 0.3 else []
        said = {"document": "县政府通知", "lines": lines, "withdraws": withdraws, "confirms": confirms}
        by = self.random.choice([self.office.clerk, self.office.clerk, self.deputy])
        return "decree proposed", lambda: calendar.propose(**said, **self.who(by))

    # ---- posts and departments

    def tenure(self):
        """A leader leaves; the successor comes at once, or later, or the post stands empty for a while."""
        vacant = [post for post in Post.objects.order_by("pk") if not Tenure.objects.filter(post=post, ends_on=None).exists()]
        if vacant:
            post = self.random.choice(vacant)
            last = Tenure.objects.filter(post=post).order_by("-starts_on")[0]
            starts = max(last.ends_on, self.today + timedelta(days=self.random.randint(-3, 20)))
            return "appointed", lambda: self.appoint(post, starts)
        row = self.pick(Tenure.objects.filter(ends_on=None, starts_on__lt=self.today).order_by("pk"))
        if row is None:
            return None
        row.ends_on = self.today + timedelta(days=self.random.randint(0, 30))
        return "left", lambda: records.save(row=row, changed=["ends_on"], **self.who(Role.CLERK))

    def appoint(self, post, starts):
        self.newcomers += 1
        leader = Leader(code=f"N{self.newcomers:03}", name=f"新任{self.newcomers}", name_en=f"Newcomer {self.newcomers}")
        records.save(row=leader, changed=["code", "name"], **self.who(Role.CLERK))
        tenure = Tenure(post=post, leader=leader, portfolio="", starts_on=starts)
        records.save(row=tenure, changed=["post", "leader", "starts_on"], **self.who(Role.CLERK))
        if self.random.random() < 0.5:
            self._account(leader, self.county.slug)

    def departments(self):
        sitting = self.pick(self.coming())
        if sitting is None:
            return None
        chosen = [department for department in Department.objects.order_by("code") if self.random.random() < 0.5]
        return "departments", lambda: attendance.choose(sitting=sitting, departments=chosen, **self.who(Role.COORDINATOR))

    # ---- two people at once

    def late_comer(self):
        """Somebody acts on what they saw some while ago."""
        row = self.pick(self.stale[-30:])
        match row:
            case Release():
                name = self.random.choice(["submit", "approve", "publish", "discard", "send_back"])
                return "stale release", lambda: self.step_release(row, name)
            case Answer():
                return "stale answer", lambda: answers.accept(answer=row, **self.who(self.of(row.leader)))
            case Absence():
                return "stale absence", lambda: absences.remove(absence=row, **self.who(self.of(row.leader)))
            case CalendarChange():
                return "stale decree", lambda: calendar.approve(change=row, seen="old", **self.who(self.deputy))
            case Substitution():
                name = self.random.choice(["endorse", "settle", "withdraw", "accept_it", "decline_it"])
                found = self.step(row, name)
                return ("stale substitution", found[1]) if found else None
        return None

    @property
    def moved_on(self):
        return sum(number for (_name, outcome), number in self.counts.items() if outcome == MovedOn.__name__)


EVENTS = [
    (Life.release_step, 14),
    (Life.away, 14),
    (Life.away_changed, 6),
    (Life.answer, 14),
    (Life.request, 5),
    (Life.substitution, 24),
    (Life.emergency, 3),
    (Life.day, 4),
    (Life.decree, 5),
    (Life.tenure, 2),
    (Life.departments, 4),
    (Life.late_comer, 6),
]
