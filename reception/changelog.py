"""The change notices of the county in scope, from its published releases. What two releases differ in never changes, so it is kept."""

from functools import lru_cache
from itertools import pairwise

from reception.models import Release
from reception.notices import ChangeNotice, between

KEPT = 2048


def of_release(number: int) -> tuple[ChangeNotice, ...]:
    """The items of one release's change notice; none for the first, and for a number that is not there."""
    known = dict(Release.objects.published().filter(number__in=[number - 1, number]).values_list("number", "hash"))
    if number not in known or number - 1 not in known:
        return ()
    return _between(known[number - 1], known[number])


def newest(count: int | None = None) -> list[ChangeNotice]:
    """The items of the newest releases, or of all, the newest release first and each in the order of its days."""
    hashes = list(Release.objects.published().values_list("hash", flat=True)[: count + 1 if count is not None else None])
    return [item for after, before in pairwise(hashes) for item in _between(before, after)]


def of_day(uid: str) -> list[ChangeNotice]:
    """Every adjustment there has been to one day, the newest first."""
    return [item for item in newest() if uid in {row["uid"] for row in (item.old, item.new) if row}]


@lru_cache(maxsize=KEPT)
def _between(before: str, after: str) -> tuple[ChangeNotice, ...]:
    """By the hashes of the releases, which name their content: a hit is right for ever, in any process and any language."""
    documents = dict(Release.objects.published().filter(hash__in=[before, after]).values_list("hash", "document"))
    return between(documents[before], documents[after])
