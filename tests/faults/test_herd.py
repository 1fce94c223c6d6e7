"""F45: at the hour at which booking opens everything goes down and comes up again, and all who waited come at once.

``CROWD=10000`` makes the crowd as large as that.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter

import psycopg2
from django.db import connection

from reception import scope
from reception.models import Booking, Slot
from tests.databases import administer
from tests.faults import figures, portal
from tests.faults.test_reload import wait

CROWD = int(os.environ.get("CROWD", "120"))
SEED = int(os.environ.get("SEED", "1"))
PLACES, WITHIN = 30, 3.0
FAIR = 0.33
AWAY = 1.0


class Herd:
    """They are sent, and go on while the portal goes down."""

    def __init__(self, port, addresses):
        told = {"port": port, "headers": portal.headers(port), "body": portal.BODY, "addresses": addresses}
        told |= {"within": WITHIN, "pause": 1.0, "patience": 120, "seed": SEED}
        command = [sys.executable, "-m", "tests.faults.herd"]
        self.process = subprocess.Popen(command, cwd=portal.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.reading = threading.Thread(target=self._read, args=(json.dumps(told).encode(),))
        self.reading.start()

    def _read(self, told):
        said, _errors = self.process.communicate(told)
        self.found = json.loads(said)

    def came(self):
        self.reading.join(180)
        return self.found


def booked(database):
    with psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"], dbname=database) as server, server.cursor() as cursor:
        cursor.execute("SELECT key FROM reception_booking")
        found = {f"/chenghe/book/{key}/check/" for (key,) in cursor.fetchall()}
    server.close()
    return found


def test_f45_after_a_crash_at_the_hour_of_opening_everybody_is_booked_or_told_and_who_comes_first_is_first(committed_db):
    office, sitting = portal.world(PLACES)
    addresses = portal.forms(office, sitting, CROWD)
    with portal.Portal(database=committed_db, log=subprocess.DEVNULL) as servers:
        herd = Herd(servers.port, addresses)
        wait(lambda: len(booked(committed_db)) >= 3, 60, "nobody was booked")
        servers.kill()
        # The database takes nobody for a moment longer than the web server needs.
        administer(f"ALTER DATABASE {committed_db} CONNECTION LIMIT 0")
        administer(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{committed_db}' AND usename = 'reception_app'"
        )
        before = booked(committed_db)
        servers.__enter__()
        time.sleep(AWAY)
        administer(f"ALTER DATABASE {committed_db} CONNECTION LIMIT -1")
        back = time.monotonic()
        came = herd.came()
    took = max(each["asked"] for each in came) - back
    words = Counter(each["word"] for each in came)
    turned = Counter(said for each in came for _asked, said in each["before"])
    # Ours was ended too.
    connection.close()
    late = [said for each in came for asked, said in each["before"] if asked > back + 1]
    figures.tell(
        f"herd of {CROWD}: {len(before)} booked before the crash; then {dict(words)}, meanwhile {dict(turned)}, {took:.1f} s after it was back"
    )
    assert words == {"booked": PLACES, "told": CROWD - PLACES}
    # While everything was down they had no answer, or were told when to come again; and once it was back, nothing of the kind.
    assert set(turned) <= {"none", "again"}
    assert turned["again"] > 0
    assert late == []
    with scope.county(office.county):
        assert Booking.objects.filter(state="confirmed").count() == PLACES
        assert Slot.objects.filter(booking__isnull=False).count() == PLACES
    new = [each for address, each in zip(addresses, came, strict=True) if address not in before]
    new.sort(key=lambda each: each["asked"])
    ranks = [n / len(new) for n, each in enumerate(new) if each["word"] == "booked"]
    middle = sum(ranks) / len(ranks)
    figures.tell(
        f"by the order in which {len(new)} came, the booked are at {middle:.0%} in the middle and at {max(ranks):.0%} at last"
    )
    # All of them would be among the first if there were one line; a lot would put their middle at 50 %, and below this once in some thousand.
    assert middle < FAIR
