"""Attempts on a case, drawn at random: most are sensible in the state it is in, many are not. And each as a call of the portal."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from petitions.actions import (
    cases,
    closing,
    deliveries,
    extensions,
    handling,
    objections,
    opinions,
    pauses,
    proposals,
    referrals,
    reviews,
    screening,
    supervision,
    withdrawals,
)
from petitions.actions.deliveries import Handed
from petitions.actions.opinions import Answered, Draft
from petitions.actions.receptions import Assigned
from petitions.models import (
    Document,
    Ground,
    Kind,
    OpinionKind,
    Outcome,
    Proposal,
    Ruling,
    SupervisionGround,
)
from petitions.models.opinions import DeliveryWay
from tests.petitions.law import BUREAU, CHECKERS, HEADS, LEADER, UNITS, Law

EVERYONE = ["clerk", "clerk2", "chief", "coordinator", "joint", "reviewer", "leader", "secretary", "auditor", "system"]
EVERYONE += sorted(person for people in UNITS.values() for person in people)
REASON = "该事项不属于本单位职权范围，依据三定规定。"
ONE_DAY = timedelta(days=1)
# What makes sense where; anything may be tried anywhere.
SENSIBLE = {
    "registered": ["screen"],
    "under_screening": ["guide", "resolve", "ask_not_accept", "sign", "refuse_proposal", *["transfer", "assign"] * 4],
    "transferred": ["object", "ask_refuse", "sign", "refuse_proposal", "accept", "accept", "accept"],
    "assigned": ["object", "ask_refuse", "sign", "refuse_proposal", "accept", "accept", "accept"],
    "objected": ["agree", "reject"],
    "accepted": ["handle"],
    "in_handling": ["ask_extend", "extend", "sign", "pause", "resume", "draft", "draft", "handle", "supervise", "take_back"],
    "opinion_drafted": ["check", "look", "send_back", "issue", "issue"],
    "opinion_issued": ["deliver"],
    "delivered": ["report", "close", "request_review", "sign"],
    "closed": ["request_review", "reopen", "sign", "refuse_proposal"],
    "under_review": ["decide"],
    "review_decided": ["receive_review", "request_rereview", "request_rereview"],
    "under_rereview": ["conclude"],
}
ANYWHERE = ["withdraw", "ask_withdraw", "supervise", "take_back", "sign", "refuse_proposal"]
VERBS = sorted({verb for verbs in SENSIBLE.values() for verb in verbs} | set(ANYWHERE))
WAITING = ["not_accept", "refuse", "extend", "withdraw", "request_review", "request_rereview"]


@dataclass(frozen=True)
class Attempt:
    """Who tries what, and what they say."""

    verb: str
    who: str
    said: dict = field(default_factory=dict)


def draw(random, law, on):
    """One attempt on a day."""
    verbs = SENSIBLE.get(law.status, ANYWHERE)
    verb = random.choice(verbs if random.random() < 0.7 else VERBS if random.random() < 0.9 else ANYWHERE)
    who = random.choice(_likely(random, verb, law) if random.random() < 0.7 else EVERYONE)
    return Attempt(verb, who, SAY[verb](Drawn(random, law, on)))


def _likely(random, verb, law):
    """Who would sensibly try it."""
    of_lead = sorted(UNITS[law.lead]) if law.lead else EVERYONE
    head = [HEADS[law.lead]] if law.lead else EVERYONE
    askers = [law.waiting[action][0] for action in sorted(law.waiting)] or EVERYONE
    bureau = sorted(BUREAU)
    likely = {
        **dict.fromkeys(("screen", "guide", "resolve", "ask_not_accept", "transfer", "assign", "agree", "reject"), bureau),
        **dict.fromkeys(("extend", "pause", "resume", "issue"), head),
        **dict.fromkeys(("object", "ask_refuse", "accept", "handle", "ask_extend", "draft", "deliver", "report"), of_lead),
        **{one: ["chief", "clerk", *head] for one in ("sign", "refuse_proposal")},
        **{one: ["reviewer"] for one in ("decide", "conclude")},
        "look": sorted(LEADER | {"chief"}),
        "reopen": ["chief"],
        "take_back": askers,
    }
    return likely.get(verb, sorted(CHECKERS))


@dataclass(frozen=True)
class Drawn:
    """What an attempt says is drawn from: the random, the case as the law has it, the day."""

    random: Random
    law: Law
    on: date

    def text(self):
        return REASON if self.often(0.9) else ""

    def often(self, share):
        return self.random.random() < share

    def day(self, back=4):
        """Some day up to today, now and then one that has not come."""
        return self.on - self.random.randint(-1 if self.often(0.1) else 0, back) * ONE_DAY

    def ahead(self, first, last):
        return self.on + self.random.randint(first, last) * ONE_DAY

    def units(self):
        return self.random.sample(sorted(UNITS), self.random.randint(1, 2))

    def waiting(self):
        return self.random.choice(sorted(self.law.waiting) if self.law.waiting and self.often(0.9) else WAITING)


def _nothing(_drawn):
    return {}


SAY: dict[str, Callable[[Drawn], dict]] = {
    "screen": lambda d: {
        "kind": d.random.choice(["claim", "claim", "claim", "suggestion", "accusation"]),
        "simple": d.often(0.2),
    },
    "guide": lambda d: {"text": d.text()},
    "resolve": lambda d: {"text": d.text(), "is_signed": d.often(0.8)},
    "ask_not_accept": lambda d: {"text": d.text()},
    "sign": lambda d: {"action": d.waiting(), "text": d.text()},
    "refuse_proposal": lambda d: {"action": d.waiting(), "text": d.text()},
    "take_back": lambda d: {"action": d.waiting()},
    "transfer": lambda d: {"unit": d.random.choice(sorted(UNITS)), "received": d.day()},
    "assign": lambda d: {
        "units": d.units(),
        "received": d.day(),
        "due": d.ahead(-2, 62),
        "leader": d.often(0.5),
    },
    "object": lambda d: {"text": d.text() if d.often(0.9) else "不归我们"},
    "agree": lambda d: {"text": d.text()},
    "reject": lambda d: {"text": d.text()},
    "accept": lambda d: {"from_day": d.day()},
    "ask_refuse": lambda d: {"text": d.text()},
    "handle": lambda d: {"handler": d.random.choice(sorted(UNITS[d.law.lead]) if d.law.lead else EVERYONE)},
    "ask_extend": lambda d: {"days": d.random.choice([0, 1, 15, 30, 31]), "text": d.text()},
    "extend": lambda d: {"days": d.random.choice([0, 1, 15, 30, 31]), "text": d.text()},
    "pause": lambda d: {"text": d.text()},
    "resume": _nothing,
    "draft": lambda d: {"whole": d.often(0.9)},
    "check": _nothing,
    "look": lambda d: {"text": d.text()},
    "send_back": lambda d: {"text": d.text()},
    "issue": _nothing,
    "deliver": lambda d: {"day": d.day(2), "proof": d.text()},
    "report": lambda d: {"text": d.text()},
    "close": _nothing,
    "request_review": lambda d: {"text": d.text(), "day": d.day(2)},
    "decide": lambda d: {
        "ruling": d.random.choice(["upheld", "changed", "set_aside"]),
        "text": d.text(),
        "body": d.text(),
    },
    "receive_review": lambda d: {"day": d.day(2)},
    "request_rereview": lambda d: {"text": d.text(), "day": d.day(2)},
    "conclude": lambda d: {"ruling": d.random.choice(["upheld", "changed", "set_aside"]), "text": d.text()},
    "withdraw": lambda d: {"day": d.day()},
    "ask_withdraw": _nothing,
    "supervise": lambda d: {
        "unit": d.random.choice(sorted(UNITS)),
        "text": d.text(),
        "due": d.ahead(-1, 20),
        "listed": d.often(0.3),
    },
    "reopen": lambda d: {"text": d.text(), "due": d.ahead(-1, 62)},
}
assert set(SAY) == set(VERBS)


class Portal:
    """The same attempts as calls of the portal's actions. `people` are accounts by their part, `units` departments by their letter."""

    def __init__(self, county, people, units, leader):
        self.county, self.people, self.units, self.leader = county, people, units, leader

    def do(self, case, attempt, at):
        """Raises `Refused` for what the portal does not let happen."""
        who = {"county": self.county, "by": self.people[attempt.who], "at": at}
        getattr(self, attempt.verb)(cases.locked(case), who, **attempt.said)

    def screen(self, case, who, *, kind, simple):
        cases.screen(case=case, kind=Kind(kind), simple=simple, **who)

    def guide(self, case, who, *, text):
        screening.guide(case=case, path=text, body="县人民法院", by_when="三年内", **who)

    def resolve(self, case, who, *, text, is_signed):
        screening.resolve(case=case, result=text, is_signed=is_signed, **who)

    def ask_not_accept(self, case, who, *, text):
        screening.ask_not_to_accept(case=case, ground=Ground.COURT, reason=text, **who)

    def sign(self, case, who, *, action, text):
        proposals.sign(proposal=self._asked(case, action), decision=text, **who)

    def refuse_proposal(self, case, who, *, action, text):
        proposals.refuse(proposal=self._asked(case, action), decision=text, **who)

    def take_back(self, case, who, *, action):
        proposals.take_back(proposal=self._asked(case, action), **who)

    def _asked(self, case, action):
        """The newest one asked for; one that is settled is refused by the action itself."""
        found = Proposal.objects.filter(case=case, action=action).order_by("-pk").first()
        if found is None:
            raise LookupError(action)
        return found

    def transfer(self, case, who, *, unit, received):
        referrals.transfer(case=case, department=self.units[unit], received_on=received, **who)

    def assign(self, case, who, *, units, received, due, leader):
        tasks = [Assigned(self.units[unit], "查明并办理", due, is_lead=not place) for place, unit in enumerate(units)]
        said = {"instruction": "请认真办理", "instructed_by": self.leader} if leader else {}
        referrals.assign(case=case, tasks=tasks, received_on=received, **said, **who)

    def object(self, case, who, *, text):
        objections.raise_one(case=case, reasons=text, **who)

    def agree(self, case, who, *, text):
        objections.agree(case=case, decision=text, **who)

    def reject(self, case, who, *, text):
        objections.reject(case=case, decision=text, **who)

    def accept(self, case, who, *, from_day):
        handling.accept(case=case, on=from_day, **who)

    def ask_refuse(self, case, who, *, text):
        handling.ask_to_refuse(case=case, ground=Ground.COURT, reason=text, **who)

    def handle(self, case, who, *, handler):
        handling.handle(case=case, handler=self.people[handler], **who)

    def ask_extend(self, case, who, *, days, text):
        extensions.ask(case=case, days=days, reason=text, **who)

    def extend(self, case, who, *, days, text):
        extensions.extend(case=case, days=days, reason=text, **who)

    def pause(self, case, who, *, text):
        pauses.pause(case=case, reason=text, **who)

    def resume(self, case, who):
        pauses.resume(case=case, **who)

    def draft(self, case, who, *, whole):
        claim = case.kind == Kind.CLAIM
        answers = (Answered("请维修", Outcome.EXPLAINED, "已查明"),) if whole else ()
        kind = OpinionKind.OPINION if claim else OpinionKind.REPLY
        said = Draft("经查……", "有关规定", answers, kind, "县人民政府" if claim else "")
        opinions.draft(case=case, said=said, **who)

    def check(self, case, who):
        opinions.check(case=case, **who)

    def look(self, case, who, *, text):
        opinions.look(case=case, reason=text, **who)

    def send_back(self, case, who, *, text):
        opinions.send_back(case=case, reason=text, **who)

    def issue(self, case, who):
        opinions.issue(case=case, **who)

    def deliver(self, case, who, *, day, proof):
        deliveries.deliver(case=case, handed=Handed(DeliveryWay.HANDED, day, proof), **who)

    def report(self, case, who, *, text):
        closing.report(case=case, result=text, **who)

    def close(self, case, who):
        closing.close(case=case, **who)

    def request_review(self, case, who, *, text, day):
        self._only(case, ("delivered", "closed"))
        reviews.request(case=case, text=text, requested_on=day, **who)

    def request_rereview(self, case, who, *, text, day):
        self._only(case, ("review_decided",))
        reviews.request(case=case, text=text, requested_on=day, **who)

    def _only(self, case, states):
        """One action asks for both, by the case's state; an attempt at one of them is none at the other."""
        if case.status not in states:
            raise LookupError(case.status)

    def decide(self, case, who, *, ruling, text, body):
        reviews.decide(case=case, ruling=Ruling(ruling), text=text, remedy_body=body, **who)

    def receive_review(self, case, who, *, day):
        document = Document.objects.filter(case=case, kind="review").order_by("-pk").first()
        if document is None:
            raise LookupError("review")
        self._only(case, ("review_decided",))
        deliveries.record(document=document, handed=Handed(DeliveryWay.HANDED, day, "送达回证"), **who)

    def conclude(self, case, who, *, ruling, text):
        reviews.conclude(case=case, ruling=Ruling(ruling), text=text, **who)

    def withdraw(self, case, who, *, day):
        withdrawals.enter(case=case, signed_on=day, **who)

    def ask_withdraw(self, case, who):
        withdrawals.ask(case=case, **who)

    def supervise(self, case, who, *, unit, text, due, listed):
        supervision.begin(
            case=case,
            department=self.units[unit],
            ground=SupervisionGround.SHIRKING,
            text=text,
            due_on=due,
            is_listed=listed,
            **who,
        )

    def reopen(self, case, who, *, text, due):
        closing.reopen(case=case, ground=closing.ReopenGround.NOT_CARRIED_OUT, reason=text, due_on=due, **who)
