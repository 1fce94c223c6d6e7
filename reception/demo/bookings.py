"""A handful of fictitious bookings for the next day that can be booked, so that every page of the demo has something to show."""

import uuid
from datetime import datetime

from reception.actions import offers, places, submissions
from reception.actions.identities import Person
from reception.models import Booking, BookingWay, County, Topic, User

SPACE = uuid.UUID("5b5f2f7e-3f1f-4d0c-9f0a-6c1e58f4a1d2")
STEMS = "甲乙丙丁戊己庚辛"
# rotation, topic, matter, wish, people, the last digits of the telephone; none where there is none
VISITS = (
    ("R2", "housing", "老旧小区楼顶漏水三年，维修资金一直批不下来。", "请协调动用维修资金，雨季前修好。", 1, "0001"),
    ("R2", "land", "征收补偿款还差最后一期没有到账。", "请说明什么时候付清。", 2, "0002"),
    ("R1", "work", "工地拖欠十二名工人三个月工资。", "请帮助在年前结清。", 6, "0003"),
    ("R2", "transport", "村道路面塌陷，校车绕行半年。", "请尽快修复。", 1, "0004"),
    ("R1", "education", "孩子随迁入学材料被退回两次。", "请告知还缺什么，并安排入学。", 1, ""),
    ("R2", "welfare", "母亲失能，护理补贴申请后一直没有答复。", "请查一下办到哪一步了。", 1, "0006"),
    ("R2", "environment", "河边作坊夜间排污水，气味很大。", "请查处，并公布检测结果。", 3, "0007"),
    ("R1", "rural", "水渠断流，两百亩地春灌没有水。", "请在春灌前修通水渠。", 4, "0008"),
)


def make(*, county: County, at: datetime) -> list[Booking]:
    """The bookings of the county in scope; made again, they are the same ones. None where no day can be booked."""
    found = offers.coming(county=county, at=at)
    day = found[0].sitting.day.day if found else None
    by_rotation = {
        offer.sitting.rotation.code: offer.sitting for offer in found if offer.sitting.day.day == day and offer.sitting.rotation
    }
    topics = {topic.code: topic for topic in Topic.objects.all()}
    made = []
    for stem, (rotation, topic, matter, wish, people, phone) in zip(STEMS, VISITS, strict=True):
        key = uuid.uuid5(SPACE, f"{county.slug} {stem}")
        known = Booking.objects.filter(key=key).first()
        if known is None and rotation in by_rotation and topic in topics:
            request = submissions.Request(
                person=Person(name=f"居民{stem}", phone=f"1380000{phone}" if phone else ""),
                topic=topics[topic],
                matter=matter,
                wish=wish,
                way=BookingWay.ONLINE if phone else BookingWay.COUNTER,
                people=people,
                representatives=(Person(name=f"居民{stem}"), Person(name=f"居民{stem}的工友"))
                if people > submissions.A_GROUP
                else (),
                reachable=bool(phone),
            )
            try:
                known = submissions.submit(
                    sitting=by_rotation[rotation], request=request, key=key, county=county, by=User.objects.system(), at=at
                ).booking
            except places.Full:
                continue
        if known is not None:
            made.append(known)
    return made
