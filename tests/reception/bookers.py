"""Citizens who book, with fixed parts. Role words only; nobody exists."""

import uuid

from reception import scope
from reception.actions import submissions
from reception.actions.identities import Person
from reception.models import BookingWay, Sitting, Topic, User

CITIZEN = Person(name="居民甲", phone="13800000001", id_number="", address="东河镇一村")


def topic(office, code="T1"):
    with scope.county(office.county):
        return Topic.objects.get_or_create(code=code, defaults={"name": "住房与城建", "name_en": "Housing", "words": "住建、规划"})[
            0
        ]


def sitting(office, rotation="R2", day="2026-02-24"):
    with scope.county(office.county):
        rows = Sitting.objects.select_related("day", "leader", "rotation", "post")
        return rows.get(day__day=day, rotation__code=rotation)


def person(n=1, **more):
    return Person(**{"name": f"居民{n}", "phone": f"138{n:08}", **more})


def request(office, n=1, **more):
    parts = {
        "person": person(n),
        "topic": topic(office),
        "matter": "楼道长期漏水，多次反映未修。",
        "wish": "请安排维修。",
        "way": BookingWay.ONLINE,
    }
    return submissions.Request(**{**parts, **more})


def book(office, n=1, *, at, where=None, key=None, wait=False, by=None, holder=None, **more):
    with scope.county(office.county):
        return submissions.submit(
            sitting=where or sitting(office),
            request=request(office, n, **more),
            key=key or uuid.uuid4(),
            county=office.county,
            by=by or User.objects.system(),
            at=at,
            wait=wait,
            holder=holder,
        )
