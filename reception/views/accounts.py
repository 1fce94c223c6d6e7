"""The sign-in library's pages behind the county wall: strangers come through the accounts door, people see what is theirs."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import SimpleTemplateResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from reception import browsers, scope
from reception.models import User

View = Callable[..., HttpResponse]


def through_the_door(view: View) -> View:
    """A page for people who are not signed in yet: it may look up accounts of every county."""

    @login_not_required
    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if isinstance(request.user, User):
            return own(view)(request, *args, **kwargs)
        with scope.accounts():
            response = _finished(view(request, *args, **kwargs))
        # They came in by this page.
        if isinstance(request.user, User):
            browsers.remember(response, request, browsers.account(request.user))
        return response

    return opened


def own(view: View) -> View:
    """A page on which a person keeps their own account; open before a second factor is set up, or a password of one's own."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        assert isinstance(user, User)
        assert user.county is not None
        with scope.county(user.county), scope.person(user), timezone.override(user.county.zone):
            return _finished(view(request, *args, **kwargs))

    # The library marks some of its views as open to strangers; here none is.
    opened.login_required = True  # type: ignore[attr-defined]
    opened.keeps_account = True  # type: ignore[attr-defined]
    return opened


def not_in_demo(view: View) -> View:
    """Not for the accounts of the demo, which many share: one could shut the others out."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if isinstance(request.user, User) and request.user.is_demo:
            return render(request, "account/demo.html", status=403)
        return view(request, *args, **kwargs)

    return opened


def leaving(view: View) -> View:
    """A page by which one leaves: once that is done the browser forgets what it has kept of the site."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return cleared(view(request, *args, **kwargs)) if request.method == "POST" else view(request, *args, **kwargs)

    return opened


def cleared(response: HttpResponse) -> HttpResponse:
    """Ask the browser to forget kept pages and whatever else it has stored; cookies are ended by their own answer."""
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _finished(response: HttpResponse) -> HttpResponse:
    # A template that is rendered later would ask for rows behind a wall that has closed again.
    if isinstance(response, SimpleTemplateResponse):
        response.render()
    add_never_cache_headers(response)
    return response
