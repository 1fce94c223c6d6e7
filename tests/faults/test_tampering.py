"""Random changes by whoever has the database in their hands, as superuser with every trigger off: each is found, and nothing else.

Some dozens in the suite; ``make tamper`` does ten thousand (CHANGES, SEED). What a record says is changed; its row's own number and
the key of the form it came from say nothing.
"""

import copy
import io
import json
import os
import random
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import Error, connection, connections, transaction

from petitions.actions import results
from reception import scope
from reception.actions import journal, proofs
from reception.models import County, Entry, User

CHANGES, SEED = int(os.environ.get("CHANGES", "60")), int(os.environ.get("SEED", "1"))
NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
SOMETIMES = 50
# By table: how its faults begin, and the columns that say something.
TABLES = {
    "reception_entry": ("journal", "county_id n at actor acting_for act object reason facts previous hash"),
    "reception_release": ("releases", "county_id state number document hash published_by_id published_at"),
    "petitions_minutes": (
        "minutes",
        (
            "county_id booking_id case_id version corrects_id reason leader_id asked said decision ground path present begun_at "
            "ended_at read_back recorded_by_id recorded_at hash"
        ),
    ),
    "petitions_task": ("minutes", "county_id minutes_id department_id is_lead deliverable due_on"),
    "petitions_document": ("documents", "county_id case_id kind year n issuer_id issued_on said hash"),
    "reception_result": ("results", "county_id month document"),
}
# Where a space more is the same.
JSON = {
    ("reception_entry", "facts"),
    ("reception_release", "document"),
    ("petitions_document", "said"),
    ("reception_result", "document"),
}
# Rows of these are not yet, or no more, anybody's word.
ONLY = {"reception_release": "WHERE state = 'published'"}


@dataclass
class Forger:
    """Changes one thing at a time; `told` is the head that someone outside has kept."""

    drawn: random.Random
    told: tuple[int, str]

    def once(self, cursor):
        """Do something; what it was, and how what is wrong begins. None where it came to nothing."""
        table = self.drawn.choice([*TABLES, "reception_entry", "petitions_minutes"])
        act = self.drawn.choice([self.change] * 6 + [self.remove, self.add, self.exchange, self.forge])
        begins, columns = TABLES[table]
        done = act(cursor, table, columns.split())
        return done and (f"{table} {done}", "journal" if done.startswith("forged") else begins)

    def rows(self, cursor, table, columns, most=1):
        cursor.execute(f"SELECT id, {', '.join(columns)} FROM {table} {ONLY.get(table, '')} ORDER BY id")
        rows = cursor.fetchall()
        return self.drawn.sample(rows, most) if len(rows) >= most else []

    def change(self, cursor, table, columns):
        for row in self.rows(cursor, table, columns):
            at = self.drawn.randrange(len(columns))
            is_json = (table, columns[at]) in JSON
            fresh = self.other(json.loads(row[at + 1]) if is_json else row[at + 1])
            if fresh is not None:
                cursor.execute(f"UPDATE {table} SET {columns[at]} = %s WHERE id = %s RETURNING {columns[at]}", [fresh, row[0]])
                # A space too many at the end is dropped in silence.
                if cursor.fetchone()[0] != row[at + 1]:
                    return f"changed in {columns[at]}"
        return None

    def remove(self, cursor, table, _columns):
        for row in self.rows(cursor, table, ["id"]):
            cursor.execute(f"DELETE FROM {table} WHERE id = %s", [row[0]])
            return "removed"
        return None

    def add(self, cursor, table, columns):
        """A copy beside, where the table's own numbering lets it stand."""
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name NOT IN ('id', 'uid', 'key')",
            [table],
        )
        names = [name for (name,) in cursor.fetchall()]
        number = next((name for name in ("n", "number", "version", "position", "month") if name in names), None)
        for row in self.rows(cursor, table, ["id"]):
            more = "INTERVAL '10 years'" if number == "month" else "500"
            said = ", ".join(f"{name} + {more}" if name == number else name for name in names)
            keys = {
                "petitions_minutes": (", uid, key", ", gen_random_uuid(), gen_random_uuid()"),
                "petitions_document": (", uid", ", gen_random_uuid()"),
            }
            into, of = keys.get(table, ("", ""))
            cursor.execute(f"INSERT INTO {table} ({', '.join(names)}{into}) SELECT {said}{of} FROM {table} WHERE id = %s", [row[0]])
            return "added"
        return None

    def exchange(self, cursor, table, columns):
        """Two rows trade what one column says."""
        at = self.drawn.randrange(len(columns))
        for one, other in [self.rows(cursor, table, columns, 2)] if self.rows(cursor, table, columns, 2) else []:
            if one[at + 1] == other[at + 1]:
                return None
            for into, of in ((one, other), (other, one)):
                cursor.execute(f"UPDATE {table} SET {columns[at]} = %s WHERE id = %s", [of[at + 1], into[0]])
            return f"exchanged in {columns[at]}"
        return None

    def forge(self, _cursor, _table, _columns):
        """An entry is written anew, or the end is cut off, and every hash after it is made to fit: only who kept a head can tell."""
        n = self.drawn.randint(1, self.told[0])
        if self.drawn.random() < 0.5:
            Entry.objects.filter(n__gte=n)._raw_delete("default")
            return "forged: the end cut off"
        entries = list(Entry.objects.filter(n__gte=n).order_by("n"))
        entries[0].reason = "另一个理由"
        for at, entry in enumerate(entries):
            entry.previous = entries[at - 1].hash if at else entry.previous
            entry.hash = journal.seal(entry)
        for entry in entries:
            Entry.objects.filter(pk=entry.pk).update(reason=entry.reason, previous=entry.previous, hash=entry.hash)
        return "forged: written anew with all that follows"

    def other(self, value):
        """Another value of its kind."""
        drawn = self.drawn
        if isinstance(value, bool):
            return not value
        if isinstance(value, int):
            return value + drawn.choice([-1, 1, 1, 7])
        if isinstance(value, datetime):
            return value + timedelta(seconds=drawn.choice([-1, 1, 3600, 86400 * 30]))
        if isinstance(value, date):
            return value + timedelta(days=drawn.choice([-1, 1, 31]))
        if isinstance(value, str):
            fresh = value
            while fresh == value:
                at = drawn.randrange(len(value) + 1)
                fresh = value[:at] + drawn.choice("甲乙a0 。") + value[at + drawn.randint(0, 1) :]
            return fresh
        if isinstance(value, dict | list):
            return json.dumps(self.leaf(copy.deepcopy(value)))
        return None

    def leaf(self, value):
        """The same JSON with one thing in it another."""
        if isinstance(value, dict) and value:
            key = self.drawn.choice(sorted(value))
            value[key] = self.leaf(value[key])
        elif isinstance(value, list) and value:
            at = self.drawn.randrange(len(value))
            value[at] = self.leaf(value[at])
        elif isinstance(value, str | bool | int):
            value = self.other(value)
        else:
            value = "何时"
        return value


@pytest.fixture
def county(committed_db, as_superuser, settings):
    """The demo county, with a month's results told; then the application's connection is the superuser's, and no trigger holds."""
    settings.DEMO = True
    with time_machine.travel(NOW, tick=False):
        call_command("demo", stdout=io.StringIO())
    county = County.objects.get()
    with scope.county(county):
        results.publish_due(county=county, by=User.objects.system(), at=NOW + timedelta(days=60))
    for table in TABLES:
        as_superuser(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    own = connection.settings_dict["USER"]
    connections["default"].close()
    connection.settings_dict["USER"] = "postgres"
    yield county
    connections["default"].close()
    connection.settings_dict["USER"] = own


def test_every_change_is_found_and_nothing_else(county, capsys):
    drawn, counts = random.Random(SEED), Counter()
    with scope.county(county):
        assert list(proofs.faults()) == []
        last = Entry.objects.order_by("-n")[0]
    told = (last.n, last.hash)
    forger = Forger(drawn, told)
    while sum(counts.values()) < CHANGES:
        with scope.county(county), connection.cursor() as cursor:
            try:
                with transaction.atomic():
                    done = forger.once(cursor)
            except Error:
                # What the table's own constraints refuse has not happened.
                done = None
            if done:
                what, begins = done
                found = [*proofs.faults(), proofs.witnessed(*told) or ""]
                assert [fault for fault in found if fault.startswith(f"{begins}:")], f"{what}: {found}"
                counts[what] += 1
            transaction.set_rollback(True)
        if done and sum(counts.values()) % SOMETIMES == 0:
            with scope.county(county):
                assert [*proofs.faults(), proofs.witnessed(*told)] == [None], "a false alarm"
    with capsys.disabled():
        kinds = Counter({what.split(" ")[0]: 0 for what in counts})
        for what, number in counts.items():
            kinds[what.split(" ")[0]] += number
        sys.stdout.write(f"\n{sum(counts.values())} changes of {len(counts)} kinds, all found: {dict(sorted(kinds.items()))}\n")
    assert len(counts) > CHANGES / 10 or CHANGES > 1000


def test_a_trigger_that_holds_lets_nothing_be_changed_so_the_changes_above_were_forced(committed_db, as_superuser):
    with pytest.raises(Exception, match=r"only|journal|changes|append"):
        as_superuser("SET session_replication_role = replica; TRUNCATE reception_entry CASCADE")
