"""T2 to T7: what a matter is, whose it repeats, and where it does not go on."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from petitions.actions import cases, repeats, screening
from petitions.admin import signing
from petitions.admin.doing import Doing
from petitions.forms.screening import GuideForm, MergeForm, NoLongerForm, NotAcceptForm, RepeatForm, ResolveForm, ScreenForm
from petitions.models import Case, Ground, Kind
from petitions.words import done
from petitions.workflow import RUNNING, Action
from reception.models import County, User

EARLIER = "admin/case_earlier.html"


def _screen(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    kind = Kind(said["kind"])
    cases.screen(case=case, kind=kind, urgent=said["urgent"], simple=said["simple"], county=county, by=by, at=at)


def _guide(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    screening.guide(case=case, path=said["path"], body=said["body"], by_when=said["by_when"], county=county, by=by, at=at)


def _not_accept(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    ground = Ground(said["ground"])
    screening.ask_not_to_accept(case=case, ground=ground, reason=said["reason"], county=county, by=by, at=at)


def _no_longer(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    screening.ask_no_longer(case=case, earlier=said["of"], reason=said["reason"], county=county, by=by, at=at)


def _merge(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    repeats.merge(case=case, into=said["of"], county=county, by=by, at=at)


def _resolve(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    screening.resolve(case=case, result=said["result"], is_signed=said["is_signed"], county=county, by=by, at=at)


def _repeat(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    repeats.mark(case=case, of=said["of"], county=county, by=by, at=at)


def _unasked(action: Action) -> Any:
    """Where it was not asked for already."""

    def fits(case: Case, user: User, on: date) -> bool:
        return signing.undecided(case, action) is None

    return fits


def _runs(case: Case, user: User, on: date) -> bool:
    return case.status in RUNNING


DOINGS = (
    Doing(
        verb="screen",
        words=lambda: done(Action.SCREEN),
        form=ScreenForm,
        run=_screen,
        permission="case.screen",
        action=Action.SCREEN,
        lead=lambda: _("先分清是建议意见、检举控告还是申诉求决：三类的办法和期限不同。"),
    ),
    Doing(
        verb="repeat",
        words=lambda: _("标记重复"),
        form=RepeatForm,
        run=_repeat,
        permission="case.screen",
        fits=_runs,
        lead=lambda: _("同一人、基本同一件事才是重复。系统只提示，由您对照以前的答复判断；标记重复不影响信访人的权利。"),
        template=EARLIER,
    ),
    Doing(
        verb="guide",
        words=lambda: done(Action.GUIDE),
        form=GuideForm,
        run=_guide,
        permission="case.screen",
        action=Action.GUIDE,
        lead=lambda: _("告诉信访人去哪里、怎么办、什么时候前提出；将出具书面告知。"),
    ),
    Doing(
        verb="not-accept",
        words=lambda: _("提请不予受理"),
        form=NotAcceptForm,
        run=_not_accept,
        permission="case.screen",
        action=Action.NOT_ACCEPT,
        fits=_unasked(Action.NOT_ACCEPT),
        lead=lambda: _("由局长签批后才生效，并出具不予受理告知书。列表以外没有不予受理的理由。"),
        done=lambda: _("已提请不予受理，等待局长签批。"),
    ),
    Doing(
        verb="no-longer-accept",
        words=lambda: _("提请不再受理"),
        form=NoLongerForm,
        run=_no_longer,
        permission="case.screen",
        action=Action.NO_LONGER_ACCEPT,
        fits=_unasked(Action.NO_LONGER_ACCEPT),
        lead=lambda: _("只用于已经复核终结、以同一事实和理由再次提出的事项；由局长签批后才生效。"),
        done=lambda: _("已提请不再受理，等待局长签批。"),
        template=EARLIER,
    ),
    Doing(
        verb="merge",
        words=lambda: done(Action.MERGE),
        form=MergeForm,
        run=_merge,
        permission="case.screen",
        action=Action.MERGE,
        lead=lambda: _("并入同一人仍在办理的事项，主事项的期限照常计算。"),
        template=EARLIER,
    ),
    Doing(
        verb="resolve",
        words=lambda: done(Action.RESOLVE_ON_SPOT),
        form=ResolveForm,
        run=_resolve,
        permission="case.screen",
        action=Action.RESOLVE_ON_SPOT,
    ),
    *signing.doings(Action.NOT_ACCEPT),
    *signing.doings(Action.NO_LONGER_ACCEPT),
)
