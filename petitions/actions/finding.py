"""What one search box finds: a case's number, a person by name, phone or identity number (blind index), or what cases say.

A search for a person is on record, without whom it was for; whoever may not read identities finds numbers and words only.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from petitions import search
from petitions.models import Case, Representative
from petitions.models.cases import CaseQuerySet
from reception import codes
from reception.actions import identities, journal
from reception.models import County, Identity, User
from reception.roles import permits

# So many of the cases asked for are listed; more are said to be more.
MOST = 1000
# So few cases are read through one by one, whatever is looked for.
FEW = 3000
NAME_MOST = 20


@dataclass(frozen=True)
class Found:
    """The ids, the newest first; `by` is what found them: number, phone, id, name, text, or nothing was asked."""

    ids: list[int]
    by: tuple[str, ...]

    @property
    def is_cut(self) -> bool:
        return len(self.ids) > MOST


def find(*, said: str, rows: CaseQuerySet, narrowed: bool, county: County, by: User, at: datetime) -> Found:
    """Up to `MOST` and one of these cases that the words find. `rows` are those the person may see; `narrowed` where it is not most."""
    words = said.strip()
    number = _number(words)
    if number:
        return Found(list(rows.filter(number=number).values_list("pk", flat=True)), ("number",))
    person, how = _people(words, county, by, at)
    people: list[int] = []
    if person:
        of_cases = Representative.objects.filter(identity__in=person).order_by().values("case")
        people = _newest(rows.filter(Q(identity__in=person) | Q(pk__in=of_cases)))
    if how in ("phone", "id"):
        _record(how, people, by, at)
        return Found(people, (how,))
    if people:
        _record(how, people, by, at)
    few = narrowed and rows.order_by()[: FEW + 1].count() <= FEW
    texts = search.among(words, rows, most=MOST + 1) if few else search.newest(words, rows, most=MOST + 1)
    together = list(dict.fromkeys([*people, *texts]))[: MOST + 1]
    return Found(together, tuple(name for name, ids in (("name", people), ("text", texts)) if ids))


def _newest(rows: CaseQuerySet) -> list[int]:
    return list(rows.order_by("-received_on", "-pk").values_list("pk", flat=True)[: MOST + 1])


def _number(words: str) -> str:
    try:
        return codes.read_number(words)
    except codes.Mistyped:
        return ""


def _people(words: str, county: County, by: User, at: datetime) -> tuple[list[Identity], str]:
    """Who may be meant, and by what; nobody for whoever may not read identities."""
    if not permits(by.roles(on=at.astimezone(county.zone).date()), "identity.read"):
        return [], ""
    digits = "".join(c for c in identities.skeleton(words) if c not in "-+()")
    try:
        return identities.find(county=county, id_number=codes.read_identity_number(words)), "id"
    except codes.Mistyped:
        pass
    if digits.isascii() and digits.isdecimal() and 7 <= len(digits) <= 15:
        return identities.find(county=county, phone=words), "phone"
    if len(words) <= NAME_MOST:
        return identities.find(county=county, name=words), "name"
    return [], ""


def _record(how: str, found: list[int], by: User, at: datetime) -> None:
    facts: dict[str, Any] = {"by": [how], "found": len(found)}
    journal.record(act="case.find", object="cases", by=by, at=at, facts=facts)


def cases_of(found: Found) -> CaseQuerySet:
    """The cases found, in the order of the answer: the newest first."""
    rows: CaseQuerySet = Case.objects.filter(pk__in=found.ids[:MOST])
    return rows.order_by("-received_on", "-pk")
