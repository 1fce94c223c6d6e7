"""How somebody visits an address: as a browser asks, through all that stands before a page."""

from functools import cache

from django.core.handlers.base import BaseHandler
from django.db import transaction
from django.test import RequestFactory
from django.urls import reverse

from tests.access import answers, others, staff

PAGES = [*staff.pages(), *others.pages()]
REQUESTS = RequestFactory()


def address(page, side, relation):
    found = [side.find(arg, relation) if isinstance(arg, str) else arg for arg in page.args]
    return page.path.format(*found) if page.path else reverse(page.name, args=found)


@cache
def portal():
    """The portal with all its middleware; loaded once the world stands."""
    made = BaseHandler()
    made.load_middleware()
    return made


def visit(actor, method, path, data=None):
    """As a browser asks, with the cookies it began with, through all that stands before a page."""
    cookies = "; ".join(f"{name}={value}" for name, value in actor.cookies.items())
    # What every form of ours sends.
    data = {"csrfmiddlewaretoken": "x", **(data or {})} if method == "POST" else None
    request = getattr(REQUESTS, method.lower())(path, data, HTTP_COOKIE=cookies)
    request._dont_enforce_csrf_checks = True
    return portal().get_response(request)


def ask(actor, method, path, data=None):
    """The answer and all it says; what it did is undone."""
    with transaction.atomic():
        response = visit(actor, method, path, data)
        said = answers.text(response)
        transaction.set_rollback(True)
    return response, said
