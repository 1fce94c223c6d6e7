"""T8 to T11: passed on, assigned, objected to, decided; and whoever steps back."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from petitions.actions import objections, recusals, referrals
from petitions.admin import fitting
from petitions.admin.doing import Doing
from petitions.forms.referring import AssignForm, DecideForm, ObjectForm, RecuseForm, TransferForm
from petitions.models import Case
from petitions.words import done
from petitions.workflow import Action
from reception.models import County, User


def _transfer(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    referrals.transfer(
        case=case,
        department=said["department"],
        received_on=said["received_on"],
        reason=said["reason"],
        county=county,
        by=by,
        at=at,
    )


def _assign(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    referrals.assign(
        case=case,
        tasks=said["tasks"],
        received_on=said["received_on"],
        instruction=said["instruction"],
        instructed_by=said["instructed_by"],
        county=county,
        by=by,
        at=at,
    )


def _object(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    objections.raise_one(case=case, reasons=said["reasons"], suggests=said["suggests"], county=county, by=by, at=at)


def _agree(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    objections.agree(case=case, decision=said["decision"], county=county, by=by, at=at)


def _reject(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    objections.reject(case=case, decision=said["decision"], county=county, by=by, at=at)


def _recuse(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    recusals.recuse(case=case, user=said["person"], reason=said["reason"], county=county, by=by, at=at)


DOINGS = (
    Doing(
        verb="transfer",
        words=lambda: done(Action.TRANSFER),
        form=TransferForm,
        run=_transfer,
        permission="case.refer",
        action=Action.TRANSFER,
        lead=lambda: _("转给有权处理的单位。信访人所反映的单位及其下属单位不在列表中。"),
    ),
    Doing(
        verb="assign",
        words=lambda: done(Action.ASSIGN),
        form=AssignForm,
        run=_assign,
        permission="case.refer",
        action=Action.ASSIGN,
        lead=lambda: _("交给有权处理的单位，写明办什么、何时办结；有领导批示的，照录批示。"),
        template="admin/case_assign.html",
    ),
    Doing(
        verb="object",
        words=lambda: done(Action.OBJECT),
        form=ObjectForm,
        run=_object,
        permission="case.handle",
        action=Action.OBJECT,
        fits=fitting.waits,
        lead=lambda: _("不属于本单位职权的，自收到次日起五个工作日内提出异议并详细说明理由；每个单位只能提出一次。"),
    ),
    Doing(
        verb="agree",
        words=lambda: done(Action.AGREE_TO_OBJECTION),
        form=DecideForm,
        run=_agree,
        permission="case.refer",
        action=Action.AGREE_TO_OBJECTION,
    ),
    Doing(
        verb="reject",
        words=lambda: done(Action.REJECT_OBJECTION),
        form=DecideForm,
        run=_reject,
        permission="case.refer",
        action=Action.REJECT_OBJECTION,
    ),
    Doing(
        verb="recuse",
        words=lambda: _("回避"),
        form=RecuseForm,
        run=_recuse,
        permission="case.correct",
        lead=lambda: _("与事项或信访人有直接利害关系的应当回避。本人可以自行回避，单位负责人、信访局局长可以决定他人回避。"),
    ),
)
