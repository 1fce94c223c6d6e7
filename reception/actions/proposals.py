"""What a proposal to change the calendar holds, and whether it makes sense, when it is made and when it is approved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from reception.errors import MovedOn, Refused
from reception.models import CalendarChange, CalendarRow, Level, YearConfirmation
from scheduling.calendar import WorkCalendar

MOST_ROWS = 400


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """One day as it was entered or imported: off or worked, its name in both languages, and whose word it is."""

    day: date
    works: bool
    name: str
    name_en: str = ""
    level: int = int(Level.COUNTY)


def check(lines: Sequence[Line], withdraws: Sequence[CalendarRow], confirms: int | None, calendar: WorkCalendar) -> None:
    """Raises `Refused` for a proposal that says nothing or contradicts itself, `MovedOn` where what it rests on is no longer so."""
    if not lines and not withdraws and confirms is None:
        raise Refused(_("变更中没有内容。请录入日期、选择要撤销的行，或确认一个年度。"))
    if len(lines) > MOST_ROWS:
        raise Refused(_("一次最多 %(most)d 天，这里有 %(have)d 天。请分几次提出。") % {"most": MOST_ROWS, "have": len(lines)})
    known: set[tuple[date, int]] = set()
    for line in lines:
        if not calendar.first_year <= line.day.year <= calendar.last_year:
            raise Refused(_("日历没有覆盖 %(year)s 年。") % {"year": line.day.year})
        if not line.name.strip() or line.level not in Level.values:
            raise Refused(_("%(day)s 没有名称或层级。") % {"day": line.day})
        if (line.day, line.level) in known:
            raise Refused(_("%(day)s 在同一层级写了两次。请只留一次。") % {"day": line.day})
        known.add((line.day, line.level))
    if CalendarRow.objects.in_force().filter(pk__in=[row.pk for row in withdraws]).count() != len(withdraws):
        raise MovedOn(_("要撤销的行中有的已不在生效。请刷新页面查看最新情况。"))
    if confirms is not None:
        if not calendar.first_year <= confirms <= calendar.last_year:
            raise Refused(_("日历没有覆盖 %(year)s 年。") % {"year": confirms})
        _not_yet_confirmed(confirms)


def check_still(change: CalendarChange) -> None:
    """Raises `MovedOn` where what the proposal rests on is no longer so."""
    if change.confirms is not None:
        _not_yet_confirmed(change.confirms)
    if CalendarRow.objects.in_force().filter(pk__in=change.withdraws).count() != len(change.withdraws):
        raise MovedOn(_("要撤销的行中有的已不在生效。请撤回这项变更，按最新情况重新提出。"))


def _not_yet_confirmed(year: int) -> None:
    if YearConfirmation.objects.filter(year=year).exists():
        raise MovedOn(_("%(year)s 年已经确认，不需要再确认一次。") % {"year": year})
