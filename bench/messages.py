"""The sweep over a million open clocks of which ten thousand are due, beside the bare statement and beside a loop; and dispatch.

The clocks are made once in a database of their own and kept for the next run. ``CLOCKS`` (1,000,000), ``DUE`` (10,000) and ``ROUNDS``
(7) make it smaller. Each round ends in a commit, as it does in life, and what it made is taken out again outside the clock.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import django
import psycopg2

from bench.table import Row

CLOCKS, DUE, ROUNDS = (int(os.environ.get(name, most)) for name, most in (("CLOCKS", 1_000_000), ("DUE", 10_000), ("ROUNDS", 7)))
# A Wednesday, at ten in the county.
AT, TODAY = datetime(2026, 11, 18, 2, tzinfo=UTC), date(2026, 11, 18)
KINDS = ("D2", "D3", "D4", "D12", "D14")
UNITS, LOOPED, AT_ONCE, SENDERS = 60, 400, 4, 2
ROOT = Path(__file__).resolve().parent.parent

# What the sweep does at the least: the same rows out of the same clocks, by whoever handles the case.
BARE = """
INSERT INTO reception_message (county_id, key, kind, cause, rule, channel, recipient_id, facts, due_at, first_due_at, state, sent_at,
    fence, begun_fence, attempts, error)
SELECT %(county)s, encode(sha256(convert_to('bare|' || d.id, 'UTF8')), 'hex'), 'clock', 'deadline ' || d.id, '-7', 'inbox', c.handler_id,
    jsonb_build_object('deadline', d.id, 'case', c.number), %(at)s, %(at)s, 'sent', %(at)s, 0, 0, 0, ''
FROM petitions_deadline d JOIN petitions_case c ON c.id = d.case_id
WHERE d.county_id = %(county)s AND d.due_on = %(due)s
ON CONFLICT (county_id, key) DO NOTHING
"""
BATCH = 2_000
CASES = """
    INSERT INTO petitions_case (uid, number, code_hash, status, kind, way_in, topic_id, matter, wish, identity_id, received_on,
        registered_at, digest, people, is_urgent, is_simple, round, county_id, handler_id, department_id)
    SELECT gen_random_uuid(), '7' || lpad(n::text, 10, '0'), '', 'in_handling', 'claim', 'letter', %(topic)s, '提醒', '提醒', %(identity)s,
        %(today)s, %(at)s, '', 1, false, false, 1, %(county)s, (%(people)s::bigint[])[1 + n %% cardinality(%(people)s::bigint[])],
        (%(units)s::bigint[])[1 + n %% cardinality(%(units)s::bigint[])]
    FROM generate_series(%(first)s, %(last)s) n
"""
STEPS = """
    INSERT INTO petitions_casestep (case_id, n, action, before, after, actor, acting_for, at, reason, facts, county_id)
    SELECT id, 1, 'register', '', 'registered', 'bench', '', %(at)s, '', '{}', %(county)s FROM petitions_case c
    WHERE county_id = %(county)s AND NOT EXISTS (SELECT FROM petitions_casestep s WHERE s.case_id = c.id)
"""
# The days are drawn so that none but those wanted has come to a step of the ladder.
CLOCKS_OF_CASES = """
    INSERT INTO petitions_deadline (case_id, kind, start, began_by_id, started_on, amount, unit, roll, article, rule, calendar, due_on,
        target_on, extended_by, paused_by, county_id)
    SELECT s.case_id, k.kind, 'register', s.id, d.due_on - 60, 60, 'days', 'none', '', '', '', d.due_on, d.due_on, 0, 0, %(county)s
    FROM petitions_casestep s
    CROSS JOIN unnest(%(kinds)s::text[]) WITH ORDINALITY k(kind, n)
    CROSS JOIN LATERAL (SELECT %(today)s::date + CASE WHEN s.id %% %(cases)s < %(due_cases)s THEN 7 ELSE 40 + (s.id %% 20)::int END) d(due_on)
    WHERE s.county_id = %(county)s AND NOT EXISTS (SELECT FROM petitions_deadline o WHERE o.case_id = s.case_id)
"""
MAKING = (CASES, STEPS, CLOCKS_OF_CASES)
# What looks at each row as it is made. None of it is on the tables that are measured, and none of it changes a row of these.
LOOKING = {
    "petitions_case": ("case_number_is_one_of_a_kind", "case_has_its_text"),
    "petitions_casestep": ("case_step_follows",),
    "petitions_deadline": ("deadline_follows", "deadline_adds_up"),
}


def rows() -> Iterator[Row]:
    from config import embedded

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    servers = embedded.start(Path(os.environ["DATA_DIR"]), database="messages")
    assert servers.database_url.endswith("/messages")
    os.environ["DATABASE_URL"] = servers.database_url
    django.setup()
    from django.db import connections

    before = connections["default"].settings_dict["NAME"]
    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = "messages"
    try:
        yield from _measured()
    finally:
        for alias in ("default", "owner"):
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = before


def _measured() -> Iterator[Row]:
    from django.core.management import call_command

    call_command("migrate", database="owner", verbosity=0)
    county = _county()
    due = _make(county)
    print(f"{CLOCKS:,} open clocks, {due:,} due", flush=True)
    yield from _swept(county, due)
    yield from _at_once(county, due)
    yield from _dispatched(county)


def _county() -> Any:
    from reception import scope
    from reception.models import County, Department, Identity, RoleGrant, Topic, User
    from reception.roles import Role

    found = County.objects.filter(slug="reminded").first()
    if found:
        return found
    county = County.objects.create(slug="reminded", code="139908", name="提醒县", bureau="提醒县信访局")
    with scope.county(county):
        Topic.objects.create(code="T1", name="其他")
        blank = "0" * 24
        Identity.objects.create(sealed=b"", shredded_at=AT, kept_at=AT, name_index=blank, person_index=blank)
        for n in range(UNITS):
            unit = Department.objects.create(code=f"U{n}", name=f"单位{n}")
            officer = User.objects.create(username=f"reminded-{n}", name="承办人", county=county, created_at=AT)
            RoleGrant.objects.create(user=officer, role=Role.OFFICER.value, department=unit, starts_on=date(2020, 1, 1))
    return county


def _make(county: Any) -> int:
    """The clocks, once; how many of them are due."""
    from django.db import connection

    from petitions.models import Case, Deadline
    from reception import scope
    from reception.models import Department, Identity, Topic, User

    cases, due_cases = CLOCKS // len(KINDS), DUE // len(KINDS)
    with scope.county(county):
        there = Deadline.objects.count()
    if not there:
        with scope.county(county):
            known = Case.objects.count()
            told: dict[str, Any] = {
                "county": county.pk,
                "topic": Topic.objects.get().pk,
                "identity": Identity.objects.get().pk,
                "people": list(User.objects.filter(county=county).values_list("pk", flat=True)),
                "units": list(Department.objects.values_list("pk", flat=True)),
                "today": TODAY,
                "at": AT,
                "kinds": list(KINDS),
                "cases": cases,
                "due_cases": due_cases,
            }
        # The first as the application makes them, with all that looks at them: what is refused of these would be refused of all.
        first = min(BATCH, cases)
        with scope.county(county), connection.cursor() as cursor:
            for statement in MAKING:
                cursor.execute(statement, {**told, "first": known + 1, "last": first})
        _make_rest(told, first + 1, cases)
        _tidy("ANALYZE petitions_case, petitions_casestep, petitions_deadline")
    with scope.county(county):
        return int(Deadline.objects.filter(due_on=TODAY + timedelta(days=7)).count())


def _make_rest(told: dict[str, Any], first: int, last: int) -> None:
    """The same statements as the superuser, with the looking and the foreign keys off; checks, uniqueness and indexes stay."""
    began = time.perf_counter()
    server = psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"], dbname="messages")
    with server, server.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; SET maintenance_work_mem = '512MB'")
        for table, names in LOOKING.items():
            for name in names:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        for statement in MAKING:
            cursor.execute(statement, {**told, "first": first, "last": last})
        for table, names in LOOKING.items():
            for name in names:
                cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
    server.close()
    print(f"made in {time.perf_counter() - began:.0f} s", flush=True)


def _tidy(statement: str) -> None:
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _empty(county: Any) -> None:
    from reception import scope
    from reception.models import Message, Pulse

    with scope.county(county):
        Message.objects.all().delete()
    Pulse.objects.filter(county=county).delete()
    _tidy("VACUUM reception_message")


def _swept(county: Any, due: int) -> Iterator[Row]:
    from django.db import connection

    from reception import scope
    from reception.actions import deriving, messages
    from reception.models import Message, User
    from reception.tasks import send_messages

    system = User.objects.system()
    best = {"bare": float("inf"), "sweep": float("inf"), "again": float("inf"), "loop": float("inf")}

    def bare() -> None:
        with scope.county(county), connection.cursor() as cursor:
            cursor.execute(BARE, {"county": county.pk, "at": AT, "due": TODAY + timedelta(days=7)})
            assert cursor.rowcount == due

    def sweep() -> None:
        """The sweep, and one word to wake the senders up."""
        deriving.sweep(county=county, by=system, at=AT)
        send_messages.apply_async(expires=25)

    def loop() -> None:
        with scope.county(county):
            officer = User.objects.filter(county=county).first()
        for n in range(LOOPED):
            with scope.county(county):
                told = {"kind": "clock", "cause": f"loop {n}", "rule": "", "channel": "inbox", "recipient": officer, "due_at": AT}
                Message.objects.create(key=messages.key_of(**told), state="sent", **told)
            send_messages.delay()

    for _round in range(ROUNDS):
        for name, work in (("bare", bare), ("sweep", sweep), ("again", sweep), ("loop", loop)):
            if name != "again":
                _empty(county)
            best[name] = min(best[name], _timed(work))
            with scope.county(county):
                made = Message.objects.filter(kind="clock").count()
            assert made == (LOOPED if name == "loop" else due), f"{name} made {made} of {due}"
    looped = best["loop"] / LOOPED * due
    print(f"bare {best['bare']:.3f} s, sweep {best['sweep']:.3f} s, again {best['again']:.3f} s, loop {looped:.1f} s", flush=True)
    what = f"{due:,} due of {CLOCKS:,} open clocks"
    yield Row(f"{what}: sweep and wake-up, of the bare INSERT … SELECT … ON CONFLICT", best["sweep"] / best["bare"], 1.5)
    yield Row(f"{what}: sweep and wake-up where nothing is new, of the same", best["again"] / best["bare"], 0.5)
    yield Row(f"a loop of create() and delay() (reckoned from {LOOPED}), of the sweep", looped / best["sweep"], 150, floor=True)


SWEEPER = """
import django; django.setup()
from datetime import datetime
from django.db import connections
from reception.actions import deriving
from reception.models import County, User
print(deriving.sweep(county=County.objects.get(slug="reminded"), by=User.objects.system(), at=datetime.fromisoformat("{at}")))
"""
SENDER = """
import django; django.setup()
import time
from datetime import datetime
from reception import gateways, sending
from reception.models import Channel, County
class Null(gateways.NullGateway):
    def prepare(self, message, county):
        return None
began = time.perf_counter()
county = County.objects.get(slug="reminded")
print(sending.send_due(county, now=lambda: datetime.fromisoformat("{at}"), by={{Channel.EMAIL: Null()}}), time.perf_counter() - began)
"""


def _processes(code: str, count: int) -> list[str]:
    running = [
        subprocess.Popen([sys.executable, "-c", code.format(at=AT.isoformat())], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _n in range(count)
    ]
    return [process.communicate(timeout=600)[0].strip() for process in running]


def _at_once(county: Any, due: int) -> Iterator[Row]:
    from reception import scope
    from reception.models import Message

    _empty(county)
    said = [int(line) for line in _processes(SWEEPER, AT_ONCE)]
    with scope.county(county):
        made = Message.objects.filter(kind="clock").count()
    assert made == due, f"{AT_ONCE} sweeps at once made {made} of {due}: {said}"
    yield Row(f"{AT_ONCE} sweeps at once: messages made for each that is due", made / due, 1, "")


def _dispatched(county: Any) -> Iterator[Row]:
    from reception import scope
    from reception.actions import messages
    from reception.models import Attempt, Message, User

    _empty(county)
    count = 20_000
    with scope.county(county):
        officer = User.objects.filter(county=county).first()
        before = Attempt.objects.count()
        same = {"kind": "clock", "rule": "", "channel": "email", "recipient": officer, "due_at": AT}
        told = [{**same, "cause": f"null {n}"} for n in range(count)]
        Message.objects.bulk_create([Message(key=messages.key_of(**one), **one) for one in told], batch_size=2_000)
    said = [line.split() for line in _processes(SENDER, SENDERS)]
    with scope.county(county):
        sent, attempts = Message.objects.filter(state="sent").count(), Attempt.objects.count() - before
    assert (sent, attempts) == (count, count), f"{sent} sent, {attempts} attempts of {count}"
    slowest = max(float(seconds) for _sent, seconds in said)
    yield Row(
        f"dispatch to a null channel by {SENDERS} processes, each message claimed, sent and written down",
        count / slowest,
        2000,
        "/s",
        floor=True,
    )
