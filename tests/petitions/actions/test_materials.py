"""Files of a case: all that come together or none, each once, and gone when they are destroyed."""

import errno
import os
from datetime import timedelta

import pytest

from petitions.actions import materials
from petitions.models import Material, MaterialKind
from reception import scope, stored
from reception.actions import uploads
from reception.errors import Refused
from reception.materials import Material as Drawn
from tests.petitions import referring
from tests.petitions.receptions import AT

PICTURE = b"\xff\xd8\xff a picture"


@pytest.fixture
def folder(settings, tmp_path):
    settings.UPLOADS_DIR = tmp_path
    return tmp_path


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def case(office, folder):
    return office.county, referring.register(office).case, office.clerk


def drawn(*names):
    return [(name, Drawn("image/jpeg", PICTURE + name.encode())) for name in names]


def add(county, case, clerk, *names):
    with scope.county(county):
        return materials.add(case=case, kind=MaterialKind.EVIDENCE, files=drawn(*names), county=county, by=clerk, at=AT)


def test_f30_of_files_that_come_together_none_is_left_where_the_last_does_not_fit(case, folder, monkeypatch):
    write = stored.write

    def full(path, sealed):
        if files(folder):
            raise OSError(errno.ENOSPC, "full")
        write(path, sealed)

    monkeypatch.setattr(stored, "write", full)
    with pytest.raises(Refused, match="暂时不能保存材料"):
        add(*case, "a.jpg", "b.jpg")
    assert files(folder) == []


def test_f48_a_case_s_file_that_is_sent_again_is_there_once(case, folder):
    first = add(*case, "a.jpg", "b.jpg")
    again = add(*case, "b.jpg", "a.jpg", "c.jpg")
    assert {row.pk for row in first} < {row.pk for row in again}
    with scope.county(case[0]):
        assert Material.objects.count() == len(files(folder)) == 3


def test_f31_the_file_of_a_row_that_says_it_is_destroyed_is_swept(case, folder):
    (row,) = add(*case, "a.jpg")
    county = case[0]
    with scope.county(county):
        Material.objects.filter(pk=row.pk).update(wrapped=b"", key_name="")
        os.utime(stored.path_of(county.pk, row.uid), ((AT - timedelta(hours=25)).timestamp(),) * 2)
        assert uploads.sweep(county=county, at=AT) == 1
    assert files(folder) == []
