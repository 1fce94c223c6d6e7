"""The faults of `docs/reliability.md` that a sender of messages can meet, with real processes: what each way promises holds.

What left for a telephone or a mailbox is counted where it arrives, by key.
"""

import os
import subprocess
import sys
import threading
from datetime import timedelta

import psycopg2
import pytest
from django.utils import timezone

from reception import clock, pulse, rounds, scope, sending
from reception.actions import deriving, messages, resuming
from reception.models import Channel, Message, Occasion, Pulse
from tests.faults import portal, receivers, senders
from tests.reception import outbox

KEYED, KEYLESS, MAIL = "json", "form", "mail"


class World:
    """A county in a database of its own, somebody who booked, a mail server and a gateway."""

    def __init__(self, database, as_superuser, settings, mailbox, gateway):
        self.office, sitting = portal.world()
        self.at = timezone.now() - timedelta(minutes=1)
        self.booked = outbox.booking(self.office, where=sitting, at=self.at)
        # What the county itself has to say at once is said.
        rounds.once(is_settling=True)
        with scope.county(self.office.county):
            Message.objects.update(state="quiet")
        self.mailbox, self.gateway, self.superuser = mailbox, gateway, as_superuser
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.SMS_URL = "127.0.0.1", mailbox.port, gateway.url
        self.env = senders.environment(database, EMAIL_URL=mailbox.url, SMS_URL=gateway.url)

    def queued(self, way, count=1, first=0):
        """So many messages that go this way; their keys."""
        if way == MAIL:
            return outbox.letters(self.office, self.office.clerk, count, at=self.at, first=first)
        return outbox.texts(self.booked, count, at=self.at, first=first)

    def occasions(self, count):
        """So many things happened that are told within the portal; what the outbox will hold of them."""
        with scope.county(self.office.county):
            rows = [
                Occasion(
                    kind="release_published",
                    cause=f"release {n}",
                    channel=Channel.INBOX,
                    recipient=self.office.chief,
                    facts={"release": 1},
                    due_at=self.at,
                )
                for n in range(count)
            ]
            Occasion.objects.bulk_create(rows)

    def within(self):
        with scope.county(self.office.county):
            return list(Message.objects.filter(channel=Channel.INBOX, recipient=self.office.chief).values_list("cause", flat=True))

    def arrived(self, key):
        """How often a message arrived."""
        return self.mailbox.of(key) + self.gateway.of(key)

    def look(self):
        """One look through every county by this process; how many messages it sent."""
        sending._rests.clear()
        return rounds.once()

    def shift(self, interval):
        """Move the clock of every process."""
        self.superuser(f"UPDATE reception_clock SET shift = shift + interval '{interval}'")

    def health(self):
        return pulse.health(Pulse.objects.all(), at=clock.now())

    def states(self, keys):
        return set(outbox.states(self.office, keys))


@pytest.fixture
def worlds(committed_db, as_superuser, settings):
    opened = []

    def make(shape=KEYED):
        mailbox, gateway = receivers.Mailbox().__enter__(), receivers.Gateway(shape).__enter__()
        opened.extend([mailbox, gateway])
        return World(committed_db, as_superuser, settings, mailbox, gateway)

    yield make
    for server in opened:
        server.__exit__()


# F1, F2, F3: the points at which the sender dies, and how often the message has arrived once another has looked after it.
# ``FAULTS=whole`` (as `make storm` sets it) tries every point and way; the suite those that have most to tell.
WHOLE = os.environ.get("FAULTS") == "whole"
ZONES = ["UTC", "America/New_York", "Australia/Lord_Howe"] if WHOLE else ["America/New_York"]
DEATHS = [
    ("after_claim", KEYED, 1, "sent"),
    ("after_claim", KEYLESS, 1, "sent"),
    ("after_claim", MAIL, 1, "sent"),
    ("before_send", KEYED, 1, "sent"),
    ("before_send", KEYLESS, 0, "unknown"),
    ("before_send", MAIL, 1, "sent"),
    ("after_accept", KEYED, 1, "sent"),
    ("after_accept", KEYLESS, 1, "unknown"),
    ("after_accept", MAIL, 2, "sent"),
    ("after_finish", KEYED, 1, "sent"),
    ("after_finish", KEYLESS, 1, "sent"),
    ("after_finish", MAIL, 1, "sent"),
]
TELLING = (
    ("before_send", KEYLESS),
    ("after_accept", KEYED),
    ("after_accept", KEYLESS),
    ("after_accept", MAIL),
    ("after_claim", MAIL),
    ("after_finish", KEYED),
)


@pytest.mark.parametrize(("point", "way", "arrived", "state"), DEATHS if WHOLE else [one for one in DEATHS if one[:2] in TELLING])
def test_f1_f2_f3_a_sender_that_dies_at_any_point(worlds, point, way, arrived, state):
    world = worlds(KEYLESS if way == KEYLESS else KEYED)
    (key,) = world.queued(way)
    senders.dies(world.env, point)
    world.look()
    assert world.arrived(key) == (1 if point in ("after_accept", "after_finish") else 0)
    world.shift("3 minutes")
    world.look()
    world.shift("3 minutes")
    world.look()
    assert (world.arrived(key), outbox.state(world.office, key)) == (arrived, state)
    found = world.health()
    assert found.interrupted == (0 if point == "after_finish" else 1)
    assert found.to_see_to == (1 if state == "unknown" else 0)
    # The second copy in a mailbox bears the same id: a mailbox can tell.
    assert len(world.mailbox.letters) == (1 if way == MAIL else 0)


def test_f1_a_sweep_that_dies_leaves_nothing_half_done(worlds):
    world = worlds()
    world.occasions(7)
    senders.dies(world.env, "in_sweep")
    assert world.within() == []
    world.look()
    assert len(world.within()) == len(set(world.within())) == 7


@pytest.mark.parametrize("way", [KEYED, KEYLESS, MAIL] if WHOLE else [KEYLESS])
def test_f5_a_sender_that_was_stopped_for_longer_than_its_lease_changes_nothing(worlds, way):
    """It sleeps with the message in its hand; another sends it meanwhile; then it wakes up."""
    world = worlds(KEYLESS if way == KEYLESS else KEYED)
    (key,) = world.queued(way)
    env = {**world.env, "MESSAGE_LEASE": "4"}
    with senders.running(env, 1, "--once", FAILPOINT="before_send:stop") as (zombie,):
        senders.wait(zombie.is_stopped)
        world.shift("1 minute")
        world.look()
        before = world.arrived(key), outbox.state(world.office, key), outbox.outcomes(world.office, key)
        assert before[1] == ("unknown" if way == KEYLESS else "sent")
        # By its own watch too its time is over by now.
        threading.Event().wait(3)
        zombie.go_on()
        assert zombie.ended() == 0
    assert (world.arrived(key), outbox.state(world.office, key), outbox.outcomes(world.office, key)) == before
    assert world.arrived(key) == (0 if way == KEYLESS else 1)


def test_f5_nor_one_that_was_stopped_before_it_looked_at_its_watch(worlds):
    world = worlds()
    (key,) = world.queued(MAIL)
    env = {**world.env, "MESSAGE_LEASE": "4"}
    with senders.running(env, 1, "--once", FAILPOINT="after_claim:stop") as (zombie,):
        senders.wait(zombie.is_stopped)
        world.shift("1 minute")
        assert world.look() == 1
        threading.Event().wait(3)
        zombie.go_on()
        assert zombie.ended() == 0
    assert world.arrived(key) == 1


def test_f6_a_sender_that_gets_no_more_memory_is_made_up_for(worlds):
    world = worlds()
    keys = world.queued(MAIL, 3) + world.queued(KEYED, 3)
    # Without memory it may take the database for away, and asks again as long as it has its lease.
    env = {**world.env, "MESSAGE_LEASE": "12"}
    with senders.running(env, 1, "--once", FAILPOINT="before_send:sleep:1") as (sender,):
        senders.wait(lambda: "sending" in world.states(keys))
        sender.starve()
        sender.ended()
    for _again in range(2):
        world.shift("5 minutes")
        world.look()
    assert ({world.arrived(key) for key in keys}, world.states(keys)) == ({1}, {"sent"})


def test_f7_f9_senders_need_no_broker_and_a_case_of_none_is_red_only_where_it_is_asked(worlds):
    """Nobody listens where the broker should be."""
    world = worlds()
    keys = world.queued(MAIL, 2) + world.queued(KEYED, 2)
    world.occasions(2)
    assert senders.once({**world.env, "REDIS_URL": f"redis://127.0.0.1:{receivers.free_port()}/0"}) == 4
    assert ({world.arrived(key) for key in keys}, len(world.within())) == ({1}, 2)


HINTS = "import django; django.setup(); from reception import tasks; [tasks.send_messages() for _n in range(5)]"


def test_f8_f10_hints_that_are_lost_or_come_five_times_over_change_nothing(worlds):
    """A hint carries nothing, so one that is lost loses nothing; three workers at once get five each."""
    world = worlds()
    keys = world.queued(MAIL, 20) + world.queued(KEYED, 20)
    world.occasions(20)
    env = {**world.env, "DJANGO_SETTINGS_MODULE": "config.settings"}
    workers = [subprocess.Popen([sys.executable, "-c", HINTS], cwd=senders.ROOT, env=env) for _n in range(3)]
    assert [worker.wait(senders.PATIENCE) for worker in workers] == [0, 0, 0]
    assert {world.arrived(key) for key in keys} == {1}
    assert len(world.within()) == len(set(world.within())) == 20


def test_f15_five_senders_at_once_send_each_message_once(worlds):
    world = worlds()
    keys = world.queued(MAIL, 150) + world.queued(KEYED, 150)
    world.occasions(100)
    with senders.running(world.env, 5) as five:
        senders.wait(lambda: world.states(keys) == {"sent"})
        assert all(sender.process.poll() is None for sender in five)
        assert all(sender.end() < 30 for sender in five)
        assert [sender.process.returncode for sender in five] == [0] * 5
    assert {world.arrived(key) for key in keys} == {1}
    assert world.gateway.asked.total() == 150
    assert len(world.within()) == len(set(world.within())) == 100
    assert world.health().interrupted == 0


def test_f16_where_nobody_sends_it_is_red_within_two_minutes(worlds, client):
    world = worlds()
    world.look()
    assert client.get("/healthz/messages").status_code == 200
    world.shift("119 seconds")
    world.queued(MAIL)
    world.shift("2 seconds")
    answer = client.get("/healthz/messages")
    assert (answer.status_code, answer.json()["well"]) == (503, False)
    world.look()
    assert client.get("/healthz/messages").status_code == 200


def test_f17_a_clock_that_goes_back_says_nothing_twice_and_leaves_nothing_behind(worlds):
    world = worlds()
    world.occasions(5)
    done = world.queued(MAIL, 3)
    world.look()
    dead = world.queued(MAIL, 1, first=10) + world.queued(KEYED, 1, first=10)
    senders.dies(world.env, "after_claim")
    world.shift("-1 hour")
    # The lease of the dead one ends in an hour and two minutes by this clock; one that looks brings it in.
    world.look()
    world.shift("3 minutes")
    with scope.county(world.office.county):
        Message.objects.filter(key__in=dead, state="waiting").update(due_at=clock.now())
    world.look()
    assert {world.arrived(key) for key in done + dead} == {1}
    assert len(world.within()) == len(set(world.within())) == 5


def test_f17_a_try_put_off_to_a_year_that_was_wrong_is_made_in_the_right_one(worlds):
    world = worlds()
    world.mailbox.mode = "451 later"
    (key,) = world.queued(MAIL)
    with scope.county(world.office.county):
        Message.objects.filter(key=key).update(valid_until=None, first_due_at=clock.now() + timedelta(days=365))
    world.shift("1 year")
    deriving.sweep(county=world.office.county, by=messages.User.objects.system(), at=clock.now())
    world.look()
    assert outbox.outcomes(world.office, key) == ["later"]
    world.shift("-1 year")
    world.mailbox.mode = "250 taken"
    world.look()
    assert world.arrived(key) == 1


def test_f17_a_leap_of_the_clock_holds_everything_until_a_person_has_looked(worlds):
    world = worlds()
    world.look()
    with scope.county(world.office.county):
        ahead = clock.now() + timedelta(days=20)
        for n in range(messages_held := deriving.FEW + 20):
            messages.queue(kind="release_published", cause=f"later {n}", to=world.office.clerk, due_at=ahead, facts={"release": 1})
    world.shift("21 days")
    assert world.look() == 0
    found = Pulse.objects.get(county=world.office.county)
    assert (found.held >= messages_held, world.mailbox.letters.total(), world.health().is_well) == (True, 0, False)
    resuming.let_go(county=world.office.county, by=world.office.chief, at=clock.now())
    world.look()
    assert max(world.mailbox.letters.values()) == 1
    assert world.mailbox.letters.total() >= messages_held


@pytest.mark.parametrize("zone", ZONES)
def test_f18_the_zone_of_a_senders_machine_changes_no_key_and_no_time(worlds, zone):
    world = worlds()
    world.occasions(3)
    (key,) = world.queued(KEYED)
    senders.once({**world.env, "TZ": "Asia/Shanghai"})
    with scope.county(world.office.county):
        before = list(Message.objects.order_by("key").values_list("key", "due_at", "sent_at"))
        Message.objects.filter(channel=Channel.INBOX).delete()
    senders.once({**world.env, "TZ": zone})
    with scope.county(world.office.county):
        assert list(Message.objects.order_by("key").values_list("key", "due_at", "sent_at")) == before
    (said,) = world.gateway.words.values()
    assert f"{world.booked.day:%Y-%m-%d} 08:30" in said
    assert world.arrived(key) == 1


def test_f27_a_mail_server_that_is_away_keeps_nobody_else_and_gets_everything_once_it_is_back(worlds):
    world = worlds()
    letters, texts = world.queued(MAIL, 60), world.queued(KEYED, 60)
    world.mailbox.controller.stop()
    with senders.running(world.env) as (sender,):
        senders.wait(lambda: world.states(texts) == {"sent"})
        assert world.states(letters) == {"waiting"}
        assert sender.process.poll() is None
    world.mailbox.__enter__()
    world.shift("6 hours")
    world.look()
    assert {world.arrived(key) for key in letters + texts} == {1}


def test_f28_receipts_that_come_before_the_answer_twice_and_never(worlds, committed_db):
    world = worlds(KEYLESS)
    with portal.Portal(database=committed_db, environment={"SMS_URL": world.gateway.url}, processes=1) as servers:
        world.gateway.to = f"http://127.0.0.1:{servers.port}/gateway/receipts/"
        keys = {}
        for n, (mode, receipts) in enumerate(
            [
                ("accept", [("delivered", True), ("delivered", False)]),
                ("accept", []),
                ("500", [("delivered", True)]),
                ("empty", [("undelivered", False), ("undelivered", False)]),
                ("500", []),
            ]
        ):
            world.gateway.mode, world.gateway.receipts = mode, receipts
            (keys[n],) = world.queued(KEYLESS, first=n)
            world.look()
        # Some receipts come after the answers: the portal is there until they have.
        wanted = ["sent", "sent", "sent", "failed", "unknown"]
        senders.wait(lambda: [outbox.state(world.office, keys[n]) for n in range(5)] == wanted)
    assert {world.arrived(key) for key in keys.values()} == {1}
    assert [outbox.outcomes(world.office, keys[n]) for n in range(5)] == [
        ["delivered"],
        ["sent"],
        ["delivered"],
        ["unknown", "returned"],
        ["unknown"],
    ]


def test_f29_a_poisoned_row_is_given_up_and_the_others_do_not_wait_for_it(worlds):
    world = worlds()
    (bad,) = world.queued(MAIL)
    good = world.queued(MAIL, 5, first=1) + world.queued(KEYED, 5)
    with scope.county(world.office.county):
        Message.objects.filter(key=bad).update(facts={"release": "no number"})
    assert world.look() == 10
    for _again in range(6):
        world.shift("2 hours")
        world.look()
    assert {world.arrived(key) for key in good} == {1}
    assert (world.arrived(bad), outbox.state(world.office, bad), len(outbox.outcomes(world.office, bad))) == (0, "failed", 6)
    assert world.health().to_see_to == 1


@pytest.mark.parametrize("way", [MAIL, KEYLESS])
def test_f12_a_sender_whose_database_hangs_up_after_the_letter_was_taken_writes_it_down_all_the_same(worlds, committed_db, way):
    world = worlds(KEYLESS if way == KEYLESS else KEYED)
    keys = world.queued(way, 3)
    ended = []

    def hang_up():
        server = psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"], dbname="postgres")
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s AND application_name = 'sender'",
                [committed_db],
            )
            ended.append(cursor.fetchone()[0])
        server.close()

    with senders.running(world.env, 1, "--once", FAILPOINT="after_accept:sleep:2", PGAPPNAME="sender") as (sender,):
        senders.wait(lambda: any(world.arrived(key) for key in keys))
        hang_up()
        assert sender.ended() == 0
    assert ended == [1]
    world.look()
    world.shift("3 minutes")
    world.look()
    assert ({world.arrived(key) for key in keys}, world.states(keys)) == ({1}, {"sent"})
    assert world.health().interrupted == 0


def test_f35_a_sender_that_is_asked_to_end_gives_back_what_it_has_not_begun(worlds):
    world = worlds()
    keys = world.queued(MAIL, 40)
    with senders.running(world.env, 1, FAILPOINT="before_send:sleep:0.3") as (sender,):
        senders.wait(lambda: world.mailbox.letters.total() > 2)
        assert sender.end() < 10
        assert sender.process.returncode == 0
    assert world.states(keys) == {"sent", "waiting"}
    world.look()
    assert {world.arrived(key) for key in keys} == {1}
