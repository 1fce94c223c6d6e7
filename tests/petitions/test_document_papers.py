"""Official documents on paper: every kind, in both languages, with its number, its signature and nothing of a person but what was given."""

import json
import os
import re
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.utils import translation
from pypdf import PdfReader

from petitions import document_papers, wording
from petitions.models import Document, DocumentKind, Kind, Opinion, OpinionKind, Referral
from petitions.wording.parts import full_name
from petitions.workflow import Status
from reception import scope
from reception.models import Department
from tests.petitions.receptions import department
from tests.petitions.states import stands

PERSON = {"name": "居民甲", "phone": "13800000001", "id_number": "110101199001011234", "address": "澄河县人民路1号"}


def bare(text):
    return re.sub(r"\s", "", text)


def read(content):
    return bare("".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages))


@pytest.fixture
def concluded(office):
    """A case that went the whole way, so that most kinds were issued on it; the rest are put beside."""
    made = stands(office, Status.CONCLUDED)
    with scope.county(office.county):
        beside(made)
    return made


def beside(made):
    """The kinds that another way would have brought."""
    about = made.about
    unit = department(made.office)
    referral = Referral.objects.get(case=made.case)
    opinion = Opinion.objects.get(case=made.case)
    made.issue(DocumentKind.REGISTRATION, wording.registration(**about))
    made._guide(None)
    made._not_accept(None)
    made._no_longer_accept(None)
    made.issue(
        DocumentKind.EXTENSION,
        wording.extension(
            **about, unit=unit, days=30, reason="需要委托专业机构鉴定", due_before=made.on, due_on=made.on.replace(day=28)
        ),
        unit=True,
    )
    other = referral
    other.is_assigned, other.due_on, other.instruction, other.deliverable = True, made.on, "限期修好并回访。", "查明原因并维修"
    made.issue(
        DocumentKind.ASSIGNMENT,
        wording.assignment(**about, referral=other, tell_by=made.on, object_by=made.on, assisting=[Department.objects.first()]),
        for_petitioner=False,
    )
    made.issue(
        DocumentKind.SUPERVISION,
        wording.supervision(
            **about, department=unit, ground="无正当理由未按期办结", text="一周内派人上门核实。\n月底前修复并回访。", due_on=made.on
        ),
        for_petitioner=False,
    )
    made.issue(
        DocumentKind.CLOSING_REPORT,
        wording.closing_report(
            **about,
            referral=referral,
            opinion=opinion,
            delivery=made.case.deliveries.get(),
            result="已于月底修复，回访满意。",
            handler="王承办",
            phone="0000-7654321",
        ),
        unit=True,
        for_petitioner=False,
    )
    made.issue(
        DocumentKind.IMPROVEMENT,
        wording.improvement(county=made.office.county, department=unit, text="建立老旧小区屋面防水排查台账。", due_on=made.on),
        for_petitioner=False,
    )
    made.issue(
        DocumentKind.AGENDA,
        wording.agenda(county=made.office.county, meets_on=made.on, items=[(made.case, "超期十五日以上")]),
        for_petitioner=False,
    )


def printed(office, made, language="zh-hans", person=PERSON):
    """Every document of the county as it reads on paper, by its kind."""
    with scope.county(office.county), translation.override(language):
        rows = Document.objects.select_related("case", "issuer").order_by("pk")
        papers = {row.kind: document_papers.paper(row, county=office.county, person=person, at=made.at) for row in rows}
        contents = {kind: paper.pdf() for kind, paper in papers.items()}
    # To look at them: SHOTS names a folder.
    if "SHOTS" in os.environ:
        for kind, content in contents.items():
            (Path(os.environ["SHOTS"]) / f"{kind}-{language}.pdf").write_bytes(content)
    return {kind: read(content) for kind, content in contents.items()}


# What each must say, spaces aside: number, whom it speaks to or of, what it is for.
SAYS = {
    "registration": ["信登字〔2026〕1号", "居民甲", "13800000001", "110101199001011234", "楼道长期漏水", "登记人"],
    "acceptance": ["信受告字〔2026〕1号", "居民甲：", "予以受理", "2026年4月28日前办结", "澄河县住房和城乡建设局2026年2月27日"],
    "non_acceptance": ["信不受告字〔2026〕1号", "居民甲：", "现决定不予受理", "属于法院、检察院职权范围", "澄河县信访局2026年"],
    "no_further": ["信不再受告字〔2026〕1号", "居民甲：", "现决定不再受理"],
    "guidance": ["信引告字〔2026〕1号", "居民甲：", "行政复议", "自知道之日起60日内"],
    "transfer": ["信转字〔2026〕1号", "澄河县住房和城乡建设局：", "居民甲", "2026年3月13日前将受理情况", "2026年3月4日前提出异议"],
    "assignment": ["信交字〔2026〕1号", "澄河县住房和城乡建设局：", "领导批示", "限期修好并回访。", "协办单位"],
    "extension": ["信延告字〔2026〕1号", "居民甲：", "需要委托专业机构鉴定", "办理期限延长30日", "2026年3月28日"],
    "supervision": ["信督字〔2026〕1号", "澄河县住房和城乡建设局：", "无正当理由未按期办结", "一周内派人上门核实。"],
    "opinion": [
        "信处字〔2026〕1号",
        "居民甲：",
        "防水层老化",
        "（一）要求维修漏水",
        "予以支持：使用专项维修资金",
        "（二）要求减免物业费",
        "不予支持：没有法律依据",
        "向澄河县人民政府书面申请复查",
    ],
    "delivery_slip": [
        "信送字〔2026〕1号",
        "受送达人居民甲",
        "信访事项处理意见书（澄河县信处字〔2026〕1号）",
        "直接送达",
        "受送达人签名",
        "见证人签名",
        "送达凭据（信访人留存）",
        "最后一日为2026年4月2日",
    ],
    "review": ["信复查字〔2026〕1号", "居民甲：", "决定维持原处理意见", "向澄河市人民政府书面申请复核", "澄河县人民政府2026年3月"],
    "rereview": ["信复核字〔2026〕1号", "居民甲：", "复核终结意见", "澄河市人民政府2026年3月"],
    "closing_report": ["信结字〔2026〕1号", "澄河县信访局：", "居民甲", "承办人王承办0000-7654321", "回访满意"],
    "improvement": ["信建字〔2026〕1号", "澄河县住房和城乡建设局：", "防水排查台账"],
    "agenda": ["信联议字〔2026〕1号", "超期十五日以上", "会议决定"],
}


def test_every_kind_says_what_it_is_for(office, concluded):
    found = printed(office, concluded)
    assert set(found) == set(SAYS) == set(DocumentKind)
    missing = [(kind, words) for kind, said in SAYS.items() for words in said if bare(words) not in found[kind]]
    assert missing == []
    for kind in set(DocumentKind) - document_papers.FORMS:
        assert "（印章）" in found[kind], kind


def test_in_english_a_block_says_what_it_is_and_the_chinese_stays(office, concluded):
    plain, found = printed(office, concluded), printed(office, concluded, "en")
    for kind, said in SAYS.items():
        assert not [words for words in said if bare(words) not in found[kind]], kind
        assert len(found[kind]) > len(plain[kind]), kind
    assert "27February2026" in found["acceptance"]


def test_a_mask_stays_a_mask_and_what_is_frozen_names_nobody(office, concluded):
    masked = {"name": "居**", "phone": "****0001", "id_number": "****1234"}
    for kind, said in printed(office, concluded, person=masked).items():
        assert not [secret for secret in ("居民", "13800000001", "110101199001011234") if secret in said], kind
    with scope.county(office.county):
        frozen = json.dumps([row.said for row in Document.objects.all()], ensure_ascii=False)
    for secret in ("居民", "13800000001"):
        assert secret not in frozen


def test_those_who_come_together_are_spoken_to_together(office):
    made = stands(office, Status.NOT_ACCEPTED)
    with scope.county(office.county):
        row = Document.objects.select_related("case", "issuer").get(kind=DocumentKind.NON_ACCEPTANCE)
        row.case.people = 12
        said = document_papers.paper(row, county=office.county, person=PERSON, at=made.at).data
    assert said["to"] == "居民甲等12人："


def test_an_agreement_is_signed_by_both_and_an_accusation_is_not_answered_as_a_suggestion(office):
    made = stands(office, Status.OPINION_DRAFTED)
    with scope.county(office.county):
        opinion, unit = Opinion.objects.get(case=made.case), department(office)
        said = {}
        for kind in OpinionKind:
            opinion.kind = kind.value
            said[kind] = wording.opinion(**made.about, opinion=opinion, unit=unit)
        opinion.kind, made.case.kind = OpinionKind.REPLY.value, Kind.ACCUSATION.value
        answer = wording.opinion(**made.about, opinion=opinion, unit=unit)
        row = made.issue(DocumentKind.OPINION, said[OpinionKind.MEDIATION], unit=True)
        content = read(document_papers.paper(row, county=office.county, person=PERSON, at=made.at).pdf())
    assert [kind for kind, one in said.items() if one.get("blanks")] == [OpinionKind.MEDIATION, OpinionKind.SETTLEMENT]
    assert "对方当事人签名（盖章）" in content
    assert "调解人签名" in content
    assert "调解人签名" not in said[OpinionKind.SETTLEMENT]["blanks"]
    assert (said[OpinionKind.REPLY]["title"], answer["title"]) == ("信访建议答复意见书", "信访事项答复意见书")


def test_name_and_seal_never_stand_alone_below_a_long_agenda(office):
    made = stands(office, Status.TRANSFERRED)
    with scope.county(office.county):
        for count in range(4, 13):
            said = wording.agenda(county=office.county, meets_on=made.on, items=[(made.case, "超期十五日以上")] * count)
            row = made.issue(DocumentKind.AGENDA, said, for_petitioner=False)
            content = document_papers.paper(row, county=office.county, person=None, at=made.at).pdf()
            assert "超期十五日以上" in bare(PdfReader(BytesIO(content)).pages[-1].extract_text()), count


@pytest.mark.parametrize(
    ("county", "unit", "said"),
    [
        ("澄河县", "住房和城乡建设局", "澄河县住房和城乡建设局"),
        ("澄河县", "县住房和城乡建设局", "澄河县住房和城乡建设局"),
        ("澄河县", "澄河县信访局", "澄河县信访局"),
        ("澄河市", "市信访局", "澄河市信访局"),
        ("澄河市", "市场监督管理局", "澄河市市场监督管理局"),
        ("澄河县", "市场监督管理局", "澄河县市场监督管理局"),
    ],
)
def test_a_unit_signs_by_its_full_name(county, unit, said):
    assert full_name(SimpleNamespace(name=unit), SimpleNamespace(name=county)) == said


@pytest.mark.parametrize(("n", "said"), [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九")])
def test_chinese_numerals(n, said):
    assert document_papers.numeral(n) == said


def test_what_people_typed_is_never_markup_and_a_long_one_runs_on(office):
    made = stands(office, Status.OPINION_DRAFTED)
    with scope.county(office.county):
        opinion = Opinion.objects.get(case=made.case)
        opinion.facts = "#panic(1) *粗* $x$ <a> `b` \\ 一、" + "长" * 4000
        said = wording.opinion(**made.about, opinion=opinion, unit=department(office))
        row = made.issue(DocumentKind.OPINION, said, unit=True)
        content = document_papers.paper(row, county=office.county, person=PERSON, at=made.at).pdf()
    assert "#panic(1)*粗*$x$<a>`b`" in read(content)
    assert len(PdfReader(BytesIO(content)).pages) > 3
