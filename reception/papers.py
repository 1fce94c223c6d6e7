"""Notices as they are posted on a wall: what a month's, a year's and a change notice say, in the language that is active.

Pure: made from a published roster and nothing else. `reception.printing` sets them.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reception import notices, printing, words
from reception.published import Day, Roster, Sitting

Cell = str | dict[str, Any]
# What a file's name may not hold somewhere.
FORBIDDEN = re.compile(r'[\x00-\x1f\\/:*?"<>|]+')
NUMERALS = "一二三四五六七八九十"
# Below this size a table's rows stand close.
TIGHT = 10
# As many characters of a hash as one compares by eye.
HASH_SHOWN = 16
# What gives nobody who has booked a reason to stay at home.
HARMLESS = frozenset({notices.Kind.ADDED, notices.Kind.CONFIRMED, notices.Kind.SITTING_ADDED, notices.Kind.RESTORED})


@dataclass(frozen=True)
class Paper:
    """A document ready to be set. `address` is the page it can be checked against; `name` is what its file is called, `plain_name`
    the same in ASCII."""

    template: str
    title: str
    address: str
    data: Mapping[str, Any]
    at: datetime
    name: str
    plain_name: str

    def pdf(self) -> bytes:
        """Its bytes, kept for the next reader. Raises `printing.Unprintable`."""
        return printing.compile(self.template, self.data, lang="en" if words.english() else "zh", at=self.at, keep=True)


def month(roster: Roster, days: Sequence[Day], *, address: str) -> Paper:
    """The notice of one month: `days` are its reception days, at least one. `address` is the public page it can be checked against."""
    first = days[0].month
    named = {"county": words.said(roster.county["name"]), "month": words.month_name(first)}
    head = [_("接访日期"), _("接访时间"), _("接访领导"), _("职务"), _("分管工作\n（接访范围）"), _("接访地点"), _("陪同部门")]
    said = _Notice(
        title=_("%(county)s%(month)s县级领导接访安排公告") % named,
        lead=_("根据《信访工作条例》有关规定，现将%(month)s县级领导接访安排公告如下：") % named,
        head=[*head, _("状态\n（变更说明）")],
        widths=[18, 17, 18, 19, 25, 26, 22, 29] if words.english() else [19, 17, 17, 17, 24, 30, 21, 22],
        rows=_rows(days, _of_month),
        notes=[note for day in days for note in _notes(day)],
        sections=[_scope(roster), _booking(roster), _visiting(roster)],
        wide=True,
    )
    return _paper(roster, said, address, f"{first:%Y-%m}-notice")


def year(roster: Roster, days: Sequence[Day], *, address: str) -> Paper:
    """The notice of a whole year: `days` are its reception days, at least one."""
    first = days[0].month
    named = {"county": words.said(roster.county["name"]), "year": first.year}
    said = _Notice(
        title=_("%(county)s%(year)s年县级领导接访安排公告") % named,
        lead=_("根据《信访工作条例》有关规定，现将%(year)s年县级领导接访安排公告如下：") % named,
        head=[_("接访日期"), _("接访时间"), _("接访领导"), _("职务"), _("接访地点"), _("状态\n（变更说明）")],
        widths=[20, 18.5, 26, 29, 47, 25.5],
        rows=_rows(days, _of_year),
        notes=_enquiries(roster),
        sections=[],
        wide=True,
        sizes=(12, 8.5),
    )
    return _paper(roster, said, address, f"{first.year}-notice")


def change(roster: Roster, items: Sequence[notices.ChangeNotice], *, address: str) -> Paper:
    """The notice of what a release changed: `items` are `notices.between` it and the one before, at least one."""
    at = roster.published_at.astimezone(_zone(roster))
    after = []
    if any(item.kind not in HARMLESS for item in items):
        bureau = words.said(roster.county["bureau"]) or _("信访局")
        after.append(_("已预约的群众，由%(bureau)s逐一电话告知。") % {"bureau": bureau})
    years = len({item.day.year for item in items}) > 1
    late = roster.document.get("late")
    if late:
        days = ngettext("未能提前 %(days)s 天公布的原因：", "未能提前 %(days)s 天公布的原因：", late["days"]) % {
            "days": late["days"]
        }
        after.append(f"{days}{words.said(late['reason'])}")
    published = _("发布时间：%(date)s %(time)s。") % {"date": words.long_date(at.date()), "time": f"{at:%H:%M}"}
    said = _Notice(
        title=notices.heading(items),
        lead=_("现将领导接访调整事项公告如下（接访安排第 %(number)s 期）：") % {"number": roster.number},
        head=[_("接访日期"), _("调整事项"), _("原定"), _("调整为"), _("原因")],
        widths=[22, 28, 38, 42, 36],
        rows=[
            [
                _dated(item.day, with_year=years),
                "\n".join(filter(None, [item.title, item.about])),
                *(text or "—" for text in (item.was, item.becomes, item.why)),
            ]
            for item in items
        ],
        notes=[],
        sections=[{"heading": "", "paragraphs": [*after, published, *_enquiries(roster)]}],
        sizes=(15, 11.5),
    )
    return _paper(roster, said, address, f"release-{roster.number}-notice")


@dataclass(frozen=True, kw_only=True)
class _Notice:
    """What `notice.typ` shows. `widths` are shares of the page's; `sizes` those of the text and of the table, in points."""

    title: str
    lead: str
    head: list[str]
    widths: list[float]
    rows: list[list[Cell]]
    notes: list[str]
    sections: list[dict[str, Any]]
    wide: bool = False
    sizes: tuple[float, float] = (13, 10)


def _paper(roster: Roster, said: _Notice, address: str, plain_name: str) -> Paper:
    """A notice in its frame: who issued it and when, and where it can be checked."""
    issued = roster.published_at.astimezone(_zone(roster)).date()
    bureau = words.said(roster.county["bureau"]) or words.said(roster.county["name"])
    source = _("接访安排第 %(number)s 期　校验值 %(hash)s") % {"number": roster.number, "hash": roster.hash[:HASH_SHOWN]}
    data = {
        "title": said.title,
        "author": bureau,
        "lead": said.lead,
        "size": said.sizes[0],
        # English words need the wider side.
        "flipped": said.wide and words.english(),
        "tight": said.sizes[1] < TIGHT,
        "table": {"head": said.head, "widths": said.widths, "rows": said.rows, "size": said.sizes[1]},
        "notes": said.notes,
        "sections": _numbered([section for section in said.sections if section["paragraphs"]]),
        "signature": [bureau, words.long_date(issued)],
        "foot": {"page": "— {n} —", "lines": [source, address], "qr": printing.qr(address)},
    }
    return Paper(
        "notice",
        said.title,
        address,
        data,
        roster.published_at,
        f"{FORBIDDEN.sub(' ', said.title)}.pdf",
        f"{roster.county['slug']}-{plain_name}.pdf",
    )


def _zone(roster: Roster) -> ZoneInfo:
    return ZoneInfo(roster.county["time_zone"])


def _numbered(sections: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """一、二、三、 before the headings; 1. 2. 3. in English."""
    return [
        {**section, "heading": f"{n + 1}. {section['heading']}" if words.english() else f"{NUMERALS[n]}、{section['heading']}"}
        if section["heading"]
        else section
        for n, section in enumerate(sections)
    ]


def _rows(days: Sequence[Day], columns: Callable[[Day, Sitting | None], list[str]]) -> list[list[Cell]]:
    """A row for each sitting, the day's date reaching over all of its own; a day without sittings has one row."""
    rows: list[list[Cell]] = []
    for day in days:
        sittings: Sequence[Sitting | None] = day.sittings or [None]
        for index, sitting in enumerate(sittings):
            date_cell: list[Cell] = [{"text": _dated(day.day), "rows": len(sittings)}] if index == 0 else []
            rows.append([*date_cell, *columns(day, sitting)])
    return rows


def _of_month(day: Day, sitting: Sitting | None) -> list[str]:
    if sitting is None:
        return ["—", _("待定"), *["—"] * 4, "\n".join(_status(day, None))]
    place = sitting.place
    with_whom = [_("协调人员：%(names)s") % {"names": _listed(sitting.coordinators)}] if sitting.coordinators else []
    return [
        f"{sitting.document['from']}–{sitting.document['to']}",
        words.said(sitting.leader["name"]),
        words.said(sitting.leader["post"]),
        words.said(sitting.leader["portfolio"]) or "—",
        "\n".join(filter(None, [words.said(place["name"]), words.said(place["address"])])),
        _listed(sitting.departments) or "—",
        "\n".join([*_status(day, sitting), *with_whom]),
    ]


def _of_year(day: Day, sitting: Sitting | None) -> list[str]:
    if sitting is None:
        return ["—", _("待定"), "—", "—", _("；").join(_status(day, None))]
    return [
        f"{sitting.document['from']}–{sitting.document['to']}",
        words.said(sitting.leader["name"]),
        words.said(sitting.leader["post"]),
        words.said(sitting.place["name"]),
        _("；").join(_status(day, sitting)),
    ]


def _dated(day: date, *, with_year: bool = False) -> str:
    shown = words.long_date(day) if with_year else words.short_date(day)
    return f"{shown}\n{words.weekday(day)}" if words.english() else f"{shown}\n（{words.weekday(day)}）"


def _listed(texts: Sequence[Mapping[str, str]]) -> str:
    return _("、").join(words.said(text) for text in texts)


def _status(day: Day, sitting: Sitting | None) -> list[str]:
    """What differs from the ordinary, in words."""
    if day.is_cancelled or (sitting and sitting.is_cancelled):
        return [_("接访取消")]
    said = [words.said(day.title) or _("增加的接访")] if day.is_extra else []
    if day.is_postponed and day.nominal:
        said.append(_("由%(date)s顺延") % {"date": words.short_date(day.nominal)})
    if day.is_provisional:
        said.append(_("日期暂定"))
    if sitting and sitting.substitutes:
        planned = sitting.substitutes["leader"]
        who = _("%(name)s（%(post)s）") % {"name": words.said(planned["name"]), "post": words.said(planned["post"])}
        reason = sitting.substitutes.get("reason")
        plain = reason and not sitting.substitutes.get("swapped_with")
        sentence = _("原定%(who)s，因%(reason)s调整") if plain else _("原定%(who)s；%(reason)s")
        why = words.within(words.reason(reason)) if plain else words.instead(sitting.substitutes)
        said.append(sentence % {"who": who, "reason": why})
    said = said or [_("已结束") if day.state == "held" else _("无变更")]
    return [words.begun(text) for text in said]


def _notes(day: Day) -> list[str]:
    """Why a day is not the ordinary one, in whole sentences."""
    date_words = {"date": words.long_date(day.day), "reason": words.said(day.reason).rstrip("。.")}
    if day.is_cancelled:
        said = _("%(date)s的接访已取消，原因：%(reason)s。") if date_words["reason"] else _("%(date)s的接访已取消。")
        return [said % date_words]
    found = []
    if date_words["reason"]:
        found.append(_("%(date)s接访的调整原因：%(reason)s。") % date_words)
    elif day.is_postponed:
        found.append(words.why(day.reasons))
    if day.is_provisional:
        found.append(_("%(date)s为暂定日期：该年的节假日安排尚未公布，确定后另行公告。") % date_words)
    return [note for note in found if note]


def _scope(roster: Roster) -> dict[str, Any]:
    return {"heading": _("接访范围"), "paragraphs": words.said(roster.county["scope"]).splitlines()}


def _booking(roster: Roster) -> dict[str, Any]:
    """How to book, and until when."""
    closes = roster.county["booking_closes"]
    days = closes["workdays_before"]
    if days == 0:
        until = _("预约截止：接访日当天 %(at)s。") % closes
    else:
        until = ngettext("预约截止：接访日前 %(days)s 个工作日的 %(at)s。", "预约截止：接访日前 %(days)s 个工作日的 %(at)s。", days)
        until %= {"days": days, "at": closes["at"]}
    if roster.county["phone"]:
        until = _("%(sentence)s咨询电话：%(phone)s。") % {"sentence": until, "phone": roster.county["phone"]}
    return {"heading": _("预约方式"), "paragraphs": [*words.said(roster.county["booking"]).splitlines(), until]}


def _visiting(roster: Roster) -> dict[str, Any]:
    """The visitor's notice, numbered, and whom to call."""
    notice = roster.county["notice"]
    sentences = notice["en" if words.english() else "zh"] or notice["zh"]
    items = [*sentences, *_supervision(roster)]
    return {"heading": _("来访须知"), "paragraphs": [f"{n}. {sentence}" for n, sentence in enumerate(items, start=1)]}


def _enquiries(roster: Roster) -> list[str]:
    phone = roster.county["phone"]
    return [*([_("咨询电话：%(phone)s。") % {"phone": phone}] if phone else []), *_supervision(roster)]


def _supervision(roster: Roster) -> list[str]:
    phone = roster.county["supervision_phone"]
    return [_("监督电话：%(phone)s。") % {"phone": phone}] if phone else []
