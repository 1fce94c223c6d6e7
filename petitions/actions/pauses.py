"""T16: the clock stops while a hearing is held, and runs on afterwards. The days of the hearing are not counted (art. 36).

Decided by the head of the unit that handles the case. The day on which the clock runs again is counted; a hearing takes one day at least.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from petitions import terms
from petitions.actions import cases, clocks, units
from petitions.models import Case, Deadline, Pause, PauseGround
from petitions.workflow import Action
from reception.errors import Refused
from reception.models import County, User
from reception.models.calendar import work_calendar
from reception.words import long_date

PAUSABLE = ("D5", "D6")


def pause(*, case: Case, reason: str, county: County, by: User, at: datetime) -> Pause:
    """Stop the handling period of a case that is locked, from the county's day of `at` on, which is not counted any more."""
    units.own_referral(case=case, permission="case.head", county=county, by=by, at=at, head=True)
    on = at.astimezone(county.zone).date()
    clocks.refuse_while_paused(case, Action.PAUSE.value)
    clock = Deadline.objects.running().filter(case=case, kind__in=PAUSABLE).first()
    if clock is None:
        raise Refused(_("这一事项没有正在计算的办理期限，无需中止。"))
    if on > clock.due_on:
        raise Refused(_("办理期限已于 %(due)s届满，届满后不能再中止计时。") % {"due": long_date(clock.due_on)})
    if not reason.strip():
        raise Refused(_("请写明听证的安排：何时、何地、由谁主持。"))
    cases.move(case, Action.PAUSE, county=county, by=by, at=at, reason=reason.strip(), facts={"ground": "hearing"})
    made: Pause = Pause.objects.create(
        case=case,
        deadline=clock,
        ground=PauseGround.HEARING.value,
        reason=reason.strip()[:500],
        starts_on=max(on, clock.started_on + terms.ONE_DAY),
    )
    return made


def resume(*, case: Case, county: County, by: User, at: datetime, reason: str = "") -> Deadline:
    """The hearing is over: the county's day of `at` counts again. Gives the clock that takes the paused one's place."""
    units.own_referral(case=case, permission="case.head", county=county, by=by, at=at, head=True)
    on = at.astimezone(county.zone).date()
    row = clocks.paused(case)
    if row is None:
        raise Refused(_("这一事项的期限没有中止，无需恢复。"))
    clock = Deadline.objects.running().get(case=case, kind__in=PAUSABLE)
    row.ends_on = max(on, row.starts_on + terms.ONE_DAY)
    facts = {"starts_on": str(row.starts_on), "ends_on": str(row.ends_on), "old": str(clock.due_on)}
    cases.move(case, Action.RESUME, county=county, by=by, at=at, reason=reason.strip(), facts=facts)
    row.save(update_fields=["ends_on"])
    fresh = clocks.supersede(clock, work_calendar(county))
    clocks.remember_due(case)
    return fresh
