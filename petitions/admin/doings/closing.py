"""T20, T25, T26, T29: a case is reported, closed, withdrawn, reopened; and a step that was wrong is corrected."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from petitions.actions import closing, corrections, withdrawals
from petitions.actions.closing import ReopenGround
from petitions.admin import fitting, signing
from petitions.admin.doing import Doing
from petitions.forms import closing as forms
from petitions.models import Case
from petitions.words import done
from petitions.workflow import Action, Status
from reception.models import County, User


def _report(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    closing.report(case=case, result=said["result"], county=county, by=by, at=at)


def _close(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    closing.close(case=case, county=county, by=by, at=at)


def _reopen(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    ground = ReopenGround(said["ground"])
    closing.reopen(case=case, ground=ground, reason=said["reason"], due_on=said["due_on"], county=county, by=by, at=at)


def _withdraw(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    withdrawals.enter(case=case, signed_on=said["signed_on"], county=county, by=by, at=at)


def _correct(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    corrections.correct(case=case, step=said["step"], words=said["right"], county=county, by=by, at=at)


def _unreported(case: Case, user: User, on: date) -> bool:
    return case.status == Status.DELIVERED and fitting.lead(case, user, on) and not closing.standing(case).report


DOINGS = (
    Doing(
        verb="closing-report",
        words=lambda: _("提交办结报告"),
        form=forms.ReportForm,
        run=_report,
        permission="case.handle",
        fits=_unreported,
        lead=lambda: _("交办的事项，办结前由责任单位报告落实情况。"),
    ),
    Doing(
        verb="close",
        words=lambda: done(Action.CLOSE),
        form=forms.CloseForm,
        run=_close,
        permission="case.close",
        action=Action.CLOSE,
        lead=lambda: _("办结以后信访人仍可以评价；有复查程序的，仍可在期限内申请复查。"),
        template="admin/case_close.html",
    ),
    *signing.doings(Action.CLOSE_FINALLY),
    Doing(
        verb="reopen",
        words=lambda: done(Action.REOPEN),
        form=forms.ReopenForm,
        run=_reopen,
        permission="case.sign",
        action=Action.REOPEN,
        lead=lambda: _("由原承办单位重新办理，另定时限；以前的法定期限和停止的日期都保留。"),
    ),
    Doing(
        verb="withdraw",
        words=lambda: _("登记信访人撤回"),
        form=forms.WithdrawForm,
        run=_withdraw,
        permission="case.withdraw",
        action=Action.WITHDRAW,
        lead=lambda: _("信访人可以随时撤回，不需要理由，也可以随时再次提出，没有任何影响。任何人不得要求、劝说信访人撤回。"),
    ),
    *signing.doings(Action.WITHDRAW),
    Doing(
        verb="correct",
        words=lambda: done(Action.CORRECT),
        form=forms.CorrectForm,
        run=_correct,
        permission="case.correct",
        action=Action.CORRECT,
        lead=lambda: _("原来的步骤不改，更正另记一步，写明正确的内容。"),
    ),
)
