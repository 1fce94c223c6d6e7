"""T21 to T24: review and re-review."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from petitions.actions import opinions, reviews
from petitions.admin import signing
from petitions.admin.doing import Doing
from petitions.forms import closing as forms
from petitions.models import Case, OpinionKind, Ruling
from petitions.words import done
from petitions.workflow import Action
from reception.models import County, User


def _request(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    reviews.request(case=case, text=said["text"], requested_on=said["requested_on"], county=county, by=by, at=at)


def _decide(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    ruling = Ruling(said["ruling"])
    reviews.decide(case=case, ruling=ruling, text=said["text"], remedy_body=said["remedy_body"], county=county, by=by, at=at)


def _conclude(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    ruling, hearing = Ruling(said["ruling"]), forms.hearing(said)
    reviews.conclude(case=case, ruling=ruling, text=said["text"], hearing=hearing, county=county, by=by, at=at)


def _reviewable(case: Case, user: User, on: date) -> bool:
    """Of an opinion: what answers a suggestion, and an agreement, have no review."""
    opinion = opinions.current(case)
    return opinion is not None and opinion.kind == OpinionKind.OPINION


def _asking(action: Action, verb: str) -> Doing:
    return Doing(
        verb=verb,
        words=lambda: done(action),
        form=forms.RequestForm,
        run=_request,
        permission="case.request_review",
        action=action,
        fits=_reviewable,
        lead=lambda: _("信访人书面申请的，在这里登记。逾期的申请不会被退回：由另一人写明理由，决定是否受理。"),
        done=lambda: _("申请已登记。逾期的申请等待另一人决定。"),
        template="admin/case_review.html",
    )


DOINGS = (
    _asking(Action.REQUEST_REVIEW, "request-review"),
    *signing.doings(Action.REQUEST_REVIEW),
    Doing(
        verb="decide-review",
        words=lambda: done(Action.DECIDE_REVIEW),
        form=forms.DecideForm,
        run=_decide,
        permission="case.review",
        action=Action.DECIDE_REVIEW,
        lead=lambda: _("维持、变更，或者撤销并责令原单位重新办理。参与过原处理意见的人员应当回避。"),
        template="admin/case_review.html",
    ),
    _asking(Action.REQUEST_REREVIEW, "request-rereview"),
    *signing.doings(Action.REQUEST_REREVIEW),
    Doing(
        verb="conclude",
        words=lambda: done(Action.CONCLUDE),
        form=forms.ConcludeForm,
        run=_conclude,
        permission="case.review",
        action=Action.CONCLUDE,
        lead=lambda: _("复核意见是终结意见。举行听证的，听证的日期不计入复核期限。"),
        template="admin/case_review.html",
    ),
)
