"""A table of a report: what its columns are called, its rows of whole numbers, and their sum."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _

from petitions.models.cases import CaseQuerySet
from reception.errors import Refused
from reception.models import County
from scheduling import periods
from scheduling.periods import Period


@dataclass(frozen=True)
class Row:
    """`words` in the reader's language; `numbers` one for each column."""

    words: str
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Table:
    """`key` is its name in addresses and files. `total` is None where a sum would count things twice; `bars` the column a chart shows."""

    key: str
    title: str
    head: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    has_total: bool = True
    note: str = ""
    bars: int | None = None

    @property
    def total(self) -> tuple[int, ...] | None:
        if not self.has_total or len(self.rows) < 2:
            return None
        return tuple(sum(numbers) for numbers in zip(*(row.numbers for row in self.rows), strict=True))


def period(key: str) -> Period:
    """The period that was typed. Raises `Refused` for what names none."""
    try:
        return periods.parse(key)
    except ValueError as error:
        raise Refused(_("“%(asked)s”不是统计期。请写年（2026）、季度（2026-Q3）或月（2026-07）。") % {"asked": key[:20]}) from error


@dataclass(frozen=True)
class Asked:
    """What a report is asked for: the cases the reader may see, the period, and the day on which it is made."""

    seen: CaseQuerySet
    county: County
    period: Period
    on: date

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """The period as moments, half-open, in the county's days."""
        first, after = self.period.first, self.period.after
        return datetime.combine(first, time(0), self.county.zone), datetime.combine(after, time(0), self.county.zone)

    def within(self, name: str) -> dict[str, Any]:
        """A condition on a field of days: within the period."""
        return {f"{name}__gte": self.period.first, f"{name}__lt": self.period.after}

    def within_moments(self, name: str) -> dict[str, Any]:
        """A condition on a field of moments: within the period."""
        first, after = self.moments
        return {f"{name}__gte": first, f"{name}__lt": after}


def listed(words: Sequence[tuple[Any, Any]], counts: dict[Any, tuple[int, ...]], width: int) -> tuple[Row, ...]:
    """A row for each of `words` in its order, noughts where nothing was counted."""
    return tuple(Row(str(said), counts.get(key, (0,) * width)) for key, said in words)
