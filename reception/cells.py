"""Cells of tables that go out as files: no program that opens them may take what somebody typed for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a spreadsheet program would take for the beginning of one, full-width signs too.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def plain(cell: str) -> str:
    """A cell that no program takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def comma_separated(rows: Iterable[Sequence[str]]) -> str:
    """A table, its heads first, with a byte order mark so that spreadsheet programs read Chinese; no cell is taken for a formula."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([plain(cell) for cell in row] for row in rows)
    return "\ufeff" + text.getvalue()
