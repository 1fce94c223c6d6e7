"""Web processes that are killed with a file or an answer in their hands, that have no file left to open, and a journal that takes nothing.

Whoever got no answer sends again, and finds one booking, one file, one receipt.
"""

import os
import re
import resource
import signal
import socket
import time
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest
from django.db import Error, transaction
from django.utils import timezone

from reception import scope, stored
from reception.actions import drafts, journal, uploads
from reception.errors import Refused
from reception.models import Entry, User
from tests.databases import administer, own_database
from tests.faults import portal, senders, visitors
from tests.faults.test_database_crash import CODE, NUMBER
from tests.faults.test_lost_answers import booked
from tests.reception.conftest import sign_in

assert sign_in
POINTS = ("file_stored", "before_unlink", "before_answer")
PUBLIC = ("/chenghe/", "/en/chenghe/releases/", "/chenghe/roster.ics")
PAGE, MANY = "/chenghe/releases/1/", 400


class World:
    """The portal with points at which it dies where they are armed, and forms filled in to the last page."""

    def __init__(self, database, folder, forms, office, running):
        self.database, self.folder, self.forms, self.office, self.running = database, folder, forms, office, running
        self.port = running.port

    def visitor(self, **more):
        return visitors.Visitor(self.port, self.forms.pop(), **more)

    def armed(self, point):
        return self.folder / point

    def files(self):
        return {path.name for path in (self.folder / "uploads").rglob("*") if path.is_file()}

    def sql(self, statement):
        administer(statement, self.database)

    def swept(self, **age):
        with scope.county(self.office.county):
            return uploads.sweep(county=self.office.county, at=timezone.now() + timedelta(**age))

    def faults(self):
        with scope.county(self.office.county):
            return [*uploads.faults(), *journal.faults()]

    def pages(self):
        stranger = visitors.Visitor(self.port, "")
        return [stranger.ask("GET", page)[0] for page in PUBLIC]

    def again(self, deed):
        """What the person does whose page did not come: the same once more, until there is one."""
        deadline = time.monotonic() + senders.PATIENCE
        while time.monotonic() < deadline:
            came = deed()
            if came[0]:
                return came
            self.revive()
        return pytest.fail("no answer any more")

    def killed(self, point, deed):
        """Do something in which a process is to die, until one has: nobody may be there yet to take it up."""
        self.armed(point).touch()
        deadline = time.monotonic() + senders.PATIENCE
        while self.armed(point).exists():
            assert time.monotonic() < deadline
            assert deed()[0] == 0
            self.revive()

    def revive(self):
        """The web server gives up where a process dies within five seconds, as can happen here: what watches over it starts it anew."""
        if self.running.process.poll() is not None:
            self.running.__enter__()
        time.sleep(0.1)

    def holder(self, line):
        """The process at the other end of a line."""
        ours, theirs = line.getsockname()[1], line.getpeername()[1]
        rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        (inode,) = (row[9] for row in rows if row[1].endswith(f":{theirs:04X}") and row[2].endswith(f":{ours:04X}"))
        for pid in portal.workers(self.running.process):
            for handle in Path(f"/proc/{pid}/fd").iterdir():
                with suppress(OSError):
                    if os.readlink(handle) == f"socket:[{inode}]":
                        return pid
        return None


@pytest.fixture(scope="module")
def world(template_database, django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("killed")
    with ExitStack() as stack:
        database = stack.enter_context(own_database(template_database, django_db_blocker))
        office, sitting = portal.world(20)
        forms = portal.forms(office, sitting, 12, by_telephone=False)
        stack.enter_context(pytest.MonkeyPatch.context()).setattr("django.conf.settings.UPLOADS_DIR", folder / "uploads")
        points = ",".join(f"{point}:kill:{folder / point}" for point in POINTS)
        running = portal.Portal(
            database=database,
            environment={"UPLOADS_DIR": str(folder / "uploads"), "FAILPOINT": points},
            log=stack.enter_context((folder / "log").open("ab")),
        )
        # What was killed is replaced at once: there are more deaths here than processes.
        running.command[running.command.index("--respawn-interval") + 1] = "0.1"
        stack.enter_context(running)
        yield World(database, folder, forms, office, running)


@pytest.fixture
def lines():
    """What is hung up at the end."""
    with ExitStack() as stack:
        yield stack


def test_f31_a_process_that_dies_between_the_file_and_its_row_leaves_a_file_alone_which_goes_after_a_day(world):
    visitor, before = world.visitor(), world.files()
    world.killed("file_stored", lambda: visitor.upload(visitors.photo(1)))
    assert visitors.form_of(visitor.check, world.office)[1] == []
    (orphan,) = world.files() - before
    assert world.again(lambda: visitor.upload(visitors.photo(1)))[0] == 302
    (row,) = visitors.form_of(visitor.check, world.office)[1]
    assert world.files() - before == {orphan, str(row.uid)}
    # It could belong to somebody who is still at it, so it is left for a day.
    assert (world.swept(hours=23), world.swept(hours=25)) == (0, 1)
    assert world.files() - before == {str(row.uid)}
    assert world.faults() == []


def test_f31_a_process_that_dies_between_the_row_s_end_and_the_file_s_leaves_a_file_alone_too(world):
    visitor, before = world.visitor(), world.files()
    assert world.again(lambda: visitor.upload(visitors.photo(2)))[0] == 302
    (row,) = visitors.form_of(visitor.check, world.office)[1]
    world.killed("before_unlink", lambda: visitor.take_out(row))
    assert visitors.form_of(visitor.check, world.office)[1] == []
    assert world.files() - before == {str(row.uid)}
    assert world.again(lambda: visitor.take_out(row))[0] == 302
    assert (world.swept(hours=23), world.swept(hours=25)) == (0, 1)
    assert world.files() == before


def test_f31_where_the_row_came_first_it_would_be_there_without_its_file(world, monkeypatch):
    """What the other tests would find, were the file written when its row is sure; and it is found, and told."""
    visitor = world.visitor()
    draft, _rows = visitors.form_of(visitor.check, world.office)
    monkeypatch.setattr(stored, "write", Mock())
    with scope.county(world.office.county):
        who = {"county": world.office.county, "by": User.objects.system(), "at": timezone.now()}
        row = uploads.add(draft=draft, name="a.jpg", material=uploads.Material("image/jpeg", b"\xff\xd8\xff"), **who)
    assert world.faults() == [f"files: upload {row.uid} is not there"]
    with scope.county(world.office.county), pytest.raises(Refused, match="找不到"):
        uploads.opened(row, county=world.office.county)
    with scope.county(world.office.county):
        uploads.remove(draft=draft, uid=row.uid, **who)


def test_f48_killed_after_it_was_done_and_before_it_was_said_the_same_again_is_done_once(world):
    visitor = world.visitor()
    with scope.county(world.office.county):
        before = booked(world.office)
    world.killed("before_answer", lambda: visitor.upload(visitors.photo(3)))
    assert len(visitors.form_of(visitor.check, world.office)[1]) == 1
    assert world.again(lambda: visitor.upload(visitors.photo(3)))[0] == 302
    world.killed("before_answer", visitor.send)
    assert booked(world.office) == tuple(number + 1 for number in before)
    receipts = set()
    for _time in range(3):
        status, place, _headers = world.again(visitor.send)
        assert (status, place.endswith("/receipt/")) == (302, True)
        page = world.again(lambda place=place: visitor.ask("GET", place))[1]
        receipts.add((NUMBER.search(page)[1], CODE.search(page)[1]))
    assert len(receipts) == 1
    assert booked(world.office) == tuple(number + 1 for number in before)
    draft, files = visitors.form_of(visitor.check, world.office)
    with scope.county(world.office.county):
        assert (files, draft.booking.uploads.count()) == ([], 1)
    assert world.faults() == []


def test_f48_without_the_look_for_the_same_file_it_would_be_there_twice(world, monkeypatch):
    """What the other test would find."""
    form = world.forms.pop()
    draft, _files = visitors.form_of(form, world.office)
    photo = uploads.Material("image/jpeg", visitors.photo(4))
    who = {"county": world.office.county, "by": User.objects.system(), "at": timezone.now()}
    for _time in range(2):
        with scope.county(world.office.county):
            uploads.add(draft=draft, name="a.jpg", material=photo, **who)
    assert len(visitors.form_of(form, world.office)[1]) == 1
    monkeypatch.setattr(uploads, "same", Mock(return_value=None))
    with scope.county(world.office.county):
        uploads.add(draft=draft, name="a.jpg", material=photo, **who)
    assert len(visitors.form_of(form, world.office)[1]) == 2


def test_f48_killed_in_the_middle_of_a_file_that_arrives_and_of_an_answer_that_leaves(world):
    """One process has both in hand. Of the file nothing is kept, and a browser knows an answer that was cut short by its length."""
    visitor, before, reader = world.visitor(), world.files(), visitors.Visitor(world.port, "")
    whole = world.again(lambda: reader.ask("GET", PAGE))[1].encode()
    with visitor.begin_upload(visitors.photo(5)) as line, ExitStack() as others:
        senders.wait(lambda: world.holder(line) is not None)
        # Which process takes a line is chance.
        answered = others.enter_context(asking(world.port))
        senders.wait(lambda: world.holder(answered) is not None)
        while world.holder(answered) != world.holder(line):
            answered = others.enter_context(asking(world.port))
            senders.wait(lambda answered=answered: world.holder(answered) is not None)
        # It has begun to answer, says what fits on the line, and waits for somebody to read it.
        assert answered.recv(1, socket.MSG_PEEK)
        time.sleep(0.3)
        os.kill(world.holder(line), signal.SIGKILL)
        with suppress(ConnectionError):
            assert line.recv(1) == b""
        came = b""
        with suppress(ConnectionError):
            while data := answered.recv(1 << 16):
                came += data
    answers = came.split(b"HTTP/1.1 200 OK\r\n")[1:]
    assert 0 < len(answers) < MANY
    told = int(re.search(rb"content-length: (\d+)", answers[-1], re.IGNORECASE)[1])
    assert (told, len(answers[-1].partition(b"\r\n\r\n")[2]) < told) == (len(whole), True)
    assert world.again(lambda: reader.ask("GET", PAGE))[1].encode() == whole
    assert world.files() == before
    assert visitors.form_of(visitor.check, world.office)[1] == []
    assert world.again(lambda: visitor.upload(visitors.photo(5)))[0] == 302
    (row,) = visitors.form_of(visitor.check, world.office)[1]
    assert world.files() - before == {str(row.uid)}


@contextmanager
def asking(port):
    """A line on which somebody asks for a page so often that the server can't say it all before something is read."""
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.settimeout(visitors.PATIENCE)
        line.connect(("127.0.0.1", port))
        line.sendall(f"GET {PAGE} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode() * MANY)
        yield line


def test_f32_a_process_with_no_file_left_to_open_says_so_and_goes_on_when_it_has_some(world, lines):
    """Everybody is on the line already: who comes new is let in when there is room."""
    people = [world.visitor(stays=True) for _n in range(3)]
    reader = visitors.Visitor(world.port, "", stays=True)
    for one in [*people, reader]:
        lines.callback(one.hang_up)
    with scope.county(world.office.county):
        before = booked(world.office)
    for one in [*people, reader]:
        assert world.again(lambda one=one: one.ask("GET", "/chenghe/"))[0] == 200
    kept = world.files()
    # Those that serve: one that is still loading has everything to open.
    pids = {world.holder(one.line.sock) for one in [*people, reader]}
    limits = {pid: resource.prlimit(pid, resource.RLIMIT_NOFILE) for pid in pids}
    for pid in pids:
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (3, limits[pid][1]))
    try:
        assert reader.ask("GET", "/chenghe/")[0] == 200
        status, page, headers = people[0].upload(visitors.photo(6))
        assert status in (200, 503), (status, page)
        assert "暂时不能保存材料" in page or headers["Retry-After"] == "60"
        sent = [one.send() for one in people[1:]]
        # Whoever's process still holds a line to the database is served by it; nobody is told of a mistake.
        assert {status for status, _page, _headers in sent} <= {302, 503}
        for status, _page, headers in sent:
            assert status == 302 or headers["Retry-After"] == "60"
        # Never asked for before, so its templates and words are not in memory: whatever can't be made is said to pass.
        for page in ("/en/chenghe/no/such/page/", "/track/", "/en/help/"):
            assert reader.ask("GET", page)[0] in (200, 404, 503)
    finally:
        for pid, limit in limits.items():
            with suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_NOFILE, limit)
    assert world.files() == kept
    assert world.again(lambda: people[0].upload(visitors.photo(6)))[0] == 302
    for one in people:
        assert world.again(one.send)[0] == 302
    assert world.pages() == [200, 200, 200]
    assert booked(world.office) == tuple(number + 3 for number in before)
    assert world.faults() == []


def test_f47_what_the_journal_refuses_is_not_done_and_public_pages_stay(world, sign_in):
    """Booking, and opening what somebody sent, are both deeds of which the journal tells."""
    sent, visitor, clerk = world.visitor(), world.visitor(), sign_in(world.office.clerk)
    clerk.raise_request_exception = False
    assert world.again(lambda: sent.upload(visitors.photo(7)))[0] == world.again(sent.send)[0] == 302
    with scope.county(world.office.county):
        file = visitors.form_of(sent.check, world.office)[0].booking.uploads.get()
        before, entries = booked(world.office), Entry.objects.count()
    open_it = f"/admin/uploads/{file.uid}/"
    world.sql("REVOKE INSERT ON reception_entry FROM reception_app")
    try:
        status, page, headers = world.again(visitor.send)
        assert (status, headers["Retry-After"], "已填好的内容都还在" in page) == (503, "60", True)
        for prefix, words in (("", "必须记入操作日志，现在记不进去，所以没有办理"), ("/en", "<h1>")):
            answer = clerk.get(prefix + open_it)
            assert (answer.status_code, answer["Retry-After"], words in answer.content.decode()) == (503, "60", True)
        assert booked(world.office) == before
        assert visitors.form_of(visitor.check, world.office)[0].booking is None
        assert world.pages() == [200, 200, 200]
    finally:
        world.sql("GRANT INSERT ON reception_entry TO reception_app")
    with scope.county(world.office.county):
        assert Entry.objects.count() == entries
    assert world.again(visitor.send)[0] == 302
    assert booked(world.office) == tuple(number + 1 for number in before)
    assert clerk.get(open_it).content[:3] == b"\xff\xd8\xff"
    with scope.county(world.office.county):
        assert Entry.objects.order_by("-n")[0].act == "material.read"
    assert world.faults() == []


def test_f47_a_deed_that_went_on_without_its_entry_would_be_there_untold(world, monkeypatch):
    """What the other test would find, where a journal that fails is shrugged off."""
    form, append = world.forms.pop(), journal._append

    def shrugged(entry):
        with suppress(Error), transaction.atomic():
            append(entry)

    monkeypatch.setattr(journal, "_append", shrugged)
    draft, _files = visitors.form_of(form, world.office)
    world.sql("REVOKE INSERT ON reception_entry FROM reception_app")
    try:
        with scope.county(world.office.county):
            before = booked(world.office)
            drafts.submit(draft=draft, wait=False, county=world.office.county, by=User.objects.system(), at=timezone.now())
            after = booked(world.office)
    finally:
        world.sql("GRANT INSERT ON reception_entry TO reception_app")
    assert (after[0] - before[0], after[2] - before[2]) == (1, 0)
