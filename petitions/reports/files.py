"""Tables as files: workbooks and CSV. Each names, on top, whose it is, who took it and when; no cell is ever taken for a formula."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from petitions.reports.shape import Table
from reception.cells import XLSX as XLSX
from reception.cells import plain

CSV = "text/csv"
# What Excel allows a sheet's name to be.
LONGEST_NAME, NOT_IN_NAMES = 31, str.maketrans(dict.fromkeys(":\\/?*[]"))
WIDEST = 40


def workbook(pages: Sequence[tuple[str, Sequence[str], Sequence[Sequence[Any]]]], mark: str) -> bytes:
    """An XLSX with a sheet for each of (title, heads, rows); `mark` stands above every table and at the foot of each printed page."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, heads, rows in pages:
        sheet = book.create_sheet(_name(title, book.sheetnames))
        _line(sheet, [mark])
        _line(sheet, [title])
        sheet.append([])
        _line(sheet, heads)
        for row in rows:
            _line(sheet, row)
        for row in sheet.iter_rows(min_row=4, max_row=4):
            for cell in row:
                cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        sheet.freeze_panes = "B5"
        sheet.oddFooter.center.text = mark.replace("&", "&&")
        for place in range(1, len(heads) + 1):
            width = max((len(str(line[place - 1])) for line in [heads, *rows] if line[place - 1] is not None), default=8)
            sheet.column_dimensions[get_column_letter(place)].width = min(2 * width + 2, WIDEST)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def comma_separated(pages: Sequence[tuple[str, Sequence[str], Sequence[Sequence[Any]]]], mark: str) -> bytes:
    """The same tables one below the other, with a byte order mark so that spreadsheet programs read Chinese."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([plain(mark)])
    for title, heads, rows in pages:
        writer.writerow([])
        writer.writerow([plain(title)])
        for line in [heads, *rows]:
            writer.writerow([plain(one) if isinstance(one, str) else one for one in line])
    return ("\ufeff" + text.getvalue()).encode()


def page_of(table: Table) -> tuple[str, list[str], list[list[Any]]]:
    """A report's table as a page of a file, its sum at the end."""
    rows: list[list[Any]] = [[row.words, *row.numbers] for row in table.rows]
    if table.total:
        rows.append([_("合计"), *table.total])
    if table.note:
        rows.append([table.note, *[None] * len(table.columns)])
    return table.title, [table.head, *table.columns], rows


def _line(sheet: Worksheet, values: Sequence[Any]) -> None:
    cells = []
    for value in values:
        cell: Any = SheetCell(sheet, row=1, column=1, value=value.isoformat() if isinstance(value, date) else value)
        if isinstance(value, str):
            # Else a text that begins with an equals sign would be kept as a formula.
            cell.data_type = "s"
        cells.append(cell)
    sheet.append(cells)


def _name(title: str, taken: Sequence[str]) -> str:
    name = title.translate(NOT_IN_NAMES)[:LONGEST_NAME]
    return name if name not in taken else f"{name[: LONGEST_NAME - 3]} {len(taken) + 1}"
