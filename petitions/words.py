"""Plain sentences for clocks, limits and next steps, in the language that is active: the same on pages and on paper."""

from django.utils.translation import gettext as _

from petitions import clock_words
from petitions.models import Deadline, Decision, Minutes
from petitions.workflow import Action
from reception.words import english, long_date
from scheduling.deadlines import Due

NAMES = {
    "D1": lambda: _("登记甄别期限"),
    "D2": lambda: _("直接受理告知期限"),
    "D3": lambda: _("受理告知期限"),
    "D4": lambda: _("异议期限"),
    "D5": lambda: _("办理期限"),
    "D6": lambda: _("延期后的办理期限"),
    "D7": lambda: _("申请复查期限"),
    "D8": lambda: _("复查期限"),
    "D9": lambda: _("申请复核期限"),
    "D10": lambda: _("复核期限"),
    "D11": lambda: _("交办办结时限"),
    "D12": lambda: _("简易办理期限"),
    "D13": lambda: _("县级转送内部目标"),
    "D14": lambda: _("改进建议反馈期限"),
    "L6": lambda: _("领导批示办结时限上限"),
}
ACTIONS = {
    Action.REGISTER: lambda: _("登记事项"),
    Action.SCREEN: lambda: _("开始甄别"),
    Action.GUIDE: lambda: _("引导法定途径"),
    Action.NOT_ACCEPT: lambda: _("不予受理"),
    Action.NO_LONGER_ACCEPT: lambda: _("不再受理"),
    Action.MERGE: lambda: _("并案"),
    Action.RESOLVE_ON_SPOT: lambda: _("当场解决"),
    Action.TRANSFER: lambda: _("转送"),
    Action.ASSIGN: lambda: _("交办"),
    Action.OBJECT: lambda: _("提出异议"),
    Action.AGREE_TO_OBJECTION: lambda: _("同意异议，收回重新甄别"),
    Action.REJECT_OBJECTION: lambda: _("不同意异议，继续办理"),
    Action.ACCEPT: lambda: _("予以受理"),
    Action.REFUSE: lambda: _("单位不予受理"),
    Action.HANDLE: lambda: _("开始办理"),
    Action.EXTEND: lambda: _("延长办理期限"),
    Action.PAUSE: lambda: _("中止计时"),
    Action.RESUME: lambda: _("恢复计时"),
    Action.DRAFT_OPINION: lambda: _("起草处理意见"),
    Action.RETURN_OPINION: lambda: _("退回处理意见"),
    Action.ISSUE_OPINION: lambda: _("签发处理意见"),
    Action.DELIVER: lambda: _("送达"),
    Action.CLOSE: lambda: _("办结"),
    Action.REQUEST_REVIEW: lambda: _("申请复查"),
    Action.DECIDE_REVIEW: lambda: _("作出复查意见"),
    Action.REDO: lambda: _("撤销后重新办理"),
    Action.REQUEST_REREVIEW: lambda: _("申请复核"),
    Action.CONCLUDE: lambda: _("作出复核意见，终结"),
    Action.CLOSE_FINALLY: lambda: _("复查期满，办结"),
    Action.WITHDRAW: lambda: _("撤回"),
    Action.SUPERVISE: lambda: _("督办"),
    Action.ARCHIVE: lambda: _("归档"),
    Action.REOPEN: lambda: _("重新办理"),
    Action.CORRECT: lambda: _("更正"),
}


def done(action: str) -> str:
    """What a step is called."""
    return str(ACTIONS[Action(action)]())


def name(kind: str) -> str:
    """What a clock is called."""
    return NAMES[kind]() if kind in NAMES else kind


def how(clock: Deadline) -> str:
    """How a clock's last day was found, so that anyone can count it again; with the office's own day for it."""
    return _sentences(clock_words.how(clock))


def how_for_petitioner(clock: Deadline) -> str:
    """How a clock's last day was found, as whoever waits for it reads it: what an office sets itself is not theirs to count with."""
    return _sentences(clock_words.how(clock, inside=False))


def how_limit(due: Due) -> str:
    """How the last day for a task was found."""
    return _sentences(clock_words.how_limit(due))


def _sentences(said: list[str]) -> str:
    return (" " if english() else "").join(part.strip() for part in said)


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
