"""The county's own rows of the table of limits: one person proposes a number with its article, another approves it.

A row counts for what starts on its day or later; a clock that runs already keeps the edition it was counted by.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from petitions import terms, words
from petitions.models import Deadline, Limit
from reception.actions import journal
from reception.actions.permissions import require
from reception.errors import Forbidden, MovedOn, NothingNew, Refused
from reception.models import County, User
from reception.models.calendar import work_calendar
from reception.words import long_date
from scheduling.deadlines import LONGEST_EXTENSION, Due, Roll, Term, Unit, due_date

MOST = 1000


@dataclass(frozen=True, slots=True)
class Preview:
    """What a row would change: the same start counted by the limit of before and by the row, and how many clocks run on as they are."""

    before: Due
    after: Due
    running: int


def propose(
    *, kind: str, term: Term, valid_from: date, is_confirmed: bool, reason: str, county: County, by: User, at: datetime
) -> Limit:
    """Propose a limit. Nothing counts before it is approved.

    Raises `Refused` for what the law does not allow the county to say, `NothingNew` for what counts already.
    """
    require("limit.propose", county=county, by=by, at=at)
    if kind not in terms.TERMS:
        raise Refused(_("没有这样的期限。请从列表中选择。"))
    _lawful(kind, term, valid_from)
    if not reason.strip():
        raise Refused(_("请写明修改的理由和出处。"))
    now = terms.in_force(kind, valid_from)
    if (now.term, now.is_confirmed) == (term, is_confirmed) and now.valid_from <= valid_from:
        raise NothingNew(_("与现行规则相同，没有需要修改的内容。"))
    waiting = Limit.objects.waiting().filter(kind=kind).first()
    if waiting:
        raise Refused(_("“%(name)s”已有一项修改待审定。请先审定或撤回它。") % {"name": words.name(kind)})
    _free(kind, valid_from)
    made: Limit = Limit.objects.create(
        kind=kind,
        amount=term.amount,
        unit=term.unit.value,
        roll=term.roll.value,
        article=term.article.strip()[:120],
        is_confirmed=is_confirmed,
        valid_from=valid_from,
        reason=reason.strip()[:300],
        proposed_by=by,
        proposed_at=at,
    )
    _record(made, "propose", by, at, reason)
    return made


def preview(row: Limit, *, county: County, on: date) -> Preview:
    """What approving the row would change, for what starts on its first day or today, whichever is later. Only reads."""
    start, calendar = max(row.valid_from, on), work_calendar(county)
    return Preview(
        due_date(start, terms.in_force(row.kind, start).term, calendar),
        due_date(start, terms.term_of(row), calendar),
        Deadline.objects.running().filter(kind=row.kind).count(),
    )


def approve(*, limit: Limit, county: County, by: User, at: datetime) -> Limit:
    """Another person than proposed it puts it into force. No clock that runs is moved."""
    require("limit.approve", county=county, by=by, at=at)
    row = _waiting(limit)
    if row.proposed_by_id == by.pk:
        raise Forbidden(_("提出人不能审定自己提出的规则。请由另一位有审定权限的人审定。"))
    _lawful(row.kind, terms.term_of(row), row.valid_from)
    _free(row.kind, row.valid_from)
    row.is_approved = True
    try:
        with transaction.atomic():
            _decide(row, by, at)
    except IntegrityError as error:
        raise MovedOn(_("刚刚有同一天起适用的另一项规则生效。请刷新页面核对。")) from error
    _record(row, "approve", by, at, row.reason)
    return row


def refuse(*, limit: Limit, reason: str, county: County, by: User, at: datetime) -> Limit:
    """Do not approve it, with the reason. It stays as a row and never counts."""
    require("limit.approve", county=county, by=by, at=at)
    row = _waiting(limit)
    if not reason.strip():
        raise Refused(_("请写明不同意的理由。"))
    _decide(row, by, at)
    _record(row, "refuse", by, at, reason)
    return row


def take_back(*, limit: Limit, county: County, by: User, at: datetime) -> Limit:
    """Whoever proposed it does not any more."""
    require("limit.propose", county=county, by=by, at=at)
    row = _waiting(limit)
    if row.proposed_by_id != by.pk:
        raise Refused(_("只有提出人可以撤回。"))
    _decide(row, by, at)
    _record(row, "take_back", by, at, "")
    return row


def _lawful(kind: str, term: Term, valid_from: date) -> None:
    """What no county can say: an extension beyond the law's, a right cut short, a row older than the law, a limit without an article."""
    law = terms.TERMS[kind]
    if not 1 <= term.amount <= MOST:
        raise Refused(_("期限长度应为 1 至 %(most)d。") % {"most": MOST})
    if not term.article.strip():
        raise Refused(_("请写明依据的条款。"))
    if valid_from < terms.IN_FORCE:
        raise Refused(_("适用日期不能早于《信访工作条例》施行之日（%(day)s）。") % {"day": long_date(terms.IN_FORCE)})
    if kind == "D6" and (term.amount > LONGEST_EXTENSION or term.unit is not Unit.DAYS or term.roll is not Roll.NONE):
        raise Refused(_("延长期限不得超过 30 日（《信访工作条例》第三十四条），按自然日计算，不顺延。"))
    shorter = term.unit is Unit.DAYS and term.amount < law.amount
    if kind in terms.RIGHTS and (shorter or term.roll is Roll.PREVIOUS_WORKDAY):
        raise Refused(
            _("“%(name)s”是信访人的权利，不能短于 %(days)d 日（%(article)s），也不能提前届满。")
            % {"name": words.name(kind), "days": law.amount, "article": law.article}
        )


def _free(kind: str, valid_from: date) -> None:
    if Limit.objects.filter(kind=kind, valid_from=valid_from, is_approved=True).exists():
        raise Refused(
            _("“%(name)s”自 %(day)s起已有一项规则。生效的规则不能改写，请另选适用日期。")
            % {"name": words.name(kind), "day": long_date(valid_from)}
        )


def _waiting(limit: Limit) -> Limit:
    row: Limit = Limit.objects.select_for_update().get(pk=limit.pk)
    if row.decided_at is not None:
        raise MovedOn(_("这项规则刚刚已有审定结果。请刷新页面查看。"))
    return row


def _decide(row: Limit, by: User, at: datetime) -> None:
    row.decided_by, row.decided_at = by, at
    row.save(update_fields=["decided_by", "decided_at", "is_approved"])


def _record(row: Limit, verb: str, by: User, at: datetime, reason: str) -> None:
    facts: dict[str, Any] = {
        "kind": row.kind,
        "amount": row.amount,
        "unit": row.unit,
        "roll": row.roll,
        "article": row.article,
        "valid_from": str(row.valid_from),
        "is_confirmed": row.is_confirmed,
    }
    journal.record(act=f"limit.{verb}", object=f"limit {row.pk}", by=by, at=at, reason=reason.strip()[:300], facts=facts)
