"""A storm: senders are killed with SIGKILL at random moments while they send; counted where it arrives, nothing is lost and nothing twice.

``MESSAGES=100000 KILLS=1000 SEED=1 make storm`` is the whole of it. What may come twice is a letter whose sender died between the mail
server's answer and our own commit: each of those is counted, and bears the same id.
"""

import os
import random
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest
import redis

from reception import clock, scope
from reception.models import Channel, Message, Occasion, Pulse
from tests.faults import figures, receivers, senders
from tests.faults.test_message_faults import KEYED, MAIL, World

MESSAGES = int(os.environ.get("MESSAGES", "240"))
KILLS = int(os.environ.get("KILLS", "3"))
SEED = int(os.environ.get("SEED", "1"))
AT_ONCE = 3
# Short, so that what a dead one held is taken soon.
LEASE = 8
PATIENCE = 600 + KILLS * 20


def celery(*arguments):
    return [sys.executable, "-m", "celery", "--quiet", "-A", "config", *arguments, "--loglevel", "error"]


class Workers:
    """What is killed and started again: `run_messages`, or Celery's workers, which a beat of one second wakes."""

    def __init__(self, env, command):
        self.env, self.command = env, command
        self.running = [self.start() for _n in range(AT_ONCE)]

    def start(self):
        return subprocess.Popen(self.command, cwd=senders.ROOT, env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def kill(self, which):
        self.running[which].kill()
        self.running[which].wait(30)
        self.running[which] = self.start()

    def end(self):
        for process in self.running:
            process.kill()
            process.wait(30)


@contextmanager
def nothing_else(env):
    yield


@contextmanager
def beat_and_flushes(env):
    """Something that ticks, and a broker that forgets everything every two seconds."""
    over, flushed = threading.Event(), []
    client = redis.Redis.from_url(env["REDIS_URL"])

    def tick():
        from config.celery import app

        while not over.wait(1):
            app.send_task("reception.tasks.send_messages", expires=25)
            if len(flushed) * 2 < time.monotonic() - began:
                client.flushdb()
                flushed.append(time.monotonic())

    began = time.monotonic()
    ticking = threading.Thread(target=tick, daemon=True)
    ticking.start()
    yield
    over.set()
    ticking.join(30)
    client.close()
    assert flushed


def storm(world, workers, chance):
    """Kill one after another at random moments, each once some more have arrived; then wait until all are done. How many seconds."""
    began, kills = time.monotonic(), 0
    all_of_them = MESSAGES // 3 * 2
    while kills < KILLS:
        mark = (kills + 1) * all_of_them // (KILLS + 1)
        senders.wait(lambda mark=mark: total(world) >= mark, PATIENCE)
        time.sleep(chance.uniform(0.001, 0.2))
        workers.kill(chance.randrange(AT_ONCE))
        kills += 1
        figures.progress("kills", kills, KILLS)
    senders.wait(lambda: left(world) == 0, PATIENCE, every=0.5)
    return time.monotonic() - began


def total(world):
    return world.mailbox.letters.total() + world.gateway.texts.total()


def left(world):
    with scope.county(world.office.county):
        unsaid = Occasion.objects.filter(channel=Channel.INBOX).count() - Message.objects.filter(channel=Channel.INBOX).count()
        # A letter that gathers the day's news waits for the office to open, at night and over the weekend.
        due = Message.objects.filter(state__in=["waiting", "sending"], due_at__lte=clock.now())
        return due.count() + max(unsaid, 0)


@pytest.mark.parametrize("by", os.environ.get("BY", "run_messages").split(","))
def test_f4_nothing_is_lost_and_nothing_comes_twice(committed_db, as_superuser, settings, by):
    chance = random.Random(SEED)
    with receivers.Mailbox() as mailbox, receivers.Gateway(KEYED) as gateway:
        world = World(committed_db, as_superuser, settings, mailbox, gateway)
        share = MESSAGES // 3
        letters, texts = world.queued(MAIL, share), world.queued(KEYED, share)
        world.occasions(share)
        env = {**world.env, "MESSAGE_LEASE": str(LEASE)}
        command, beside = [sys.executable, "manage.py", "run_messages"], nothing_else
        if by == "celery":
            command, beside = celery("worker", "--pool", "solo"), beat_and_flushes
        workers = Workers(env, command)
        try:
            with beside(env):
                seconds = storm(world, workers, chance)
        finally:
            workers.end()
        world.look()
        mails, sms = [mailbox.of(key) for key in letters], [gateway.of(key) for key in texts]
        within = world.within()
        interrupted = Pulse.objects.get(county=world.office.county).interrupted
    twice = sum(count - 1 for count in mails if count > 1)
    figures.tell(
        f"storm by {by}: {share * 3:,} messages, {KILLS:,} kills, {seconds:.0f} s: lost {mails.count(0) + sms.count(0) + share - len(set(within))}, "
        f"twice by keyed gateway {sum(count > 1 for count in sms)}, within the portal {len(within) - len(set(within))}, by mail {twice} "
        f"(of {interrupted} attempts that were cut off), asked again {gateway.asked.total() - share}"
    )
    assert (mails.count(0), set(sms), sorted(within)) == (0, {1}, sorted(f"release {n}" for n in range(share)))
    assert world.states(letters + texts) == {"sent"}
    # One letter for each death at most: they are finished one by one.
    assert twice <= min(KILLS, interrupted)
