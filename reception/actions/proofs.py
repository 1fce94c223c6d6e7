"""All that is kept for ever, verified: the journal, the releases, and what other rooms keep and the journal tells of.

A record is what its hash says, and the journal tells of it exactly once: so a record that was changed, removed or slipped in is found,
and so is one whose hash was made to fit. That the journal's own end was not cut off is shown by what has left the database: the
releases, and the head that is told in public every day (`head`).
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime, time

from reception.actions import journal
from reception.models import County, Entry, Release

# What other rooms keep: each gives a sentence for every fault in the county in scope.
KEPT: list[Callable[[], Iterable[str]]] = []


def faults() -> Iterator[str]:
    """What is wrong in the county in scope, each as "what: …"; nothing when all is whole."""
    yield from journal.faults()
    yield from _releases()
    for kept in KEPT:
        yield from kept()


def against(what: str, acts: Collection[str], fact: str, kept: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Records, each as its object and its hash, beside what the journal's entries of these acts say of them in a fact."""
    entries = Entry.objects.filter(act__in=acts, facts__has_key=fact).order_by()
    told = Counter((of, facts[fact]) for of, facts in entries.values_list("object", "facts"))
    there = Counter(kept)
    for of, _hash in sorted((told - there).elements()):
        yield f"{what}: {of}, of which the journal tells, is not there as it was"
    for of, _hash in sorted((there - told).elements()):
        yield f"{what}: of {of}, as it is there, the journal does not tell"


def witnessed(n: int, hash: str) -> str | None:
    """What is wrong with the journal of the county in scope, as far as someone outside who kept a head can tell; None for nothing."""
    found = Entry.objects.filter(n=n).values_list("hash", flat=True).first() if n else journal.FIRST
    if found is None:
        return f"journal: entry {n}, which was told in public, is not there any more"
    return None if found == hash else f"journal: entry {n} is not the one that was told in public"


def head(county: County, at: datetime) -> Entry | None:
    """The last entry of the day before the one of a moment, of the county in scope: what is told in public."""
    midnight = datetime.combine(at.astimezone(county.zone).date(), time(), county.zone)
    entry: Entry | None = Entry.objects.filter(at__lt=midnight).order_by("-n").first()
    return entry


def _releases() -> Iterator[str]:
    """Who approved and published each release, and when, is what the journal says."""
    published = Release.objects.published().select_related("published_by", "approved_by").order_by("number")
    rows = {f"release {row.number}": row for row in published.defer("document")}
    entries = {entry.object: entry for entry in Entry.objects.filter(act="release.publish")}
    for name in sorted(entries.keys() | rows.keys()):
        entry, row = entries.get(name), rows.get(name)
        if row is None:
            yield f"releases: {name}, of which the journal tells, is not there"
        elif entry is None:
            yield f"releases: of {name} the journal does not tell"
        elif row.published_at != entry.at.replace(microsecond=0) or row.published_by.username != entry.actor:
            yield f"releases: {name} was published by another or at another moment, the journal says"
