"""F41: the master keys are rotated while people book; who wraps the data keys anew is killed, and goes on; nothing is ever unreadable.

``FAULTS=whole`` does so with more rows and more deaths.
"""

import io
import re
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from unittest.mock import Mock

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.utils import timezone

from reception import scope, sealed, vault
from reception.actions import identities, keys, second_factors
from reception.models import Draft, Identity
from tests.faults import figures, portal
from tests.faults.senders import environment
from tests.faults.test_message_faults import WHOLE
from tests.faults.test_reload import People, wait
from tests.reception import builders

# Three batches and more.
ROWS, DEATHS = (20_000, 10) if WHOLE else (700, 1)
FORMS, PLACES = 40, 60


@pytest.fixture
def key_file(settings, tmp_path):
    """A copy, so that nobody else's is rotated."""
    kept = Path(shutil.copy(settings.KEYS_FILE, tmp_path / "keys.json"))
    settings.KEYS_FILE = kept
    return kept


def run(*arguments):
    said = io.StringIO()
    call_command("keys", *arguments, stdout=said, stderr=said)
    return said.getvalue()


def test_f41_bookings_go_on_while_keys_are_rotated_by_somebody_who_is_killed(committed_db, key_file):
    office, sitting = portal.world(PLACES)
    portal.forms(office, sitting, ROWS - FORMS)
    forms = portal.forms(office, sitting, FORMS)
    (old,) = vault.load(key_file).masters
    told = environment(committed_db, KEYS_FILE=key_file)
    with (
        portal.Portal(environment=told, log=subprocess.DEVNULL, processes=1) as servers,
        People(servers.port, servers.port, forms, 0.2) as people,
    ):
        wait(lambda: people.came["booked"] > 2, 30, people.came)
        run("rotate")
        for _death in range(DEATHS):
            command = [sys.executable, "-u", "manage.py", "keys", "rewrap"]
            process = subprocess.Popen(command, cwd=portal.ROOT, env=told, stdout=subprocess.PIPE, text=True, bufsize=1)
            # A whole batch is done, and it is about the next.
            while int(re.search(r"\d+", process.stdout.readline())[0]) < keys.BATCH:
                pass
            process.kill()
            process.wait(20)
            process.stdout.close()
            under = keys.held()[office.county.slug]
            assert under[old] > 0
            with pytest.raises(CommandError, match="不能移除"):
                run("retire", old)
        assert under["k2"] >= keys.BATCH
        while run("rewrap").count("请再运行一次"):
            pass
        booked = people.came["booked"]
        run("retire", old)
        wait(lambda: people.came["booked"] > booked + 2, 30, people.came)
    figures.tell(f"keys: {dict(under)} when killed, then {dict(keys.held()[office.county.slug])}; meanwhile {dict(people.came)}")
    assert set(people.came) <= {"page", "booked"}
    assert list(vault.load(key_file).masters) == ["k2"]
    with scope.county(office.county):
        names = [identities.opened(row, county=office.county).name for row in Identity.objects.all()]
        assert len(names) == len(set(names)) == len(people.booked) > 0
        assert Draft.objects.count() == ROWS


@pytest.mark.parametrize("alone", [True, False])
def test_f41_two_who_rotate_at_once_lose_no_key(db, key_file, monkeypatch, alone):
    """Without the file's lock the second to write takes the first one's new key away, and with it what was sealed under it meanwhile."""
    load = vault.load

    def slow(path):
        ring = load(path)
        time.sleep(0.3)
        return ring

    monkeypatch.setattr(keys, "_tell", Mock())
    monkeypatch.setattr(vault, "load", slow)
    if not alone:
        monkeypatch.setattr(vault, "alone_at", Mock(return_value=nullcontext()))
    made = []
    threads = [threading.Thread(target=lambda: made.append(keys.rotate(path=key_file, at=timezone.now()))) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = set(load(key_file).masters.values())
    assert all(ring.masters[ring.current] in kept for ring in made) == alone


OLD, NEW = "o" * 40, "n" * 40
PEOPLE = 7


@pytest.fixture
def factors(db, settings):
    """People with an authenticator app and codes, sealed under the old key, which then is the one of before."""
    settings.ENCRYPTION_KEY, settings.ENCRYPTION_KEY_BEFORE = OLD, ""
    office = builders.bureau()
    with scope.accounts():
        for n in range(PEOPLE):
            person = builders.user(f"someone{n}", office.county)
            for kind, part in ((Authenticator.Type.TOTP, "secret"), (Authenticator.Type.RECOVERY_CODES, "seed")):
                data = {part: sealed.seal(f"{n}", purpose=sealed.SECOND_FACTOR), "used_mask": n}
                Authenticator.objects.create(user=person, type=kind, data=data)
    settings.ENCRYPTION_KEY, settings.ENCRYPTION_KEY_BEFORE = NEW, OLD


def opened():
    with scope.accounts():
        rows = Authenticator.objects.all()
        return Counter(sealed.unseal(row.data.get("secret") or row.data["seed"], purpose=sealed.SECOND_FACTOR) for row in rows)


EVERYONE = Counter({f"{n}": 2 for n in range(PEOPLE)})


def test_f41_second_factors_open_while_they_are_sealed_anew_and_the_old_key_is_needed_until_none_is_left(
    factors, settings, monkeypatch
):
    monkeypatch.setattr(second_factors, "BATCH", 4)
    assert opened() == EVERYONE
    # Broken off after the first batch.
    assert next(second_factors.reseal()) == 4
    assert opened() == EVERYONE
    assert second_factors.held() == second_factors.Held(now=4, before=2 * PEOPLE - 4)
    assert "可以去掉" not in run("status")
    assert "已重新封存 10 个" in run("reseal")
    assert second_factors.held() == second_factors.Held(now=2 * PEOPLE)
    assert "可以去掉 ENCRYPTION_KEY_BEFORE" in run("status")
    settings.ENCRYPTION_KEY_BEFORE = ""
    assert opened() == EVERYONE
    with scope.accounts():
        assert sorted(row.data["used_mask"] for row in Authenticator.objects.all()) == sorted([*range(PEOPLE)] * 2)


def test_f41_without_the_old_key_nothing_is_opened_or_spoiled(factors, settings):
    settings.ENCRYPTION_KEY_BEFORE = ""
    with pytest.raises(sealed.Unsealable):
        opened()
    assert "有 14 个用已知的密钥都打不开" in run("reseal")
    settings.ENCRYPTION_KEY_BEFORE = OLD
    assert opened() == EVERYONE
