"""One cell to one value: dates, times, numbers, codes and words, as people and office programs write them."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from reception.workbooks.columns import Column, Kind

DAY = re.compile(r"(\d{4})\s*(?:-|/|\.|年)\s*(\d{1,2})\s*(?:-|/|\.|月)\s*(\d{1,2})\s*日?(?:\s+00:00:00)?")
TIME = re.compile(r"(\d{1,2})\s*[:：]\s*(\d{2})(?::00)?")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
SEPARATORS = re.compile(r"[\s,，、;；]+")
DIRECTION_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


class Bad(Exception):
    """The cell does not hold what its column says: a word for the kind of fault, and a sentence."""

    def __init__(self, kind: str, sentence: str) -> None:
        super().__init__(sentence)
        self.kind, self.sentence = kind, sentence


def value(column: Column, cell: Any) -> Any:
    """The value of a cell. Raises `Bad`."""
    return READERS[column.kind](column, cell)


def _text(column: Column, cell: Any) -> str:
    text = _plain(cell)
    lines = column.kind is Kind.LINES
    for character in text:
        if character in DIRECTION_MARKS or (unicodedata.category(character) in ("Cc", "Cs") and not (lines and character == "\n")):
            raise Bad("control_character", _("含有看不见的控制字符（U+%(code)04X），请删去后重新输入。") % {"code": ord(character)})
    if len(text) > column.most:
        raise Bad("too_long", _("有 %(have)d 个字，最多 %(most)d 个。") % {"have": len(text), "most": column.most})
    return text


def _plain(cell: Any) -> str:
    """The text of a cell; a whole number that the office program stores as 130000.0 is 130000."""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip().replace("\r\n", "\n")


def _code(column: Column, cell: Any) -> str:
    text = _text(column, cell)
    if not CODE.fullmatch(text):
        raise Bad("bad_code", _("代码“%(text)s”只能用字母、数字和 . _ -。") % {"text": text})
    return text


def _number(column: Column, cell: Any) -> int:
    text = _plain(cell)
    if not (text.isascii() and text.isdecimal()) or not column.least <= int(text) <= column.most:
        raise Bad(
            "bad_number",
            _("须是 %(least)d 到 %(most)d 的整数，不是“%(text)s”。")
            % {"least": column.least, "most": column.most, "text": text[:20]},
        )
    return int(text)


def _day(column: Column, cell: Any) -> date:
    found: date | None
    if isinstance(cell, datetime):
        found = cell.date()
    elif isinstance(cell, date):
        found = cell
    else:
        written = DAY.fullmatch(_plain(cell))
        try:
            found = date(*(int(part) for part in written.groups())) if written else None
        except ValueError:
            found = None
    if found is None or not 1990 <= found.year <= 2100:
        raise Bad("bad_day", _("“%(text)s”不是可用的日期，请写成 2026-02-24。") % {"text": _plain(cell)[:20]})
    return found


def _last_day(column: Column, cell: Any) -> date:
    """The workbook names the last day, included; the tables hold the day after it."""
    return _day(column, cell) + timedelta(days=1)


def _time(column: Column, cell: Any) -> time:
    if isinstance(cell, datetime):
        return cell.time().replace(second=0, microsecond=0)
    if isinstance(cell, time):
        return cell.replace(second=0, microsecond=0)
    written = TIME.fullmatch(_plain(cell))
    try:
        if written:
            return time(int(written[1]), int(written[2]))
    except ValueError:
        pass
    raise Bad("bad_time", _("“%(text)s”不是可用的时刻，请写成 8:30。") % {"text": _plain(cell)[:20]})


def _choice(column: Column, cell: Any) -> str:
    text = _plain(cell)
    if text not in column.choices:
        shown = _("、").join(dict.fromkeys(column.choices))
        raise Bad("bad_choice", _("“%(text)s”不在可选的词中：%(choices)s。") % {"text": text[:20], "choices": shown})
    return column.choices[text]


def _references(column: Column, cell: Any) -> list[str]:
    codes = [code for code in SEPARATORS.split(_plain(cell)) if code]
    for code in codes:
        if not CODE.fullmatch(code):
            raise Bad("bad_code", _("代码“%(text)s”只能用字母、数字和 . _ -。") % {"text": code[:20]})
        if codes.count(code) > 1:
            raise Bad("named_twice", _("“%(code)s”写了两次。") % {"code": code})
    return codes


READERS = {
    Kind.TEXT: _text,
    Kind.LINES: _text,
    Kind.WORDS: _text,
    Kind.CODE: _code,
    Kind.REFERENCE: lambda column, cell: _code(Column(column.key, column.zh, column.en, Kind.CODE, most=40), cell),
    Kind.NUMBER: _number,
    Kind.DAY: _day,
    Kind.LAST_DAY: _last_day,
    Kind.TIME: _time,
    Kind.CHOICE: _choice,
    Kind.REFERENCES: _references,
}
