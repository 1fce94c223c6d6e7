"""The list of cases that may go out: these columns and no others, none of which says who somebody is or what they told."""

from collections.abc import Callable, Sequence
from datetime import date

from django.utils.translation import gettext as _

from petitions.models import Case
from petitions.models.cases import CaseQuerySet
from petitions.reports.shape import Asked
from reception import codes
from reception.words import named

Cell = str | int | date | None

# So many at a time may leave the portal in one file.
MOST = 500


def _yes(is_so: bool) -> str:
    return _("是") if is_so else ""


COLUMNS: dict[str, tuple[Callable[[], str], Callable[[Case], Cell]]] = {
    "number": (lambda: _("编号"), lambda case: codes.show_number(case.number)),
    "received_on": (lambda: _("收到日期"), lambda case: case.received_on),
    "way_in": (lambda: _("来源"), lambda case: str(case.get_way_in_display())),
    "kind": (lambda: _("性质"), lambda case: str(case.get_kind_display() or "")),
    "topic": (lambda: _("类别"), lambda case: named(case.topic)),
    "people": (lambda: _("人数"), lambda case: case.people),
    "department": (lambda: _("责任单位"), lambda case: named(case.department) if case.department else ""),
    "status": (lambda: _("状态"), lambda case: str(case.get_status_display())),
    "due_on": (lambda: _("最近届满日"), lambda case: case.due_on),
    "is_urgent": (lambda: _("紧急"), lambda case: _yes(case.is_urgent)),
    "repeats": (lambda: _("重复"), lambda case: _yes(case.repeats_id is not None)),
    "round": (lambda: _("第几次办理"), lambda case: case.round),
}


def heads(columns: Sequence[str]) -> list[str]:
    """What the columns are called. Raises `KeyError` for one that may not go out."""
    return [COLUMNS[name][0]() for name in columns]


def rows(asked: Asked, columns: Sequence[str]) -> list[list[Cell]]:
    """The cases received in the period, the newest first, at most `MOST`; where some are left out, a last row says how many.

    Nothing that complains of anyone: an accusation's number beside a unit already tells too much in a file that is passed on.
    """
    found: CaseQuerySet = asked.seen.filter(**asked.within("received_on")).filter(
        accused_leader=None, accused_department=None, accused_user=None
    )
    cases = found.select_related("topic", "department").order_by("-received_on", "-pk")[:MOST]
    listed: list[list[Cell]] = [[COLUMNS[name][1](case) for name in columns] for case in cases]
    left = found.count() - len(listed)
    if left:
        words = _("另有 %(left)d 件没有列出：一份清单最多 %(most)d 件，请缩短统计期。") % {"left": left, "most": MOST}
        listed.append([words, *[None] * (len(columns) - 1)])
    return listed
