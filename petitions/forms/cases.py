"""What the forms of a case share: which step was the last when the form was opened, so that two tabs are told apart."""

from datetime import date
from typing import Any

from django import forms

from petitions.models import Case
from reception.models import County, User


class CaseForm(forms.Form):
    """A form for one case. `last` is the number of the case's last step now; `seen` the one when the form was opened."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, case: Case, county: County, user: User, on: date, **kwargs: Any) -> None:
        self.case, self.county, self.user, self.on = case, county, user, on
        self.last = case.steps.count()
        super().__init__(*args, **{**kwargs, "initial": {"seen": self.last, **(kwargs.get("initial") or {})}})
        self.use_required_attribute = False
