"""Absences, answers, attending departments and notes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reception.forms.base import DayInput, LastDayField
from reception.models import AbsenceKind, Department


class KindOfReasonForm(forms.Form):
    """The kind of reason, which becomes public."""

    reason = forms.ChoiceField(
        label=_("事由"),
        choices=[("", _("请选择")), *AbsenceKind.choices],
        error_messages={"required": _("请选择事由。")},
        help_text=_("会作为调整的原因公开。"),
    )


class AbsenceForm(forms.Form):
    """From when to when a leader is away, and why."""

    starts_on = forms.DateField(label=_("自"), widget=DayInput)
    ends_on = LastDayField(label=_("至（含）"), widget=DayInput, help_text=_("最后一天。"))
    kind = forms.ChoiceField(
        label=_("事由"),
        choices=[("", _("请选择")), *AbsenceKind.choices],
        error_messages={"required": _("请选择事由。")},
        help_text=_("如需他人替代接访，事由会公开。"),
    )
    note = forms.CharField(label=_("内部备注"), max_length=300, required=False, help_text=_("可不填；不会公开。"))

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        starts, ends = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if starts and ends and ends <= starts:
            self.add_error("ends_on", _("最后一天不能早于第一天。"))
        return cleaned


class DepartmentsForm(forms.Form):
    """Which departments attend a sitting."""

    departments: forms.ModelMultipleChoiceField = forms.ModelMultipleChoiceField(
        label=_("陪同部门"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["departments"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = Department.objects.all()


class DayNoteForm(forms.Form):
    """A note on a day that is over."""

    text = forms.CharField(
        label=_("备注"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("保存后不能修改或删除，不公开。")
    )
