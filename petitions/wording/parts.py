"""The parts that what a document says is put together from, and the words that all of them share.

`said` is JSON: `title`; `to`, the unit a letter goes to (none where it goes to the petitioner); `by`, who signs where that is no unit of
the county; `lead`, the paragraphs before the facts; `facts`, pairs of a label and its words; `paragraphs`; `items`, rows, a table where
`heads` names its columns and otherwise matters with what becomes of each; `after`, the paragraphs after those; `remedy`, who can be
asked next, until when, and the sentence that says so; `blanks`, labels of what is written in by hand; `close`, the last sentence; `contact`; `due_on`, the day that something has to be
done by; `of`, kind, year and number of the document that a delivery slip is about. Days are ISO dates. A paragraph that is a short line
beginning with a Chinese numeral and 、 is a heading.
"""

from collections.abc import Callable, Sequence
from datetime import date
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.utils import translation

from petitions.models import Case, WayIn
from reception import codes
from reception.models import County, Department

P = ParamSpec("P")
R = TypeVar("R")
Said = dict[str, Any]
NUMERALS = "一二三四五六七八九十"
# Names that begin with the character a county's name may end with, and mean something else by it.
NOT_THE_COUNTY = ("市场", "市政", "市容", "市民", "县域", "区域", "区划")
WAYS = {
    WayIn.RECEPTION.value: "在领导接访时",
    WayIn.LETTER.value: "通过来信",
    WayIn.PHONE.value: "通过来电",
    WayIn.WEB.value: "通过网上",
}


def chinese(compose: Callable[P, R]) -> Callable[P, R]:
    """Official documents are Chinese: the names of grounds and kinds too."""

    @wraps(compose)
    def composed(*args: P.args, **kwargs: P.kwargs) -> R:
        with translation.override("zh-hans"):
            return compose(*args, **kwargs)

    return composed


def day(when: date) -> str:
    """2026年3月1日."""
    return f"{when.year}年{when.month}月{when.day}日"


def said(title: str, **parts: Any) -> Said:
    """What a document says, without the parts it has not."""
    return {"title": title, "facts": [], "paragraphs": [], **{name: part for name, part in parts.items() if part}}


def full_name(unit: Department, county: County) -> str:
    """A unit by its full name, as its seal has it: 县住房和城乡建设局 and 住房和城乡建设局 of 澄河县 are 澄河县住房和城乡建设局."""
    if unit.name.startswith(county.name):
        return unit.name
    if unit.name.startswith(county.name[-1]) and not unit.name.startswith(NOT_THE_COUNTY):
        return county.name + unit.name[1:]
    return county.name + unit.name


def raised(case: Case) -> str:
    """您于2026年3月1日在领导接访时反映的信访事项. The number stands at the head of every document."""
    return f"您于{day(case.received_on)}{WAYS[case.way_in]}反映的信访事项"


def matter_of(case: Case) -> str:
    """信访人于2026年3月1日在领导接访时反映的信访事项."""
    return "信访人" + raised(case).removeprefix("您")


def facts_of(case: Case) -> list[list[str]]:
    """What every letter about a case begins with."""
    return [
        ["信访事项编号", codes.show_number(case.number)],
        ["收到日期", f"{day(case.received_on)}（{case.get_way_in_display()}）"],
        ["类别", case.topic.name + (f"（{case.get_kind_display()}）" if case.kind else "")],
        ["反映的问题", case.matter],
        ["诉求", case.wish],
    ]


def headed(*sections: tuple[str, str | Sequence[str]]) -> list[str]:
    """Numbered headings, each with its paragraphs; a section without any is left out."""
    found: list[str] = []
    kept = [(heading, paragraphs(text)) for heading, text in sections]
    for numeral, (heading, words) in zip(NUMERALS, [one for one in kept if one[1]], strict=False):
        found += [f"{numeral}、{heading}", *words]
    return found


def paragraphs(text: str | Sequence[str]) -> list[str]:
    """Each line of one text, or of several, as a paragraph of its own; empty ones are left out."""
    texts = [text] if isinstance(text, str) else text
    return [line.strip() for one in texts for line in one.splitlines() if line.strip()]


def asked_at(county: County, unit: Department | None = None) -> str:
    """Who can be called about a document; empty where no number is known."""
    phone = unit.phone if unit else county.phone
    return f"联系电话：{phone}" if phone else ""


def followed(county: County) -> str:
    """How the petitioner follows the case."""
    return "办理情况可以凭编号和查询码在网上查询，也可以持身份证件到信访部门窗口查询。"


def remedy(*, body: str, level: str, paper: str, until: date | None = None) -> Said:
    """Who can be asked next: `level` is 复查 or 复核, `paper` what the thirty days run from the receipt of."""
    text = f"如不服本{paper}，可以自收到之日起30日内向{body}书面申请{level}"
    text += f"，最后一日为{day(until)}。" if until else "。"
    return {"body": body, "text": text, **({"until": until.isoformat()} if until else {})}
