"""Lists of days off as offices and calendar programs write them; whatever comes in, it is clean days or a list of problems."""

from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reception.actions.proposals import Line
from reception.workbooks import holidays

TABLE = "日期,放假或上班,名称,英文名称,层级\n2027-02-06,放假,春节,Spring Festival,1\n2027年2月20日,上班,春节调休上班,,\n"
DAYS = (
    Line(date(2027, 2, 6), False, "春节", "Spring Festival", 1),
    Line(date(2027, 2, 20), True, "春节调休上班", "", 3),
)


def ics(*events):
    body = "".join(f"BEGIN:VEVENT\r\nUID:{n}\r\n{event}\r\nEND:VEVENT\r\n" for n, event in enumerate(events))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{body}END:VCALENDAR\r\n"


@pytest.mark.parametrize(
    "text",
    [
        TABLE,
        "\ufeff" + TABLE.replace("\n", "\r\n"),
        TABLE.replace(",", "\t"),
        TABLE.replace(",", ";"),
        TABLE.replace(",", "，"),
        "Day,Off or Worked,Name,name in English,Level\n2027/2/6,off,春节,Spring Festival,1\n2027.2.20,worked,春节调休上班,,3\n",
        "date,type,name,name_en,level\n2027-02-06,休,春节,Spring Festival,国务院办公厅通知\n\n,,,,\n2027-02-20,班,春节调休上班\n",
    ],
)
def test_tables_in_either_language_and_with_the_usual_marks(text):
    assert holidays.read(text) == holidays.Read(DAYS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_files_in_the_encodings_that_offices_use(encoding):
    text = holidays.text_of(TABLE.encode(encoding))
    assert holidays.read(text).lines == DAYS


@pytest.mark.parametrize("data", [b"\x00\x01\x02", b"\xff\xfe\x00", b"PK\x03\x04\x00\x00", b"\xff\xff\xff"])
def test_what_is_no_text_is_none(data):
    assert holidays.text_of(data) is None


def test_every_bad_line_is_named_and_nothing_is_kept():
    found = holidays.read(
        "日期,放假或上班,名称\n2027-02-06,放假,春节\n2027-02-30,放假,春节\n2027-02-08,也许,春节\n,放假,\n2027-02-09,放假,春节,多余\n"
        "2027-02-06,上班,春节\n2027-02-10,放假,春\u202e节\n"
    )
    assert found.lines == ()
    expected = [
        (3, "“日期”：“2027-02-30”不是可用的日期"),
        (4, "“放假或上班”：“也许”不在可选的词中"),
        (5, "没有填写“日期”。"),
        (5, "没有填写“名称”。"),
        (6, "这一行的列比表头多。"),
        (7, "2027-02-06 在同一层级写了两次"),
        (8, "“名称”：含有看不见的控制字符"),
    ]
    assert [problem.line for problem in found.problems] == [line for line, _words in expected]
    for problem, (_line, words) in zip(found.problems, expected, strict=True):
        assert problem.sentence.startswith(words)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 0, "空的"),
        ("\n \n", 0, "空的"),
        ("2027-02-06,放假,春节\n", 1, "第一行须是表头"),
        ("\n日期,放假或上班,名称,心情\n", 2, "不认识的列：心情"),
        ("日期,日期,放假或上班,名称\n", 1, "写了两次"),
        ("日期,放假或上班,名称\n", 0, "没有读到"),
        ('日期,放假或上班,名称\n2027-02-06,放假,"' + "春" * 140_000, 0, "太大"),
        ("日期,放假或上班,名称\n2027-02-06,放假," + "春" * 61, 2, "最多 60 个"),
        (ics("SUMMARY:元旦 休\r\nDTSTART:20270101T083000Z"), 3, "不是全天事件"),
        (ics("SUMMARY:元旦 休\r\nDTSTART;VALUE=DATE:20270230"), 3, "不是全天事件"),
        (ics("SUMMARY:元旦 休\r\nDTSTART;VALUE=DATE:20270101\r\nRRULE:FREQ=YEARLY"), 3, "重复"),
        (ics("SUMMARY:元旦 休\r\nDTSTART;VALUE=DATE:20270101\r\nDTEND;VALUE=DATE:20280101"), 3, "不合理（365 天）"),
        (ics("SUMMARY:元旦 休\r\nDTSTART;VALUE=DATE:20270101\r\nDTEND;VALUE=DATE:20261201"), 3, "不合理"),
        (ics("SUMMARY:立春\r\nDTSTART;VALUE=DATE:20270204"), 0, "没有读到"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:元旦 休\n", 2, "没有结束"),
    ],
)
def test_what_can_not_be_read_says_why(text, line, words):
    found = holidays.read(text)
    assert found.lines == ()
    assert [problem.line for problem in found.problems] == [line]
    assert words in found.problems[0].sentence


@pytest.mark.parametrize(
    ("event", "lines"),
    [
        ("SUMMARY:春节 休\r\nDTSTART;VALUE=DATE:20270206", [(6, False, "春节")]),
        (
            "SUMMARY:春节（休）\r\nDTSTART;VALUE=DATE:20270206\r\nDTEND;VALUE=DATE:20270208",
            [(6, False, "春节"), (7, False, "春节")],
        ),
        ("SUMMARY:春节 班\r\nDTSTART;VALUE=DATE:20270220", [(20, True, "春节调休上班")]),
        ("SUMMARY:春节 补班 第1天/共2天\r\nDTSTART;VALUE=DATE:20270220", [(20, True, "春节调休上班")]),
        ("SUMMARY:春节 假期 第1天/共8天\r\nDTSTART;VALUE=DATE:20270206", [(6, False, "春节")]),
        ("SUMMARY:春节\r\nCATEGORIES:休\r\nDTSTART;VALUE=DATE:20270206", [(6, False, "春节")]),
        ("SUMMARY:休\r\nDTSTART:20270206T000000", [(6, False, "放假")]),
        ("SUMMARY:春\r\n 节 休\r\nDTSTART;VALUE=DATE:20270206\r\nDTEND;VALUE=DATE:20270206", [(6, False, "春节")]),
    ],
)
def test_calendar_files_as_programs_write_them(event, lines):
    unmarked = "SUMMARY:立春\r\nDTSTART;VALUE=DATE:20270204"
    found = holidays.read(ics(unmarked, event), level=1)
    assert [(line.day.day, line.works, line.name) for line in found.lines] == lines
    assert {line.level for line in found.lines} == {1}
    assert found.skipped == 1


def test_a_long_list_is_refused_as_a_whole():
    rows = "".join(f"{2027 + n // 336}-{n // 28 % 12 + 1}-{n % 28 + 1},放假,停\n" for n in range(401))
    (problem,) = holidays.read("日期,放假或上班,名称\n" + rows).problems
    assert "一次最多 400 天" in problem.sentence


pieces = st.sampled_from(
    [
        "日期", "放假或上班", "名称", "day", ",", ",", "\t", ";", "\n", "\n", '"', "2027-02-06", "2027年2月7日", "放假", "上班", "春节", "9999-99-99",
        "BEGIN:VCALENDAR\n", "BEGIN:VEVENT\n", "END:VEVENT\n", "SUMMARY:春节 休\n", "SUMMARY:班\n", "DTSTART;VALUE=DATE:20270206\n",
        "DTEND:99991231\n", "DTEND:00010101\n", "\u202e", "\x00", "\r", " ", "日期,放假或上班,名称\n", "=cmd|' /C calc'!A0", "١٢٣", "\ud800",
    ]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(text=st.lists(pieces | st.text(max_size=6), max_size=40).map("".join))
@example(text="日期,放假或上班,名称\n2027-02-06,放假,\ud800")
def test_whatever_comes_in_it_is_clean_days_or_problems(text):
    found = holidays.read(text)
    assert bool(found.lines) != bool(found.problems)
    for line in found.lines:
        assert 1990 <= line.day.year <= 2100
        assert 0 < len(line.name) <= 60
        assert line.name.isprintable()
        assert line.level in (1, 2, 3, 4)
        assert isinstance(line.works, bool)
    assert len({(line.day, line.level) for line in found.lines}) == len(found.lines)


@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=200))
def test_whatever_bytes_are_uploaded_they_are_text_or_none(data):
    text = holidays.text_of(data)
    assert text is None or holidays.read(text) is not None
