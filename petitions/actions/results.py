"""Tell everybody what became of the matters of a month, once, without anyone's leave: nobody holds a bad month back."""

from collections.abc import Iterator
from datetime import date, datetime

from petitions.models import Case
from petitions.reports import results
from reception.actions import journal, proofs
from reception.models import County, Result, User
from scheduling.periods import Length, Period, around

# On this day of the next month a month is told: what was written on paper has been entered by then.
TOLD_ON = 10


def publish_due(*, county: County, by: User, at: datetime) -> int:
    """Tell every month that is due and not told, the earliest first; how many. The county is in scope. Again is nothing more."""
    told = 0
    today = at.astimezone(county.zone).date()
    while (month := _next()) is not None and today >= month.after.replace(day=TOLD_ON):
        document = results.document(county=county, month=month, on=today)
        # Whoever came first has told it; the other finds it told.
        row, is_new = Result.objects.get_or_create(month=month.first, defaults={"document": document, "published_at": at})
        if is_new:
            facts = {"content": journal.digest(row.document)}
            journal.record(act="results.publish", object=_name(month.first), by=by, at=at, facts=facts)
            told += 1
    return told


def faults() -> Iterator[str]:
    """Months of the county in scope that are not told as they were, as the journal tells of them."""
    kept = [(_name(row.month), journal.digest(row.document)) for row in Result.objects.order_by("month")]
    yield from proofs.against("results", ("results.publish",), "content", kept)


def _name(first: date) -> str:
    """What the journal calls a month's results; a day that begins no month is nobody's."""
    month = around(first, Length.MONTH)
    return f"results {month.key if month.first == first else first}"


def _next() -> Period | None:
    """The month after the last one told; before any, the month of the first case. None where there is no case."""
    last: date | None = Result.objects.order_by("-month").values_list("month", flat=True).first()
    if last:
        return around(last, Length.MONTH).next
    first: date | None = Case.objects.order_by("received_on").values_list("received_on", flat=True).first()
    return around(first, Length.MONTH) if first else None
