"""Asking that a case be opened for someone behind the wall of accusations; another person agrees on the page of openings."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from petitions.actions import disclosures
from petitions.admin.doing import Doing
from petitions.forms.cases import CaseForm
from petitions.models import Case
from reception.models import County, User


class DisclosureForm(CaseForm):
    to: forms.ModelChoiceField = forms.ModelChoiceField(label=gettext_lazy("对谁开放"), queryset=None)
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("会记入日志，信访人可以看到。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = User.objects.filter(county=self.county, is_active=True).exclude(pk=self.user.pk).order_by("name")


def _ask(case: Case, said: dict[str, Any], county: County, by: User, at: datetime) -> None:
    disclosures.ask(case=case, to=said["to"], reason=said["reason"], county=county, by=by, at=at)


def _complains(case: Case, user: User, on: date) -> bool:
    return bool(case.accused_leader_id or case.accused_department_id or case.accused_user_id or case.recusals.exists())


DOINGS = (
    Doing(
        verb="disclose",
        words=lambda: _("申请破窗查阅"),
        form=DisclosureForm,
        run=_ask,
        permission="case.disclose",
        fits=_complains,
        lead=lambda: _("这一事项对被反映的人、其秘书和该单位不可见。确需对其中一人开放的，由一人申请、另一人同意，最长三日。"),
        done=lambda: _("已提出，请另一人在“破窗查阅”页面办理。"),
    ),
)
