"""Signing in, and the answer to "may this person?" at the edges."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db.models import Model
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from reception import roles, scope
from reception.models import User


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
            user = User.objects.select_related("county").filter(pk=user_id).first()
        return self._with_roles(user) if user and self.user_can_authenticate(user) else None

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
