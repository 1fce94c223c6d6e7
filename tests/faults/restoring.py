"""A PostgreSQL of one's own that archives, a county in it that is worked on step by step, and a backup taken in the middle.

After every step the moment and the count of every table are written down: a restore to a moment must give exactly these.
"""

import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import psycopg2
from django.conf import settings
from django.db import connections
from django.test import override_settings
from django.utils import timezone

from config import embedded
from reception import clock, rounds, scope, sending
from reception.actions import uploads
from reception.backups import key, restored, taking
from reception.backups.folder import Folder
from reception.materials import Material
from reception.models import Message
from tests.faults import copies, portal, receivers
from tests.reception import bookers, builders, outbox

ROUNDS, BACKUP_AFTER = 4, 1


@contextmanager
def pointed_at(place):
    """Django works on the server whose socket is in a folder."""
    before = {alias: (connections[alias].settings_dict["HOST"], connections[alias].settings_dict["NAME"]) for alias in connections}

    def point(alias, host, name):
        connections[alias].close()
        for known in (connections[alias].settings_dict, settings.DATABASES[alias]):
            known["HOST"], known["NAME"] = host, name

    for alias in before:
        point(alias, str(place), "reception")
    try:
        yield
    finally:
        for alias, (host, name) in before.items():
            point(alias, host, name)


@dataclass(frozen=True)
class Step:
    """Something was done: when it began and was over by the server's clock, what every table held then, and which letters had left."""

    began: datetime
    over: datetime
    rows: dict
    sent: frozenset
    queued: frozenset


class World:
    """The server, its county, what was done, and the backup. `sent` says how often a letter arrived, by key."""

    def __init__(self, template, stack):
        self.place = Path(tempfile.mkdtemp(prefix="source-"))
        stack.callback(self._gone)
        self.spool, self.path = self.place / "wal", self.place / "backup"
        self.environment = {**os.environ, "WAL_SPOOL_DIR": str(self.spool)}
        command = [sys.executable, "-m", "config.embedded", "start", str(self.place)]
        said = subprocess.run(command, cwd=portal.ROOT, env=self.environment, check=True, capture_output=True, text=True).stdout
        address = re.search(r"^DATABASE_URL='(.*)'$", said, re.MULTILINE)[1]
        self.host = Path(address.split("@")[1].split("/")[0].replace("%2F", "/"))
        copies.copy(template, self.host)
        # All that it may do, as docs/deployment.md makes it.
        self.told("CREATE ROLE reception_backup LOGIN REPLICATION")
        self.mailbox = stack.enter_context(receivers.Mailbox())
        stack.enter_context(override_settings(**self.settings))
        key.make()
        self.key = key.load()
        self.steps, self.letters = [], []
        with pointed_at(self.host):
            self._work()

    @property
    def settings(self):
        return {
            "BACKUP_KEY_FILE": self.place / "backup.key",
            "WAL_SPOOL_DIR": self.spool,
            "BACKUP_DATABASE_URL": f"postgresql://reception_backup@{str(self.host).replace('/', '%2F')}/reception",
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": self.mailbox.port,
            "SMS_URL": "",
            "UPLOADS_DIR": self.place / "uploads",
            "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        }

    @property
    def folder(self):
        return Folder(self.path, self.key)

    def _gone(self):
        embedded.stop(self.place)
        shutil.rmtree(self.place, ignore_errors=True)

    def told(self, statement):
        server = psycopg2.connect(host=str(self.host), user="postgres", dbname="reception")
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute(statement)
            answer = cursor.fetchone()[0] if cursor.description else None
        server.close()
        return answer

    def archive(self):
        """Have the server archive all it has written, and wait until it has."""
        last = self.told("SELECT pg_walfile_name(pg_switch_wal())")
        deadline = time.monotonic() + 30
        while self.told("SELECT coalesce(last_archived_wal, '') FROM pg_stat_archiver") < last:
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def _work(self):
        self.office, self.sitting = portal.world()
        rounds.once(is_settling=True)
        with scope.county(self.office.county):
            Message.objects.update(state="quiet")
        for n in range(ROUNDS):
            self._step(self._books, n)
            self._step(self._queues, n)
            self._step(self._sends, n)
            if n == BACKUP_AFTER:
                self.base = taking.take(self.path, at=timezone.now()).base
        self.archive()
        taking.take(self.path, at=timezone.now(), with_base=False)

    def _step(self, do, n):
        began = clock.now()
        do(n)
        over = clock.now()
        queued = frozenset(self.letters)
        sent = frozenset(one for one in queued if self.mailbox.of(one))
        self.steps.append(Step(began, over, restored.rows(), sent, queued))

    def _books(self, n):
        booking = bookers.book(self.office, n + 1, at=timezone.now(), where=self.sitting).booking
        with scope.county(self.office.county):
            builders.entry()
            paper = Material("image/jpeg", f"a paper {n}".encode())
            who = {"county": self.office.county, "by": self.office.clerk, "at": timezone.now()}
            uploads.add(booking=booking, name="a.jpg", material=paper, **who)

    def _queues(self, n):
        self.letters += outbox.letters(self.office, self.office.clerk, 3, at=timezone.now(), first=10 * n)

    def _sends(self, n):
        sending._rests.clear()
        rounds.once()
        assert all(self.mailbox.of(one) == 1 for one in self.letters)

    def moments(self, count, seed):
        """So many moments between two steps after the backup, with the step before each. The first lies before letters that were sent."""
        later = [n for n, step in enumerate(self.steps) if step.began > self.base.ended_at][:-1]
        chosen = random.Random(seed)
        for n in range(count):
            at = chosen.choice([one for one in later if n or self.steps[one].queued > self.steps[one].sent])
            before, after = self.steps[at].over, self.steps[at + 1].began
            yield before + (after - before) * chosen.random(), self.steps[at]

    def queue(self, n):
        """A letter about something new."""
        return outbox.letters(self.office, self.office.clerk, 1, at=clock.now() - timedelta(seconds=1), first=n)


@contextmanager
def world(template):
    with ExitStack() as stack:
        yield World(template, stack)
