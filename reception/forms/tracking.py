"""Number and code as people copy them from a slip, and what they decide about their booking."""

import unicodedata
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reception import codes
from reception.models import CallOutcome

NUMBER_GROUPS, CODE_GROUPS = (2, 4, 4, 1), (4, 4, 4, 4, 1)


class NumberAndCode(forms.Form):
    """Both as typed, with whatever spaces and full-width digits. A slip of the pen is told here, before it counts as a guess."""

    number = forms.CharField(
        label=gettext_lazy("编号"),
        max_length=200,
        help_text=gettext_lazy("受理单或登记单上的 11 位数字，例如 26-4831-7702-5。"),
        error_messages={"required": gettext_lazy("请填写编号。"), "max_length": gettext_lazy("编号是 11 位数字。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}),
    )
    code = forms.CharField(
        label=gettext_lazy("查询码"),
        max_length=200,
        help_text=gettext_lazy("受理单或登记单上的 17 位数字，四位一组，最后单独一位。有没有空格都可以。"),
        error_messages={"required": gettext_lazy("请填写查询码。"), "max_length": gettext_lazy("查询码是 17 位数字。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.errors if self.is_bound else ():
            self.fields[name].widget.attrs["aria-invalid"] = "true"

    def clean_number(self) -> str:
        return _read(self.cleaned_data["number"], codes.read_number, NUMBER_GROUPS)

    def clean_code(self) -> str:
        return _read(self.cleaned_data["code"], codes.read_code, CODE_GROUPS)


def _read(typed: str, read: Any, groups: tuple[int, ...]) -> str:
    try:
        return str(read(typed))
    except codes.Mistyped as mistyped:
        raise forms.ValidationError(_slip(typed, groups)) from mistyped


def _slip(typed: str, groups: tuple[int, ...]) -> str:
    """Where the slip of the pen may be, as exactly as it can be said."""
    parts = unicodedata.normalize("NFKC", typed).replace("-", " ").split()
    for place, part in enumerate(parts, start=1):
        if not (part.isascii() and part.isdecimal()):
            return _("第 %(place)d 组可能有误：只能是数字。请对照受理单再看一遍。") % {"place": place}
    digits = "".join(parts)
    grouped = 1 < len(parts) <= len(groups) and all(len(part) <= max(groups) for part in parts)
    if grouped and len(digits) != sum(groups):
        for place, (part, length) in enumerate(zip(parts, groups, strict=False), start=1):
            if len(part) != length:
                return _("第 %(place)d 组可能有误：应是 %(length)d 位，您填了 %(have)d 位。请对照受理单再看一遍。") % {
                    "place": place,
                    "length": length,
                    "have": len(part),
                }
    if len(digits) != sum(groups):
        return _("应是 %(length)d 位数字，您填了 %(have)d 位。请对照受理单再看一遍。") % {
            "length": sum(groups),
            "have": len(digits),
        }
    return _("有一位数字可能有误，请逐组对照受理单：%(groups)s。") % {"groups": " ".join(_grouped(digits, groups))}


def _grouped(digits: str, groups: tuple[int, ...]) -> list[str]:
    found, start = [], 0
    for length in groups:
        found.append(digits[start : start + length])
        start += length
    return found


class MoveForm(forms.Form):
    """Which sitting to move to. The key is the form's own: sent twice, it moves once."""

    sitting = forms.UUIDField(
        label=gettext_lazy("改到哪一场"),
        error_messages={"required": gettext_lazy("请选择一场。"), "invalid": gettext_lazy("请从列出的场次中选择。")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class CallForm(forms.Form):
    """What came of telling someone, and when to try again."""

    outcome = forms.ChoiceField(label=gettext_lazy("结果"), error_messages={"required": gettext_lazy("请选择结果。")})
    again_at = forms.DateTimeField(
        label=gettext_lazy("再次联系"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["outcome"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = CallOutcome.choices
