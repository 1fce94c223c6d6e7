"""Letters to a person about what somebody else does to their account. Each says whether it left, for that page is read by who did it."""

from allauth.account import app_settings as account
from allauth.account.utils import user_pk_to_url_str
from django.http import HttpRequest

from reception import scope
from reception.adapters import AccountAdapter
from reception.models import User


def password_link(person: User, request: HttpRequest) -> bool:
    """The address under which this person sets a password: for an hour, and once."""
    adapter = AccountAdapter(request)
    with scope.person(person):
        token = account.PASSWORD_RESET_TOKEN_GENERATOR().make_token(person)
    key = f"{user_pk_to_url_str(person)}-{token}"
    told = {"password_reset_url": adapter.get_reset_password_from_key_url(key), "username": person.username}
    return adapter.send_mail("account/email/password_link", person.email, told)


def changed(person: User, what: str, request: HttpRequest, *, email: str = "") -> bool:
    """What the security administrator did, in a sentence; to the address before where that is what was changed."""
    address = email or person.email
    return bool(address) and AccountAdapter(request).send_mail("account/email/changed_for_you", address, {"what": what})
