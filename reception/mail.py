"""E-mail: the letter of a message, in both languages, as text and as HTML, and the way it goes."""

import re
import smtplib
from contextlib import suppress
from email.utils import parseaddr
from functools import partial
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.template.loader import render_to_string

from reception import letters, lines, scope, ways
from reception.actions import messages
from reception.models import County, Message, User


class _Talk(smtplib.SMTP):
    """SMTP on a line that can be cut, and that knows whether a whole letter has been handed over."""

    def __init__(self, *args: Any, cutter: lines.Cutter, **options: Any) -> None:
        self.cutter, self.has_all = cutter, False
        super().__init__(*args, **options)

    def _get_socket(self, host: Any, port: Any, timeout: Any) -> Any:
        return self.cutter.connect((host, port), timeout, self.source_address)

    def send(self, s: Any) -> None:
        """Send bytes; those of a letter come at once, and the last of them is a dot of its own."""
        self.cutter.check()
        super().send(s)
        self.has_all = s[-5:] in (b"\r\n.\r\n", "\r\n.\r\n")

    def close(self) -> None:
        """Close the line, and say nothing on it."""
        super().close()
        self.cutter.forget()


class _SealedTalk(_Talk, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""

    def _get_socket(self, host: Any, port: Any, timeout: Any) -> Any:
        return self.context.wrap_socket(super()._get_socket(host, port, timeout), server_hostname=host)


class Line(EmailBackend):
    """Django's connection to a mail server, on a line that can be cut."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self.cutter = lines.Cutter()
        super().__init__(*args, **options)

    @property
    def connection_class(self) -> Any:
        """What speaks to the server."""
        return partial(_SealedTalk if self.use_ssl else _Talk, cutter=self.cutter)


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
        fresh = self.line is None
        if fresh:
            self.line = get_connection("reception.mail.Line" if settings.EMAIL_BACKEND == SMTP else None)
        cutter = getattr(self.line, "cutter", None) or lines.Cutter()
        with cutter.within(ways.LONGEST):
            if fresh:
                self._call()
            self._hand_over(prepared)

    def _hand_over(self, prepared: EmailMultiAlternatives) -> None:
        talk = getattr(self.line, "connection", None)
        if isinstance(talk, _Talk):
            talk.has_all = False
        try:
            prepared.connection = self.line
            prepared.send()
        except ValueError as error:
            # An address or a heading that no letter can have.
            raise ways.Refused("bad address") from error
        except smtplib.SMTPNotSupportedError as error:
            raise ways.Refused("address not supported") from error
        except smtplib.SMTPRecipientsRefused as error:
            raise _said(next(iter(error.recipients.values()))[0]) from error
        except smtplib.SMTPResponseException as error:
            self._drop()
            raise _said(error.smtp_code) from error
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            if isinstance(talk, _Talk) and talk.has_all:
                raise ways.CutOff from error
            raise ways.Later(type(error).__name__) from error

    def _call(self) -> None:
        try:
            self.line.open()
        except smtplib.SMTPResponseException as error:
            self._drop()
            raise ways.Down(f"SMTP {error.smtp_code}") from error
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise ways.Down(type(error).__name__) from error

    def _drop(self) -> None:
        """Hang up without a word: whoever is silent would not answer that either."""
        line, self.line = self.line, None
        talk = getattr(line, "connection", None)
        if talk is not None:
            talk.close()
        if isinstance(line, Line):
            line.connection = None
            line.cutter.forget()

    def close(self) -> None:
        """Hang up."""
        line, self.line = self.line, None
        if line is not None:
            cutter = getattr(line, "cutter", None) or lines.Cutter()
            with cutter.within(ways.LONGEST), suppress(OSError, smtplib.SMTPException):
                line.close()
            cutter.forget()


SMTP = "django.core.mail.backends.smtp.EmailBackend"


def _said(code: int) -> Exception:
    """A server that asks for patience, or says no."""
    return ways.Later(f"SMTP {code}") if 400 <= code < 500 else ways.Refused(f"SMTP {code}")


def recipient(message: Message) -> User:
    """Whose account a message goes to, as it is now."""
    assert message.recipient_id is not None
    return User.objects.get(pk=message.recipient_id)


def words(message: Message, county: County) -> tuple[str, str]:
    """Subject and body of a message to somebody of the staff, both in both languages. Raises `messages.Quiet` where it is overtaken."""
    with scope.county(county):
        letters.holds(message)
        person = recipient(message)
        more = letters.MORE[message.kind](message, person, county) if message.kind in letters.MORE else {}
        context = {**_known(message, person, county), **more}
        body = render_to_string(f"messages/{message.kind}/body.txt", context)
        return _subject(message, context), body


def subject(message: Message, county: County) -> str:
    """The subject alone, in both languages. Raises `messages.Quiet` where the message is overtaken."""
    with scope.county(county):
        person = recipient(message)
        asked = message.kind in letters.MORE and message.kind not in letters.PLAIN
        more = letters.MORE[message.kind](message, person, county) if asked else {}
        return _subject(message, {**_known(message, person, county), **more})


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
