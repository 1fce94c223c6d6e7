"""The copy as a file: a ZIP with everything as JSON, the same as a text to read, and the documents as PDF."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from petitions import document_papers
from petitions.models import Case
from reception import printing
from reception.models import County


def answer(case: Case, said: dict[str, Any], *, county: County, at: datetime) -> HttpResponse:
    """The ZIP as a download that nobody stores."""
    person = {key: str(value) for key, value in said["petitioner"].items()}
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("copy.json", json.dumps(said, ensure_ascii=False, indent=2))
        file.writestr("copy.txt", "\ufeff" + "\r\n".join(_lines(said)) + "\r\n")
        for document in case.documents.filter(for_petitioner=True).select_related("issuer", "case").order_by("issued_on", "pk"):
            paper = document_papers.paper(document, county=county, person=person, at=at)
            try:
                content = paper.pdf()
            except printing.Unprintable:
                # What it says is in copy.json.
                continue
            file.writestr(f"{paper.name}.pdf", content)
    response = HttpResponse(kept.getvalue(), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="copy-{case.number}.zip"'
    response["Cache-Control"] = "no-store"
    return response


def _lines(said: dict[str, Any]) -> Iterator[str]:
    """The copy in words, section by section."""
    yield _("信访事项 %(number)s 的全部记录") % {"number": said["number"]}
    yield f"{said['bureau']} · {said['made_at']}"
    facts = {
        _("状态"): said["status"],
        _("性质"): said["kind"],
        _("来源"): said["way_in"],
        _("类别"): said["topic"],
        _("收到日期"): said["received_on"],
        _("人数"): said["people"],
        _("所反映的对象"): _("、").join(said["complains_of"]),
        _("反映的问题"): said["matter"],
        _("诉求"): said["wish"],
    }
    yield from (f"{name}：{value}" for name, value in facts.items() if value)
    sections = {
        _("信访人和代表"): [said["petitioner"], *said["representatives"]],
        _("接访"): said["receptions"],
        _("经过"): said["steps"],
        _("办理期限"): said["clocks"],
        _("文书"): [{key: value for key, value in one.items() if key != "said"} for one in said["documents"]],
        _("材料"): said["materials"],
        _("谁查看过身份信息"): said["read_by"],
        _("破窗查阅"): said["opened_to"],
    }
    for title, rows in sections.items():
        yield ""
        yield f"【{title}】"
        yield from (" · ".join(str(value) for value in row.values() if value != "") for row in rows)
