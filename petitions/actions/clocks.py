"""Start and stop the clocks of a case. Each is counted once, by the calendar and the table of limits of that day, and kept.

A clock that is counted anew is not changed: another takes its place, begun by the same step on the same day.
"""

from collections.abc import Collection, Iterable
from datetime import date

from django.utils.translation import gettext as _

from petitions import terms, words
from petitions.models import Case, CaseStep, Deadline, Pause, PauseGround, Referral, Stop
from reception.errors import Refused
from reception.models import County
from reception.models.calendar import work_calendar
from reception.words import long_date
from scheduling.calendar import WorkCalendar
from scheduling.deadlines import Due, Range, Roll, Term, Unit, due_date


def start(*, step: CaseStep, kind: str, on: date, county: County, referral: Referral | None = None) -> Deadline:
    """The clock `kind`, begun by what `step` says happened on a day; that day is not counted. A unit's own clock names its referral."""
    edition = terms.in_force(kind, on)
    due = due_date(on, edition.term, work_calendar(county))
    made: Deadline = Deadline.objects.create(
        case=step.case,
        referral=referral,
        kind=kind,
        start=step.action,
        began_by=step,
        started_on=on,
        amount=due.term.amount,
        unit=due.term.unit.value,
        roll=due.term.roll.value,
        article=due.term.article,
        rule=edition.rule,
        calendar=due.calendar,
        due_on=due.due,
        target_on=due.target,
    )
    return made


def start_set(*, step: CaseStep, on: date, due_on: date, county: County, referral: Referral) -> Deadline:
    """The clock D11 of an assigned task: its last day was set by whoever assigned it, not counted."""
    calendar = work_calendar(county)
    made: Deadline = Deadline.objects.create(
        case=step.case,
        referral=referral,
        kind="D11",
        start=step.action,
        began_by=step,
        started_on=on,
        amount=(due_on - on).days,
        unit=Unit.DAYS.value,
        roll=Roll.NONE.value,
        article="《信访工作条例》第二十二条",
        rule=terms.VERSION,
        calendar=calendar.digest,
        due_on=due_on,
        target_on=calendar.previous_workday(due_on),
    )
    return made


def stop(*, step: CaseStep, kinds: Collection[str], on: date) -> None:
    """Stop the running clocks of these kinds of the step's case."""
    for clock in Deadline.objects.running().filter(case=step.case, kind__in=kinds):
        Stop.objects.create(deadline=clock, step=step, stopped_on=on)


def exclude(
    *,
    step: CaseStep,
    kinds: Collection[str],
    starts_on: date,
    ends_on: date,
    county: County,
    referral: Referral | None = None,
    reason: str = "",
) -> list[Deadline]:
    """Leave the days [starts_on, ends_on) out of the running clocks of these kinds of the step's case; gives the clocks counted anew.

    With a referral, out of that unit's clocks, for an objection until it is decided (T10, T11); without one, for a hearing (art. 36).
    The day of the start is never counted, and days after a clock's end exclude nothing: such a clock stays as it is.
    """
    running = Deadline.objects.running().filter(case=step.case, kind__in=kinds).order_by("pk")
    if referral is not None:
        running = running.filter(referral=referral)
    ground = PauseGround.HEARING if referral is None else PauseGround.OBJECTION
    calendar = work_calendar(county)
    found = [_leave_out(clock, ground, starts_on, ends_on, reason, calendar) for clock in running]
    remember_due(step.case)
    return [clock for clock in found if clock]


def _leave_out(
    clock: Deadline, ground: PauseGround, starts_on: date, ends_on: date, reason: str, calendar: WorkCalendar
) -> Deadline | None:
    """The clock without those of the days that it counts; None where it counts none of them."""
    begins = max(starts_on, clock.started_on + terms.ONE_DAY)
    if begins >= ends_on or begins > clock.due_on:
        return None
    said = reason.strip()[:500] or str(ground.label)
    Pause.objects.create(case=clock.case, deadline=clock, ground=ground.value, reason=said, starts_on=begins, ends_on=ends_on)
    return supersede(clock, calendar)


def last_day(case: Case, kind: str) -> date | None:
    """The last day, included, of the clock of a kind that runs for a case; None where none does."""
    found: date | None = Deadline.objects.running().filter(case=case, kind=kind).values_list("due_on", flat=True).first()
    return found


def paused(case: Case) -> Pause | None:
    """The pause that lasts, if there is one."""
    return next((row for row in case.pauses.all() if row.ends_on is None), None)


def refuse_while_paused(case: Case, action: str) -> None:
    """Raises `Refused` while a hearing lasts: the end of the period is not known before it is over."""
    pause = paused(case)
    if pause:
        raise Refused(
            _("因%(ground)s，自 %(day)s起中止计时，届满日尚未确定，不能办理“%(action)s”。请先“恢复计时”。")
            % {"ground": pause.get_ground_display(), "day": long_date(pause.starts_on), "action": words.done(action)}
        )


Chain = tuple[int, int | None, str]


def excluded(clocks: Collection[Deadline]) -> dict[Chain, list[Range]]:
    """The ranges of days that these clocks do not count, by chain, those of a pause that still lasts not among them."""
    found: dict[Chain, list[Range]] = {clock.chain: [] for clock in clocks}
    over = Pause.objects.filter(case__in={clock.case_id for clock in clocks}, ends_on__isnull=False)
    for pause in over.select_related("deadline").order_by("starts_on", "pk"):
        ranges = found.get(pause.deadline.chain)
        if ranges is not None and pause.ends_on:
            ranges.append((pause.starts_on, pause.ends_on))
    return found


def counted(clock: Deadline, calendar: WorkCalendar, without: Iterable[Range]) -> Due:
    """The clock by its own terms, counted again with a calendar and the ranges of days that do not count."""
    # A day that was set for the day itself: there is nothing to count, and a term of no days is none.
    started_on = clock.started_on if clock.amount else clock.started_on - terms.ONE_DAY
    term = Term(max(clock.amount, 1), Unit(clock.unit), Roll(clock.roll), clock.article)
    return due_date(started_on, term, calendar, extended_by=clock.extended_by, excluded=without)


def supersede(clock: Deadline, calendar: WorkCalendar, *, extended_by: int = 0) -> Deadline:
    """Put in a running clock's place the same one counted anew, by this calendar and what is excluded by now.

    With days of an extension, the clock D6 in the place of D5.
    """
    fresh: Deadline = Deadline.objects.get(pk=clock.pk)
    if extended_by:
        fresh.kind, fresh.extended_by = "D6", extended_by
    due = counted(fresh, calendar, excluded([clock])[clock.chain])
    fresh.pk, fresh._state.adding, fresh.supersedes_id = None, True, clock.pk
    fresh.calendar, fresh.due_on, fresh.target_on, fresh.paused_by = due.calendar, due.due, due.target, due.paused_by
    fresh.save(force_insert=True)
    return fresh


def remember_due(case: Case) -> None:
    """Keep beside the case the nearest last day that is owed to the petitioner, for lists; none where nothing runs."""
    owed = Deadline.objects.running().filter(case=case).exclude(kind__in=terms.RIGHTS).order_by("due_on")
    case.due_on = owed.values_list("due_on", flat=True).first()
    case.save(update_fields=["due_on"])
