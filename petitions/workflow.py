"""A case's way, as data: its states, and for every action the states it is possible in, where it leads, and which clocks it moves.

The rows are numbered T1 to T29; `permission` is what whoever does it must hold, and the actions ask for more: the unit that it was
referred to, a second person's signature. The last row is no step of the way: a correction, which is a new step and changes none.
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
    CORRECT = "correct"


@dataclass(frozen=True, slots=True)
class Transition:
    """One action. `before` is empty for the one that makes a case; `after` is None for what leaves the state as it is.

    `actors` are the parts people play; `starts` and `stops` the clocks of `petitions.terms`.
    """

    number: str
    action: Action
    before: frozenset[Status]
    after: Status | None
    actors: tuple[str, ...]
    starts: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    permission: str = ""


S = Status
# A case that rests for good, and one whose outcome is told already.
ENDED = frozenset({S.WITHDRAWN, S.MERGED, S.ARCHIVED, S.CONCLUDED})
SETTLED = frozenset({S.GUIDED, S.NOT_ACCEPTED, S.NO_LONGER_ACCEPTED, S.RESOLVED_ON_SPOT, S.CLOSED, S.REVIEW_DECIDED})
# In every other state somebody still owes the petitioner something.
RUNNING = frozenset(Status) - ENDED - SETTLED
HANDLING_CLOCKS = ("D5", "D6", "D11", "D12")
EVERY_CLOCK = ("D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8", "D9", "D10", "D11", "D12")


def row(
    number: str,
    action: Action,
    before: Status | tuple[Status, ...] | frozenset[Status],
    after: Status | None,
    actors: str,
    permission: str,
    *,
    starts: tuple[str, ...] = (),
    stops: tuple[str, ...] = (),
) -> Transition:
    """A row of the table, short to write."""
    states = frozenset((before,)) if isinstance(before, Status) else frozenset(before)
    return Transition(number, action, states, after, tuple(actors.split()), starts, stops, permission)


A = Action
REFERRED = (S.TRANSFERRED, S.ASSIGNED)
# Settled for good unless somebody asks on: what the retention rule may archive.
ARCHIVABLE = (ENDED | SETTLED) - {S.ARCHIVED}
TRANSITIONS: tuple[Transition, ...] = (
    row("T1", A.REGISTER, (), S.REGISTERED, "clerk system", "case.register", starts=("D1",)),
    row("T2", A.SCREEN, S.REGISTERED, S.UNDER_SCREENING, "clerk", "case.screen"),
    row("T3", A.GUIDE, S.UNDER_SCREENING, S.GUIDED, "clerk", "case.screen", stops=("D1",)),
    row("T4", A.NOT_ACCEPT, S.UNDER_SCREENING, S.NOT_ACCEPTED, "clerk chief", "case.screen", stops=("D1",)),
    row("T5", A.NO_LONGER_ACCEPT, S.UNDER_SCREENING, S.NO_LONGER_ACCEPTED, "clerk chief", "case.screen", stops=("D1",)),
    row("T6", A.MERGE, S.UNDER_SCREENING, S.MERGED, "clerk", "case.screen", stops=("D1",)),
    row("T7", A.RESOLVE_ON_SPOT, S.UNDER_SCREENING, S.RESOLVED_ON_SPOT, "leader clerk", "case.screen", stops=("D1",)),
    row("T8", A.TRANSFER, S.UNDER_SCREENING, S.TRANSFERRED, "clerk", "case.refer", starts=("D3", "D4"), stops=("D1",)),
    row("T9", A.ASSIGN, S.UNDER_SCREENING, S.ASSIGNED, "clerk leader", "case.refer", starts=("D3", "D4", "D11"), stops=("D1",)),
    row("T10", A.OBJECT, REFERRED, S.OBJECTED, "dept", "case.handle", stops=("D4",)),
    row("T11", A.AGREE_TO_OBJECTION, S.OBJECTED, S.UNDER_SCREENING, "clerk chief", "case.refer", stops=("D3", "D11")),
    row("T11", A.REJECT_OBJECTION, S.OBJECTED, S.ASSIGNED, "clerk chief", "case.refer"),
    row("T12", A.ACCEPT, REFERRED, S.ACCEPTED, "dept", "case.handle", starts=("D5", "D12"), stops=("D3", "D4")),
    row("T13", A.REFUSE, REFERRED, S.NOT_ACCEPTED, "dept", "case.handle", stops=("D3", "D4", "D11")),
    row("T14", A.HANDLE, S.ACCEPTED, S.IN_HANDLING, "dept", "case.handle"),
    row("T15", A.EXTEND, S.IN_HANDLING, None, "depthead", "case.head", starts=("D6",), stops=("D5",)),
    row("T16", A.PAUSE, S.IN_HANDLING, None, "depthead", "case.head"),
    row("T16", A.RESUME, S.IN_HANDLING, None, "depthead", "case.head"),
    row("T17", A.DRAFT_OPINION, S.IN_HANDLING, S.OPINION_DRAFTED, "dept", "case.handle"),
    row("T18", A.RETURN_OPINION, S.OPINION_DRAFTED, S.IN_HANDLING, "clerk leader depthead", "case.return_opinion"),
    # The legal end of the handling: the day of the opinion. That it is closed, later, is another step; both days are shown.
    row("T18", A.ISSUE_OPINION, S.OPINION_DRAFTED, S.OPINION_ISSUED, "depthead", "case.head", stops=HANDLING_CLOCKS),
    row("T19", A.DELIVER, S.OPINION_ISSUED, S.DELIVERED, "dept", "case.handle", starts=("D7",)),
    row("T20", A.CLOSE, S.DELIVERED, S.CLOSED, "clerk", "case.close"),
    row(
        "T21",
        A.REQUEST_REVIEW,
        (S.DELIVERED, S.CLOSED),
        S.UNDER_REVIEW,
        "petitioner clerk reviewer",
        "case.request_review",
        starts=("D8",),
        stops=("D7",),
    ),
    row("T22", A.DECIDE_REVIEW, S.UNDER_REVIEW, S.REVIEW_DECIDED, "reviewer", "case.review", starts=("D9",), stops=("D8",)),
    row("T22", A.REDO, S.REVIEW_DECIDED, S.IN_HANDLING, "reviewer", "case.review", starts=("D5",), stops=("D9",)),
    row(
        "T23",
        A.REQUEST_REREVIEW,
        S.REVIEW_DECIDED,
        S.UNDER_REREVIEW,
        "petitioner clerk reviewer",
        "case.request_review",
        starts=("D10",),
        stops=("D9",),
    ),
    row("T24", A.CONCLUDE, S.UNDER_REREVIEW, S.CONCLUDED, "reviewer", "case.review", stops=("D10",)),
    row("T25", A.CLOSE_FINALLY, S.DELIVERED, S.CLOSED, "system clerk", "case.close_finally", stops=("D7",)),
    row("T26", A.WITHDRAW, RUNNING, S.WITHDRAWN, "petitioner clerk", "case.withdraw", stops=EVERY_CLOCK),
    row("T27", A.SUPERVISE, RUNNING, None, "clerk chief joint_office", "case.supervise"),
    row("T28", A.ARCHIVE, ARCHIVABLE, S.ARCHIVED, "system", "case.archive", stops=EVERY_CLOCK),
    row("T29", A.REOPEN, S.CLOSED, S.IN_HANDLING, "chief", "case.sign", starts=("D11",), stops=("D7",)),
    row("–", A.CORRECT, frozenset(Status) - {S.ARCHIVED}, None, "clerk dept reviewer", "case.correct"),
)
BY_ACTION = {transition.action: transition for transition in TRANSITIONS}


def allows(action: Action, status: str) -> bool:
    """Whether the action is possible in a state; an empty state is that of a case that is not there yet."""
    transition = BY_ACTION[action]
    return Status(status) in transition.before if status else not transition.before


def possible(status: str) -> tuple[Action, ...]:
    """What can be done to a case in this state, in the table's order."""
    return tuple(transition.action for transition in TRANSITIONS if allows(transition.action, status))
