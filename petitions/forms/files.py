"""Some files at once, drawn anew while the form is looked at: nothing is locked then, and whatever can't be taken is said on the form."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reception.errors import Refused
from reception.materials import MOST_BYTES_TOGETHER, remade


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Photos and PDFs; its value is a list of names, each with the file as it was drawn anew."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", ManyFiles(attrs={"accept": "image/jpeg,image/png,application/pdf"}))
        kwargs.setdefault("help_text", gettext_lazy("每个不超过 10 MB，合起来不超过 40 MB。照片里的拍摄地点等信息会自动去掉。"))
        kwargs.setdefault("error_messages", {"required": gettext_lazy("请选择文件。")})
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = [one for one in (data or []) if one]
        if self.required and not files:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if sum(file.size or 0 for file in files) > MOST_BYTES_TOGETHER:
            raise forms.ValidationError(gettext_lazy("所有文件合起来最大 40 MB。请分几次上传。"))
        made, wrong = [], []
        for file in files:
            try:
                file.seek(0)
                made.append((file.name or "", remade(file.read())))
            except Refused as refusal:
                wrong.append((file.name or "")[:60] + _("：") + refusal.sentence)
        if wrong:
            raise forms.ValidationError(wrong)
        return made
