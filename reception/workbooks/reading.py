"""Read a county's workbook, an XLSX file or a folder of CSVs, into rows of raw cells. Every oddity becomes a problem with its place."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from reception.workbooks.columns import SHEETS, Sheet

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024
MOST_PARTS = 2_000
MOST_ROWS = 20_000


class Unreadable(Exception):
    """The file can't be read at all; the words say what to do."""


@dataclass(frozen=True)
class Problem:
    """What is wrong, where, and what to do. `row` counts from 1 as the workbook shows it, 0 for a whole sheet; `kind` is one word."""

    sheet: str
    row: int
    column: str
    kind: str
    sentence: str


@dataclass(frozen=True)
class Row:
    """A row's cells by the keys of its columns; empty cells are left out."""

    number: int
    cells: dict[str, Any]


@dataclass
class Raw:
    """What was read: rows by sheet key, and the problems met."""

    sheets: dict[str, list[Row]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read(source: Path | IO[bytes]) -> Raw:
    """Read an XLSX file (a path or an open file) or a folder of CSVs. Raises `Unreadable`."""
    if isinstance(source, Path):
        if source.is_dir():
            return _folder(source)
        if not source.is_file():
            raise Unreadable(_("没有这个文件：%(name)s。") % {"name": source.name})
        with source.open("rb") as opened:
            return read(opened)
    return _workbook(source)


def opened(content: bytes, *, data_only: bool = True) -> Workbook:
    """An XLSX file's sheets, of formulas the values last calculated. Raises `Unreadable`, before anything too large is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise Unreadable(_("文件解压后过大，不像是一份名单。请检查文件。"))
        return load_workbook(io.BytesIO(content), data_only=data_only)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, OSError, SyntaxError) as error:
        raise Unreadable(_("这不是可以读取的 XLSX 文件（旧的 .xls 或加密的文件请先另存为 .xlsx）。")) from error


def _workbook(file: IO[bytes]) -> Raw:
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Unreadable(_("文件超过 20 MB。请删去图片和多余的工作表后再导入。"))
    # Values as last calculated, for formulas; the second reading only tells which cells are formulas.
    values, formulas = opened(content), opened(content, data_only=False)
    raw = Raw()
    for title in values.sheetnames:
        sheet = _sheet(title, raw)
        if sheet is None:
            continue
        last = min(values[title].max_row, MOST_ROWS + 1)
        cells = ([cell.value for cell in row] for row in values[title].iter_rows(max_row=last))
        uncalculated = {
            (int(cell.row or 0), int(cell.column or 0))
            for row in formulas[title].iter_rows(max_row=last)
            for cell in row
            if cell.data_type == "f" and values[title].cell(int(cell.row or 0), int(cell.column or 0)).value is None
        }
        _rows(sheet, cells, raw, uncalculated)
    return raw


def _folder(folder: Path) -> Raw:
    raw = Raw()
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".csv")
    if not files:
        raise Unreadable(_("文件夹“%(name)s”中没有 CSV 文件。") % {"name": folder.name})
    for path in files:
        sheet = _sheet(path.stem, raw)
        if sheet is None:
            continue
        if path.stat().st_size > MOST_BYTES:
            raise Unreadable(_("文件“%(name)s”超过 20 MB。") % {"name": path.name})
        _rows(sheet, csv.reader(io.StringIO(_decoded(path), newline="")), raw, set())
    return raw


def _decoded(path: Path) -> str:
    """UTF-8 with or without a mark, else GB18030, which older office programs write."""
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(_("文件“%(name)s”既不是 UTF-8 也不是 GB18030 编码。请另存为 UTF-8。") % {"name": path.name})


def _sheet(title: str, raw: Raw) -> Sheet | None:
    names = {name: sheet for sheet in SHEETS for name in (sheet.key, sheet.zh, sheet.en)}
    plain = title.strip()
    sheet = names.get(plain) or names.get(plain.lower())
    if sheet is None and plain not in ("说明", "help", "Help"):
        near = get_close_matches(plain, names, n=1, cutoff=0.3)
        sentence = _("不认识工作表“%(title)s”。") % {"title": plain}
        hint = _("是否为“%(near)s”？") % {"near": near[0]} if near else _("请改名或删去。")
        raw.problems.append(Problem(plain, 0, "", "unknown_sheet", sentence + hint))
    return sheet


def _rows(sheet: Sheet, lines: Iterable[list[Any]], raw: Raw, uncalculated: set[tuple[int, int]]) -> None:
    """Find the headers in the first row, then take every row that is not empty."""
    numbered = _limited(lines, sheet, raw)
    header = next(numbered, None)
    if header is None or all(cell in (None, "") for cell in header[1]):
        raw.problems.append(Problem(sheet.zh, 1, "", "no_header", _("第一行须是列名。请用 import_template 生成的模板。")))
        return
    keys = _headers(sheet, header[1], raw)
    rows = raw.sheets.setdefault(sheet.key, [])
    for number, line in numbered:
        cells = {}
        for position, value in enumerate(line):
            key = keys.get(position)
            if key is None:
                continue
            if (number, position + 1) in uncalculated:
                name = sheet.column(key).zh
                raw.problems.append(
                    Problem(sheet.zh, number, name, "formula", _("公式没有计算结果。请用表格软件打开保存一次，或直接填写值。"))
                )
            elif value is not None and value != "":
                cells[key] = value
        if cells:
            rows.append(Row(number, cells))


def _limited(lines: Iterable[list[Any]], sheet: Sheet, raw: Raw) -> Iterator[tuple[int, list[Any]]]:
    for number, line in enumerate(lines, start=1):
        if number > MOST_ROWS:
            raw.problems.append(
                Problem(sheet.zh, number, "", "too_many", _("超过 %(most)d 行。请分开导入。") % {"most": MOST_ROWS})
            )
            return
        yield number, line


def _headers(sheet: Sheet, cells: list[Any], raw: Raw) -> dict[int, str]:
    names = {name: column.key for column in sheet.columns for name in (column.key, column.zh, column.en)}
    keys: dict[int, str] = {}
    for position, cell in enumerate(cells):
        if cell in (None, ""):
            continue
        title = str(cell).strip()
        key = names.get(title) or names.get(title.lower())
        if key is None:
            near = get_close_matches(title, names, n=1, cutoff=0.3)
            hint = _("是否为“%(near)s”？") % {"near": near[0]} if near else _("请改名或删去这一列。")
            raw.problems.append(Problem(sheet.zh, 1, title, "unknown_column", _("不认识列“%(title)s”。") % {"title": title} + hint))
        elif key in keys.values():
            raw.problems.append(Problem(sheet.zh, 1, title, "column_twice", _("这一列出现了两次，请删去一列。")))
        else:
            keys[position] = key
    for column in sheet.columns:
        if column.required and column.key not in keys.values():
            raw.problems.append(
                Problem(sheet.zh, 1, column.zh, "missing_column", _("缺少必填的列“%(name)s”。") % {"name": column.zh})
            )
    return keys
