"""The index page's list: what is next, and where to do it."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from reception.admin import todo_bookings, todo_messages, todo_roster
from reception.admin.base import signed_in
from reception.admin.todo import Step
from reception.roles import permits


def next_steps(request: HttpRequest) -> dict[str, Any]:
    """The list for whoever is signed in: only what their roles let them see."""
    user, county = signed_in(request)
    on = timezone.localdate(timezone=county.zone)
    sends = permits(user.held, "messages.view")
    steps = todo_messages.heartbeat(county) if sends else []
    steps += todo_bookings.day(user, county, on)
    if permits(user.held, "roster.view"):
        steps += todo_roster.roster(county, user, on)
    if permits(user.held, "booking.view"):
        steps += todo_bookings.bookings(user, on)
    if permits(user.held, "booking.manage"):
        steps += todo_bookings.calls(user, on)
    if permits(user.held, "calendar.view"):
        steps += todo_roster.calendar(county, on)
    if sends:
        steps += todo_messages.to_see_to(user, on)
    if permits(user.held, "machine.view"):
        steps.append(Step(_("系统状况：数据库、消息、磁盘、密钥"), reverse("admin:machine")))
    return {"steps": steps}
