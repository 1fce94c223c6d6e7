"""T12 to T14: the unit accepts, asks not to, names its handler, reports; and files that come later."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from petitions.actions import handling, materials
from petitions.admin import fitting, signing
from petitions.admin.doing import Doing
from petitions.forms.cases import CaseForm
from petitions.forms.referring import AcceptForm, HandleForm, MaterialForm, ReportForm
from petitions.forms.screening import NotAcceptForm
from petitions.models import Case, Ground, MaterialKind
from petitions.words import done
from petitions.workflow import Action, Status
from reception.models import County, User
from reception.roles import permits


def _accept(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    handling.accept(case=case, on=said["accepted_on"], county=county, by=by, at=at)


def _accept_part(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    handling.accept_part(case=case, county=county, by=by, at=at)


def _refuse(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    handling.ask_to_refuse(case=case, ground=Ground(said["ground"]), reason=said["reason"], county=county, by=by, at=at)


def _handle(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    handling.handle(case=case, handler=said["handler"], county=county, by=by, at=at)


def _report(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    handling.report(case=case, text=said["text"], is_result=said["is_result"], county=county, by=by, at=at)


def _add(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    materials.add(case=case, kind=MaterialKind(said["kind"]), files=said["papers"], county=county, by=by, at=at)


def _unrefused(case: Case, user: User, on: date) -> bool:
    return signing.undecided(case, Action.REFUSE) is None and fitting.waits(case, user, on)


def _another(case: Case, user: User, on: date) -> bool:
    return case.status == Status.IN_HANDLING and fitting.lead(case, user, on)


def _keeps(case: Case, user: User, on: date) -> bool:
    return case.status != Status.ARCHIVED and (permits(user.held, "case.register") or fitting.own(case, user, on) is not None)


DOINGS = (
    Doing(
        verb="accept",
        words=lambda: done(Action.ACCEPT),
        form=AcceptForm,
        run=_accept,
        permission="case.handle",
        action=Action.ACCEPT,
        fits=fitting.waits,
        lead=lambda: _("属于本单位职权的，受理并书面告知信访人：将出具受理告知书，办理期限开始计算。"),
    ),
    Doing(
        verb="accept-part",
        words=lambda: _("接收协办任务"),
        form=CaseForm,
        run=_accept_part,
        permission="case.handle",
        fits=fitting.assists,
    ),
    Doing(
        verb="refuse",
        words=lambda: _("提请不予受理"),
        form=NotAcceptForm,
        run=_refuse,
        permission="case.handle",
        action=Action.REFUSE,
        fits=_unrefused,
        lead=lambda: _("信访局会看到并作出决定：同意的，出具不予受理告知书；不同意的，责成受理。不属于本单位职权的请提出异议。"),
        done=lambda: _("已提请不予受理，等待信访局决定。"),
    ),
    Doing(
        verb="handle",
        words=lambda: done(Action.HANDLE),
        form=HandleForm,
        run=_handle,
        permission="case.handle",
        action=Action.HANDLE,
        fits=fitting.lead,
        lead=lambda: _("指定承办人。与事项或信访人有直接利害关系的应当回避。"),
    ),
    Doing(
        verb="handler",
        words=lambda: _("更换承办人"),
        form=HandleForm,
        run=_handle,
        permission="case.handle",
        fits=_another,
    ),
    Doing(
        verb="report",
        words=lambda: _("填报进展"),
        form=ReportForm,
        run=_report,
        permission="case.handle",
        fits=fitting.works,
    ),
    Doing(
        verb="add-material",
        words=lambda: _("添加材料"),
        form=MaterialForm,
        run=_add,
        permission="case.correct",
        fits=_keeps,
    ),
    *signing.doings(Action.REFUSE),
)
