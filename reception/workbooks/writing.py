"""Write a county's workbook: an empty template with its explanation, or one filled with rows."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from reception.workbooks.columns import SHEETS, Column, Kind, Sheet

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
REQUIRED = PatternFill("solid", start_color="FFF3C6C2")
OPTIONAL = PatternFill("solid", start_color="FFEFEAE3")
# A workbook says when it was made; a fixed moment makes the same rows the same bytes.
MADE = datetime(2026, 1, 1)  # noqa: DTZ001  the file format knows no zones
MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def write(path: Path, rows: Rows | None = None, *, english: bool = False) -> None:
    """Write the workbook of the given rows (by sheet and column key; references and words as in the cells), or an empty template."""
    book = Workbook()
    book.properties.created = book.properties.modified = MADE
    help_sheet = book.active
    assert isinstance(help_sheet, Worksheet)
    _explain(help_sheet, english=english)
    for sheet in SHEETS:
        page = book.create_sheet(sheet.en if english else sheet.zh)
        _headers(page, sheet, english=english)
        for row in (rows or {}).get(sheet.key, []):
            page.append([row.get(column.key) for column in sheet.columns])
        for index, column in enumerate(sheet.columns, start=1):
            if column.kind in (Kind.DAY, Kind.LAST_DAY):
                for (cell,) in page.iter_rows(min_row=2, min_col=index, max_col=index):
                    cell.number_format = "yyyy-mm-dd"
    book.save(path)
    _same_bytes(path)


def _headers(page: Worksheet, sheet: Sheet, *, english: bool) -> None:
    page.append([column.en if english else column.zh for column in sheet.columns])
    for index, column in enumerate(sheet.columns, start=1):
        cell = page.cell(1, index)
        cell.font = Font(bold=True)
        cell.fill = REQUIRED if column.required else OPTIONAL
        page.column_dimensions[get_column_letter(index)].width = 14 if column.kind is not Kind.LINES else 40
    page.freeze_panes = "A2"


def _explain(page: Worksheet, *, english: bool) -> None:
    page.title = "help" if english else "说明"
    page.append([_("工作表"), _("列"), _("必填"), _("填写方法"), _("示例")])
    for cell in page[1]:
        cell.font = Font(bold=True)
    for sheet in SHEETS:
        for column in sheet.columns:
            name, title = (sheet.en, column.en) if english else (sheet.zh, column.zh)
            page.append([name, title, _("是") if column.required else "", explain(column), column.example])
    for letter, width in zip("ABCDE", (14, 26, 8, 70, 16), strict=True):
        page.column_dimensions[letter].width = width
        for cell in page[letter]:
            cell.alignment = Alignment(wrap_text=True, vertical="top")


HOW: dict[Kind, Any] = {
    Kind.CODE: _lazy("字母、数字和 . _ -，在表中不重复。"),
    Kind.NUMBER: _lazy("整数。"),
    Kind.DAY: _lazy("日期，如 2026-02-24。"),
    Kind.LAST_DAY: _lazy("最后一天（含），如 2026-02-24；仍在继续则留空。"),
    Kind.TIME: _lazy("时刻，如 8:30。"),
    Kind.CHOICE: _lazy("以下之一：%(choices)s。"),
    Kind.REFERENCE: _lazy("“%(sheet)s”表中的代码。"),
    Kind.REFERENCES: _lazy("“%(sheet)s”表中的代码，多个用顿号分隔，按顺序。"),
    Kind.LINES: _lazy("文字，可以分行。"),
    Kind.WORDS: _lazy("公开的单位和职务，多个用顿号分隔。"),
}


def explain(column: Column) -> str:
    """How to fill a column, in a sentence."""
    how = HOW.get(column.kind, _lazy("文字，最多 %(most)d 个字。"))
    sheet = next((sheet.zh for sheet in SHEETS if sheet.key == column.to), "")
    return str(how) % {"choices": "、".join(column.choices), "sheet": sheet, "most": column.most}


def _same_bytes(path: Path) -> None:
    """Pack the file again with fixed moments inside, so that it changes only when its rows do."""
    with ZipFile(path) as packed:
        parts = [(name, packed.read(name)) for name in packed.namelist()]
    with ZipFile(path, "w", ZIP_DEFLATED) as again:
        for name, content in parts:
            info = ZipInfo(name, date_time=MADE.timetuple()[:6])
            info.compress_type = ZIP_DEFLATED
            # openpyxl writes the moment of saving into the properties, whatever they were set to.
            again.writestr(info, MODIFIED.sub(rb"\g<1>" + f"{MADE:%Y-%m-%dT%H:%M:%SZ}".encode(), content))


def cell(value: Any) -> Any:
    """A value as a person would type it."""
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, date):
        return value
    if isinstance(value, (list, tuple)):
        return "、".join(str(item) for item in value)
    return value
