"""Fictitious cases of the demo county on every part of their way, so that each desk has something to do and each page something to show.

Everyone is 居民 and a letter; nobody exists. Each deed goes through the same action as at the desk, by whoever may, on its own day.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from petitions.actions import (
    cases,
    closing,
    deliveries,
    extensions,
    handling,
    objections,
    opinions,
    referrals,
    repeats,
    results,
    reviews,
    screening,
    supervision,
)
from petitions.actions.deliveries import Handed
from petitions.actions.opinions import Answered, Draft
from petitions.actions.received import Received
from petitions.actions.receptions import Assigned
from petitions.models import Case, DeliveryWay, Ground, Kind, Outcome, SupervisionGround, WayIn
from reception import scope
from reception.actions.identities import Person
from reception.models import County, Department, Leader, RoleGrant, Topic, User

SPACE = uuid.UUID("2a7f4f0e-9f57-4b52-8f1c-1f3d6f4f9b11")
# The demo's people have been at their desks since before the oldest of these cases.
SINCE = timedelta(days=365)
PEOPLE = ("clerk", "chief", "officer", "department-head", "labour-officer", "labour-head", "reviewer")
WORKING = time(10)


@dataclass
class Story:
    """One case as it is told. `today` is the county's, `now` a moment of it; a day is named by how long ago it was."""

    county: County
    today: date
    now: datetime
    people: dict[str, User]
    number: int = 0
    case: Case | None = None

    def moment(self, ago: int) -> datetime:
        """In the morning of that day; today no later than now."""
        return min(datetime.combine(self.today - timedelta(days=ago), WORKING, self.county.zone), self.now)

    def day(self, ago: int) -> date:
        return self.today - timedelta(days=ago)

    def comes(self, ago: int, way: WayIn, topic: str, matter: str, wish: str, *, who: str = "", **more: Any) -> Case:
        """A letter, a call or a form, from someone new unless named."""
        self.number += 1
        person = Person(name=f"居民{who or self.number}", phone=f"1391000{(int(who) if who else self.number):04}", address="城关镇")
        said = Received(
            way_in=way,
            person=person,
            topic=Topic.objects.filter(code=topic).first() or Topic.objects.order_by("code")[0],
            matter=matter,
            wish=wish,
            received_on=self.day(ago),
            read_back=way == WayIn.PHONE,
            **more,
        )
        key = uuid.uuid5(SPACE, f"{self.county.slug} {self.number}")
        by = User.objects.system() if way == WayIn.WEB else self.people["clerk"]
        self.case = cases.register(said=said, key=key, county=self.county, by=by, at=self.moment(ago)).case
        return self.case

    def do(self, ago: int, who: str, action: Callable[..., Any], **more: Any) -> Any:
        """A deed of someone, so many days ago."""
        assert self.case is not None
        case = cases.locked(self.case)
        return action(case=case, county=self.county, by=self.people[who], at=self.moment(ago), **more)

    def screened(self, ago: int, kind: Kind = Kind.CLAIM, *, urgent: bool = False, simple: bool = False) -> None:
        self.do(ago, "clerk", cases.screen, kind=kind, urgent=urgent, simple=simple)

    def transferred(self, ago: int, code: str) -> None:
        self.do(ago, "clerk", referrals.transfer, department=unit(code), received_on=self.day(ago))

    def handled(self, ago: int, who: str = "officer") -> None:
        """Accepted, and a handler named."""
        self.do(ago, who, handling.accept, on=self.day(ago))
        self.do(ago, who, handling.handle, handler=self.people[who])

    def answered(self, ago: int, said: Draft) -> None:
        """Drafted, checked, issued and delivered, a day each."""
        self.do(ago + 3, "officer", opinions.draft, said=said)
        self.do(ago + 2, "clerk", opinions.check)
        self.do(ago + 1, "department-head", opinions.issue)
        handed = Handed(DeliveryWay.HANDED, self.day(ago), "送达回证，本人签名")
        self.do(ago, "officer", deliveries.deliver, handed=handed)


def unit(code: str) -> Department:
    found: Department = Department.objects.get(code=code)
    return found


def make(county: County, at: datetime) -> int:
    """Tell them once; how many cases. None where the demo's people or units are not there, or the cases are there already."""
    with scope.county(county):
        people = {name: User.objects.filter(username=f"demo-{name}").first() for name in PEOPLE}
        known = {name: person for name, person in people.items() if person is not None}
        started = Case.objects.exclude(way_in=WayIn.RECEPTION).exists()
        if started or len(known) < len(PEOPLE) or Department.objects.filter(code__in=("D12", "D15")).count() < 2:
            return 0
        today = at.astimezone(county.zone).date()
        RoleGrant.objects.filter(user__in=known.values(), starts_on__gt=today - SINCE).update(starts_on=today - SINCE)
        story = Story(county, today, at, known)
        for tell in STORIES:
            tell(story)
        results.publish_due(county=county, by=User.objects.system(), at=at)
        return story.number


def _new_ones(story: Story) -> None:
    leader = Leader.objects.filter(code="L01").first()
    story.comes(2, WayIn.LETTER, "housing", "小区地下车库积水，雨天不能停车。", "请查明原因，督促整改。", addressed_to=leader)
    story.comes(1, WayIn.WEB, "work", "建议在工业园区增设招聘信息栏。", "请研究。", addressed_to=leader)
    story.comes(1, WayIn.PHONE, "housing", "路灯不亮半个月，夜间行走不安全。", "请尽快维修。")
    story.screened(0, urgent=True, simple=True)


def _settled_by_the_bureau(story: Story) -> None:
    story.comes(20, WayIn.LETTER, "work", "与单位就加班费发生争议。", "请裁决应补多少。")
    story.screened(18)
    guided = {"path": "劳动争议仲裁", "body": "县劳动人事争议仲裁委员会", "by_when": "自知道权利被侵害之日起一年内"}
    story.do(18, "clerk", screening.guide, **guided)
    first = story.case
    who = str(story.number)
    story.comes(3, WayIn.LETTER, "work", "与单位就加班费发生争议，仲裁时间太长。", "请直接裁决应补多少。", who=who)
    story.screened(2)
    story.do(2, "clerk", repeats.mark, of=first)
    story.comes(6, WayIn.LETTER, "housing", "对法院已经判决的相邻权纠纷不服。", "请改判。")
    story.screened(5)
    told = "该纠纷已有生效判决，只能依法申请再审。"
    story.do(4, "clerk", screening.ask_not_to_accept, ground=Ground.COURT, reason=told)


def _with_the_units(story: Story) -> None:
    story.comes(8, WayIn.LETTER, "housing", "楼上装修拆改承重墙。", "请制止并鉴定。", people=6, representatives=_two())
    story.screened(6, urgent=True)
    story.transferred(3, "D15")
    story.comes(9, WayIn.WEB, "work", "培训补贴申请三个月没有答复。", "请查一下办到哪一步。")
    story.screened(8)
    story.transferred(2, "D12")
    reasons = "该补贴由商务部门主管的项目发放，依据项目管理办法不属于我局职权。"
    story.do(1, "labour-officer", objections.raise_one, reasons=reasons, suggests=Department.objects.filter(code="D19").first())
    story.comes(26, WayIn.LETTER, "housing", "安置房交付两年没有办证。", "请明确办证时间。")
    story.screened(24)
    leader = Leader.objects.filter(code="L02").first()
    tasks = (
        Assigned(unit("D15"), "查明原因，提出办证时间表并书面答复", story.day(-20), is_lead=True),
        Assigned(unit("D12"), "核对安置人员名单", story.day(-5)),
    )
    said = "请住建局牵头，三周内拿出时间表。" if leader else ""
    story.do(22, "clerk", referrals.assign, tasks=tasks, received_on=story.day(22), instruction=said, instructed_by=leader)
    story.do(21, "labour-officer", handling.accept_part)
    story.handled(20)
    story.do(12, "officer", handling.report, text="已与开发企业核对竣工资料，缺消防验收一项。", is_result=False)
    story.do(5, "labour-officer", handling.report, text="安置人员名单已核对，送住建局。", is_result=True)


def _late_and_supervised(story: Story) -> None:
    story.comes(85, WayIn.LETTER, "housing", "老旧小区加装电梯补助没有发放。", "请发放补助。")
    story.screened(82)
    story.transferred(80, "D15")
    story.handled(78)
    more = {"ground": SupervisionGround.OVERDUE, "text": "请说明超期原因，七日内办结并书面答复。", "due_on": story.day(-5)}
    story.do(2, "chief", supervision.begin, department=unit("D15"), **more)
    story.comes(50, WayIn.PHONE, "housing", "小区消防通道被占用。", "请清理并长期管住。")
    story.screened(48)
    story.transferred(46, "D15")
    story.handled(45)
    story.do(1, "officer", extensions.ask, days=20, reason="需要委托第三方检测，检测周期较长。")


def _answered(story: Story) -> None:
    story.comes(40, WayIn.LETTER, "housing", "外墙脱落砸坏车辆。", "请修复并赔偿。")
    story.screened(38)
    story.transferred(37, "D15")
    story.handled(36)
    story.do(2, "officer", opinions.draft, said=_opinion(story, "外墙饰面砖空鼓脱落。"))
    story.comes(60, WayIn.LETTER, "housing", "顶楼屋面渗水。", "请修复。")
    story.screened(58)
    story.transferred(57, "D15")
    story.handled(56)
    story.answered(10, _opinion(story, "屋面防水层老化。"))
    story.comes(70, WayIn.WEB, "housing", "物业擅自提高收费。", "请责令退还多收的费用。")
    story.screened(68)
    story.transferred(67, "D15")
    story.handled(66)
    story.answered(20, _opinion(story, "收费调整未经业主大会表决。"))
    story.do(9, "clerk", reviews.request, text="意见没有写明退费期限，请求复查。", requested_on=story.day(9))
    story.comes(75, WayIn.LETTER, "housing", "小区门口树木遮挡路灯。", "请修剪。")
    story.screened(74)
    story.transferred(73, "D15")
    story.handled(72)
    story.answered(50, _opinion(story, "行道树枝叶遮挡路灯。", carries_out_by=story.day(45)))
    story.do(44, "officer", opinions.carry_out, day=story.day(45), proof="修剪前后照片，信访人到场确认")
    story.do(43, "clerk", closing.close)


def _opinion(story: Story, found: str, carries_out_by: date | None = None) -> Draft:
    return Draft(
        facts=f"经现场查看：{found}",
        basis="《住宅专项维修资金管理办法》等有关规定。",
        answers=(Answered("请求处理。", Outcome.SUPPORTED, "予以支持，按期整改到位。"),),
        remedy_body=opinions.remedy_body(unit("D15"), story.county),
        carries_out_by=carries_out_by or story.day(-30),
    )


def _two() -> tuple[Person, ...]:
    return (Person(name="居民甲甲", phone="13910009001"), Person(name="居民乙乙", phone="13910009002"))


STORIES = (_new_ones, _settled_by_the_bureau, _with_the_units, _late_and_supervised, _answered)
