"""Notices to the petitioner: registered, accepted, not accepted, led to another path, extended.

Source: Regulations on Petition Work, art. 22, 23 (told in writing of receipt, path and procedure), 31 (other paths of the law), 34.
"""

from datetime import date

from petitions.models import Case, Deadline
from petitions.wording.parts import Said, asked_at, chinese, day, facts_of, followed, raised, said
from reception import codes
from reception.models import County, Department


@chinese
def registration(*, case: Case, county: County) -> Said:
    """The registration form of a case; who the petitioner is comes with the printing."""
    people = f"{case.people}人" + (f"，推选代表{count}人" if (count := case.representatives.count()) else "")
    accused = [row.name for row in (case.accused_leader, case.accused_department) if row]
    facts = facts_of(case)
    facts.insert(2, ["信访人数", people])
    if accused:
        facts.append(["所反映的对象", "、".join(accused)])
    if case.addressed_to:
        facts.append(["写给", case.addressed_to.name])
    return said("信访事项登记表", facts=[*facts, ["拟办意见", ""], ["领导批示", ""], ["办理结果", ""]])


@chinese
def acceptance(
    *, case: Case, county: County, unit: Department, received_on: date, accepted_on: date, clock: Deadline | None = None
) -> Said:
    """Receipt, path and procedure (art. 23). `clock` is D5 or D12, None for what has no handling period."""
    sentences = [
        (
            f"{raised(case)}，我单位于{day(received_on)}收到。经审查，该事项属于我单位职权范围，根据《信访工作条例》第二十三条的规定，"
            f"现决定于{day(accepted_on)}予以受理。"
        )
    ]
    if clock:
        length = f"{clock.amount}{'个工作日' if clock.unit == 'working_days' else '日'}"
        sentences.append(
            f"我单位将依法调查核实，自受理之日起{length}内，即{day(clock.due_on)}前办结，出具书面处理意见并送达您。"
            "情况复杂、确需延长的，经本单位负责人批准，可以延长一次，延长不超过30日，届时将书面告知您理由。"
        )
    else:
        sentences.append("我单位将认真研究办理，并书面答复您。")
    sentences.append("办理期间，我单位可能就有关情况与您核实。" + followed(county))
    return said(
        "信访事项受理告知书",
        paragraphs=sentences,
        close="特此告知。",
        contact=asked_at(county, unit),
        due_on=clock.due_on.isoformat() if clock else "",
    )


@chinese
def non_acceptance(
    *, case: Case, county: County, ground: str, explanation: str, path: str = "", unit: Department | None = None
) -> Said:
    """Not accepted, for a ground of the list (`Ground`'s label) and why it fits; `path` is where the matter can be raised."""
    sentences = [
        (
            f"{raised(case)}收悉。经审查，该事项{'不属于我单位受理范围' if unit else '依法不予受理'}，根据《信访工作条例》的有关规定，"
            "现决定不予受理。"
        ),
        f"理由：{ground}。{explanation.strip()}",
    ]
    if path.strip():
        sentences.append(f"您可以通过以下途径提出：{path.strip()}")
    sentences.append("对本告知有异议的，可以向信访部门或者作出本告知的机关、单位的上一级机关反映。")
    return said("信访事项不予受理告知书", paragraphs=sentences, close="特此告知。", contact=asked_at(county, unit))


@chinese
def no_further(*, case: Case, county: County, earlier: Case | None, explanation: str) -> Said:
    """No longer accepted: the same facts and reasons were concluded in `earlier`."""
    known = f"（原编号{codes.show_number(earlier.number)}）" if earlier else ""
    sentences = [
        (
            f"{raised(case)}收悉。经审查，您以同一事实和理由提出的信访事项{known}已经依法办理终结，根据《信访工作条例》的有关规定，"
            "现决定不再受理。"
        ),
        f"理由：{explanation.strip()}",
        "如有新的事实、证据或者理由，您可以重新提出。对本告知有异议的，可以向信访部门或者其上一级机关反映。",
    ]
    return said("信访事项不再受理告知书", paragraphs=sentences, close="特此告知。", contact=asked_at(county))


@chinese
def guidance(*, case: Case, county: County, path: str, body: str, within: str = "") -> Said:
    """The path of the law that the matter belongs to, the body that decides there, and the time there is for it (art. 31)."""
    facts = [["法定途径", path], ["受理机关", body], *([["提出的期限", within]] if within.strip() else [])]
    lead = [
        (
            f"{raised(case)}收悉。经甄别，该事项应当通过其他法定途径处理。根据《信访工作条例》第三十一条的规定，现将途径、"
            "受理机关和期限告知如下，请您及时提出，以免耽误权利。"
        )
    ]
    more = ["不清楚怎样办理的，可以到信访部门窗口或者打电话咨询，工作人员会帮助您。"]
    return said("依法分类处理告知书", lead=lead, facts=facts, paragraphs=more, close="特此告知。", contact=asked_at(county))


@chinese
def extension(*, case: Case, county: County, unit: Department, days: int, reason: str, due_before: date, due_on: date) -> Said:
    """The handling period made longer, once, by at most thirty days, with the reason (art. 34)."""
    sentences = [
        f"{raised(case)}，我单位正在办理，原定于{day(due_before)}前办结。",
        (
            f"因{reason.strip().rstrip('。')}，不能在原定期限内办结。根据《信访工作条例》第三十四条的规定，经本单位负责人批准，"
            f"办理期限延长{days}日，延长至{day(due_on)}。"
        ),
        "给您带来不便，敬请谅解。我单位将抓紧办理，办结后及时书面答复您。" + followed(county),
    ]
    return said(
        "信访事项延期办理告知书",
        paragraphs=sentences,
        close="特此告知。",
        contact=asked_at(county, unit),
        due_on=due_on.isoformat(),
    )
