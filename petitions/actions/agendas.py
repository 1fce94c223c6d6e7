"""The joint meeting's agenda: hard cases are proposed by stated rules, chosen by the meeting's office, frozen, and their outcome kept.

Source: Regulations on Petition Work, art. 11, 13 (the joint meeting coordinates). Which case is hard: `petitions.models.hard`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from petitions import wording
from petitions.actions import documents
from petitions.models import Agenda, AgendaItem, Case, DocumentKind, hard
from reception.actions import journal
from reception.actions.permissions import require
from reception.errors import MovedOn, Refused
from reception.models import County, User

WORDS = {
    "overdue": lambda: _("超过期限 15 日以上未办结"),
    "listed": lambda: _("挂牌督办"),
    "often": lambda: _("同一事项反映 3 次以上"),
    "many": lambda: _("5 人以上集体访"),
    "redone": lambda: _("复查撤销后重新办理"),
}
# A meeting that deals with more deals with none.
MOST_ITEMS = 30
MOST_WHY = 300


@dataclass(frozen=True)
class Hard:
    """A hard case, and the rules that make it one."""

    case: Case
    rules: tuple[str, ...]

    @property
    def why(self) -> str:
        """The rules in words, for the agenda."""
        return "；".join(WORDS[rule]() for rule in self.rules)


def hard_cases(user: User, *, on: date) -> list[Hard]:
    """What the rules propose, of what a person may see: the longest overdue first. Chosen by nobody yet."""
    seen = Case.objects.visible_to(user, on=on).filter(hard.any_rule(on))
    rows = list(Case.objects.filter(pk__in=seen.values("pk")).select_related("topic", "department").order_by("due_on", "pk"))
    by_rule = {
        name: set(Case.objects.filter(rule, pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
        for name, rule in hard.rules(on).items()
    }
    return [Hard(row, tuple(name for name, found in by_rule.items() if row.pk in found)) for row in rows]


def make(*, meets_on: date, cases: Sequence[tuple[Case, str]], county: County, by: User, at: datetime) -> Agenda:
    """Freeze the agenda of a day: the chosen cases in their order, each with why. Raises `Refused` for none, twice, or an accusation."""
    require("agenda.make", county=county, by=by, at=at)
    on = at.astimezone(county.zone).date()
    if meets_on < on:
        raise Refused(_("会议日期不能早于今天 %(day)s。") % {"day": on})
    if not cases:
        raise Refused(_("请至少选择一件列入议题。"))
    if len(cases) > MOST_ITEMS:
        raise Refused(_("一次会议最多列入 %(most)d 件，请分次研究。") % {"most": MOST_ITEMS})
    pks = [case.pk for case, _why in cases]
    if len(set(pks)) != len(pks):
        raise Refused(_("同一事项只能列入一次。"))
    if Case.objects.filter(hard.unsealed(), pk__in=pks).count() != len(pks):
        raise Refused(_("检举控告和反映具体领导、单位、人员的事项不列入联席会议议题（《信访工作条例》第三十条）。"))
    if any(not why.strip() for _case, why in cases):
        raise Refused(_("请写明每一件列入的理由。"))
    chosen = [(case, why.strip()[:MOST_WHY]) for case, why in cases]
    said = wording.agenda(county=county, meets_on=meets_on, items=chosen)
    document = documents.issue(kind=DocumentKind.AGENDA, said=said, on=on, county=county, by=by, at=at)
    made: Agenda = Agenda.objects.create(meets_on=meets_on, document=document, made_by=by, made_at=at)
    for position, (case, why) in enumerate(chosen, start=1):
        AgendaItem.objects.create(agenda=made, position=position, case=case, why=why)
    facts = {"meets_on": meets_on.isoformat(), "cases": [case.number for case, _why in chosen]}
    journal.record(act="agenda.make", object=f"document {document.uid}", by=by, at=at, facts=facts)
    return made


def conclude(*, item: AgendaItem, outcome: str, county: County, by: User, at: datetime) -> AgendaItem:
    """What the meeting decided on one case: written once, on the day of the meeting or later."""
    require("agenda.make", county=county, by=by, at=at)
    row: AgendaItem = AgendaItem.objects.select_for_update(of=("self",)).select_related("agenda", "case").get(pk=item.pk)
    if row.outcome:
        raise MovedOn(_("这一议题已经登记会议决定，不能再改。"))
    if not outcome.strip():
        raise Refused(_("请写明会议的决定：谁办、办什么、何时办成。"))
    if at.astimezone(county.zone).date() < row.agenda.meets_on:
        raise Refused(_("会议还没有开（%(day)s），不能登记决定。") % {"day": row.agenda.meets_on})
    row.outcome = outcome.strip()
    row.save(update_fields=["outcome"])
    facts = {"agenda": row.agenda_id, "position": row.position}
    journal.record(act="agenda.conclude", object=f"case {row.case.number}", by=by, at=at, facts=facts)
    return row


def reasons(found: Hard) -> str:
    """Why a case is proposed, in Chinese whatever language is active: it becomes part of an official document."""
    with override("zh-hans"):
        return found.why
