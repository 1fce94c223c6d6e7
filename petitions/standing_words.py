"""What a case's petitioner is told in a sentence: each thing that was done, and in each state what comes and what they can do."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from petitions.workflow import Action, Status

S, A = Status, Action

# What was done, as its petitioner is told. None for what is an office's own affair.
STEPS: Mapping[Action, Callable[[], str] | None] = {
    A.REGISTER: lambda: _("信访部门登记了您反映的事项"),
    A.SCREEN: lambda: _("信访部门开始甄别，看这件事归谁管、走哪条路"),
    A.GUIDE: lambda: _("信访部门告知您更合适的法定途径"),
    A.NOT_ACCEPT: lambda: _("信访部门决定不予受理，理由见告知书"),
    A.NO_LONGER_ACCEPT: lambda: _("信访部门决定不再受理，理由见告知书"),
    A.MERGE: lambda: _("并入您的另一件事项一起办理"),
    A.RESOLVE_ON_SPOT: lambda: _("问题当场解决"),
    A.TRANSFER: lambda: _("信访部门转送有权处理的单位"),
    A.ASSIGN: lambda: _("信访部门交办，并规定了办结时限"),
    A.OBJECT: lambda: _("单位认为不归它管，提出异议"),
    A.AGREE_TO_OBJECTION: lambda: _("信访部门同意异议，重新确定单位"),
    A.REJECT_OBJECTION: lambda: _("信访部门没有同意异议，仍由该单位办理"),
    A.ACCEPT: lambda: _("单位受理"),
    A.REFUSE: lambda: _("单位决定不予受理，理由见告知书"),
    A.HANDLE: lambda: _("单位确定了承办人，开始办理"),
    A.EXTEND: lambda: _("办理期限经批准延长，理由见延期告知书"),
    A.PAUSE: lambda: _("举行听证，期间不计入办理期限"),
    A.RESUME: lambda: _("听证结束，继续计算办理期限"),
    A.DRAFT_OPINION: lambda: _("单位起草了处理意见，正在审核"),
    A.RETURN_OPINION: lambda: _("处理意见退回单位补充完善"),
    A.ISSUE_OPINION: lambda: _("单位出具了处理意见书"),
    A.DELIVER: lambda: _("处理意见书已送达您"),
    A.CLOSE: lambda: _("事项办结"),
    A.REQUEST_REVIEW: lambda: _("您申请复查，已收到"),
    A.DECIDE_REVIEW: lambda: _("复查机关作出复查意见"),
    A.REDO: lambda: _("原处理意见被撤销，单位重新办理"),
    A.REQUEST_REREVIEW: lambda: _("您申请复核，已收到"),
    A.CONCLUDE: lambda: _("复核机关作出复核意见"),
    A.CLOSE_FINALLY: lambda: _("申请复查的期限已过，事项办结"),
    A.WITHDRAW: lambda: _("您撤回了这件事项"),
    A.SUPERVISE: lambda: _("信访部门督促单位办理（督办）"),
    A.ARCHIVE: lambda: _("事项归档"),
    A.REOPEN: lambda: _("信访部门决定重新办理"),
    A.CORRECT: None,
}
# What comes, and what one can do.
NEXT: Mapping[Status, Callable[[], str]] = {
    S.REGISTERED: lambda: _("信访部门正在看这件事归谁管，弄清后转送或者交办有权处理的单位。您不需要做什么。"),
    S.UNDER_SCREENING: lambda: _("信访部门正在甄别，之后转送或者交办有权处理的单位，也可能告知您其他法定途径。您不需要做什么。"),
    S.GUIDED: lambda: _("请按告知书写明的途径、机关和期限提出。不清楚怎样办的，请打电话或者到窗口问。"),
    S.NOT_ACCEPTED: lambda: _("理由见不予受理告知书。不同意的，可以向信访部门或者其上一级机关反映；有新情况可以重新提出。"),
    S.NO_LONGER_ACCEPTED: lambda: _("理由见不再受理告知书。有新的事实、证据或者理由，可以重新提出。"),
    S.RESOLVED_ON_SPOT: lambda: _("问题已当场解决。如果没有兑现，可以凭编号再次提出。"),
    S.TRANSFERRED: lambda: _("单位收到后会书面告知您是否受理，以及怎样办理。"),
    S.ASSIGNED: lambda: _("单位收到后会书面告知您是否受理，以及怎样办理。"),
    S.OBJECTED: lambda: _("信访部门正在决定由哪个单位办理。总的期限照样计算，您不需要重新提出。"),
    S.ACCEPTED: lambda: _("单位将指定承办人调查核实，在期限内书面答复您。"),
    S.IN_HANDLING: lambda: _("单位正在调查核实，在期限内书面答复您。承办人可能与您联系核实情况。"),
    S.OPINION_DRAFTED: lambda: _("处理意见正在审核，审核通过后由单位盖章出具并送达您。"),
    S.OPINION_ISSUED: lambda: _("处理意见书将送达您，请留意电话或者邮件。"),
    S.DELIVERED: lambda: _("请看处理意见书。不服的，可以申请复查；也可以评价办理情况。"),
    S.CLOSED: lambda: _("事项已办结。处理意见没有落实的，请告诉信访部门，可以重新办理。"),
    S.UNDER_REVIEW: lambda: _("复查机关正在复查，在期限内作出书面复查意见。"),
    S.REVIEW_DECIDED: lambda: _("请看复查意见书。不服的，可以申请复核。"),
    S.UNDER_REREVIEW: lambda: _("复核机关正在复核，在期限内作出书面复核意见。"),
    S.CONCLUDED: lambda: _("复核意见是终结意见。有新的事实和理由的，可以重新提出。"),
    S.WITHDRAWN: lambda: _("您已撤回。随时可以再次提出，没有任何影响。"),
    S.MERGED: lambda: _("这件事并入您的另一件事项一起办理，请看下面的进展。"),
    S.ARCHIVED: lambda: _("事项已归档。需要查阅的，请到信访部门窗口。"),
}
# The look of a state: a word of the style guide.
LOOKS: Mapping[Status, str] = {
    **dict.fromkeys(Status, "provisional"),
    **dict.fromkeys((S.GUIDED, S.RESOLVED_ON_SPOT, S.DELIVERED, S.CLOSED, S.REVIEW_DECIDED, S.CONCLUDED, S.OPINION_ISSUED), "held"),
    **dict.fromkeys((S.NOT_ACCEPTED, S.NO_LONGER_ACCEPTED, S.WITHDRAWN, S.MERGED, S.ARCHIVED), "changed"),
}
