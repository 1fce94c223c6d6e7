"""Doings for what was asked for and waits for a second person: sign, don't agree, take back."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from petitions.actions import proposals
from petitions.admin.doing import Doing
from petitions.forms.cases import CaseForm
from petitions.forms.screening import LINES
from petitions.models import Case, Proposal, ProposalState
from petitions.words import done
from petitions.workflow import BY_ACTION, Action
from reception.errors import MovedOn
from reception.forms.base import PlainField
from reception.models import County, User


class SignForm(CaseForm):
    decision = PlainField(
        label=gettext_lazy("签批意见"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs=LINES),
        help_text=gettext_lazy("可不填。"),
    )


class DeclineForm(CaseForm):
    decision = PlainField(label=gettext_lazy("不同意的理由"), max_length=500, widget=forms.Textarea(attrs=LINES))


def doings(action: Action) -> tuple[Doing, Doing, Doing]:
    """The three for one action, whose module has registered what carries it out."""
    signer, asker = proposals.permission_to_sign(action), BY_ACTION[action].permission
    name = action.value.replace("_", "-")

    def words(verb: Callable[[str], str]) -> Callable[[], str]:
        return lambda: verb(done(action))

    def waiting(case: Case, user: User, on: date) -> bool:
        return undecided(case, action) is not None

    def own(case: Case, user: User, on: date) -> bool:
        row = undecided(case, action)
        return row is not None and row.asked_by_id == user.pk

    def run(deed: Callable[..., Any], *fields: str) -> Callable[..., Any]:
        def carried(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
            row = undecided(case, action)
            if row is None:
                raise MovedOn(_("这一事项刚刚已有签批结果。请刷新页面查看。"))
            deed(proposal=row, county=county, by=by, at=at, **{field: said[field] for field in fields})

        return carried

    return (
        Doing(
            verb=f"sign-{name}",
            words=words(lambda what: _("签批：%(what)s") % {"what": what}),
            form=SignForm,
            run=run(proposals.sign, "decision"),
            permission=signer,
            fits=waiting,
        ),
        Doing(
            verb=f"decline-{name}",
            words=words(lambda what: _("不同意：%(what)s") % {"what": what}),
            form=DeclineForm,
            run=run(proposals.refuse, "decision"),
            permission=signer,
            fits=waiting,
        ),
        Doing(
            verb=f"take-back-{name}",
            words=words(lambda what: _("撤回申请：%(what)s") % {"what": what}),
            form=CaseForm,
            run=run(proposals.take_back),
            permission=asker,
            fits=own,
        ),
    )


def undecided(case: Case, action: Action) -> Proposal | None:
    """What was asked for of this kind and not decided yet, if anything."""
    # All of the case's, so that a page which has fetched them once asks no more.
    rows = (row for row in case.proposals.all() if row.action == action.value and row.state == ProposalState.WAITING)
    return next(rows, None)
