"""Fictitious receptions of the demo county's last reception day, concluded, so that the pages of cases show something.

Everyone is 居民 and a letter; nobody exists. What is written here goes through the same action as at the counter.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from petitions.actions import receptions
from petitions.actions.receptions import Account, Assigned
from petitions.models import Decision, Ground, Kind, Minutes
from reception import codes, scope
from reception.actions import identities, tracking
from reception.actions.candidates import receives
from reception.actions.identities import Person
from reception.models import Booking, BookingState, BookingStep, BookingWay, County, Department, Sitting, Topic, User

LONG = timedelta(minutes=20)
BEFORE = timedelta(days=5)


@dataclass(frozen=True)
class Told:
    """One reception: who came with what, and what came of it."""

    name: str
    topic: str
    matter: str
    wish: str
    said: str
    decision: Decision
    kind: Kind = Kind.CLAIM
    ground: Ground | None = None
    path: str = ""
    tasks: tuple[tuple[str, str], ...] = ()
    accuses: str = ""


TOPICS = (
    ("housing", "住房与城乡建设", "Housing and construction", "住房、城乡建设、城建、住建"),
    ("work", "劳动、工资与社会保险", "Work, wages and social insurance", "人力资源、社会保障、劳动"),
)
RECEPTIONS = (
    Told(
        "居民甲",
        "housing",
        "所住小区三号楼楼道长期漏水，多次向物业反映未修。",
        "请有关部门督促维修。",
        "请住建局牵头，督促物业一个月内修好，修好后请来访人到场确认。",
        Decision.INSTRUCTED,
        tasks=(("D15", "督促物业查明漏水原因并修好，请来访人确认"), ("D05", "配合核定维修资金")),
    ),
    Told(
        "居民乙",
        "work",
        "临时工资拖欠两个月，单位承诺后仍未发放。",
        "请帮助要回工资。",
        "人社局负责人当场联系用工单位，单位已在现场付清，来访人确认收到。",
        Decision.RESOLVED_ON_SPOT,
    ),
    Told(
        "居民丙",
        "work",
        "与原单位就解除劳动合同补偿发生争议，尚未申请仲裁。",
        "请裁决应补多少。",
        "这类争议依法应先申请劳动仲裁，已当面说明办法，并提供了申请书样式。",
        Decision.GUIDED,
        path="向县劳动人事争议仲裁委员会申请仲裁，自知道权利被侵害之日起一年内提出，不收费。",
    ),
    Told(
        "居民丁",
        "housing",
        "对法院已经判决生效的房屋买卖纠纷不服。",
        "请改判。",
        "已经生效的判决，只能依法向法院申请再审，信访不能改变判决。",
        Decision.NOT_ACCEPTED,
        ground=Ground.COURT,
    ),
    Told(
        "居民戊",
        "housing",
        "反映城管部门处理占道经营时收费不开票据。",
        "请查清收费依据。",
        "请司法局会同财政局核查收费依据，一个月内书面答复来访人。",
        Decision.INSTRUCTED,
        kind=Kind.ACCUSATION,
        tasks=(("D05", "核查收费依据并书面答复来访人"),),
        accuses="D15",
    ),
)


def make(county: County, at: datetime) -> int:
    """Conclude them on the county's last reception day that is over; how many. None where there is no such day, or they are there."""
    with scope.county(county):
        today = at.astimezone(county.zone).date()
        rows = Sitting.objects.filter(day__day__lt=today).exclude(state="cancelled").select_related("day", "leader", "place")
        sitting = rows.order_by("-day__day", "-rotation__position").first()
        clerk = User.objects.filter(username="demo-clerk").first()
        if sitting is None or clerk is None or Minutes.objects.exists():
            return 0
        for place, told in enumerate(RECEPTIONS):
            begun = datetime.combine(sitting.day.day, sitting.starts, county.zone) + place * LONG
            booking = _called(told, place, sitting, begun, county)
            receptions.conclude(
                booking=booking,
                account=_account(told, begun, county),
                key=uuid.uuid5(uuid.NAMESPACE_URL, f"demo minutes {place}"),
                county=county,
                by=clerk,
                at=at,
            )
    return len(RECEPTIONS)


def _called(told: Told, place: int, sitting: Sitting, begun: datetime, county: County) -> Booking:
    code, name, name_en, words = next(row for row in TOPICS if row[0] == told.topic)
    topic, _made = Topic.objects.get_or_create(code=code, defaults={"name": name, "name_en": name_en, "words": words})
    asked_at = begun - BEFORE
    person = Person(name=told.name, phone=f"1390000{place:04}", address="城关镇")
    identity = identities.keep(person=person, county=county, at=asked_at)
    booking: Booking = Booking.objects.create(
        number=codes.new_number(year=sitting.day.day.year),
        code_hash=tracking.hashed(codes.new_code()),
        key=uuid.uuid5(uuid.NAMESPACE_URL, f"demo booking of minutes {place}"),
        digest="0" * 24,
        sitting=sitting,
        leader=receives(sitting),
        day=sitting.day.day,
        state=BookingState.CALLED,
        way=BookingWay.COUNTER,
        identity=identity,
        person_index=identity.person_index,
        topic=topic,
        matter=told.matter,
        wish=told.wish,
        accused_department=Department.objects.filter(code=told.accuses).first() if told.accuses else None,
        submitted_at=asked_at,
        ticket=place + 1,
        checked_in_at=begun - LONG,
    )
    before = ""
    for action, after, moment in (
        ("submit", BookingState.SUBMITTED, asked_at),
        ("confirm", BookingState.CONFIRMED, asked_at),
        ("check_in", BookingState.CHECKED_IN, begun - LONG),
        ("call", BookingState.CALLED, begun),
    ):
        BookingStep.objects.create(booking=booking, action=action, before=before, after=after, at=moment, actor="demo-clerk")
        before = after
    return booking


def _account(told: Told, begun: datetime, county: County) -> Account:
    day = begun.astimezone(county.zone).date()
    return Account(
        asked=f"{told.matter}{told.wish}",
        said=told.said,
        decision=told.decision,
        begun_at=begun,
        ended_at=begun + LONG - timedelta(minutes=4),
        read_back=True,
        kind=told.kind,
        ground=told.ground,
        path=told.path,
        present="县信访局接访科科长",
        tasks=tuple(
            Assigned(Department.objects.get(code=code), deliverable, day + timedelta(days=30), is_lead=place == 0)
            for place, (code, deliverable) in enumerate(told.tasks)
        ),
    )
