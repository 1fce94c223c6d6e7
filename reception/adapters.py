"""What the sign-in library (django-allauth) asks us: who may sign up, what mail says, how secrets are kept, what is written down."""

import time
from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reception import browsers, devices, scope, sealed
from reception.actions import accounts
from reception.models import User

log = structlog.get_logger(__name__)
# Whoever signed in or confirmed that it is them this many seconds ago is not asked again: the first second factor is set up at once
# upon signing in, and asking for the password again there would only teach to type it often.
JUST_SIGNED_IN = 10 * 60


class AccountAdapter(DefaultAccountAdapter):
    """Signing in by name and password; passwords; letters about them."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("用户名或密码不正确。"),
        "too_many_login_attempts": _("尝试次数过多，请过五分钟再试。"),
        "rate_limited": _("操作过于频繁，请稍后再试。"),
        "enter_current_password": _("当前密码不正确。"),
        "incorrect_password": _("密码不正确。"),
        "incorrect_code": _("验证码不正确。"),
        "invalid_password_reset": _("重置链接无效或已使用过，请重新申请。"),
        "account_inactive": _("此账号已停用。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            log.warning("sign-in refused: too many attempts")
            raise

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        person = super().authenticate(request, **credentials)
        now = timezone.now()
        if isinstance(person, User) and accounts.has_lapsed(person, at=now):
            assert person.county is not None
            accounts.sign_in_failed(person=person, step="lapsed", county=person.county, by=User.objects.system(), at=now)
            raise ValidationError(_("这个初始密码已过期，请联系本县的安全管理员再办理一次，或点“忘记密码”自己设置。"))
        return person

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        with scope.accounts():
            person = User.objects.select_related("county").filter(username=credentials.get("username")).first()
            if person is None:
                # Whatever was typed there may be a password, so it is not said.
                log.warning("sign-in failed: no such account")
            elif person.county:
                system = User.objects.system()
                accounts.sign_in_failed(person=person, step="password", county=person.county, by=system, at=timezone.now())

    def login(self, request: HttpRequest, user: User) -> None:
        is_first = user.last_login is None
        super().login(request, user)
        if user.county:
            now = timezone.now()
            accounts.signed_in(person=user, county=user.county, by=user, at=now)
            if not (is_first or user.is_demo or browsers.knows(request, browsers.account(user))):
                device = devices.name(request.headers.get("User-Agent", ""))
                accounts.signed_in_elsewhere(person=user, device=device, county=user.county, at=now)

    def set_password(self, user: User, password: str) -> None:
        assert user.county is not None
        own = self.request is not None and self.request.user.is_authenticated
        act = "account.password_changed" if own else "account.password_reset"
        accounts.password_set(person=user, password=password, act=act, county=user.county, by=user, at=timezone.now())

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        records = get_authentication_records(context.request, context.request.user)
        if records and time.time() - records[-1]["at"] < JUST_SIGNED_IN:
            return False
        return super().is_reauthentication_required(app=app, **kwargs)

    def get_reset_password_from_key_url(self, key: str) -> str:
        # The address that the office gave, not the one the browser claims to have asked.
        url = super().get_reset_password_from_key_url(key)
        return (settings.STAFF_URL or settings.SITE_URL) + "/" + url.split("/", 3)[3]

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> bool:
        """A letter that can't be sent stops nobody and tells nobody whether an address is known; the log says that it failed, and
        so does the answer to us."""
        try:
            super().send_mail(template_prefix, email, context | {"site_url": settings.SITE_URL})
        except OSError as error:
            log.warning("mail about an account was not sent", letter=template_prefix, error=type(error).__name__)
            return False
        return True

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, str]]:
        words = {
            "reauthenticate": gettext("用密码确认"),
            "mfa_reauthenticate": gettext("用验证码确认"),
            "mfa_reauthenticate:webauthn": gettext("用通行密钥确认"),
        }
        return [{**method, "description": words[method["id"]]} for method in super().get_reauthentication_methods(user)]


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors: their secrets are sealed before they are stored."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("验证码不正确，或已使用过。请等新的验证码出现后再试。"),
        "cannot_delete_authenticator": _("不能停用第二重验证。"),
        "cannot_generate_recovery_codes": _("请先设置验证器应用或通行密钥，再生成备用码。"),
    }

    def encrypt(self, text: str) -> str:
        return sealed.seal(text, purpose=sealed.SECOND_FACTOR)

    def decrypt(self, encrypted_text: str) -> str:
        return sealed.unseal(encrypted_text, purpose=sealed.SECOND_FACTOR)

    def get_totp_issuer(self) -> str:
        return gettext("领导接访日")

    def get_totp_label(self, user: Any) -> str:
        return str(user.username)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        return gettext("我的通行密钥")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": gettext("领导接访日")}

    def _get_user_identifier(self, user: Any) -> str:
        return str(user.username)
