"""A changed calendar counts the running clocks anew: shown before the change is approved, and done by its approval.

Stopped clocks stay as they are. What the petitioner was told in writing never becomes shorter by itself, and no clock is moved to a day
that is over: those are shown, and somebody decides.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from petitions import terms, words
from petitions.actions import cases, clocks
from petitions.models import Case, Deadline
from reception import codes
from reception.actions import journal
from reception.actions.permissions import require
from reception.effects import Comparison, Kind, Move, finder
from reception.errors import MovedOn
from reception.models import User
from reception.words import long_date
from scheduling.deadlines import Due


def carry_out(moves: Sequence[Move], comparison: Comparison, by: User, at: datetime) -> None:
    """Put in the place of each clock that moves the same one by the new calendar, each case locked in turn."""
    require("clock.recount", county=comparison.county, by=by, at=at)
    rows = Deadline.objects.filter(pk__in=[int(move.key.removeprefix("deadline ")) for move in moves])
    for found in Case.objects.filter(pk__in=rows.values("case")).order_by("pk"):
        case = cases.locked(found)
        for clock in rows.filter(case=case):
            if not Deadline.objects.running().filter(pk=clock.pk).exists():
                raise MovedOn(_("您查看之后，有的期限已经停止。请核对最新的影响，再审定。"))
            fresh = clocks.supersede(clock, comparison.after)
            journal.record(
                act="clock.recount",
                object=f"case {case.number}",
                by=by,
                at=at,
                facts={
                    "kind": clock.kind,
                    "old": str(clock.due_on),
                    "new": str(fresh.due_on),
                    "target": str(fresh.target_on),
                    "calendar": fresh.calendar,
                },
            )
        clocks.remember_due(case)


@finder(Kind.DEADLINE, carry_out=carry_out)
def find(comparison: Comparison) -> Iterator[Move]:
    """Every running clock of the county whose last day or inner target the calendar after the change puts elsewhere."""
    running = list(Deadline.objects.running().select_related("case").order_by("pk"))
    without = clocks.excluded(running)
    for clock in running:
        due = clocks.counted(clock, comparison.after, without[clock.chain])
        if (due.due, due.target) != (clock.due_on, clock.target_on):
            yield _move(clock, due, comparison.on)


def _move(clock: Deadline, due: Due, on: date) -> Move:
    named = _("事项 %(number)s的%(clock)s") % {"number": codes.show_number(clock.case.number), "clock": words.name(clock.kind)}
    facts = {"named": named, "old": long_date(clock.due_on), "new": long_date(due.due), "target": long_date(due.target)}
    stays = False
    if due.due == clock.due_on:
        said = _("%(named)s：届满日仍为 %(old)s，内部目标日改为 %(target)s。")
    elif due.due < clock.due_on and clock.kind in terms.RIGHTS:
        said, stays = _("%(named)s：按变更后的日历应为 %(new)s。已书面告知信访人到 %(old)s，不会自动缩短，请另行决定。"), True
    elif due.due < clock.due_on and due.due < on:
        said, stays = _("%(named)s：按变更后的日历应为 %(new)s，但那一天已过，届满日仍为 %(old)s，请另行决定。"), True
    else:
        said = _("%(named)s：届满日由 %(old)s改到 %(new)s。")
    return Move(Kind.DEADLINE, f"deadline {clock.pk}", clock.due_on, due.due, public=True, stays=stays, words=said % facts)
