"""A backup is restored to moments, damaged in every way, and opened with wrong keys (F38, F39, F40), all with real servers.

``DRILL_MOMENTS=20`` restores to so many moments, ``SEED`` chooses others.
"""

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import psycopg2
import pytest
from django.core.management import CommandError, call_command

from reception import clock, pulse, rounds, scope, sending
from reception.actions import journal, resuming
from reception.backups import key, restored, server, taking
from reception.backups.folder import Folder
from reception.errors import Refused
from reception.models import Attempt, Entry, Message, Pulse
from tests.faults import damages, figures, restoring

MOMENTS, SEED = int(os.environ.get("DRILL_MOMENTS", "2")), int(os.environ.get("SEED", "1"))


@pytest.fixture(scope="module")
def world(template_database, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), restoring.world(template_database) as made:
        yield made


def run(*arguments):
    """What a command said, and the status it ended with."""
    out, status = io.StringIO(), 0
    try:
        call_command(*arguments, stdout=out, stderr=out)
    except SystemExit as end:
        status = end.code
    return status, out.getvalue()


@pytest.fixture
def copy(world, tmp_path):
    """The backup, to be damaged."""
    return Path(shutil.copytree(world.path, tmp_path / "backup"))


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """Where whatever is opened for a while would stand."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def look():
    sending._rests.clear()
    return rounds.once(is_settling=True)


def states(office, keys):
    with scope.county(office.county):
        return dict(Message.objects.filter(key__in=keys).values_list("key", "state"))


def test_f38_restored_to_a_moment_all_before_it_is_there_nothing_after_it_and_nothing_is_sent_again(world):
    office, seconds = world.office, []
    for n, (moment, step) in enumerate(world.moments(MOMENTS, SEED)):
        up = server.start(world.folder, to=moment)
        try:
            with restoring.pointed_at(up.place):
                assert restored.rows() == step.rows
                with scope.county(office.county):
                    assert list(journal.faults()) == []
                # Before anybody has looked through it, and after.
                assert pulse.is_held(office.county)
                assert look() == look() == 0
                assert not pulse.health(Pulse.objects.all(), at=clock.now()).is_well
                assert states(office, step.queued - step.sent) == dict.fromkeys(step.queued - step.sent, "waiting")
                resuming.let_go(county=office.county, by=office.chief, at=clock.now())
                look()
                # What waited may have arrived, and is a person's; what was sent before the moment was sent once.
                assert set(states(office, step.queued - step.sent).values()) <= {"unknown"}
                assert {world.mailbox.of(one) for one in world.letters} == {1}
                (new,) = world.queue(1000 + n)
                look()
                assert world.mailbox.of(new) == 1
                with scope.county(office.county):
                    told = Entry.objects.get(act="messages.let_go").facts
                    assert told["for_a_person"] == Attempt.objects.filter(said="restored").count()
                    assert told["for_a_person"] >= len(step.queued - step.sent)
        finally:
            server.stop(up.place)
        seconds.append(up.unpacked + up.recovered)
    figures.tell(
        f"{MOMENTS} moments: every table as it was, chains whole, 0 letters twice; restored in {max(seconds):.1f} s at most"
    )


def test_a_restored_database_that_did_not_know_it_would_send_again(world):
    """What the test above would find: the same restore, where nothing says which history the county was looked through on."""
    ((moment, step),) = world.moments(1, SEED)
    up = server.start(world.folder, to=moment)
    try:
        with restoring.pointed_at(up.place):
            Pulse.objects.update(history=None)
            assert look() >= len(step.queued - step.sent) > 0
            assert {world.mailbox.of(one) for one in step.queued - step.sent} == {2}
    finally:
        server.stop(up.place)
        for one in step.queued - step.sent:
            world.mailbox.keys[one] = 1


def test_the_drill_restores_to_the_end_looks_at_everything_and_leaves_nothing(world):
    before = {one for one in Path(tempfile.gettempdir()).iterdir() if one.name.startswith("drill-")}
    status, said = run("restore_drill", str(world.path))
    assert status == 0, said
    assert "演练通过：9 项" in said
    assert f"{restoring.ROUNDS} 个，都在，都打得开" in said
    with restoring.pointed_at(world.host), scope.county(world.office.county):
        entries = Entry.objects.count()
    assert f"{entries} 条" in said
    assert "发出 0 条" in said
    assert {one for one in Path(tempfile.gettempdir()).iterdir() if one.name.startswith("drill-")} == before


def test_a_drill_that_is_told_to_end_leaves_nothing_in_clear(world, temporary):
    command = [sys.executable, "manage.py", "restore_drill", str(world.path)]
    told = {"TMPDIR": str(temporary), "BACKUP_KEY_FILE": str(world.settings["BACKUP_KEY_FILE"])}
    drill = subprocess.Popen(command, env=os.environ | told, stdout=subprocess.DEVNULL)
    while not list(temporary.glob("drill-*/data/base")):
        assert drill.poll() is None
        time.sleep(0.05)
    drill.terminate()
    assert drill.wait(60) == 143
    assert not list(temporary.glob("drill-*"))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("FATAL:  the database system is starting up", None),
        ("connection refused", None),
        ("FATAL:  database locale is incompatible with operating system\nDETAIL:  …", "locale is incompatible"),
    ],
)
def test_a_server_that_will_never_serve_is_not_waited_for(said, why, tmp_path, monkeypatch):
    def refuses(*_told):
        raise psycopg2.OperationalError(f"connection to server failed: {said}\n")

    monkeypatch.setattr(psycopg2, "connect", refuses)
    up = server.Restored(tmp_path, SimpleNamespace(database="portal"), 0, 0)
    if why is None:
        assert server._serves(up) is False
    else:
        with pytest.raises(Refused, match=why):
            server._serves(up)


def test_a_moment_before_the_backup_or_after_its_end_is_refused(world):
    with restoring.pointed_at(world.host):
        later = clock.now()
    for moment, words in ((world.steps[0].over, "最早的备份完成于"), (later, "备份没有到那个时刻")):
        with pytest.raises(CommandError, match=words):
            run("restore_drill", str(world.path), f"--to={moment.isoformat()}")


def test_f39_a_whole_backup_is_found_whole(world, temporary):
    status, said = run("verify_backup", str(world.path))
    assert (status, "备份完好" in said) == (0, True), said
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("name", damages.ALL)
def test_f39_a_damaged_backup_is_found_and_never_restored(copy, temporary, name):
    damage, words = damages.ALL[name]
    assert len(damages.segments(copy)) >= 3
    damage(copy)
    status, said = run("verify_backup", str(copy))
    assert status == 1
    assert words in said
    with pytest.raises(CommandError, match=words):
        run("restore_drill", str(copy))
    assert list(temporary.iterdir()) == []


def other_key(tmp_path):
    (tmp_path / "other.key").write_text("b" * 43 + "=\n")
    return tmp_path / "other.key"


KEYS = {
    "another": (other_key, "另一把备份密钥"),
    "gone": (lambda folder: folder / "nothing", "备份密钥文件不存在"),
    "unset": (lambda _folder: None, "没有设置 BACKUP_KEY_FILE"),
}


@pytest.mark.parametrize("name", KEYS)
def test_f40_without_its_key_nothing_is_opened_and_nothing_is_left(world, temporary, tmp_path, settings, name):
    made, words = KEYS[name]
    settings.BACKUP_KEY_FILE = made(tmp_path)
    target = tmp_path / "target"
    for command in (
        ["verify_backup", str(world.path)],
        ["restore_drill", str(world.path)],
        ["restore", str(world.path), str(target)],
        ["backup", str(world.path)],
    ):
        with pytest.raises(CommandError, match=words):
            run(*command)
    assert list(temporary.iterdir()) == []
    assert not target.exists()


def test_a_data_folder_is_made_for_the_day_it_is_needed(world, tmp_path):
    target, moment, files = tmp_path / "data", world.steps[-2].over, tmp_path / "files"
    said = run("restore", str(world.path), str(target), f"--to={moment.isoformat()}", f"--files={files}")[1]
    assert ("check_restored" in said, f"{restoring.ROUNDS} 个已放到" in said) == (True, True)
    there = {path.relative_to(files): path.read_bytes() for path in files.glob("*/*")}
    sent = world.settings["UPLOADS_DIR"]
    assert there == {path.relative_to(sent): path.read_bytes() for path in sent.glob("*/*")}
    assert len(there) == restoring.ROUNDS
    told = (target / "postgresql.auto.conf").read_text()
    # The server's own settings stay, so that it archives on; the recovery's come after them.
    assert told.index("archive_command") < told.index(f"recovery_target_time = '{moment.isoformat()}'")
    assert (target / "recovery.signal").exists()
    assert target.stat().st_mode & 0o077 == 0
    assert {one.name for one in (target / "restored_wal").iterdir()} <= set(world.folder.archived())
    with pytest.raises(CommandError, match="不是空目录"):
        run("restore", str(world.path), str(target))
    assert (target / "recovery.signal").exists()


def test_two_who_take_over_the_log_at_once_take_each_segment_once(world):
    with restoring.pointed_at(world.host), scope.county(world.office.county):
        restoring.builders.entry()
    world.archive()
    command = [sys.executable, "manage.py", "backup", "--wal", "--language", "en", str(world.path)]
    environment = {
        **os.environ,
        **{name: str(world.settings[name]) for name in ("BACKUP_KEY_FILE", "WAL_SPOOL_DIR", "BACKUP_DATABASE_URL", "UPLOADS_DIR")},
    }
    both = [
        subprocess.Popen(command, cwd=restoring.portal.ROOT, env=environment, stdout=subprocess.PIPE, text=True) for _n in range(2)
    ]
    said = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sum(int(re.search(r"Sealed (\d+)", one)[1]) for one in said) >= 1
    assert not [one for one in world.spool.iterdir() if re.fullmatch(r"[0-9A-F]{24}", one.name)]
    assert world.folder.missing(world.base) == []


def test_f40_a_key_is_made_once(world, settings, tmp_path):
    settings.BACKUP_KEY_FILE = tmp_path / "new.key"
    made = run("backup_key")[1]
    assert key.load().name in made
    assert settings.BACKUP_KEY_FILE.stat().st_mode & 0o077 == 0
    before = settings.BACKUP_KEY_FILE.read_text()
    with pytest.raises(CommandError, match="已经存在"):
        run("backup_key")
    assert settings.BACKUP_KEY_FILE.read_text() == before
    assert before.strip() not in made


def test_no_key_is_in_the_backup_and_nothing_of_it_can_be_read(world, settings):
    folder = world.folder
    secrets = [
        Path(settings.BACKUP_KEY_FILE).read_bytes().strip(),
        *re.findall(rb"[A-Za-z0-9+/]{43}=", Path(settings.KEYS_FILE).read_bytes()),
    ]
    assert len(secrets) >= 4
    opened = b"".join(folder.opened_base(world.base.name)) + b"".join(
        piece for name in folder.archived() for piece in folder.opened_archived(name)
    )
    # What is in it would be found.
    assert opened.count("澄河县".encode()) > 1
    assert not any(secret in opened for secret in secrets)
    for file in world.path.rglob("*.sealed"):
        assert "澄河县".encode() not in file.read_bytes()


def test_a_key_beside_the_backup_is_refused(world, settings):
    held, settings.BACKUP_DATABASE_URL = settings.KEYS_FILE, f"postgresql://postgres@{str(world.host).replace('/', '%2F')}/postgres"
    for where in (world.path / "keys.json", world.spool / "keys.json", world.place / "postgresql" / "keys.json"):
        settings.KEYS_FILE = where
        with pytest.raises(CommandError, match="KEYS_FILE"):
            run("backup", str(world.path))
    settings.KEYS_FILE = held
    assert len(world.folder.bases()) == 1


def test_a_server_that_does_not_archive_is_refused_and_another_servers_segments_too(world, settings, tmp_path):
    settings.BACKUP_DATABASE_URL = os.environ["SUPERUSER_DATABASE_URL"]
    with pytest.raises(CommandError, match="archive_mode"):
        run("backup", str(tmp_path / "new"))
    assert not (tmp_path / "new").exists()
    name = "0000000100000000000000FF"
    (world.spool / name).write_bytes(bytes(world.base.segment_bytes))
    try:
        with pytest.raises(Refused, match="另一个数据库服务器"):
            taking.seal_spool(world.folder, world.spool, world.base)
        assert name not in world.folder.archived()
    finally:
        (world.spool / name).unlink()


def test_a_folder_is_of_one_server(world, settings, copy):
    other = Folder(copy, key.load())
    (found,) = other.bases()
    other.note(replace(found, system=found.system + 1))
    with pytest.raises(CommandError, match="另一个数据库服务器的备份"):
        run("backup", str(copy))


def test_old_backups_are_removed_with_the_segments_only_they_needed(world, copy):
    older, folder = world.base, Folder(copy, key.load())
    needed = folder.archived()
    # A newer base backup, as far as the folder is concerned: it begins a segment later.
    newer = replace(older, name="29991231T000000Z", start=older.start + older.segment_bytes, end=older.end + older.segment_bytes)
    shutil.copy(damages.base(copy), copy / "base" / f"{newer.name}.sealed")
    folder.note(newer)
    assert folder.forget(but=2) == 0
    assert folder.archived() == needed
    assert folder.forget(but=1) == 1
    assert [one.name for one in folder.bases()] == [newer.name]
    assert folder.archived() == [name for name in needed if name[8:24] >= newer.first.name(newer.segment_bytes)[8:]] != needed
    assert folder.missing(newer) == []
