"""A case in any state of the table, brought there step by step as the table says, with what each step needs beside it.

Rows that later actions make (a referral, an opinion, a review) are put in as those would; every move is the table's own.
"""

from collections import deque
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from petitions import wording
from petitions.actions import cases, clocks, documents
from petitions.models import (
    Answer,
    Case,
    Deadline,
    Delivery,
    Document,
    DocumentKind,
    Kind,
    Opinion,
    Referral,
    Review,
)
from petitions.workflow import TRANSITIONS, Action, Status
from reception import scope
from reception.models import RoleGrant, User
from reception.roles import Role
from tests.petitions.receptions import AT, called, conclude, department
from tests.reception.builders import Bureau, user

# The shortest way by these alone: what a case of the tests goes through.
USUAL = [
    row for row in TRANSITIONS if row.after and row.action not in (Action.REOPEN, Action.REDO, Action.REFUSE, Action.CLOSE_FINALLY)
]
REMEDY = "澄河县人民政府"


def way_to(status: Status) -> list[Action]:
    """The actions from a case that is registered to this state."""
    ways: deque[tuple[Status, list[Action]]] = deque([(Status.REGISTERED, [])])
    seen = {Status.REGISTERED}
    while ways:
        now, way = ways.popleft()
        if now == status:
            return way
        for row in USUAL:
            if now in row.before and row.after not in seen:
                seen.add(row.after)
                ways.append((row.after, [*way, row.action]))
    raise AssertionError(f"no way to {status}")


@dataclass
class Life:
    """One case of an office, and whoever moves it: someone who holds every role there is, and the machine."""

    office: Bureau
    case: Case
    at: datetime
    by: User

    @property
    def on(self) -> date:
        return self.at.astimezone(self.office.county.zone).date()

    def who(self, action: Action) -> User:
        return User.objects.system() if action is Action.ARCHIVE else self.by

    def go(self, *actions: Action, days: int = 1) -> "Life":
        """Do these one after another, each some days after the one before."""
        for action in actions:
            self.at += timedelta(days=days)
            with scope.county(self.office.county):
                self._do(action)
        return self

    def _do(self, action: Action) -> None:
        self.case = case = cases.locked(self.case)
        if action is Action.SCREEN:
            cases.screen(case=case, kind=Kind.CLAIM, county=self.office.county, by=self.by, at=self.at)
            return
        if action is Action.MERGE:
            # Another case of the same kind, which runs on.
            other = conclude(self.office, called(self.office, 40)).case
            cases.merge(case=case, into=other, county=self.office.county, by=self.by, at=self.at)
            return
        step = cases.move(case, action, county=self.office.county, by=self.who(action), at=self.at)
        then = getattr(self, f"_{action.value}", None)
        if then:
            then(step)
        clocks.remember_due(case)

    def clock(self, kind: str) -> Deadline:
        return Deadline.objects.running().get(case=self.case, kind=kind)

    def issue(
        self, kind: DocumentKind, said: wording.Said, *, unit: bool = False, step=None, for_petitioner: bool = True
    ) -> Document:
        return documents.issue(
            kind=kind,
            said=said,
            on=self.on,
            county=self.office.county,
            by=self.by,
            at=self.at,
            case=self.case,
            step=step,
            issuer=department(self.office) if unit else None,
            for_petitioner=for_petitioner,
        )

    @property
    def about(self) -> dict:
        return {"case": self.case, "county": self.office.county}

    def _guide(self, step):
        self.issue(
            DocumentKind.GUIDANCE,
            wording.guidance(**self.about, path="行政复议", body="澄河县人民政府行政复议机构", within="自知道之日起60日内"),
            step=step,
        )

    def _not_accept(self, step):
        self.issue(
            DocumentKind.NON_ACCEPTANCE,
            wording.non_acceptance(**self.about, ground="属于法院、检察院职权范围", explanation="该纠纷已由法院立案审理。"),
            step=step,
        )

    def _no_longer_accept(self, step):
        self.issue(
            DocumentKind.NO_FURTHER, wording.no_further(**self.about, earlier=None, explanation="该事项已复核终结。"), step=step
        )

    def _referred(self, step, *, assigned: bool):
        unit = department(self.office)
        referral = Referral.objects.create(
            case=self.case,
            step=step,
            round=self.case.round,
            department=unit,
            is_lead=True,
            is_assigned=assigned,
            deliverable="查明漏水原因并维修" if assigned else "",
            instruction="请住建局牵头，限期修好并回访。" if assigned else "",
            received_on=self.on,
            due_on=self.on + timedelta(days=45) if assigned else None,
        )
        Case.objects.filter(pk=self.case.pk).update(department=unit)
        self.case.department = unit
        for kind in ("D3", "D4"):
            clocks.start(step=step, kind=kind, on=self.on, county=self.office.county, referral=referral)
        limits = {"tell_by": self.clock("D3").due_on, "object_by": self.clock("D4").due_on}
        if assigned:
            clocks.start_set(step=step, on=self.on, due_on=referral.due_on, county=self.office.county, referral=referral)
            said, kind = wording.assignment(**self.about, referral=referral, **limits), DocumentKind.ASSIGNMENT
        else:
            said, kind = wording.transfer(**self.about, referral=referral, **limits), DocumentKind.TRANSFER
        self.issue(kind, said, step=step, for_petitioner=False)

    def _transfer(self, step):
        self._referred(step, assigned=False)

    def _assign(self, step):
        self._referred(step, assigned=True)

    def _accept(self, step):
        said = wording.acceptance(
            **self.about,
            unit=department(self.office),
            received_on=self.on - timedelta(days=1),
            accepted_on=self.on,
            clock=self.clock("D5"),
        )
        self.issue(DocumentKind.ACCEPTANCE, said, unit=True, step=step)

    def _draft_opinion(self, step):
        opinion = Opinion.objects.create(
            case=self.case,
            referral=Referral.objects.get(case=self.case, round=self.case.round, is_lead=True),
            version=1,
            facts="经现场勘查，3号楼2单元楼道渗水系屋面防水层老化所致。\n物业公司已于2026年2月出具维修报价。",
            basis="《住宅专项维修资金管理办法》第二十条。",
            remedy_body=REMEDY,
            carries_out_by=self.on + timedelta(days=30),
            drafted_by=self.office.clerk,
            drafted_at=self.at,
        )
        Answer.objects.create(
            opinion=opinion, position=1, matter="要求维修漏水", outcome="supported", text="使用专项维修资金，月底前修复。"
        )
        Answer.objects.create(
            opinion=opinion, position=2, matter="要求减免物业费", outcome="not_supported", text="没有法律依据，不予支持。"
        )

    def _issue_opinion(self, step):
        opinion = Opinion.objects.get(case=self.case)
        said = wording.opinion(**self.about, opinion=opinion, unit=department(self.office))
        document = self.issue(DocumentKind.OPINION, said, unit=True, step=step)
        opinion.state, opinion.signed_by, opinion.issued_on = "issued", self.by, self.on
        opinion.checked_by, opinion.checked_at, opinion.document = self.office.clerk, self.at, document
        opinion.save()

    def _deliver(self, step):
        document = Document.objects.get(case=self.case, kind=DocumentKind.OPINION)
        Delivery.objects.create(
            document=document, case=self.case, way="handed", delivered_on=self.on, proof="本人签收", by=self.by, at=self.at
        )
        right = clocks.start(step=step, kind="D7", on=self.on, county=self.office.county)
        said = wording.delivery_slip(
            **self.about,
            document=document,
            way="handed",
            delivered_on=self.on,
            proof="本人签收",
            body=REMEDY,
            until=right.due_on,
        )
        self.issue(DocumentKind.DELIVERY_SLIP, said, unit=True, step=step, for_petitioner=False)

    def _ask_for_review(self, level):
        Review.objects.create(
            case=self.case,
            opinion=Opinion.objects.get(case=self.case),
            level=level,
            body=REMEDY if level == "review" else "澄河市人民政府",
            requested_on=self.on,
            request="处理意见没有说明减免物业费的依据。",
        )

    def _request_review(self, step):
        self._ask_for_review("review")

    def _request_rereview(self, step):
        self._ask_for_review("rereview")

    def _decided(self, level, kind, step, **more):
        review = Review.objects.get(case=self.case, level=level)
        review.ruling, review.text = "upheld", "原处理意见认定事实清楚，依据正确。"
        review.decided_on, review.decided_by = self.on, self.by
        review.document = self.issue(kind, wording.review(**self.about, review=review, **more), step=step)
        review.save()

    def _decide_review(self, step):
        self._decided("review", DocumentKind.REVIEW, step, next_body="澄河市人民政府")

    def _conclude(self, step):
        self._decided("rereview", DocumentKind.REREVIEW, step)


def everyone(office: Bureau) -> User:
    """Whoever moves cases in these tests: an account that holds every role of people, in one unit."""
    made = user("moves-all", office.county, Role.CLERK, Role.CHIEF, Role.REVIEWER)
    unit = department(office)
    with scope.county(office.county):
        for role in (Role.OFFICER, Role.DEPARTMENT_HEAD):
            RoleGrant.objects.create(user=made, role=role.value, department=unit, starts_on=date(2020, 1, 1))
    return made


def life(office: Bureau, n: int = 1, *, by: User | None = None, **more) -> Life:
    """A case that has just come from a reception."""
    from_reception = conclude(office, called(office, n), kind=None, **more)
    return Life(office, from_reception.case, AT, by or everyone(office))


def stands(office: Bureau, status: Status, n: int = 1) -> Life:
    """A case in this state."""
    return life(office, n).go(*way_to(status))
