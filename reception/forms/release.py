"""Decisions on a day, and the steps of a release."""

from django import forms
from django.utils.translation import gettext_lazy as _


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
