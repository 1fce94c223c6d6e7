"""Paper: a template of `templates/documents` and its data in, the bytes of a PDF out.

The same template, data, language and moment always give the same bytes. The data go in as JSON and are set as they are written:
nothing in them is ever read as markup. Only the fonts that come with the portal are used, and nothing is fetched.
"""

import io
import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

import pylopdf_fonts_zh_cn
import segno
import structlog
import typst
from django.conf import settings

log = structlog.get_logger(__name__)
TEMPLATES = settings.BASE_DIR / "templates" / "documents"
# For archives (PDF/A-2a) and for those who hear a page (PDF/UA-1).
STANDARDS: "list[typst.PDFStandard]" = ["a-2a", "ua-1"]
# Documents held by each process: some 70 kB apiece.
KEPT = 128
# Of a character that no font has; the foot of the page then says to write it in.
NO_GLYPH = "could not be displayed"
PLACE = re.compile(r"┌─ (\S+:\d+:\d+)")


class Unprintable(Exception):
    """The document could not be made; the log says at which line of which template."""


def compile(template: str, data: Mapping[str, Any], *, lang: str, at: datetime, keep: bool = False) -> bytes:  # noqa: A001 - Typst's own word
    """The PDF of a template, as issued at a moment. `lang` is ``zh`` or ``en``.

    `data` holds what `base.typ` wants of every document (title, author, foot) and what the template wants. `keep` holds the bytes
    in this process for whoever asks next: for published documents, which never change; never for one about a person.
    Raises `Unprintable`.
    """
    text = json.dumps({**data, "lang": lang}, ensure_ascii=False, sort_keys=True)
    return _kept(template, text, at) if keep else _compiled(template, text, at)


def qr(text: str) -> str:
    """A QR code as SVG, to be given to a template with its data."""
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="svg", border=1, xmldecl=False, nl=False)
    return drawn.getvalue().decode()


def _compiled(template: str, text: str, at: datetime) -> bytes:
    try:
        return _typeset(template, text, at, STANDARDS)
    except typst.TypstError as error:
        # The standards forbid a character that no font has, as a rare one of a name may be: better the paper without them than none.
        log.warning("paper_below_standard", template=template, places=_places(error))
        rare = {"rare": "1"} if NO_GLYPH in error.message else {}
    try:
        return _typeset(template, text, at, [], rare)
    except typst.TypstError as error:
        log.error("paper_failed", template=template, places=_places(error))
        # Typst's message may quote the data, so it goes no further.
        raise Unprintable(template) from None


_kept = lru_cache(maxsize=KEPT)(_compiled)


def _typeset(
    template: str, text: str, at: datetime, standards: "list[typst.PDFStandard]", more: Mapping[str, str] | None = None
) -> bytes:
    return typst.compile(
        str(TEMPLATES / f"{template}.typ"),
        root=str(TEMPLATES),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": text, **(more or {})},
        pdf_standards=standards,
        timestamp=int(at.timestamp()),
    )


@cache
def _fonts() -> typst.Fonts:
    # A folder: Typst passes over the path of a single file in silence.
    folder = pylopdf_fonts_zh_cn.serif_path().parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


def _places(error: typst.TypstError) -> list[str]:
    """Where in the templates it went wrong: all of an error that can be logged."""
    return PLACE.findall(error.diagnostic)
