"""Cells of tables that go out as CSV: no program that opens them may take what somebody typed for a formula."""

# What a spreadsheet program would take for the beginning of one, full-width signs too.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def plain(cell: str) -> str:
    """A cell that no program takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
