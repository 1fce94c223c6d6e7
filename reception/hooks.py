"""What the sign-in library tells us of second factors and of signing out, written into the journal. Its signals are the only word it gives
of them."""

from typing import Any

from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from reception import scope
from reception.actions import accounts
from reception.models import User


@receiver(signals.authenticator_added)
def added(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    _write(user, "added", authenticator)
    # Every session ended, this one goes on.
    update_session_auth_hash(request, user)


@receiver(signals.authenticator_removed)
def removed(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    _write(user, "removed", authenticator)


@receiver(signals.authenticator_reset)
def renewed(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    _write(user, "renewed", authenticator)


@receiver(signals.authentication_failed)
def failed(user: User, **kwargs: Any) -> None:
    if user.county:
        with scope.accounts():
            system = User.objects.system()
        accounts.sign_in_failed(person=user, step="second_factor", county=user.county, by=system, at=timezone.now())


@receiver(user_logged_out)
def out(user: User | None, **kwargs: Any) -> None:
    if user and user.county:
        accounts.signed_out(person=user, county=user.county, by=user, at=timezone.now())


def _write(user: User, change: str, authenticator: Authenticator) -> None:
    if user.county:
        accounts.second_factor_changed(
            person=user, change=change, kind=str(authenticator.type), county=user.county, by=user, at=timezone.now()
        )
