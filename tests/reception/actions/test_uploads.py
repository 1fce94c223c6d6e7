"""Material: sealed on disk, capped, opened only for whoever may, and gone with its form."""

import os
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from reception import scope, vault
from reception.actions import drafts, envelopes, keys, uploads
from reception.errors import Forbidden, MovedOn, Refused
from reception.materials import MOST_BYTES, MOST_FILES, Material, NotTaken
from reception.models import Entry, Upload, User
from reception.roles import Role
from tests.reception import bookers, builders
from tests.reception.actions.test_drafts import World
from tests.reception.builders import NOW

PICTURE = Material("image/jpeg", b"\xff\xd8\xff a picture of a stairwell")


@pytest.fixture
def world(db, settings, tmp_path):
    settings.UPLOADS_DIR = tmp_path
    return World()


def add(world, draft, content=PICTURE.content, name="楼道.jpg"):
    with scope.county(world.county):
        made = Material("image/jpeg", content)
        return uploads.add(draft=draft, name=name, material=made, county=world.county, by=User.objects.system(), at=NOW)


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def booked(world):
    draft = world.filled()
    row = add(world, draft)
    booking = world.do("submit", draft=draft, wait=False).booking
    with scope.county(world.county):
        return Upload.objects.select_related("booking").get(pk=row.pk), booking


def test_on_disk_it_is_sealed_under_a_name_that_says_nothing(world, tmp_path):
    row = add(world, world.start())
    (path,) = files(tmp_path)
    assert path.name == str(row.uid)
    assert b"stairwell" not in path.read_bytes()
    assert "楼道".encode() not in bytes(row.name)
    with scope.county(world.county):
        assert uploads.name_of(row, county=world.county) == "楼道.jpg"


@pytest.mark.parametrize(
    ("name", "kept"),
    [("../../etc/passwd", "passwd"), ("a\x00b\u202egpj.exe", "abgpj.exe"), ("长" * 500 + ".jpg", "长" * 116 + ".jpg"), ("", "")],
)
def test_a_name_leads_nowhere(world, name, kept):
    row = add(world, world.start(), name=name)
    with scope.county(world.county):
        assert uploads.name_of(row, county=world.county) == kept


def test_there_are_caps_on_how_many_how_large_and_all_together(world):
    draft = world.start()
    for n in range(MOST_FILES):
        add(world, draft, content=PICTURE.content + bytes([n]), name=f"{n}.jpg")
    with pytest.raises(NotTaken, match="最多上传 8 个文件"):
        add(world, draft)
    with scope.county(world.county):
        with pytest.raises(NotTaken, match="10 MB"):
            uploads.room(draft=world.start("other"), sizes=[MOST_BYTES + 1])
        with pytest.raises(NotTaken, match="40 MB"):
            uploads.room(draft=world.start("third"), sizes=[MOST_BYTES] * 5)
        assert Upload.objects.filter(draft=draft).count() == MOST_FILES


def test_only_one_s_own_form_s_files_are_removed(world, tmp_path, django_capture_on_commit_callbacks):
    mine, other = world.start("mine"), world.start("other")
    row = add(world, other)
    with django_capture_on_commit_callbacks(execute=True), scope.county(world.county):
        uploads.remove(draft=mine, uid=row.uid, county=world.county, by=User.objects.system(), at=NOW)
        assert Upload.objects.count() == 1
        uploads.remove(draft=other, uid=row.uid, county=world.county, by=User.objects.system(), at=NOW)
        uploads.remove(draft=other, uid=row.uid, county=world.county, by=User.objects.system(), at=NOW)
        assert Upload.objects.count() == 0
    assert files(tmp_path) == []


def test_a_form_that_was_sent_takes_no_more(world):
    draft = world.filled()
    world.do("submit", draft=draft, wait=False)
    with pytest.raises(MovedOn):
        add(world, draft)


def test_opening_it_is_in_the_journal(world):
    row, booking = booked(world)
    with scope.county(world.county):
        opened = uploads.open_for(upload=row, county=world.county, by=world.office.clerk, at=NOW)
        assert (opened.name, opened.media_type, opened.content) == ("楼道.jpg", "image/jpeg", PICTURE.content)
        entry = Entry.objects.order_by("-n")[0]
        assert (entry.act, entry.object, entry.actor) == ("material.read", f"booking {booking.number}", world.office.clerk.username)
        assert "楼道" not in str(entry.facts)


def test_whoever_may_not_sees_nothing_and_no_entry_says_they_did(world):
    row, _booking = booked(world)
    auditor = builders.user("auditor", world.county, Role.AUDITOR)
    with scope.county(world.county):
        before = Entry.objects.count()
        with pytest.raises(Forbidden):
            uploads.open_for(upload=row, county=world.county, by=auditor, at=NOW)
        assert Entry.objects.count() == before


def test_a_file_that_was_changed_or_exchanged_does_not_open(world, tmp_path):
    row, _booking = booked(world)
    (path,) = files(tmp_path)
    kept = path.read_bytes()
    path.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
    with scope.county(world.county), pytest.raises(Refused, match="损坏"):
        uploads.open_for(upload=row, county=world.county, by=world.office.clerk, at=NOW)


def test_a_file_that_is_lost_is_said_to_be(world, tmp_path):
    row, _booking = booked(world)
    files(tmp_path)[0].unlink()
    with scope.county(world.county), pytest.raises(Refused, match="找不到"):
        uploads.open_for(upload=row, county=world.county, by=world.office.clerk, at=NOW)


def test_without_space_there_is_no_row_and_no_half_file(world, tmp_path, monkeypatch):
    def full(_handle):
        raise OSError(28, "No space left on device")

    draft = world.start()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Refused, match="当天带来"):
        add(world, draft)
    assert files(tmp_path) == []
    with scope.county(world.county):
        assert Upload.objects.count() == 0


def test_files_of_no_row_go_after_a_day(world, tmp_path):
    row = add(world, world.start())
    orphan = tmp_path / str(world.county.pk) / "11111111-1111-1111-1111-111111111111"
    orphan.write_bytes(b"left behind")
    for path, age in ((orphan, timedelta(hours=25)), (orphan.with_name(str(row.uid)), timedelta(days=9))):
        then = (NOW - age).timestamp()
        os.utime(path, (then, then))
    young = orphan.with_name("22222222-2222-2222-2222-222222222222")
    young.write_bytes(b"of a transaction that is open")
    os.utime(young, (NOW.timestamp(), NOW.timestamp()))
    with scope.county(world.county):
        assert uploads.sweep(county=world.county, at=NOW) == 1
    assert {path.name for path in files(tmp_path)} == {str(row.uid), young.name}


def test_a_file_is_with_a_form_or_with_a_booking_never_both(world):
    row, _booking = booked(world)
    draft = world.start("later")
    with scope.county(world.county), pytest.raises(IntegrityError), transaction.atomic():
        Upload.objects.filter(pk=row.pk).update(draft=draft)


def test_a_new_master_key_is_wrapped_around_it(world, settings, tmp_path):
    row, _booking = booked(world)
    ring = envelopes.keyring()
    settings.KEYS_FILE = tmp_path / "keys.json"
    vault.store(ring.rotated(), settings.KEYS_FILE)
    assert list(keys.rewrap(county=world.county, at=NOW)) == [1, 1]
    assert list(keys.rewrap(county=world.county, at=NOW)) == []
    with scope.county(world.county):
        row.refresh_from_db()
        assert row.key_name == envelopes.keyring().current
        opened = uploads.open_for(upload=row, county=world.county, by=world.office.clerk, at=NOW)
    assert opened.content == PICTURE.content


def test_counter_material_is_added_to_a_booking_by_whoever_may(world):
    booking = bookers.book(world.office, at=NOW).booking
    with scope.county(world.county):
        uploads.add(booking=booking, name="a.jpg", material=PICTURE, county=world.county, by=world.office.clerk, at=NOW)
        auditor = builders.user("auditor", world.county, Role.AUDITOR)
        with pytest.raises(Forbidden):
            uploads.add(booking=booking, name="b.jpg", material=PICTURE, county=world.county, by=auditor, at=NOW)
        assert drafts.RECEIPT_KEPT < drafts.KEPT
        assert Upload.objects.filter(booking=booking).count() == 1
