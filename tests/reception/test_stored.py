"""Sealed files on the disk: whole or not at all, taken away again with what was undone, and found where they are not what they were."""

import errno
import os
from datetime import timedelta
from unittest.mock import Mock
from uuid import uuid4

import pytest
from django.core.management import call_command

from reception import errors, scope, stored
from reception.actions import uploads
from reception.errors import Refused
from reception.materials import Material as Drawn
from reception.models import Upload, User
from tests.reception.actions.test_drafts import World
from tests.reception.builders import NOW

PICTURE = b"\xff\xd8\xff a picture"


@pytest.fixture
def folder(settings, tmp_path):
    settings.UPLOADS_DIR = tmp_path
    return tmp_path


@pytest.fixture
def kept(db, folder):
    """A form with a file; the county, the row, and where the file lies."""
    world = World()
    with scope.county(world.county):
        who = {"county": world.county, "by": User.objects.system(), "at": NOW}
        row = uploads.add(draft=world.start(), name="a.jpg", material=Drawn("image/jpeg", PICTURE), **who)
    return world.county, row, stored.path_of(world.county.pk, row.uid)


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("step", ["fsync", "open", "fdopen"])
def test_a_write_that_fails_leaves_nothing_at_whatever_step(folder, monkeypatch, step):
    path = stored.path_of(1, uuid4())
    path.parent.mkdir()
    monkeypatch.setattr(os, step, Mock(side_effect=OSError(errno.ENOSPC, "full")))
    with pytest.raises(OSError, match="full"):
        stored.write(path, b"sealed")
    monkeypatch.undo()
    assert files(folder) == []


def test_its_name_is_on_the_disk_too_before_anybody_is_told(folder, monkeypatch):
    synced = []
    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (synced.append(os.readlink(f"/proc/self/fd/{handle}")), fsync(handle)))
    path = stored.path_of(1, uuid4())
    stored.write(path, b"sealed")
    assert [synced[0], synced[-1]] == [str(folder), str(path.parent)]
    assert len(synced) == 3


def test_files_of_work_that_is_undone_go_with_it_and_those_of_work_that_is_done_stay(folder):
    one, two, three = (stored.path_of(1, uuid4()) for _n in range(3))
    with stored.all_or_none():
        stored.write(one, b"1")
    with pytest.raises(Refused), stored.all_or_none():
        with stored.all_or_none():
            stored.write(two, b"2")
        stored.write(three, b"3")
        raise Refused("the third does not fit")
    assert files(folder) == [one]


def test_f31_a_file_that_is_gone_or_changed_is_found_and_told(kept, capsys):
    county, row, path = kept
    sealed = path.read_bytes()
    call_command("verify_files")
    assert "1 files, 0 faults" in capsys.readouterr().out
    for spoil, words in (
        (lambda: path.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1])), "is not what was sealed"),
        (lambda: path.write_bytes(sealed[:20]), "is not what was sealed"),
        (path.unlink, "is not there"),
    ):
        spoil()
        with pytest.raises(SystemExit):
            call_command("verify_files", county.slug)
        assert f"files: upload {row.uid} {words}" in capsys.readouterr().err


def test_f32_a_file_on_a_broken_disk_is_not_said_to_be_lost(kept):
    """The kernel itself answers EIO to whoever reads there."""
    county, row, path = kept
    path.unlink()
    path.symlink_to("/proc/self/mem")
    with scope.county(county):
        with pytest.raises(Refused, match="暂时读不出来") as told:
            uploads.opened(row, county=county)
        assert errors.is_of_the_machine(told.value)
        assert list(uploads.faults()) == [f"files: upload {row.uid} can't be read (EIO)"]
        assert Upload.objects.count() == 1


def test_f32_one_file_that_can_t_be_removed_does_not_keep_the_others(kept, folder):
    county, row, path = kept
    stuck, orphan = path.parent / "a-folder-by-that-name", path.parent / str(uuid4())
    stuck.mkdir()
    orphan.write_bytes(b"left behind")
    for one in (stuck, orphan, path):
        os.utime(one, ((NOW - timedelta(hours=25)).timestamp(),) * 2)
    with scope.county(county):
        assert uploads.sweep(county=county, at=NOW) == 1
    assert files(folder) == [path]
    assert row.uid
