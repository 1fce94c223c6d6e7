"""Lines of the index page about receptions and cases."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from petitions.models import Case, Deadline
from petitions.models.cases import unaccused
from reception.admin.base import signed_in
from reception.admin.todo import Step
from reception.models import Booking, BookingState
from reception.roles import permits

# A clock that ends within so many days is urgent.
SOON = 3


def next_steps(request: HttpRequest) -> list[Step]:
    """Receptions whose minutes are not written, clocks that end soon, and where the cases are."""
    user, county = signed_in(request)
    on, steps = timezone.localdate(timezone=county.zone), []
    if permits(user.held, "minutes.record"):
        called = Booking.objects.filter(unaccused(user), state=BookingState.CALLED, day__lte=on).order_by("day", "ticket")
        for booking in called.select_related("leader")[:20]:
            words = _("%(day)s %(leader)s接访 %(number)s：待写接访记录") % {
                "day": booking.day,
                "leader": booking.leader.name,
                "number": booking.number,
            }
            steps.append(Step(words, reverse("admin:minutes", args=[booking.pk]), urgent=True))
    if permits(user.held, "case.list"):
        seen = Case.objects.visible_to(user, on=on)
        url = reverse("admin:petitions_case_changelist")
        soon = Deadline.objects.running().filter(case__in=seen.running()).order_by("due_on")
        late = [clock for clock in soon.select_related("case")[:20] if (clock.due_on - on).days <= SOON]
        for clock in late:
            words = _("%(number)s 登记甄别期限 %(due)s") % {"number": clock.case.number, "due": clock.due_on}
            steps.append(Step(words, reverse("admin:case", args=[clock.case_id]), urgent=True))
        running = seen.running().count()
        if running:
            steps.append(Step(_("正在办理的信访事项：%(count)d 件") % {"count": running}, url))
    return steps
