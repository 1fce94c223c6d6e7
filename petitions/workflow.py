"""A case's way, as data: its states, and for every action the states it is possible in, where it leads, and which clocks it moves.

The rows are those of `workflow.md`, by their numbers. A row with a permission is built and can be done by whoever holds it; a row
without one is decided but not built yet, so nobody can do it and no page offers it.
"""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    REGISTERED = "registered"
    UNDER_SCREENING = "under_screening"
    GUIDED = "guided"
    NOT_ACCEPTED = "not_accepted"
    NO_LONGER_ACCEPTED = "no_longer_accepted"
    RESOLVED_ON_SPOT = "resolved_on_spot"
    TRANSFERRED = "transferred"
    ASSIGNED = "assigned"
    OBJECTED = "objected"
    ACCEPTED = "accepted"
    IN_HANDLING = "in_handling"
    OPINION_DRAFTED = "opinion_drafted"
    OPINION_ISSUED = "opinion_issued"
    DELIVERED = "delivered"
    CLOSED = "closed"
    UNDER_REVIEW = "under_review"
    REVIEW_DECIDED = "review_decided"
    UNDER_REREVIEW = "under_rereview"
    CONCLUDED = "concluded"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    ARCHIVED = "archived"


class Action(StrEnum):
    REGISTER = "register"
    SCREEN = "screen"
    GUIDE = "guide"
    NOT_ACCEPT = "not_accept"
    NO_LONGER_ACCEPT = "no_longer_accept"
    MERGE = "merge"
    RESOLVE_ON_SPOT = "resolve_on_spot"
    TRANSFER = "transfer"
    ASSIGN = "assign"
    OBJECT = "object"
    AGREE_TO_OBJECTION = "agree_to_objection"
    REJECT_OBJECTION = "reject_objection"
    ACCEPT = "accept"
    REFUSE = "refuse"
    HANDLE = "handle"
    EXTEND = "extend"
    PAUSE = "pause"
    RESUME = "resume"
    DRAFT_OPINION = "draft_opinion"
    RETURN_OPINION = "return_opinion"
    ISSUE_OPINION = "issue_opinion"
    DELIVER = "deliver"
    CLOSE = "close"
    REQUEST_REVIEW = "request_review"
    DECIDE_REVIEW = "decide_review"
    REDO = "redo"
    REQUEST_REREVIEW = "request_rereview"
    CONCLUDE = "conclude"
    CLOSE_FINALLY = "close_finally"
    WITHDRAW = "withdraw"
    SUPERVISE = "supervise"
    ARCHIVE = "archive"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True)
class Transition:
    """One action. `before` is empty for the one that makes a case; `after` is None for what leaves the state as it is.

    `actors` are those of the paper; `starts` and `stops` the clocks of `law.md`; `permission` is empty for what is not built.
    """

    number: str
    action: Action
    before: frozenset[Status]
    after: Status | None
    actors: tuple[str, ...]
    starts: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    permission: str = ""

    @property
    def is_built(self) -> bool:
        return bool(self.permission)


S = Status
# A case that rests for good, and one whose outcome is told already.
ENDED = frozenset({S.WITHDRAWN, S.MERGED, S.ARCHIVED, S.CONCLUDED})
SETTLED = frozenset({S.GUIDED, S.NOT_ACCEPTED, S.NO_LONGER_ACCEPTED, S.RESOLVED_ON_SPOT, S.CLOSED, S.REVIEW_DECIDED})
# In every other state somebody still owes the petitioner something.
RUNNING = frozenset(Status) - ENDED - SETTLED
EVERY_CLOCK = ("D1", "D3", "D4", "D5", "D6", "D11")


def row(
    number: str,
    action: Action,
    before: Status | tuple[Status, ...] | frozenset[Status],
    after: Status | None,
    *actors: str,
    starts: tuple[str, ...] = (),
    stops: tuple[str, ...] = (),
    permission: str = "",
) -> Transition:
    """A row of the table, short to write."""
    states = frozenset((before,)) if isinstance(before, Status) else frozenset(before)
    return Transition(number, action, states, after, actors, starts, stops, permission)


A = Action
TRANSITIONS: tuple[Transition, ...] = (
    row("T1", A.REGISTER, (), S.REGISTERED, "clerk", "system", starts=("D1",), permission="case.register"),
    row("T2", A.SCREEN, S.REGISTERED, S.UNDER_SCREENING, "clerk", permission="case.screen"),
    row("T3", A.GUIDE, S.UNDER_SCREENING, S.GUIDED, "clerk", stops=("D1",), permission="case.screen"),
    row("T4", A.NOT_ACCEPT, S.UNDER_SCREENING, S.NOT_ACCEPTED, "clerk", "chief", stops=("D1",), permission="case.screen"),
    row("T5", A.NO_LONGER_ACCEPT, S.UNDER_SCREENING, S.NO_LONGER_ACCEPTED, "clerk", "chief", stops=("D1",)),
    row("T6", A.MERGE, S.UNDER_SCREENING, S.MERGED, "clerk", stops=("D1",), permission="case.screen"),
    row("T7", A.RESOLVE_ON_SPOT, S.UNDER_SCREENING, S.RESOLVED_ON_SPOT, "leader", "clerk", stops=("D1",), permission="case.screen"),
    row("T8", A.TRANSFER, S.UNDER_SCREENING, S.TRANSFERRED, "clerk", starts=("D3", "D4"), stops=("D1",)),
    row("T9", A.ASSIGN, S.UNDER_SCREENING, S.ASSIGNED, "clerk", starts=("D3", "D4", "D11"), stops=("D1",)),
    row("T10", A.OBJECT, (S.TRANSFERRED, S.ASSIGNED), S.OBJECTED, "dept", stops=("D4",)),
    row("T11", A.AGREE_TO_OBJECTION, S.OBJECTED, S.UNDER_SCREENING, "clerk", "chief", stops=("D3",)),
    row("T11", A.REJECT_OBJECTION, S.OBJECTED, S.ASSIGNED, "clerk", "chief"),
    row("T12", A.ACCEPT, (S.TRANSFERRED, S.ASSIGNED), S.ACCEPTED, "dept", starts=("D5",), stops=("D3", "D4")),
    row("T13", A.REFUSE, (S.TRANSFERRED, S.ASSIGNED), S.NOT_ACCEPTED, "dept", stops=("D3", "D4")),
    row("T14", A.HANDLE, S.ACCEPTED, S.IN_HANDLING, "dept"),
    row("T15", A.EXTEND, S.IN_HANDLING, None, "depthead", starts=("D6",), stops=("D5",)),
    row("T16", A.PAUSE, S.IN_HANDLING, None, "depthead"),
    row("T16", A.RESUME, S.IN_HANDLING, None, "depthead"),
    row("T17", A.DRAFT_OPINION, S.IN_HANDLING, S.OPINION_DRAFTED, "dept"),
    row("T18", A.RETURN_OPINION, S.OPINION_DRAFTED, S.IN_HANDLING, "clerk", "leader", "depthead"),
    row("T18", A.ISSUE_OPINION, S.OPINION_DRAFTED, S.OPINION_ISSUED, "depthead"),
    row("T19", A.DELIVER, S.OPINION_ISSUED, S.DELIVERED, "dept", starts=("D7",)),
    row("T20", A.CLOSE, S.DELIVERED, S.CLOSED, "clerk", stops=("D5", "D6", "D11")),
    row(
        "T21",
        A.REQUEST_REVIEW,
        (S.DELIVERED, S.CLOSED),
        S.UNDER_REVIEW,
        "petitioner",
        "clerk",
        "reviewer",
        starts=("D8",),
        stops=("D7",),
    ),
    row("T22", A.DECIDE_REVIEW, S.UNDER_REVIEW, S.REVIEW_DECIDED, "reviewer", starts=("D9",), stops=("D8",)),
    row("T22", A.REDO, S.REVIEW_DECIDED, S.IN_HANDLING, "reviewer", starts=("D5",)),
    row("T23", A.REQUEST_REREVIEW, S.REVIEW_DECIDED, S.UNDER_REREVIEW, "petitioner", starts=("D10",), stops=("D9",)),
    row("T24", A.CONCLUDE, S.UNDER_REREVIEW, S.CONCLUDED, "reviewer", stops=("D10",)),
    row("T25", A.CLOSE_FINALLY, S.DELIVERED, S.CLOSED, "system", "clerk", stops=("D5", "D6", "D7", "D11")),
    row("T26", A.WITHDRAW, RUNNING, S.WITHDRAWN, "petitioner", "clerk", stops=EVERY_CLOCK),
    row("T27", A.SUPERVISE, RUNNING, None, "clerk", "chief", "joint_office"),
    row(
        "T28",
        A.ARCHIVE,
        (
            S.CLOSED,
            S.CONCLUDED,
            S.WITHDRAWN,
            S.NOT_ACCEPTED,
            S.NO_LONGER_ACCEPTED,
            S.GUIDED,
            S.RESOLVED_ON_SPOT,
            S.MERGED,
            S.REVIEW_DECIDED,
        ),
        S.ARCHIVED,
        "system",
    ),
    row("T29", A.REOPEN, S.CLOSED, S.IN_HANDLING, "chief"),
)
BY_ACTION = {transition.action: transition for transition in TRANSITIONS}


def allows(action: Action, status: str) -> bool:
    """Whether the action is built and possible in a state; an empty state is that of a case that is not there yet."""
    transition = BY_ACTION[action]
    return transition.is_built and (Status(status) in transition.before if status else not transition.before)


def possible(status: str) -> tuple[Action, ...]:
    """What can be done to a case in this state today, in the table's order."""
    return tuple(transition.action for transition in TRANSITIONS if allows(transition.action, status))
