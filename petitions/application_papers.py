"""The petitioner's own application for a review or re-review, filled in as far as is known, to be printed, signed and handed in.

Source: Regulations on Petition Work, art. 35, 36. Nobody has to use this form: a request in any words, on paper or online, is as good.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from petitions import document_papers
from petitions.models import Case, Document
from petitions.papers import Paper
from petitions.standing import Remedy
from petitions.wording.parts import NUMERALS, chinese, day
from reception import codes
from reception.models import County

# So many empty lines are left to write on where nothing is typed.
ROOM = 10


@chinese
def application(
    case: Case, remedy: Remedy, of: Document, *, county: County, person: Mapping[str, str], at: datetime, text: str = ""
) -> Paper:
    """The application to `remedy.body` about the document `of`: an opinion, or a review's opinion. `person` is the petitioner, in clear."""
    level = str(remedy.level.label)
    against = document_papers.issuer_of(of, county)
    title, number = of.said["title"], document_papers.number(of, county)
    delivery = getattr(of, "delivery", None)
    facts = [
        ["申请人", person["name"]],
        ["证件号码", person.get("id_number") or ""],
        ["联系电话", person.get("phone") or ""],
        ["住址", person.get("address") or ""],
        ["信访事项编号", codes.show_number(case.number)],
        ["作出意见的机关", against],
        ["不服的意见", f"{title}（{number}）"],
        ["收到意见的日期", day(delivery.delivered_on) if delivery else ""],
        ["申请期限", f"至{day(remedy.until)}"],
    ]
    reasons = [line.strip() for line in text.splitlines() if line.strip()]
    data: dict[str, Any] = {
        "title": f"信访事项{level}申请书",
        "author": county.bureau,
        "flipped": False,
        "size": 12,
        "letterhead": "",
        "case": "",
        "number": "",
        "to": f"{remedy.body}：",
        "lead": [],
        "facts": facts,
        "sections": [
            {"heading": f"{NUMERALS[0]}、申请事项", "paragraphs": [f"请求对上述意见进行{level}。"]},
            {"heading": f"{NUMERALS[1]}、理由", "paragraphs": reasons},
        ],
        "table": {"head": [], "rows": [], "widths": [1]},
        "items": [],
        "after": [],
        "rules": 0 if reasons else ROOM,
        "blanks": ["申请人签名", "申请日期"],
        "close": "",
        "signature": [],
        "seal": "",
        "contact": "",
        "stub": {"title": "", "cut": "", "facts": [], "notes": []},
        "caption": [],
        "foot": {"page": "— {n} —", "lines": [f"附：{title}复印件", f"{county.bureau} {county.phone}".strip()]},
    }
    return Paper("official", f"application-{remedy.level.value}", data, at, lang="zh")
