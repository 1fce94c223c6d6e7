"""Forms of the staff's site. They turn what was typed into clean values and never save."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from reception import scope
from reception.actions.calendar import Line
from reception.actions.substitution_steps import COORDINATORS
from reception.models import AbsenceKind, Level, RoleGrant, Sitting, Tenure, User

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


class DecisionForm(forms.Form):
    """Cancel a day or move it, and why, in words that are published."""

    to = forms.DateField(label=_("改到"), required=False, help_text=_("取消则留空。"))
    reason = forms.CharField(label=_("原因（公开）"), max_length=120)
    reason_en = forms.CharField(label=_("原因（公开，英文）"), max_length=240, required=False)


class NoteForm(forms.Form):
    """What a release changes, in the publisher's words, both languages."""

    note = forms.CharField(label=_("说明（公开）"), max_length=300, required=False)
    note_en = forms.CharField(label=_("说明（公开，英文）"), max_length=600, required=False)


class SendBackForm(forms.Form):
    """Why a submitted release goes back to who drafted it."""

    reason = forms.CharField(label=_("退回原因"), max_length=300, required=False)


class LateForm(forms.Form):
    """Why a release comes out later than promised, in words that are published; asked for only when it does."""

    late_reason = forms.CharField(label=_("未能提前公布的原因（公开）"), max_length=200, required=False)
    late_reason_en = forms.CharField(label=_("未能提前公布的原因（公开，英文）"), max_length=400, required=False)


class ChangeForm(forms.Form):
    """A proposal to change the calendar: the document it rests on, and what it adds, withdraws and confirms."""

    document = forms.CharField(label=_("文件名称"), max_length=200)
    document_number = forms.CharField(label=_("文号"), max_length=60, required=False, help_text=_("例如：国办发明电〔2025〕7号"))
    source = forms.CharField(label=_("来源"), max_length=300, required=False, help_text=_("在哪里看到的：网址、报纸、收文编号。"))
    level = forms.TypedChoiceField(label=_("层级"), choices=Level.choices, coerce=int, initial=Level.COUNTY)
    note = forms.CharField(label=_("内部备注"), max_length=300, required=False)
    confirms = forms.BooleanField(label=_("确认这一年的安排已全部录入或无需录入"), required=False)
    withdraws: forms.ModelMultipleChoiceField = forms.ModelMultipleChoiceField(
        label=_("撤销生效中的行"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )
    text = forms.CharField(
        label=_("粘贴表格或日历文件的内容"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )
    file = forms.FileField(label=_("或选择文件（CSV、ICS）"), required=False)

    def __init__(self, rows: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["withdraws"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = rows


class SpanForm(forms.Form):
    """Days from the first to the last, both included, that are off or worked under one name."""

    first = forms.DateField(label=_("自"))
    last = forms.DateField(label=_("至（含）"), required=False)
    works = forms.TypedChoiceField(
        label=_("放假或上班"),
        choices=[("False", _("放假")), ("True", _("上班"))],
        coerce=lambda value: value == "True",
        initial="False",
    )
    name = forms.CharField(label=_("名称"), max_length=60)
    name_en = forms.CharField(label=_("英文名称"), max_length=120, required=False)

    MOST_DAYS = 62

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and not first <= last < first + self.MOST_DAYS * ONE_DAY:
            self.add_error("last", _("最后一天不能早于第一天，也不能相隔超过两个月。"))
        return cleaned

    def lines(self, level: int) -> list[Line]:
        """A line for each day of a valid span; none for a span left empty."""
        said = self.cleaned_data
        if not said.get("first"):
            return []
        count = ((said["last"] or said["first"]) - said["first"]).days + 1
        return [
            Line(said["first"] + offset * ONE_DAY, said["works"], said["name"], said["name_en"], level) for offset in range(count)
        ]


SpanFormSet = forms.formset_factory(SpanForm, extra=6, max_num=40)
