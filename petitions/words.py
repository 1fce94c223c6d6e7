"""Plain sentences for clocks, limits and next steps, in the language that is active: the same on pages and on paper."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from petitions.models import Deadline, Decision, Minutes
from petitions.workflow import Action
from reception.words import long_date
from scheduling.deadlines import Due, Unit

NAMES = {
    "D1": lambda: _("登记甄别期限"),
    "D5": lambda: _("办理期限"),
}
STARTS = {Action.REGISTER.value: lambda: _("收到"), Action.ACCEPT.value: lambda: _("受理")}


def name(kind: str) -> str:
    """What a clock is called."""
    return NAMES[kind]() if kind in NAMES else kind


def how(clock: Deadline) -> str:
    """How a clock's last day was found, so that anyone can count it again."""
    return _counted(
        STARTS.get(clock.start, lambda: clock.start)(),
        clock.started_on,
        clock.amount,
        Unit(clock.unit),
        clock.article,
        clock.due_on,
        clock.target_on,
    )


def how_limit(due: Due) -> str:
    """How the last day for a task was found."""
    return _counted(_("接访"), due.start, due.term.amount, due.term.unit, due.term.article, due.due, due.target)


def _counted(fact: str, start: date, amount: int, unit: Unit, article: str, due: date, target: date) -> str:
    said: dict[str, Any] = {
        "fact": fact,
        "start": long_date(start),
        "amount": amount,
        "article": article,
        "due": long_date(due),
    }
    if unit is Unit.WORKING_DAYS:
        sentence = _("%(start)s%(fact)s，自次日起 %(amount)d 个工作日（%(article)s），至 %(due)s。") % said
    else:
        sentence = _("%(start)s%(fact)s，自次日起 %(amount)d 日，节假日计算在内（%(article)s），至 %(due)s。") % said
    if target != due:
        sentence += _("这一天不是工作日，内部应在 %(target)s 前办完。") % {"target": long_date(target)}
    return sentence


def next_step(minutes: Minutes, clock: Deadline | None) -> str:
    """What the petitioner can expect now, with the day."""
    if minutes.decision == Decision.INSTRUCTED:
        if clock is None:
            return _("信访部门按领导批示交有关单位办理，办理情况可凭编号和查询码查询。")
        return _("信访部门在 %(due)s 前完成登记甄别，并按领导批示交有关单位办理；办理情况可凭编号和查询码查询。") % {
            "due": long_date(clock.due_on)
        }
    if minutes.decision == Decision.RESOLVED_ON_SPOT:
        return _("问题已当场解决。如没有兑现，可以凭编号再次提出。")
    if minutes.decision == Decision.GUIDED:
        return _("请按下面的途径提出：%(path)s") % {"path": minutes.path}
    return _("不予受理的理由：%(ground)s。不同意的，可以向信访部门或其上一级机关反映。") % {"ground": minutes.get_ground_display()}
