"""How a clock's last day was found, in sentences that anyone can check by counting again, and how near that day is, in a word.

The same on pages, on paper and for the petitioner. A clock that took the place of another is told from the first one on.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from petitions.models import Deadline, Pause
from petitions.terms import VERSION
from petitions.workflow import Action
from reception.words import long_date, within
from scheduling.deadlines import Due, Roll, Unit

SOON, AT_ONCE = 7, 3
# What a clock began with.
STARTS = {
    Action.REGISTER.value: lambda: _("收到"),
    Action.TRANSFER.value: lambda: _("单位收到"),
    Action.ASSIGN.value: lambda: _("单位收到"),
    Action.REJECT_OBJECTION.value: lambda: _("单位收到"),
    Action.ACCEPT.value: lambda: _("受理"),
    Action.DELIVER.value: lambda: _("收到处理意见"),
    Action.REQUEST_REVIEW.value: lambda: _("收到复查申请"),
    Action.DECIDE_REVIEW.value: lambda: _("收到复查意见"),
    Action.REQUEST_REREVIEW.value: lambda: _("收到复核申请"),
    Action.REDO.value: lambda: _("责令重新办理"),
    Action.REOPEN.value: lambda: _("决定重新办理"),
}


class Colour(StrEnum):
    """How near a clock's last day is: more than seven days off, at most seven, at most three, over; or it does not run."""

    IN_TIME = "in_time"
    DUE_SOON = "due_soon"
    DUE_IN_THREE = "due_in_three"
    OVERDUE = "overdue"
    PAUSED = "paused"
    STOPPED = "stopped"


def colour_of(due_on: date, on: date) -> Colour:
    """How near a last day is on a day, that last day itself being in time."""
    left = (due_on - on).days
    if left < 0:
        return Colour.OVERDUE
    return Colour.DUE_IN_THREE if left <= AT_ONCE else Colour.DUE_SOON if left <= SOON else Colour.IN_TIME


def colour(clock: Deadline, on: date, *, is_paused: bool = False) -> Colour:
    """The colour of a clock on a day. What stopped it is asked of the clock, so lists should select it along."""
    if hasattr(clock, "stop"):
        return Colour.STOPPED
    return Colour.PAUSED if is_paused else colour_of(clock.due_on, on)


def colour_words(found: Colour, clock: Deadline, on: date) -> str:
    """The colour in a word, since a colour alone says nothing to many: 正常, 临期, 超期 3 天."""
    left = (clock.due_on - on).days
    if found is Colour.OVERDUE:
        return ngettext("超期 %(days)d 天", "超期 %(days)d 天", -left) % {"days": -left}
    if found is Colour.STOPPED:
        late = (clock.stop.stopped_on - clock.due_on).days
        if late > 0:
            return ngettext("已停止，超期 %(days)d 天", "已停止，超期 %(days)d 天", late) % {"days": late}
        return _("已停止，未超期")
    if found is Colour.PAUSED:
        return _("听证中止计时")
    if left == 0:
        return _("今天到期")
    word = {Colour.IN_TIME: _("正常"), Colour.DUE_SOON: _("临期"), Colour.DUE_IN_THREE: _("即将到期")}[found]
    return word + ngettext("（还有 %(days)d 天）", "（还有 %(days)d 天）", left) % {"days": left}


def how(clock: Deadline, *, inside: bool = True) -> list[str]:
    """How this clock was counted, one sentence for each thing that moved its end; `inside` an office with its own day for it, too."""
    if clock.supersedes_id is None:
        return told([clock], [], inside=inside)
    chain = list(Deadline.objects.chain_of(clock).filter(pk__lte=clock.pk).select_related("extension").order_by("pk"))
    return told(chain, list(Pause.objects.filter(deadline__in=chain, ends_on__isnull=False)), inside=inside)


def told(chain: Sequence[Deadline], pauses: Sequence[Pause], *, inside: bool = True) -> list[str]:
    """How the last of a chain of clocks was counted, one sentence for each thing that moved its end.

    `chain` are the clocks from the first one on, each with its extension; `pauses` those of any of them that are over.
    """
    said = [_begun(chain[0])]
    for before, clock in pairwise(chain):
        said.append(_moved(before, clock, [pause for pause in pauses if pause.deadline_id == before.pk]))
    last = chain[-1]
    # Of a day that rolls, what is said already is where it rolled to; and a right is nobody's to be in time with inside an office.
    if inside and last.roll == Roll.NONE and last.target_on != last.due_on:
        said.append(_("这一天不是工作日，内部应在 %(target)s 前办完。") % {"target": long_date(last.target_on)})
    return said


def edition(clock: Deadline) -> str:
    """By which table of limits and which calendar it was counted."""
    source = _("法规基准") if clock.rule == VERSION else _("本县审定的规则")
    return _("规则版本：%(rule)s（%(source)s）；日历版本：%(calendar)s。") % {
        "rule": clock.rule,
        "source": source,
        "calendar": clock.calendar,
    }


def how_limit(due: Due) -> list[str]:
    """How the last day for a task was found (L6)."""
    said = [_counted(within(_("接访")), due.start, due.term.amount, due.term.unit, due.term.article, due.due)]
    if due.target != due.due:
        said.append(_("这一天不是工作日，内部应在 %(target)s 前办完。") % {"target": long_date(due.target)})
    return said


def _begun(clock: Deadline) -> str:
    if clock.kind == "D11":
        return _("%(start)s交办（%(article)s），指定的办结时限是 %(due)s。") % {
            "start": long_date(clock.started_on),
            "article": clock.article,
            "due": long_date(clock.due_on),
        }
    fact = STARTS.get(clock.start, lambda: clock.start)()
    unit, roll = Unit(clock.unit), Roll(clock.roll)
    counted = clock.started_on + timedelta(days=clock.amount)
    if unit is Unit.WORKING_DAYS or roll is Roll.NONE or counted == clock.due_on:
        return _counted(fact, clock.started_on, clock.amount, unit, clock.article, clock.due_on)
    rolled = _("%(day)s不是工作日，顺延至下一个工作日 %(due)s。")
    if roll is Roll.PREVIOUS_WORKDAY:
        rolled = _("%(day)s不是工作日，提前至上一个工作日 %(due)s。")
    return _counted(fact, clock.started_on, clock.amount, unit, clock.article, counted) + rolled % {
        "day": long_date(counted),
        "due": long_date(clock.due_on),
    }


def _moved(before: Deadline, clock: Deadline, pauses: Sequence[Pause]) -> str:
    """What moved a clock's end from one row to the next."""
    if clock.kind != before.kind:
        extension = before.extension
        return _("%(day)s批准延长 %(days)d 日（%(article)s，只能一次），理由：%(reason)s；延长至 %(due)s。") % {
            "day": long_date(extension.decided_on),
            "days": extension.days,
            "article": clock.article,
            "reason": extension.reason,
            "due": long_date(clock.due_on),
        }
    days = clock.paused_by - before.paused_by
    if not pauses or clock.paused_by == before.paused_by:
        return _("工作日历变更后重新计算，由 %(old)s改为 %(due)s。") % {
            "old": long_date(before.due_on),
            "due": long_date(clock.due_on),
        }
    facts: dict[str, Any] = {
        "ground": _("、").join(sorted({str(pause.get_ground_display()) for pause in pauses})),
        "start": long_date(min(pause.starts_on for pause in pauses)),
        "end": long_date(max(pause.ends_on for pause in pauses if pause.ends_on) - timedelta(days=1)),
        "days": days,
        "due": long_date(clock.due_on),
    }
    if clock.unit == Unit.WORKING_DAYS:
        return _("%(start)s至 %(end)s%(ground)s，其中 %(days)d 个工作日不计入期限，届满日改为 %(due)s。") % facts
    return _("%(start)s至 %(end)s%(ground)s，这 %(days)d 日不计入期限，届满日改为 %(due)s。") % facts


def _counted(fact: str, start: date, amount: int, unit: Unit, article: str, due: date) -> str:
    said = {"fact": fact, "start": long_date(start), "amount": amount, "article": article, "due": long_date(due)}
    if unit is Unit.WORKING_DAYS:
        return _("%(start)s%(fact)s，自次日起 %(amount)d 个工作日（%(article)s），至 %(due)s。") % said
    return _("%(start)s%(fact)s，自次日起 %(amount)d 日，节假日计算在内（%(article)s），至 %(due)s。") % said
