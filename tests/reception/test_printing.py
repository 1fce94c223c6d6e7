"""Paper: data are set as they are written, the same bytes each time, with the portal's own fonts and nothing fetched."""

import re
from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from structlog.testing import capture_logs

from reception import printing

AT = datetime(2026, 1, 9, 2, 0, tzinfo=UTC)
# Everything that means something to Typst, and what people write.
LETTERS = "*_`$#\\/<>@=-+~[](){}\"'.,:;!?%&|^0123456789abcxyzABCXYZ《》（）、，。：；“”县领导接访公告甲乙丙丁"
PARTS = """
#import "base.typ": code, data, facts, lead, letterhead, section, sheet, signature, title
#show: sheet
#letterhead(data.author)
#title(data.title)
#lead(data.lead)
#facts(data.facts)
#code(data.code, caption: data.caption, qr: data.foot.qr)
#for n in range(60) { section((heading: "", paragraphs: ("第" + str(n) + "段",))) }
#signature(data.signature)
"""


def notice(**more):
    return {
        "title": "公告",
        "author": "澄河县信访局",
        "lead": "如下：",
        "size": 14,
        "flipped": False,
        "table": {
            "head": ["日期", "领导"],
            "widths": [1, 1],
            "rows": [[{"text": "2月24日", "rows": 1}, "甲"]],
            "size": 10,
            "tight": False,
        },
        "tight": False,
        "notes": [],
        "sections": [],
        "signature": ["澄河县信访局", "2026年1月9日"],
        "foot": {"page": "— {n} —", "lines": ["第 1 期"], "qr": printing.qr("https://example.invalid/")},
    } | more


def hostile(text):
    return notice(
        title=f"甲{text}乙",
        author=text,
        lead=text,
        table={"head": [text, "x"], "widths": [1, 1], "rows": [[{"text": text, "rows": 1}, text]], "size": 10},
        notes=[text],
        sections=[{"heading": text, "paragraphs": [text]}],
        signature=[text],
        foot={"page": "{n}", "lines": [text], "qr": None},
    )


def read(content):
    return "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def bare(text):
    return re.sub(r"\s", "", text)


def compiled(data=None, **more):
    return printing.compile("notice", data or notice(), **{"lang": "zh", "at": AT} | more)


@settings(max_examples=30, deadline=None)
@given(st.text(alphabet=LETTERS, min_size=1, max_size=30))
@example('#panic("x")')
@example("*bold* _it_ $x^2$ `raw`")
@example('#read("/etc/passwd") #import "@preview/a:1.0.0"')
@example("= 标题 - 项 + 项 / 词: 义 // 注 /* 注 */ \\u{41} ~ -- --- ... <a> @a https://b")
@example('"]) #set page(fill: red)')
@example("甲\n乙\n\n丙")
def test_whatever_is_written_is_printed_as_it_is_written(text):
    content = compiled(hostile(text))
    said = bare(read(content))
    # Author apart, the text stands in nine places.
    assert said.count(bare(text)) >= 9
    title = PdfReader(BytesIO(content)).metadata.title
    assert bare(title) == bare(f"甲{text}乙")


def test_the_same_document_is_the_same_bytes(monkeypatch):
    first = compiled()
    printing._fonts.cache_clear()
    assert compiled() == first
    # Each of its four parts makes another document.
    assert len({first, compiled(notice(title="又")), compiled(lang="en"), compiled(at=AT.replace(hour=3))}) == 4


def test_only_what_is_public_is_held_in_the_process():
    printing._kept.cache_clear()
    compiled()
    assert printing._kept.cache_info().currsize == 0
    assert compiled(keep=True) is compiled(keep=True)
    assert compiled(keep=True) is not compiled(lang="en", keep=True)
    assert printing._kept.cache_info().maxsize == printing.KEPT


def test_fonts_are_those_of_the_portal_and_in_the_file():
    reader = PdfReader(BytesIO(compiled()))
    fonts = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]
    names = {font["/BaseFont"].split("+")[-1].split("-")[0] for font in fonts}
    assert names == {"NotoSerifSC", "NotoSansSC"}
    for font in fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile3", "/FontFile2"} & set(descriptor)
    assert set(printing._fonts().families()) == {"Noto Serif SC", "Noto Sans SC"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_keeps_for_archives_and_can_be_read_out(lang):
    reader = PdfReader(BytesIO(compiled(lang=lang)))
    described = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert re.search(r"pdfaid:part>2<", described)
    assert re.search(r"pdfuaid:part>1<", described)
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"] is not None
    assert str(reader.trailer["/Root"]["/Lang"]).startswith(lang)
    assert reader.metadata.author == "澄河县信访局"
    assert reader.metadata.creation_date == AT


def test_a_character_no_font_has_lowers_the_standard_and_keeps_the_paper():
    with capture_logs() as logs:
        content = compiled(notice(lead="领导𠮷来访"))
    assert "领导" in read(content)
    # An office writes it in by hand; the paper says so itself.
    assert "请手写补上" in read(content)
    assert "请手写补上" not in read(compiled(notice(lead="领导来访")))
    assert [(entry["event"], entry["template"]) for entry in logs] == [("paper_below_standard", "notice")]
    assert "𠮷" not in str(logs)


def test_what_cannot_be_set_is_refused_and_logged_without_the_data():
    broken = notice(lead="张某某的电话", sections=[{"heading": "张某某"}])
    with capture_logs() as logs, pytest.raises(printing.Unprintable) as refusal:
        compiled(broken)
    assert [entry["event"] for entry in logs] == ["paper_below_standard", "paper_failed"]
    assert any("base.typ:" in place for place in logs[-1]["places"])
    assert "张某某" not in str(logs) + str(refusal.value)
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__


def test_templates_fetch_nothing():
    sources = {path.name: path.read_text() for path in printing.TEMPLATES.glob("*.typ")}
    assert {"base.typ", "notice.typ"} <= set(sources)
    for source in sources.values():
        assert "@preview" not in source
        assert set(re.findall(r'import "([^"]+)"', source)) <= {"base.typ"}


def test_the_parts_that_other_documents_are_made_of(tmp_path, monkeypatch):
    (tmp_path / "base.typ").write_text((printing.TEMPLATES / "base.typ").read_text())
    (tmp_path / "parts.typ").write_text(PARTS)
    monkeypatch.setattr(printing, "TEMPLATES", tmp_path)
    foot = {"page": "第 {n} 页，共 {m} 页", "lines": [], "qr": printing.qr("A1B2")}
    data = notice(facts=[["姓名", "甲"], ["#事项", "*补贴*"]], code="A1B2C3", caption="查询码", foot=foot)
    with capture_logs() as logs:
        content = printing.compile("parts", data, lang="zh", at=AT)
    assert logs == []
    said = bare(read(content))
    for words in ["澄河县信访局", "公告", "姓名", "#事项", "*补贴*", "查询码", "A1B2C3", "第59段", "第1页，共3页", "第3页，共3页"]:
        assert words in said


def test_a_table_breaks_over_pages_and_repeats_its_head():
    rows = [[{"text": f"第{n}日", "rows": 2}, "甲"] for n in range(80)]
    rows = [row for first in rows for row in (first, ["乙"])]
    reader = PdfReader(BytesIO(compiled(notice(table=notice()["table"] | {"rows": rows}))))
    assert len(reader.pages) > 2
    assert all("领导" in page.extract_text() for page in reader.pages if "甲" in page.extract_text())
    assert f"— {len(reader.pages)} —" in reader.pages[-1].extract_text()
