"""The papers of a reception day that runs without power or network, and the tickets of one that does: what they say.

The registration form holds the fields of three counties' real forms; what is known is filled in, the rest is written by hand.
What is not needed (nationality, age, employer) is not asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from django.utils.translation import gettext as _

from reception import words

# So many walk-ins find a form and a number ready.
SPARE = 10


@dataclass(frozen=True)
class Visit:
    """One booking on paper."""

    ticket: int | None
    number: str
    name: str
    phone: str
    id_number: str
    address: str
    people: int
    representatives: Sequence[str]
    topic: str
    matter: str
    wish: str
    earlier_number: str


@dataclass(frozen=True)
class Room:
    """One sitting on paper. `last` is the last number given in it."""

    leader: str
    leader_en: str
    post: str
    post_en: str
    place: str
    starts: time
    ends: time
    departments: Sequence[str] = ()
    visits: Sequence[Visit] = field(default=())

    @property
    def last(self) -> int:
        return max((visit.ticket or 0 for visit in self.visits), default=0)


def pack(*, county: str, bureau: str, day: date, rooms: Sequence[Room]) -> dict[str, Any]:
    """Everything in one document: the list of each sitting, its registration forms, the numbers, the signs for the table."""
    title = _("%(county)s领导接访日 %(day)s 纸质接访材料") % {"county": county, "day": day}
    return {
        "title": title,
        "author": bureau,
        "foot": {"page": _("— {n} —"), "lines": [title, _("含个人信息，仅供接访当日使用，用后归档或销毁。")]},
        "rooms": [_room(room, county, day) for room in rooms],
        "words": {"tickets": _("号票（沿线剪开）"), "sign": _("接访领导")},
    }


def tickets(*, bureau: str, day: date, room: Room, ticket: int) -> dict[str, Any]:
    """One ticket, small: the number, the sitting, no name."""
    return {
        "title": _("%(ticket)s 号") % {"ticket": ticket},
        "author": bureau,
        "ticket": _ticket(room, day, ticket),
        "note": _("请留意叫号屏，过号请到服务台。先预约的先接，当天登记的随后。"),
    }


def _ticket(room: Room, day: date, ticket: int | None) -> Mapping[str, str]:
    return {
        "number": str(ticket) if ticket else "",
        "unit": _("号"),
        "leader": f"{room.post} {room.leader}",
        "place": room.place,
        "when": f"{day} {room.starts:%H:%M}–{room.ends:%H:%M}",
    }


def _room(room: Room, county: str, day: date) -> Mapping[str, Any]:
    spare = range(room.last + 1, room.last + 1 + SPARE)
    when = f"{day} {words.weekday(day)} {room.starts:%H:%M}–{room.ends:%H:%M}"
    return {
        "heading": _("接访日名单：%(leader)s（%(post)s）") % {"leader": room.leader, "post": room.post},
        "sub": f"{when}　{room.place}",
        "table": {
            "head": [
                _("号"),
                _("编号"),
                _("姓名"),
                _("电话"),
                _("人数"),
                _("类别"),
                _("到"),
                _("到达"),
                _("叫号"),
                _("接访自—至"),
                _("结果"),
            ],
            "rows": [
                *[_listed(visit) for visit in room.visits],
                *[[str(ticket), _("随访"), *[""] * 4, "□", *[""] * 4] for ticket in spare],
            ],
        },
        "results": _("结果：接＝已接访；未＝未到；走＝到场但未能接访。时间写几点几分，事后据此补录。"),
        "forms": [
            *[_form(room, county, when, visit) for visit in room.visits],
            *[_form(room, county, when, None, ticket) for ticket in spare],
        ],
        "tickets": [_ticket(room, day, n) for n in [*sorted(v.ticket for v in room.visits if v.ticket), *spare]],
        "sign": {"leader": room.leader, "post": room.post, "leader_en": room.leader_en, "post_en": room.post_en},
    }


def _listed(visit: Visit) -> list[str]:
    names = "\n".join([visit.name, *visit.representatives])
    ticket = str(visit.ticket) if visit.ticket else _("候补")
    return [ticket, visit.number, names, visit.phone, str(visit.people), visit.topic, "□", "", "", "", ""]


def _form(room: Room, county: str, when: str, visit: Visit | None, ticket: int | None = None) -> Mapping[str, Any]:
    """The registration form, of one who booked, or blank with a spare number. Each row is a label and what is known."""
    leader = f"{room.leader}（{room.post}）"
    known = visit or Visit(ticket, "", "", "", "", "", 0, (), "", "", "", "")
    return {
        "title": _("%(county)s领导接访登记表") % {"county": county},
        "top": [
            [_("编号"), known.number],
            [_("号"), str(known.ticket or "")],
            [_("接访时间"), when],
            [_("接访地点"), room.place],
            [_("接访领导"), leader],
            [_("陪同部门"), _("、").join(room.departments)],
        ],
        "person": [
            [_("姓名"), known.name],
            [_("电话"), known.phone],
            [_("身份证号"), known.id_number],
            [_("来访人数"), str(known.people or "")],
            [_("住址"), known.address],
            [_("代表姓名"), _("、").join(known.representatives)],
            [_("类别"), known.topic],
            [_("原信访编号"), known.earlier_number],
        ],
        "matter": [[_("反映的问题"), known.matter], [_("诉求"), known.wish]],
        "handling": [
            _("领导意见"),
            _("承办单位和协办单位"),
            _("办结时限"),
            _("处理结果：□ 当场解决　□ 交办　□ 引导　□ 不予受理（注明理由）"),
        ],
        "sign": [_("来访人签名"), _("接访领导签名"), _("记录人"), _("日期")],
    }
