"""Check a county's rows against each other before anything is written: every problem with its place and what to do."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from reception.models.counties import RESERVED_SLUGS
from reception.roles import SEPARATED, Role
from reception.workbooks import cells
from reception.workbooks.columns import BY_KEY, SHEETS, Column, Kind, Sheet
from reception.workbooks.reading import Problem, Raw, Row

Values = dict[str, Any]
Known = Mapping[str, set[str]]


@dataclass
class Clean:
    """A checked workbook: the rows of each sheet as values by column key, and where each row stood."""

    sheets: dict[str, list[Values]] = field(default_factory=dict)

    @property
    def county(self) -> Values:
        return self.sheets["county"][0]

    def rows(self, sheet: str) -> list[Values]:
        return self.sheets.get(sheet, [])


def check(raw: Raw, *, known: Known) -> tuple[Clean, list[Problem]]:
    """The clean rows and every problem, in the order of the workbook. `known` holds the codes that the county has already, by
    sheet. The clean rows may be stored only when there are no problems."""
    clean, problems = Clean(), list(raw.problems)
    for sheet in SHEETS:
        rows = raw.sheets.get(sheet.key, [])
        if sheet.required and not rows:
            problems.append(
                Problem(sheet.zh, 0, "", "missing_sheet", _("缺少工作表“%(name)s”或其中没有内容。") % {"name": sheet.zh})
            )
        clean.sheets[sheet.key] = [_values(sheet, row, problems) for row in rows]
        problems += _twice(sheet, clean.sheets[sheet.key])
    codes = {sheet.key: {row[sheet.same[0]] for row in clean.rows(sheet.key) if sheet.same[0] in row} for sheet in SHEETS}
    for sheet in SHEETS:
        problems += _unknown(sheet, clean.rows(sheet.key), codes, known)
    for rule in RULES:
        problems += rule(clean)
    order = {sheet.zh: index for index, sheet in enumerate(SHEETS)}
    return clean, sorted(problems, key=lambda problem: (order.get(problem.sheet, len(order)), problem.row))


def _values(sheet: Sheet, row: Row, problems: list[Problem]) -> Values:
    """The values of a row; a cell that is wrong is a problem and is left out. `#` is the row's number."""
    values: Values = {"#": row.number}
    for column in sheet.columns:
        cell = row.cells.get(column.key)
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            if column.required:
                problems.append(_problem(sheet, row.number, column, "missing", _("必填，不能为空。")))
            continue
        try:
            values[column.key] = cells.value(column, cell)
        except cells.Bad as bad:
            problems.append(_problem(sheet, row.number, column, bad.kind, bad.sentence))
    return values


def _problem(sheet: Sheet, row: int, column: Column | str, kind: str, sentence: str) -> Problem:
    name = column if isinstance(column, str) else column.zh
    return Problem(sheet.zh, row, name, kind, sentence)


def _twice(sheet: Sheet, rows: list[Values]) -> Iterator[Problem]:
    first: dict[tuple[Any, ...], int] = {}
    for row in rows:
        same = tuple(row.get(key) for key in sheet.same)
        if None in same[:1]:
            continue
        if same in first:
            column = sheet.column(sheet.same[-1])
            yield _problem(
                sheet, row["#"], column, "row_twice", _("与第 %(row)d 行重复，请合并或删去一行。") % {"row": first[same]}
            )
        first.setdefault(same, row["#"])


def _unknown(sheet: Sheet, rows: list[Values], codes: Known, known: Known) -> Iterator[Problem]:
    """References to codes that no row has."""
    for column in sheet.columns:
        if column.kind not in (Kind.REFERENCE, Kind.REFERENCES):
            continue
        there = codes[column.to] | known.get(column.to, set())
        for row in rows:
            named = row.get(column.key, [])
            for code in [named] if isinstance(named, str) else named:
                if code not in there:
                    near = get_close_matches(code, there, n=1, cutoff=0.3)
                    hint = _("是否为“%(near)s”？") % {"near": near[0]} if near else ""
                    where = BY_KEY[column.to].zh
                    sentence = _("“%(sheet)s”表中没有代码“%(code)s”。") % {"sheet": where, "code": code}
                    yield _problem(sheet, row["#"], column, "unknown_code", sentence + hint)


def _county(clean: Clean) -> Iterator[Problem]:
    sheet, rows = BY_KEY["county"], clean.rows("county")
    for row in rows[1:]:
        yield _problem(sheet, row["#"], "", "two_counties", _("一份工作簿只导入一个县，请删去这一行。"))
    for row in rows[:1]:
        if row.get("slug") in RESERVED_SLUGS or str(row.get("slug", "")) != str(row.get("slug", "")).lower():
            yield _problem(sheet, row["#"], sheet.column("slug"), "bad_slug", _("网址名用小写字母，且不能是本站保留的词。"))
        code = row.get("code")
        if code is not None and not (len(code) == len("139901") and code.isdecimal()):
            yield _problem(sheet, row["#"], sheet.column("code"), "bad_code", _("行政区划代码是六位数字。"))


def _periods(clean: Clean) -> Iterator[Problem]:
    """Reversed periods; two holders of a post, or two absences of a leader, at once."""
    for key, same in (("tenures", "post"), ("absences", "leader")):
        sheet = BY_KEY[key]
        kind = "two_holders" if key == "tenures" else "two_absences"
        seen: dict[str, list[Values]] = {}
        for row in clean.rows(key):
            if "starts_on" not in row or same not in row:
                continue
            starts_on, ends_on = row["starts_on"], row.get("ends_on", date.max)
            if ends_on <= starts_on:
                yield _problem(sheet, row["#"], sheet.column("ends_on"), "reversed", _("结束日期早于开始日期。"))
                continue
            for other in seen.get(row[same], []):
                if starts_on < other.get("ends_on", date.max) and other["starts_on"] < ends_on:
                    sentence = _("与第 %(row)d 行的时间重叠，请修改其中一行的起止日期。") % {"row": other["#"]}
                    yield _problem(sheet, row["#"], sheet.column("starts_on"), kind, sentence)
            seen.setdefault(row[same], []).append(row)


def _hours(clean: Clean) -> Iterator[Problem]:
    sheet = BY_KEY["rotations"]
    for row in clean.rows("rotations"):
        if "starts" in row and "ends" in row and row["ends"] <= row["starts"]:
            yield _problem(sheet, row["#"], sheet.column("ends"), "reversed", _("结束时间须晚于开始时间。"))


def _calendar(clean: Clean) -> Iterator[Problem]:
    sheet = BY_KEY["calendar"]
    levels: dict[Any, Any] = {}
    for row in clean.rows("calendar"):
        place = (row.get("day"), row.get("level", "3"))
        other = levels.setdefault(place, row)
        if other is not row and other.get("works") != row.get("works"):
            sentence = _("与第 %(row)d 行矛盾：同一层级对同一天一行说放假、一行说上班。") % {"row": other["#"]}
            yield _problem(sheet, row["#"], sheet.column("works"), "contradiction", sentence)


def _history(clean: Clean) -> Iterator[Problem]:
    """Whoever received must have held the post that day; a substitute needs post and reason; posts belong to the rotation."""
    sheet = BY_KEY["history"]
    seats = {row["code"]: row.get("posts", []) for row in clean.rows("rotations") if "code" in row}
    for row in clean.rows("history"):
        day = row.get("day")
        pairs = [("post", "leader"), ("substitute_post", "substitute")]
        for post, leader in pairs:
            if day and row.get(post) and row.get(leader) and not _held(clean, row[post], row[leader], day):
                yield _problem(sheet, row["#"], sheet.column(leader), "not_holder", _("此人当日不担任这一职务，请核对“任职”表。"))
        given = [key for key in ("substitute_post", "substitute", "reason") if row.get(key)]
        if given and len(given) < 3:
            missing = next(key for key in ("substitute_post", "substitute", "reason") if not row.get(key))
            yield _problem(sheet, row["#"], sheet.column(missing), "missing", _("替代者、替代者职务和原因须一并填写。"))
        if row.get("rotation") in seats and row.get("post") and row["post"] not in seats[row["rotation"]]:
            yield _problem(sheet, row["#"], sheet.column("post"), "not_in_rotation", _("这一职务不在该轮值序列中。"))


def _held(clean: Clean, post: str, leader: str, day: date) -> bool:
    tenures = [row for row in clean.rows("tenures") if row.get("post") == post and row.get("leader") == leader]
    # A workbook without tenures relies on those the county has; storing checks them.
    return not clean.rows("tenures") or any(row.get("starts_on", date.max) <= day < row.get("ends_on", date.max) for row in tenures)


def _accounts(clean: Clean) -> Iterator[Problem]:
    sheet = BY_KEY["accounts"]
    separated: dict[str, str] = {}
    for row in clean.rows("accounts"):
        try:
            validate_email(row.get("email") or "none@example.invalid")
        except ValidationError:
            yield _problem(sheet, row["#"], sheet.column("email"), "bad_email", _("不是可用的电子邮件地址。"))
        role = row.get("role")
        if role in (Role.LEADER, Role.SECRETARY) and not row.get("leader"):
            yield _problem(sheet, row["#"], sheet.column("leader"), "missing", _("领导和秘书的账号须填写领导代码。"))
        if role in SEPARATED and separated.setdefault(row.get("username", ""), role) != role:
            yield _problem(
                sheet, row["#"], sheet.column("role"), "separated", _("审计员、安全管理员、系统管理员三者不能由一人兼任。")
            )


RULES: tuple[Callable[[Clean], Iterator[Problem]], ...] = (_county, _periods, _hours, _calendar, _history, _accounts)
