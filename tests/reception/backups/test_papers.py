"""The files that were sent, in a backup: each taken once, missed where it is missing, kept as long as a moment needs it."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from reception.backups import papers
from reception.backups.folder import Folder
from reception.backups.key import Key
from reception.errors import Refused
from tests.reception.builders import NOW

DAY = timedelta(days=1)


@pytest.fixture
def uploads(settings, tmp_path):
    settings.UPLOADS_DIR = tmp_path / "uploads"
    (settings.UPLOADS_DIR / "7").mkdir(parents=True)
    return settings.UPLOADS_DIR


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path / "backup", Key(b"k" * 32))


def sent(uploads, content=b"sealed by the portal"):
    path = uploads / "7" / str(uuid4())
    path.write_bytes(content)
    return path


def take(folder, at=NOW, oldest=NOW - DAY, *, is_whole=False):
    return papers.take(folder, at=at, oldest=oldest, is_whole=is_whole)


def test_each_is_taken_once_and_what_is_being_written_not_yet(folder, uploads, tmp_path):
    one = sent(uploads)
    (uploads / "7" / "tmpab12").write_bytes(b"half of a")
    (uploads / "not a county").mkdir()
    assert (take(folder), take(folder)) == (1, 0)
    two = sent(uploads, b"another")
    assert take(folder) == 1
    assert papers.unpack(folder, tmp_path / "back") == 2
    back = {path.name: path.read_bytes() for path in (tmp_path / "back" / "7").iterdir()}
    assert back == {path.name: path.read_bytes() for path in (one, two)}
    with pytest.raises(Refused, match="不是空目录"):
        papers.unpack(folder, tmp_path / "back")
    assert all(b"sealed by" not in path.read_bytes() for path in folder.path.rglob("*.sealed"))


def test_one_that_is_missing_is_missed_and_taken_again_with_the_next_base_backup(folder, uploads):
    sent(uploads)
    take(folder)
    assert list(papers.faults(folder)) == []
    next(folder.path.glob("files/7/*")).unlink()
    assert ["缺少这一部分" in fault for fault in papers.faults(folder)] == [True]
    assert (take(folder), take(folder, is_whole=True)) == (0, 1)
    assert list(papers.faults(folder)) == []


def test_one_that_is_gone_from_the_portal_stays_as_long_as_a_base_backup_from_before(folder, uploads):
    sent(uploads)
    gone = sent(uploads)
    take(folder)
    gone.unlink()
    name = f"7/{gone.name}"
    take(folder, at=NOW + DAY)
    take(folder, at=NOW + 3 * DAY, oldest=NOW + DAY - timedelta(seconds=1))
    assert folder.has_file(name)
    take(folder, at=NOW + 3 * DAY, oldest=NOW + DAY + timedelta(seconds=1))
    assert not folder.has_file(name)
    assert (name in folder.files(), len(folder.files())) == (False, 1)
    assert list(papers.faults(folder)) == []


def test_an_empty_folder_is_another_folder_and_nothing_is_taken_for_gone(folder, uploads, settings):
    sent(uploads)
    take(folder)
    settings.UPLOADS_DIR = Path(uploads.parent / "not mounted")
    with pytest.raises(Refused, match="UPLOADS_DIR"):
        take(folder, at=NOW + DAY)
    assert set(folder.files().values()) == {""}
