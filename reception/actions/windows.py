"""When a place at a sitting can be booked, and by whom it never can.

Source: notices of counties on opening and cut-off; Regulations on Petition Work, art. 30 (nobody is received by the leader they complain of).
"""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from reception.actions import choices
from reception.actions.candidates import receives
from reception.errors import Refused
from reception.models import County, Leader, Sitting
from reception.models.calendar import work_calendar
from scheduling.bookings import BookingRule, Window, window
from scheduling.calendar import WorkCalendar


def window_of(sitting: Sitting, county: County, *, calendar: WorkCalendar | None = None) -> Window:
    """From when until when a place at a sitting can be booked. Whoever asks about several hands over the county's calendar."""
    rule = BookingRule(
        county.booking_closes_workdays_before,
        county.booking_closes_at,
        county.booking_opens_days_before,
        timedelta(hours=county.booking_notice_hours),
    )
    return window(sitting.day.day, sitting.starts, rule=rule, calendar=calendar or work_calendar(county), zone=county.zone)


def bookable(sitting: Sitting, county: County, *, at: datetime, calendar: WorkCalendar | None = None) -> bool:
    """Whether a place at a sitting can be booked at all now, full or not."""
    return choices.takes_place(sitting) and window_of(sitting, county, calendar=calendar).is_open(at=at)


def begins(sitting: Sitting, county: County) -> datetime:
    """The moment a sitting begins."""
    return datetime.combine(sitting.day.day, sitting.starts, county.zone)


def allow(sitting: Sitting, accused: Leader | None, *, county: County, at: datetime) -> None:
    """Raises `Refused` where a sitting can't be booked now at all, or its leader is the one complained of."""
    if not choices.takes_place(sitting):
        raise Refused(_("这一场不接受预约（已取消、已结束或尚未公布）。请另选一场。"))
    found = window_of(sitting, county)
    if at < found.opens:
        raise Refused(_("这一场从 %(day)s 起接受预约。") % {"day": found.opens.date()})
    if at >= found.closes:
        raise Refused(
            _("这一场的预约已于 %(at)s 截止。您可以另选一场，或当天到场登记，按顺序接待。")
            % {"at": f"{found.closes:%Y-%m-%d %H:%M}"}
        )
    allow_leader(sitting, accused)


def allow_leader(sitting: Sitting, accused: Leader | None) -> None:
    """Raises `Refused` where whoever receives, as things stand, is the leader complained of."""
    if accused is not None and receives(sitting).pk == accused.pk:
        raise Refused(_("这一场由您所反映的领导接访，不能预约。请另选一位领导。"))
