"""Where a case stands, in the words its petitioner reads: what was done and when, what comes, until when and why, and what they can do.

What is shown is what the rules of the national online handling ask for: when it was registered, passed on and received by the unit,
every notice and opinion with its day, and each of them as a document. Only reads, in the county in scope; of a person only what is masked.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from django.utils.translation import gettext as _

from petitions import clock_words, document_papers, words
from petitions.actions import opinions, ratings, reviews
from petitions.clock_words import Colour
from petitions.models import Case, Deadline, Disclosure, Document, DocumentKind, Level, Proposal, RatedBody, Rating, Referral
from petitions.models.proposals import ProposalState
from petitions.models.referrals import ReferralState
from petitions.standing_words import LOOKS, NEXT, STEPS
from petitions.workflow import Action, Status, allows
from reception import codes, standing
from reception.actions import identities
from reception.models import Booking, County, Entry
from reception.roles import LABELS
from reception.standing import Done, Reading
from reception.words import english, named

A, K, S = Action, DocumentKind, Status

# The clocks of a unit's own right to object, and of what is the petitioner's to do, are not what an office owes.
NOT_OWED = frozenset({"D4", "D7", "D9"})
# How a clock's colour looks: a word of the style guide.
COLOURS = {
    Colour.IN_TIME: "held",
    Colour.DUE_SOON: "provisional",
    Colour.DUE_IN_THREE: "provisional",
    Colour.OVERDUE: "cancelled",
    Colour.PAUSED: "changed",
    Colour.STOPPED: "changed",
}
# The items that are published to the petitioner, in order, each with the kind of document that tells it.
TOLD = (K.GUIDANCE, K.ACCEPTANCE, K.NON_ACCEPTANCE, K.NO_FURTHER, K.EXTENSION, K.OPINION, K.REVIEW, K.REREVIEW)


@dataclass(frozen=True)
class Item:
    """One thing that the petitioner must be able to see: what, on which day, more about it, and the document that says it."""

    label: str
    on: date
    more: str = ""
    document: Document | None = None


@dataclass(frozen=True)
class Clock:
    """A day that somebody owes the petitioner something by, and how it was counted."""

    name: str
    due_on: date
    how: str
    look: str
    word: str


@dataclass(frozen=True)
class Remedy:
    """Who can be asked next, until when, and how many days are left, that last day included; negative once it is over."""

    level: Level
    body: str
    until: date
    left: int
    how: str

    @property
    def is_over(self) -> bool:
        return self.left < 0


@dataclass(frozen=True)
class Standing:
    """Everything that the page of one case says of where it stands on a day."""

    case: Case
    county: County
    at: datetime

    @property
    def on(self) -> date:
        return self.at.astimezone(self.county.zone).date()

    @property
    def status(self) -> Status:
        return Status(self.case.status)

    @property
    def next(self) -> str:
        return NEXT[self.status]()

    @property
    def look(self) -> str:
        return LOOKS[self.status]

    @property
    def where(self) -> str:
        """Who has it now."""
        review = self.case.reviews.filter(ruling="").order_by("-pk").first()
        if review is not None and self.status in (S.UNDER_REVIEW, S.UNDER_REREVIEW):
            return str(review.body)
        if self.case.department and self.status not in (S.REGISTERED, S.UNDER_SCREENING, S.OBJECTED):
            return named(self.case.department)
        return self.county.bureau_en if english() and self.county.bureau_en else self.county.bureau

    @cached_property
    def items(self) -> list[Item]:
        """What is published to the petitioner, and nothing else (see `law.md` 1.4 in the design: 可查询、可跟踪)."""
        registered = self.case.registered_at.astimezone(self.county.zone).date()
        found = [Item(_("登记日期"), registered, _("编号 %(number)s") % {"number": codes.show_number(self.case.number)})]
        rows = Referral.objects.filter(case=self.case).select_related("department", "step").order_by("round", "-is_lead", "pk")
        for row in rows:
            passed = row.step.at.astimezone(self.county.zone).date()
            found.append(Item(_("交办日期") if row.is_assigned else _("转送日期"), passed, self._passed_to(row)))
            found.append(Item(_("责任单位收到日期"), row.received_on, named(row.department)))
        told = [row for row in self.documents if row.kind in TOLD]
        found += [Item(str(row.get_kind_display()), row.issued_on, self._issuer(row), row) for row in told]
        return found

    @cached_property
    def documents(self) -> list[Document]:
        """What was issued for the petitioner, the oldest first."""
        rows = Document.objects.filter(case=self.case, for_petitioner=True).select_related("case", "issuer")
        return list(rows.order_by("issued_on", "pk"))

    @cached_property
    def clocks(self) -> list[Clock]:
        """What is owed, the nearest first."""
        rows = Deadline.objects.running().filter(case=self.case).exclude(kind__in=NOT_OWED).order_by("due_on", "pk")
        found = []
        for row in rows:
            colour = clock_words.colour(row, self.on, is_paused=row.pauses.filter(ends_on=None).exists())
            word = clock_words.colour_words(colour, row, self.on)
            found.append(Clock(words.name(row.kind), row.due_on, words.how_for_petitioner(row), COLOURS[colour], word))
        return found

    @cached_property
    def remedy(self) -> Remedy | None:
        """Who can be asked for a review or re-review now; None where nobody can, or where it was asked for already."""
        level = reviews.level_of(self.case)
        action, body = reviews.ASKS[level], reviews.body_of(self.case, self.county)
        rows = Deadline.objects.filter(case=self.case, kind=reviews.RIGHT[level], superseded_by__isnull=True)
        clock = rows.filter(stop__isnull=True).order_by("-pk").first() or rows.order_by("-pk").first()
        if not body or clock is None or not allows(action, self.case.status) or self.waits_for(action):
            return None
        opinion = opinions.current(self.case)
        if opinion is None or reviews.of(opinion, level) is not None:
            return None
        return Remedy(level, body, clock.due_on, (clock.due_on - self.on).days, words.how_for_petitioner(clock))

    def waits_for(self, action: Action) -> Proposal | None:
        """What the petitioner asked for and a person has not decided yet."""
        rows = Proposal.objects.filter(case=self.case, action=action.value, state=ProposalState.WAITING)
        found: Proposal | None = rows.first()
        return found

    @property
    def waiting(self) -> list[str]:
        """What waits for a person's decision, in words."""
        asked = {
            A.WITHDRAW: _("您提出了撤回，等信访部门确认。"),
            A.REQUEST_REVIEW: _("您的复查申请超过了期限，是否受理由工作人员决定，会书面告诉您。"),
            A.REQUEST_REREVIEW: _("您的复核申请超过了期限，是否受理由工作人员决定，会书面告诉您。"),
        }
        return [sentence for action, sentence in asked.items() if self.waits_for(action)]

    @property
    def can_withdraw(self) -> bool:
        return allows(A.WITHDRAW, self.case.status) and self.waits_for(A.WITHDRAW) is None

    @cached_property
    def rateable(self) -> list[RatedBody]:
        return ratings.open_to(self.case)

    @property
    def rated(self) -> list[Rating]:
        """What the petitioner has given in this round of handling."""
        return list(Rating.objects.filter(case=self.case, round=self.case.round).select_related("department").order_by("at"))

    @property
    def timeline(self) -> list[Done]:
        """What was done, oldest first, from the booking on where it began with one."""
        done = standing.timeline(self.case.booking) if self.case.booking else []
        for step in self.case.steps.order_by("n"):
            said = STEPS[Action(step.action)]
            if said is not None:
                done.append(Done(step.at, said(), step.reason if step.action == A.GUIDE else ""))
        return sorted(done, key=lambda one: one.at)

    @property
    def readings(self) -> list[Reading]:
        """Each time somebody opened who the petitioner or a representative is, or a file of theirs, or was let in behind the wall."""
        people = {self.case.identity.uid} | {row.identity.uid for row in self.case.representatives.select_related("identity")}
        if self.case.booking:
            people |= {row.identity.uid for row in self.case.booking.representatives.select_related("identity")}
        objects = [f"identity {uid}" for uid in people]
        files = [f"case {self.case.number}", *(f"booking {row.number}" for row in _bookings(self.case.booking))]
        rows = Entry.objects.filter(act="identity.read", object__in=objects)
        rows |= Entry.objects.filter(act="material.read", object__in=files)
        found = [self._reading(entry) for entry in rows.order_by("-n")[:100]]
        for row in Disclosure.objects.filter(case=self.case, agreed_at__isnull=False).select_related("to"):
            assert row.agreed_at is not None
            roles = sorted(LABELS[role] for role in row.to.roles(on=row.agreed_at.astimezone(self.county.zone).date()))
            found.append(Reading(row.agreed_at, self.county.bureau, _("、").join(str(role) for role in roles), row.reason))
        return sorted(found, key=lambda one: one.at, reverse=True)

    @property
    def masked(self) -> dict[str, str]:
        return identities.masked(self.case.identity, county=self.county)

    @property
    def main(self) -> "Standing | None":
        """The case that this one was merged into, which runs on for both."""
        return Standing(self.case.joins, self.county, self.at) if self.case.joins else None

    def _reading(self, entry: Entry) -> Reading:
        shown = standing.reading(entry, self.county)
        return shown if shown.reason else replace(shown, reason=_("查看材料"))

    def _passed_to(self, row: Referral) -> str:
        said = _("牵头：%(unit)s") if row.is_lead else _("协办：%(unit)s")
        ended = {ReferralState.RETURNED: _("（该单位提出异议，已退回）"), ReferralState.REFUSED: _("（该单位不予受理）")}
        return said % {"unit": named(row.department)} + ended.get(ReferralState(row.state), "")

    def _issuer(self, row: Document) -> str:
        return f"{document_papers.issuer_of(row, self.county)} · {document_papers.number(row, self.county)}"


def _bookings(booking: Booking | None) -> list[Booking]:
    return standing.chain(booking) if booking else []
