"""Processes that send, as they are started in production, and how they are killed, stopped and starved."""

import os
import re
import resource
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90


def environment(database, **more):
    """What a process needs to work with a database of the suite's own server."""
    addresses = {
        name: os.environ[name].rsplit("/", 1)[0] + f"/{database}" for name in ("DATABASE_URL", "OWNER_DATABASE_URL") if database
    }
    return {**os.environ, **addresses, **{name: str(value) for name, value in more.items()}}


class Sender:
    """One `manage.py run_messages`."""

    def __init__(self, env, *arguments):
        command = [sys.executable, "manage.py", "run_messages", *arguments]
        self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def kill(self):
        self.process.kill()
        return self.ended()

    def starve(self):
        """From now on it gets no more memory."""
        resource.prlimit(self.process.pid, resource.RLIMIT_AS, (1024, 1024))

    def stop(self):
        os.kill(self.process.pid, signal.SIGSTOP)

    def go_on(self):
        os.kill(self.process.pid, signal.SIGCONT)

    def is_stopped(self):
        return Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"

    def end(self):
        """Ask it to end, as a restart does; how long that took."""
        began = time.monotonic()
        self.process.terminate()
        self.ended()
        return time.monotonic() - began

    def ended(self):
        self.said, _errors = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode


def once(env, **more):
    """One look through every county, to its end; how many messages it sent."""
    sender = Sender({**env, **more}, "--once")
    assert sender.ended() == 0
    return int(re.search(r"(\d+) sent", sender.said)[1])


def dies(env, failpoint):
    """One look by a process that dies on the way."""
    assert Sender({**env, "FAILPOINT": f"{failpoint}:kill"}, "--once").ended() == -signal.SIGKILL


@contextmanager
def running(env, count=1, *arguments, **more):
    """So many senders at work; those that are still alive at the end are ended."""
    senders = [Sender({**env, **more}, *arguments) for _n in range(count)]
    try:
        yield senders
    finally:
        for sender in senders:
            if sender.process.poll() is None:
                sender.go_on()
                sender.kill()


def wait(wanted, seconds=PATIENCE, *, every=0.05):
    """Until something is so."""
    deadline = time.monotonic() + seconds
    while not wanted():
        if time.monotonic() > deadline:
            pytest.fail("it did not come to that")
        time.sleep(every)
