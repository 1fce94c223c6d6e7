"""What the bureau says when it screens a case: what it is, whose matter it repeats, where it does not go on."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from petitions.actions import repeats
from petitions.actions.repeats import Earlier
from petitions.forms.cases import CaseForm
from petitions.models import Case, Ground, Kind
from reception import codes
from reception.forms.base import PlainField

LINES = {"rows": 3}


class ScreenForm(CaseForm):
    kind = forms.ChoiceField(label=gettext_lazy("性质"), choices=Kind.choices, widget=forms.RadioSelect)
    urgent = forms.BooleanField(
        label=gettext_lazy("紧急"), required=False, help_text=gettext_lazy("危及人身安全、可能造成重大影响的，请勾选并立即报告。")
    )
    simple = forms.BooleanField(
        label=gettext_lazy("简易办理"),
        required=False,
        help_text=gettext_lazy("初次提出、事实清楚、责任明确的建议和求决；受理后十个工作日内答复。"),
    )


class GuideForm(CaseForm):
    path = PlainField(
        label=gettext_lazy("法定途径"), max_length=200, help_text=gettext_lazy("例如：劳动争议仲裁、行政复议、民事诉讼。")
    )
    body = PlainField(label=gettext_lazy("受理机关"), max_length=200, help_text=gettext_lazy("写全称，最好写上地址、电话。"))
    by_when = PlainField(
        label=gettext_lazy("提出的期限"), max_length=200, help_text=gettext_lazy("写明从什么时候起多长时间内；过期会怎样。")
    )


class ReasonForm(CaseForm):
    reason = PlainField(
        label=gettext_lazy("理由"),
        max_length=500,
        widget=forms.Textarea(attrs=LINES),
        help_text=gettext_lazy("信访人会看到；不要写个人信息。"),
    )


class NotAcceptForm(ReasonForm):
    ground = forms.ChoiceField(label=gettext_lazy("不予受理的理由"), choices=Ground.choices, widget=forms.RadioSelect)
    field_order = ("ground", "reason")


class ResolveForm(CaseForm):
    result = PlainField(label=gettext_lazy("怎样解决的"), max_length=500, widget=forms.Textarea(attrs=LINES))
    is_signed = forms.BooleanField(label=gettext_lazy("信访人已签字确认"), required=False)


class EarlierForm(CaseForm):
    """One of the earlier cases of the same people, as the machine proposes them; the person chooses."""

    of = forms.ChoiceField(label=gettext_lazy("以前的信访事项"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.earlier = [one for one in repeats.proposed(case=self.case, user=self.user, on=self.on) if self.fits(one)]
        field = self.fields["of"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(one.case.pk), self.words(one)) for one in self.earlier]

    def fits(self, one: Earlier) -> bool:
        return True

    def words(self, one: Earlier) -> str:
        return _("%(number)s %(day)s收到 %(topic)s %(state)s，内容相似 %(percent)d%%") % {
            "number": codes.show_number(one.case.number),
            "day": one.case.received_on,
            "topic": one.case.topic,
            "state": one.case.get_status_display(),
            "percent": one.percent,
        }

    def clean_of(self) -> Case | None:
        return next((one.case for one in self.earlier if str(one.case.pk) == self.cleaned_data["of"]), None)


class MergeForm(EarlierForm):
    def fits(self, one: Earlier) -> bool:
        return one.is_open


class NoLongerForm(EarlierForm, ReasonForm):
    field_order = ("of", "reason")


class RepeatForm(EarlierForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["of"]
        assert isinstance(field, forms.ChoiceField)
        field.required = False
        field.choices = [("", _("不是重复事项")), *field.choices]  # type: ignore[misc]
        self.initial.setdefault("of", str(self.case.repeats_id or ""))
