"""A workbook that means harm is refused before it is unpacked, and reads no file of the machine."""

import io
import zipfile
from xml.etree import ElementTree as ET

import pytest
from openpyxl import Workbook

from reception.workbooks import reading

SECRET = "of this machine alone"


def workbook(**changed):
    """An ordinary workbook with parts exchanged or added."""
    plain, made = io.BytesIO(), io.BytesIO()
    book = Workbook()
    book.active.title = "说明"
    book.active["A1"] = "said"
    book.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name not in changed:
                target.writestr(name, source.read(name))
        for name, content in changed.items():
            target.writestr(name, content)
    return io.BytesIO(made.getvalue())


def sheet(declared, said):
    """A first sheet with declarations of its own."""
    return (
        f'<?xml version="1.0"?><!DOCTYPE worksheet [{declared}]>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
        f'<c r="A1" t="inlineStr"><is><t>{said}</t></is></c></row></sheetData></worksheet>'
    )


@pytest.fixture(params=["python's", "whichever"])
def parser(request, monkeypatch):
    """openpyxl takes defusedxml where it is installed; the portal itself runs with Python's own parser."""
    if request.param == "python's":
        monkeypatch.setattr("openpyxl.worksheet._reader.iterparse", ET.iterparse)


def test_the_plain_one_is_read():
    assert reading.read(workbook()).problems == []


def test_a_sheet_with_a_declaration_is_read_so_the_others_can_fail(monkeypatch):
    monkeypatch.setattr("openpyxl.worksheet._reader.iterparse", ET.iterparse)
    assert reading.read(workbook(**{"xl/worksheets/sheet1.xml": sheet('<!ENTITY e "said">', "&e;")})).problems == []


def test_what_grows_when_unpacked_is_refused_before_it_does():
    with pytest.raises(reading.Unreadable, match="解压后过大"):
        reading.read(workbook(**{"xl/media/image1.png": bytes(reading.MOST_UNPACKED)}))


def test_too_many_parts_are_refused():
    with pytest.raises(reading.Unreadable, match="解压后过大"):
        reading.read(workbook(**{f"xl/media/{n}.png": b"" for n in range(reading.MOST_PARTS + 1)}))


def test_an_entity_brings_in_no_file(parser, tmp_path):
    place = tmp_path / "secret"
    place.write_text(SECRET)
    hostile = sheet(f'<!ENTITY e SYSTEM "{place.as_uri()}">', "&e;")
    with pytest.raises(reading.Unreadable):
        reading.read(workbook(**{"xl/worksheets/sheet1.xml": hostile}))


def test_entities_of_entities_do_not_multiply(parser):
    declared = '<!ENTITY a0 "x">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    with pytest.raises(reading.Unreadable):
        reading.read(workbook(**{"xl/worksheets/sheet1.xml": sheet(declared, "&a9;")}))
