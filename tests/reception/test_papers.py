"""Notices as they are posted: everything the release says of a month is on the sheet, in one language."""

import os
import re
from copy import deepcopy
from io import BytesIO
from pathlib import Path

import pytest
from django.utils import translation
from pypdf import PdfReader
from structlog.testing import capture_logs

from reception import notices, papers
from reception.demo.county import COUNTY
from reception.published import Roster

ADDRESS = "https://example.invalid/chenghe/days/2026-02-24/"
LANGUAGES = ["zh-hans", "en"]
HAN = re.compile(r"[\u4e00-\u9fff]+")


@pytest.fixture(autouse=True)
def chinese():
    """Whatever language a page of another test was last read in."""
    with translation.override("zh-hans"):
        yield


def both(zh, en=""):
    return {"zh": zh, "en": en}


PEOPLE = {
    "甲": (
        both("县委书记甲", "Party Secretary A"),
        both("县委书记", "County Party Secretary"),
        both("主持县委全面工作", "overall work"),
    ),
    "丁": (
        both("常务副县长丁", "Deputy D"),
        both("常务副县长", "Executive Deputy Magistrate"),
        both("财政、审计", "finance, audit"),
    ),
    "戊": (
        both("副县长戊", "Deputy E"),
        both("副县长（教育卫生）", "Deputy Magistrate (education)"),
        both("教育、卫生", "education, health"),
    ),
}


def person(letter):
    name, post, portfolio = PEOPLE[letter]
    return {"name": name, "post": post, "portfolio": portfolio}


def sitting(uid, letter, **more):
    return {
        "uid": uid,
        "sequence": 0,
        "rotation": {"key": uid[0], "name": both("县级领导", "County leaders")},
        "leader": person(letter),
        "place": {"name": both("接访中心一楼接访室", "Reception Room"), "address": both("人民路66号", "66 Renmin Road")},
        "from": "08:30",
        "to": "11:30",
        "capacity": 10,
        "state": "published",
        "substitutes": None,
        "turn": None,
        "departments": [both("县信访局", "Petition Bureau"), both("县教育局", "Education Bureau")],
        "coordinators": [],
    } | more


def day(on, *sittings, month=None, **more):
    return {
        "uid": on,
        "month": month or on[:7],
        "nominal": f"{(month or on[:7])}-15",
        "day": on,
        "kind": "monthly",
        "status": "confirmed",
        "state": "published",
        "reasons": [],
        "title": both(""),
        "reason": both(""),
        "sittings": list(sittings),
    } | more


def reasons():
    found = [{"day": "2026-02-15", "is": "weekend", "name": both(""), "document": ""}]
    names = both("春节", "Spring Festival")
    found += [{"day": f"2026-02-{n}", "is": "holiday", "name": names, "document": ""} for n in range(16, 24)]
    return [*found, {"day": "2026-02-24", "is": "working", "name": both(""), "document": ""}]


def county():
    facts = {name: both(COUNTY[name], COUNTY[f"{name}_en"]) for name in ("name", "bureau", "address", "scope", "booking")}
    return facts | {
        "slug": "chenghe",
        "time_zone": "Asia/Shanghai",
        "phone": COUNTY["phone"],
        "supervision_phone": COUNTY["supervision_phone"],
        "notice": {"zh": COUNTY["notice"].splitlines(), "en": COUNTY["notice_en"].splitlines()},
        "booking_closes": {"workdays_before": 1, "at": "17:00"},
    }


def document(*days, number=3):
    return {
        "county": county(),
        "number": number,
        "published_at": "2026-01-30T02:00:00Z",
        "note": both("调整", "Changes"),
        "days": list(days),
    }


def roster(*days):
    return Roster(document(*days), "0123456789abcdef" * 4)


def february():
    stands_in = {"leader": {"name": PEOPLE["丁"][0], "post": PEOPLE["丁"][1]}, "reason": "business_trip"}
    return day(
        "2026-02-24",
        sitting("a1", "甲"),
        sitting("b1", "戊", substitutes=stands_in, coordinators=[both("信访局接访科科长", "head of the reception section")]),
        reasons=reasons(),
    )


def read(content):
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages))


def texts(data):
    """Every text of a document, but the QR code's drawing and the pattern of the page number."""
    if isinstance(data, str):
        return [data]
    if isinstance(data, dict):
        return [text for key, value in data.items() if key not in ("qr", "page") for text in texts(value)]
    return [text for value in data for text in texts(value)] if isinstance(data, list) else []


def printed(paper):
    """What a paper says when read back, after seeing that it is whole and to the standard."""
    with capture_logs() as logs:
        said = read(paper.pdf())
    assert logs == []
    for text in texts(paper.data):
        assert re.sub(r"\s", "", text) in said
    assert "—1—" in said
    return said


def month(*days):
    made = roster(*days)
    return papers.month(made, made.days, address=ADDRESS)


def test_a_month_s_notice_follows_the_pattern():
    paper = month(february())
    said = printed(paper)
    assert said.startswith(
        "澄河县2026年2月县级领导接访安排公告根据《信访工作条例》有关规定，现将2026年2月县级领导接访安排公告如下："
    )
    in_order = [
        "接访日期接访时间接访领导职务",
        "县委书记甲",
        "一、接访范围",
        "二、预约方式",
        "三、来访须知",
        "澄河县信访局2026年1月30日",
    ]
    assert sorted(in_order, key=said.index) == in_order
    assert "原定常务副县长丁（常务副县长），因出差调整协调人员：信访局接访科科长" in said
    assert "2月16日至23日为春节假期；因此接访日为2月24日（星期二）" in said
    assert "预约截止：接访日前1个工作日的17:00。咨询电话：0000-6612345。" in said
    assert "接访安排第3期校验值0123456789abcdef" + re.sub(r"\s", "", ADDRESS) in said
    assert (paper.name, paper.plain_name) == ("澄河县2026年2月县级领导接访安排公告.pdf", "chenghe-2026-02-notice.pdf")
    assert len(PdfReader(BytesIO(paper.pdf())).pages) == 1


def test_a_month_in_english_has_no_chinese_word():
    with translation.override("en"):
        paper = month(february())
        said = printed(paper)
    assert HAN.findall(said) == []
    assert "ChangedfromDeputyD(ExecutiveDeputyMagistrate);reason:abusinesstrip" in said
    assert re.search(r'[\\/:*?"<>|]', paper.name) is None


def test_a_name_without_english_is_shown_in_chinese_and_nothing_else_is():
    nameless = sitting("a1", "甲", leader=person("甲") | {"name": both("欧阳戊己")})
    with translation.override("en"):
        assert HAN.findall(printed(month(day("2026-02-24", nameless)))) == ["欧阳戊己"]


def test_a_chinese_notice_has_no_english_word():
    said = printed(month(february())).replace("0123456789abcdef", "").replace(re.sub(r"\s", "", ADDRESS), "")
    assert re.findall(r"[A-Za-z]+", said) == []


@pytest.mark.parametrize(
    ("changed", "sentences"),
    [
        ({"state": "cancelled", "reason": both("防汛应急。")}, ["接访取消", "2026年3月16日的接访已取消，原因：防汛应急。"]),
        ({"state": "cancelled"}, ["接访取消", "2026年3月16日的接访已取消。"]),
        ({"status": "provisional"}, ["日期暂定", "2026年3月16日为暂定日期：该年的节假日安排尚未公布，确定后另行公告。"]),
        ({"reason": both("全县大会")}, ["由3月15日顺延", "2026年3月16日接访的调整原因：全县大会。"]),
        ({"state": "held", "nominal": None}, ["已结束"]),
        ({"kind": "extra", "nominal": None, "title": both("下访石桥镇")}, ["下访石桥镇"]),
        ({"kind": "extra", "nominal": None}, ["增加的接访"]),
        ({"nominal": "2026-03-16"}, ["无变更"]),
        ({"sittings": []}, ["待定"]),
    ],
)
def test_what_is_not_ordinary_is_said_in_words(changed, sentences):
    said = printed(month(day("2026-03-16", sitting("a1", "甲")) | changed))
    for sentence in sentences:
        assert sentence in said


def test_a_swap_is_told_as_one_with_the_reason_at_the_leader_who_is_away_alone():
    planned = {"name": PEOPLE["丁"][0], "post": PEOPLE["丁"][1]}
    away = {"leader": planned, "reason": "business_trip", "swapped_with": "2026-03-16"}
    first = sitting("a1", "甲", substitutes=away)
    second = sitting("b1", "戊", substitutes={"leader": planned, "swapped_with": "2026-02-24"})
    rows = month(day("2026-02-15", first, second)).data["table"]["rows"]
    assert [row[-1] for row in rows] == [
        "原定常务副县长丁（常务副县长）；出差，与 2026年3月16日 对调",
        "原定常务副县长丁（常务副县长）；与 2026年2月24日 对调",
    ]


def test_a_change_notice_over_two_years_names_the_years_and_breaks_no_word_of_its_title():
    before = [day(on, sitting(on, "甲")) for on in ("2026-12-15", "2027-01-15")]
    after = [day(on, sitting(on, "甲", capacity=3)) for on in ("2026-12-15", "2027-01-15")]
    made = Roster(document(*after) | {"years": []}, "a" * 64)
    items = notices.between(document(*before, number=2) | {"years": []}, made.document)
    paper = papers.change(made, items, address=ADDRESS)
    assert [row[0] for row in paper.data["table"]["rows"]] == ["2026年12月15日\n（星期二）", "2027年1月15日\n（星期五）"]
    page = PdfReader(BytesIO(paper.pdf())).pages[0].extract_text()
    assert not re.search("[调领接公安]\n+[整导访告排]", page.split("现将")[0])


def test_a_sitting_that_is_cancelled_is_told_from_one_that_is_not():
    rows = month(day("2026-02-16", sitting("a1", "甲", state="cancelled"), sitting("b1", "戊"))).data["table"]["rows"]
    assert [row[-1] for row in rows] == ["接访取消", "由2月15日顺延"]


def test_what_a_county_has_not_written_leaves_no_empty_section():
    bare = county() | {"scope": both(""), "phone": "", "supervision_phone": "", "notice": {"zh": [], "en": []}, "bureau": both("")}
    made = Roster(document(february()) | {"county": bare | {"booking_closes": {"workdays_before": 0, "at": "08:00"}}}, "a" * 64)
    said = printed(papers.month(made, made.days, address=ADDRESS))
    assert "一、预约方式" in said
    assert "预约截止：接访日当天08:00。" in said
    assert "二、" not in said
    assert "电话：" not in said.replace("电话预约：", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_day_belongs_to_its_month_and_every_day_of_it_is_listed(language):
    with translation.override(language):
        late = day("2026-03-02", sitting("a1", "甲"), month="2026-02")
        extra = day("2026-02-10", sitting("c1", "丁"), kind="extra", nominal=None, title=both("下访", "Field visit"))
        rows = month(extra, late).data["table"]["rows"]
    firsts = [row[0]["text"].split("\n")[0] for row in rows]
    assert firsts == (["10 February", "2 March"] if language == "en" else ["2月10日", "3月2日"])


def year_of_days():
    return [day(f"2026-{n:02}-15", sitting(f"a{n}", "甲"), sitting(f"b{n}", "戊")) for n in range(1, 13)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_year_has_every_day(language):
    with translation.override(language):
        made = roster(*year_of_days())
        paper = papers.year(made, made.days, address=ADDRESS)
        said = printed(paper)
    assert said.count("08:30–11:30") == 24
    assert paper.plain_name == "chenghe-2026-notice.pdf"


def test_a_year_in_chinese_is_one_sheet_of_a4():
    made = roster(*year_of_days())
    pages = PdfReader(BytesIO(papers.year(made, made.days, address=ADDRESS).pdf())).pages
    assert [(round(page.mediabox.width), round(page.mediabox.height)) for page in pages] == [(595, 842)]


def change(after=None, before=None):
    old = before or document(day("2026-02-24", sitting("a1", "甲"), sitting("b1", "丁")), number=2)
    new = after or document(february())
    items = notices.between(old, new)
    return papers.change(Roster(new, "0123456789abcdef" * 4), items, address=ADDRESS)


def test_a_change_notice_says_what_was_what_is_and_why():
    paper = change()
    said = printed(paper)
    assert said.startswith("关于2026年2月领导接访调整的公告")
    in_order = [
        "接访日期调整事项原定调整为原因",
        "2月24日（星期二）",
        "接访领导调整",
        "常务副县长丁（常务副县长）",
        "副县长戊（副县长（教育卫生））",
        "出差",
    ]
    assert sorted(in_order, key=said.index) == in_order
    assert "已预约的群众，由澄河县信访局逐一电话告知。" in said
    assert "发布时间：2026年1月30日10:00。" in said
    assert said.rindex("澄河县信访局2026年1月30日") > said.index("监督电话")
    assert paper.plain_name == "chenghe-release-3-notice.pdf"


def test_a_change_notice_in_english_has_no_chinese_word():
    with translation.override("en"):
        assert HAN.findall(printed(change())) == []


def test_nobody_is_said_to_be_called_about_days_that_were_only_added():
    after = document(day("2026-02-24", sitting("a1", "甲")), day("2026-03-16", sitting("a2", "甲")))
    said = printed(change(after, document(day("2026-02-24", sitting("a1", "甲")), number=2)))
    assert "关于增加2026年3月领导接访安排的公告" in said
    assert "逐一电话告知" not in said


def test_a_release_that_came_late_says_why():
    late = document(february()) | {"late": {"days": 2, "reason": both("临时出差", "a sudden journey")}}
    assert "未能提前2天公布的原因：临时出差" in printed(change(late))


def test_papers_leave_the_document_as_it_was():
    made = document(february())
    before = deepcopy(made)
    found = Roster(made, "a" * 64)
    papers.month(found, found.days, address=ADDRESS)
    papers.year(found, found.days, address=ADDRESS)
    assert made == before


def test_the_examples_of_the_documentation_are_small(tmp_path):
    """Into the folder PAPERS names, else where the test's files go."""
    folder = Path(os.environ.get("PAPERS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        with translation.override(language):
            for kind, paper in {"month": month(february()), "change": change()}.items():
                content = paper.pdf()
                assert len(content) < 200_000
                (folder / f"{kind}-{language[:2]}.pdf").write_bytes(content)
    assert {path.name for path in folder.glob("*.pdf")} >= {"month-zh.pdf", "month-en.pdf", "change-zh.pdf", "change-en.pdf"}


def test_a_month_is_named_by_the_days_it_is_given():
    assert month(day("2026-03-02", sitting("a1", "甲"), month="2026-02")).title == "澄河县2026年2月县级领导接访安排公告"
