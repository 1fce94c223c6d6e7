"""T17 to T19: the opinion, from its draft to its arrival, and what it promised."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from petitions.actions import deliveries, opinions
from petitions.admin import fitting
from petitions.admin.doing import Doing
from petitions.forms import opinions as forms
from petitions.forms.cases import CaseForm
from petitions.models import Case, Opinion, OpinionState
from petitions.words import done
from petitions.workflow import Action, Status
from reception.models import County, User


def _draft(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    opinions.draft(case=case, said=forms.drafted(said), county=county, by=by, at=at)


def _check(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    opinions.check(case=case, county=county, by=by, at=at)


def _look(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    opinions.look(case=case, county=county, by=by, at=at, reason=said["reason"])


def _send_back(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    opinions.send_back(case=case, reason=said["reason"], county=county, by=by, at=at)


def _issue(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    opinions.issue(case=case, county=county, by=by, at=at)


def _deliver(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    deliveries.deliver(case=case, handed=forms.handed(said), files=said["papers"], county=county, by=by, at=at)


def _record(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    deliveries.record(document=said["document"], handed=forms.handed(said), files=said["papers"], county=county, by=by, at=at)


def _carry_out(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    opinions.carry_out(case=case, day=said["day"], proof=said["proof"], county=county, by=by, at=at)


def _unchecked(case: Case, user: User, on: date) -> bool:
    return case.status == Status.OPINION_DRAFTED and any(row.checked_by_id is None for row in _drafts(case))


def _unseen(case: Case, user: User, on: date) -> bool:
    waits = case.status == Status.OPINION_DRAFTED and case.instructed_by_id is not None
    return waits and any(row.seen_by_id is None for row in _drafts(case))


def _promised(case: Case, user: User, on: date) -> bool:
    if case.status not in (Status.OPINION_ISSUED, Status.DELIVERED, Status.CLOSED, Status.REVIEW_DECIDED, Status.CONCLUDED):
        return False
    opinion = opinions.current(case)
    return opinion is not None and opinion.carries_out_by is not None and opinion.carried_out_on is None


def _arrives(case: Case, user: User, on: date) -> bool:
    return bool(deliveries.undelivered(case))


def _drafts(case: Case) -> list[Opinion]:
    return [row for row in case.opinions.all() if row.state == OpinionState.DRAFTED]


DOINGS = (
    Doing(
        verb="draft-opinion",
        words=lambda: done(Action.DRAFT_OPINION),
        form=forms.DraftForm,
        run=_draft,
        permission="case.handle",
        action=Action.DRAFT_OPINION,
        fits=fitting.lead,
        lead=lambda: _("把信访人的诉求分成几项，逐项答复：予以支持、解释说明或不予支持，并写明理由和依据。"),
        done=lambda: _("意见已提交。信访局审核形式后，由本单位负责人签发。"),
        template="admin/case_opinion.html",
    ),
    Doing(
        verb="check-opinion",
        words=lambda: _("审核意见的形式"),
        form=forms.CheckForm,
        run=_check,
        permission="case.check",
        fits=_unchecked,
        lead=lambda: _("只审核形式，不代替单位作决定；有一条做不到的，请用“退回处理意见”。"),
        template="admin/case_draft.html",
    ),
    Doing(
        verb="look-opinion",
        words=lambda: _("代登记领导审阅"),
        form=forms.ReasonForm,
        run=_look,
        permission="case.sign",
        fits=_unseen,
        lead=lambda: _("批示领导通常在自己的工作台审阅。领导审阅了书面意见的，由信访局局长在这里登记：何时、怎样审阅的。"),
        template="admin/case_draft.html",
    ),
    Doing(
        verb="return-opinion",
        words=lambda: done(Action.RETURN_OPINION),
        form=forms.ReasonForm,
        run=_send_back,
        permission="case.return_opinion",
        action=Action.RETURN_OPINION,
        template="admin/case_draft.html",
    ),
    Doing(
        verb="issue-opinion",
        words=lambda: done(Action.ISSUE_OPINION),
        form=CaseForm,
        run=_issue,
        permission="case.head",
        action=Action.ISSUE_OPINION,
        fits=fitting.lead,
        lead=lambda: _("签发后编号，不能再改；办理期限到今天为止。签发人不能是起草人。"),
        done=lambda: _("处理意见书已签发。请送达信访人，并登记送达。"),
        template="admin/case_draft.html",
    ),
    Doing(
        verb="deliver",
        words=lambda: _("登记处理意见书的送达"),
        form=forms.DeliverForm,
        run=_deliver,
        permission="case.handle",
        action=Action.DELIVER,
        fits=fitting.lead,
        lead=lambda: _("有复查程序的，申请复查的 30 日从信访人收到的次日起算。"),
    ),
    Doing(
        verb="deliver-document",
        words=lambda: _("登记其他文书的送达"),
        form=forms.DeliverDocumentForm,
        run=_record,
        permission="case.deliver",
        fits=_arrives,
        lead=lambda: _("复查意见书的送达也在这里登记：申请复核的 30 日从收到的次日起算。"),
    ),
    Doing(
        verb="carry-out",
        words=lambda: _("登记兑现"),
        form=forms.CarryOutForm,
        run=_carry_out,
        permission="case.carry_out",
        fits=_promised,
    ),
)
