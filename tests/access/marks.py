"""Marked people and words, and every place where one of the marks could have been left."""

import base64
import os
import re
from pathlib import Path

import psycopg2
import redis
from django.conf import settings
from django.core.cache import caches
from psycopg2 import sql

from reception.session_store import SessionStore

IDENTITY = {
    "name": "欧阳金丝雀",
    "phone": "13987650123",
    "id number": "11010519491231002X",
    "address": "翠鸟巷一百零七号",
    "file's name": "夜鹭的证明",
    "photo's note": "kingfisher-in-the-exif",
}
MATTER = {"matter": "蓝腹鹇堵塞排水沟", "wish": "请让朱鹮离开"}
MARKS = IDENTITY | MATTER
KINDS = ("text", "character varying", "character", "json", "jsonb", "bytea", "ARRAY")


def found(said, marks=MARKS):
    """Which of the marks a text or some bytes hold."""
    body = said if isinstance(said, bytes) else said.encode()
    return {name for name, mark in marks.items() if mark.encode() in body or ascii(mark)[1:-1].encode() in body}


def superuser(database):
    return psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"], dbname=database)


def columns(database, marks):
    """Table, column and mark, of every column of every table that can hold a text."""
    seen = set()
    with superuser(database) as server, server.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name) "
            "WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND data_type = ANY(%s)",
            [list(KINDS)],
        )
        for table, column, kind in cursor.fetchall():
            value = "encode({}, 'escape')" if kind == "bytea" else "{}::text"
            # Bytes are escaped in octal, so a mark is looked for in the same dress.
            mark = "encode(convert_to(%s, 'UTF8'), 'escape')" if kind == "bytea" else "%s"
            for name, text in marks.items():
                query = sql.SQL(f"SELECT EXISTS (SELECT FROM {{}} WHERE strpos({value}, {mark}) > 0)")
                cursor.execute(query.format(sql.Identifier(table), sql.Identifier(column)), [text])
                if cursor.fetchone()[0]:
                    seen.add((table, column, name))
        cursor.execute("SELECT session_data FROM reception_session")
        for (data,) in cursor.fetchall():
            seen |= {("reception_session", "opened", name) for name in found(str(SessionStore().decode(data)), marks)}
    server.close()
    return seen


def valkey():
    """All keys and values of the broker, with what is inside of Celery's letters."""
    client = redis.Redis.from_url(settings.REDIS_URL)
    read = {
        "string": lambda key: [client.get(key)],
        "list": lambda key: client.lrange(key, 0, -1),
        "hash": lambda key: [part for pair in client.hgetall(key).items() for part in pair],
        "set": client.smembers,
        "zset": lambda key: client.zrange(key, 0, -1),
    }
    said = []
    for key in client.scan_iter():
        for value in read[client.type(key).decode()](key):
            said += [key, value, *(base64.b64decode(body) for body in re.findall(rb'"body": "([^"]*)"', value))]
    client.close()
    return b"\n".join(said)


def cache():
    return b"\n".join([repr(list(caches["default"]._cache)).encode(), *caches["default"]._cache.values()])


def files(folder):
    """Everything in a folder, names included."""
    return b"\n".join(str(path).encode() + b"\n" + (path.read_bytes() if path.is_file() else b"") for path in folder.rglob("*"))


class ServerLog:
    """What PostgreSQL writes into its own log from now on."""

    def __init__(self):
        self.path = Path(os.environ["DATA_DIR"]) / "postgresql" / "log"
        self.begins = self.path.stat().st_size

    def said(self):
        with self.path.open("rb") as file:
            file.seek(self.begins)
            return file.read()


def forget(queue):
    """Take a queue of the tests away."""
    client = redis.Redis.from_url(settings.REDIS_URL)
    client.delete(queue, f"_kombu.binding.{queue}")
    client.close()
