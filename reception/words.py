"""Plain sentences for dates, reasons and turns, in the language that is active."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reception import language

english, said, named = language.english, language.said, language.named
within, begun, aside = language.within, language.begun, language.aside


def long_date(day: date) -> str:
    """2026年2月15日; 15 February 2026."""
    return date_format(day, "j F Y") if english() else f"{day.year}年{day.month}月{day.day}日"


def short_date(day: date) -> str:
    """2月15日; 15 February."""
    return date_format(day, "j F") if english() else f"{day.month}月{day.day}日"


def month_name(day: date) -> str:
    """2026年2月; February 2026."""
    return date_format(day, "F Y") if english() else f"{day.year}年{day.month}月"


def months_name(year: int, months: Sequence[date]) -> str:
    """2026年2月、3月; February, March 2026."""
    if english():
        return f"{', '.join(date_format(month, 'F') for month in months)} {year}"
    return f"{year}年" + "、".join(f"{month.month}月" for month in months)


def short_month(day: date) -> str:
    """2月; Feb."""
    return date_format(day, "M") if english() else f"{day.month}月"


def weekday(day: date) -> str:
    """星期日; Sunday."""
    return date_format(day, "l")


def away(day: date, *, on: date) -> str:
    """How far a day is from another: today, tomorrow, in so many days, so many days ago."""
    distance = (day - on).days
    if distance == 0:
        return _("今天")
    if distance == 1:
        return _("明天")
    if distance > 1:
        return ngettext("还有 %(count)d 天", "还有 %(count)d 天", distance) % {"count": distance}
    return ngettext("%(count)d 天前", "%(count)d 天前", -distance) % {"count": -distance}


def why(reasons: Sequence[Mapping[str, Any]]) -> str:
    """Why the reception day is the day it is, as one sentence; empty for a day that no rule gave."""
    if not reasons:
        return ""
    *passed, last = reasons
    day = date.fromisoformat(last["day"])
    if not passed:
        return _("%(date)s（%(weekday)s）是工作日，即为接访日。") % {"date": long_date(day), "weekday": weekday(day)}
    clauses = [_clause(run, first=index == 0) for index, run in enumerate(_runs(passed))]
    if last["is"] == "makeup":
        clauses.append(_("%(date)s（%(weekday)s）是调休上班日") % {"date": short_date(day), "weekday": weekday(day)})
    joined = _("；").join(clauses)
    return _("%(reasons)s；因此接访日为%(date)s（%(weekday)s）。") % {
        "reasons": joined,
        "date": short_date(day),
        "weekday": weekday(day),
    }


def closing(closes: Mapping[str, Any]) -> str:
    """Until when one can book: 接访日前 1 个工作日 17:00; 接访日当天 08:00."""
    days = closes["workdays_before"]
    if days == 0:
        return _("接访日当天 %(at)s") % {"at": closes["at"]}
    return ngettext("接访日前 %(days)s 个工作日 %(at)s", "接访日前 %(days)s 个工作日 %(at)s", days) % {
        "days": days,
        "at": closes["at"],
    }


def added(title: Mapping[str, str]) -> str:
    """Why a day that was added to the monthly ones is a reception day."""
    name = said(title)
    return _("按决定增加的接访：%(title)s。") % {"title": name.rstrip("。.")} if name else _("按决定增加的接访。")


def _runs(reasons: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """Days off in runs of one kind; a weekend between two days of a holiday belongs to the holiday."""
    kinds = [reason["is"] for reason in reasons]
    for index, kind in enumerate(kinds):
        if kind == "weekend" and index and kinds[index - 1] == "holiday" and "holiday" in kinds[index:]:
            kinds[index] = "holiday"
    numbered = list(zip(kinds, reasons, strict=True))
    return [[reason for _kind, reason in run] for _kind, run in groupby(numbered, key=lambda pair: pair[0])]


def _clause(run: Sequence[Mapping[str, Any]], *, first: bool) -> str:
    begins, ends = date.fromisoformat(run[0]["day"]), date.fromisoformat(run[-1]["day"])
    names = Counter(said(reason["name"]) for reason in run if reason["is"] == "holiday")
    if not names and begins == ends:
        return _("%(date)s是%(weekday)s") % {"date": long_date(begins) if first else short_date(begins), "weekday": weekday(begins)}
    span = _span(begins, ends, with_year=first)
    if not names:
        return _("%(span)s是周末") % {"span": span}
    name = names.most_common(1)[0][0]
    if begins == ends:
        return _("%(span)s放假（%(name)s）") % {"span": span, "name": name}
    return _("%(span)s为%(name)s假期") % {"span": span, "name": name}


def _span(begins: date, ends: date, *, with_year: bool) -> str:
    if begins == ends:
        return long_date(begins) if with_year else short_date(begins)
    if english():
        first = str(begins.day) if begins.month == ends.month else short_date(begins)
        return f"{first} to {long_date(ends) if with_year else short_date(ends)}"
    last = f"{ends.day}日" if begins.month == ends.month else short_date(ends)
    return f"{long_date(begins) if with_year else short_date(begins)}至{last}"


REASONS = {
    "business_trip": lambda: _("出差"),
    "meeting": lambda: _("会议"),
    "leave": lambda: _("休假"),
    "training": lambda: _("培训学习"),
    "illness": lambda: _("病假"),
    "recusal": lambda: _("回避"),
    "other": lambda: _("其他公务"),
}


def reason(kind: str) -> str:
    """The public kind of reason for a substitution."""
    return REASONS[kind]()


def instead(substitutes: Mapping[str, Any]) -> str:
    """Why another leader receives: what keeps the leader away, and whether it was an emergency or an exchange of two days.

    In a swap one of the two is not away: of theirs only the exchange is said.
    """
    said = [reason(substitutes["reason"])] if substitutes.get("reason") else []
    if substitutes.get("emergency"):
        said.append(_("当日应急决定"))
    if substitutes.get("swapped_with"):
        said.append(_("与 %(day)s 对调") % {"day": long_date(date.fromisoformat(substitutes["swapped_with"]))})
    return _("，").join(said) or _("两位领导对调接访日")


def turn(turn: Mapping[str, Any] | None) -> str:
    """Why it is this leader's turn, as the public is told: who was passed over, but not what kept them."""
    if turn is None:
        return ""
    parts = [_passed(passed) for passed in turn["passed_over"]]
    parts.append(_("按轮值顺序排在最前") if turn["first_in_queue"] else _("依次由排在其后的领导接访"))
    return begun(_("；").join(parts)) + _("。")


def _passed(passed: Mapping[str, Any]) -> str:
    post = said(passed["post"])
    if passed["reason"] == "vacant":
        return _("%(post)s一职空缺") % {"post": post}
    if passed["reason"] == "taken":
        return _("%(post)s当日在另一场接访，下次优先") % {"post": post}
    return _("%(post)s当日不能出席，下次优先") % {"post": post}
