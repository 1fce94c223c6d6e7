"""Forms of the staff's site. They turn what was typed into clean values and never save."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from reception import scope
from reception.models import AbsenceKind, Department, Tenure, User

ONE_DAY = timedelta(days=1)


class LastDayField(forms.DateField):
    """A person names the last day, included; the tables hold the day after it."""

    def clean(self, value: Any) -> date | None:
        found = super().clean(value)
        return found + ONE_DAY if found else None

    def prepare_value(self, value: Any) -> Any:
        return value - ONE_DAY if isinstance(value, date) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class PortalForm(forms.ModelForm):
    """A form whose constraints are checked with the county, and that can carry the refusal of an action back to the person."""

    refusal = ""

    def _get_validation_exclusions(self) -> set[str]:
        # The county is not on the form, but most constraints are by county; without it they would be skipped here and break later.
        return super()._get_validation_exclusions() - {"county"}  # type: ignore[misc]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        starts, ends = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if starts and ends and ends <= starts:
            # Here, before the database is asked: it can't even compare a period that runs backwards.
            self.add_error("ends_on", _("最后一天不能早于第一天。"))
        if self.refusal:
            raise ValidationError(self.refusal)
        return cleaned


class UserForm(PortalForm):
    """An account. The password is typed once, shown to nobody, and left alone when the field is empty."""

    new_password = forms.CharField(
        label=_("新密码"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("至少 12 位；留空则不改。"),
    )

    class Meta:
        model = User
        fields = ("username", "name", "email", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            # Before the constraints are checked: only the system's own account has no county.
            self.instance.county_id = scope.current()

    def clean_new_password(self) -> str:
        password = str(self.cleaned_data["new_password"])
        if password:
            validate_password(password, self.instance)
        return password


class ProposalForm(forms.Form):
    """Who shall receive instead, out of those who can, and who coordinates."""

    tenure: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("替代者"), queryset=None, widget=forms.RadioSelect, empty_label=None
    )
    coordinators = forms.CharField(label=_("协调人员"), max_length=200, help_text=_("公开，写单位和职务，用顿号分隔。"))

    def __init__(self, choices: list[Tenure], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["tenure"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Tenure.objects.filter(pk__in=[tenure.pk for tenure in choices]).select_related("post", "leader")


class DecisionForm(forms.Form):
    """Cancel a day or move it, and why, in words that are published."""

    to = forms.DateField(label=_("改到"), required=False, help_text=_("取消则留空。"))
    reason = forms.CharField(label=_("原因（公开）"), max_length=120)
    reason_en = forms.CharField(label=_("原因（公开，英文）"), max_length=240, required=False)


class NoteForm(forms.Form):
    """What a release changes, in the publisher's words, both languages."""

    note = forms.CharField(label=_("说明（公开）"), max_length=300, required=False)
    note_en = forms.CharField(label=_("说明（公开，英文）"), max_length=600, required=False)


class DayInput(forms.DateInput):
    """A date chosen or typed; browsers want and give 2026-02-24 whatever the page's language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ReasonForm(forms.Form):
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
