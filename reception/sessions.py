"""Sessions: when each began and was last used, in which browser; each ends eight hours after signing in, however much is done in it.

Django counts the hours anew each time it writes a session, so that is held here. A person sees all of theirs, and ends any.
"""

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from allauth.account.signals import authentication_step_completed
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, logout
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session as Before
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from reception import devices
from reception.doors import Door, View
from reception.models import Session, User

BEGAN, SEEN, DEVICE = "began", "seen", "device"


@receiver(user_logged_in)
def begun(request: HttpRequest, **kwargs: Any) -> None:
    request.session[BEGAN] = request.session[SEEN] = int(time.time())
    request.session[DEVICE] = devices.name(request.headers.get("User-Agent", ""))


@receiver(authentication_step_completed)
def confirmed(request: HttpRequest, **kwargs: Any) -> None:
    """Whoever confirmed who they are is there, and goes on under a new key."""
    if kwargs.get("reauthenticated"):
        request.session[SEEN] = int(time.time())
        request.session.cycle_key()


class EndsInTime(Door):
    """Signs out, before any page that asks for an account, whoever signed in too long ago."""

    def answer(self, request: HttpRequest, view: View) -> None:
        if request.user.is_authenticated and time.time() - request.session.get(BEGAN, 0) >= settings.SESSION_COOKIE_AGE:
            logout(request)


@dataclass(frozen=True, slots=True)
class SignIn:
    """One of a person's sessions. `handle` names it to its owner and opens nothing; moments are aware."""

    handle: str
    device: str
    began_at: datetime
    seen_at: datetime
    is_this: bool


def of(user: User, this: SessionBase, *, at: datetime) -> list[SignIn]:
    """A person's sessions that are open now, this one first and then those used last."""
    found = [_sign_in(row, data, is_this=row.session_key == this.session_key) for row, data in _open(user, at=at)]
    return sorted(found, key=lambda one: (one.is_this, one.seen_at), reverse=True)


def end(user: User, this: SessionBase, handles: set[str] | None, *, at: datetime) -> int:
    """End those of a person's other sessions, or all others where none is named; how many there were."""
    others = [row.session_key for row, _data in _open(user, at=at) if row.session_key != this.session_key]
    return Session.objects.filter(pk__in=[key for key in others if handles is None or _handle(key) in handles]).delete()[0]


def forget(*, at: datetime) -> None:
    """Delete the sessions whose time is over."""
    Session.objects.filter(expire_date__lte=at).delete()
    # Those of the table that was used before; it can go with the next release.
    Before.objects.filter(expire_date__lte=at).delete()


def _open(user: User, *, at: datetime) -> Iterator[tuple[Session, dict[str, Any]]]:
    hashed = user.get_session_auth_hash()
    for row in Session.objects.filter(user=user, expire_date__gt=at):
        data = row.get_decoded()
        is_over = at.timestamp() - data.get(BEGAN, 0) >= settings.SESSION_COOKIE_AGE
        # A new password or factor ends a session by its hash alone.
        if not is_over and constant_time_compare(data.get(HASH_SESSION_KEY, ""), hashed):
            yield row, data


def _sign_in(row: Session, data: dict[str, Any], *, is_this: bool) -> SignIn:
    began, seen = (datetime.fromtimestamp(data.get(name, data[BEGAN]), tz=UTC) for name in (BEGAN, SEEN))
    return SignIn(_handle(row.session_key), data.get(DEVICE, ""), began, seen, is_this)


def _handle(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]
