"""Give a county what it begins with: kinds of matters and the right-path guide, which the bureau then changes as it likes."""

from datetime import datetime

from reception import beginnings
from reception.actions import journal
from reception.actions.permissions import require
from reception.models import County, Department, GuideStep, Topic, User


def lay_out(*, county: County, by: User, at: datetime) -> tuple[int, int]:
    """Fill the tables of the county in scope that are still empty; how many kinds of matters and steps of the guide were made.

    Again is nothing more, and what the bureau changed stays.
    """
    require("county.import", county=county, by=by, at=at)
    topics = [] if Topic.objects.exists() else [Topic(**row) for row in beginnings.topics(Department.objects.order_by("code"))]
    guide = [] if GuideStep.objects.exists() else [GuideStep(**row) for row in beginnings.guide()]
    Topic.objects.bulk_create(topics)
    GuideStep.objects.bulk_create(guide)
    if topics or guide:
        facts = {"topics": len(topics), "guide": len(guide)}
        journal.record(act="county.begin", object=f"county {county.slug}", by=by, at=at, facts=facts)
    return len(topics), len(guide)
