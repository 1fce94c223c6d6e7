"""Disks that are really full, or really read-only: under the files that citizens send, the log, the pages that are kept, and the database.

Each is a small file system of its own, so that the answers are the kernel's and PostgreSQL's.
"""

import os
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections
from django.utils import timezone

from reception import scope, snapshots
from reception.actions import journal, uploads
from reception.models import County
from tests.databases import administer, own_database
from tests.faults import disks, portal, senders, visitors
from tests.faults.test_lost_answers import booked

# The largest file in the test fits on the disk when it is free, and not in what `fill` leaves.
LEFT = 40_000
# The pages of a public site, one of which nobody asked for before.
PUBLIC = ("/chenghe/", "/en/chenghe/releases/", "/chenghe/roster.ics")


class World:
    """The portal, its four disks, and forms that are filled in to the last page."""

    def __init__(self, database, disk, forms, office, port):
        self.database, self.disk, self.forms, self.office, self.port = database, disk, forms, office, port

    def visitor(self):
        return visitors.Visitor(self.port, self.forms.pop())

    def sql(self, statement):
        administer(statement, self.database)

    def reconnect(self):
        """Whoever is connected does so anew, and finds what was set meanwhile."""
        self.sql(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{self.database}' AND usename <> 'postgres'"
        )
        connections.close_all()

    def pages(self):
        stranger = visitors.Visitor(self.port, "")
        return [stranger.ask("GET", page)[0] for page in PUBLIC]

    def files(self):
        return self.disk["uploads"].files()


@pytest.fixture(scope="module")
def world(template_database, django_db_setup, django_db_blocker):
    postgres = (Path(os.environ["DATA_DIR"]) / "postgresql").stat().st_uid
    with ExitStack() as stack:
        sizes = {"uploads": "2m", "log": "64k", "kept": "1m", "database": "2m"}
        owners = {"database": postgres}
        disk = {name: stack.enter_context(disks.mounted(size, owner=owners.get(name))) for name, size in sizes.items()}
        administer(f"CREATE TABLESPACE small LOCATION '{disk['database'].path}'")
        stack.callback(administer, "DROP TABLESPACE small")
        database = stack.enter_context(own_database(template_database, django_db_blocker))
        office, sitting = portal.world(20)
        forms = portal.forms(office, sitting, 12)
        folders = {"UPLOADS_DIR": str(disk["uploads"].path), "SNAPSHOT_DIR": str(disk["kept"].path)}
        stack.enter_context(pytest.MonkeyPatch.context()).setattr("django.conf.settings.UPLOADS_DIR", disk["uploads"].path)
        log = stack.enter_context((disk["log"].path / "log").open("ab"))
        running = stack.enter_context(portal.Portal(database=database, environment=folders, log=log, processes=1))
        yield World(database, disk, forms, office, running.port)


def test_f30_a_full_disk_takes_no_file_says_so_and_keeps_what_was_typed(world):
    visitor, large = world.visitor(), visitors.photo(1, side=600)
    assert visitor.upload(visitors.photo())[0] == 302
    before = world.files()
    world.disk["uploads"].fill(but=LEFT)
    for prefix, words in (("", "暂时不能保存材料，填好的内容都还在"), ("/en", "a.jpg")):
        status, page, _headers = visitor.upload(large, prefix)
        assert (status, words in page) == (200, True)
    # Nothing of it is left, not even in part, and what was there is.
    assert world.files() == before
    assert len(visitors.form_of(visitor.check, world.office)[1]) == 1
    assert world.pages() == [200, 200, 200]
    world.disk["uploads"].free()
    assert visitor.upload(large)[0] == 302
    world.disk["uploads"].fill()
    # What was typed is still there, and without the file it is sent.
    assert visitor.send()[0] == 302
    world.disk["uploads"].free()
    assert visitors.form_of(visitor.check, world.office)[0].booking is not None
    with scope.county(world.office.county):
        assert list(uploads.faults()) == []


def test_f30_a_full_log_stops_nothing_and_goes_on_when_there_is_room(world):
    log = world.disk["log"]
    log.fill()
    full = (log.path / "log").stat().st_size
    stranger = visitors.Visitor(world.port, "")
    # Each of these is a line of the log; together they are more than a process keeps of it.
    assert {stranger.ask("GET", f"/track/{n}/{'x' * 300}/")[0] for n in range(100)} == {404}
    assert (log.path / "log").stat().st_size <= full + 4096
    assert world.pages() == [200, 200, 200]
    assert world.visitor().send()[0] == 302
    log.free()

    def is_told():
        stranger.ask("GET", "/track/now/there/is/room/")
        return "/now/there/is/room/" in (log.path / "log").read_text(errors="replace")

    senders.wait(is_told)


@pytest.mark.parametrize("table", ["reception_booking", "reception_entry"])
def test_f30_where_the_database_has_no_room_nothing_is_half_written_and_public_pages_stay(world, table):
    """The bookings' own disk, and the journal's: without the entry there is no booking."""
    # A row goes onto a page of its own, so the first one needs room on the disk.
    world.sql(f"ALTER TABLE {table} SET (fillfactor = 10)")
    world.sql(f"ALTER TABLE {table} SET TABLESPACE small")
    visitor = world.visitor()
    with scope.county(world.office.county):
        before = booked(world.office)
    world.disk["database"].fill()
    for prefix, words in (("", "系统正在恢复。已填好的内容都还在"), ("/en", "<h1>")):
        status, page, headers = visitor.send(prefix)
        assert (status, headers.get("Retry-After"), words in page) == (503, "60", True)
    assert booked(world.office) == before
    assert visitors.form_of(visitor.check, world.office)[0].booking is None
    assert world.pages() == [200, 200, 200]
    world.disk["database"].free()
    assert visitor.send()[0] == 302
    assert booked(world.office) == tuple(number + 1 for number in before)
    with scope.county(world.office.county):
        assert list(journal.faults()) == []
    world.sql(f"ALTER TABLE {table} SET TABLESPACE pg_default")


def test_f30_a_database_that_takes_no_changes_is_said_to_come_back(world):
    """As its administrator sets it when the disk is nearly full, and as a standby is."""
    visitor = world.visitor()
    world.sql(f"ALTER ROLE reception_app IN DATABASE {world.database} SET default_transaction_read_only = on")
    world.reconnect()
    senders.wait(lambda: visitor.send()[0] == 503)
    status, page, headers = visitor.send()
    assert (status, headers.get("Retry-After"), "已填好的内容都还在" in page) == (503, "60", True)
    assert world.pages() == [200, 200, 200]
    world.sql(f"ALTER ROLE reception_app IN DATABASE {world.database} RESET default_transaction_read_only")
    world.reconnect()
    senders.wait(lambda: visitor.send()[0] == 302)


def test_f32_on_a_read_only_disk_nothing_is_kept_and_what_was_taken_out_stays_out(world):
    visitor, disk = world.visitor(), world.disk["uploads"]
    assert visitor.upload(visitors.photo(3))[0] == 302
    ((row,), before) = (visitors.form_of(visitor.check, world.office)[1], world.files())
    disk.read_only(True)
    status, page, _headers = visitor.upload(visitors.photo(4))
    assert (status, "暂时不能保存材料" in page) == (200, True)
    # The row goes, and that is what counts: the file can't be taken away now, and nobody finds it any more.
    assert visitor.take_out(row)[0] == 302
    assert visitors.form_of(visitor.check, world.office)[1] == []
    assert world.files() == before
    with scope.county(world.office.county):
        assert uploads.sweep(county=world.office.county, at=timezone.now() + timedelta(hours=25)) == 0
    disk.read_only(False)
    assert visitor.upload(visitors.photo(4))[0] == 302
    with scope.county(world.office.county):
        assert uploads.sweep(county=world.office.county, at=timezone.now() + timedelta(hours=25)) == 1
        assert list(uploads.faults()) == []
    assert str(row.uid) not in {path.name for path in world.files()}


def test_f32_what_could_not_be_kept_for_a_start_without_the_database_is_kept_later_and_not_said_to_be_right_before(world):
    disk = world.disk["kept"]
    kept = disk.path / "counties.json"
    senders.wait(lambda: snapshots.Snapshot(disk.path).edition(county(world)) == county(world).edition)
    disk.fill()
    world.sql("UPDATE reception_county SET phone = '0000-7654321'")
    right = kept.stat().st_mtime
    time.sleep(2)
    assert world.pages() == [200, 200, 200]
    assert "0000-7654321" not in kept.read_text()
    # The file is old, and is not said to be of now: a process that starts without the database tells by it how old its pages are.
    assert kept.stat().st_mtime < right + 1.7
    # And no try left anything behind.
    assert not [path for path in disk.files() if path.name.startswith(".")]
    disk.free()
    senders.wait(lambda: "0000-7654321" in kept.read_text())
    senders.wait(lambda: snapshots.Snapshot(disk.path).edition(county(world)) == county(world).edition)


def county(world):
    return County.objects.get(pk=world.office.county.pk)
