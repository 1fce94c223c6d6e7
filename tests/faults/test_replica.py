"""A real replica: public pages are read there, are never older for it, and go on with it while the database is away."""

import os
from contextlib import contextmanager

import psycopg2
import pytest
from django.db import connections
from django.utils import timezone

from reception import clock, machine
from reception.actions import planning, releases
from reception.backups import programs
from tests.faults import restoring, senders
from tests.faults.test_database_crash import Server
from tests.faults.test_everything_down import Web
from tests.reception import builders

LISTED = "/chenghe/releases/"


class Replica:
    """A server that follows another, in a folder of its own."""

    def __init__(self, place, source):
        self.place = place
        place.mkdir()
        copied = ["--pgdata", place / "data", "--write-recovery-conf", "--checkpoint=fast", "-h", source, "-U", "postgres"]
        programs.run("pg_basebackup", *copied)
        place.chmod(0o711)
        programs.given_to_server(place)
        own = f"listen_addresses = ''\nunix_socket_directories = '{place}'\nwal_retrieve_retry_interval = '200ms'\n"
        with (place / "data" / "postgresql.auto.conf").open("a") as settings:
            settings.write(own)
        self.control("--wait", f"--log={place / 'log'}", "start")

    @property
    def address(self):
        return f"postgresql://reception_app@{str(self.place).replace('/', '%2F')}/reception"

    def control(self, *words):
        programs.run_quietly("pg_ctl", f"--pgdata={self.place / 'data'}", *words, cwd=self.place, **programs.as_server())

    def told(self, statement):
        return asked(self.place, statement)


def asked(host, statement):
    line = psycopg2.connect(host=str(host), user="postgres", dbname="reception")
    line.autocommit = True
    with line.cursor() as cursor:
        cursor.execute(statement)
        (answer,) = cursor.fetchone()
    line.close()
    return answer


def releases_read(host):
    """How often the table of the releases was read on a server."""
    return asked(host, "SELECT seq_scan + idx_scan FROM pg_stat_user_tables WHERE relname = 'reception_release'") or 0


@pytest.fixture
def office(committed_db):
    made = builders.bureau()
    builders.published(made)
    return made


@pytest.fixture
def server(folder, office, committed_db):
    return Server(folder, committed_db)


@pytest.fixture
def replica(folder, server):
    made = Replica(folder / "replica", server.host)
    yield made
    if (made.place / "data" / "postmaster.pid").exists():
        made.control("--mode=immediate", "stop")


@pytest.fixture
def webs(server, replica):
    running = []

    def start(**settings):
        told = {**os.environ, **server.addresses, "REPLICA_DATABASE_URL": replica.address, "SNAPSHOT_DIR": "", **settings}
        running.append(Web(told))
        return running[-1]

    yield start
    for web in running:
        web.end()


def publish(office, server, year):
    with restoring.pointed_at(server.host):
        at = timezone.now()
        planning.plan_year(county=office.county, year=year, by=office.clerk, at=at)
        draft = releases.draft(county=office.county, by=office.clerk, at=at, note="")
        releases.submit(release=draft, county=office.county, by=office.clerk, at=at)
        releases.approve(release=draft, county=office.county, by=office.chief, at=at)
        return releases.publish(release=draft, county=office.county, by=office.chief, at=at).number


@contextmanager
def known(server, replica):
    """The test's own process knows of both."""
    connections.settings["replica"] = {**connections.settings["default"], "HOST": str(replica.place), "NAME": "reception"}
    with restoring.pointed_at(server.host):
        connections["replica"].settings_dict["HOST"] = str(replica.place)
        yield
        connections["replica"].close()
    del connections.settings["replica"]
    del connections["replica"]


def on_the_machines_page(server, replica):
    """What the machine's page says of the replica, and whether that is well."""
    with known(server, replica):
        (part,) = (part for part in machine.parts(clock.now()) if part.what == "公开页面的从库")
    return part.found.split()[0], part.is_well


def link(number):
    return f'href="/chenghe/releases/{number}/"'


def test_public_pages_are_read_on_the_replica_are_no_older_for_it_and_go_on_without_the_database(office, server, replica, webs):
    before = releases_read(server.host)
    web = webs()
    assert link(1) in web.get(LISTED)[1]
    senders.wait(lambda: releases_read(replica.place) > 0, 20)
    assert releases_read(server.host) == before

    # It lags: what it does not have yet is read in the database.
    replica.told("SELECT pg_wal_replay_pause()::text")
    second = publish(office, server, 2027)
    web.wait(LISTED, lambda seen: link(second) in seen[1], 5)
    assert "Warning" not in web.get(LISTED)[2]
    assert on_the_machines_page(server, replica) == ("落后", True)
    replica.told("SELECT pg_wal_replay_resume()::text")
    senders.wait(lambda: replica.told("SELECT max(number) FROM reception_release") == second, 20)

    # The database has gone. Of the pages no process has kept anything, and nothing stands in files.
    server.crash()
    fresh, alone = webs(), webs(REPLICA_DATABASE_URL="")
    status, page, headers = fresh.get(LISTED)
    assert (status, headers["Warning"], link(second) in page) == (200, '111 - "Revalidation Failed"', True)
    assert fresh.get("/en/chenghe/releases/1/")[0] == 200
    assert alone.get(LISTED)[0] in (404, 503)
    assert fresh.get("/healthz/ready")[0] == 503
    server.back()
    for each in (web, fresh, alone):
        assert link(second) in each.wait(LISTED, lambda seen: seen[0] == 200 and "Warning" not in seen[2])[1]

    # The replica has gone.
    replica.control("--mode=immediate", "stop")
    assert on_the_machines_page(server, replica) == ("没有应答", False)
    third = publish(office, server, 2028)
    web.wait(LISTED, lambda seen: link(third) in seen[1], 5)
