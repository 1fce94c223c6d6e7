"""Cases near the end of their way, with fixed parts: handled since 12 January 2026, the opinion issued on 3 February, received on the 4th.

Every step is an action's own; nothing is put into a table by hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from petitions.actions import closing, deliveries, opinions, reviews
from petitions.actions.deliveries import Handed
from petitions.actions.opinions import Answered, Draft
from petitions.models import Case, Deadline, DeliveryWay, Document, OpinionKind, Outcome, Ruling
from reception import scope
from reception.models import Entry, Leader, User
from reception.roles import Role
from tests.petitions import referring
from tests.petitions.referring import Unit
from tests.reception import builders
from tests.reception.builders import Bureau

DRAFTED = date(2026, 2, 2)
ISSUED = date(2026, 2, 3)
DELIVERED = date(2026, 2, 4)
# Thirty days from the receipt, a Friday; and the day after.
D7_ENDS = date(2026, 3, 6)
D7_OVER = date(2026, 3, 7)
# Sixty days from the acceptance.
D5_ENDS = date(2026, 3, 13)
GOVERNMENT = "澄河县人民政府"


def moment(day: date, hour: int = 10) -> datetime:
    """So late on a day in the county, which is eight hours ahead."""
    return datetime.combine(day, time(hour - 8), UTC)


def said(**more: Any) -> Draft:
    """What an opinion says, complete."""
    parts: dict[str, Any] = {
        "facts": "经现场勘查，漏水系屋面防水层老化所致。",
        "basis": "《住宅专项维修资金管理办法》第二十条。",
        "answers": (
            Answered("请督促维修。", Outcome.SUPPORTED, "使用专项维修资金，月底前修复。"),
            Answered("请减免物业费。", Outcome.NOT_SUPPORTED, "没有法律依据。"),
        ),
        "remedy_body": GOVERNMENT,
        "carries_out_by": date(2026, 3, 31),
    }
    return Draft(**{**parts, **more})


def reply(**more: Any) -> Draft:
    """An answer to a suggestion: no remedy, nothing promised."""
    answers = (Answered("建议增设路灯。", Outcome.EXPLAINED, "已列入明年计划研究。"),)
    return said(**{"kind": OpinionKind.REPLY, "remedy_body": "", "answers": answers, "carries_out_by": None, **more})


def handed(on: date = DELIVERED, **more: Any) -> Handed:
    return Handed(**{"way": DeliveryWay.HANDED, "on": on, "proof": "送达回证，本人签名", **more})


@dataclass
class Life:
    """One case of one unit, and whatever is done to it."""

    office: Bureau
    unit: Unit
    case: Case
    people: dict[str, User] = field(default_factory=dict)

    def do(self, action: Any, *, by: User, on: date, **more: Any) -> Any:
        """An action on the case, on a day; the case is read anew afterwards."""
        made = referring.do(self.office, action, self.case, by=by, at=moment(on), **more)
        self.case = referring.now(self.office, self.case)
        return made

    def person(self, role: Role) -> User:
        """Someone with one role, made when first asked for."""
        if role not in self.people:
            self.people[role] = builders.user(f"a-{role.value.replace('_', '-')}", self.office.county, role)
        return self.people[role]

    @property
    def clerk(self) -> User:
        return self.office.clerk

    @property
    def reviewer(self) -> User:
        return self.person(Role.REVIEWER)

    @property
    def facts(self) -> dict[str, Any]:
        """Everything that matters of it: state, round, steps, running clocks, documents, and the journal's deeds of it."""
        with scope.county(self.office.county):
            case = Case.objects.get(pk=self.case.pk)
            running = Deadline.objects.running().filter(case=case).order_by("kind", "pk")
            return {
                "status": case.status,
                "round": case.round,
                "due_on": case.due_on,
                "steps": list(case.steps.order_by("n").values_list("action", flat=True)),
                "clocks": {clock.kind: clock.due_on for clock in running},
                "documents": list(Document.objects.filter(case=case).order_by("pk").values_list("kind", flat=True)),
                "journal": list(Entry.objects.filter(object=f"case {case.number}").order_by("n").values_list("act", flat=True)),
            }

    def changed(self, action: Any, **more: Any) -> dict[str, Any]:
        """Do it, and tell what became different: new steps, documents and deeds alone, the rest as it is now."""
        before = self.facts
        self.do(action, **more)
        after = self.facts
        fresh = {name: after[name][len(before[name]) :] for name in ("steps", "documents", "journal")}
        return {name: value for name, value in after.items() if value != before[name] and name not in fresh} | fresh

    # The usual way, each step on its usual day.

    def draft(self, *, on: date = DRAFTED, words: Draft | None = None, **more: Any) -> "Life":
        self.do(opinions.draft, by=self.unit.officer, on=on, said=words or said(**more))
        return self

    def check(self, *, on: date = DRAFTED) -> "Life":
        self.do(opinions.check, by=self.clerk, on=on)
        return self

    def issue(self, *, on: date = ISSUED) -> "Life":
        self.do(opinions.issue, by=self.unit.head, on=on)
        return self

    def deliver(self, *, on: date = DELIVERED) -> "Life":
        self.do(deliveries.deliver, by=self.unit.officer, on=on, handed=handed(on))
        return self

    def close(self, *, on: date = DELIVERED) -> "Life":
        self.do(closing.close, by=self.clerk, on=on)
        return self

    def issued(self, **more: Any) -> "Life":
        return self.draft(**more).check().issue()

    def delivered(self, **more: Any) -> "Life":
        return self.issued(**more).deliver()

    def ask_for_review(self, *, on: date = date(2026, 2, 20), text: str = "没有说明为什么不减免。") -> "Life":
        self.do(reviews.request, by=self.clerk, on=on, text=text)
        return self

    def review(self, ruling: Ruling = Ruling.UPHELD, *, on: date = date(2026, 3, 2)) -> "Life":
        body = "" if ruling == Ruling.SET_ASIDE else "澄河市人民政府"
        self.do(reviews.decide, by=self.reviewer, on=on, ruling=ruling, text="查明的情况和理由。", remedy_body=body)
        return self


def life(office: Bureau, n: int = 1, *, unit: Unit | None = None, **more: Any) -> Life:
    """A case that its unit handles since 12 January: transferred, accepted, its handler named."""
    to = unit or referring.unit(office)
    case = referring.screened(office, n, **more)
    referring.in_handling(office, case, to)
    return Life(office, to, referring.now(office, case))


def assigned(
    office: Bureau,
    n: int = 1,
    *,
    unit: Unit | None = None,
    leader: Leader | None = None,
    assisting: Sequence[Unit] = (),
    **more: Any,
) -> Life:
    """The same, assigned with a task until 12 February; with a leader, on that leader's instruction; others assist."""
    to = unit or referring.unit(office)
    case = referring.screened(office, n, **more)
    instructed = {"instruction": "请住建局限期修好并回访。", "instructed_by": leader} if leader else {}
    tasks = [referring.task(to), *(referring.task(other, lead=False) for other in assisting)]
    referring.assign(office, case, *tasks, **instructed)
    referring.accept(office, case, to)
    referring.do(office, referring.handling.handle, case, by=to.officer, handler=to.officer)
    return Life(office, to, referring.now(office, case))


def leader(office: Bureau, code: str = "L5") -> Leader:
    """A leader with an account."""
    with scope.county(office.county):
        found: Leader = Leader.objects.get(code=code)
    if found.user is None:
        person = builders.user(f"leader-{code}".lower(), office.county, Role.LEADER)
        with scope.county(office.county):
            found.user = person
            found.save()
    return found
