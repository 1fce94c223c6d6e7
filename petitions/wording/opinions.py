"""The written opinion, the slip that proves its delivery, and the opinions of review and re-review (art. 32, 35, 36)."""

from datetime import date

from petitions.models import Case, Document, DocumentKind, Kind, Opinion, Review
from petitions.models.opinions import DeliveryWay, OpinionKind
from petitions.models.reviews import Level
from petitions.wording.parts import Said, asked_at, chinese, day, headed, raised, remedy, said
from reception import codes
from reception.models import County, Department

# What both sides of an agreement sign, beside the seal.
SIGNS = ["信访人签名", "对方当事人签名（盖章）", "调解人签名", "签订日期"]
TITLES = {
    OpinionKind.OPINION.value: "信访事项处理意见书",
    OpinionKind.REPLY.value: "信访建议答复意见书",
    OpinionKind.MEDIATION.value: "信访事项调解协议书",
    OpinionKind.SETTLEMENT.value: "信访事项和解协议书",
}


@chinese
def opinion(*, case: Case, county: County, opinion: Opinion, unit: Department, until: date | None = None) -> Said:
    """The opinion with its answers as they are kept. The thirty days run from its receipt, so `until` is rarely known yet."""
    answers = [[row.matter, row.get_outcome_display(), row.text] for row in opinion.answers.order_by("position")]
    settled = opinion.kind in (OpinionKind.MEDIATION, OpinionKind.SETTLEMENT)
    by = day(opinion.carries_out_by) if opinion.carries_out_by else ""
    kept = by and (f"上述协议于{by}前履行。" if settled else f"上述意见由我单位于{by}前落实。")
    title = TITLES[opinion.kind]
    if opinion.kind == OpinionKind.REPLY and case.kind == Kind.ACCUSATION:
        title = "信访事项答复意见书"
    agreed = {
        OpinionKind.MEDIATION.value: "经调解，双方当事人自愿达成协议，现将有关情况和协议内容记录如下。",
        OpinionKind.SETTLEMENT.value: "双方当事人自愿达成和解，现将有关情况和协议内容记录如下。",
    }.get(opinion.kind)
    signs = [label for label in SIGNS if opinion.kind == OpinionKind.MEDIATION or label != "调解人签名"]
    asks = opinion.kind == OpinionKind.OPINION and bool(opinion.remedy_body)
    return said(
        title,
        lead=[f"{raised(case)}，{agreed or '我单位已依法调查核实，现将有关情况和处理意见告知如下。'}"],
        paragraphs=headed(
            ("调查核实情况", opinion.facts),
            ("依据", opinion.basis),
            (
                "协议内容" if agreed else "处理意见",
                ["对信访人提出的诉求，逐项约定如下：" if agreed else "对您提出的诉求，逐项答复如下："],
            ),
        ),
        items=answers,
        after=[kept] if kept else [],
        blanks=signs if agreed else [],
        remedy=remedy(body=opinion.remedy_body, level="复查", paper="处理意见", until=until) if asks else None,
        contact=asked_at(county, unit),
        due_on=opinion.carries_out_by.isoformat() if opinion.carries_out_by else "",
    )


@chinese
def delivery_slip(
    *,
    case: Case,
    county: County,
    document: Document,
    way: str,
    delivered_on: date | None = None,
    proof: str = "",
    body: str = "",
    until: date | None = None,
) -> Said:
    """What proves that `document` reached the petitioner; without a day yet it is the form to be signed on delivery.

    `way` is a `DeliveryWay`. `body` and `until` say who can be asked next and the last day for it.
    """
    level = "复核" if document.kind == DocumentKind.REVIEW else "复查"
    facts = [
        ["信访事项编号", codes.show_number(case.number)],
        ["送达文书", f"{document.said['title']}"],
        ["送达方式", str(DeliveryWay(way).label)],
        ["送达日期", day(delivered_on) if delivered_on else ""],
        ["送达证明", proof],
    ]
    return said(
        "信访事项送达回证",
        facts=facts,
        of=[document.kind, document.year, document.n],
        remedy=remedy(body=body, level=level, paper="意见", until=until) if body else None,
    )


@chinese
def review(*, case: Case, county: County, review: Review, next_body: str = "", until: date | None = None) -> Said:
    """The opinion of a review or re-review: what was asked, what is decided and why. A re-review's is the last."""
    level = "复查" if review.level == Level.REVIEW else "复核"
    decided = {
        "upheld": "维持原处理意见",
        "changed": "变更原处理意见",
        "set_aside": "撤销原处理意见，责令原承办单位重新办理",
    }[review.ruling]
    last = ["本意见为复核终结意见。对同一事实和理由，各级信访部门和其他机关、单位不再受理。"] if level == "复核" else []
    return said(
        f"信访事项{level}意见书",
        lead=[
            (
                f"{raised(case)}，您不服{'处理意见' if level == '复查' else '复查意见'}，于{day(review.requested_on)}申请{level}。"
                f"{review.body}依法进行了{level}，现将意见告知如下。"
            )
        ],
        paragraphs=headed(
            (f"申请{level}的理由", review.request),
            (f"{level}查明的情况和理由", review.text),
            (f"{level}意见", [f"决定{decided}。"]),
        ),
        after=last,
        remedy=remedy(body=next_body, level="复核", paper="复查意见", until=until)
        if level == "复查" and next_body and review.ruling != "set_aside"
        else None,
        by=review.body,
    )
