"""What bookings and the reception day want done."""

from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reception.actions import assist, day_run
from reception.actions.line import EXPECTED
from reception.admin import early
from reception.admin.todo import Step
from reception.models import (
    Booking,
    BookingState,
    Choice,
    County,
    DayState,
    EarlyAnswer,
    EarlyAnswerState,
    ReceptionDay,
    Sitting,
    SittingState,
    User,
)
from reception.roles import permits
from reception.words import said
from reception.workflows.booking import HOLDING


def bookings(user: User, on: date) -> list[Step]:
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


def day(user: User, county: County, on: date) -> list[Step]:
    """The reception day of today, and one that was left open: begin it, who waits, end it."""
    if not permits(user.held, "day.run"):
        return []
    states = [DayState.PUBLISHED, DayState.IN_PROGRESS]
    since = on - timedelta(days=day_run.PAPER_DAYS)
    steps = []
    for row in ReceptionDay.objects.filter(day__range=(since, on), state__in=states).order_by("-day"):
        coming = Booking.objects.unaccusing(user, on=on).filter(sitting__day=row)
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


def calls(user: User, on: date) -> list[Step]:
    """Booked citizens who have to be told of a change, and those who have to choose another sitting."""
    seen = Booking.objects.unaccusing(user, on=on).order_by().values("pk")
    waiting = Choice.objects.to_call(on=on).filter(booking__in=seen)
    count, must = waiting.count(), waiting.exclude(trouble="").count()
    if not count:
        return []
    words = ngettext("预约有变化，须联系来访人：%(count)d 人", "预约有变化，须联系来访人：%(count)d 人", count) % {"count": count}
    if must:
        words += ngettext("，其中 %(count)d 人须另选一场", "，其中 %(count)d 人须另选一场", must) % {"count": must}
    return [Step(words, reverse("admin:calls"), urgent=True)]
