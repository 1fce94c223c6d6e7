"""Papers of a reception: the receipt that the visitor takes home, and the registration form for the file.

Composed from one version of the minutes in the language that is active; `reception.printing` sets them and keeps none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from petitions import words
from petitions.actions.briefings import Before, Visitor
from petitions.models import Deadline, Minutes
from reception import codes, printing
from reception.actions.identities import Person
from reception.models import County, Leader, Sitting
from reception.words import english, long_date, named, weekday

# So many digits of a hash are compared by eye.
HASH_SHOWN = 12


@dataclass(frozen=True)
class Paper:
    """A paper ready to be set, about a person: never kept."""

    template: str
    name: str
    data: Mapping[str, Any]
    at: datetime
    # The language it is set in, where that is not the one that is active.
    lang: str = ""

    def pdf(self) -> bytes:
        """Raises `printing.Unprintable`."""
        return printing.compile(self.template, self.data, lang=self.lang or ("en" if english() else "zh"), at=self.at)


def receipt(minutes: Minutes, *, county: County, person: Mapping[str, str], at: datetime, code: str = "") -> Paper:
    """The receipt on the spot: what was asked, said and decided, who does what by when, and what comes next. `person` comes masked.

    `code` only where it was issued just now; it is written nowhere else.
    """
    case = minutes.case.joins or minutes.case
    clock = Deadline.objects.running().filter(case=case, kind="D1").first()
    title = _("%(county)s领导接访受理单") % {"county": named(county)}
    facts = [
        [_("编号"), _number(minutes)],
        [_("查询码"), codes.show_code(code) if code else _("见预约受理单；遗失的，凭身份证到窗口换发。")],
        [_("来访人"), person["name"]],
        *_when(minutes, county),
        [_("反映的问题和诉求"), minutes.asked],
        [_("领导答复意见"), minutes.said],
        [_("处理决定"), _decision(minutes)],
    ]
    if minutes.case.joins:
        facts.append([_("并入的事项"), codes.show_number(minutes.case.joins.number)])
    facts.append([_("接下来"), words.next_step(minutes, clock)])
    if clock:
        facts.append([_("期限怎样计算"), words.how_for_petitioner(clock)])
    facts.append([_("校验码"), _check_code(minutes)])
    lead = _("请保存好这张受理单。记录有误的，可以当场或事后要求更正，更正后会另发一张。")
    return _paper("receipt", title, facts, minutes, county, at, lead)


def registration(minutes: Minutes, *, county: County, person: Mapping[str, str], people: int, at: datetime) -> Paper:
    """The registration form for the file. Nothing about the person that the bureau does not need."""
    booking, case = minutes.booking, minutes.case
    title = _("%(county)s领导接访登记表") % {"county": named(county)}
    facts = [
        [_("编号"), _number(minutes)],
        *_when(minutes, county),
        [_("在场人员"), minutes.present or _("（无）")],
        [_("来访人"), person["name"]],
        [_("证件号码"), person["id_number"] or _("（未提供）")],
        [_("联系电话"), person["phone"] or _("（未提供）")],
        *([[_("住址"), person["address"]]] if person.get("address") else []),
        [
            _("来访人数"),
            _("%(people)d 人，代表 %(count)d 人") % {"people": people, "count": booking.representatives.count()},
        ],
        [_("原信访编号"), booking.earlier_number or _("（初次）")],
        [_("类别"), named(booking.topic)],
        [_("性质"), case.get_kind_display() if case.kind else _("（待定）")],
        [_("反映的问题和诉求"), minutes.asked],
        [_("领导批示（处理意见）"), minutes.said],
        [_("处理决定"), _decision(minutes)],
        [_("是否宣读核对"), _("已当场宣读，来访人确认无误") if minutes.read_back else _("未宣读")],
        [_("办理情况和结果"), "\n\n"],
    ]
    return _paper("receipt", title, facts, minutes, county, at, "", recorder=True)


def briefing(
    visitors: Sequence[Visitor], *, sitting: Sitting, leader: Leader, county: County, names: Mapping[int, Person], at: datetime
) -> Paper:
    """What a leader reads before a sitting: one sheet for each visitor. `names` are those that were opened, by booking."""
    day = sitting.day.day
    data = {
        "title": _("%(day)s 接访材料") % {"day": long_date(day)},
        "author": county.bureau_en if english() and county.bureau_en else county.bureau,
        "lead": f"{named(leader)} · {sitting.starts:%H:%M}–{sitting.ends:%H:%M} · {named(sitting.place)}",
        "none": _("目前没有来访人预约这一场。"),
        "visitors": [_sheet(visitor, names.get(visitor.booking.pk), len(visitors)) for visitor in visitors],
        "foot": {
            "page": _("— {n} / {m} —"),
            "lines": [_("内部材料，不得外传，用后收回。"), f"{at.astimezone(county.zone):%Y-%m-%d %H:%M}"],
        },
    }
    return Paper("briefing", f"briefing-{day}", data, at)


def _sheet(visitor: Visitor, person: Person | None, total: int) -> dict[str, Any]:
    booking = visitor.booking
    shown = f"{person.name}  {person.phone}" if person else f"{visitor.masked['name']}  {visitor.masked['phone']}"
    people = _("%(people)d 人，代表 %(count)d 人") % {"people": booking.people, "count": booking.representatives.count()}
    facts = [
        [_("编号"), codes.show_number(booking.number)],
        [_("来访人"), f"{shown}\n{people}"],
        [_("类别"), named(booking.topic)],
        [_("反映的问题"), booking.matter],
        [_("诉求"), booking.wish],
    ]
    if booking.accused_department:
        facts.append([_("所反映的部门"), named(booking.accused_department)])
    if booking.accused_leader:
        facts.append([_("所反映的领导"), named(booking.accused_leader)])
    facts.append([_("以前的事项"), "\n".join(_before(one) for one in visitor.before) or _("（没有）")])
    visits = [f"{row.day} {named(row.leader)} · {row.get_state_display()} · {named(row.topic)}" for row in visitor.visits]
    facts.append([_("以前的预约"), "\n".join(visits) or _("（没有）")])
    said = [f"{named(one.department)}{_('：')}{one.text}" for one in visitor.positions]
    facts.append([_("部门意见"), "\n".join(said) or _("（部门没有提前答复）")])
    return {
        "heading": _("第 %(n)d 位（共 %(total)d 位）") % {"n": visitor.position, "total": total},
        "facts": facts,
        "notes": _("记录"),
    }


def _before(one: Before) -> str:
    case = one.case
    line = f"{codes.show_number(case.number)} {case.received_on} · {case.get_status_display()}"
    if one.is_alike:
        line += _("（内容相近）")
    if one.minutes:
        line += "\n" + _("%(leader)s答复：%(said)s") % {"leader": named(one.minutes.leader), "said": _short(one.minutes.said)}
    return line


def _short(text: str, most: int = 160) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _paper(
    template: str,
    title: str,
    facts: list[list[str]],
    minutes: Minutes,
    county: County,
    at: datetime,
    lead: str,
    *,
    recorder: bool = False,
) -> Paper:
    tasks = [
        [
            _("牵头") if task.is_lead else _("协办"),
            named(task.department),
            task.deliverable,
            long_date(task.due_on),
        ]
        for task in minutes.tasks.select_related("department").order_by("position")
    ]
    version = _("第 %(version)d 版") % {"version": minutes.version}
    if minutes.version > 1:
        version += _("（更正：%(reason)s）") % {"reason": minutes.reason}
    signs = [[_("来访人签名"), ""], [_("接访领导签名"), ""]]
    if recorder:
        signs.append([_("记录人"), minutes.recorded_by.name])
    signs.append([_("日期"), ""])
    address = f"{settings.SITE_URL}{'/en' if english() else ''}/{county.slug}/verify/"
    data = {
        "title": title,
        "author": county.bureau_en if english() and county.bureau_en else county.bureau,
        "lead": lead,
        "large": not recorder,
        "facts": facts,
        "tasks": {"heading": _("谁办什么、何时办结"), "head": [_("分工"), _("单位"), _("办理事项"), _("办结时限")], "rows": tasks},
        "signs": signs,
        "foot": {
            "page": _("— {n} / {m} —"),
            "lines": [
                f"{version}  {_('校验码')} {_check_code(minutes)}",
                _("核对：%(address)s，输入编号和校验码") % {"address": address},
                _("电话 %(phone)s") % {"phone": county.phone} if county.phone else "",
            ],
        },
    }
    return Paper(template, f"{minutes.booking.number}-{minutes.version}", data, at)


def _check_code(minutes: Minutes) -> str:
    """As many digits of the hash as one compares by eye, in fours."""
    return f"{minutes.hash[:4]} {minutes.hash[4:8]} {minutes.hash[8:HASH_SHOWN]}"


def _number(minutes: Minutes) -> str:
    return codes.show_number(minutes.case.number)


def _when(minutes: Minutes, county: County) -> list[list[str]]:
    begun, ended = (moment.astimezone(county.zone) for moment in (minutes.begun_at, minutes.ended_at))
    return [
        [_("接访日期"), f"{long_date(begun.date())} {weekday(begun.date())} {begun:%H:%M}–{ended:%H:%M}"],
        [_("接访领导"), named(minutes.leader)],
        [_("接访地点"), named(minutes.booking.sitting.place)],
    ]


def _decision(minutes: Minutes) -> str:
    said = str(minutes.get_decision_display())
    if minutes.ground:
        said += _("：%(ground)s") % {"ground": minutes.get_ground_display()}
    if minutes.path:
        said += _("：%(ground)s") % {"ground": minutes.path}
    return said
