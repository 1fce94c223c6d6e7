"""The master keys on the console: made once, rotated, wrapped anew under load and after a crash, retired when nothing needs them."""

import io
import threading
import time
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from reception import scope, vault
from reception.actions import identities, keys
from reception.actions.identities import Person
from reception.models import Entry, Identity
from tests.reception import builders
from tests.reception.builders import NOW

PEOPLE = 30


@pytest.fixture
def key_file(settings, tmp_path):
    settings.KEYS_FILE = tmp_path / "keys.json"
    return settings.KEYS_FILE


def run(*arguments):
    out, err = io.StringIO(), io.StringIO()
    call_command("keys", *arguments, stdout=out, stderr=err)
    return out.getvalue() + err.getvalue()


def filled(slug="chenghe", people=PEOPLE):
    county = builders.county(slug)
    with scope.county(county):
        for n in range(people):
            identities.keep(person=Person(name=f"居民{n}", phone=f"138{n:08}"), county=county, at=NOW)
    return county


def names(county):
    with scope.county(county):
        return Counter(identities.opened(row, county=county).name for row in Identity.objects.all())


EVERYONE = Counter(f"居民{n}" for n in range(PEOPLE))


def test_keys_are_made_once_and_a_missing_file_is_said_to_be_missing(db, key_file):
    with pytest.raises(CommandError, match="keys init"):
        run("status")
    assert "k1" in run("init")
    before = key_file.read_bytes()
    with pytest.raises(CommandError, match="已经存在"):
        run("init")
    assert key_file.read_bytes() == before
    assert key_file.stat().st_mode & 0o077 == 0
    assert before not in run("status").encode()


def test_rotate_rewrap_retire(db, key_file):
    run("init")
    first, second = filled(), filled("linhe", 3)
    run("rotate")
    assert "k1：33 行" in run("status")
    assert "k2（当前）：0 行" in run("status")
    with pytest.raises(CommandError, match="还有 33 行"):
        run("retire", "k1")
    with pytest.raises(CommandError, match="当前使用"):
        run("retire", "k2")
    with pytest.raises(CommandError, match="没有名为"):
        run("retire", "k9")
    said = run("rewrap")
    assert "chenghe：已重新包裹 30 行" in said
    assert "linhe：已重新包裹 3 行" in said
    assert "没有需要重新包裹" in run("rewrap")
    # Someone kept under the old key by another county after all: the last county is counted too.
    with scope.county(second):
        row = Identity.objects.first()
        before = (row.key_name, row.wrapped)
        Identity.objects.filter(pk=row.pk).update(key_name="k1")
    with pytest.raises(CommandError, match="还有 1 行"):
        run("retire", "k1")
    with scope.county(second):
        Identity.objects.filter(pk=row.pk).update(key_name=before[0])
    assert "已移除" in run("retire", "k1")
    assert list(vault.load(key_file).masters) == ["k2"]
    assert names(first) == EVERYONE
    with scope.county(first):
        told = list(Entry.objects.order_by("n").values_list("act", "object", "actor"))
    assert told == [
        (f"keys.{deed}", f"key {key}", "system") for deed, key in (("rotate", "k2"), ("rewrap", "k2"), ("retire", "k1"))
    ]


def test_a_key_that_is_missing_is_said_to_be_missing(db, key_file):
    run("init")
    filled(people=2)
    vault.store(vault.new_keyring().rotated().without("k1"), key_file)
    assert "chenghe：2 行在密钥 k1 之下" in run("status")


def test_everything_stays_readable_while_it_is_wrapped_anew_and_when_that_is_killed_in_between(committed_db, key_file, monkeypatch):
    run("init")
    county = filled()
    run("rotate")
    monkeypatch.setattr(keys, "BATCH", 4)
    stop, wrong, read = threading.Event(), [], Counter()

    def reader():
        try:
            while not stop.is_set():
                if names(county) != EVERYONE:
                    wrong.append("someone is missing")
                read["rounds"] += 1
        except Exception as error:  # noqa: BLE001  whatever a reader meets is the finding
            wrong.append(repr(error))
        finally:
            connection.close()

    readers = [threading.Thread(target=reader) for _ in range(3)]
    for one in readers:
        one.start()
    # Killed in the middle of the third batch: two are committed, the third is as it was.
    wraps = Counter()
    wrap = vault.Keyring.wrap

    class Killed(BaseException):
        pass

    def dying(self, *args, **kwargs):
        wraps["n"] += 1
        if wraps["n"] == 11:
            raise Killed
        return wrap(self, *args, **kwargs)

    monkeypatch.setattr(vault.Keyring, "wrap", dying)
    with pytest.raises(Killed):
        run("rewrap")
    assert keys.held()["chenghe"] == {"k1": PEOPLE - 8, "k2": 8}
    assert names(county) == EVERYONE
    with pytest.raises(CommandError, match="还有 22 行"):
        run("retire", "k1")
    run("rewrap")
    run("retire", "k1")
    seen = read["rounds"]
    while read["rounds"] < seen + 6 and not wrong:
        time.sleep(0.01)
    stop.set()
    for one in readers:
        one.join()
    assert (wrong, keys.held()["chenghe"], names(county)) == ([], {"k2": PEOPLE}, EVERYONE)
    assert read["rounds"] > 6


def test_retiring_waits_for_whoever_is_just_keeping_someone_under_the_old_key(committed_db, key_file):
    run("init")
    county = filled(people=1)
    run("rotate")
    run("rewrap")
    written, go = threading.Event(), threading.Event()

    def late():
        """A process that read the key file before the rotation, and commits after."""
        try:
            with scope.county(county):
                row = Identity.objects.get()
                Identity.objects.filter(pk=row.pk).update(key_name="k1")
                written.set()
                go.wait(10)
        finally:
            connection.close()

    thread = threading.Thread(target=late)
    thread.start()
    written.wait(10)
    threading.Timer(0.5, go.set).start()
    with pytest.raises(CommandError, match="还有 1 行"):
        run("retire", "k1")
    thread.join()
    assert set(vault.load(key_file).masters) == {"k1", "k2"}


def test_a_row_read_before_it_was_wrapped_anew_opens_after_the_old_key_is_gone(db, key_file):
    run("init")
    county = filled(people=1)
    with scope.county(county):
        stale = Identity.objects.get()
    run("rotate")
    run("rewrap")
    run("retire", "k1")
    with scope.county(county):
        assert identities.opened(stale, county=county).name == "居民0"
    vault.store(vault.new_keyring(), key_file)
    with scope.county(county), pytest.raises(vault.Unreadable):
        identities.opened(stale, county=county)
