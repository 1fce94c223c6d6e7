"""Bring a list in: first dry, row by row with what would change and what is wrong; then for good, all of it or nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from import_export.results import RowResult
from tablib import Dataset

from reception.actions import journal
from reception.errors import Refused
from reception.models import County, User
from reception.workbooks.lists import LINE, List


@dataclass(frozen=True)
class Change:
    """What one column of a row would become; `before` is empty for a new row."""

    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """One row of the file, numbered as the file shows it. `what` is new, update, skip or wrong."""

    number: int
    what: str
    name: str
    changes: tuple[Change, ...]
    wrong: tuple[str, ...]


@dataclass(frozen=True)
class Tried:
    lines: tuple[Line, ...]

    def of(self, what: str) -> list[Line]:
        return [line for line in self.lines if line.what == what]

    @property
    def new(self) -> int:
        return len(self.of("new"))

    @property
    def updated(self) -> int:
        return len(self.of("update"))

    @property
    def same(self) -> int:
        return len(self.of("skip"))

    @property
    def wrong(self) -> list[Line]:
        return self.of("wrong")

    @property
    def can_be_done(self) -> bool:
        return not self.wrong and bool(self.new or self.updated)

    @property
    def digest(self) -> str:
        """The same for two trials that would do the same."""
        return journal.digest(
            [[line.number, line.what, [[c.column, c.before, c.after] for c in line.changes]] for line in self.lines]
        )


def bring_in(rows: Dataset, *, of: type[List], county: County, by: User, at: datetime, dry: bool) -> Tried:
    """What the rows change, in the county in scope; dry, nothing is changed, and where anything is wrong neither."""
    resource = of(county=county, by=by, at=at)
    twice = _twice(rows)
    if twice:
        raise Refused(_("代码“%(code)s”在文件里出现了不止一次。") % {"code": twice[:20]})
    result = resource.import_data(rows, dry_run=dry, rollback_on_validation_errors=True)
    for failure in result.base_errors:
        raise failure.error
    heads = of.heads()
    return Tried(tuple(_line(row, resource, heads) for row in result.rows))


def _twice(rows: Dataset) -> str:
    codes = rows["code"]
    return next((code for code in codes if codes.count(code) > 1), "")


def _line(row: RowResult, resource: List, heads: dict[str, str]) -> Line:
    number = int(row.row_values[LINE])
    for failure in row.errors:
        if not isinstance(failure.error, Refused):
            raise failure.error
    wrong = [failure.error.sentence for failure in row.errors]
    if row.validation_error:
        said = row.validation_error.message_dict
        wrong += [f"{heads[name]}{_('：')}{one}" if name in heads else one for name, ones in said.items() for one in ones]
    if wrong:
        return Line(number, "wrong", "", (), tuple(wrong))
    before = _shown(resource, row.original) if row.original else {}
    after = _shown(resource, row.instance)
    changes = tuple(Change(heads[name], before.get(name, ""), now) for name, now in after.items() if before.get(name, "") != now)
    return Line(number, str(row.import_type), str(row.instance), changes if row.import_type != "skip" else (), ())


def _shown(resource: List, row: Any) -> dict[str, str]:
    return {field.attribute: str(field.export(row) or "") for field in resource.get_import_fields()}
