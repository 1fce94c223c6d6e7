"""A session ends eight hours after signing in, however much is done in it: Django counts them anew each time it writes one."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

BEGAN = "began"


@receiver(user_logged_in)
def begun(request: HttpRequest, **kwargs: Any) -> None:
    request.session[BEGAN] = int(time.time())


class EndsInTime:
    """Signs out, before any page that asks for an account, whoever signed in too long ago."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        if not getattr(view, "login_required", True) or not request.user.is_authenticated:
            return
        if time.time() - request.session.get(BEGAN, 0) >= settings.SESSION_COOKIE_AGE:
            logout(request)
