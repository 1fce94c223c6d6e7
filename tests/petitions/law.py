"""The law of a case once more, by another hand: who may do what in which state, and the last day of every clock.

Written from the Regulations on Petition Work (art. 22 to 41) and the paper on the way of a case, without the portal's table, rules of
counting, or queries. It counts day by day. `tests.faults.test_law` holds the portal to it, attempt by attempt.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
BUREAU = {"clerk", "clerk2", "chief", "coordinator"}
CHECKERS = {"clerk", "clerk2", "chief"}
UNITS = {"A": {"officer_a", "officer_a2", "head_a"}, "B": {"officer_b", "head_b"}, "C": {"officer_c", "head_c"}}
HEADS = {"A": "head_a", "B": "head_b", "C": "head_c"}
LEADER = {"leader", "secretary"}
OVER = {"withdrawn", "merged", "archived", "concluded"}
TOLD = {"guided", "not_accepted", "no_longer_accepted", "resolved_on_spot", "closed", "review_decided"}
REFERRED = {"transferred", "assigned"}
# A right of the petitioner moves on to a worked day; a duty stays where it falls.
RIGHTS = {"D7", "D9"}
DAYS = {"D1": 15, "D3": 15, "D5": 60, "D7": 30, "D8": 30, "D9": 30, "D10": 30}


@dataclass
class Clock:
    """A clock: the day it began by, its last day, and the days on which it stood still, each of them once."""

    began: date
    due: date
    stood: set = field(default_factory=set)


@dataclass
class Draft:
    """An opinion on its way, and when it got there."""

    by: str
    checked: str = ""
    seen: bool = False
    signed: str = ""
    issued: date | None = None
    delivered: date | None = None
    reviewed: set = field(default_factory=set)


class Law:
    """One case. `allows(attempt)` says whether the law lets it happen, and where it does, the case has moved on."""

    def __init__(self, *, received, worked, accused=None):
        self.received, self.worked, self.accused = received, worked, accused
        self.status, self.kind, self.simple, self.round = "registered", None, False, 1
        self.units, self.lead, self.assigned, self.instructed = {}, None, False, False
        self.unit_received, self.handler = None, None
        self.objected, self.objected_on, self.ordered = set(), None, set()
        self.extended, self.paused = False, None
        self.opinion, self.reported = None, False
        self.review_told, self.deciding = None, False
        # What waits for a second person: who asked, in which round, and with what.
        self.waiting, self.supervised = {}, set()
        self.clocks = {}
        self.start("D1", received)

    # Counting

    def start(self, kind, on):
        due = on
        if kind == "D4":
            due = self.working_days(on, 5)
        elif kind == "D12":
            due = self.working_days(on, 10)
        else:
            for _day in range(DAYS[kind]):
                due += ONE_DAY
        if kind in RIGHTS:
            while not self.worked(due):
                due += ONE_DAY
        self.clocks[kind] = Clock(on, due)

    def working_days(self, on, count):
        while count:
            on += ONE_DAY
            count -= self.worked(on)
        return on

    def stop(self, *kinds):
        for kind in kinds:
            self.clocks.pop(kind, None)

    def stood_still(self, kind, since, until):
        """A clock that stood still from a day until before another ends as many days later as it had not stood still on yet."""
        if kind in self.clocks:
            clock, days = self.clocks[kind], (until - since).days
            fresh = {since + n * ONE_DAY for n in range(days)} - clock.stood
            clock.stood |= fresh
            clock.due += len(fresh) * ONE_DAY

    @property
    def running(self):
        return {kind: clock.due for kind, clock in self.clocks.items()}

    @property
    def owed(self):
        """The nearest last day of what offices owe; none where nothing runs."""
        return min((clock.due for kind, clock in self.clocks.items() if kind not in RIGHTS), default=None)

    # Who

    def works_for_lead(self, who):
        return self.lead is not None and self.units.get(self.lead) in ("sent", "objected", "accepted") and who in UNITS[self.lead]

    def heads_lead(self, who):
        return self.works_for_lead(who) and who == HEADS[self.lead]

    def allows(self, attempt, on):
        """Whether the attempt may happen on a day; if so it has."""
        return bool(getattr(self, attempt.verb)(attempt.who, on, **attempt.said))

    # T2 to T7

    def screen(self, who, on, *, kind, simple):
        if self.status != "registered" or who not in BUREAU or (simple and kind == "accusation"):
            return False
        self.status, self.kind, self.simple = "under_screening", kind, simple
        return True

    def guide(self, who, on, *, text):
        if self.status != "under_screening" or who not in BUREAU or not text:
            return False
        return self.settle("guided", "D1")

    def resolve(self, who, on, *, text, is_signed):
        if self.status != "under_screening" or who not in BUREAU or not text or not is_signed:
            return False
        return self.settle("resolved_on_spot", "D1")

    def ask_not_accept(self, who, on, *, text):
        if self.status != "under_screening" or who not in BUREAU or not text:
            return False
        return self.ask("not_accept", who)

    def settle(self, status, *kinds):
        self.status = status
        self.stop(*kinds)
        return True

    # Four eyes

    def ask(self, action, who, **facts):
        # What was asked for in a round that is over does not stand in the way.
        if action in self.waiting and self.waiting[action][1] == self.round:
            return False
        self.waiting[action] = (who, self.round, facts)
        return True

    def signs(self, action, who):
        """Who is the second person for what."""
        if action in ("not_accept", "refuse"):
            return who == "chief"
        if action == "extend":
            return self.heads_lead(who)
        if action in ("request_review", "request_rereview"):
            return who in CHECKERS | {"reviewer"}
        return who in CHECKERS

    def sign(self, who, on, *, action, text):
        if action not in self.waiting:
            return False
        asked_by, round_, facts = self.waiting[action]
        if not self.signs(action, who) or who == asked_by or round_ != self.round:
            return False
        if not getattr(self, f"signed_{action}")(who, on, text, **facts):
            return False
        del self.waiting[action]
        return True

    def refuse_proposal(self, who, on, *, action, text):
        if action not in self.waiting or not self.signs(action, who) or not text:
            return False
        _asked_by, round_, _facts = self.waiting.pop(action)
        if action == "refuse":
            self.ordered.add(round_)
        return True

    def take_back(self, who, on, *, action):
        if action not in self.waiting or self.waiting[action][0] != who:
            return False
        del self.waiting[action]
        return True

    def signed_not_accept(self, who, on, text):
        return self.status == "under_screening" and self.settle("not_accepted", "D1")

    def signed_refuse(self, who, on, text):
        if self.status not in REFERRED or self.units.get(self.lead) != "sent":
            return False
        self.units = dict.fromkeys(self.units, "refused")
        return self.settle("not_accepted", "D3", "D4", "D11")

    def signed_withdraw(self, who, on, text):
        return self.gone()

    def signed_request_review(self, who, on, text, *, asked_on):
        return bool(text) and self.reviewable() and self.under_review(asked_on)

    def signed_request_rereview(self, who, on, text, *, asked_on):
        return bool(text) and self.status == "review_decided" and self.under_rereview(asked_on)

    # T8 to T14

    def may_have(self, unit):
        return unit != self.accused

    def transfer(self, who, on, *, unit, received):
        if self.status != "under_screening" or who not in BUREAU:
            return False
        if not self.may_have(unit) or not self.received <= received <= on:
            return False
        return self.refer({unit: "sent"}, unit, received, "transferred")

    def assign(self, who, on, *, units, received, due, leader):
        if self.status != "under_screening" or who not in BUREAU or not self.received <= received <= on:
            return False
        last = self.received + 60 * ONE_DAY
        if last < received:
            last = received + 60 * ONE_DAY
        if not units or not all(self.may_have(unit) for unit in units) or not received <= due <= last:
            return False
        self.refer(dict.fromkeys(units, "sent"), units[0], received, "assigned")
        self.assigned, self.instructed = True, self.instructed or leader
        self.clocks["D11"] = Clock(received, due)
        return True

    def refer(self, units, lead, received, status):
        self.units, self.lead, self.unit_received = units, lead, received
        self.assigned = False
        self.stop("D1")
        self.start("D3", received)
        self.start("D4", received)
        self.status = status
        return True

    def object(self, who, on, *, text):
        if self.status not in REFERRED or not self.works_for_lead(who) or self.units[self.lead] != "sent":
            return False
        if len(text) < 10 or self.lead in self.objected or on > self.clocks["D4"].due:
            return False
        self.objected.add(self.lead)
        # Its day of receipt is not one of the days of its clock, so it cannot stand still on it.
        self.units[self.lead], self.objected_on = "objected", max(on, self.clocks["D3"].began + ONE_DAY)
        return self.settle("objected", "D4")

    def agree(self, who, on, *, text):
        if self.status != "objected" or who not in BUREAU or not text:
            return False
        self.units, self.lead, self.round = {}, None, self.round + 1
        return self.settle("under_screening", "D3", "D11")

    def reject(self, who, on, *, text):
        if self.status != "objected" or who not in BUREAU or not text:
            return False
        self.units[self.lead] = "sent"
        self.stood_still("D3", self.objected_on, on)
        self.status = "assigned"
        return True

    def accept(self, who, on, *, from_day):
        if self.status not in REFERRED or not self.works_for_lead(who) or self.units[self.lead] != "sent":
            return False
        if not self.unit_received <= from_day <= on:
            return False
        self.units[self.lead] = "accepted"
        self.settle("accepted", "D3", "D4")
        if self.kind == "claim":
            self.start("D5", from_day)
        if self.simple:
            self.start("D12", from_day)
        return True

    def ask_refuse(self, who, on, *, text):
        if self.status not in REFERRED or not self.works_for_lead(who) or self.units[self.lead] != "sent":
            return False
        return bool(text) and self.round not in self.ordered and self.ask("refuse", who)

    def handle(self, who, on, *, handler):
        if self.status not in ("accepted", "in_handling") or not self.works_for_lead(who) or handler not in UNITS[self.lead]:
            return False
        self.status, self.handler = "in_handling", handler
        return True

    # T15 and T16

    def extendable(self, on, days, text):
        if self.status != "in_handling" or "D5" not in self.clocks or self.extended or self.paused:
            return False
        return on <= self.clocks["D5"].due and 1 <= days <= 30 and bool(text)

    def ask_extend(self, who, on, *, days, text):
        if not self.works_for_lead(who) or not self.extendable(on, days, text):
            return False
        return self.ask("extend", who, days=days)

    def extend(self, who, on, *, days, text):
        if not self.heads_lead(who) or not self.extendable(on, days, text):
            return False
        clock = self.clocks.pop("D5")
        self.clocks["D6"] = Clock(clock.began, clock.due + days * ONE_DAY, clock.stood)
        self.extended = True
        return True

    def signed_extend(self, who, on, text, *, days):
        return self.extend(who, on, days=days, text="asked for with a reason")

    def pause(self, who, on, *, text):
        if self.status != "in_handling" or not self.heads_lead(who) or self.paused or not text:
            return False
        kind = "D6" if "D6" in self.clocks else "D5"
        if kind not in self.clocks or on > self.clocks[kind].due:
            return False
        self.paused = max(on, self.clocks[kind].began + ONE_DAY)
        return True

    def resume(self, who, on):
        if self.status != "in_handling" or not self.heads_lead(who) or not self.paused:
            return False
        self.stood_still("D6" if "D6" in self.clocks else "D5", self.paused, max(on, self.paused + ONE_DAY))
        self.paused = None
        return True

    # T17 to T20

    def draft(self, who, on, *, whole):
        if self.status != "in_handling" or not self.works_for_lead(who) or not whole or self.paused:
            return False
        self.opinion, self.status = Draft(who), "opinion_drafted"
        return True

    def check(self, who, on):
        if self.status != "opinion_drafted" or who not in CHECKERS or self.opinion.checked or who == self.opinion.by:
            return False
        self.opinion.checked = who
        return True

    def look(self, who, on, *, text):
        if self.status != "opinion_drafted" or not self.instructed or self.opinion.seen:
            return False
        if who not in LEADER and not (who == "chief" and text):
            return False
        self.opinion.seen = True
        return True

    def send_back(self, who, on, *, text):
        if self.status != "opinion_drafted" or not text:
            return False
        if who not in CHECKERS and not self.heads_lead(who) and not (self.instructed and who in LEADER):
            return False
        self.opinion, self.status = None, "in_handling"
        return True

    def issue(self, who, on):
        if self.status != "opinion_drafted" or not self.heads_lead(who) or who == self.opinion.by or not self.opinion.checked:
            return False
        if self.instructed and not self.opinion.seen:
            return False
        self.opinion.signed, self.opinion.issued = who, on
        return self.settle("opinion_issued", "D5", "D6", "D11", "D12")

    def deliver(self, who, on, *, day, proof):
        if self.status != "opinion_issued" or not self.works_for_lead(who) or not proof:
            return False
        if not self.opinion.issued <= day <= on:
            return False
        self.opinion.delivered, self.status = day, "delivered"
        if self.kind == "claim":
            self.start("D7", day)
        return True

    def report(self, who, on, *, text):
        if self.status != "delivered" or not self.works_for_lead(who) or not self.assigned or self.reported or not text:
            return False
        self.reported = True
        return True

    def close(self, who, on):
        if self.status != "delivered" or who not in CHECKERS or (self.assigned and not self.reported):
            return False
        self.status = "closed"
        self.done()
        return True

    # T21 to T24

    def reviewable(self):
        return self.status in ("delivered", "closed") and self.kind == "claim" and "review" not in self.opinion.reviewed

    def request_review(self, who, on, *, text, day):
        if who not in CHECKERS | {"reviewer", "system"} or not self.reviewable() or not text:
            return False
        if not self.opinion.delivered <= day <= on:
            return False
        if day > self.last_day("D7"):
            return self.ask("request_review", who, asked_on=day)
        return self.under_review(day)

    def last_day(self, kind):
        return self.clocks[kind].due if kind in self.clocks else self.right_ended

    def under_review(self, day):
        self.opinion.reviewed.add("review")
        self.settle("under_review", "D7")
        self.start("D8", day)
        return True

    def decide(self, who, on, *, ruling, text, body):
        if self.status != "under_review" or who != "reviewer" or not text or (ruling != "set_aside" and not body):
            return False
        self.stop("D8")
        self.review_told = on
        self.review_received = None
        if ruling != "set_aside":
            self.status = "review_decided"
            self.done()
            return True
        self.again()
        if self.kind == "claim":
            self.start("D5", on)
        self.assigned = False
        return True

    def receive_review(self, who, on, *, day):
        if self.status != "review_decided" or who not in CHECKERS | {"reviewer"} or self.review_received:
            return False
        if not self.review_told <= day <= on:
            return False
        self.review_received = day
        self.start("D9", day)
        return True

    def request_rereview(self, who, on, *, text, day):
        if who not in CHECKERS | {"reviewer", "system"} or self.status != "review_decided" or not text:
            return False
        if not self.review_told <= day <= on:
            return False
        if "D9" in self.clocks and day > self.clocks["D9"].due:
            return self.ask("request_rereview", who, asked_on=day)
        return self.under_rereview(day)

    def under_rereview(self, day):
        self.settle("under_rereview", "D9")
        self.start("D10", day)
        return True

    def conclude(self, who, on, *, ruling, text):
        if self.status != "under_rereview" or who != "reviewer" or not text or ruling == "set_aside":
            return False
        return self.settle("concluded", "D10")

    def again(self):
        """The same units once more: they need not accept it anew."""
        self.round += 1
        self.units = {unit: "accepted" for unit, state in self.units.items() if state in ("sent", "accepted", "done")}
        self.status, self.opinion, self.reported, self.extended, self.paused = "in_handling", None, False, False, None

    def done(self):
        self.units = {unit: "done" if state in ("sent", "objected", "accepted") else state for unit, state in self.units.items()}

    # T26 to T29

    def gone(self):
        if self.status in OVER | TOLD:
            return False
        self.status, self.clocks = "withdrawn", {}
        self.done()
        return True

    def withdraw(self, who, on, *, day):
        return who in CHECKERS and self.received <= day <= on and self.gone()

    def ask_withdraw(self, who, on):
        return who in CHECKERS | {"system"} and self.status not in OVER | TOLD and self.ask("withdraw", who)

    def supervise(self, who, on, *, unit, text, due, listed):
        if self.status in OVER | TOLD or who not in ({"chief", "joint"} if listed else {"clerk", "clerk2", "chief", "joint"}):
            return False
        if self.units.get(unit) not in ("sent", "objected", "accepted", "done") or not text or due < on:
            return False
        if (unit, listed) in self.supervised:
            return False
        self.supervised.add((unit, listed))
        return True

    def reopen(self, who, on, *, text, due):
        if self.status != "closed" or who != "chief" or not text or not on < due <= on + 60 * ONE_DAY:
            return False
        self.right_ended = self.last_day("D7") if self.kind == "claim" else None
        self.again()
        self.stop("D7")
        self.assigned = True
        self.clocks["D11"] = Clock(on, due)
        return True
