"""What the forms share: last days that are included, days that are chosen, constraints that are checked with the county."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from reception import codes, texts

ONE_DAY = timedelta(days=1)


class PlainField(forms.CharField):
    """What the staff type, as `texts.clean` keeps it. A NUL, which no database keeps, is refused by Django's validator."""

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value) or ""
        return typed if "\0" in typed else texts.clean(typed, lines=isinstance(self.widget, forms.Textarea))


# What is wrong with an identity number, where more than "look again" can be said.
PAPERS = {
    "old": _("15 位的身份证号已经停用，请填写现在证件上的 18 位号码。"),
    "other": _("这不是 18 位的身份证号。护照、通行证等证件请填在“其他证件”里。"),
}


def id_number(typed: str, *, wrong: str) -> str:
    """The identity number as it is kept, or nothing. Raises `ValidationError`, with `wrong` where no better sentence is known."""
    try:
        return codes.read_identity_number(typed) if typed else ""
    except codes.Mistyped as error:
        raise ValidationError(PAPERS.get(str(error), wrong)) from error


class LastDayField(forms.DateField):
    """A person names the last day, included; the tables hold the day after it."""

    def clean(self, value: Any) -> date | None:
        found = super().clean(value)
        return found + ONE_DAY if found else None

    def prepare_value(self, value: Any) -> Any:
        return value - ONE_DAY if isinstance(value, date) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class DayInput(forms.DateInput):
    """A date chosen or typed; browsers want and give 2026-02-24 whatever the page's language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class HourInput(forms.TimeInput):
    """A time of day chosen or typed; browsers want and give 09:00 whatever the page's language."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class PortalForm(forms.ModelForm):
    """A form whose constraints are checked with the county, and that can carry the refusal of an action back to the person."""

    refusal = ""

    def _get_validation_exclusions(self) -> set[str]:
        # The county is not on the form, but most constraints are by county; without it they would be skipped here and break later.
        return super()._get_validation_exclusions() - {"county"}  # type: ignore[misc]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        for name, value in list(self.cleaned_data.items()):
            field = self.fields.get(name)
            if isinstance(field, forms.CharField) and isinstance(value, str) and not isinstance(field.widget, forms.PasswordInput):
                # Browsers end the lines of a text in another way than it is stored: nothing changes by being looked at.
                self.cleaned_data[name] = texts.clean(value, lines=isinstance(field.widget, forms.Textarea))
                if field.required and not self.cleaned_data[name]:
                    self.add_error(name, field.error_messages["required"])
        starts, ends = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if starts and ends and ends <= starts:
            # Here, before the database is asked: it can't even compare a period that runs backwards.
            self.add_error("ends_on", _("最后一天不能早于第一天。"))
        if self.refusal:
            raise ValidationError(self.refusal)
        return cleaned
