"""The outbox's form: how somebody was told by another way."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SettleForm(forms.Form):
    how = forms.CharField(
        label=_("怎样告知的"), max_length=200, help_text=_("例如：3 月 5 日上午打电话告知本人。不要写来访人的姓名和反映的问题。")
    )
