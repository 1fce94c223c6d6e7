"""Proposals to change the calendar."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reception.actions.proposals import Line
from reception.forms.base import ONE_DAY
from reception.models import Level


class ChangeForm(forms.Form):
    """A proposal to change the calendar: the document it rests on, and what it adds, withdraws and confirms."""

    document = forms.CharField(label=_("文件名称"), max_length=200)
    document_number = forms.CharField(label=_("文号"), max_length=60, required=False, help_text=_("例如：国办发明电〔2025〕7号"))
    source = forms.CharField(label=_("来源"), max_length=300, required=False, help_text=_("在哪里看到的：网址、报纸、收文编号。"))
    level = forms.TypedChoiceField(label=_("层级"), choices=Level.choices, coerce=int, initial=Level.NATIONAL)
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
