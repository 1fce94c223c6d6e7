"""SMS gateways: who sends a short message for us. Two shapes, as providers in China have them; ``SMS_URL`` names the one there is.

``json+https://user:secret@host/path`` takes JSON and an idempotency key, and answers in JSON: the same key is sent once, so what was
cut off is asked again. ``form+https://user:secret@host/path`` takes a signed form and knows no keys: what was cut off may have been
sent, so it is never asked twice; its receipts, signed too, come to ``/gateway/receipts/`` later. ``null://`` takes everything and
sends nothing: for demonstrations and measurements.
"""

import base64
import hashlib
import hmac
import http.client
import json
import re
import select
import ssl
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

from django.template.loader import render_to_string

from reception import lines, scope, visitors, ways
from reception.actions import identities, messages
from reception.errors import Refused
from reception.models import County, Message

CONNECTING, ANSWERING = 5.0, 20.0
PATIENT = (429, 500, 502, 503, 504)
# No answer that we understand is longer.
LARGEST = 64 * 1024


@dataclass(frozen=True)
class Text:
    """One short message: to whom, what, and the reference by which the gateway and we speak of it. Never logged."""

    phone: str
    words: str
    reference: str

    def __repr__(self) -> str:
        return f"<Text {self.reference}>"


def reference(message: Message) -> str:
    """What names a message outside: its county and its key. It says nothing of anybody."""
    return f"{message.county_id}-{message.key}"


def write(message: Message, county: County) -> Text:
    """The short message: that there is news, and where to see it; never the matter, a department or a leader complained of.

    Raises `messages.Undeliverable` where nobody can be reached, and `messages.Quiet` where it is overtaken or not wanted.
    """
    with scope.county(county):
        context = visitors.context(message, county=county)
        assert message.identity is not None
        try:
            person = identities.opened(message.identity, county=county)
        except Refused as error:
            raise messages.Quiet("shredded") from error
        if not person.phone:
            raise messages.Undeliverable("no telephone")
        said = render_to_string(f"messages/{message.kind}/sms.txt", {"county": county, "facts": message.facts, **context})
    return Text(person.phone, " ".join(said.split()), reference(message))


class CutShort(Exception):
    """The gateway was asked, and the line went before it had answered; the words name the error."""


@dataclass(frozen=True)
class Answer:
    """What a gateway answered."""

    status: int
    body: bytes
    asks_for_patience: bool


class _Gateway:
    """What both shapes share: the account, and a line that is kept open from one message to the next."""

    def __init__(self, address: str, user: str, secret: str) -> None:
        self.address, self.user, self.secret = urlsplit(address), user, secret
        self.cutter = lines.Cutter()
        self.line: http.client.HTTPConnection | None = None

    def prepare(self, message: Message, county: County) -> Text:
        """See `write`."""
        return write(message, county)

    def ask(self, body: bytes, headers: dict[str, str]) -> Answer:
        """Post this and hear the answer. Raises `ways.Down` where nothing can have been asked, and `CutShort` where it may have been."""
        with self.cutter.within(ways.LONGEST):
            line = self._called()
            try:
                line.request("POST", self.address._replace(scheme="", netloc="").geturl() or "/", body, headers)
                answer = line.getresponse()
                said = answer.read(LARGEST)
            except (OSError, http.client.HTTPException) as error:
                self.close()
                raise CutShort(type(error).__name__) from error
            if not answer.isclosed():
                self.close()
            return Answer(answer.status, said, answer.getheader("Retry-After") is not None)

    def _called(self) -> http.client.HTTPConnection:
        """An open line: the one of the last message, unless the other side has hung up since."""
        if self.line is not None and (self.line.sock is None or select.select([self.line.sock], [], [], 0)[0]):
            self.close()
        if self.line is None:
            host, port = self.address.hostname or "", self.address.port
            if self.address.scheme == "https":
                self.line = http.client.HTTPSConnection(host, port, timeout=CONNECTING, context=ssl.create_default_context())
            else:
                self.line = http.client.HTTPConnection(host, port, timeout=CONNECTING)
            # The one place where both kinds open their socket.
            vars(self.line)["_create_connection"] = self.cutter.connect
            try:
                self.line.connect()
            except (OSError, http.client.HTTPException) as error:
                self.close()
                raise ways.Down("no connection") from error
            self.line.sock.settimeout(ANSWERING)
        return self.line

    def close(self) -> None:
        """Hang up."""
        line, self.line = self.line, None
        if line is not None:
            line.close()
        self.cutter.forget()

    def signed(self, *parts: str) -> str:
        """What proves that this comes from whoever holds the secret."""
        return hmac.new(self.secret.encode(), "\n".join(parts).encode(), hashlib.sha256).hexdigest()


class JsonGateway(_Gateway):
    """JSON with an idempotency key: ``{"to", "text"}`` in, ``{"code": 0, "id": …}`` out; any other code is an error, even with a 200."""

    knows_keys = True
    asks_first = False

    def send(self, prepared: Text) -> None:
        """Ask it to send one short message."""
        body = json.dumps({"to": prepared.phone, "text": prepared.words}, ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": prepared.reference,
            "Authorization": "Basic " + base64.b64encode(f"{self.user}:{self.secret}".encode()).decode(),
        }
        try:
            answer = self.ask(body, headers)
        except CutShort as error:
            # Whether it was taken does not matter: the same key is asked again.
            raise ways.Later(str(error)) from error
        if answer.status in PATIENT:
            raise ways.Later(f"HTTP {answer.status}")
        if answer.status >= 400:
            raise ways.Refused(f"HTTP {answer.status}")
        code = _code(answer.body)
        if code is None or answer.status >= 300:
            raise ways.Later("no answer")
        if code in BUSY:
            raise ways.Later(f"code {code}")
        if code != 0:
            raise ways.Refused(f"code {code}")


# Codes that ask for patience: too many at once, busy.
BUSY = frozenset({429, 503})


def _code(body: bytes) -> int | None:
    """The code of a JSON answer; None where there is none."""
    try:
        said: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    code = said.get("code") if isinstance(said, dict) else None
    return int(str(code)) if re.fullmatch(r"-?[0-9]{1,9}", str(code)) else None


class FormGateway(_Gateway):
    """A signed form: ``account, mobile, content, reference, time, sign`` in, ``0,<id>`` or ``-<code>,<words>`` out. It knows no keys."""

    knows_keys = False
    asks_first = True

    def send(self, prepared: Text) -> None:
        """Ask it to send one short message."""
        when = str(int(time.time()))
        fields = {
            "account": self.user,
            "mobile": prepared.phone,
            "content": prepared.words,
            "reference": prepared.reference,
            "time": when,
            "sign": self.signed(when, prepared.phone, prepared.reference, prepared.words),
        }
        try:
            answer = self.ask(urlencode(fields).encode(), {"Content-Type": "application/x-www-form-urlencoded"})
        except CutShort as error:
            raise ways.Unknown(str(error)) from error
        # A bare 503 may be a proxy's, for a gateway that had taken it and then hung up.
        if answer.status == 429 or (answer.status == 503 and answer.asks_for_patience):
            raise ways.Later(f"HTTP {answer.status}")
        if answer.status >= 500:
            raise ways.Unknown(f"HTTP {answer.status}")
        if answer.status >= 400:
            raise ways.Refused(f"HTTP {answer.status}")
        code = answer.body[:40].decode("utf-8", "replace").partition(",")[0].strip()
        if answer.status < 300 and code == "0":
            return
        if answer.status >= 300 or not re.fullmatch(r"-[0-9]{1,9}", code):
            raise ways.Unknown("no answer")
        raise ways.Refused(f"code {code}")


class NullGateway:
    """Takes everything and sends nothing."""

    knows_keys = True
    asks_first = False

    def prepare(self, message: Message, county: County) -> Text:
        """See `write`."""
        return write(message, county)

    def send(self, prepared: Text) -> None:
        """Nothing leaves."""

    def close(self) -> None:
        """Nothing was open."""


SHAPES: dict[str, type[JsonGateway | FormGateway]] = {"json": JsonGateway, "form": FormGateway}


def named(url: str) -> ways.Way | None:
    """The gateway that an address names; None for none. Raises `ValueError` for an address of no known shape."""
    if not url:
        return None
    if url == "null://":
        return NullGateway()
    shape, _plus, rest = url.partition("+")
    parts = urlsplit(rest)
    if shape not in SHAPES or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("SMS_URL must look like json+https://user:secret@host/path, form+https://user:secret@host/path or null://")
    address = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return SHAPES[shape](address, unquote(parts.username or ""), unquote(parts.password or ""))
