"""Closing, reopening, reviews, withdrawal, supervision and corrections of a case, as they are typed."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from petitions.actions import closing, reviews, supervision
from petitions.actions.closing import ReopenGround
from petitions.actions.reviews import Hearing
from petitions.forms.cases import CaseForm
from petitions.forms.opinions import words
from petitions.models import Ruling, Supervision, SupervisionGround
from petitions.words import done
from reception.forms.base import DayInput
from reception.models import Department

GROUNDS = [
    (ReopenGround.NOT_CARRIED_OUT.value, _("处理意见没有兑现")),
    (ReopenGround.DISSATISFIED.value, _("评价为“不满意”，经核实属实")),
]
USUAL = timedelta(days=15)


class CloseForm(CaseForm):
    """Nothing is typed: the guard says what is missing."""

    @property
    def missing(self) -> list[str]:
        return closing.missing(closing.standing(self.case))


class ReportForm(CaseForm):
    result = words(label=_("落实情况"), rows=5, max_length=4000, help_text=_("已经办成什么，还有什么、何时办成。"))


class ReopenForm(CaseForm):
    ground = forms.ChoiceField(label=_("事由"), choices=GROUNDS, widget=forms.RadioSelect)
    reason = words(label=_("查实的情况"), rows=3, max_length=500)
    due_on = forms.DateField(label=_("重新办理的时限"), widget=DayInput)


class RequestForm(CaseForm):
    """A written request for review or re-review. `last_day` is the last day in time, `body` who decides."""

    requested_on = forms.DateField(label=_("收到申请的日期"), widget=DayInput)
    text = words(label=_("申请的理由"), rows=6, max_length=reviews.MOST, help_text=_("不服的是哪一项，以及为什么。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"requested_on": kwargs["on"], **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.last_day = reviews.last_day(self.case)
        self.body = reviews.body_of(self.case, self.county)


class DecideForm(CaseForm):
    """A review's opinion. Where it sets aside, nobody is asked next: the units handle the case again."""

    ruling = forms.ChoiceField(label=_("决定"), choices=Ruling.choices, widget=forms.RadioSelect)
    text = words(label=_("查明的情况和理由"), rows=8, max_length=6000, help_text=_("决定变更的，写明应当怎样处理。"))
    remedy_body = words(
        label=_("复核机关"), max_length=120, required=False, help_text=_("不服复查意见时向哪个机关申请复核，写全称；撤销的留空。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        row = kwargs["case"].reviews.filter(ruling="").first()
        body = reviews.next_body(row.body, kwargs["county"]) if row else ""
        super().__init__(*args, **{**kwargs, "initial": {"remedy_body": body, **(kwargs.get("initial") or {})}})
        self.review = row


class ConcludeForm(CaseForm):
    """A re-review's opinion: it upholds or changes; the days of a hearing are not counted."""

    ruling = forms.ChoiceField(
        label=_("决定"), choices=[one for one in Ruling.choices if one[0] != Ruling.SET_ASIDE], widget=forms.RadioSelect
    )
    text = words(label=_("查明的情况和理由"), rows=8, max_length=6000, help_text=_("决定变更的，写明应当怎样处理。"))
    hearing_first = forms.DateField(label=_("听证自"), widget=DayInput, required=False, help_text=_("没有听证的，两个日期都不填。"))
    hearing_last = forms.DateField(label=_("听证至（含）"), widget=DayInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.review = self.case.reviews.filter(ruling="").first()

    def clean(self) -> dict[str, Any] | None:
        cleaned, given = super().clean(), self.cleaned_data
        if bool(given.get("hearing_first")) != bool(given.get("hearing_last")) and not {"hearing_first", "hearing_last"} & set(
            self.errors
        ):
            self.add_error("hearing_last", _("听证的起止日期请都填写，或者都不填。"))
        return cleaned


class WithdrawForm(CaseForm):
    signed_on = forms.DateField(label=_("签名日期"), widget=DayInput)
    own_hand = forms.BooleanField(label=_("书面申请由信访人本人签名，出于自愿"))


class SuperviseForm(CaseForm):
    """The letter to a unit. `is_listed` for the joint meeting's list."""

    department: forms.ModelChoiceField = forms.ModelChoiceField(label=_("被督办单位"), queryset=None)
    ground = forms.ChoiceField(label=_("督办事由"), choices=SupervisionGround.choices, widget=forms.RadioSelect)
    text = words(label=_("督办要求"), rows=4, max_length=2000)
    due_on = forms.DateField(label=_("反馈期限"), widget=DayInput)
    is_listed = forms.BooleanField(label=_("挂牌督办"), required=False, help_text=_("由信访局局长或联席会议办公室决定。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        on: date = kwargs["on"]
        units = supervision.units_of(kwargs["case"])
        initial = {"due_on": on + USUAL, "department": units[0].pk if units else None, **(kwargs.get("initial") or {})}
        super().__init__(*args, **{**kwargs, "initial": initial})
        field = self.fields["department"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Department.objects.filter(pk__in=[unit.pk for unit in units])


class OfSupervisionForm(CaseForm):
    """One of the case's supervisions that are still open."""

    supervision: forms.ModelChoiceField = forms.ModelChoiceField(label=_("督办"), queryset=None)
    answered = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Supervision.objects.filter(case=self.case, ended_on__isnull=True).select_related("case", "department")
        field = self.fields["supervision"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows.exclude(feedback="") if self.answered else rows.filter(feedback="")
        field.initial = field.queryset.first()


class FeedbackForm(OfSupervisionForm):
    text = words(label=_("办理和整改情况"), rows=5, max_length=4000)


class EndForm(OfSupervisionForm):
    answered = True


class CorrectForm(CaseForm):
    """Which step, and what is right instead."""

    step: forms.ModelChoiceField = forms.ModelChoiceField(label=_("要更正的步骤"), queryset=None)
    right = words(label=_("哪里有误，正确的是什么"), rows=3, max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["step"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = self.case.steps.filter(corrections__isnull=True).order_by("n")
        field.label_from_instance = _step_words  # type: ignore[method-assign,assignment]


def hearing(given: dict[str, Any]) -> Hearing | None:
    """The days of a hearing as they were typed; None where there was none."""
    return Hearing(given["hearing_first"], given["hearing_last"]) if given["hearing_first"] and given["hearing_last"] else None


def _step_words(step: Any) -> str:
    return f"{step.n}. {step.at:%Y-%m-%d} {done(step.action)}"
