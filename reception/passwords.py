"""Django's checks of a new password, with our words in both languages."""

import re
import secrets
from typing import Any

from django.contrib.auth import password_validation as django
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Sixteen signs that are not taken for one another when they are read out or copied by hand (92 bits), in fours.
SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"
FOURS = 4


def drawn() -> str:
    """A password by chance, as ``kT7m-Rw3x-9hQa-Yd4e``: of every kind that any profile asks for."""
    while True:
        password = "-".join("".join(secrets.choice(SIGNS) for _sign in range(4)) for _four in range(FOURS))
        if all(any(of_kind(sign) for sign in password) for of_kind in OF_KINDS):
            return password


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


# What anybody would try at this door: see docs/security.md, "Passwords". The county's own names are added to them.
PLACE = (
    "reception",
    "receptionday",
    "xinfang",
    "jiefang",
    "petition",
    "portal",
    "password",
    "admin",
    "信访",
    "接访",
    "领导",
    "密码",
)
# So much must be left of a password when these words, digits and signs are taken out.
LEFT = 6


class NotOfThePlace:
    """A password must be more than words of the portal and the county with a year behind them."""

    def validate(self, password: str, user: Any = None) -> None:
        county = getattr(user, "county", None)
        own = (county.slug, county.name, county.name_en, county.bureau) if county else ()
        left = password.casefold()
        for word in sorted({word.casefold() for word in (*PLACE, *own) if word}, key=len, reverse=True):
            left = left.replace(word, " ")
        if len(left) < len(password) and len(re.sub(r"[\W\d_]", "", left)) < LEFT:
            raise ValidationError(_("密码主要由本站或本县的名称组成，容易被猜到。请加入别的词语。"), code="password_of_the_place")

    def get_help_text(self) -> str:
        return _("不要只用本站、本县的名称加数字。")


class NotTheSame:
    """Whoever changes a password changes it."""

    def validate(self, password: str, user: Any = None) -> None:
        if user is not None and user.pk and user.has_usable_password() and check_password(password, user.password):
            raise ValidationError(_("新密码与现在的密码相同，请换一个。"), code="password_the_same")

    def get_help_text(self) -> str:
        return _("不能与现在的密码相同。")


# How many of the four kinds must be there, and the kinds.
KINDS = 3
OF_KINDS = (str.isupper, str.islower, str.isdigit, lambda sign: not sign.isalnum())


class OfManyKinds:
    """Three of four kinds: capitals, small letters, digits, signs. Letters without a case, as Chinese, are of no kind."""

    def validate(self, password: str, user: Any = None) -> None:
        if sum(any(of_kind(sign) for sign in password) for of_kind in OF_KINDS) < KINDS:
            raise ValidationError(_("密码应包含大写字母、小写字母、数字、符号中的至少三种。"), code="password_of_few_kinds")

    def get_help_text(self) -> str:
        return _("包含大写字母、小写字母、数字、符号中的至少三种。")
