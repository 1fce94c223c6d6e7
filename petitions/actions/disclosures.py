"""Break-glass: two persons open one case, for a reason and at most 72 hours, for one whom the wall of accusations keeps from it.

Source: Regulations on Petition Work, art. 30: what complains of somebody is not passed to them. So neither of the two is the one it is
opened for, none of the two is behind the wall themselves, and the petitioner is told on their page who was let in, when and why.
"""

from datetime import datetime, time, timedelta

from django.utils.translation import gettext as _

from petitions.actions import cases
from petitions.models import Case, Disclosure
from reception.actions import journal
from reception.actions.permissions import require
from reception.errors import MovedOn, Refused
from reception.models import County, User

# An opening ends at midnight of the county: with the day of the agreement, so many days, which are never more than 72 hours.
MOST_DAYS = 3


def ask(*, case: Case, to: User, reason: str, county: County, by: User, at: datetime) -> Disclosure:
    """Ask that a case be opened for a person. Raises `Refused` without a reason, for oneself, and for whom no wall keeps from it."""
    require("case.disclose", county=county, by=by, at=at)
    row = cases.locked(case)
    _may_know(row, county, by, at)
    if to.pk == by.pk:
        raise Refused(_("不能为自己申请。请由不受限制的两个人办理。"))
    if to.county_id != county.pk or not to.is_active:
        raise Refused(_("请选择本县在用的账号。"))
    if not Case.objects.walled(to, on=at.astimezone(county.zone).date()).filter(pk=row.pk).exists():
        raise Refused(_("“%(name)s”不受隔离限制，不需要破窗查阅；能否查看由其角色决定。") % {"name": to.name})
    if not reason.strip():
        raise Refused(_("请写明理由。理由会记入日志，信访人可以看到。"))
    if Disclosure.objects.filter(case=row, to=to, agreed_at__isnull=True, ended_at__isnull=True).exists():
        raise Refused(_("已为“%(name)s”提出申请，正在等待另一人同意。") % {"name": to.name})
    made: Disclosure = Disclosure.objects.create(case=row, to=to, reason=reason.strip()[:500], asked_by=by, asked_at=at)
    _record("ask", made, by, at, made.reason)
    return made


def agree(*, disclosure: Disclosure, days: int, county: County, by: User, at: datetime) -> Disclosure:
    """Another person agrees: the case is open from now to the end of the county's day, `days` of them counting today.

    Raises `Refused` for whoever asked, for the person it is opened for, and beyond three days.
    """
    require("case.disclose", county=county, by=by, at=at)
    row = _waiting(disclosure)
    _may_know(row.case, county, by, at)
    if row.asked_by_id == by.pk:
        raise Refused(_("申请人不能自己同意，请由另一人办理。"))
    if not 1 <= days <= MOST_DAYS:
        raise Refused(_("开放时间为一至三日（不超过 72 小时），当日二十四时结束。"))
    row.agreed_by, row.agreed_at = by, at
    row.ends_at = datetime.combine(at.astimezone(county.zone).date() + timedelta(days=days), time(0), county.zone)
    row.save(update_fields=["agreed_by", "agreed_at", "ends_at"])
    _record("agree", row, by, at, row.reason)
    return row


def end(*, disclosure: Disclosure, county: County, by: User, at: datetime) -> Disclosure:
    """Close it before its time, or do not agree to it. Either may be done by one person: it only closes."""
    require("case.disclose", county=county, by=by, at=at)
    row: Disclosure = Disclosure.objects.select_for_update(of=("self",)).select_related("case", "to").get(pk=disclosure.pk)
    _may_know(row.case, county, by, at)
    if row.ended_at or (row.ends_at and row.ends_at <= at):
        raise MovedOn(_("这次破窗查阅已经结束。"))
    row.ended_by, row.ended_at = by, at
    row.save(update_fields=["ended_by", "ended_at"])
    _record("end" if row.agreed_at else "refuse", row, by, at, "")
    return row


def openings(case: Case) -> list[Disclosure]:
    """For whom a case was opened, the newest first: what the petitioner is shown beside who read their identity."""
    rows = Disclosure.objects.filter(case=case, agreed_at__isnull=False)
    return list(rows.select_related("to", "asked_by", "agreed_by").order_by("-agreed_at", "-pk"))


def _waiting(disclosure: Disclosure) -> Disclosure:
    row: Disclosure = Disclosure.objects.select_for_update(of=("self",)).select_related("case", "to").get(pk=disclosure.pk)
    if row.agreed_at or row.ended_at:
        raise MovedOn(_("这份申请刚刚已有结果。请刷新页面查看。"))
    return row


def _may_know(case: Case, county: County, by: User, at: datetime) -> None:
    if Case.objects.walled(by, on=at.astimezone(county.zone).date()).filter(pk=case.pk).exists():
        raise Refused(_("没有这一事项。"))


def _record(verb: str, row: Disclosure, by: User, at: datetime, reason: str) -> None:
    facts = {"to": row.to.username} | ({"ends_at": journal.moment(row.ends_at)} if row.ends_at else {})
    journal.record(act=f"disclosure.{verb}", object=f"case {row.case.number}", by=by, at=at, reason=reason[:300], facts=facts)
