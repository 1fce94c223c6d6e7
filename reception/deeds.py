"""What the journal's acts are called: one table of words, `noun.verb`. The room above adds its own (`petitions.deeds`)."""

from collections.abc import Callable, Iterable, Mapping

from django.apps import apps
from django.utils.translation import gettext as _

Words = Callable[[], str]

ACTS: dict[str, Mapping[str, Words]] = {
    "absence": {"add": lambda: _("登记请假"), "change": lambda: _("修改请假"), "remove": lambda: _("删除请假")},
    "account": {
        "own_sessions_ended": lambda: _("本人退出其他设备"),
        "password_given": lambda: _("生成初始密码"),
        "password_link_sent": lambda: _("发送设置密码的邮件"),
        "password_changed": lambda: _("本人修改密码"),
        "password_reset": lambda: _("本人重设密码"),
        "second_factor_added": lambda: _("启用双重验证"),
        "second_factor_removed": lambda: _("停用双重验证"),
        "second_factor_renewed": lambda: _("更新备用码"),
        "second_factor_reset": lambda: _("重置双重验证"),
        "sessions_ended": lambda: _("结束全部登录"),
        "signed_in": lambda: _("登录"),
        "sign_in_failed": lambda: _("登录失败"),
        "signed_out": lambda: _("退出登录"),
    },
    "answer": {
        "ask": lambda: _("请领导确认是否出席"),
        "accept": lambda: _("确认出席"),
        "decline": lambda: _("答复不能出席"),
        "lapse": lambda: _("失效"),
        "tell_bureau": lambda: _("未答复，告知信访局"),
        "tell_office": lambda: _("仍未答复，告知两办"),
    },
    "attendance": {"choose": lambda: _("选择陪同部门"), "tell": lambda: _("告知陪同部门")},
    "booking": {
        "submit": lambda: _("已提交预约"),
        "walk_in": lambda: _("现场登记"),
        "confirm": lambda: _("确认"),
        "wait": lambda: _("登记候补"),
        "promote": lambda: _("递补"),
        "guide": lambda: _("引导到法定途径"),
        "decline": lambda: _("不予安排"),
        "move": lambda: _("改期"),
        "cancel": lambda: _("取消"),
        "answer_early": lambda: _("接受提前答复"),
        "check_in": lambda: _("签到"),
        "park": lambda: _("过号等候"),
        "unpark": lambda: _("重新排队"),
        "call": lambda: _("叫号"),
        "receive": lambda: _("接访"),
        "call_again": lambda: _("再次叫号"),
        "miss": lambda: _("未到"),
        "leave": lambda: _("未能接访"),
        "lapse": lambda: _("候补未排到"),
        "correct": lambda: _("更正签到"),
        "correct_waiting": lambda: _("更正签到，恢复候补"),
        "reissue": lambda: _("换发查询码"),
        "find": lambda: _("查找预约"),
    },
    "calendar": {
        "propose": lambda: _("提出日历变更"),
        "approve": lambda: _("审定日历变更"),
        "withdraw": lambda: _("撤回日历变更"),
    },
    "choice": {
        "offer": lambda: _("安排有变，请来访人选择"),
        "tell": lambda: _("告知来访人安排有变"),
        "keep": lambda: _("来访人保留安排"),
        "call": lambda: _("电话联系来访人"),
    },
    "county": {"begin": lambda: _("建立本县"), "import": lambda: _("导入工作簿")},
    "day": {
        "add": lambda: _("增加接访日"),
        "annotate": lambda: _("添加备注"),
        "begin": lambda: _("开始接访"),
        "end": lambda: _("结束接访"),
        "move": lambda: _("接访日改期"),
        "cancel": lambda: _("取消接访日"),
        "number": lambda: _("印制号票"),
    },
    "early_answer": {
        "write": lambda: _("起草提前答复"),
        "approve": lambda: _("核对并送出提前答复"),
        "send_back": lambda: _("退回提前答复"),
        "accept": lambda: _("来访人接受提前答复"),
        "keep": lambda: _("来访人仍要当面反映"),
    },
    "feed": {"make": lambda: _("建立日历订阅"), "revoke": lambda: _("撤销日历订阅")},
    "identity": {
        "read": lambda: _("查看身份信息"),
        "search": lambda: _("按身份信息查找"),
        "shred": lambda: _("销毁身份信息"),
        "sms": lambda: _("修改是否接收短信"),
    },
    "keys": {
        "rotate": lambda: _("更换密钥"),
        "rewrap": lambda: _("换用新密钥封存"),
        "retire": lambda: _("停用旧密钥"),
    },
    "material": {"add": lambda: _("添加材料"), "read": lambda: _("查看材料"), "shred": lambda: _("销毁材料")},
    "message": {"settle": lambda: _("登记消息的处理")},
    "messages": {"let_go": lambda: _("放行暂停的消息"), "again": lambda: _("批量再发消息")},
    "release": {
        "draft": lambda: _("拟定公布"),
        "submit": lambda: _("送审"),
        "send_back": lambda: _("退回修改"),
        "approve": lambda: _("审定"),
        "publish": lambda: _("公布"),
        "discard": lambda: _("作废"),
    },
    "roster": {"plan": lambda: _("排班")},
    "substitution": {
        "request": lambda: _("申请替代"),
        "propose": lambda: _("提出替代人选"),
        "propose_swap": lambda: _("提出对调"),
        "endorse": lambda: _("会商同意"),
        "object": lambda: _("会商不同意，退回另选"),
        "refer": lambda: _("无法协调，转联席会议办公室"),
        "escalate": lambda: _("临近仍未落实，提请联席会议办公室协调"),
        "accept": lambda: _("替代者同意"),
        "decline": lambda: _("替代者谢绝"),
        "settle": lambda: _("生效"),
        "emergency": lambda: _("应急替代，即时生效"),
        "endorse_later": lambda: _("补会商同意"),
        "object_later": lambda: _("事后不同意"),
        "withdraw": lambda: _("撤回"),
        "supersede": lambda: _("被另一次替代取代"),
        "lapse": lambda: _("失效"),
    },
    "tracking": {"reissue": lambda: _("换发查询码")},
    "user": {"password": lambda: _("设置密码"), "letters": lambda: _("修改是否接收提醒邮件")},
}
# A row of any table that the staff's site edits.
ROWS: Mapping[str, Words] = {"add": lambda: _("新建"), "change": lambda: _("修改"), "remove": lambda: _("删除")}
# What deeds are done to, where it is not the name of a table.
NOUNS: dict[str, Words] = {
    "day": lambda: _("接访日"),
    "draft": lambda: _("未提交的预约"),
    "identity": lambda: _("身份信息"),
    "key": lambda: _("密钥"),
    "release": lambda: _("公布"),
    "year": lambda: _("年份"),
}


def known(act: str) -> bool:
    """Whether an act has words."""
    return _found(act) is not None


def said(act: str) -> str:
    """An act in words; as it is written where it has none."""
    found = _found(act)
    return found() if found else act


def verbs(noun: str) -> Iterable[str]:
    return ACTS.get(noun, {})


def thing(object: str) -> str:
    """What a deed was done to: its kind in words, its number as it is written."""
    kind, _space, rest = object.partition(" ")
    return f"{_noun(kind) or kind} {rest}".strip()


def _found(act: str) -> Words | None:
    noun, _dot, verb = act.partition(".")
    own = ACTS.get(noun, {}).get(verb)
    if own or verb not in ROWS or not _noun(noun):
        return own
    return lambda: f"{ROWS[verb]()} · {_noun(noun)}"


def _noun(kind: str) -> str:
    if kind in NOUNS:
        return NOUNS[kind]()
    for room in ("reception", "petitions"):
        try:
            return str(apps.get_model(room, kind)._meta.verbose_name)
        except LookupError:
            continue
    return ""
