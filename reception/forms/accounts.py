"""Accounts."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from reception import scope
from reception.forms.base import PortalForm
from reception.models import User


class UserForm(PortalForm):
    """An account. The password is typed once, shown to nobody, and left alone when the field is empty."""

    new_password = forms.CharField(
        label=_("新密码"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("至少 12 位；留空则不改。"),
    )

    class Meta:
        model = User
        fields = ("username", "name", "email", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            # Before the constraints are checked: only the system's own account has no county.
            self.instance.county_id = scope.current()

    def clean_new_password(self) -> str:
        password = str(self.cleaned_data["new_password"])
        if password:
            validate_password(password, self.instance)
        return password
