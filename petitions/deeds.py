"""What the journal's acts about cases are called, beside those of `reception.deeds`."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from petitions.words import ACTIONS

ACTS: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "agenda": {"make": lambda: _("拟定联席会议议题"), "conclude": lambda: _("登记会议结果")},
    "case": {
        **{action.value: words for action, words in ACTIONS.items()},
        "find": lambda: _("查找信访事项"),
        "rate": lambda: _("评价办理情况"),
        "recuse": lambda: _("登记回避"),
        "repeats": lambda: _("标明重复信访"),
    },
    "clock": {"recount": lambda: _("按新日历重算期限")},
    "copy": {"take": lambda: _("下载办理情况副本"), "give": lambda: _("代为打印办理情况副本")},
    "disclosure": {
        "ask": lambda: _("申请破窗查阅"),
        "agree": lambda: _("同意破窗查阅"),
        "refuse": lambda: _("不同意破窗查阅"),
        "end": lambda: _("结束破窗查阅"),
    },
    "document": {"issue": lambda: _("出具文书"), "deliver": lambda: _("送达文书")},
    "export": {
        "ask": lambda: _("申请导出"),
        "make": lambda: _("生成导出文件"),
        "take": lambda: _("下载导出文件"),
        "expire": lambda: _("删除过期的导出文件"),
    },
    "results": {"publish": lambda: _("公布办理结果")},
    "improvement": {"make": lambda: _("提出改进工作建议"), "report": lambda: _("登记改进情况")},
    "limit": {
        "propose": lambda: _("提出期限规则"),
        "approve": lambda: _("审定期限规则"),
        "refuse": lambda: _("不同意期限规则"),
        "take_back": lambda: _("撤回期限规则"),
    },
    "minutes": {"record": lambda: _("登记接访记录"), "correct": lambda: _("更正接访记录")},
    "opinion": {
        "check": lambda: _("审核处理意见"),
        "look": lambda: _("领导审阅处理意见"),
        "carry_out": lambda: _("登记兑现"),
    },
    "proposal": {
        "ask": lambda: _("提请签批"),
        "sign": lambda: _("签批同意"),
        "refuse": lambda: _("签批不同意"),
        "take_back": lambda: _("撤回提请"),
    },
    "referral": {
        "accept_part": lambda: _("接收协办任务"),
        "handler": lambda: _("指定承办人"),
        "progress": lambda: _("填报进展"),
    },
    "supervision": {"feed_back": lambda: _("反馈督办情况"), "end": lambda: _("督办销号")},
}
