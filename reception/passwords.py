"""Django's checks of a new password, with our words in both languages."""

from typing import Any

from django.contrib.auth import password_validation as django
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class LongEnough(django.MinimumLengthValidator):
    def get_error_message(self) -> str:
        return _("密码太短：至少 %(count)d 位。") % {"count": self.min_length}

    def get_help_text(self) -> str:
        return _("至少 %(count)d 位。") % {"count": self.min_length}


class NotCommon(django.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return _("这个密码太常见，容易被猜到。")

    def get_help_text(self) -> str:
        return _("不要用常见的密码。")


class NotLikeTheName(django.UserAttributeSimilarityValidator):
    def validate(self, password: str, user: Any = None) -> None:
        try:
            super().validate(password, user)
        except ValidationError as error:
            raise ValidationError(_("密码与您的姓名、用户名或电子邮件太相近。"), code="password_too_similar") from error

    def get_help_text(self) -> str:
        return _("不要与姓名、用户名或电子邮件相近。")
