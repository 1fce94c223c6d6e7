"""The clocks of a case as people read them: the legal ones, which never begin again when a case changes hands, and each desk's days.

The desk clocks show where the days went: they follow from the steps, so nobody keeps or resets them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Any

from django.utils.translation import gettext as _

from petitions import clock_words, terms, words
from petitions.clock_words import Colour
from petitions.models import Case, Deadline, Pause
from petitions.workflow import ENDED, SETTLED, Status
from reception.models import County
from reception.words import english, named


@dataclass(frozen=True)
class Shown:
    """One clock: the row that counts now, those it took the place of, its colour in a word, and how it was counted."""

    clock: Deadline
    before: tuple[Deadline, ...]
    name: str
    colour: Colour
    words: str
    how: tuple[str, ...]
    is_right: bool
    is_internal: bool

    @property
    def runs(self) -> bool:
        return self.colour is not Colour.STOPPED


@dataclass(frozen=True)
class Desk:
    """How long a case lay with somebody: the bureau, a unit, the reviewing body. `ends_on` is None where it is with them now.

    `days` counts from the day it came to the day it went on, that day not included, so all of them together are the whole.
    """

    who: str
    starts_on: date
    ends_on: date | None
    days: int


@dataclass(frozen=True)
class Whole:
    """The days since the receipt of a case, `ended_on` where it rests, and whose they were, in order and in sum."""

    days: int
    ended_on: date | None
    desks: tuple[Desk, ...]
    sums: tuple[tuple[str, int], ...]


def legal(case: Case, on: date) -> list[Shown]:
    """Every clock of a case whose file is open (`casefile.opened`), those that run first, by their last day."""
    chains: dict[Any, list[Deadline]] = {}
    for row in case.deadlines.all():
        chains.setdefault(row.chain, []).append(row)
    pauses = list(case.pauses.all())
    found = [_shown(chain, pauses, on) for chain in chains.values()]
    return sorted(found, key=lambda one: (not one.runs, one.clock.due_on, one.clock.pk))


def _shown(chain: Sequence[Deadline], pauses: Sequence[Pause], on: date) -> Shown:
    last, keys = chain[-1], {row.pk for row in chain}
    is_paused = any(pause.ends_on is None and pause.deadline_id in keys for pause in pauses)
    colour = clock_words.colour(last, on, is_paused=is_paused)
    name = words.name(last.kind)
    if last.referral:
        name = _("%(name)s（%(unit)s）") % {"name": name, "unit": named(last.referral.department)}
    return Shown(
        last,
        tuple(chain[:-1]),
        name,
        colour,
        clock_words.colour_words(colour, last, on),
        tuple(clock_words.told(chain, [pause for pause in pauses if pause.ends_on])),
        last.kind in terms.RIGHTS,
        last.kind in terms.INTERNAL,
    )


WITH_A_UNIT = frozenset(
    {
        Status.TRANSFERRED,
        Status.ASSIGNED,
        Status.ACCEPTED,
        Status.IN_HANDLING,
        Status.OPINION_DRAFTED,
        Status.OPINION_ISSUED,
    }
)
WITH_A_REVIEWER = frozenset({Status.UNDER_REVIEW, Status.UNDER_REREVIEW})
# Nobody's: the case rests, or it is for the petitioner to say whether it goes on.
WITH_NOBODY = ENDED | SETTLED


def whole(case: Case, on: date, county: County) -> Whole:
    """Whose the days of a case were whose file is open, from its receipt to `on` or to the day on which it came to rest."""
    sent = {row.step_id: row for row in case.referrals.all() if row.is_lead}
    desks: list[Desk] = []
    who, since, unit = _bureau(county), case.received_on, None
    for step in case.steps.all():
        day = _day(step.at, county.zone)
        if step.pk in sent:
            unit, day = sent[step.pk].department, sent[step.pk].received_on
        day = max(day, since)
        then = _holder(Status(step.after), unit, county)
        if then != who:
            if who and day > since:
                desks.append(Desk(who, since, day, (day - since).days))
            who, since = then, day
    ended_on = None if who else since
    if who:
        desks.append(Desk(who, since, None, max((on - since).days, 0)))
    sums: dict[str, int] = {}
    for desk in desks:
        sums[desk.who] = sums.get(desk.who, 0) + desk.days
    last = ended_on or max(on, since)
    return Whole((last - case.received_on).days, ended_on, tuple(desks), tuple(sums.items()))


def _holder(status: Status, unit: Any, county: County) -> str:
    """Who has the case in a state; empty for nobody."""
    if status in WITH_NOBODY:
        return ""
    if status in WITH_A_UNIT and unit:
        return named(unit)
    return _("复查（复核）机关") if status in WITH_A_REVIEWER else _bureau(county)


def _bureau(county: County) -> str:
    return (county.bureau_en if english() else "") or county.bureau


def _day(at: Any, zone: tzinfo) -> date:
    found: date = at.astimezone(zone).date()
    return found
