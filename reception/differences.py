"""The difference between two releases in words: every field named, the old value and the new one, in the active language. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from reception import words
from scheduling.releases import Change, DayChange, Difference, SittingChange

Document = Mapping[str, Any]
# How the fields of a document are told: each one's label and its value in words.
Fields = Mapping[str, tuple[Callable[[], str], Callable[[Any], str]]]


@dataclass(frozen=True)
class Line:
    """One value: what it is, what it was and what it is now; either is empty where there was or is none."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class SittingLines:
    """A sitting that was added, removed or changed, named by its rotation and who receives."""

    what: str
    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class DayLines:
    """A day that was added, removed or changed. `day` is its date now, and as it was where it was removed."""

    what: str
    day: str
    lines: tuple[Line, ...]
    sittings: tuple[SittingLines, ...]
    gone: bool = False


@dataclass(frozen=True)
class Told:
    """A whole difference in words."""

    county: tuple[Line, ...]
    days: tuple[DayLines, ...]

    @property
    def is_empty(self) -> bool:
        return not self.county and not self.days


def told(changes: Difference, *, first: bool = False) -> Told:
    """The difference in words. Of a `first` release the county's own facts are no difference to anything."""
    county = () if first else tuple(line for change in changes.county for line in _of_county(change))
    return Told(county, tuple(_of_day(change) for change in changes.days))


def leader(who: Document) -> str:
    """县长乙（县长）."""
    return _("%(name)s（%(post)s）") % {"name": words.said(who["name"]), "post": words.said(who["post"])}


def place(where: Document) -> str:
    """A place with its address."""
    return " ".join(filter(None, [words.said(where["name"]), words.said(where["address"])]))


def names(rows: Iterable[Mapping[str, str]]) -> str:
    return _("、").join(words.said(row) for row in rows)


def date_and_weekday(day: str) -> str:
    """2026年2月24日（星期二）."""
    found = date.fromisoformat(day)
    return _("%(date)s（%(weekday)s）") % {"date": words.long_date(found), "weekday": words.weekday(found)}


def _of_county(change: Change) -> list[Line]:
    if change.field == "years":
        return _of_years(change.old or [], change.new or [])
    if isinstance(change.old, dict) and isinstance(change.new, dict) and change.field == "county":
        names_ = [*change.new, *(name for name in change.old if name not in change.new)]
        changed = (Change(name, change.old.get(name), change.new.get(name)) for name in names_)
        return [_line(one, COUNTY) for one in changed if one.old != one.new]
    return [_line(change, COUNTY)]


def _of_years(old: list[Document], new: list[Document]) -> list[Line]:
    before, after = {row["year"]: row for row in old}, {row["year"]: row for row in new}
    return [
        Line(_("%(year)s 年节假日安排") % {"year": year}, _year(before.get(year)), _year(after.get(year)))
        for year in sorted({*before, *after})
        if before.get(year) != after.get(year)
    ]


def _year(row: Document | None) -> str:
    if row is None:
        return ""
    return " ".join(filter(None, [_status(row["status"]), row["document"]]))


def _of_day(change: DayChange) -> DayLines:
    old, new = change.old, change.new
    row = new or old
    assert row is not None
    lines = tuple(_line(one, DAY) for one in change.changes)
    return DayLines(_what(old, new), row["day"], lines, tuple(_of_sitting(sitting) for sitting in change.sittings), new is None)


def _of_sitting(change: SittingChange) -> SittingLines:
    row = change.new or change.old
    assert row is not None
    name = leader(row["leader"])
    if row["rotation"]:
        name = f"{words.said(row['rotation']['name'])} · {name}"
    if change.old is None or change.new is None:
        value = f"{row['from']}–{row['to']} {place(row['place'])}"
        line = Line(_("时间和地点"), value if change.new is None else "", value if change.old is None else "")
        return SittingLines(_what(change.old, change.new), name, (line,))
    return SittingLines(_what(change.old, change.new), name, tuple(_lines_of(change.old, change.new, change.changes)))


def _lines_of(old: Document, new: Document, changes: Iterable[Change]) -> Iterable[Line]:
    hours = False
    for change in changes:
        if change.field in ("from", "to"):
            if not hours:
                yield Line(_("时间"), f"{old['from']}–{old['to']}", f"{new['from']}–{new['to']}")
            hours = True
        elif change.field == "leader":
            if leader(change.old) != leader(change.new):
                yield Line(_("接访领导"), leader(change.old), leader(change.new))
            else:
                parts = (Change(part, change.old.get(part), change.new.get(part)) for part in change.new)
                yield from (_line(part, LEADER) for part in parts if part.old != part.new)
        else:
            yield _line(change, SITTING)


def _what(old: Document | None, new: Document | None) -> str:
    if old is None:
        return _("新增")
    return _("撤下") if new is None else _("有变化")


def _line(change: Change, fields: Fields) -> Line:
    label, value = fields.get(change.field, (lambda: _("其他信息"), flat))
    old, new = (value(one) if one is not None else "" for one in (change.old, change.new))
    if old == new:
        # Only the other language's text differs: that one is shown, or nothing would be seen.
        return Line(_("%(label)s（另一语言）") % {"label": label()}, _other(change.old), _other(change.new))
    return Line(label(), old, new)


def flat(value: Any) -> str:
    """Any value of a document as words: a text in the active language, a list joined, the parts of anything else."""
    if isinstance(value, Mapping):
        return words.said(value) if "zh" in value and isinstance(value["zh"], str) else _joined(value.values())
    if isinstance(value, (list, tuple)):
        return _joined(value)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return "" if value is None else str(value)


def _joined(values: Iterable[Any]) -> str:
    return _("、").join(filter(None, (flat(value) for value in values)))


def _other(value: Any) -> str:
    """The text in the language that is not the page's."""
    if isinstance(value, Mapping):
        if "zh" in value:
            found = value["zh" if words.english() else "en"]
            return found if isinstance(found, str) else _joined(found)
        return _("、").join(filter(None, (_other(part) for part in value.values())))
    if isinstance(value, (list, tuple)):
        return _("、").join(filter(None, (_other(part) for part in value)))
    return flat(value)


def _lines(value: Document) -> str:
    return " ".join(value.get("en" if words.english() else "zh") or value["zh"])


def _status(value: str) -> str:
    return _("暂定") if value == "provisional" else _("已确定")


def _state(value: str) -> str:
    return {"cancelled": _("已取消"), "held": _("已结束")}.get(value, _("已公布"))


def _kind(value: str) -> str:
    return _("增加的接访") if value == "extra" else _("每月接访日")


def _substitutes(value: Document) -> str:
    said = _("代%(leader)s接访，原因：%(reason)s") if value.get("reason") else _("代%(leader)s接访：%(reason)s")
    return said % {"leader": leader(value["leader"]), "reason": words.instead(value)}


def _rotation(value: Document) -> str:
    return words.said(value["name"])


def _month(value: str) -> str:
    return words.month_name(date.fromisoformat(f"{value}-01"))


COUNTY: Fields = {
    "name": (lambda: _("名称"), words.said),
    "bureau": (lambda: _("信访部门"), words.said),
    "address": (lambda: _("地址"), words.said),
    "phone": (lambda: _("咨询电话"), str),
    "supervision_phone": (lambda: _("监督电话"), str),
    "scope": (lambda: _("接访范围"), words.said),
    "booking": (lambda: _("预约方式"), words.said),
    "notice": (lambda: _("来访须知"), _lines),
    "booking_closes": (lambda: _("预约截止"), words.closing),
    "nominal_day": (lambda: _("每月接访日"), str),
    "slug": (lambda: _("网址名"), str),
    "code": (lambda: _("行政区划代码"), str),
    "time_zone": (lambda: _("时区"), str),
    "country": (lambda: _("节假日安排所属国家"), str),
}
DAY: Fields = {
    "day": (lambda: _("接访日期"), date_and_weekday),
    "status": (lambda: _("日期状态"), _status),
    "state": (lambda: _("状态"), _state),
    "reasons": (lambda: _("日期依据"), words.why),
    "nominal": (lambda: _("规定的日期"), date_and_weekday),
    "month": (lambda: _("所属月份"), _month),
    "kind": (lambda: _("类别"), _kind),
    "title": (lambda: _("名称"), words.said),
    "reason": (lambda: _("原因"), words.said),
}
LEADER: Fields = {
    "name": (lambda: _("接访领导"), words.said),
    "post": (lambda: _("职务"), words.said),
    "portfolio": (lambda: _("分管工作"), words.said),
}
SITTING: Fields = {
    "rotation": (lambda: _("轮值序列"), _rotation),
    "place": (lambda: _("接访地点"), place),
    "capacity": (lambda: _("可预约批次"), str),
    "state": (lambda: _("状态"), _state),
    "substitutes": (lambda: _("替代"), _substitutes),
    "turn": (lambda: _("为何由其接访"), words.turn),
    "departments": (lambda: _("陪同部门"), names),
    "coordinators": (lambda: _("协调人员"), names),
}
