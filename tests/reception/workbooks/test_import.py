"""A county's workbook: every planted fault is found with its place, a good one is stored whole, and importing again changes nothing."""

import csv
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import time_machine

from reception import lineage, pulse, scope
from reception.actions import imports, journal
from reception.errors import Refused
from reception.models import (
    Absence,
    County,
    Department,
    Leader,
    Post,
    ReceptionDay,
    Rotation,
    Seat,
    Sitting,
    Substitution,
    Tenure,
    User,
)
from reception.workbooks import checking, reading, writing
from reception.workbooks.columns import SHEETS
from tests.reception.builders import NOW

DEMO = Path(__file__).resolve().parents[3] / "reception" / "demo" / "chenghe.xlsx"
AT = NOW.replace(month=11, day=24)


@pytest.fixture
def workbook():
    return openpyxl.load_workbook(DEMO)


def checked(path, known=None):
    return checking.check(reading.read(path), known=known or {})


def stored(path, at=AT):
    clean, problems = checked(path)
    assert problems == []
    return imports.store(clean=clean, by=User.objects.system(), at=at)


def put(workbook, sheet, row, header, value):
    """Type a value under a header; the last row and one more where `row` is None."""
    page = workbook[sheet]
    column = next(cell.column for cell in page[1] if str(cell.value).rstrip("*").strip() == header)
    row = row or page.max_row + 1
    page.cell(row, column).value = value
    return row


def test_from_its_first_day_a_county_is_known_to_have_been_restored(db, monkeypatch):
    """F38: also where nobody has sent anything for it before the backup was taken."""
    county = stored(DEMO).county
    assert not pulse.is_held(county)
    monkeypatch.setattr(lineage, "history", lambda: 2)
    assert pulse.is_held(county)
    assert pulse.was_restored(county)


def test_the_demo_county_is_as_large_as_a_county(db):
    county = stored(DEMO).county
    with scope.county(county):
        counts = {table.__name__: table.objects.count() for table in (Post, Rotation, Absence, Sitting)}
        kinds = [Department.objects.filter(kind=kind).count() for kind in ("township",)]
        past = ReceptionDay.objects.count()
        assert list(journal.faults()) == []
        substitutions = Substitution.objects.count()
    assert (counts["Post"], counts["Rotation"], kinds, past >= 35, counts["Sitting"] >= 70) == (15, 2, [17], True, True)
    assert counts["Absence"] > 0
    assert substitutions > 0


def test_importing_again_changes_nothing(db):
    stored(DEMO)
    again = stored(DEMO)
    assert (sum(again.made.values()), sum(again.changed.values())) == (0, 0)


FAULTS = [
    ("县", 2, "行政区划代码", "13990", "bad_code"),
    ("县", 2, "网址名", "Admin!", "bad_code"),
    ("职务", 2, "序列", "军队", "bad_choice"),
    ("领导", 3, "姓名", None, "missing"),
    ("任职", 2, "职务代码", "ZZ9", "unknown_code"),
    ("任职", 3, "任职自", "二月三十日", "bad_day"),
    ("轮值", 2, "开始", "25:00", "bad_time"),
    ("轮值", 3, "职务代码（按顺序）", "P01、P01", "named_twice"),
    ("请假", 2, "至（含）", "2001-01-01", "reversed"),
    ("历次接访", 2, "接访日", "2026-02-30", "bad_day"),
    ("部门", 4, "名称", "x" * 200, "too_long"),
    ("账号", 2, "角色", "领袖", "bad_choice"),
]


@pytest.mark.parametrize(("sheet", "row", "column", "value", "kind"), FAULTS)
def test_each_planted_fault_is_found_where_it_is(tmp_path, workbook, sheet, row, column, value, kind):
    put(workbook, sheet, row, column, value)
    workbook.save(tmp_path / "x.xlsx")
    _clean, problems = checked(tmp_path / "x.xlsx")
    assert (sheet, row, column) in {(p.sheet, p.row, p.column) for p in problems}, problems
    here = next(p for p in problems if (p.sheet, p.row, p.column) == (sheet, row, column))
    assert here.sentence.endswith(("。", "？"))
    assert here.kind == kind


def test_all_faults_are_told_at_once(tmp_path, workbook):
    for sheet, row, column, value, _kind in FAULTS:
        put(workbook, sheet, row, column, value)
    workbook.save(tmp_path / "x.xlsx")
    found = {(p.sheet, p.row, p.column) for p in checked(tmp_path / "x.xlsx")[1]}
    assert {(sheet, row, column) for sheet, row, column, _value, _kind in FAULTS} <= found


def test_two_holders_of_a_post_at_once_are_refused(tmp_path, workbook):
    page = workbook["任职"]
    row = [cell.value for cell in page[2]]
    other = next(r[1].value for r in page.iter_rows(min_row=3) if r[1].value != row[1])
    page.append([row[0], other, *row[2:4], date(2026, 1, 1), None])
    workbook.save(tmp_path / "x.xlsx")
    assert "two_holders" in {p.kind for p in checked(tmp_path / "x.xlsx")[1]}


def test_two_words_of_one_level_on_one_day_are_refused(tmp_path, workbook):
    page = workbook["日历"]
    headers = [str(cell.value).rstrip("*").strip() for cell in page[1]]
    for works in ("放假", "上班"):
        values = {"日期": date(2027, 5, 6), "放假或上班": works, "名称": "调整", "依据文件": f"县通知{works}", "层级": None}
        page.append([values.get(header) for header in headers])
    workbook.save(tmp_path / "x.xlsx")
    kinds = {p.kind for p in checked(tmp_path / "x.xlsx")[1]}
    assert kinds & {"contradiction", "row_twice"}


def test_a_formula_without_a_result_a_broken_file_and_a_missing_one_are_refused(tmp_path, workbook):
    put(workbook, "县", 2, "名称", "=A1&B1")
    workbook.save(tmp_path / "formula.xlsx")
    assert "formula" in " ".join(p.kind for p in checked(tmp_path / "formula.xlsx")[1])
    (tmp_path / "broken.xlsx").write_bytes(b"not a workbook")
    for path in (tmp_path / "broken.xlsx", tmp_path / "nothing.xlsx", tmp_path):
        with pytest.raises(reading.Unreadable) as refusal:
            reading.read(path)
        assert str(refusal.value).endswith(("。", "）。")) or "nothing.xlsx" in str(refusal.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_folder_of_csvs_is_the_same_county(tmp_path, workbook, encoding):
    for page in workbook:
        if page.title in {sheet.zh for sheet in SHEETS}:
            with (tmp_path / f"{page.title}.csv").open("w", encoding=encoding, newline="") as file:
                writer = csv.writer(file)
                for row in page.iter_rows(values_only=True):
                    writer.writerow("" if value is None else value for value in row)
    from_folder, problems = checked(tmp_path)
    assert problems == []
    assert from_folder.sheets == checked(DEMO)[0].sheets


@pytest.mark.parametrize("english", [False, True])
def test_the_template_is_understood_in_both_languages(tmp_path, english):
    writing.write(tmp_path / "t.xlsx", english=english)
    raw = reading.read(tmp_path / "t.xlsx")
    assert raw.problems == []
    assert {p.kind for p in checking.check(raw, known={})[1]} == {"missing_sheet"}


def test_the_same_rows_make_the_same_file(tmp_path):
    for name, year in (("one", 2026), ("other", 2027)):
        with time_machine.travel(NOW.replace(year=year), tick=False):
            writing.write(tmp_path / f"{name}.xlsx")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "other.xlsx").read_bytes()


def test_what_the_database_knows_better_is_refused_and_nothing_is_stored(db, tmp_path, workbook):
    stored(DEMO)
    put(workbook, "县", 2, "网址名", "other")
    workbook.save(tmp_path / "x.xlsx")
    clean, problems = checked(tmp_path / "x.xlsx")
    assert problems == []
    with pytest.raises(Refused, match="行政区划代码已被另一个县使用"):
        imports.store(clean=clean, by=User.objects.system(), at=AT)
    assert County.objects.count() == 1


def test_a_tenure_that_overlaps_a_stored_one_is_refused_and_nothing_is_stored(db, tmp_path, workbook):
    county = stored(DEMO).county
    with scope.county(county):
        before = Tenure.objects.count(), Leader.objects.count()
    page = workbook["任职"]
    for row in page.iter_rows(min_row=2):
        row[4].value = date(2021, 6, 1)
    workbook.save(tmp_path / "x.xlsx")
    clean, _problems = checked(tmp_path / "x.xlsx")
    with pytest.raises(Refused, match="任职"):
        imports.store(clean=clean, by=User.objects.system(), at=AT)
    with scope.county(county):
        assert (Tenure.objects.count(), Leader.objects.count()) == before
        assert Seat.objects.count() > 0
