"""Send what is due from the outbox by e-mail. The address and the words are looked up at the moment of sending."""

import smtplib
from collections.abc import Callable
from datetime import datetime
from email.utils import parseaddr
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.message import BadHeaderError
from django.template.loader import render_to_string
from django.utils import translation

from reception import concerning, scope
from reception.actions import asking, messages
from reception.models import Answer, Attendance, County, Message, User

log = structlog.get_logger(__name__)

# Failures that may pass: the server is away, busy, or cut the line. Any other answer of the server is final.
PASSING = (OSError, smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError)


def send_due(county: County, *, now: Callable[[], datetime]) -> int:
    """Send every due message of a county; how many were sent. Any number of senders may run at once."""
    sent = 0
    while batch := messages.claim(county=county, at=now()):
        for message in batch:
            sent += _send(message, county, now)
    return sent


def _send(message: Message, county: County, now: Callable[[], datetime]) -> bool:
    try:
        write(message, county).send()
    except messages.Undeliverable as error:
        messages.finish(message, county=county, at=now(), error=str(error))
    except BadHeaderError:
        messages.finish(message, county=county, at=now(), error="bad address")
    except smtplib.SMTPResponseException as error:
        messages.finish(message, county=county, at=now(), error=f"SMTP {error.smtp_code}", retry=400 <= error.smtp_code < 500)
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0]
        messages.finish(message, county=county, at=now(), error=f"SMTP {code}", retry=400 <= code < 500)
    except PASSING as error:
        messages.finish(message, county=county, at=now(), error=type(error).__name__, retry=True)
    else:
        return messages.finish(message, county=county, at=now())
    # No address and no words of the message in the log: its id finds the row.
    log.warning("message not sent", message=message.pk, county=county.slug)
    return False


def _changes(message: Message, person: User, county: County) -> dict[str, list[str]]:
    """What the release changes for this person, in both languages of the letter."""
    number, found = int(message.facts["release"]), {}
    for key, language in (("zh", "zh-hans"), ("en", "en")):
        with scope.county(county), translation.override(language):
            found[key] = concerning.sentences(number, person, on=message.due_at.date())
    return found


def _answer(message: Message) -> dict[str, Any]:
    """The sitting that is asked about, and for the leader alone the link, which exists only in the letter itself."""
    answer = Answer.objects.select_related("sitting__day", "sitting__place", "leader").get(pk=message.facts["answer"])
    own = answer.leader.user_id == message.recipient_id
    return {"answer": answer, "token": asking.token(answer) if own else ""}


def _attendance(message: Message) -> dict[str, Any]:
    rows = Attendance.objects.filter(sitting=message.facts["sitting"], department=message.facts["department"])
    found = rows.select_related("sitting__day", "sitting__place", "department").first()
    if found is None:
        raise messages.Undeliverable("overtaken")
    return {"attendance": found}


# What a kind of message says beyond its facts, looked up when it is written.
MORE: dict[str, Callable[[Message], dict[str, Any]]] = {
    "answer_asked": _answer,
    "answer_asked_secretary": _answer,
    "answer_missing": _answer,
    "attendance": _attendance,
}


def write(message: Message, county: County) -> EmailMessage:
    """The e-mail of a message, with an id that stays the same however often it is sent."""
    with scope.county(county):
        person = User.objects.get(pk=message.recipient_id)
        more = MORE[message.kind](message) if message.kind in MORE else {}
    if not person.is_active or not person.email:
        raise messages.Undeliverable("no address")
    changes = {} if message.kind != "release_published" else _changes(message, person, county)
    context = {"changes": changes, "name": person.name, "county": county, "facts": message.facts, "site": settings.SITE_URL, **more}
    subject = render_to_string(f"messages/{message.kind}/subject.txt", context)
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return EmailMessage(
        subject=" ".join(subject.split()),
        body=render_to_string(f"messages/{message.kind}/body.txt", context),
        to=[person.email],
        headers={"Message-ID": f"<{message.key[:40]}@{domain}>", "Auto-Submitted": "auto-generated"},
    )
