"""A leader who can't come, and who receives instead."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reception.actions.substitution_steps import COORDINATORS
from reception.models import AbsenceKind, RoleGrant, Sitting, Tenure, User


class ProposalForm(forms.Form):
    """Who shall receive instead, out of those who can, or whose day is taken in a swap; and who coordinates."""

    tenure: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("替代者"), queryset=None, widget=forms.RadioSelect, empty_label=None, required=False
    )
    other: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("对调的日期"), queryset=None, widget=forms.RadioSelect, empty_label=None, required=False
    )
    coordinators = forms.CharField(label=_("协调人员"), max_length=200, help_text=_("公开，写单位和职务，用顿号分隔。"))
    coordinating: forms.ModelMultipleChoiceField = forms.ModelMultipleChoiceField(
        label=_("协调人员账号"),
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("不公开；勾选的人员会收到通知。"),
    )

    def __init__(self, choices: list[Tenure], swaps: list[Sitting], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("tenure", Tenure.objects.filter(pk__in=[tenure.pk for tenure in choices]).select_related("post", "leader"))
        self._offer("other", Sitting.objects.filter(pk__in=[sitting.pk for sitting in swaps]).select_related("day", "leader"))
        staff = RoleGrant.objects.filter(role__in=[role.value for role in COORDINATORS]).values("user")
        self._offer("coordinating", User.objects.filter(pk__in=staff, is_active=True).order_by("name"))

    def _offer(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows

    def is_complete(self, action: str) -> bool:
        """Whether all is there that the action needs: someone to propose, or a day to swap with."""
        name = "other" if action == "propose_swap" else "tenure"
        if self.is_valid() and not self.cleaned_data[name]:
            self.add_error(name, _("请选择一项。"))
        return self.is_valid()


class EmergencyForm(ProposalForm):
    """Who receives at once on the day itself, and the public kind of reason."""

    reason = forms.ChoiceField(label=_("原因"), choices=AbsenceKind.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tenure"].required = True


class ReasonForm(forms.Form):
    """Why a step is taken back or not agreed to, for the record."""

    reason = forms.CharField(label=_("原因"), max_length=200, help_text=_("不公开，记入日志。"))
