"""What a petitioner types on the page of their case: a grade, a request for review, the code once more."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from petitions.models import Grade, RatedBody
from reception.forms.tracking import NumberAndCode


class RateForm(forms.Form):
    """One of three grades for one body; words are welcome and not asked for."""

    grade = forms.ChoiceField(
        label=_("评价"),
        choices=Grade.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择一项评价。"), "invalid_choice": _("请从列出的评价中选择。")},
    )
    comment = forms.CharField(
        label=_("想说的话（可以不填）"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _("请写在 500 字以内。")},
    )

    def __init__(self, *args: Any, body: RatedBody, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "prefix": body.value})
        self.body = body
        self.use_required_attribute = False


class ReviewForm(forms.Form):
    """Why the petitioner does not agree, in their own words."""

    text = forms.CharField(
        label=_("不服的是哪一项，为什么"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("用自己的话写就行。可以先打印申请书，手写后交到窗口，也可以在这里直接提交。"),
        error_messages={"required": _("请写明不服的是哪一项，以及理由。"), "max_length": _("请写在 4000 字以内。")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False


class CodeForm(NumberAndCode):
    """The code once more, for what should be done by the owner alone."""

    # Django's way of leaving out an inherited field.
    number = None  # type: ignore[assignment]
