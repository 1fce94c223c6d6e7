"""Start and stop the clocks of a case. Each is counted once, by the calendar and the table of limits of that day, and kept."""

from collections.abc import Collection
from datetime import date

from petitions import terms
from petitions.models import CaseStep, Deadline, Stop
from reception.models import County
from reception.models.calendar import work_calendar


def start(*, step: CaseStep, kind: str, on: date, county: County, supersedes: Deadline | None = None) -> Deadline:
    """The clock `kind`, begun by what `step` says happened on a day; that day is not counted."""
    due = terms.due(kind, on, work_calendar(county))
    made: Deadline = Deadline.objects.create(
        case=step.case,
        kind=kind,
        start=step.action,
        began_by=step,
        started_on=on,
        amount=due.term.amount,
        unit=due.term.unit.value,
        roll=due.term.roll.value,
        article=due.term.article,
        rule=terms.VERSION,
        calendar=due.calendar,
        due_on=due.due,
        target_on=due.target,
        supersedes=supersedes,
    )
    return made


def stop(*, step: CaseStep, kinds: Collection[str], on: date) -> None:
    """Stop the running clocks of these kinds of the step's case."""
    for clock in Deadline.objects.running().filter(case=step.case, kind__in=kinds):
        Stop.objects.create(deadline=clock, step=step, stopped_on=on)
