"""Read a list of days off and make-up working days: a table (CSV) or a calendar file (ICS), as offices and calendar programs write them.

A table begins with a header, in Chinese or English: 日期 day, 放假或上班 off or worked, 名称 name; and where wanted 英文名称 name in
English, 层级 level. Columns are parted by commas, tabs or semicolons.
A calendar file holds whole-day events marked 休 or 班 in their summary or category; unmarked events say nothing about work.
Nothing here raises: what is wrong comes back as problems with their line, and then there are no days.
"""

import csv
import io
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from reception.actions.proposals import MOST_ROWS, Line
from reception.models import Level
from reception.workbooks import cells
from reception.workbooks.columns import SHEETS, Column

MOST_BYTES = 200_000
MOST_DAYS_OF_AN_EVENT = 31
MOST_PROBLEMS = 50
COLUMNS = {
    column.key: column for sheet in SHEETS if sheet.key == "calendar" for column in sheet.columns if column.key != "document"
}
HEADERS = {name.casefold(): column.key for column in COLUMNS.values() for name in (column.zh, column.en, column.key)} | {
    "类型": "works",
    "类别": "works",
    "日": "day",
    "date": "day",
    "type": "works",
    "节日": "name",
}
WORDS = {
    "休": "放假",
    "班": "上班",
    "补班": "上班",
    "调休上班": "上班",
    "holiday": "off",
    "workday": "worked",
    "work": "worked",
    "0": "放假",
    "1": "上班",
}
WORKED, OFF = re.compile(r"班|\bwork", re.IGNORECASE), re.compile(r"休|放假|假期|\b(?:holiday|day off)\b", re.IGNORECASE)
MARK = re.compile(r"[\s（(【\[·:：-]*(?:调休上班|补班|上班|放假|假期|调休|休|班)[\s）)】\]]*(?:第?\s*\d+\s*天.*)?$")
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and in which line, counted from 1; 0 where it is the whole."""

    line: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Read:
    """Days, in order; or problems, and then no days. `skipped` counts events that say nothing about work."""

    lines: tuple[Line, ...] = ()
    problems: tuple[Problem, ...] = ()
    skipped: int = 0


def text_of(data: bytes) -> str | None:
    """The text of a file: UTF-8, UTF-16 with its mark, or GB 18030; None where it is none of these or holds control characters."""
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\x00" in text else text
    return None


def read(text: str, *, level: int = int(Level.COUNTY)) -> Read:
    """Read a table or a calendar file. `level` is whose word the days are where the table does not say."""
    if len(text.encode(errors="replace")) > MOST_BYTES:
        return Read(problems=(Problem(0, _("内容太大，最多 %(most)d KB。") % {"most": MOST_BYTES // 1000}),))
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        return Read(problems=(Problem(0, _("内容是空的。")),))
    reader = _Reader(level)
    if re.search(r"^\s*BEGIN:VCALENDAR", text, re.IGNORECASE):
        reader.calendar_file(text)
    else:
        reader.table(text)
    if not reader.found and not reader.problems:
        reader.wrong(0, _("没有读到任何放假或上班的日期。"))
    if len(reader.found) > MOST_ROWS:
        reader.wrong(
            0, _("一次最多 %(most)d 天，这里有 %(have)d 天。请分几次提出。") % {"most": MOST_ROWS, "have": len(reader.found)}
        )
    if reader.problems:
        return Read(problems=tuple(reader.problems[:MOST_PROBLEMS]), skipped=reader.skipped)
    return Read(tuple(sorted(reader.found.values())), skipped=reader.skipped)


class _Reader:
    """What was found so far."""

    def __init__(self, level: int) -> None:
        self.level = level
        self.found: dict[tuple[date, int], Line] = {}
        self.problems: list[Problem] = []
        self.skipped = 0

    def wrong(self, number: int, sentence: str) -> None:
        self.problems.append(Problem(number, sentence))

    def add(self, number: int, line: Line) -> None:
        if (line.day, line.level) in self.found:
            self.wrong(number, _("%(day)s 在同一层级写了两次。请只留一次。") % {"day": line.day})
        self.found[line.day, line.level] = line

    def table(self, text: str) -> None:
        head = next(line for line in text.split("\n") if line.strip())
        delimiter = next((mark for mark in "\t;；，" if mark in head), ",")
        rows = csv.reader(io.StringIO(text), delimiter=delimiter)
        keys: list[str | None] | None = None
        try:
            for row in rows:
                number = rows.line_num
                given = [cell.strip() for cell in row]
                if not any(given):
                    continue
                if keys is None:
                    keys = self._header(number, given)
                    if keys is None:
                        return
                elif len(given) > len(keys) and any(given[len(keys) :]):
                    self.wrong(number, _("这一行的列比表头多。"))
                else:
                    self._row(number, {key: cell for key, cell in zip(keys, given, strict=False) if key and cell})
        except csv.Error:
            self.wrong(rows.line_num, _("这一行不是可用的表格内容。"))

    def _header(self, number: int, given: list[str]) -> list[str | None] | None:
        keys = [HEADERS.get(cell.casefold()) for cell in given]
        named = [key for key in keys if key]
        missing = [column.zh for column in COLUMNS.values() if column.required and column.key not in named]
        if missing:
            words = _("表头缺少：%(names)s。第一行须是表头，例如：日期,放假或上班,名称")
            self.wrong(number, words % {"names": _("、").join(missing)})
        unknown = [cell for cell, key in zip(given, keys, strict=True) if cell and key is None]
        if unknown and not missing:
            self.wrong(number, _("不认识的列：%(names)s。") % {"names": _("、").join(cell[:20] for cell in unknown)})
        if len(set(named)) < len(named):
            self.wrong(number, _("表头中有的列写了两次。"))
        return None if self.problems else keys

    def _row(self, number: int, given: dict[str, str]) -> None:
        values = {}
        for key, column in COLUMNS.items():
            cell = given.get(key, "")
            if key == "works":
                cell = WORDS.get(cell.casefold(), cell)
            if not cell:
                if column.required:
                    self.wrong(number, _("没有填写“%(column)s”。") % {"column": column.zh})
                continue
            try:
                values[key] = cells.value(column, cell)
            except cells.Bad as bad:
                self.wrong(number, _("“%(column)s”：%(sentence)s") % {"column": column.zh, "sentence": bad.sentence})
        if {key for key, column in COLUMNS.items() if column.required} <= values.keys():
            level = int(values.get("level") or self.level)
            self.add(number, Line(values["day"], bool(values["works"]), values["name"], values.get("name_en", ""), level))

    def calendar_file(self, text: str) -> None:
        event: dict[str, str] | None = None
        began = 0
        for number, line in _unfolded(text):
            name, _colon, value = line.partition(":")
            name = name.partition(";")[0].strip().upper()
            if (name, value.strip().upper()) == ("BEGIN", "VEVENT"):
                if event is not None:
                    self.wrong(number, _("事件没有结束就开始了另一个。"))
                event, began = {}, number
            elif (name, value.strip().upper()) == ("END", "VEVENT"):
                if event is not None:
                    self._event(began, event)
                event = None
            elif event is not None and name in (
                "SUMMARY",
                "DTSTART",
                "DTEND",
                "CATEGORIES",
                "RRULE",
                "RDATE",
                "STATUS",
                "DURATION",
            ):
                event[name] = value.strip()
        if event is not None:
            self.wrong(began, _("事件没有结束，文件可能不完整。"))

    def _event(self, number: int, event: dict[str, str]) -> None:
        summary = _plain(event.get("SUMMARY", ""))
        marks = f"{summary} {_plain(event.get('CATEGORIES', ''))}"
        works = bool(WORKED.search(marks))
        if event.get("STATUS", "").upper() == "CANCELLED" or not (works or OFF.search(marks)):
            self.skipped += 1
            return
        if "RRULE" in event or "RDATE" in event or "DURATION" in event:
            self.wrong(number, _("“%(name)s”是重复的事件或没有写结束日期，请改成逐日写明的事件。") % {"name": summary[:20]})
            return
        try:
            first = _whole_day(event.get("DTSTART", ""))
            end = _whole_day(event["DTEND"]) if "DTEND" in event else first + ONE_DAY
            days = max((end - first).days, 1)
        except (ValueError, OverflowError):
            self.wrong(number, _("“%(name)s”不是全天事件，或日期不可用。") % {"name": summary[:20]})
            return
        if days > MOST_DAYS_OF_AN_EVENT or end < first:
            self.wrong(
                number, _("“%(name)s”的起止日期不合理（%(days)d 天）。") % {"name": summary[:20], "days": (end - first).days}
            )
            return
        name = MARK.sub("", summary).strip() or (_PLAIN_WORKED if works else _PLAIN_OFF)
        if works and "班" not in name:
            name = f"{name}{_PLAIN_WORKED}"
        try:
            name = cells.value(COLUMNS["name"], name)
            for offset in range(days):
                day = cells.value(COLUMNS["day"], first + offset * ONE_DAY)
                self.add(number, Line(day, works, name, level=self.level))
        except cells.Bad as bad:
            self.wrong(number, bad.sentence)


# Stored words are Chinese whatever the language of whoever imports.
_PLAIN_WORKED, _PLAIN_OFF = "调休上班", "放假"


def _unfolded(text: str) -> list[tuple[int, str]]:
    """The lines of a calendar file, each with the number at which it begins; a line that begins with a blank goes on the one before."""
    found: list[tuple[int, str]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line[:1] in (" ", "\t") and found:
            found[-1] = (found[-1][0], found[-1][1] + line[1:])
        elif line:
            found.append((number, line))
    return found


def _plain(value: str) -> str:
    return re.sub(r"\\([,;\\])", r"\1", value.replace("\\n", " ").replace("\\N", " ")).strip()


def _whole_day(value: str) -> date:
    """A day of a whole-day event; midnight counts as one. Raises `ValueError`."""
    written = re.fullmatch(r"(\d{8})(?:T000000Z?)?", value, re.ASCII)
    if not written:
        raise ValueError(value)
    return datetime.strptime(written[1], "%Y%m%d").date()  # noqa: DTZ007  a day, no moment


def column_names() -> list[tuple[Column, str]]:
    """The columns of the table, each with both headers, for the page that explains them."""
    return [(column, f"{column.zh} / {column.en}") for column in COLUMNS.values()]
