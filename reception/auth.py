"""Signing in, and the answer to "may this person?" at the edges."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db.models import Exists, Model, OuterRef
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from reception import roles, scope
from reception.doors import Door, View
from reception.models import User

# Recovery codes alone are no second factor: they are for the day on which it is lost.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class OpenFirst(LoginRequiredMiddleware):
    """Signing in is required but where a view says otherwise; and there nobody asks who it is, so the page doesn't vary by cookie."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: tuple[Any, ...], view_kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


class RoleBackend(ModelBackend):
    """Accounts are looked up through the accounts door. What a person may do follows from the roles held today, asked each request."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        with scope.accounts():
            user = super().authenticate(request, username, password, **kwargs)
        return self._with_roles(user) if isinstance(user, User) else None

    def get_user(self, user_id: int) -> User | None:
        with scope.accounts():
            factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
            found = User.objects.select_related("county").annotate(factor=Exists(factors)).filter(pk=user_id).first()
        if found is None or not self.user_can_authenticate(found):
            return None
        found.has_second_factor = found.factor
        return self._with_roles(found)

    def user_can_authenticate(self, user: Any) -> bool:
        """Accounts that are enabled; those of the demo county only where this is a demo."""
        return super().user_can_authenticate(user) and (settings.DEMO or not user.is_demo)

    def _with_roles(self, user: User) -> User:
        if user.county:
            with scope.county(user.county):
                user.held = user.roles(on=timezone.localdate(timezone=user.county.zone))
        return user

    def has_perm(self, user_obj: Any, perm: str, obj: Model | None = None) -> bool:
        """`perm` is one of ours (``roster.publish``) or one of Django's for a table (``reception.change_post``)."""
        if not isinstance(user_obj, User) or not user_obj.is_active:
            return False
        ours = perm if perm in roles.PERMISSIONS else roles.for_table(perm)
        return ours is not None and roles.permits(user_obj.held, ours)


def is_spared(user: User) -> bool:
    """Whether nothing is asked of this account but its password: those of the demo, where this is a demo, and nobody else."""
    return bool(settings.DEMO and user.is_demo)


def owes_second_factor(user: User) -> bool:
    """Whether this person must set up a second factor first."""
    return not user.has_second_factor and not is_spared(user)


class SecondFactorFirst(Door):
    """Leads whoever has signed in without a second factor to the page that sets one up, before any page that asks for an account."""

    def answer(self, request: HttpRequest, view: View) -> HttpResponse | None:
        """The pages on which a person keeps their own account stay open."""
        if getattr(view, "keeps_account", False) or not isinstance(request.user, User) or not owes_second_factor(request.user):
            return None
        return redirect("mfa_index")


def owes_password(user: User, at: datetime) -> str:
    """Why this person must choose a password of their own first, in a sentence; nothing where they need not.

    A password that somebody else gave is for signing in once. Where the rules say so (`PASSWORD_DAYS`), one also runs out.
    """
    if is_spared(user):
        return ""
    if user.password_is_given:
        return _("您现在的密码是安全管理员给的，只用来第一次登录。请换成只有您自己知道的密码。")
    days: int | None = settings.PASSWORD_DAYS
    if days and at - (user.password_since or user.created_at) >= timedelta(days=days):
        return _("密码已经用满 %(days)d 天，按规定要换一个新的。") % {"days": days}
    return ""


class OwnPasswordFirst(Door):
    """Leads whoever owes a password of their own to the page that changes it, once the second factor is there."""

    def answer(self, request: HttpRequest, view: View) -> HttpResponse | None:
        if getattr(view, "keeps_account", False) or not isinstance(request.user, User):
            return None
        why = owes_password(request.user, timezone.now())
        if not why:
            return None
        messages.warning(request, why)
        return redirect("account_change_password")
