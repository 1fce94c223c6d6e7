"""E-mail: the letter of a message, in both languages, as text and as HTML, and the way it goes."""

import re
import smtplib
from collections.abc import Callable
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.message import BadHeaderError
from django.template.loader import render_to_string
from django.utils import translation

from reception import concerning, news, scope, ways
from reception.actions import asking, messages
from reception.models import DIGEST, Answer, Attendance, County, Message, User


class Mail:
    """The mail server of the settings. It knows no keys, but the letter's id stays the same however often it is sent."""

    knows_keys = False
    asks_first = False

    def __init__(self) -> None:
        self.line: Any = None

    def prepare(self, message: Message, county: County) -> EmailMultiAlternatives:
        """The letter; see `write`."""
        return write(message, county)

    def send(self, prepared: EmailMultiAlternatives) -> None:
        """Hand it to the mail server."""
        if self.line is None:
            self._call()
        try:
            prepared.connection = self.line
            prepared.send()
        except BadHeaderError as error:
            raise ways.Refused("bad address") from error
        except smtplib.SMTPRecipientsRefused as error:
            raise _said(next(iter(error.recipients.values()))[0]) from error
        except smtplib.SMTPResponseException as error:
            self.close()
            raise _said(error.smtp_code) from error
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise ways.Later(type(error).__name__) from error

    def _call(self) -> None:
        self.line = get_connection()
        try:
            self.line.open()
        except smtplib.SMTPResponseException as error:
            self.line = None
            raise ways.Down(f"SMTP {error.smtp_code}") from error
        except (OSError, smtplib.SMTPException) as error:
            self.line = None
            raise ways.Down(type(error).__name__) from error

    def close(self) -> None:
        """Hang up."""
        line, self.line = self.line, None
        if line is not None:
            line.close()


def _said(code: int) -> Exception:
    """A server that asks for patience, or says no."""
    return ways.Later(f"SMTP {code}") if 400 <= code < 500 else ways.Refused(f"SMTP {code}")


def _changes(message: Message, person: User, county: County) -> dict[str, Any]:
    """What the release changes for this person, in both languages of the letter."""
    number, found = int(message.facts["release"]), {}
    for key, language in (("zh", "zh-hans"), ("en", "en")):
        with translation.override(language):
            found[key] = concerning.sentences(number, person, on=message.due_at.date())
    return {"changes": found}


def _answer(message: Message, person: User, county: County) -> dict[str, Any]:
    """The sitting that is asked about, and for the leader alone the link, which exists only in the letter itself."""
    answer = Answer.objects.select_related("sitting__day", "sitting__place", "leader").get(pk=message.facts["answer"])
    own = answer.leader.user_id == message.recipient_id
    return {"answer": answer, "token": asking.token(answer) if own else ""}


def _attendance(message: Message, person: User, county: County) -> dict[str, Any]:
    rows = Attendance.objects.filter(sitting=message.facts["sitting"], department=message.facts["department"])
    found = rows.select_related("sitting__day", "sitting__place", "department").first()
    if found is None:
        raise messages.Quiet("overtaken")
    return {"attendance": found}


def _gathered(message: Message, person: User, county: County) -> dict[str, Any]:
    """What the person was told within the portal and not written to about, as far as it still holds."""
    lines = news.untold(person, county=county, at=message.first_due_at or message.due_at)
    if not lines:
        raise messages.Quiet("overtaken")
    return {"lines": lines}


# What a kind of message says beyond its facts, looked up when it is written.
MORE: dict[str, Callable[[Message, User, County], dict[str, Any]]] = {
    "release_published": _changes,
    "answer_asked": _answer,
    "answer_asked_secretary": _answer,
    "answer_missing": _answer,
    "attendance": _attendance,
    DIGEST: _gathered,
}


def recipient(message: Message) -> User:
    """Whose account a message goes to, as it is now."""
    assert message.recipient_id is not None
    return User.objects.get(pk=message.recipient_id)


def words(message: Message, county: County) -> tuple[str, str]:
    """Subject and body of a message to somebody of the staff, both in both languages. Raises `messages.Quiet` where it is overtaken."""
    with scope.county(county):
        person = recipient(message)
        more = MORE[message.kind](message, person, county) if message.kind in MORE else {}
        context = {**_known(message, person, county), **more}
        body = render_to_string(f"messages/{message.kind}/body.txt", context)
        return _subject(message, context), body


def subject(message: Message, county: County) -> str:
    """The subject alone, in both languages. Raises `messages.Quiet` where the message is overtaken."""
    with scope.county(county):
        person = recipient(message)
        asked = message.kind in MORE and message.kind not in PLAIN
        more = MORE[message.kind](message, person, county) if asked else {}
        return _subject(message, {**_known(message, person, county), **more})


# Whose subject stands by the facts alone.
PLAIN = frozenset({"release_published"})


def _known(message: Message, person: User, county: County) -> dict[str, Any]:
    return {"name": person.name, "county": county, "facts": message.facts, "site": settings.SITE_URL}


def _subject(message: Message, context: dict[str, Any]) -> str:
    return " ".join(render_to_string(f"messages/{message.kind}/subject.txt", context).split())


# Between the Chinese and the English of a subject.
APART = " / "


# Chinese has no space before an address; what makes links of them wants one.
RUN_ON = re.compile(r"(?<=[：，（。])(?=https?://)")


def _blocks(text: str) -> list[tuple[str, list[str]]]:
    """The paragraphs of a letter, and its lists: what begins with a dash, each with the lines that belong to it."""
    found: list[tuple[str, list[str]]] = []
    for part in RUN_ON.sub(" ", text).strip().split("\n\n"):
        lines = part.strip().split("\n")
        if lines[0].startswith("- "):
            found.append(("list", [one.strip() for one in "\n".join(lines).removeprefix("- ").split("\n- ")]))
        elif part.strip():
            found.append(("words", lines))
    return found


def write(message: Message, county: County) -> EmailMultiAlternatives:
    """The e-mail of a message, with an id that stays the same however often it is sent.

    Raises `messages.Undeliverable` where there is no address, and `messages.Quiet` where there is nothing to say any more.
    """
    with scope.county(county):
        person = recipient(message)
    if not person.is_active or not person.email:
        raise messages.Undeliverable("no address")
    title, body = words(message, county)
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    letter = EmailMultiAlternatives(
        subject=title,
        body=body,
        to=[person.email],
        headers={"Message-ID": f"<{message.key[:40]}@{domain}>", "Auto-Submitted": "auto-generated"},
    )
    # The same words as a page: lines, links, nothing loaded from anywhere.
    (chinese, _apart, english), (above, _line, below) = title.partition(APART), body.partition("\n----\n")
    halves = [("zh-CN", chinese, _blocks(above)), ("en", english, _blocks(below))]
    page = {"subject": title, "halves": [half for half in halves if half[2]], "county": county}
    letter.attach_alternative(render_to_string("messages/letter.html", page), "text/html")
    return letter
