"""A session ends eight hours after signing in, however much is done in it: Django counts them anew each time it writes one."""

import time
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from reception.doors import Door, View

BEGAN = "began"


@receiver(user_logged_in)
def begun(request: HttpRequest, **kwargs: Any) -> None:
    request.session[BEGAN] = int(time.time())


class EndsInTime(Door):
    """Signs out, before any page that asks for an account, whoever signed in too long ago."""

    def answer(self, request: HttpRequest, view: View) -> None:
        if request.user.is_authenticated and time.time() - request.session.get(BEGAN, 0) >= settings.SESSION_COOKIE_AGE:
            logout(request)
