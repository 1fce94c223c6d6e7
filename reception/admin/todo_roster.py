"""What the roster wants done: the next day, answers, substitutions, releases, the calendar."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from reception import language
from reception.actions import attendance, decrees
from reception.admin.todo import Step
from reception.models import (
    Answer,
    CalendarChange,
    ChangeState,
    County,
    DayState,
    ReceptionDay,
    Release,
    Sitting,
    SittingState,
    Substitution,
    SubstitutionState,
    SubstitutionWay,
    User,
)
from reception.roles import permits
from reception.workflows.substitution import UNDER_WAY


def roster(county: County, user: User, on: date) -> list[Step]:
    """The next day, who has not answered, substitutions and releases on their way, and the two planners."""
    steps: list[Step] = []
    coming = ReceptionDay.objects.upcoming(on=on).exclude(state=DayState.HELD).order_by("day").first()
    planner = reverse("admin:planner", args=[on.year])
    if coming:
        words = _("下一个接访日：%(day)s（%(state)s）") % {"day": coming.day, "state": language.within(coming.get_state_display())}
        steps.append(Step(words, reverse("admin:reception_receptionday_change", args=[coming.pk])))
    else:
        steps.append(Step(_("还没有排出下一个接访日：去排班"), planner, urgent=True))
    steps += unanswered(on) + untold(county, on)
    for row in Substitution.objects.filter(state__in=UNDER_WAY).select_related("sitting__day", "sitting__leader"):
        words = _("%(sitting)s：替代待办（%(state)s）") % {
            "sitting": row.sitting,
            "state": language.within(row.get_state_display()),
        }
        if row.escalated_at:
            words += _(" · 已提请联席会议办公室协调")
        steps.append(Step(words, reverse("admin:substitution", args=[row.pk]), urgent=True))
    steps += emergencies(user, on)
    for release in Release.objects.open():
        words = _("有一份%(state)s的接访安排等待处理") % {"state": language.within(release.get_state_display())}
        steps.append(Step(words, reverse("admin:release", args=[release.pk]), urgent=True))
    steps.append(Step(_("%(year)s 年排班") % {"year": on.year}, planner))
    steps.append(Step(_("%(year)s 年排班") % {"year": on.year + 1}, reverse("admin:planner", args=[on.year + 1])))
    return steps


def emergencies(user: User, on: date) -> list[Step]:
    """Emergency substitutions that no office has agreed to yet; and for whoever may, today's sittings to put one in force for."""
    rows = Substitution.objects.filter(way=SubstitutionWay.EMERGENCY, state=SubstitutionState.IN_FORCE, endorsed_at=None)
    steps = []
    for row in rows.select_related("sitting__day", "sitting__leader"):
        said = _("%(sitting)s：应急替代，会商未同意") if row.objected_at else _("%(sitting)s：应急替代，待补会商同意")
        steps.append(Step(said % {"sitting": row.sitting}, reverse("admin:substitution", args=[row.pk]), urgent=True))
    if permits(user.held, "substitution.emergency"):
        for sitting in Sitting.objects.filter(day__day=on, state=SittingState.PUBLISHED).select_related("day", "leader"):
            if sitting.day.state in (DayState.PUBLISHED, DayState.IN_PROGRESS):
                words = _("%(sitting)s：领导临时不能到场时，应急替代") % {"sitting": sitting}
                steps.append(Step(words, reverse("admin:emergency", args=[sitting.pk])))
    return steps


def calendar(county: County, on: date) -> list[Step]:
    """Proposals to approve, years to confirm, and where the calendar is."""
    steps = []
    open_changes = list(CalendarChange.objects.filter(state=ChangeState.PROPOSED))
    if len(open_changes) == 1:
        words = _("有一项日历变更等待审定：%(document)s") % {"document": open_changes[0].cited}
        steps.append(Step(words, reverse("admin:calendar_change", args=[open_changes[0].pk]), urgent=True))
    elif open_changes:
        words = _("有 %(count)d 项日历变更等待审定") % {"count": len(open_changes)}
        url = reverse("admin:reception_calendarchange_changelist") + "?state__exact=proposed"
        steps.append(Step(words, url, urgent=True))
    for year, urgent in decrees.unconfirmed(county, on=on):
        words = _("%(year)s 年节假日安排尚未确认") % {"year": year}
        steps.append(Step(words, reverse("admin:calendar", args=[year]), urgent=urgent))
    steps.append(Step(_("节假日与调休（%(year)s 年）") % {"year": on.year}, reverse("admin:calendar", args=[on.year])))
    return steps


def unanswered(on: date) -> list[Step]:
    """Leaders who were asked and have not answered: how many, and which comes first."""
    waiting = list(Answer.objects.unanswered(on=on).select_related("leader"))
    if not waiting:
        return []
    first = waiting[0]
    words = _("领导未答复：%(count)d 位；最近一场 %(day)s %(leader)s，请联系确认") % {
        "count": len(waiting),
        "day": first.day,
        "leader": first.leader,
    }
    url = reverse("admin:answer", args=[first.pk]) if len(waiting) == 1 else reverse("admin:reception_answer_changelist")
    return [Step(words, url if len(waiting) == 1 else url + "?state__exact=asked", urgent=True)]


def untold(county: County, on: date) -> list[Step]:
    """Departments that attend and have nobody who can be told."""
    steps = []
    for row in attendance.untold(county=county, on=on):
        words = _("%(day)s 陪同部门“%(department)s”：没有可通知的人，请电话通知%(phone)s") % {
            "day": row.sitting.day.day,
            "department": row.department,
            "phone": language.aside(row.department.phone) if row.department.phone else _("（部门电话未登记）"),
        }
        steps.append(Step(words, reverse("admin:day", args=[row.sitting.day_id]), urgent=True))
    return steps
