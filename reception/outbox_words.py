"""The outbox in words a clerk understands: what a message is about, why it did not arrive, how long something has waited."""

from collections.abc import Callable
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

# What a kind of message is about.
KINDS = {
    "answer_asked": gettext_lazy("请领导确认接访"),
    "answer_asked_secretary": gettext_lazy("请秘书代为确认接访"),
    "answer_missing": gettext_lazy("领导尚未答复"),
    "attendance": gettext_lazy("通知陪同部门"),
    "briefing_ready": gettext_lazy("接访材料已备好"),
    "calendar_changed": gettext_lazy("工作日历已变更"),
    "case_document": gettext_lazy("告知信访人：有新的书面答复"),
    "case_right": gettext_lazy("告知信访人：申请期限将满"),
    "clock": gettext_lazy("办理期限提醒"),
    "decree_missing": gettext_lazy("节假日安排待录入"),
    "digest": gettext_lazy("提醒汇总"),
    "looked_much": gettext_lazy("有人大量查看身份信息"),
    "receives_next": gettext_lazy("提醒领导：接访日临近"),
    "release_published": gettext_lazy("接访安排已公布"),
    "release_step": gettext_lazy("接访安排的审定"),
    "roster_late": gettext_lazy("接访安排应公布未公布"),
    "signed_in_elsewhere": gettext_lazy("账号在新的浏览器上登录"),
    "substitution_asked": gettext_lazy("请替代接访"),
    "substitution_in_force": gettext_lazy("替代接访已生效"),
    "substitution_step": gettext_lazy("替代接访的办理"),
    "substitution_undone": gettext_lazy("替代接访已撤回"),
    "visit": gettext_lazy("提醒来访人：接访日临近"),
    "visit_changed": gettext_lazy("告知来访人：预约有变化"),
}


def kind(name: str) -> str:
    """What a kind of message is about."""
    return str(KINDS.get(name, name))


UNREACHED = (
    "no connection",
    "ConnectionRefusedError",
    "ConnectionResetError",
    "TimeoutError",
    "timeout",
    "gaierror",
    "OSError",
    "SMTPServerDisconnected",
    "SMTPConnectError",
    "ReadTimeoutError",
    "ProtocolError",
    "RemoteDisconnected",
    "IncompleteRead",
    "BadStatusLine",
)
SAID: dict[str, Callable[[], str]] = {
    "bad address": lambda: _("邮箱地址的写法不对，请更正账号里的邮箱。"),
    "no address": lambda: _("账号已停用，或没有填写邮箱。"),
    "no telephone": lambda: _("没有登记电话号码。"),
    "interrupted": lambda: _("发送时中断，可能已经送达，也可能没有。"),
    "may have been sent": lambda: _("发送时中断，可能已经送达，也可能没有。"),
    "cut off": lambda: _("发送时中断，可能已经送达，也可能没有。"),
    "restored": lambda: _("数据库从备份恢复过，恢复之前可能已经发出，也可能没有。"),
    "given back": lambda: _("轮到时来不及发，退回等下一次。"),
    "overtaken": lambda: _("事情已有变化，不必再说。"),
    "over": lambda: _("已过时，不必再说。"),
    "shredded": lambda: _("身份信息已经销毁，不再联系。"),
    "not wanted": lambda: _("本人不接收短信。"),
    "not JSON": lambda: _("短信网关的回答无法识别。"),
    "no answer": lambda: _("短信网关没有回答，可能已经送达，也可能没有。"),
    "again": lambda: _("再发一次。"),
}
SMTP: dict[int, Callable[[], str]] = {
    530: lambda: _("邮件服务器不认可本站的账号，请告知系统管理员。"),
    535: lambda: _("邮件服务器不认可本站的账号，请告知系统管理员。"),
    550: lambda: _("对方邮箱不存在或拒收。"),
    551: lambda: _("对方邮箱不存在或拒收。"),
    552: lambda: _("对方邮箱已满。"),
    553: lambda: _("对方邮箱不存在或拒收。"),
    554: lambda: _("对方的邮件服务器拒收这封邮件。"),
}


def why(code: str) -> str:
    """What a code of an attempt means; empty for none."""
    if not code:
        return ""
    if code in SAID:
        return SAID[code]()
    if code in UNREACHED:
        return _("连接不上邮件服务器或短信网关。")
    name, _space, number = code.partition(" ")
    if name == "SMTP" and number.isdecimal():
        if int(number) in SMTP:
            return SMTP[int(number)]()
        return _("邮件服务器暂时不收，稍后再试。") if int(number) < 500 else _("邮件服务器拒收。")
    if name == "HTTP" and number.isdecimal():
        return _("短信网关暂时不能服务。") if number == "429" or int(number) >= 500 else _("短信网关拒绝发送。")
    if name == "code":
        return _("短信网关拒绝发送。")
    return _("程序没有写成这条消息，请把代码告知系统管理员。")


def lasting(time: timedelta) -> str:
    """How long something has waited, in one unit."""
    seconds = max(int(time.total_seconds()), 0)
    if seconds < 120:
        return ngettext("%(n)d 秒", "%(n)d 秒", seconds) % {"n": seconds}
    if seconds < 7200:
        return ngettext("%(n)d 分钟", "%(n)d 分钟", seconds // 60) % {"n": seconds // 60}
    if seconds < 172800:
        return ngettext("%(n)d 小时", "%(n)d 小时", seconds // 3600) % {"n": seconds // 3600}
    return ngettext("%(n)d 天", "%(n)d 天", seconds // 86400) % {"n": seconds // 86400}
