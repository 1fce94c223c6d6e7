"""The page in the docs is what the table draws."""

from pathlib import Path

from petitions import diagram
from petitions.workflow import TRANSITIONS, Status

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "case.md"


def test_the_page_in_the_docs_is_the_tables():
    assert PAGE.read_text() == diagram.page(), "run: python -m petitions.diagram > docs/case.md"


def test_every_state_and_every_row_is_on_it():
    drawn, listed = diagram.diagram(), diagram.table()
    for status in Status:
        assert f" {status}" in drawn or status in ("withdrawn", "archived")
    for row in TRANSITIONS:
        assert f"| {row.number} | {row.action} |" in listed
