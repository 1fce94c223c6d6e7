"""Whoever did nothing for a while says again that it is them, before anything else is shown or done; what they were sending is kept.

Minutes of a reception are typed for an hour without a word to the server, so nobody is signed out for it: the form that comes after
the pause is held in the page that asks for the password, and goes on from there.
"""

import time

from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from reception import scope
from reception.auth import is_spared
from reception.doors import Door, View
from reception.models import User
from reception.sessions import SEEN
from reception.signin_forms import ReauthenticateForm

# A session is written anew at most so often, in seconds.
NOTED = 60
PREFIX = "again"


class AsksAgain(Door):
    """After `SESSION_IDLE_MINUTES` without a page asked for, the next is shown once the password was typed."""

    def answer(self, request: HttpRequest, view: View) -> HttpResponse | None:
        user = request.user
        if not isinstance(user, User) or getattr(view, "keeps_account", False) or is_spared(user):
            return None
        now = time.time()
        # A session of before that was counted is counted from now on.
        if now - request.session.get(SEEN, now) >= settings.SESSION_IDLE_MINUTES * 60:
            answer = self._confirmed(request, user) if request.method == "POST" else self._asked(request)
            if answer:
                return answer
        if now - request.session.get(SEEN, 0) >= NOTED:
            request.session[SEEN] = int(now)
        return None

    def _asked(self, request: HttpRequest) -> HttpResponse:
        messages.info(request, _told())
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': request.get_full_path()})}")

    def _confirmed(self, request: HttpRequest, user: User) -> HttpResponse | None:
        """None once the password is right; then the form is as it was sent. Files can't be held, and are asked for again."""
        name = f"{PREFIX}-password"
        typed = name in request.POST
        may_try = not typed or bool(ratelimit.consume(request, app="allauth.account", action="reauthenticate", user=user))
        form = ReauthenticateForm(request.POST if typed and may_try else None, user=user, prefix=PREFIX)
        assert user.county is not None
        with scope.county(user.county), scope.person(user):
            if form.is_valid():
                reauthenticate_by_password(request)
                sent = request.POST.copy()
                del sent[name]
                request.POST = sent  # type: ignore[assignment]
                return None
        held = [
            (key, value) for key, values in request.POST.lists() for value in values if key not in (name, "csrfmiddlewaretoken")
        ]
        files = [(key, [file.name for file in request.FILES.getlist(key)]) for key in request.FILES]
        shown = {"form": form, "held": held, "files": files, "told": _told(), "too_often": not may_try}
        answer = render(request, "account/again.html", shown, status=200 if may_try else 429)
        add_never_cache_headers(answer)
        return answer


def _told() -> str:
    return _("您已经 %(minutes)d 分钟没有操作。请确认是您本人，然后接着办。") % {"minutes": settings.SESSION_IDLE_MINUTES}
