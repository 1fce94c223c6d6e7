"""The sheets of a county's workbook and their columns: one table, from which reading, checking and the template follow."""

from dataclasses import dataclass, field
from enum import StrEnum

from django.db import models

from reception.models import (
    AbsenceKind,
    CalendarRow,
    County,
    Department,
    DepartmentKind,
    Leader,
    Level,
    Place,
    Post,
    Rotation,
    Side,
    Substitution,
    Tenure,
    User,
)
from reception.models.days import Absence
from reception.roles import LABELS, Role


class Kind(StrEnum):
    """What a cell holds."""

    TEXT = "text"
    LINES = "lines"
    CODE = "code"
    NUMBER = "number"
    DAY = "day"
    LAST_DAY = "last_day"
    TIME = "time"
    CHOICE = "choice"
    REFERENCE = "reference"
    REFERENCES = "references"
    WORDS = "words"


@dataclass(frozen=True)
class Column:
    """One column: its key, its headers, what its cells hold. `to` is the sheet a reference names; `choices` maps words to values."""

    key: str
    zh: str
    en: str
    kind: Kind = Kind.TEXT
    required: bool = False
    most: int = 0
    to: str = ""
    choices: dict[str, str] = field(default_factory=dict)
    least: int = 0
    example: str = ""


@dataclass(frozen=True)
class Sheet:
    """One sheet. `same` names the columns that make two rows the same thing."""

    key: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    same: tuple[str, ...]
    required: bool = False

    def column(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)


def _text(
    model: type[models.Model], key: str, zh: str, en: str, *, required: bool = False, kind: Kind = Kind.TEXT, example: str = ""
) -> Column:
    """A column of text as long as the table allows."""
    most = getattr(model._meta.get_field(key), "max_length", None) or 5000
    return Column(key, zh, en, kind, required, most=most, example=example)


def _words(choices: type[models.TextChoices] | type[models.IntegerChoices]) -> dict[str, str]:
    """Both the stored word and the Chinese label are understood."""
    found = {}
    for choice in choices:
        found[str(choice.value)] = str(choice.value)
        found[str(choice.label)] = str(choice.value)
    return found


ROLES = {role.value: role.value for role in Role if role is not Role.SYSTEM} | {
    str(label): role.value for role, label in LABELS.items() if role is not Role.SYSTEM
}

SHEETS: tuple[Sheet, ...] = (
    Sheet(
        "county",
        "县",
        "county",
        (
            Column("slug", "网址名", "slug", Kind.CODE, True, most=40, example="chenghe"),
            Column("code", "行政区划代码", "division code", Kind.CODE, True, most=6, example="139901"),
            _text(County, "name", "名称", "name", required=True, example="澄河县"),
            _text(County, "name_en", "英文名称", "name in English", example="Chenghe County"),
            Column("nominal_day", "接访日", "reception day of the month", Kind.NUMBER, least=1, most=31, example="15"),
            _text(County, "bureau", "信访部门名称", "petition bureau", required=True, example="澄河县信访局"),
            _text(County, "bureau_en", "信访部门英文名称", "petition bureau in English"),
            _text(County, "address", "地址", "address"),
            _text(County, "address_en", "英文地址", "address in English"),
            _text(County, "phone", "咨询电话", "telephone"),
            _text(County, "supervision_phone", "监督电话", "supervision telephone"),
            _text(County, "scope", "接访范围", "matters received", kind=Kind.LINES),
            _text(County, "scope_en", "接访范围（英文）", "matters received in English", kind=Kind.LINES),
            _text(County, "booking", "预约方式", "how to book", kind=Kind.LINES),
            _text(County, "booking_en", "预约方式（英文）", "how to book in English", kind=Kind.LINES),
            _text(County, "notice", "来访须知", "visitor notice", kind=Kind.LINES),
            _text(County, "notice_en", "来访须知（英文）", "visitor notice in English", kind=Kind.LINES),
            Column(
                "booking_closes_workdays_before", "预约截止提前工作日数", "booking closes working days before", Kind.NUMBER, most=10
            ),
            Column("booking_closes_at", "预约截止时刻", "booking closes at", Kind.TIME),
            Column("publish_days_ahead", "至少提前几日公布", "publish days ahead", Kind.NUMBER, most=60),
        ),
        same=("slug",),
        required=True,
    ),
    Sheet(
        "places",
        "接访地点",
        "places",
        (
            _text(Place, "code", "代码", "code", required=True, kind=Kind.CODE),
            _text(Place, "name", "名称", "name", required=True),
            _text(Place, "name_en", "英文名称", "name in English"),
            _text(Place, "address", "地址", "address"),
            _text(Place, "address_en", "英文地址", "address in English"),
        ),
        same=("code",),
    ),
    Sheet(
        "departments",
        "部门",
        "departments",
        (
            _text(Department, "code", "代码", "code", required=True, kind=Kind.CODE),
            _text(Department, "name", "名称", "name", required=True),
            _text(Department, "name_en", "英文名称", "name in English"),
            Column("kind", "类别", "kind", Kind.CHOICE, choices=_words(DepartmentKind)),
            Column("superior", "上级代码", "superior", Kind.REFERENCE, to="departments"),
            _text(Department, "phone", "电话", "telephone"),
        ),
        same=("code",),
    ),
    Sheet(
        "posts",
        "职务",
        "posts",
        (
            _text(Post, "code", "代码", "code", required=True, kind=Kind.CODE),
            _text(Post, "name", "职务", "post", required=True),
            _text(Post, "name_en", "英文名称", "post in English"),
            Column("side", "序列", "side", Kind.CHOICE, True, choices=_words(Side)),
            Column("position", "排序", "position", Kind.NUMBER, most=9999),
        ),
        same=("code",),
    ),
    Sheet(
        "leaders",
        "领导",
        "leaders",
        (
            _text(Leader, "code", "代码", "code", required=True, kind=Kind.CODE),
            _text(Leader, "name", "姓名", "name", required=True),
            _text(Leader, "name_en", "英文姓名", "name in English"),
        ),
        same=("code",),
    ),
    Sheet(
        "tenures",
        "任职",
        "tenures",
        (
            Column("post", "职务代码", "post", Kind.REFERENCE, True, to="posts"),
            Column("leader", "领导代码", "leader", Kind.REFERENCE, True, to="leaders"),
            _text(Tenure, "portfolio", "分管工作", "portfolio"),
            _text(Tenure, "portfolio_en", "分管工作（英文）", "portfolio in English"),
            Column("starts_on", "任职自", "from", Kind.DAY, True),
            Column("ends_on", "任职至（含）", "to (included)", Kind.LAST_DAY),
        ),
        same=("post", "leader", "starts_on"),
    ),
    Sheet(
        "rotations",
        "轮值",
        "rotations",
        (
            _text(Rotation, "code", "代码", "code", required=True, kind=Kind.CODE),
            _text(Rotation, "name", "名称", "name", required=True),
            _text(Rotation, "name_en", "英文名称", "name in English"),
            Column("position", "排序", "position", Kind.NUMBER, most=9999),
            Column("place", "地点代码", "place", Kind.REFERENCE, True, to="places"),
            Column("starts", "开始", "begins", Kind.TIME, True),
            Column("ends", "结束", "ends", Kind.TIME, True),
            Column("capacity", "可预约批次", "capacity", Kind.NUMBER, most=500),
            Column("posts", "职务代码（按顺序）", "posts in order", Kind.REFERENCES, True, to="posts"),
        ),
        same=("code",),
    ),
    Sheet(
        "absences",
        "请假",
        "absences",
        (
            Column("leader", "领导代码", "leader", Kind.REFERENCE, True, to="leaders"),
            Column("starts_on", "自", "from", Kind.DAY, True),
            Column("ends_on", "至（含）", "to (included)", Kind.LAST_DAY, True),
            Column("kind", "事由", "kind", Kind.CHOICE, True, choices=_words(AbsenceKind)),
            _text(Absence, "note", "内部备注", "private note"),
        ),
        same=("leader", "starts_on"),
    ),
    Sheet(
        "calendar",
        "日历",
        "calendar",
        (
            Column("day", "日期", "day", Kind.DAY, True),
            Column(
                "works",
                "放假或上班",
                "off or worked",
                Kind.CHOICE,
                True,
                choices={"放假": "", "上班": "1", "off": "", "worked": "1"},
            ),
            _text(CalendarRow, "name", "名称", "name", required=True),
            _text(CalendarRow, "name_en", "英文名称", "name in English"),
            _text(CalendarRow, "document", "依据文件", "document", required=True),
            Column("level", "层级", "level", Kind.CHOICE, choices=_words(Level)),
        ),
        same=("day", "level"),
    ),
    Sheet(
        "history",
        "历次接访",
        "history",
        (
            Column("day", "接访日", "day", Kind.DAY, True),
            Column("rotation", "轮值代码", "rotation", Kind.REFERENCE, True, to="rotations"),
            Column("post", "职务代码", "post", Kind.REFERENCE, True, to="posts"),
            Column("leader", "领导代码", "leader", Kind.REFERENCE, True, to="leaders"),
            Column("substitute_post", "替代者职务代码", "substitute's post", Kind.REFERENCE, to="posts"),
            Column("substitute", "替代者代码", "substitute", Kind.REFERENCE, to="leaders"),
            Column("reason", "替代原因", "reason", Kind.CHOICE, choices=_words(AbsenceKind)),
            Column("departments", "陪同部门代码", "attending departments", Kind.REFERENCES, to="departments"),
            _text(Substitution, "coordinators", "协调人员", "coordinators", kind=Kind.WORDS),
        ),
        same=("day", "rotation"),
    ),
    Sheet(
        "accounts",
        "账号",
        "accounts",
        (
            Column("username", "用户名", "user name", Kind.CODE, True, most=60),
            _text(User, "name", "姓名", "name", required=True),
            Column("email", "电子邮件", "e-mail", Kind.TEXT, most=254),
            Column("role", "角色", "role", Kind.CHOICE, True, choices=ROLES),
            Column("department", "所在单位代码", "department", Kind.REFERENCE, to="departments"),
            Column("leader", "领导代码", "leader", Kind.REFERENCE, to="leaders"),
        ),
        same=("username", "leader", "role"),
    ),
)
BY_KEY = {sheet.key: sheet for sheet in SHEETS}
