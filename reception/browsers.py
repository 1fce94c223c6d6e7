"""What a browser remembers of the numbers it made or opened, and of the accounts: keyed fingerprints, so that its owner is not locked
out by others' guesses, and is told where an account is opened in a browser that does not know it.

The cookie is signed, and says nothing to whoever reads it. It opens nothing: the code is still asked for.
"""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from reception.actions import envelopes
from reception.models import User

COOKIE, SALT = "__Host-known" if settings.SECURE else "known", "reception.browsers"
MOST = 20
KEPT_SECONDS = 400 * 24 * 3600


def account(person: User) -> str:
    """What stands for an account among the numbers."""
    return f"account {person.pk}"


def knows(request: HttpRequest, number: str) -> bool:
    """Whether this browser made or opened the number before."""
    return _mark(number) in _marks(request)


def remember(response: HttpResponse, request: HttpRequest, number: str) -> None:
    """Have the browser know a number from now on; the newest twenty are kept."""
    mark = _mark(number)
    marks = [mark, *(known for known in _marks(request) if known != mark)][:MOST]
    response.set_signed_cookie(
        COOKIE, ".".join(marks), salt=SALT, max_age=KEPT_SECONDS, secure=settings.SECURE, httponly=True, samesite="Lax"
    )


def _marks(request: HttpRequest) -> list[str]:
    try:
        kept = request.get_signed_cookie(COOKIE, "", salt=SALT, max_age=KEPT_SECONDS) or ""
    except signing.BadSignature:
        return []
    return [mark for mark in kept.split(".") if mark]


def _mark(number: str) -> str:
    return envelopes.keyring().peppered(f"known {number}")[:24]
