"""Issue official documents: the next number without a gap, what is said frozen, its hash kept. Printing is `petitions.papers`' work.

What a document says never names the petitioner: who they are is put in when it is printed, and stays sealed otherwise.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from petitions.models import Case, CaseStep, Counter, Document, DocumentKind
from reception.actions import journal, proofs
from reception.models import County, Department, User


def issue(
    *,
    kind: DocumentKind,
    said: Mapping[str, Any],
    on: date,
    county: County,
    by: User,
    at: datetime,
    case: Case | None = None,
    step: CaseStep | None = None,
    issuer: Department | None = None,
    for_petitioner: bool = False,
) -> Document:
    """Number and keep a document of the day `on`, within the transaction of the deed it belongs to; a rollback leaves no gap.

    `said` is JSON without floats and without personal data. `issuer` is the unit, None for the petition bureau.
    """
    counter, _new = Counter.objects.get_or_create(kind=kind.value, year=on.year)
    counter = Counter.objects.select_for_update().get(pk=counter.pk)
    counter.last += 1
    counter.save(update_fields=["last"])
    row = Document(
        case=case,
        step=step,
        kind=kind.value,
        year=on.year,
        n=counter.last,
        issuer=issuer,
        issued_on=on,
        issued_by=by,
        issued_at=at,
        said=dict(said),
        for_petitioner=for_petitioner,
    )
    row.hash = seal(row)
    row.save(force_insert=True)
    journal.record(
        act="document.issue",
        object=f"case {case.number}" if case else f"document {row.uid}",
        by=by,
        at=at,
        facts={"kind": kind.value, "year": row.year, "n": row.n, "hash": row.hash},
    )
    return row


def seal(row: Document) -> str:
    """What the hash of a document must be: over all it says, its number and day, and whose it is."""
    return journal.digest(
        {
            "uid": str(row.uid),
            "case": row.case.number if row.case else None,
            "kind": row.kind,
            "year": row.year,
            "n": row.n,
            "issuer": row.issuer.code if row.issuer else None,
            "issued_on": row.issued_on.isoformat(),
            "said": row.said,
        }
    )


def faults() -> Iterator[str]:
    """Documents of the county in scope that are not what their hash says, or not those that the journal tells of, and gaps in their numbers."""
    kept, last = [], dict[tuple[str, int], int]()
    for row in Document.objects.select_related("case", "issuer").order_by("kind", "year", "n").iterator():
        expected = last.get((row.kind, row.year), 0) + 1
        if row.n != expected:
            yield f"documents: {row.kind} {row.year} number {expected} is missing"
        if row.hash != seal(row):
            yield f"documents: {row.kind} {row.year} number {row.n} was changed"
        last[row.kind, row.year] = row.n
        kept.append((f"case {row.case.number}" if row.case else f"document {row.uid}", row.hash))
    yield from proofs.against("documents", ("document.issue",), "hash", kept)
