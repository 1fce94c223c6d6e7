"""Official documents on paper: what was frozen when they were issued, with the petitioner's name put in, set in official form.

The text is Chinese whatever language is active: that alone is official. In English a block above it says what the document is.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from petitions.models import Document, DocumentKind
from petitions.papers import HASH_SHOWN, Paper
from petitions.wording.parts import day, full_name
from reception import codes
from reception.models import County
from reception.words import english, long_date, named

K = DocumentKind
# What a number begins with, after the county: whose kind it counts.
MARKS: Mapping[str, str] = {
    K.REGISTRATION: "信登字",
    K.ACCEPTANCE: "信受告字",
    K.NON_ACCEPTANCE: "信不受告字",
    K.NO_FURTHER: "信不再受告字",
    K.GUIDANCE: "信引告字",
    K.TRANSFER: "信转字",
    K.ASSIGNMENT: "信交字",
    K.EXTENSION: "信延告字",
    K.SUPERVISION: "信督字",
    K.OPINION: "信处字",
    K.DELIVERY_SLIP: "信送字",
    K.REVIEW: "信复查字",
    K.REREVIEW: "信复核字",
    K.CLOSING_REPORT: "信结字",
    K.IMPROVEMENT: "信建字",
    K.AGENDA: "信联议字",
}
FORMS = frozenset({K.REGISTRATION, K.DELIVERY_SLIP, K.AGENDA})
# These speak to the petitioner by name; those name them among the facts.
TO_PETITIONER = frozenset({K.ACCEPTANCE, K.NON_ACCEPTANCE, K.NO_FURTHER, K.GUIDANCE, K.EXTENSION, K.OPINION, K.REVIEW, K.REREVIEW})
ABOUT_PETITIONER = frozenset({K.TRANSFER, K.ASSIGNMENT, K.CLOSING_REPORT})
HEADING = re.compile(r"[一二三四五六七八九十]+、[^。；]{1,24}")
DIGITS = "〇一二三四五六七八九"
# Lines for what is written in by hand.
ROOM = "\n" * 4
AGENDA_WIDTHS = (5, 13, 11, 18, 25, 28)


def number(document: Document, county: County) -> str:
    """澄河县信受告字〔2026〕3号: of the county, the kind and the year, without gaps."""
    return numbered(document.kind, document.year, document.n, county)


def numbered(kind: str, year: int, n: int, county: County) -> str:
    return f"{county.name}{MARKS[kind]}〔{year}〕{n}号"


def issuer_of(document: Document, county: County) -> str:
    """Who signs, by the full name; the bureau where no unit does."""
    said: str = document.said.get("by", "")
    return said or (full_name(document.issuer, county) if document.issuer else county.bureau)


def check_code(document: Document) -> str:
    """As many digits of the hash as one compares by eye, in fours."""
    return f"{document.hash[:4]} {document.hash[4:8]} {document.hash[8:HASH_SHOWN]}"


def paper(document: Document, *, county: County, person: Mapping[str, str] | None, at: datetime) -> Paper:
    """The document as it is printed. `person` is who the petitioner is, in clear or masked; None for what belongs to no case."""
    kind, said = DocumentKind(document.kind), document.said
    issuer = issuer_of(document, county)
    data: dict[str, Any] = {
        "title": said["title"],
        "author": issuer,
        "flipped": kind is K.AGENDA,
        "size": 12 if kind in FORMS else 14,
        "letterhead": "" if kind in FORMS else issuer,
        "number": number(document, county),
        "case": f"信访事项编号 {codes.show_number(document.case.number)}" if document.case and kind not in FORMS else "",
        "to": _to(document, person),
        "lead": said.get("lead", []),
        "facts": _facts(document, person, county),
        "sections": sections(said["paragraphs"]),
        "table": {"head": said.get("heads", []), "rows": said["items"] if said.get("heads") else [], "widths": AGENDA_WIDTHS},
        "items": [] if said.get("heads") else _items(said.get("items", [])),
        "after": [*said.get("after", []), *_remedy(document)],
        "rules": 0,
        "blanks": said.get("blanks", _blanks(kind)),
        "close": said.get("close", ""),
        "signature": [] if kind in (K.DELIVERY_SLIP, K.REGISTRATION) else [issuer, day(document.issued_on)],
        "seal": "（印章）",
        "contact": said.get("contact", ""),
        "stub": _stub(document, county) if kind is K.DELIVERY_SLIP else {"title": "", "cut": "", "facts": [], "notes": []},
        "caption": _caption(document, county) if english() else [],
        "foot": _foot(document, county),
    }
    return Paper("official", f"{document.kind}-{document.year}-{document.n}", data, at, lang="zh")


def sections(paragraphs: Sequence[str]) -> list[dict[str, Any]]:
    """Paragraphs under their headings; a heading is a short line that begins with a Chinese numeral."""
    found: list[dict[str, Any]] = []
    for words in paragraphs:
        if HEADING.fullmatch(words):
            found.append({"heading": words, "paragraphs": []})
        elif found:
            found[-1]["paragraphs"].append(words)
        else:
            found.append({"heading": "", "paragraphs": [words]})
    return found


def numeral(n: int) -> str:
    """一 to 九十九."""
    tens, ones = divmod(n, 10)
    if tens == 0:
        return DIGITS[ones]
    return (DIGITS[tens] if tens > 1 else "") + "十" + (DIGITS[ones] if ones else "")


def _to(document: Document, person: Mapping[str, str] | None) -> str:
    if document.said.get("to"):
        return f"{document.said['to']}："
    if person is None or document.kind not in TO_PETITIONER:
        return ""
    return f"{_called(document, person)}："


def _called(document: Document, person: Mapping[str, str]) -> str:
    """The petitioner, and how many come with them."""
    people = document.case.people if document.case else 1
    return person["name"] + (f"等{people}人" if people > 1 else "")


def _facts(document: Document, person: Mapping[str, str] | None, county: County) -> list[list[str]]:
    facts = [list(row) for row in document.said["facts"]]
    if person is None:
        return facts
    if document.kind == K.REGISTRATION:
        own = [["信访人", person["name"]], ["联系电话", person.get("phone", "")], ["证件号码", person.get("id_number", "")]]
        own += [["住址", person["address"]]] if person.get("address") else []
        # What nobody has written yet gets room for it.
        return [facts[0], *own, *([label, words or ROOM] for label, words in facts[1:])]
    if document.kind == K.DELIVERY_SLIP:
        return [
            ["受送达人", _called(document, person)],
            *([row[0], _of(document, county)] if row[0] == "送达文书" else row for row in facts),
        ]
    if document.kind in ABOUT_PETITIONER and facts:
        contact = "  ".join(part for part in (_called(document, person), person.get("phone", "")) if part)
        return [facts[0], ["信访人", contact], *facts[1:]]
    return facts


def _of(document: Document, county: County) -> str:
    """The document that a slip is about, with its number."""
    title = next((row[1] for row in document.said["facts"] if row[0] == "送达文书"), "")
    kind, year, n = document.said["of"]
    return f"{title}（{numbered(kind, year, n, county)}）"


def _items(rows: Sequence[Sequence[str]]) -> list[dict[str, str]]:
    """What becomes of each matter that was raised."""
    return [
        {"heading": f"（{numeral(place)}）{row[0].rstrip('。；; ')}", "text": "：".join(part for part in row[1:] if part)}
        for place, row in enumerate(rows, start=1)
    ]


def _remedy(document: Document) -> list[str]:
    remedy = document.said.get("remedy")
    if not remedy or document.kind == K.DELIVERY_SLIP:
        return []
    return [_remedy_words(remedy)]


def _remedy_words(remedy: Mapping[str, str]) -> str:
    if remedy.get("text"):
        return remedy["text"]
    until = f"，最后一日为{day(date.fromisoformat(remedy['until']))}" if remedy.get("until") else ""
    return f"如不服，可以自收到之日起30日内向{remedy['body']}书面申请复查{until}。"


def _blanks(kind: DocumentKind) -> list[str]:
    if kind is K.DELIVERY_SLIP:
        return ["受送达人签名（盖章）", "收到日期", "送达人签名", "见证人签名", "代收人及代收理由", "未能送达的原因"]
    return ["登记人", "登记日期"] if kind is K.REGISTRATION else []


def _stub(document: Document, county: County) -> dict[str, Any]:
    """What the petitioner tears off and keeps: what they got, and until when they can ask on."""
    said, kept = document.said, {"信访事项编号", "送达日期"}
    remedy = said.get("remedy")
    return {
        "title": "送达凭据（信访人留存）",
        "cut": "沿 此 线 撕 开",
        "facts": [["收到的文书", _of(document, county)], *(list(row) for row in said["facts"] if row[0] in kept)],
        "notes": [*([_remedy_words(remedy)] if remedy else []), "办理情况可以凭编号和查询码在网上查询。"],
    }


def _caption(document: Document, county: County) -> list[list[str]]:
    """What the document is, for whoever reads no Chinese."""
    rows = [
        [_("文书"), str(document.get_kind_display())],
        [_("文号"), number(document, county)],
        [_("出具单位"), named(document.issuer) if document.issuer else county.bureau_en or county.bureau],
        [_("日期"), long_date(document.issued_on)],
    ]
    if document.case:
        rows.append([_("编号"), codes.show_number(document.case.number)])
    if document.said.get("due_on"):
        rows.append([_("文书写明的日期"), long_date(date.fromisoformat(document.said["due_on"]))])
    remedy = document.said.get("remedy")
    if remedy:
        rows.append([_("可以向谁提出"), remedy["body"]])
        if remedy.get("until"):
            rows.append([_("最后一日"), long_date(date.fromisoformat(remedy["until"]))])
    return [*rows, [_("说明"), _("文书以中文为准；以上只说明这是什么文书。")]]


def _foot(document: Document, county: County) -> dict[str, Any]:
    address = f"{settings.SITE_URL}/{county.slug}/verify/"
    with translation.override("zh-hans"):
        which = codes.show_number(document.case.number) if document.case else number(document, county)
        return {
            "page": "— {n} —",
            "lines": [
                f"编号 {which}  校验码 {check_code(document)}",
                f"核对真伪：{address}",
                f"{county.bureau} {county.phone}".strip(),
            ],
        }
