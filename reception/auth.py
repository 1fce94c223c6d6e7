"""Signing in, and the answer to "may this person?" at the edges."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db.models import Exists, Model, OuterRef
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from reception import roles, scope
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


def owes_second_factor(user: User) -> bool:
    """Whether this person must set up a second factor first. Demo accounts needn't, where this is a demo; nobody else is spared."""
    return not user.has_second_factor and not (settings.DEMO and user.is_demo)


class SecondFactorMiddleware:
    """Leads whoever has signed in without a second factor to the page that sets one up, before any page that asks for an account."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Pages that everyone may see, and those that set up the second factor or sign out, are marked and stay open."""
        if not getattr(view, "login_required", True) or getattr(view, "before_second_factor", False):
            return None
        if isinstance(request.user, User) and owes_second_factor(request.user):
            return redirect("mfa_index")
        return None
