"""A leader's instructions and the letters to them, and where they stand: what is pressing first, then what was settled lately."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from petitions import waiting
from petitions.models import Case, Decision, Minutes, Opinion, OpinionState, Referral
from petitions.workflow import RUNNING, Status
from reception.models import Leader, User
from reception.roles import permits

# So many that still run are shown, and so many that are settled.
MOST, LATELY = 50, 10


@dataclass(frozen=True)
class Line:
    """One case: what was said, who has it, and how its nearest last day stands. `tone` is the colour, never without `mark`."""

    case: Case
    said: str
    parts: tuple[Referral, ...]
    tone: str
    mark: str

    @property
    def is_running(self) -> bool:
        return self.case.status in RUNNING


def of(leader: Leader, *, user: User, on: date) -> list[Line]:
    """The cases that a leader instructed, received with an instruction, sponsors or was written to about, as `user` may see them."""
    told = Minutes.objects.current().filter(leader=leader, decision=Decision.INSTRUCTED)
    own = Q(instructed_by=leader) | Q(sponsor=leader) | Q(addressed_to=leader) | Q(pk__in=told.values("case"))
    rows = Case.objects.visible_to(user, on=on).filter(own).select_related("topic", "department")
    running = list(rows.running().order_by("due_on", "received_on", "pk")[:MOST])
    settled = list(rows.exclude(status__in=RUNNING).order_by("-received_on", "-pk")[:LATELY])
    found = [*running, *settled]
    parts: dict[int, list[Referral]] = {}
    for row in Referral.objects.filter(case__in=found).exclude(state="returned").select_related("department"):
        parts.setdefault(row.case_id, []).append(row)
    minutes = {row.case_id: row.said for row in told.filter(case__in=found)}
    return [_line(case, minutes.get(case.pk, ""), parts.get(case.pk, []), on) for case in found]


def unseen(leader: Leader, *, user: User, on: date) -> QuerySet[Opinion]:
    """Drafted opinions on what a leader instructed that wait for the leader's look, as `user` may see them, the oldest first."""
    seen = Case.objects.visible_to(user, on=on).filter(instructed_by=leader, status=Status.OPINION_DRAFTED)
    found: QuerySet[Opinion] = Opinion.objects.filter(
        state=OpinionState.DRAFTED, seen_by__isnull=True, case__in=seen.order_by().values("pk")
    )
    return found.order_by("drafted_at", "pk")


def beside(user: User, leader: Leader, on: date) -> tuple[str, dict[str, Any]]:
    """What the desk's first page shows of them."""
    lines = of(leader, user=user, on=on)
    return "desk/_instructions.html", {
        "unseen": unseen(leader, user=user, on=on).count() if permits(user.held, "case.look_own") else 0,
        "running": [line for line in lines if line.is_running],
        "settled": [line for line in lines if not line.is_running],
    }


def _line(case: Case, minutes: str, parts: list[Referral], on: date) -> Line:
    said = next((row.instruction for row in parts if row.instruction), "") or minutes
    tone, mark = waiting.tone(case.due_on, on) if case.status in RUNNING else ("plain", "")
    return Line(case, said, tuple(row for row in parts if row.round == case.round), tone, mark)
