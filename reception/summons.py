"""The summons of a department to a sitting, on paper: day, place, leader and topics, and nothing about anyone who comes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from reception import printing, words
from reception.models import Attendance, County, Leader, Topic


def compose(
    attendance: Attendance, *, receives: Leader, topics: Sequence[Topic], county: County, at: datetime
) -> Mapping[str, Any]:
    """What the summons says, in the language that is active."""
    sitting, day = attendance.sitting, attendance.sitting.day.day
    bureau = words.said({"zh": county.bureau, "en": county.bureau_en})
    said = {
        "department": words.named(attendance.department),
        "day": words.long_date(day),
        "weekday": words.weekday(day),
    }
    facts = [
        [_("接访日期"), f"{said['day']} {said['weekday']}"],
        [_("时间"), f"{sitting.starts:%H:%M}–{sitting.ends:%H:%M}"],
        [_("接访地点"), "\n".join(part for part in (words.named(sitting.place), _address(sitting.place)) if part)],
        [_("接访领导"), words.named(receives)],
        [_("涉及事项"), _("、").join(words.named(topic) for topic in topics) or _("（尚无预约）")],
    ]
    return {
        "title": _("陪同领导接访通知"),
        "author": bureau,
        "to": _("%(department)s：") % said,
        "lead": _("按照县级领导接访安排，请贵单位派熟悉情况、能够当场答复的负责人参加下列接访。"),
        "facts": facts,
        "notes": [
            _("请提前十五分钟到场；需要携带的政策文件请自行准备。"),
            _("不能参加的，请至少提前一天告知，并另派人员。"),
            *([_("联系电话：%(phone)s") % {"phone": county.phone}] if county.phone else []),
        ],
        "signature": [bureau, words.long_date(at.astimezone(county.zone).date())],
        "foot": {"page": _("— {n} / {m} —"), "lines": [_("本通知不含来访人信息。")]},
    }


def pdf(data: Mapping[str, Any], *, at: datetime) -> bytes:
    """Raises `printing.Unprintable`."""
    return printing.compile("summons", data, lang="en" if words.english() else "zh", at=at)


def _address(place: Any) -> str:
    return words.said({"zh": place.address, "en": place.address_en})
