"""Letters between offices: passed on, assigned, supervised, reported as done, proposed to improve; and a joint meeting's agenda.

Source: Regulations on Petition Work, art. 22, 23 (transfer, assignment), 40 (supervision, proposals to improve).
"""

from collections.abc import Sequence
from datetime import date

from petitions.models import Case, Delivery, Opinion, Referral
from petitions.wording.parts import Said, asked_at, chinese, day, facts_of, full_name, headed, matter_of, paragraphs, said
from reception import codes
from reception.models import County, Department, Topic

ACCUSED = "请严守保密规定，不得将信访人的检举、揭发材料及有关情况透露或者转给被检举、揭发的人员或者单位。"


@chinese
def transfer(*, case: Case, county: County, referral: Referral, tell_by: date, object_by: date) -> Said:
    """To the unit with power over the matter; it tells the petitioner by D3 or objects by D4."""
    demands = [
        f"属于你单位职权范围的，请于{day(tell_by)}前将受理情况以及处理途径和程序书面告知信访人，依法按期办理并书面答复。",
        f"不属于你单位职权范围的，请于{day(object_by)}前提出异议并详细说明理由，经同意后退还，不得自行转送。",
    ]
    return said(
        "信访事项转送函",
        to=full_name(referral.department, county),
        lead=["现将下列信访事项转送你单位。根据《信访工作条例》第二十二条、第二十三条的规定，请依法处理。"],
        facts=facts_of(case),
        paragraphs=[*demands, ACCUSED],
        close="特此函告。",
        contact=asked_at(county),
        due_on=tell_by.isoformat(),
    )


@chinese
def assignment(
    *,
    case: Case,
    county: County,
    referral: Referral,
    tell_by: date,
    object_by: date,
    assisting: Sequence[Department] = (),
    lead_unit: Department | None = None,
) -> Said:
    """With a task and a day. To the lead with those that assist it, or to one that assists with the lead it works for."""
    facts = facts_of(case)
    if referral.instruction:
        who = f"{referral.instructed_by.name}：" if referral.instructed_by else ""
        facts.append(["领导批示", who + referral.instruction])
    facts.append(["交办事项", referral.deliverable or "依法办理并书面答复信访人"])
    if assisting:
        facts.append(["协办单位", "、".join(unit.name for unit in assisting)])
    if lead_unit:
        facts.append(["牵头单位", lead_unit.name])
    if referral.due_on:
        facts.append(["办结时限", day(referral.due_on)])
    demands = [
        (
            f"请于{day(tell_by)}前将受理情况以及处理途径和程序书面告知信访人；不属于你单位职权范围的，请于{day(object_by)}前提出异议并"
            "详细说明理由，经同意后退还。"
        ),
    ]
    if lead_unit:
        demands = [f"请配合{lead_unit.name}办理，按时完成你单位承担的部分，并将办理结果告知牵头单位。"]
    elif referral.due_on:
        demands.append(f"请于{day(referral.due_on)}前办结，并提交办结报告，附处理意见书和送达回证。")
    return said(
        "信访事项交办函",
        to=full_name(referral.department, county),
        lead=["现将下列信访事项交你单位办理。根据《信访工作条例》第二十二条、第二十三条的规定，请按要求办结。"],
        facts=facts,
        paragraphs=[*demands, ACCUSED],
        close="特此函告。",
        contact=asked_at(county),
        due_on=referral.due_on.isoformat() if referral.due_on else "",
    )


@chinese
def supervision(
    *, case: Case, county: County, department: Department, ground: str, text: str, due_on: date, is_listed: bool = False
) -> Said:
    """The bureau presses a unit; `ground` is the label of a `SupervisionGround`."""
    lead = [
        (
            f"{matter_of(case)}由你单位办理。经查，该事项存在“{ground}”的情形。根据《信访工作条例》第四十条的规定，现予以"
            f"{'挂牌督办' if is_listed else '督办'}，请按下列要求办理。"
        )
    ]
    return said(
        "信访事项挂牌督办函" if is_listed else "信访事项督办函",
        to=full_name(department, county),
        lead=lead,
        paragraphs=[
            *paragraphs(text),
            f"请于{day(due_on)}前将办理和整改情况书面反馈我局。逾期未反馈或者整改不到位的，将依照有关规定提出改进工作、追究责任的建议。",
        ],
        close="特此函告。",
        contact=asked_at(county),
        due_on=due_on.isoformat(),
    )


@chinese
def closing_report(
    *,
    case: Case,
    county: County,
    referral: Referral,
    opinion: Opinion,
    delivery: Delivery,
    result: str,
    handler: str = "",
    phone: str = "",
) -> Said:
    """The lead unit reports an assigned case as done: what was asked, found, decided, told, and carried out."""
    facts = facts_of(case)
    facts.append(["交办日期", day(referral.received_on)])
    if referral.due_on:
        facts.append(["办结时限", day(referral.due_on)])
    if opinion.issued_on:
        facts.append(["出具意见日期", day(opinion.issued_on)])
    facts.append(["送达", f"{day(delivery.delivered_on)}，{delivery.get_way_display()}（{delivery.proof}）"])
    if handler:
        facts.append(["承办人", " ".join(part for part in (handler, phone) if part)])
    answers = [
        f"{row.matter.rstrip('。；; ')}：{row.get_outcome_display()}。{row.text}" for row in opinion.answers.order_by("position")
    ]
    return said(
        "信访事项办结报告",
        to=county.bureau,
        lead=["你局交办的下列信访事项已经办结，现将有关情况报告如下。"],
        facts=facts,
        paragraphs=headed(("调查核实情况", opinion.facts), ("处理意见", answers), ("落实情况", result)),
        close="特此报告。",
    )


@chinese
def improvement(
    *, county: County, department: Department, text: str, due_on: date, topic: Topic | None = None, case: Case | None = None
) -> Said:
    """A proposal to do better, from one case or from many of one kind; the unit reports back by a day."""
    about = matter_of(case) if case else f"群众反映较多的“{topic.name}”类信访事项" if topic else "近期信访事项"
    return said(
        "改进工作建议书",
        to=full_name(department, county),
        lead=[f"我局在办理和分析{about}中发现，有关工作需要改进。根据《信访工作条例》第四十条的规定，提出如下建议。"],
        paragraphs=[*paragraphs(text), f"请研究采纳，并于{day(due_on)}前将采纳和改进情况书面反馈我局。"],
        close="特此建议。",
        contact=asked_at(county),
        due_on=due_on.isoformat(),
    )


@chinese
def agenda(*, county: County, meets_on: date, items: Sequence[tuple[Case, str]]) -> Said:
    """The hard cases that a joint meeting deals with, each with why it is there; what it decides is written in afterwards."""
    rows = [
        [str(place), codes.show_number(case.number), case.topic.name, case.department.name if case.department else "—", why, ""]
        for place, (case, why) in enumerate(items, start=1)
    ]
    return said(
        f"{county.name}信访工作联席会议议题",
        lead=[f"会议日期：{day(meets_on)}。下列疑难复杂信访事项提请会议研究。"],
        heads=["序号", "编号", "类别", "责任单位", "列入理由", "会议决定"],
        items=rows,
        due_on=meets_on.isoformat(),
    )
