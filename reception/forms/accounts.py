"""Accounts."""

from typing import Any

from reception import scope
from reception.forms.base import PortalForm
from reception.models import User


class UserForm(PortalForm):
    """An account, without its password, which nobody types for another."""

    class Meta:
        model = User
        fields = ("username", "name", "email", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            # Before the constraints are checked: only the system's own account has no county.
            self.instance.county_id = scope.current()
