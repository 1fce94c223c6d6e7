"""Accounts: made and changed by the security administrator, and what the journal keeps of signing in.

The journal tells who signed in and when, never from where or with what.
"""

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.translation import gettext as _

from reception import passwords, scope
from reception.actions import journal, messages, records
from reception.actions.permissions import require
from reception.errors import Forbidden, Refused
from reception.models import County, User

# So long the password that somebody was given opens the door, once.
GIVEN_LIVES = timedelta(days=3)


def save(*, person: User, changed: list[str], county: County, by: User, at: datetime) -> None:
    """Save an account. A new one has no password; disabling one ends the person's sessions.

    Raises `Forbidden`, and `Refused` for a demo name outside a demo.
    """
    with scope.county(county):
        require("accounts.edit", county=county, by=by, at=at)
        if person.is_demo and not settings.DEMO:
            raise Refused(_("以“demo-”开头的用户名只用于演示，不能登录正式系统，请另取一个。"))
        if person.pk is None:
            person.created_at = at
            person.set_unusable_password()
        if "is_active" in changed:
            person.sessions_ended += 1
        records.save(row=person, changed=changed, county=county, by=by, at=at)


def send_link(*, person: User, county: County, by: User, at: datetime) -> None:
    """A letter by which a person sets a password that nobody else has seen is on its way. The one before is good until then.

    Raises `Forbidden` also for oneself, and `Refused` where no letter would reach an account that could use it.
    """
    with scope.county(county):
        _may(person, county=county, by=by, at=at)
        _can_sign_in(person)
        if not person.email:
            raise Refused(_("此账号没有登记电子邮件：请先在账号里填写，或者生成初始密码当面交给本人。"))
        journal.record(act="account.password_link_sent", object=records.name_of(person), by=by, at=at)


def give_password(*, person: User, county: County, by: User, at: datetime) -> str:
    """Draw a password for a person and return it, to be shown this once. It is for signing in once, within `GIVEN_LIVES`.

    The person's sessions end. Raises `Forbidden` also for oneself, and `Refused` for an account that could not use it.
    """
    with scope.county(county):
        _may(person, county=county, by=by, at=at)
        _can_sign_in(person)
        password = passwords.drawn()
        _take(person, password, at=at, is_given=True)
        _end_sessions(person)
        journal.record(act="account.password_given", object=records.name_of(person), by=by, at=at)
        return password


def has_lapsed(person: User, *, at: datetime) -> bool:
    """Whether the password that this person was given is too old to open the door."""
    return person.password_is_given and at - (person.password_since or person.created_at) > GIVEN_LIVES


def reset_second_factor(*, person: User, county: County, by: User, at: datetime) -> None:
    """Remove every second factor of a person who has lost theirs, and end their sessions: they set up anew at the next sign-in.

    Raises `Forbidden` also for oneself, and `Refused` where nothing is set up.
    """
    with scope.county(county):
        _may(person, county=county, by=by, at=at)
        with scope.person(person):
            removed, _rows = Authenticator.objects.filter(user=person).delete()
        if not removed:
            raise Refused(_("此账号没有设置第二重验证，无需重置。"))
        _end_sessions(person)
        journal.record(act="account.second_factor_reset", object=records.name_of(person), by=by, at=at)


def end_sessions(*, person: User, county: County, by: User, at: datetime) -> None:
    """Sign a person out everywhere, at once. Raises `Forbidden` also for oneself."""
    with scope.county(county):
        _may(person, county=county, by=by, at=at)
        _end_sessions(person)
        journal.record(act="account.sessions_ended", object=records.name_of(person), by=by, at=at)


def own_sessions_ended(*, person: User, many: int, county: County, at: datetime) -> None:
    """A person ended so many of their own other sessions."""
    with scope.county(county):
        facts = {"count": many}
        journal.record(act="account.own_sessions_ended", object=records.name_of(person), by=person, at=at, facts=facts)


def password_set(*, person: User, password: str, act: str, county: County, by: User, at: datetime) -> None:
    """A person sets their own password: `act` is account.password_changed or account.password_reset. Other sessions end."""
    with scope.county(county):
        _take(person, password, at=at)
        journal.record(act=act, object=records.name_of(person), by=by, at=at)


def _take(person: User, password: str, *, at: datetime, is_given: bool = False) -> None:
    person.set_password(password)
    person.password_since, person.password_is_given = at, is_given
    person.save(update_fields=["password", "password_since", "password_is_given"])


def signed_in(*, person: User, county: County, by: User, at: datetime) -> None:
    with scope.county(county):
        journal.record(act="account.signed_in", object=records.name_of(person), by=by, at=at)


def signed_in_elsewhere(*, person: User, device: str, county: County, at: datetime) -> None:
    """Tell a person that their account was opened in a browser it was never opened in before. `device` as `devices.name` says it."""
    with scope.county(county):
        own = at.astimezone(county.zone)
        facts = {"day": str(own.date()), "time": f"{own:%H:%M}", "device": device}
        if person.email:
            messages.queue(kind="signed_in_elsewhere", cause=f"sign-in {person.pk}", to=person, due_at=at, facts=facts)


def signed_out(*, person: User, county: County, by: User, at: datetime) -> None:
    """By the person's own hand, or because their time was over."""
    with scope.county(county):
        journal.record(act="account.signed_out", object=records.name_of(person), by=by, at=at)


def sign_in_failed(*, person: User, step: str, county: County, by: User, at: datetime) -> None:
    """A wrong password or a wrong code for an account there is. `step` is password or second_factor; `by` is the system."""
    with scope.county(county):
        journal.record(act="account.sign_in_failed", object=records.name_of(person), by=by, at=at, facts={"step": step})


def second_factor_changed(*, person: User, change: str, kind: str, county: County, by: User, at: datetime) -> None:
    """A person added, removed or renewed a second factor. `change` is added, removed or renewed; `kind` is the library's word.

    Whoever signed in elsewhere without the new factor is signed out there.
    """
    with scope.county(county):
        if change == "added":
            _end_sessions(person)
        journal.record(act=f"account.second_factor_{change}", object=records.name_of(person), by=by, at=at, facts={"kind": kind})


def _may(person: User, *, county: County, by: User, at: datetime) -> None:
    require("accounts.edit", county=county, by=by, at=at)
    if person.pk == by.pk:
        raise Forbidden(_("不能对自己的账号这样做，请由另一位安全管理员办理。"))
    if person.county_id != county.pk:
        raise Forbidden(_("这个账号不属于本县。"))


def _can_sign_in(person: User) -> None:
    if person.is_demo:
        raise Refused(_("演示账号的密码大家共用，不能更改。"))
    if not person.is_active:
        raise Refused(_("此账号已停用，请先启用。"))


def _end_sessions(person: User) -> None:
    person.sessions_ended += 1
    person.save(update_fields=["sessions_ended"])
