"""SMS gateways: who sends a short message for us. Two shapes, as providers in China have them; ``SMS_URL`` names the one there is.

``json+https://user:secret@host/path`` takes JSON and an idempotency key, and answers in JSON: the same key is sent once, so what was
cut off is asked again. ``form+https://user:secret@host/path`` takes a signed form and knows no keys: what was cut off may have been
sent, so it is never asked twice; its receipts, signed too, come to ``/gateway/receipts/`` later. ``null://`` takes everything and
sends nothing: for demonstrations and measurements.
"""

import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import urllib3
from django.template.loader import render_to_string

from reception import scope, visitors, ways
from reception.actions import identities, messages
from reception.errors import Refused
from reception.models import County, Message

TIMEOUT = urllib3.Timeout(connect=5, read=20)
PATIENT = (429, 500, 502, 503, 504)


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


class _Gateway:
    """What both shapes share: the account, and one pool of connections."""

    def __init__(self, address: str, user: str, secret: str) -> None:
        self.address, self.user, self.secret = address, user, secret
        self.pool = urllib3.PoolManager(timeout=TIMEOUT, retries=False, maxsize=2)

    def prepare(self, message: Message, county: County) -> Text:
        """See `write`."""
        return write(message, county)

    def close(self) -> None:
        """Give the connections back."""
        self.pool.clear()

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
            **urllib3.make_headers(basic_auth=f"{self.user}:{self.secret}"),
        }
        try:
            answer = self.pool.request("POST", self.address, body=body, headers=headers)
        except urllib3.exceptions.NewConnectionError as error:
            raise ways.Down("no connection") from error
        except urllib3.exceptions.HTTPError as error:
            # Whether it was taken does not matter: the same key is asked again.
            raise ways.Later(type(error).__name__) from error
        if answer.status in PATIENT:
            raise ways.Later(f"HTTP {answer.status}")
        if answer.status >= 400:
            raise ways.Refused(f"HTTP {answer.status}")
        code = _code(answer.data)
        if code is None:
            raise ways.Later("not JSON")
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
        return int(said["code"])
    except (ValueError, TypeError, KeyError):
        return None


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
            answer = self.pool.request("POST", self.address, fields=fields, encode_multipart=False)
        except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError) as error:
            raise ways.Down("no connection") from error
        except urllib3.exceptions.HTTPError as error:
            raise ways.Unknown(type(error).__name__) from error
        if answer.status in (429, 503):
            raise ways.Later(f"HTTP {answer.status}")
        if answer.status >= 500:
            raise ways.Unknown(f"HTTP {answer.status}")
        if answer.status >= 400:
            raise ways.Refused(f"HTTP {answer.status}")
        code = answer.data[:40].decode("utf-8", "replace").partition(",")[0].strip()
        if code == "0":
            return
        if not code.lstrip("-").isdecimal():
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
