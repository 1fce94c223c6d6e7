"""The index page's list: what is next, and where to do it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reception.actions import assist, attendance, day_run, decrees
from reception.actions.line import EXPECTED
from reception.admin import early
from reception.admin.base import signed_in
from reception.models import (
    Answer,
    Booking,
    BookingState,
    CalendarChange,
    ChangeState,
    Choice,
    County,
    DayState,
    EarlyAnswer,
    EarlyAnswerState,
    MessageState,
    ReceptionDay,
    Release,
    Sitting,
    SittingState,
    Substitution,
    SubstitutionState,
    SubstitutionWay,
    User,
)
from reception.models.messages import Message
from reception.roles import permits
from reception.words import said
from reception.workflows.booking import HOLDING
from reception.workflows.substitution import UNDER_WAY


@dataclass(frozen=True)
class Step:
    """One line of the list: what it is, how many, and the address of the next action."""

    words: str
    url: str
    urgent: bool = False


def next_steps(request: HttpRequest) -> dict[str, Any]:
    """The list for whoever is signed in: only what their roles let them see."""
    user, county = signed_in(request)
    on = timezone.localdate(timezone=county.zone)
    steps = []
    steps += _day(user, county, on)
    if permits(user.held, "roster.view"):
        coming = ReceptionDay.objects.upcoming(on=on).order_by("day").first()
        planner = reverse("admin:planner", args=[on.year])
        if coming:
            words = _("下一个接访日：%(day)s（%(state)s）") % {"day": coming.day, "state": coming.get_state_display()}
            steps.append(Step(words, reverse("admin:reception_receptionday_change", args=[coming.pk])))
        else:
            steps.append(Step(_("还没有排出下一个接访日：去排班"), planner, urgent=True))
        steps += _unanswered(on) + _untold(county, on)
        for row in Substitution.objects.filter(state__in=UNDER_WAY).select_related("sitting__day", "sitting__leader"):
            words = _("%(sitting)s：替代待办（%(state)s）") % {"sitting": row.sitting, "state": row.get_state_display()}
            if row.escalated_at:
                words += _(" · 已提请联席会议办公室协调")
            steps.append(Step(words, reverse("admin:substitution", args=[row.pk]), urgent=True))
        steps += _emergencies(user, on)
        for release in Release.objects.open():
            words = _("有一份%(state)s的接访安排等待处理") % {"state": release.get_state_display()}
            steps.append(Step(words, reverse("admin:release", args=[release.pk]), urgent=True))
        steps.append(Step(_("%(year)s 年排班") % {"year": on.year}, planner))
        steps.append(Step(_("%(year)s 年排班") % {"year": on.year + 1}, reverse("admin:planner", args=[on.year + 1])))
    if permits(user.held, "booking.view"):
        steps += _bookings(user, on)
    if permits(user.held, "booking.manage"):
        steps += _calls(on)
    if permits(user.held, "calendar.view"):
        steps += _calendar(county, on)
    if permits(user.held, "messages.view"):
        failed = Message.objects.filter(state=MessageState.FAILED).count()
        if failed:
            url = reverse("admin:reception_message_changelist") + "?state__exact=failed"
            steps.append(Step(_("未能送达的消息：%(count)d 条") % {"count": failed}, url, urgent=True))
    return {"steps": steps}


def _bookings(user: User, on: date) -> list[Step]:
    """Who has booked for the next day, answers to check, matters that wait for the reader's unit, and booking for someone."""
    visible = Booking.objects.visible_to(user, on=on)
    steps = []
    if permits(user.held, "booking.manage"):
        coming = Sitting.objects.filter(state=SittingState.PUBLISHED, day__day__gte=on).order_by("day__day").values_list("day__day")
        for (day,) in coming[:1]:
            rows = visible.filter(day=day)
            words = _("%(day)s 的预约：已约 %(confirmed)d 批，候补 %(waiting)d 批") % {
                "day": day,
                "confirmed": rows.filter(state__in=HOLDING).count(),
                "waiting": rows.filter(state=BookingState.WAITLISTED).count(),
            }
            steps.append(Step(words, f"{reverse('admin:bookings')}?day={day}"))
        proposed = EarlyAnswer.objects.filter(state=EarlyAnswerState.PROPOSED, booking__in=visible.values("pk"))
        for answer in proposed.select_related("booking", "department").order_by("booking__day")[:5]:
            unit = answer.department
            name = said({"zh": unit.name, "en": unit.name_en})
            words = _("%(day)s 的提前答复待核对：%(department)s") % {"day": answer.booking.day, "department": name}
            steps.append(Step(words, reverse("admin:early_answer", args=[answer.booking_id]), urgent=True))
    else:
        count = early.unanswered(user, on=on)
        if count:
            words = _("与本单位有关的预约事项：%(count)d 件可提前答复") % {"count": count}
            steps.append(Step(words, reverse("admin:matters"), urgent=True))
        steps.append(Step(_("与本单位有关的全部预约"), reverse("admin:bookings")))
    if assist.opens_to(user, on=on):
        steps.append(Step(_("代为登记预约（窗口、电话）"), reverse("admin:assist")))
    return steps


def _day(user: User, county: County, on: date) -> list[Step]:
    """The reception day of today, and one that was left open: begin it, who waits, end it."""
    if not permits(user.held, "day.run"):
        return []
    states = [DayState.PUBLISHED, DayState.IN_PROGRESS]
    since = on - timedelta(days=day_run.PAPER_DAYS)
    steps = []
    for row in ReceptionDay.objects.filter(day__range=(since, on), state__in=states).order_by("-day"):
        coming = Booking.objects.filter(sitting__day=row)
        count = {"day": row.day, "waiting": coming.in_hall().count(), "coming": coming.filter(state__in=EXPECTED).count()}
        if row.day == on and row.state == DayState.PUBLISHED:
            words = _("今天接访，预约 %(coming)d 批：开始接访") % count
        elif row.day == on and (count["waiting"] or count["coming"]):
            words = _("今天接访：%(waiting)d 批在等候，%(coming)d 批还没有到") % count
        elif row.day == on:
            words = _("今天接访：没有人在等候，可以结束接访")
        elif row.state == DayState.IN_PROGRESS:
            words = _("%(day)s 的接访还没有结束：补录并结束") % count
        else:
            words = _("%(day)s 的接访没有记录：在纸上办的，请补录") % count
        page = "day_sheet" if row.state == DayState.IN_PROGRESS or row.day == on else "paper_entry"
        steps.append(Step(words, reverse(f"admin:{page}", args=[row.pk]), urgent=True))
    return steps


def _emergencies(user: User, on: date) -> list[Step]:
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


def _calls(on: date) -> list[Step]:
    """Booked citizens who have to be told of a change, and those who have to choose another sitting."""
    waiting = Choice.objects.to_call(on=on)
    count, must = waiting.count(), waiting.exclude(trouble="").count()
    if not count:
        return []
    words = ngettext("预约有变化，须联系来访人：%(count)d 人", "预约有变化，须联系来访人：%(count)d 人", count) % {"count": count}
    if must:
        words += ngettext("，其中 %(count)d 人须另选一场", "，其中 %(count)d 人须另选一场", must) % {"count": must}
    return [Step(words, reverse("admin:calls"), urgent=True)]


def _calendar(county: County, on: date) -> list[Step]:
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


def _unanswered(on: date) -> list[Step]:
    """Leaders who were asked and have not answered: how many, and which comes first."""
    waiting = list(Answer.objects.unanswered(on=on).select_related("leader"))
    if not waiting:
        return []
    first = waiting[0]
    words = _("领导未答复：%(count)d 位；最近一场 %(day)s %(leader)s，请联系确认") % {
        "count": len(waiting),
        "day": first.day,
        "leader": first.leader.name,
    }
    url = reverse("admin:answer", args=[first.pk]) if len(waiting) == 1 else reverse("admin:reception_answer_changelist")
    return [Step(words, url if len(waiting) == 1 else url + "?state__exact=asked", urgent=True)]


def _untold(county: County, on: date) -> list[Step]:
    """Departments that attend and have nobody who can be told."""
    steps = []
    for row in attendance.untold(county=county, on=on):
        words = _("%(day)s 陪同部门“%(department)s”：没有可通知的人，请电话通知%(phone)s") % {
            "day": row.sitting.day.day,
            "department": row.department.name,
            "phone": f"（{row.department.phone}）" if row.department.phone else _("（部门电话未登记）"),
        }
        steps.append(Step(words, reverse("admin:day", args=[row.sitting.day_id]), urgent=True))
    return steps
