"""The journal: record a deed, and verify that none was changed, removed or slipped in."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import rfc8785
import structlog
from django.db import InternalError, NotSupportedError, ProgrammingError, connection

from reception import canonical, scope
from reception.errors import Unrecorded, is_of_the_server
from reception.models import Entry, Release, User

log = structlog.get_logger(__name__)
FIRST = "0" * 64


def digest(document: Any) -> str:
    """SHA-256, lowercase hex, over the RFC 8785 canonical JSON of the document, whose keys are strings."""
    return hashlib.sha256(canonical.written(document)).hexdigest()


def moment(at: datetime) -> str:
    """A moment as the journal and the releases write it: UTC, to the microsecond where there is any."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def record(
    *, act: str, object: str, by: User, at: datetime, reason: str = "", facts: dict[str, Any] | None = None, acting_for: str = ""
) -> Entry:
    """Append one deed to the journal of the county in scope, inside the transaction of the deed itself.

    `facts` is JSON without floats and without personal data of petitioners. `at` is a moment. Raises `Unrecorded` where the journal refuses
    the entry, and whatever the database raises where it is down or full: the deed must not catch either, so that it is undone.
    """
    entry = Entry(at=at, actor=by.username, acting_for=acting_for, act=act, object=object, reason=reason, facts=facts or {})
    try:
        _append(entry)
    except (InternalError, NotSupportedError, ProgrammingError) as error:
        if is_of_the_server(error):
            raise
        log.error("journal", act=act, error=type(error).__name__)
        raise Unrecorded(act) from error
    return entry


def _append(entry: Entry) -> None:
    with connection.cursor() as cursor:
        # One writer at a time in each county: the next entry needs the hash of the last.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('journal'), %s)", [scope.current()])
    last, previous = Entry.objects.order_by("-n").values_list("n", "hash").first() or (0, FIRST)
    entry.n, entry.previous = last + 1, previous
    entry.hash = seal(entry)
    entry.save(force_insert=True)


def seal(entry: Entry) -> str:
    """What the hash of an entry must be: over everything it says, its county, and the hash before it.

    Raises an error for facts that JSON can't hold as they are: a number as a key would come back from the table as text.
    """
    said = rfc8785.dumps(
        {
            "county": entry.county_id,
            "n": entry.n,
            "at": moment(entry.at),
            "actor": entry.actor,
            "acting_for": entry.acting_for,
            "act": entry.act,
            "object": entry.object,
            "reason": entry.reason,
            "facts": entry.facts,
            "previous": entry.previous,
        }
    )
    return hashlib.sha256(said).hexdigest()


def faults() -> Iterator[str]:
    """What is wrong with the journal and the releases of the county in scope; nothing when both are whole.

    The entries must be numbered without a gap, each must hold the hash before it, and each hash must be what its words give.
    A published release must be what its hash says, follow the release before it, and the journal entry that it names as its
    witness must still be there: so cutting off the journal's end is found too.
    """
    previous, expected = FIRST, 1
    hashes: dict[int, str] = {0: FIRST}
    for entry in Entry.objects.order_by("n").iterator():
        if entry.n != expected:
            yield f"journal: entry {expected} is missing (the next one there is {entry.n})"
            expected = entry.n
        elif entry.previous != previous:
            yield f"journal: entry {entry.n} does not follow entry {entry.n - 1}"
        if entry.hash != seal(entry):
            yield f"journal: entry {entry.n} was changed"
        hashes[entry.n] = entry.hash
        previous, expected = entry.hash, expected + 1
    yield from _release_faults(hashes)


def _release_faults(entries: dict[int, str]) -> Iterator[str]:
    previous, expected = None, 1
    for release in Release.objects.published().order_by("number").iterator():
        document = release.document
        if release.number != expected:
            yield f"releases: number {expected} is missing (the next one there is {release.number})"
            expected = release.number or expected
        elif document.get("previous") != previous:
            yield f"releases: number {release.number} does not follow number {expected - 1}"
        if digest(document) != release.hash or document.get("number") != release.number:
            yield f"releases: number {release.number} was changed"
        witness = document.get("journal", {})
        if entries.get(witness.get("n")) != witness.get("hash"):
            yield f"releases: number {release.number} names journal entry {witness.get('n')}, which is not there any more"
        previous, expected = release.hash, expected + 1
