"""What waits for a unit, most pressing first: to be accepted, to be handled, due soon, overdue, supervised. Read only."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from petitions.models import Case, Referral, ReferralState, Supervision
from petitions.models.referrals import LIVE
from petitions.workflow import Status
from reception.models import Department, RoleGrant, User

# A last day that is so near is told in colour and in words.
SOON, NEAR = 7, 3


@dataclass(frozen=True)
class Line:
    """One referral of a unit: what it waits for, until when, and how that stands. `tone` is the colour, never without `mark`."""

    referral: Referral
    stage: str
    due_on: date | None
    tone: str
    mark: str
    is_supervised: bool

    @property
    def case(self) -> Case:
        return self.referral.case


STAGES: dict[str, Callable[[], str]] = {
    "answer": lambda: _("待受理"),
    "join": lambda: _("待接收的协办任务"),
    "name": lambda: _("待指定承办人"),
    "work": lambda: _("办理中"),
    "assist": lambda: _("协办中"),
    "objected": lambda: _("异议待决定"),
    "told": lambda: _("意见已出具，待送达或办结"),
}


def units(user: User, *, on: date) -> list[Department]:
    """The units that a person works for on a day."""
    return list(Department.objects.filter(pk__in=RoleGrant.objects.units_of(user, on=on)).order_by("code"))


def of(user: User, *, on: date) -> list[Line]:
    """Every line of a person's units, by stage in order, the nearest last day first. Behind the wall of accusations."""
    seen = Case.objects.visible_to(user, on=on).running()
    rows = Referral.objects.filter(case__in=seen, department__in=units(user, on=on), state__in=LIVE)
    # An earlier round's are over.
    live = [row for row in rows.select_related("case__topic", "department", "handler") if row.round == row.case.round]
    supervised = set(
        Supervision.objects.filter(case__in=[row.case_id for row in live], ended_on=None).values_list("case", "department")
    )
    lines = [_line(row, on, (row.case_id, row.department_id) in supervised) for row in live]
    order = list(STAGES)
    return sorted(lines, key=lambda line: (order.index(line.stage), line.due_on or date.max, line.referral.pk))


def tone(due_on: date | None, on: date) -> tuple[str, str]:
    """The colour of a last day and its words."""
    if due_on is None:
        return "plain", _("没有期限")
    left = (due_on - on).days
    if left < 0:
        return "overdue", _("已超期 %(days)d 天") % {"days": -left}
    if left <= NEAR:
        return "near", _("还有 %(days)d 天") % {"days": left}
    return (
        ("soon", _("临期，还有 %(days)d 天") % {"days": left})
        if left <= SOON
        else ("fine", _("正常，还有 %(days)d 天") % {"days": left})
    )


def _line(row: Referral, on: date, is_supervised: bool) -> Line:
    due_on = row.case.due_on if row.is_lead else row.due_on
    colour, mark = tone(due_on, on)
    return Line(row, _stage(row), due_on, colour, mark, is_supervised)


def _stage(row: Referral) -> str:
    if not row.is_lead:
        return "join" if row.state == ReferralState.SENT else "assist"
    if row.state == ReferralState.OBJECTED:
        return "objected"
    if row.state == ReferralState.SENT:
        return "answer"
    if row.case.status == Status.ACCEPTED or row.case.handler_id is None:
        return "name"
    return "work" if row.case.status in (Status.IN_HANDLING, Status.OPINION_DRAFTED) else "told"
