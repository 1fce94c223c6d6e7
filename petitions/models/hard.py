"""Hard cases: the stated rules by which a running case is proposed for the joint meeting's agenda. Nothing else makes one hard."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.apps import apps
from django.db.models import Count, Q, QuerySet

from petitions.workflow import RUNNING

# More days than these after the last day.
LONG_OVERDUE = timedelta(days=15)
# So often, the first time counted, or so many people.
OFTEN = 3
MANY = 5


def rules(on: date) -> Mapping[str, Q]:
    """Each rule by its name, as a filter of cases on a day."""
    return {
        "overdue": Q(due_on__lt=on - LONG_OVERDUE),
        "listed": Q(supervisions__is_listed=True, supervisions__ended_on__isnull=True),
        # One and the same matter in a chain, or several times over the first.
        "often": Q(repeats__repeats__isnull=False) | Q(pk__in=_often()) | Q(repeats__in=_often()),
        "many": Q(people__gte=MANY),
        "redone": Q(reviews__ruling="set_aside"),
    }


def any_rule(on: date) -> Q:
    """Running cases that are hard by any rule and may be talked about: never an accusation (art. 30)."""
    found = Q()
    for rule in rules(on).values():
        found |= rule
    return found & Q(status__in=sorted(RUNNING)) & unsealed()


def unsealed() -> Q:
    """What accuses nobody: an agenda is read by leaders and units, so no accusation stands on one."""
    nobody = Q(accused_leader__isnull=True, accused_department__isnull=True, accused_user__isnull=True)
    return nobody & (Q(kind__isnull=True) | ~Q(kind="accusation"))


def _often() -> QuerySet:
    """The cases that so many others repeat."""
    repeats = apps.get_model("petitions", "Case").objects.filter(repeats__isnull=False).values("repeats")
    return repeats.annotate(times=Count("pk")).filter(times__gte=OFTEN - 1).values("repeats")
