"""T15 and T16: the handling period made longer, asked for and signed; and the hearing that stops the clock."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from petitions import terms
from petitions.actions import clocks, extensions, pauses, proposals
from petitions.admin import signing
from petitions.admin.doing import Doing
from petitions.forms.cases import CaseForm
from petitions.models import Case, Proposal
from petitions.words import done
from petitions.workflow import Action
from reception.errors import MovedOn
from reception.models import County, User
from reception.words import long_date

LINES = forms.Textarea(attrs={"rows": 4})


class ExtendForm(CaseForm):
    """By how many days, and why: the petitioner is told both."""

    days = forms.IntegerField(label=gettext_lazy("延长日数"))
    reason = forms.CharField(label=gettext_lazy("延期的理由"), widget=LINES, help_text=gettext_lazy("写进延期告知书，送达信访人。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = extensions.last_day(self.case)
        most = terms.in_force("D6", self.on).term.amount
        self.fields["days"].help_text = _("1 至 %(most)d 日，只能延长一次。") % {"most": most} + last


class SignForm(CaseForm):
    """The head's word on what was asked for."""

    decision = forms.CharField(label=gettext_lazy("签批意见"), widget=LINES, required=False, max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = extensions.waiting(self.case)
        if asked:
            self.fields["decision"].help_text = _("%(by)s于 %(day)s申请延长 %(days)d 日，理由：%(reason)s") % {
                "by": asked.asked_by.name or asked.asked_by.username,
                "day": long_date(asked.asked_at.astimezone(self.county.zone).date()),
                "days": asked.facts["days"],
                "reason": asked.reason,
            }


class HearingForm(CaseForm):
    """Why the clock stops."""

    reason = forms.CharField(
        label=gettext_lazy("听证的安排"), widget=LINES, max_length=500, help_text=gettext_lazy("何时、何地、由谁主持。")
    )


class ResumeForm(CaseForm):
    """How the hearing ended."""

    reason = forms.CharField(label=gettext_lazy("听证的结果"), widget=LINES, required=False, max_length=500)


def is_running(case: Case, user: User, on: date) -> bool:
    """The handling period runs. Offered for one that was made longer, too: whoever tries is told when that was and until when it runs."""
    return any(row.kind in pauses.PAUSABLE and row.runs for row in case.deadlines.all())


def is_waiting(case: Case, user: User, on: date) -> bool:
    """An extension was asked for."""
    return signing.undecided(case, Action.EXTEND) is not None


def may_be_asked(case: Case, user: User, on: date) -> bool:
    """The period runs, and nobody has asked yet."""
    return is_running(case, user, on) and not is_waiting(case, user, on)


def may_pause(case: Case, user: User, on: date) -> bool:
    """A period runs that no hearing stops."""
    return clocks.paused(case) is None and is_running(case, user, on)


def is_paused(case: Case, user: User, on: date) -> bool:
    """A hearing stops the clock."""
    return clocks.paused(case) is not None


def _ask(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    extensions.ask(case=case, days=said["days"], reason=said["reason"], county=county, by=by, at=at)


def _extend(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    extensions.extend(case=case, days=said["days"], reason=said["reason"], county=county, by=by, at=at)


def _asked(case: Case) -> Proposal:
    found = extensions.waiting(case)
    if found is None:
        raise MovedOn(_("延期申请刚刚已有签批结果。请刷新页面查看。"))
    return found


def _sign(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    proposals.sign(proposal=_asked(case), county=county, by=by, at=at, decision=said["decision"])


def _refuse(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    extensions.refuse(case=case, decision=said["decision"], county=county, by=by, at=at)


def _take_back(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    proposals.take_back(proposal=_asked(case), county=county, by=by, at=at)


def _pause(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    pauses.pause(case=case, reason=said["reason"], county=county, by=by, at=at)


def _resume(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    pauses.resume(case=case, reason=said["reason"], county=county, by=by, at=at)


DOINGS = (
    Doing(
        verb="ask_extension",
        words=lambda: _("申请延期"),
        form=ExtendForm,
        run=_ask,
        permission="case.handle",
        action=Action.EXTEND,
        fits=may_be_asked,
        lead=lambda: _("由承办单位负责人签批后才延期，并书面告知信访人。"),
        done=lambda: _("已提出延期申请，等待本单位负责人签批。"),
    ),
    Doing(
        verb="sign_extension",
        words=lambda: _("签批延期"),
        form=SignForm,
        run=_sign,
        permission="case.head",
        action=Action.EXTEND,
        fits=is_waiting,
        done=lambda: _("已签批延期，延期告知书已生成。"),
    ),
    Doing(
        verb="refuse_extension",
        words=lambda: _("不同意延期"),
        form=SignForm,
        run=_refuse,
        permission="case.head",
        action=Action.EXTEND,
        fits=is_waiting,
        lead=lambda: _("请写明不同意的理由。原来的期限不变。"),
    ),
    Doing(
        verb="take_back_extension",
        words=lambda: _("撤回延期申请"),
        form=CaseForm,
        run=_take_back,
        permission="case.handle",
        action=Action.EXTEND,
        fits=is_waiting,
    ),
    Doing(
        verb="extend",
        words=lambda: done(Action.EXTEND),
        form=ExtendForm,
        run=_extend,
        permission="case.head",
        action=Action.EXTEND,
        fits=may_be_asked,
        lead=lambda: _("由承办单位负责人决定，须在办理期限届满之前，只能一次，最多 30 日（《信访工作条例》第三十四条）。"),
        done=lambda: _("已延期，延期告知书已生成。"),
    ),
    Doing(
        verb="pause",
        words=lambda: done(Action.PAUSE),
        form=HearingForm,
        run=_pause,
        permission="case.head",
        action=Action.PAUSE,
        fits=may_pause,
        lead=lambda: _("只有举行听证可以中止计时。从今天起的日子不计入期限，恢复那一天重新计入。"),
    ),
    Doing(
        verb="resume",
        words=lambda: done(Action.RESUME),
        form=ResumeForm,
        run=_resume,
        permission="case.head",
        action=Action.RESUME,
        fits=is_paused,
        lead=lambda: _("听证所用的日子不计入期限，届满日相应后移。"),
    ),
)
