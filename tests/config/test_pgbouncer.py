"""PgBouncer with the file that is shipped, in transaction mode, between four web processes and a database of two counties.

It has fewer connections to lend than there are processes, so each soon serves another county than it just did: the wall must hold.
"""

import os
import random
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings

from tests.config.passwords import PASSWORDS, only_with_passwords
from tests.config.test_compose_runs import listening
from tests.config.test_nginx import get
from tests.databases import ROLES
from tests.faults import portal
from tests.faults.receivers import free_port

ROOT = Path(__file__).resolve().parents[2]
PGBOUNCER = shutil.which("pgbouncer") or shutil.which("/usr/sbin/pgbouncer")
NAMES = {"chenghe": "澄河县", "linhe": "临河县"}
PLACES, CROWD, LENT = 10, 25, 3
LIMITS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")


@pytest.fixture
def offices(committed_db):
    made = {slug: portal.world(PLACES, slug) for slug in NAMES}
    return {slug: (office, sitting, portal.forms(office, sitting, CROWD)) for slug, (office, sitting) in made.items()}


@pytest.fixture
def pooled(committed_db, offices, as_superuser, folder):
    """The settings' part of a portal that goes through PgBouncer."""
    # What is said of a database does not come along when it is copied.
    as_superuser(ROLES.read_text())
    port, words = free_port(), PASSWORDS["app_password"]
    text = (ROOT / "config" / "pgbouncer.ini").read_text()
    for old, new in (
        ("host=127.0.0.1 port=5432 dbname=reception", f"host={os.environ['DATA_DIR']}/postgresql dbname={committed_db}"),
        ("listen_port = 6432", f"listen_port = {port}"),
        ("/etc/pgbouncer/userlist.txt", str(folder / "userlist.txt")),
        ("default_pool_size = 16", f"default_pool_size = {LENT}"),
    ):
        assert old in text, old
        text = text.replace(old, new)
    (folder / "pgbouncer.ini").write_text(text)
    (folder / "userlist.txt").write_text('"reception_app" "{}"\n'.format(words.replace('"', '""')))
    (folder / "password").write_text(words)
    (folder / "password").chmod(0o400)
    # It refuses to be root; the suite's socket stands in a folder of PostgreSQL's own user.
    as_another = ["-u", (Path(os.environ["DATA_DIR"]) / "postgresql").owner()] if os.geteuid() == 0 else []
    with only_with_passwords(committed_db), (folder / "log").open("w+") as log:
        process = subprocess.Popen([PGBOUNCER, *as_another, folder / "pgbouncer.ini"], stdout=log, stderr=log)
        for _patience in range(100):
            if listening(port):
                break
            assert process.poll() is None, (folder / "log").read_text()
            time.sleep(0.05)
        yield {
            "DATABASE_URL": f"postgresql://reception_app@127.0.0.1:{port}/reception",
            "DATABASE_PASSWORD_FILE": str(folder / "password"),
            "DATABASE_POOLED": "1",
            "OWNER_DATABASE_URL": "",
        }
        process.terminate()
        process.wait(20)


def entered(pooled):
    """A connection through PgBouncer."""
    line = psycopg2.connect(pooled["DATABASE_URL"], password=PASSWORDS["app_password"])
    line.autocommit = True
    return line


def looks(pooled, counties, rounds, *, is_local="true"):
    """Somebody who looks at the counties in turn, and without any in between: rows that were none of theirs, and rows that were."""
    foreign = own = 0
    line, chance = entered(pooled), random.Random(1)
    with line.cursor() as cursor:
        for _round in range(rounds):
            county = chance.choice(counties)
            cursor.execute("BEGIN")
            cursor.execute(f"SELECT set_config('app.county', %s, {is_local})", [str(county)])
            cursor.execute("SELECT count(*) FILTER (WHERE county_id <> %s), count(*) FROM reception_draft", [county])
            others, rows = cursor.fetchone()
            cursor.execute("COMMIT")
            cursor.execute("SELECT count(*) FROM reception_draft")
            foreign += others + cursor.fetchone()[0]
            own += rows
    line.close()
    return foreign, own


def test_four_web_processes_book_for_two_counties_through_three_connections_and_the_wall_holds(pooled, offices, committed_db):
    counties = [office.county.pk for office, _sitting, _forms in offices.values()]
    addresses = [address for _office, _sitting, forms in offices.values() for address in forms]
    random.Random(1).shuffle(addresses)
    with portal.Portal(environment=pooled) as one, portal.Portal(environment=pooled) as other, ThreadPoolExecutor(8) as pool:
        for web in (one, other):
            for slug, name in NAMES.items():
                status, page, _headers = get(web.port, f"/{slug}/")
                assert (status, name in page) == (200, True)
            assert get(web.port, "/healthz/ready")[0] == 200
        looking = [pool.submit(looks, pooled, counties, 300) for _n in range(4)]
        half = len(addresses) // 2
        sent = [pool.submit(portal.send, one.port, addresses[:half]), pool.submit(portal.send, other.port, addresses[half:])]
        words = [told.result()["words"] for told in sent]
        found = [look.result() for look in looking]
    told = {word: sum(each.get(word, 0) for each in words) for word in set().union(*words)}
    assert told == {"booked": PLACES * len(NAMES), "told": (CROWD - PLACES) * len(NAMES)}
    assert [foreign for foreign, _own in found] == [0] * 4
    # They did look at something.
    assert all(own > 1000 for _foreign, own in found)
    server = psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"], dbname=committed_db)
    with server.cursor() as cursor:
        cursor.execute("SELECT county_id, count(*) FROM reception_booking WHERE state = 'confirmed' GROUP BY county_id")
        assert dict(cursor.fetchall()) == dict.fromkeys(counties, PLACES)
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE usename = 'reception_app' AND datname = %s", [committed_db])
        # What is beyond those lent is the test's own.
        assert cursor.fetchone()[0] <= LENT + 1
    server.close()
    # Without the guard (a setting of the session's) the same look sees what is not its own.
    assert looks(pooled, counties, 50, is_local="false")[0] > 0


def test_the_limits_are_the_role_s_and_the_console_works_through_it(pooled, offices):
    line = entered(pooled)
    with line.cursor() as cursor:
        limits = []
        for name in LIMITS:
            cursor.execute(f"SHOW {name}")
            limits.append(cursor.fetchone()[0])
    line.close()
    assert limits == ["30s", "10s", "1min"]
    # It reads the journal and the releases row by row, which would be a cursor of the server's.
    environment = {**os.environ, **pooled}
    command = [sys.executable, "manage.py", "verify_journal"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_a_direct_line_asks_for_the_same_limits_itself():
    default = settings.DATABASES["default"]
    assert default["DISABLE_SERVER_SIDE_CURSORS"] is False
    assert [f"{name}=" in default["OPTIONS"]["options"] for name in LIMITS] == [True] * 3
