"""T27: supervision, the unit's feedback, its end; and a proposal for improvement from a case."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from petitions.actions import supervision
from petitions.admin.doing import Doing
from petitions.forms import closing as forms
from petitions.models import Case, SupervisionGround
from petitions.words import done
from petitions.workflow import Action
from reception.models import County, User


def _begin(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    supervision.begin(
        case=case,
        department=said["department"],
        ground=SupervisionGround(said["ground"]),
        text=said["text"],
        due_on=said["due_on"],
        is_listed=said["is_listed"],
        county=county,
        by=by,
        at=at,
    )


def _feed_back(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    supervision.feed_back(supervision=said["supervision"], text=said["text"], county=county, by=by, at=at)


def _end(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    supervision.end(supervision=said["supervision"], county=county, by=by, at=at)


def _unanswered(case: Case, user: User, on: date) -> bool:
    return any(row.ended_on is None and not row.feedback for row in case.supervisions.all())


def _answered(case: Case, user: User, on: date) -> bool:
    return any(row.ended_on is None and row.feedback for row in case.supervisions.all())


DOINGS = (
    Doing(
        verb="supervise",
        words=lambda: done(Action.SUPERVISE),
        form=forms.SuperviseForm,
        run=_begin,
        permission="case.supervise",
        action=Action.SUPERVISE,
        lead=lambda: _("有推诿、敷衍、拖延、弄虚作假或者不执行处理意见等情形的，发督办函，限期反馈。"),
    ),
    Doing(
        verb="supervision-feedback",
        words=lambda: _("反馈督办整改情况"),
        form=forms.FeedbackForm,
        run=_feed_back,
        permission="case.handle",
        fits=_unanswered,
    ),
    Doing(
        verb="supervision-end",
        words=lambda: _("督办销号"),
        form=forms.EndForm,
        run=_end,
        permission="case.supervise",
        fits=_answered,
        lead=lambda: _("核对单位的反馈后销号；整改不到位的，销号后可以再次督办。"),
    ),
)
