"""The joint meeting's agenda and what it decided; proposals for improvement and the report on them."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from petitions.actions import agendas
from petitions.actions.agendas import Hard
from petitions.forms.opinions import words
from petitions.models import Case
from reception.forms.base import DayInput
from reception.models import Department, Topic


class AgendaForm(forms.Form):
    """The day of the meeting, and which of the proposed cases it deals with, in the order of the list; each with why."""

    meets_on = forms.DateField(label=_("会议日期"), widget=DayInput)

    def __init__(self, *args: Any, proposed: Sequence[Hard], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.proposed = proposed
        for one in proposed:
            self.fields[f"take{one.case.pk}"] = forms.BooleanField(label=_("列入"), required=False)
            self.fields[f"why{one.case.pk}"] = words(
                label=_("列入理由"), max_length=agendas.MOST_WHY, required=False, initial=agendas.reasons(one)
            )

    @property
    def rows(self) -> list[tuple[Hard, Any, Any]]:
        """Each proposed case with its two fields."""
        return [(one, self[f"take{one.case.pk}"], self[f"why{one.case.pk}"]) for one in self.proposed]

    def chosen(self) -> list[tuple[Case, str]]:
        """The cases that were chosen, each with why."""
        given = self.cleaned_data
        return [(one.case, given[f"why{one.case.pk}"]) for one in self.proposed if given[f"take{one.case.pk}"]]


class OutcomeForm(forms.Form):
    outcome = words(label=_("会议决定"), rows=3, max_length=2000)


class ImprovementForm(forms.Form):
    """To which unit, what to do better, and what it comes from: one case, or many of one kind."""

    department: forms.ModelChoiceField = forms.ModelChoiceField(label=_("单位"), queryset=None)
    topic: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("类别"),
        queryset=None,
        required=False,
        empty_label=_("（不按类别）"),
        help_text=_("从多件同类事项分析得出的，选类别。"),
    )
    number = words(label=_("信访事项编号"), max_length=20, required=False, help_text=_("从一件事项提出的，填写它的编号。"))
    text = words(label=_("改进建议"), rows=6, max_length=4000)

    def __init__(self, *args: Any, seen: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.seen = seen
        for name, rows in (("department", Department.objects.order_by("code")), ("topic", Topic.objects.order_by("code"))):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows

    def clean_number(self) -> Case | None:
        """The case of that number, of those the person may see."""
        digits = "".join(c for c in self.cleaned_data["number"] if c.isalnum())
        if not digits:
            return None
        found: Case | None = self.seen.filter(number=digits).select_related("topic").first()
        if found is None:
            raise forms.ValidationError(_("没有找到这个编号的事项。请核对编号，或留空。"))
        return found


class ReportForm(forms.Form):
    text = words(label=_("采纳和改进情况"), rows=4, max_length=4000)
