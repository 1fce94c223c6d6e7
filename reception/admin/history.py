"""What was done to a thing, in words: who, for whom, what, why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from reception import deeds
from reception.models import Entry, Leader, Substitution, User


@dataclass(frozen=True)
class Line:
    """One deed: `who` did `what`, `acting_for` a leader or nobody, and why, where a reason was given. `act` is its name in the journal."""

    at: datetime
    who: str
    acting_for: str
    what: str
    reason: str
    act: str


def of(substitution: Substitution) -> list[Line]:
    """The deeds of a substitution in their order."""
    return about(f"substitution {substitution.pk}")


def about(object: str) -> list[Line]:
    """The deeds done to whatever the journal names so, in their order."""
    entries = list(Entry.objects.filter(object=object).order_by("n"))
    names = people(entry.actor for entry in entries)
    leaders = {f"leader {leader.code}": str(leader) for leader in Leader.objects.all()}
    return [
        Line(
            entry.at,
            names.get(entry.actor) or entry.actor,
            leaders.get(entry.acting_for, ""),
            deeds.said(entry.act),
            entry.reason,
            entry.act,
        )
        for entry in entries
    ]


def people(accounts: Iterable[str]) -> dict[str, str]:
    """The names behind the accounts that are known."""
    return {user.username: str(user) for user in User.objects.filter(username__in=set(accounts))}
